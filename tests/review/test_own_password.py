"""People change their own password: as guarded as log-in, and their other sessions end."""

from __future__ import annotations

import time
import unicodedata
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from procedures.errors import ConflictError, InputError
from procedures.office.accounts import MAX_FAILURES_PER_ADDRESS
from review.serve import serving
from settings.configuration import Configuration
from settings.site import SiteSettings
from steps.database import engine_of
from steps.office import accounts as doing
from steps.office.accounts import change_password, renew_password, sign_in
from tests.review.desk import PASSWORD, Visitor
from warehouse.db.engine import reading, writing
from warehouse.office import accounts
from warehouse.sources.runs import view_rows
from warehouse.tables.account_tables import sign_in_failure, site_session

NEW = "một mật khẩu khác hẳn"


def change(visitor: Visitor, present: str = PASSWORD, new: str = NEW, again: str | None = None) -> int:
    values = {"present": present, "new": new, "again": new if again is None else again}
    return visitor.send_form("/password", "/password", **values).status_code


def changes(office: Configuration) -> list[tuple[str, str, str]]:
    with reading(engine_of(office)) as connection:
        rows = view_rows(connection, "v_ledger_event", where={"subject_kind": accounts.ACCOUNT})
    return [(row["actor"], row["subject"], row["attribute"]) for row in rows]


@pytest.mark.parametrize("name", ["lan", "xem"])
def test_every_role_changes_its_own_and_the_other_sessions_end(
    visitor: Visitor, site: str, office: Configuration, name: str
) -> None:
    visitor.sign_in(name)
    assert 'href="/password"' in visitor.get("/").text
    with Visitor(site) as elsewhere, Visitor(site) as hoa:
        elsewhere.sign_in(name)
        hoa.sign_in("hoa")
        before = visitor.cookies["rasoat-session"]
        assert change(visitor) == 303
        assert visitor.cookies["rasoat-session"] != before
        assert "các phiên khác của tài khoản đã kết thúc" in visitor.get("/password?told=changed").text
        assert [one.get("/").status_code for one in (elsewhere, hoa)] == [303, 200]
        elsewhere.cookies.set("rasoat-session", before)
        assert elsewhere.get("/").status_code == 303, "the secret before it is worth nothing"
    with Visitor(site) as again:
        assert again.sign_in(name).status_code == 401
        assert again.sign_in(name, NEW).status_code == 303
    assert changes(office) == [(name, name, "password_changed_at")]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"present": "sai rồi nhé"}, "Mật khẩu hiện tại không đúng"),
        ({"again": NEW + "."}, "hai lần nhập không giống nhau"),
        ({"new": "ngắn"}, "cần từ 12 đến 200 ký tự"),
        ({"new": "aaaaaaaaaaaa"}, "quá dễ đoán"),
        ({"new": "Matkhau@2026!"}, "chỉ gồm từ hay dùng làm mật khẩu, chữ số"),
        ({"new": "sonoivu-hatinh"}, "tên đăng nhập hoặc tên cơ quan"),
        ({"new": PASSWORD}, "trùng mật khẩu hiện tại"),
        ({"new": ""}, "cần từ 12"),
    ],
)
def test_what_will_not_do_is_said_and_changes_nothing(
    lan: Visitor, site: str, office: Configuration, typed: dict[str, str], words: str
) -> None:
    values = {"present": PASSWORD, "new": NEW} | typed
    answer = lan.send_form("/password", "/password", **({"again": values["new"]} | values))
    assert (answer.status_code, words in answer.text) == (400, True)
    assert NEW not in answer.text
    assert changes(office) == []
    assert lan.get("/").status_code == 200
    with Visitor(site) as again:
        assert again.sign_in("lan").status_code == 303


def test_wrong_present_passwords_are_slowed_down_as_log_ins_are(lan: Visitor, site: str) -> None:
    answers = [change(lan, present="sai rồi nhé") for _ in range(MAX_FAILURES_PER_ADDRESS + 1)]
    assert answers == [400] * MAX_FAILURES_PER_ADDRESS + [429]
    assert change(lan) == 429, "the right one waits too"
    with Visitor(site) as elsewhere:
        assert elsewhere.sign_in("lan").status_code == 429, "and so does log-in"
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        assert change(lan) == 303


def test_whoever_still_has_a_common_password_gets_in_and_is_asked_to_change_it(
    visitor: Visitor, site: str, office: Configuration
) -> None:
    old = "matkhau123456"
    with writing(engine_of(office)) as connection:
        accounts.change_account(connection, "lan", password=doing._hasher().hash(old))
    answer = visitor.sign_in("lan", old)
    assert (answer.status_code, answer.headers["location"]) == (303, "/password?told=weak")
    assert "quá dễ đoán" in visitor.get("/password?told=weak").text
    assert visitor.get("/findings").status_code == 200, "asked, not locked out"
    assert change(visitor, present=old) == 303
    with Visitor(site) as again:
        assert again.sign_in("lan", NEW).headers["location"] == "/"


def test_whom_the_proxy_signs_in_is_not_offered_it(office: Configuration) -> None:
    settings = SiteSettings(trusted_proxies=("127.0.0.1",), user_header="X-Remote-User")
    with serving(office.replace(site=settings)) as address:
        with Visitor(address, **{"X-Remote-User": "lan"}) as one:
            assert "/password" not in one.get("/").text
            assert one.get("/password").status_code == 403
            values = {"present": PASSWORD, "new": NEW, "again": NEW}
            assert one.send_form("/", "/password", **values).status_code == 403
    assert changes(office) == []


def test_a_change_from_the_command_line_meanwhile_stands(office: Configuration) -> None:
    with reading(engine_of(office)) as connection:
        seen = accounts.find_account(connection, "lan")
    assert seen is not None
    change_password(office, "lan", "mật khẩu của quản trị")
    with pytest.raises(ConflictError), writing(engine_of(office)) as connection:
        accounts.renew_password(connection, seen, "x", datetime.now(UTC))
    assert changes(office) == []
    assert renew_password(office, "lan", "mật khẩu của quản trị", NEW, "127.0.0.1")


WEAKER = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8 * 1024, parallelism=1),))


def weaken(office: Configuration) -> str:
    """Keep lan's password as it was kept under the parameters of before; gives its hash."""
    old = WEAKER.hash(PASSWORD)
    with writing(engine_of(office)) as connection:
        accounts.change_account(connection, "lan", password=old)
    return old


def check_under_way(office: Configuration, helper: ThreadPoolExecutor) -> Future[str | None]:
    """A log-in of lan's that has read the account and waits for its turn to check the password."""
    its = helper.submit(sign_in, office, "lan", PASSWORD, "192.0.2.1")
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        with reading(engine_of(office)) as connection:
            if connection.execute(select(sign_in_failure.c.at)).first():
                return its
        time.sleep(0.01)
    raise AssertionError("the log-in did not come so far")


@pytest.mark.parametrize("weaker", [False, True], ids=["as-strong", "to-be-renewed"])
def test_a_log_in_with_the_old_password_that_was_under_way_opens_nothing(
    office: Configuration, weaker: bool
) -> None:
    if weaker:
        weaken(office)
    with ThreadPoolExecutor(1) as helper:
        with doing._CONCURRENT, doing._CONCURRENT:
            its = check_under_way(office, helper)
            change_password(office, "lan", NEW)
        assert its.result() is None
    with reading(engine_of(office)) as connection:
        assert connection.execute(select(site_session)).all() == []
    assert sign_in(office, "lan", PASSWORD, "192.0.2.1") is None
    assert sign_in(office, "lan", NEW, "192.0.2.1")


def test_a_log_in_renews_a_hash_of_weaker_parameters(office: Configuration) -> None:
    old = weaken(office)
    assert sign_in(office, "lan", PASSWORD, "192.0.2.1")
    with reading(engine_of(office)) as connection:
        found = accounts.find_account(connection, "lan")
    assert found is not None
    assert found.password != old
    assert sign_in(office, "lan", PASSWORD, "192.0.2.1")


TYPED = "hồ sơ đủ bảy phần"
KEYBOARDS = {
    "whole letters": TYPED,
    "taken apart (macOS)": unicodedata.normalize("NFD", TYPED),
    "tones apart (Windows)": "hô\u0300 sơ đu\u0309 ba\u0309y phâ\u0300n",
    "no-break spaces": TYPED.replace(" ", "\u00a0"),
}


@pytest.mark.parametrize("kept", KEYBOARDS.values(), ids=KEYBOARDS)
@pytest.mark.parametrize("typed", KEYBOARDS.values(), ids=KEYBOARDS)
def test_a_password_opens_the_account_from_whatever_keyboard(
    office: Configuration, kept: str, typed: str
) -> None:
    change_password(office, "lan", kept)
    assert sign_in(office, "lan", typed, "127.0.0.1")
    assert sign_in(office, "lan", typed + ".", "127.0.0.1") is None


@pytest.mark.parametrize("kept", list(KEYBOARDS.values())[:3], ids=list(KEYBOARDS)[:3])
def test_an_account_whose_hash_is_of_what_was_typed_once_still_opens(
    office: Configuration, kept: str
) -> None:
    with writing(engine_of(office)) as connection:
        accounts.change_account(connection, "lan", password=doing._hasher().hash(kept))
    for typed in (TYPED, KEYBOARDS["taken apart (macOS)"]):
        assert sign_in(office, "lan", typed, "127.0.0.1")
    with reading(engine_of(office)) as connection:
        account = accounts.find_account(connection, "lan")
    assert account is not None
    assert doing._hasher().verify(TYPED, account.password), "hashed anew in today's form"


def test_the_same_password_from_another_keyboard_is_no_new_one(office: Configuration) -> None:
    change_password(office, "lan", TYPED)
    with pytest.raises(InputError, match="trùng mật khẩu hiện tại"):
        renew_password(office, "lan", TYPED, KEYBOARDS["taken apart (macOS)"], "127.0.0.1")
