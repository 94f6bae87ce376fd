"""The second factor: turned on with a telephone, asked for at log-in, each code worth one log-in."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import time_machine
from playwright.sync_api import Page
from sqlalchemy import select

from procedures.errors import NotFoundError
from procedures.office.accounts import MAX_FAILURES_PER_ADDRESS
from review.serve import serving
from settings.configuration import Configuration
from settings.site import SiteSettings
from steps.database import engine_of
from steps.office.accounts import change_password, list_protected, remove_user
from steps.office.second_factor import DRIFT, RECOVERY_CODES, STEP_SECONDS, reset
from tests.review.conftest import sign_in
from tests.review.desk import PASSWORD, Visitor
from tests.review.test_sign_ins import kinds
from warehouse.db.engine import reading
from warehouse.tables.account_tables import recovery_code

Window = Callable[..., Page]


class Telephone:
    """An application that makes codes; `later` moves everybody's clock so that the next code is fresh."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self.clock = clock
        self.secret = ""

    def code(self, steps: int = 0) -> str:
        return pyotp.TOTP(self.secret).generate_otp(
            int(datetime.now(UTC).timestamp()) // STEP_SECONDS + steps
        )

    def later(self, steps: int = 1) -> str:
        self.clock.shift(timedelta(seconds=STEP_SECONDS * steps))
        return self.code()


@pytest.fixture
def telephone() -> Iterator[Telephone]:
    with time_machine.travel(datetime.now(UTC), tick=True) as clock:
        yield Telephone(clock)


def turn_on(visitor: Visitor, telephone: Telephone) -> list[str]:
    """Turn it on as people do; return the recovery codes."""
    assert visitor.send_form("/second-factor", "/second-factor", present=PASSWORD).status_code == 303
    page = visitor.get("/second-factor").text
    telephone.secret = re.findall(r'class="value code">(\w+)<', page)[0]
    answer = visitor.send_form("/second-factor", "/second-factor/confirm", code=telephone.code())
    assert answer.status_code == 200, answer.text
    return re.findall(r"<li>([a-z2-7-]{19})</li>", answer.text)


def give_code(visitor: Visitor, code: str) -> int:
    return visitor.send_form("/login/code", "/login/code", code=code).status_code


def test_it_counts_only_after_a_first_code(lan: Visitor, site: str, office: Configuration) -> None:
    assert lan.send_form("/second-factor", "/second-factor", present="sai rồi nhé").status_code == 400
    lan.send_form("/second-factor", "/second-factor", present=PASSWORD)
    assert lan.send_form("/second-factor", "/second-factor/confirm", code="000000").status_code == 400
    with Visitor(site) as other:
        assert other.sign_in("lan").headers["location"] == "/"
    assert list_protected(office) == set()


def test_the_page_shows_the_secret_as_text_address_and_picture(lan: Visitor, telephone: Telephone) -> None:
    lan.send_form("/second-factor", "/second-factor", present=PASSWORD)
    page = lan.get("/second-factor").text
    secret = re.findall(r'class="value code">(\w+)<', page)[0]
    address = html.unescape(re.findall(r"otpauth://[^<]+", page)[0])
    assert parse_qs(urlsplit(address).query)["secret"] == [secret]
    assert pyotp.parse_uri(address).name == "lan"
    picture = ElementTree.fromstring(re.findall(r"<svg.*?</svg>", page, re.DOTALL)[0])
    assert list(picture.iter())[1:], "squares are drawn"
    assert not any("style" in each.attrib for each in picture.iter())


def test_log_in_asks_for_a_code_and_each_code_is_worth_one(
    lan: Visitor, site: str, office: Configuration, telephone: Telephone
) -> None:
    turn_on(lan, telephone)
    assert list_protected(office) == {"lan"}
    with Visitor(site) as other:
        assert other.sign_in("lan").headers["location"] == "/login/code"
        assert other.get("/findings").status_code == 303, "half open is not open"
        assert give_code(other, telephone.code()) == 401, "the one that confirmed it is used"
        assert give_code(other, "000000") == 401
        assert give_code(other, code := telephone.later()) == 303
        assert other.get("/findings").status_code == 200
        assert "rasoat-code" not in other.cookies
    with Visitor(site) as third:
        third.sign_in("lan")
        assert give_code(third, code) == 401, "seen over the shoulder, and used before"
        assert give_code(third, telephone.later()) == 303
    assert kinds(office)[-5:] == ["wrong_code", "wrong_code", "signed_in", "wrong_code", "signed_in"]


@pytest.mark.parametrize(
    ("steps", "taken"), [(-DRIFT - 1, 401), (-DRIFT, 303), (DRIFT, 303), (DRIFT + 1, 401)]
)
def test_a_clock_a_little_wrong_does_no_harm(
    lan: Visitor, site: str, telephone: Telephone, steps: int, taken: int
) -> None:
    turn_on(lan, telephone)
    telephone.later(5)
    with Visitor(site) as other:
        other.sign_in("lan")
        assert give_code(other, telephone.code(steps)) == taken


def test_a_recovery_code_is_worth_one_log_in(lan: Visitor, site: str, telephone: Telephone) -> None:
    codes = turn_on(lan, telephone)
    assert len(set(codes)) == RECOVERY_CODES
    with Visitor(site) as other:
        other.sign_in("lan")
        assert give_code(other, codes[0].upper().replace("-", " ")) == 303
        assert "Còn 9 mã dự phòng" in other.get("/second-factor").text
    with Visitor(site) as third:
        third.sign_in("lan")
        assert give_code(third, codes[0]) == 401


def test_recovery_codes_are_stored_as_digests_and_renewed_at_once(
    lan: Visitor, site: str, office: Configuration, telephone: Telephone
) -> None:
    codes = turn_on(lan, telephone)
    with reading(engine_of(office)) as connection:
        stored = connection.execute(select(recovery_code.c.digest)).scalars().all()
    assert len(stored) == RECOVERY_CODES
    assert not set(stored) & set(codes)
    answer = lan.send_form("/second-factor", "/second-factor/codes", code=telephone.later())
    new = re.findall(r"<li>([a-z2-7-]{19})</li>", answer.text)
    assert (len(new), set(new) & set(codes)) == (RECOVERY_CODES, set())
    assert new[0] not in lan.get("/second-factor").text, "shown once"
    with Visitor(site) as other:
        other.sign_in("lan")
        assert give_code(other, codes[0]) == 401
        assert give_code(other, new[0]) == 303


def test_wrong_codes_are_slowed_down_as_passwords_are(lan: Visitor, site: str, telephone: Telephone) -> None:
    turn_on(lan, telephone)
    with Visitor(site) as other:
        other.sign_in("lan")
        answers = [give_code(other, "000000") for _ in range(MAX_FAILURES_PER_ADDRESS)]
        assert answers == [401] * (MAX_FAILURES_PER_ADDRESS - 1) + [429]
        assert give_code(other, telephone.later()) == 429, "the right one waits too"
        assert other.sign_in("lan").status_code == 429, "and so does the first step"


def test_the_half_open_state_is_short_signed_and_ends_with_the_password(
    lan: Visitor, site: str, office: Configuration, telephone: Telephone
) -> None:
    turn_on(lan, telephone)
    with Visitor(site) as other:
        assert other.get("/login/code").headers["location"] == "/login"
        other.sign_in("lan")
        ticket = other.cookies["rasoat-code"]
        other.cookies.set("rasoat-code", ticket[:-1] + ("0" if ticket[-1] != "0" else "1"))
        assert other.get("/login/code").headers["location"] == "/login"
        other.cookies.clear()
        other.sign_in("lan")
        telephone.later(11)
        assert other.get("/login/code").headers["location"] == "/login", "after five minutes"
        other.sign_in("lan")
        change_password(office, "lan", "một mật khẩu khác hẳn")
        assert give_code(other, telephone.later()) == 409


def test_turning_it_on_ends_the_other_sessions(lan: Visitor, site: str, telephone: Telephone) -> None:
    with Visitor(site) as other:
        other.sign_in("lan")
        turn_on(lan, telephone)
        assert [one.get("/").status_code for one in (lan, other)] == [200, 303]


def test_it_is_turned_off_with_password_and_code(
    lan: Visitor, site: str, office: Configuration, telephone: Telephone
) -> None:
    turn_on(lan, telephone)
    for present, code in ((PASSWORD, "000000"), ("sai rồi nhé", telephone.later())):
        values = {"present": present, "code": code}
        assert lan.send_form("/second-factor", "/second-factor/off", **values).status_code == 400
    values = {"present": PASSWORD, "code": telephone.later()}
    assert lan.send_form("/second-factor", "/second-factor/off", **values).status_code == 303
    with Visitor(site) as other:
        assert other.sign_in("lan").headers["location"] == "/"
    assert kinds(office)[-2:] == ["second_factor_off", "signed_in"]


def test_who_runs_the_server_resets_it(lan: Visitor, office: Configuration, telephone: Telephone) -> None:
    with pytest.raises(NotFoundError, match="không bật mã xác thực"):
        reset(office, "lan")
    turn_on(lan, telephone)
    reset(office, "Lan")
    assert lan.get("/").status_code == 303, "whoever has the telephone is out"
    assert lan.sign_in("lan").headers["location"] == "/"
    turn_on(lan, telephone)
    remove_user(office, "lan")
    assert list_protected(office) == set()


def test_administrators_are_urged_and_where_so_set_obliged(
    office: Configuration, telephone: Telephone
) -> None:
    strict = office.replace(site=SiteSettings(second_factor_for_admins=True))
    with serving(strict) as address, Visitor(address) as quan, Visitor(address) as hoa:
        quan.sign_in("quan")
        hoa.sign_in("hoa")
        assert hoa.get("/").status_code == 200
        assert "nên" not in hoa.get("/second-factor").text
        for page in ("/", "/findings", "/sign-ins"):
            assert quan.get(page).headers["location"] == "/second-factor", page
        assert "phải bật" in quan.get("/second-factor").text
        turn_on(quan, telephone)
        assert quan.get("/").status_code == 200
    with serving(office) as address, Visitor(address) as quan:
        quan.sign_in("quan")
        assert give_code(quan, telephone.later()) == 303
        assert "bật mã xác thực hai bước" not in quan.get("/").text


def test_whom_the_proxy_signs_in_has_none_here(office: Configuration) -> None:
    settings = SiteSettings(
        trusted_proxies=("127.0.0.1",), user_header="X-Remote-User", second_factor_for_admins=True
    )
    with serving(office.replace(site=settings)) as address:
        with Visitor(address, **{"X-Remote-User": "quan"}) as one:
            assert one.get("/").status_code == 200
            assert one.get("/second-factor").status_code == 403


def test_in_a_browser_the_picture_is_seen_and_the_code_taken(window: Window, telephone: Telephone) -> None:
    page = window(javascript=False)
    sign_in(page, "quan")
    page.get_by_role("link", name="bật mã xác thực hai bước").click()
    page.get_by_label("Mật khẩu hiện tại").fill(PASSWORD)
    page.get_by_role("button", name="Bắt đầu bật").click()
    picture = page.get_by_role("img", name="Mã QR của khóa bí mật ghi bên dưới").locator("svg").bounding_box()
    assert picture is not None
    assert picture["width"] > 150
    telephone.secret = page.locator("strong.code").inner_text()
    page.get_by_label("Mã xác thực").fill(telephone.code())
    page.get_by_role("button", name="Bật").click()
    assert page.locator("ol.code li").count() == RECOVERY_CODES
