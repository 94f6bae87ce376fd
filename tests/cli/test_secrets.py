"""What is printed, logged and kept never holds a password or a session's cookie."""

from __future__ import annotations

import gzip
import json
from urllib.parse import urlsplit

import pytest
import structlog

from steps import log
from tests.extractors.loopback import Asked, Loopback, Say
from tests.extractors.middleman import Middleman
from tests.office import NIGHTS, Office
from tests.postgres import postgres, postgres_database  # noqa: F401 - the fixtures

DATABASE = "matkhau-csdl-9f3"
MAIL = "matkhau-thu-7c1"
PROXY = "matkhau-proxy-4e8"
COOKIE = "phien-5d20c8"
SECRETS = {
    "RASOAT_DATABASE_URL": f"postgresql+psycopg://rasoat:{DATABASE}@127.0.0.1:1/so_noi_vu",
    "RASOAT_SMTP_URL": f"smtp://vanphong:{MAIL}@127.0.0.1:1",
}


@pytest.mark.parametrize("style", ["json", "console"])
@pytest.mark.parametrize("command", [["doctor"], ["sync", "--json"]], ids=["doctor", "sync"])
def test_a_database_that_is_away_is_named_without_its_password(
    office: Office, command: list[str], style: str
) -> None:
    done = office.rasoat(*command, RASOAT_LOG=style, **SECRETS)
    assert done.returncode == 1
    for secret in (DATABASE, MAIL):
        assert secret not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_names_a_database_that_it_may_not_empty_without_its_password(
    office: Office,
    postgres_database: str,  # noqa: F811 - the fixture
) -> None:
    address = postgres_database.replace("rasoat@", f"rasoat:{DATABASE}@")
    taken = office.rasoat("catalogue", "import", str(office.sample_catalogue()), RASOAT_DATABASE_URL=address)
    assert taken.returncode == 0, taken.stderr
    done = office.rasoat("demo", RASOAT_DATABASE_URL=address)
    assert done.returncode == 2
    assert "không phải của bản chạy thử" in done.stderr
    assert DATABASE not in done.stdout + done.stderr


def test_no_cookie_of_a_session_is_logged_or_kept(office: Office) -> None:
    def answer(asked: Asked) -> Say:
        if asked.method == "GET":
            return Say(
                b"<html></html>", 200, {"Set-Cookie": f"JSESSIONID={COOKIE}; Path=/"}, kind="text/html"
            )
        return Say(b'{"code": "LOI", "message": "x"}')

    with Loopback(answer) as portal:
        text = office.settings.read_text(encoding="utf-8")
        office.settings.write_text(
            text.replace(office.portals.national.base_url, portal.url), encoding="utf-8"
        )
        done = office.rasoat(
            "sync", "--source", "national", RASOAT_LOG="json", RASOAT_SMTP_URL=SECRETS["RASOAT_SMTP_URL"]
        )
    assert any(COOKIE in asked.headers.get("cookie", "") for asked in portal.asked)
    kept = [each.read_bytes() for each in (office.home / "var").rglob("*") if each.is_file()]
    assert kept
    for secret in (COOKIE, MAIL):
        assert secret not in done.stdout + done.stderr
        assert not any(secret.encode() in each for each in kept)


def test_a_proxy_is_shown_and_its_password_is_neither_shown_nor_kept(office: Office) -> None:
    national = urlsplit(office.portals.national.base_url)
    with Middleman(("127.0.0.1", national.port or 0), log_in=f"so:{PROXY}") as proxy:
        office.configure(national={"proxy": f"http://so:{PROXY}@{proxy.address}"})
        live = office.rasoat(
            "doctor", "--live", HTTP_PROXY=f"http://x:{PROXY}@127.0.0.1:1", no_proxy="127.0.0.1"
        )
        night = office.rasoat("sync", "--source", "national", "--as-of", NIGHTS[0], RASOAT_LOG="json")
        assert len(proxy.asked) > 100
    assert (live.returncode, night.returncode) == (0, 0), live.stdout + night.stderr
    assert f"đường đi: qua proxy http://{proxy.address} (theo proxy)" in live.stdout
    assert "đường đi: đi thẳng, không qua proxy (theo no_proxy)" in live.stdout
    kept = [each for each in (office.home / "var").rglob("*") if each.is_file()]
    told = [
        gzip.decompress(each.read_bytes()) if each.suffix == ".gz" else each.read_bytes() for each in kept
    ]
    assert told
    assert PROXY not in live.stdout + live.stderr + night.stdout + night.stderr
    assert not any(PROXY.encode() in each for each in told)


@pytest.mark.parametrize("address", ["https://nguoi:bimat@cong.example", "ftp://nguoi:bimat@cong.example"])
def test_a_portals_address_with_a_password_is_refused_and_not_repeated(office: Office, address: str) -> None:
    text = office.settings.read_text(encoding="utf-8")
    office.settings.write_text(text.replace(office.portals.national.base_url, address), encoding="utf-8")
    done = office.rasoat("status")
    assert done.returncode == 2
    assert "base_url" in done.stdout + done.stderr
    assert "bimat" not in done.stdout + done.stderr


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_log_line_masks_passwords_wherever_they_stand(
    style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure("json" if style == "json" else "console")
    try:
        log.log.warning(
            "không gửi được tới smtp://u:bimat1@may:25",
            reason=ValueError("postgresql+psycopg://u:bimat2@may/x"),
            headers={"Set-Cookie": "bimat3", "Accept": "*/*"},
            smtp_password="bimat4",
            tried=["https://u:bimat5@cong.example/x"],
        )
    finally:
        structlog.reset_defaults()
    line = capsys.readouterr().err
    assert "bimat" not in line
    assert "may:25" in line
    if style == "json":
        assert json.loads(line)["headers"] == {"Set-Cookie": "***", "Accept": "*/*"}


def test_a_log_line_carries_the_facts_of_the_contexts_around_it(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("json")
    try:
        with log.log_facts(run=7, source="national"):
            with log.log_facts(source="provincial"):
                log.log.info("đọc", requests=3)
            log.log.info("đọc", source="catalogue")
        log.log.info("xong")
    finally:
        structlog.reset_defaults()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    facts = [{name: line[name] for name in ("run", "source", "requests") if name in line} for line in lines]
    assert facts == [
        {"run": 7, "source": "provincial", "requests": 3},
        {"run": 7, "source": "catalogue"},
        {},
    ]
