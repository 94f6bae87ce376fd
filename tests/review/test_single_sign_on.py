"""Sign-in by an OpenID provider: who it names and nobody else, and one line where it cannot be."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from procedures.errors import SettingsError
from procedures.office.accounts import Role
from review.serve import serving
from settings.configuration import Configuration
from settings.oidc import OidcSettings
from settings.reading import read_file
from settings.site import SiteSettings
from steps.office.accounts import add_user
from tests.review.desk import Visitor
from tests.review.openid_provider import CLIENT, SECRET, Provider, running
from tests.review.test_sign_ins import events, kinds


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running(Provider()) as one:
        yield one


def configured(office: Configuration, provider: Provider, **said: Any) -> Configuration:
    settings = OidcSettings(issuer=provider.address, client_id=CLIENT, timeout=2.0, **said)
    site = SiteSettings(oidc=settings, second_factor_for_admins=True)
    return office.replace(site=site, oidc_client_secret=SECRET)


@pytest.fixture
def guest(office: Configuration, provider: Provider) -> Iterator[Visitor]:
    with serving(configured(office, provider)) as address, Visitor(address) as one:
        yield one


def go(guest: Visitor, target: str = "/") -> httpx.Response:
    """Press the button, be signed in by the provider, and come back; the site's answer."""
    out = guest.get("/login/provider", params={"next": target})
    if out.status_code != 303:
        return out
    back = httpx.get(out.headers["location"])
    return guest.get(back.headers["location"])


def test_whom_the_provider_names_gets_in_with_the_role_that_it_has_here(
    guest: Visitor, office: Configuration
) -> None:
    assert "Đăng nhập bằng tài khoản cơ quan" in guest.get("/login").text
    answer = go(guest, "/findings?severity=high")
    assert (answer.status_code, answer.headers["location"]) == (303, "/findings?severity=high")
    page = guest.get("/").text
    assert re.search(r"lan</summary>\s*<div><p>chuyên viên</p>", page)
    assert "Đổi mật khẩu" not in page, "the provider keeps it"
    assert "rasoat-oidc" not in guest.cookies
    (event,) = events(office)
    assert (event.kind.value, event.account, event.detail) == ("signed_in", "lan", "qua nơi cấp tài khoản")


def test_an_administrator_of_the_provider_is_not_asked_for_our_second_factor(
    guest: Visitor, provider: Provider
) -> None:
    provider.name = "quan"
    go(guest)
    assert guest.get("/findings").status_code == 200


def test_an_account_without_a_password_gets_in(
    guest: Visitor, provider: Provider, office: Configuration
) -> None:
    add_user(office, "an@so.example", Role.VIEWER, None)
    provider.name = "An@So.example"
    assert go(guest).status_code == 303
    assert guest.get("/").status_code == 200


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ({"nonce": "của lần khác"}, "không dành cho lần đăng nhập này (nonce)"),
        ({"nonce": None}, "giấy xác nhận"),
        ({"aud": "trang-khac"}, "không dành cho lần đăng nhập này (aud)"),
        ({"iss": "https://example.invalid"}, "không dành cho lần đăng nhập này (iss)"),
        ({"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200}, "đã hết hạn"),
        ({"exp": None}, "giấy xác nhận"),
        ({"preferred_username": "nguoi-la"}, "chưa có tài khoản nguoi-la ở đây"),
        ({"preferred_username": None}, "không có preferred_username"),
        ({"preferred_username": ["lan"]}, "không có preferred_username"),
    ],
)
def test_a_token_that_is_not_to_be_believed_lets_nobody_in(
    guest: Visitor, provider: Provider, office: Configuration, faults: dict[str, Any], words: str
) -> None:
    provider.faults = faults
    answer = go(guest)
    assert answer.status_code == 401
    (said,) = re.findall(r"Chưa đăng nhập được: [^<\n]+", answer.text)
    assert words in said
    assert guest.get("/").status_code == 303
    assert kinds(office) == ["provider_refused"]


def test_a_key_that_the_provider_changed_is_asked_for(guest: Visitor, provider: Provider) -> None:
    assert go(guest).status_code == 303
    provider.rotate()
    assert go(guest).status_code == 303


def test_a_key_that_is_not_the_provider_s_signs_nobody_in(guest: Visitor, provider: Provider) -> None:
    honest = provider.key
    provider.rotate()
    forger = provider.key
    provider.key = honest
    token = provider.token

    def forged(*asked: Any) -> tuple[int, dict[str, Any]]:
        provider.key = forger
        try:
            return token(*asked)
        finally:
            provider.key = honest

    provider.token = forged  # type: ignore[method-assign]
    assert "chữ ký của nơi cấp tài khoản không đúng" in go(guest).text


def test_an_answer_that_nobody_asked_for_opens_nothing(guest: Visitor, provider: Provider) -> None:
    assert "quá 10 phút" in guest.get("/login/provider/answer?code=x&state=y").text
    guest.get("/login/provider")
    answer = guest.get("/login/provider/answer?code=x&state=y")
    assert "không thuộc lần đăng nhập này" in answer.text
    provider.denies = True
    assert "không cho đăng nhập" in go(guest).text
    provider.denies = False
    out = guest.get("/login/provider")
    back = httpx.get(out.headers["location"]).headers["location"]
    assert guest.get(back).status_code == 303
    assert guest.get(back).status_code == 400, "an answer is good once"


def test_a_provider_that_is_down_or_another_is_said_in_one_line(
    office: Configuration, provider: Provider
) -> None:
    provider.discovered_issuer = "https://example.invalid"
    with serving(configured(office, provider)) as address, Visitor(address) as guest:
        assert "tự xưng bằng địa chỉ khác" in go(guest).text
    with running(Provider()) as gone:
        settings = configured(office, gone)
    with serving(settings) as address, Visitor(address) as guest:
        answer = go(guest)
        assert answer.status_code == 503
        assert "Chưa đăng nhập được: nơi cấp tài khoản chưa trả lời: không nối được" in answer.text
        assert guest.sign_in("lan").status_code == 303, "passwords still work"


def test_log_out_offers_the_provider_s_own(guest: Visitor, provider: Provider) -> None:
    go(guest)
    left = guest.send_form("/", "/logout").headers["location"]
    assert 'href="/login/provider/end"' in guest.get(left).text
    assert guest.get("/login/provider/end").headers["location"] == f"{provider.address}/end"
    assert guest.get("/").status_code == 303


def test_without_it_there_is_no_button_and_no_way(visitor: Visitor) -> None:
    assert "/login/provider" not in visitor.get("/login").text
    for address in ("/login/provider", "/login/provider/answer", "/login/provider/end"):
        assert visitor.get(address).status_code == 404


def test_a_site_without_a_provider_never_loads_what_it_takes() -> None:
    check = "import sys, rasoat.cli, review.app; print({'authlib', 'joserfc'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_provider_over_plain_http_elsewhere_is_refused(tmp_path: Any) -> None:
    file = tmp_path / "rasoat.toml"
    file.write_text('[site.oidc]\nissuer = "http://sso.example"\nclient_id = "x"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"site\.oidc\.issuer: phải là địa chỉ https://"):
        read_file(file)
