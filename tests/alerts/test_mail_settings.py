"""`[alerts]` and the mail server's address: read, or refused in one line that shows no secret."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Any

import pytest

from procedures.errors import SettingsError
from settings.configuration import Configuration
from settings.environment import Environment
from settings.mail_server import MailServer
from settings.reading import load_configuration


def read(folder: Path, toml: str = "", **environment: Any) -> Configuration:
    file = folder / "rasoat.toml"
    file.write_text(toml, encoding="utf-8")
    return load_configuration(Environment(home=folder, config=file, _env_file=None, **environment))


@pytest.mark.parametrize(
    "url, server",
    [
        ("smtp://mail.example", MailServer(host="mail.example", port=25, security="plain")),
        ("smtps://mail.example", MailServer(host="mail.example", port=465, security="tls")),
        ("smtp://[::1]:2525", MailServer(host="::1", port=2525, security="plain")),
        (
            "smtp+starttls://lan%40s.example:m%3A%40t@mail.example:2587?timeout=5",
            MailServer(
                host="mail.example",
                port=2587,
                security="starttls",
                user="lan@s.example",
                password="m:@t",
                timeout=5,
            ),
        ),
    ],
)
def test_an_address_of_a_mail_server_is_read(url: str, server: MailServer, tmp_path: Path) -> None:
    assert read(tmp_path, smtp_url=url).mail == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example:25",
        "http://lan:matkhau@mail.example",
        "smtp://lan:matkhau@",
        "smtp://lan:mat/khau@mail.example",
        "smtp://lan:matkhau#1@mail.example",
        "smtp://lan:matkhau@mail.example:cong",
        "smtp://lan:matkhau@mail.example:99999",
        "smtp://lan:matkhau@mail.example:0",
        "smtp://:matkhau@mail.example",
        "smtp://lan:matkhau@mail.example?timeout=matkhau",
        "smtp://lan:matkhau@mail.example?matkhau=1",
        "smtp://lan:matkhau@[mail.example",
    ],
)
def test_a_bad_one_is_one_line_that_names_the_variable_and_no_secret(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        read(tmp_path, smtp_url=url)
    told = str(raised.value)
    assert "RASOAT_SMTP_URL" in told
    assert "\n" not in told
    assert "matkhau" not in told
    assert "mat/khau" not in told


def test_neither_password_nor_channel_stands_in_what_is_printed_of_the_settings(tmp_path: Path) -> None:
    urls = "json://lan:bi-mat@host tgram://123456:bi-mat/1"
    configuration = read(tmp_path, smtp_url="smtp://lan:bi-mat@mail.example", notify_urls=urls)
    assert len(configuration.notify_urls) == 2
    assert "bi-mat" not in repr(configuration)
    assert "bi-mat" not in repr(Environment(smtp_url="smtp://lan:bi-mat@mail", _env_file=None))


def test_a_bad_channel_is_named_by_its_place_alone(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="RASOAT_NOTIFY_URLS: mục thứ 2") as raised:
        read(tmp_path, notify_urls="json://host bi-mat")
    assert "bi-mat" not in str(raised.value)


def test_recipients_by_role_are_read(tmp_path: Path) -> None:
    toml = """
        [alerts]
        recipients = ["vp@s.example"]
        quiet_hours = "18:00-07:30"
        [[alerts.to]]
        address = "ncc@s.example"
        role = "division"
        division = "Phòng Người có công"
        kinds = ["repealed_still_listed", "reminder"]
        fields = ["Người có công"]
        severity_at_least = "high"
    """
    alerts = read(tmp_path, toml).alerts
    (entry,) = alerts.to
    assert (entry.role, entry.division, entry.severity_at_least) == (
        "division",
        "Phòng Người có công",
        "high",
    )
    assert alerts.quiet_hours == (time(18), time(7, 30))


@pytest.mark.parametrize(
    "toml, told",
    [
        ('[alerts]\nrecipients = ["vanphong"]', "alerts.recipients"),
        ('[alerts]\nrecipients = ["a@b.example\\nBcc: c@d.example"]', "alerts.recipients"),
        ('[alerts]\nquiet_hours = "18h-7h"', "alerts.quiet_hours"),
        ('[alerts]\nquiet_hours = "25:00-07:00"', "alerts.quiet_hours"),
        ('[alerts]\nsite_url = "rasoat"', "alerts.site_url"),
        ('[[alerts.to]]\nrole = "office"', "alerts.to.0.address"),
        ('[[alerts.to]]\naddress = "a@b.example"\nrole = "sếp"', "alerts.to.0.role"),
        ('[[alerts.to]]\naddress = "a@b.example"\nrole = "division"', "division"),
        ('[[alerts.to]]\naddress = "a@b.example"\nkinds = ["new"]\nkind = "x"', "có phải 'kinds'?"),
        ('[[alerts.to]]\naddress = "a@b.example"\nkinds = ["mới"]', "new_from_ministry"),
    ],
)
def test_a_setting_that_is_wrong_is_named(toml: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        read(tmp_path, toml)
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)
