"""The log of signing in: what is written down, who reads it, and that nobody can fill the disk with it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import time_machine

from procedures.office.accounts import MAX_FAILURES, MAX_FAILURES_PER_ADDRESS, Role
from procedures.office.sign_in_events import SignInEvent, SignInEventKind
from review.accounts.sign_ins import SIZE
from review.serve import serving
from settings.configuration import Configuration
from settings.site import SiteSettings
from steps.database import engine_of
from steps.office.accounts import add_user, change_password, remove_user
from tests.review.desk import PASSWORD, PEOPLE, Visitor
from warehouse.db.engine import reading, writing
from warehouse.office.sign_in_events import list_events, record_event

NEW = "một mật khẩu khác hẳn"


def events(office: Configuration) -> list[SignInEvent]:
    """The events since the accounts were made, the oldest first."""
    with reading(engine_of(office)) as connection:
        found, _ = list_events(connection, offset=0, limit=1000)
    return found[::-1][len(PEOPLE) :]


def kinds(office: Configuration) -> list[str]:
    return [event.kind.value for event in events(office)]


def test_what_happens_to_an_account_is_written_down(visitor: Visitor, office: Configuration) -> None:
    add_user(office, "An", Role.VIEWER, PASSWORD)
    visitor.sign_in("AN", "sai rồi nhé")
    visitor.sign_in("An")
    values = {"present": PASSWORD, "new": NEW, "again": NEW}
    visitor.send_form("/password", "/password", **values | {"present": "sai rồi nhé"})
    visitor.send_form("/password", "/password", **values)
    change_password(office, "an", PASSWORD)
    remove_user(office, "an")
    assert [(event.kind.value, event.typed, event.address) for event in events(office)] == [
        ("account_added", "An", ""),
        ("wrong_password", "AN", "127.0.0.1"),
        ("signed_in", "An", "127.0.0.1"),
        ("wrong_password", "an", "127.0.0.1"),
        ("password_changed", "an", "127.0.0.1"),
        ("password_changed", "an", ""),
        ("account_ended", "an", ""),
    ]
    assert {event.account for event in events(office)} == {"an"}


def test_no_password_is_written_down(visitor: Visitor, office: Configuration) -> None:
    visitor.sign_in("lan", "mật khẩu gõ nhầm của tôi")
    assert "gõ nhầm" not in str(events(office))


def test_waiting_is_written_down_once_however_often_somebody_tries(
    visitor: Visitor, office: Configuration
) -> None:
    for _ in range(MAX_FAILURES_PER_ADDRESS + 5):
        visitor.sign_in("lan", "sai rồi nhé")
    assert kinds(office) == ["wrong_password"] * MAX_FAILURES_PER_ADDRESS + ["locked"]
    for number in range(MAX_FAILURES):
        visitor.sign_in(f"ai{number}", "sai rồi nhé")
    assert kinds(office).count("wrong_password") == MAX_FAILURES
    assert kinds(office).count("locked") == 1
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=20)):
        visitor.sign_in("lan")
    assert kinds(office)[-1] == "signed_in"


def test_the_machine_behind_a_trusted_proxy_is_named(office: Configuration) -> None:
    settings = SiteSettings(trusted_proxies=("127.0.0.1",))
    headers = {"X-Forwarded-For": "192.0.2.7"}
    with serving(office.replace(site=settings)) as address, Visitor(address, **headers) as one:
        one.sign_in("lan")
    assert [event.address for event in events(office)] == ["192.0.2.7"]


def test_a_name_longer_than_any_and_signs_of_no_text_are_cut(visitor: Visitor, office: Configuration) -> None:
    visitor.sign_in("x\x00" * 500, "sai rồi nhé")
    (event,) = events(office)
    assert len(event.typed) <= 64
    assert "\x00" not in event.typed


def test_administrators_read_it_newest_first_by_pages_and_by_name(
    visitor: Visitor, office: Configuration
) -> None:
    begun = datetime(2026, 11, 1, tzinfo=UTC)
    with writing(engine_of(office)) as connection:
        for number in range(SIZE):
            kind, at = SignInEventKind.WRONG_PASSWORD, begun + timedelta(minutes=number)
            event = SignInEvent(kind, "hoa", "<b>Hoa</b>", f"192.0.2.{number}", at)
            record_event(connection, event)
    visitor.sign_in("quan")
    page = visitor.get("/sign-ins").text
    rows = re.findall(r"<tr><td>.*?</tr>", page)
    assert len(rows) == SIZE
    assert "127.0.0.1" in rows[0]
    assert "Đăng nhập" in rows[0]
    assert "192.0.2.99" in rows[1]
    assert "&lt;b&gt;Hoa&lt;/b&gt;" in rows[1]
    assert "Trang 1 / 2" in page
    older = visitor.get("/sign-ins?at=2").text
    assert "192.0.2.0<" in older
    assert "dòng lệnh của máy chủ" in older
    assert "(chuyên viên)" in older
    of_hoa = visitor.get("/sign-ins?name=HOA").text
    assert "127.0.0.1" not in of_hoa
    assert 'href="?name=HOA&amp;at=2"' in of_hoa
    assert "Chưa có gì về tên này" in visitor.get("/sign-ins?name=%00ai").text


def test_only_administrators_are_offered_it(visitor: Visitor, lan: Visitor) -> None:
    assert 'href="/sign-ins"' not in lan.get("/").text
    assert lan.get("/sign-ins").status_code == 403
