"""Who gets in, who may do what, and what every answer carries."""

from __future__ import annotations

import re
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from fastapi.routing import APIRoute
from sqlalchemy import select

from procedures.errors import InputError, SettingsError
from procedures.office.accounts import IDLE_TIMEOUT, MAX_FAILURES_PER_ADDRESS, SESSION_LIFETIME, Role
from review.app import ROUTERS, create_app
from review.security import HEADERS, SMALL, secret_key
from review.serve import serving
from settings.configuration import Configuration
from settings.site import SiteSettings
from steps.database import engine_of
from steps.office.accounts import add_user, change_password, remove_user
from tests.review.desk import PASSWORD, Visitor
from warehouse.db.column_values import to_time
from warehouse.db.engine import reading, writing
from warehouse.findings import queries
from warehouse.sources.runs import view_rows
from warehouse.tables.account_tables import site_session

STANDS_FOR = {
    "finding_id": "1", "run_id": "1", "snapshot_id": "1", "quarantine_id": "1", "rule_id": "1",
    "duty_id": "1", "entry_id": "1", "name": "tasks", "kind": "tasks", "number": "627/QĐ-BNV",
    "code": "1.000001", "subject": "1.000001", "digest": "0" * 64, "document_id": "1", "page_of_file": "1",
    "chapter": "van-phong", "picture": "trang-dau.png",
    "action_id": "1", "view_id": "1",
}  # fmt: skip
"""What a part of an address may be; a new kind of part needs its own here."""


def addresses(method: str) -> list[str]:
    """Every address of the site that answers to `method`, as its routers have it."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    return [
        re.sub(r"\{(\w+)(?::path)?\}", lambda part: STANDS_FOR[part[1]], route.path)
        for route in routes
        if method in route.methods
    ]


FOR_ANYBODY = {
    *("/healthz", "/login", "/login/code", "/help", "/help/van-phong", "/help/hinh/trang-dau.png"),
    *("/login/provider", "/login/provider/answer", "/login/provider/end"),
}
"""What is answered without log-in."""

OF_ONE_S_OWN = {
    "/login", "/login/code", "/logout", "/password", "/second-factor", "/second-factor/confirm",
    "/second-factor/codes", "/second-factor/off",
}  # fmt: skip
"""What every role changes."""

OWN_VIEWS = {"/views", "/views/1/remove"}
"""What every role saves for itself."""

ONLY_ADMINS = {
    "/runs/1/withdraw",
    "/snapshots/1/release",
    "/snapshots/1/keep",
    "/quarantine/1",
    "/divisions",
    "/divisions/end",
}

ONLY_ANALYSTS_SEE = {"/registers/tasks/1"}

ONLY_ADMINS_SEE = {"/sign-ins", "/offices"}

FILLED = {
    "status": "confirmed", "version": "1", "note": "Một", "division": "Phòng A", "code": "1.000001",
    "number": "1", "received": "24/11/2026", "content": "Một", "chosen": "1:1", "mark": "x",
    "role": "national", "online_plan": "Quý I/2027", "reason": "Một", "about": "field", "value": "Hội, quỹ",
    "kept": "x", "decision": "released", "present": PASSWORD, "until": "31/12/2026", "level": "all",
    "part": "1", "row": "1", "seen": "0",
}  # fmt: skip
"""A form with a word for every question that the site asks."""


def test_the_site_has_the_pages_of_its_routers_and_its_style_sheet(office: Configuration) -> None:
    app = create_app(office)
    assert len(app.routes) == len(ROUTERS) + 1
    assert all(isinstance(route, APIRoute) for router in ROUTERS for route in router.routes)
    forms = addresses("POST")
    assert {"/findings/1/accept", "/runs/1/undo", *OF_ONE_S_OWN, *ONLY_ADMINS} <= set(forms)
    assert {method for router in ROUTERS for route in router.routes for method in route.methods} == {
        "GET",
        "POST",
    }


def statuses(office: Configuration) -> set[str]:
    with reading(engine_of(office)) as connection:
        return {row["status"] for row in view_rows(connection, "v_finding")}


def number_of_runs(office: Configuration) -> int:
    with reading(engine_of(office)) as connection:
        return len(view_rows(connection, "v_run"))


def test_healthz_answers_whoever_asks(visitor: Visitor) -> None:
    assert visitor.get("/healthz").status_code == 200


def test_nothing_is_seen_or_changed_without_log_in(visitor: Visitor, office: Configuration) -> None:
    for page in set(addresses("GET")) - FOR_ANYBODY:
        answer = visitor.get(page)
        assert (answer.status_code, answer.headers.get("location", "")[:12]) == (303, "/login?next="), page
    token = visitor.hidden("/login")["csrf_token"]
    for action in set(addresses("POST")) - FOR_ANYBODY:
        answer = visitor.post(action, data=FILLED | {"csrf_token": token})
        assert (answer.status_code, answer.headers.get("location")) == (303, "/login"), action
    assert statuses(office) == {"open"}


def test_every_answer_carries_the_headers(lan: Visitor) -> None:
    for page in ("/", "/healthz", "/nowhere", "/static/site.css", "/findings/x", "/findings/export.xlsx"):
        answer = lan.get(page)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS, page
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "server" not in lan.get("/").headers


def test_pages_hold_neither_scripts_nor_styles_of_their_own(lan: Visitor) -> None:
    for page in ("/", "/findings", "/findings/1", "/runs/5", "/procedures/1.000001", "/catalogue"):
        assert not re.search(
            r"<script|<style|\sstyle=|\son\w+=", lan.get(page).text.replace("&lt;script", "")
        ), page


@pytest.mark.parametrize("token", [None, "", "0" * 64])
def test_a_form_without_our_token_changes_nothing(
    visitor: Visitor, office: Configuration, token: str | None
) -> None:
    visitor.sign_in("quan")
    for action in addresses("POST"):
        values = FILLED | {"username": "quan", "password": PASSWORD}
        answer = visitor.post(action, data=values if token is None else values | {"csrf_token": token})
        assert (answer.status_code, "Biểu mẫu này đã cũ" in answer.text) == (403, True), action
    assert statuses(office) == {"open"}
    assert number_of_runs(office) == 5
    assert visitor.get("/").status_code == 200


def test_another_session_s_token_is_none_of_this_one_s(lan: Visitor, site: str) -> None:
    with Visitor(site) as hoa:
        hoa.sign_in("hoa")
        theirs = hoa.hidden("/findings/1")["csrf_token"]
    assert lan.post("/findings/1/note", data={"note": "Một", "csrf_token": theirs}).status_code == 403


def test_viewers_look_and_change_nothing(visitor: Visitor, office: Configuration) -> None:
    visitor.sign_in("xem")
    token = visitor.hidden("/findings/1")["csrf_token"]
    for page in ("/", "/findings", "/findings/1", "/runs", "/procedures", "/catalogue"):
        assert visitor.get(page).status_code == 200, page
    refused = {page for page in addresses("GET") if visitor.get(page).status_code == 403}
    assert refused == ONLY_ANALYSTS_SEE | ONLY_ADMINS_SEE
    assert "Xác nhận đúng" not in visitor.get("/findings/1").text
    for action in set(addresses("POST")) - OF_ONE_S_OWN - OWN_VIEWS:
        answer = visitor.post(action, data=FILLED | {"csrf_token": token})
        assert (answer.status_code, "không có quyền làm việc đó" in answer.text) == (403, True), action
    assert statuses(office) == {"open"}
    assert number_of_runs(office) == 5


def test_analysts_do_all_that_is_not_the_admins(lan: Visitor) -> None:
    token = lan.hidden("/findings/1")["csrf_token"]
    answers = {
        action: lan.post(action, data={"division": "Phòng A", "csrf_token": token}).status_code
        for action in addresses("POST")
        if action not in OF_ONE_S_OWN
    }
    assert {action for action, status in answers.items() if status == 403} == ONLY_ADMINS
    assert {page for page in addresses("GET") if lan.get(page).status_code == 403} == ONLY_ADMINS_SEE
    assert {action: status for action, status in answers.items() if status >= 500} == {}


def test_only_admins_release(lan: Visitor, site: str) -> None:
    values = {"reason": "Đúng", "csrf_token": lan.hidden("/")["csrf_token"], "decision": "released"}
    assert lan.post("/snapshots/1/release", data=values).status_code == 403
    assert lan.post("/quarantine/1", data=values).status_code == 403
    with Visitor(site) as quan:
        quan.sign_in("quan")
        answer = quan.send_form("/", "/snapshots/1/release", reason="Đúng")
        assert answer.status_code == 400
        assert "không ở trạng thái tạm giữ" in answer.text
        assert quan.send_form("/", "/quarantine/9", reason="Đúng", decision="released").status_code == 404


def test_wrong_passwords_are_slowed_down_and_forgotten_after_a_while(visitor: Visitor) -> None:
    answers = [visitor.sign_in("lan", "sai rồi nhé").status_code for _ in range(MAX_FAILURES_PER_ADDRESS + 1)]
    assert answers == [401] * MAX_FAILURES_PER_ADDRESS + [429]
    assert visitor.sign_in("lan").status_code == 429, "the right one waits too"
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        assert visitor.sign_in("lan").status_code == 303


def test_names_tried_in_turn_are_slowed_down_by_address(visitor: Visitor) -> None:
    answers = [visitor.sign_in(f"ai{number}", "sai rồi nhé").status_code for number in range(25)]
    assert answers[0] == 401
    assert answers[-1] == 429


def test_an_unknown_name_and_a_wrong_password_read_alike(visitor: Visitor) -> None:
    pages = [visitor.sign_in(name, "sai rồi nhé").text for name in ("hoa", "khong-co-ai")]
    assert pages[0].replace('value="hoa"', 'value="khong-co-ai"') == pages[1]


def test_a_session_that_rests_is_over(lan: Visitor) -> None:
    begun = datetime.now(UTC)
    with time_machine.travel(begun + IDLE_TIMEOUT - timedelta(minutes=1)):
        assert lan.get("/").status_code == 200
    with time_machine.travel(begun + 2 * IDLE_TIMEOUT):
        assert lan.get("/").status_code == 303


def test_a_session_that_is_used_all_day_is_over_in_the_evening(lan: Visitor, office: Configuration) -> None:
    begun = datetime.now(UTC)
    step = timedelta(minutes=90)
    for turn in range(1, int(SESSION_LIFETIME / step)):
        moment = begun + turn * step
        with time_machine.travel(moment):
            assert lan.get("/runs").status_code == 200, turn
        wait_until_seen(office, moment)
    with time_machine.travel(begun + SESSION_LIFETIME):
        assert lan.get("/runs").status_code == 303


def wait_until_seen(office: Configuration, moment: datetime) -> None:
    """The use of a session is written down after the answer has gone out."""
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        with reading(engine_of(office)) as connection:
            (seen,) = connection.execute(select(site_session.c.seen_at)).scalars()
        if seen >= to_time(moment):
            return
        time.sleep(0.01)
    raise AssertionError("the session's use was not written down")


def test_log_out_ends_the_session_itself(lan: Visitor) -> None:
    kept = dict(lan.cookies)
    assert lan.send_form("/", "/logout").status_code == 303
    lan.cookies.update(kept)
    assert lan.get("/").status_code == 303


def test_a_session_has_another_secret_after_each_log_in(lan: Visitor) -> None:
    before = lan.cookies["rasoat-session"]
    lan.send_form("/", "/login", username="lan", password=PASSWORD)
    assert lan.cookies["rasoat-session"] != before
    lan.cookies.set("rasoat-session", before)
    assert lan.get("/").status_code == 303


def test_another_password_or_removal_ends_what_is_open(lan: Visitor, office: Configuration) -> None:
    change_password(office, "lan", "một mật khẩu khác")
    assert lan.get("/").status_code == 303
    assert lan.sign_in("lan").status_code == 401
    assert lan.sign_in("lan", "một mật khẩu khác").status_code == 303
    remove_user(office, "lan")
    assert lan.get("/").status_code == 303
    assert lan.sign_in("lan", "một mật khẩu khác").status_code == 401


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(visitor: Visitor) -> None:
    cookie = visitor.sign_in("lan").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    "next_page", ["https://example.invalid/", "//example.invalid", "/\\example.invalid", "x"]
)
def test_log_in_leads_nowhere_but_here(visitor: Visitor, next_page: str) -> None:
    values = {"username": "lan", "password": PASSWORD, "next": next_page}
    assert visitor.send_form("/login", "/login", **values).headers["location"] == "/"


def test_a_form_that_is_too_large_is_turned_away(lan: Visitor) -> None:
    assert lan.post("/findings/1/note", content=b"x" * (SMALL + 1)).status_code == 413

    def drops() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * (SMALL // 10)

    assert lan.post("/findings/1/note", content=drops()).status_code in (400, 403)


MANY = "9" * 5000


def test_an_address_that_makes_no_sense_is_answered_in_words(lan: Visitor) -> None:
    for page, status in {
        "/findings/999": 404,
        "/findings/chín": 404,
        "/findings/99999999999999999999": 404,
        "/runs/99": 404,
        "/procedures/%00": 404,
        "/evidence/../../etc/passwd": 404,
        "/evidence/x": 404,
        "/findings?page=0&kind=x&due=y&sort=z&size=7&level=q&text=%00%ff": 200,
        "/procedures/1.000001?since=x&until=y": 400,
        "/procedures/1.000001/compare?left=x": 400,
        f"/procedures/1.000001/compare?left=national@{MANY}": 400,
        "/procedures/%00/compare": 404,
        f"/findings?moved={MANY}&to=open": 200,
        f"/findings?done={MANY}&refused={MANY}": 200,
        f"/findings?done=1&refused={MANY}&stayed={MANY}&named={MANY}": 200,
        f"/findings?page={MANY}": 200,
        f"/runs?at={MANY}": 200,
        "/runs?at=999999": 200,
        f"/findings/{MANY}": 404,
    }.items():
        answer = lan.get(page)
        assert answer.status_code == status, (page, answer.text[-400:])
        assert "Traceback" not in answer.text


BY_PROXY = {"X-Remote-User": "quan", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


def test_a_fault_of_ours_is_told_in_words_and_behind_the_same_headers(
    lan: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("chi tiết bên trong")

    with monkeypatch.context() as patch:
        patch.setattr(queries, "load_page", broken)
        answer = lan.get("/findings?rows=each")
    assert answer.status_code == 500
    assert "Báo cho người quản trị" in answer.text
    assert "chi tiết bên trong" not in answer.text
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_pages_are_read_while_a_night_writes(lan: Visitor, office: Configuration) -> None:
    later = datetime.now(UTC) + timedelta(minutes=30)
    with writing(engine_of(office)) as connection, time_machine.travel(later):
        connection.exec_driver_sql("UPDATE finding SET status = 'resolved'")
        for page in ("/", "/findings", "/findings/1", "/runs") * 5:
            answer = lan.get(page, timeout=10)
            assert answer.status_code == 200
    assert "Chưa xong 0" in lan.get("/findings").text


class TestReverseProxy:
    """Sign-in and addresses by a proxy's headers: off, unless an address is trusted."""

    def test_its_word_is_nothing_unless_configured(self, site: str) -> None:
        with Visitor(site, **BY_PROXY) as one:
            assert one.get("/").status_code == 303
            assert "Secure" not in one.get("/login").headers["set-cookie"]

    def test_it_is_believed_from_a_trusted_address_only(self, office: Configuration) -> None:
        for trusted, status in (("127.0.0.1", 200), ("192.0.2.1", 303)):
            settings = SiteSettings(trusted_proxies=(trusted,), user_header="X-Remote-User")
            with serving(office.replace(site=settings)) as address, Visitor(address, **BY_PROXY) as one:
                assert one.get("/").status_code == status

    def test_a_name_without_an_account_is_nobody(self, office: Configuration) -> None:
        settings = SiteSettings(trusted_proxies=("127.0.0.1",), user_header="X-Remote-User")
        with serving(office.replace(site=settings)) as address:
            with Visitor(address, **{"X-Remote-User": "nguoi-la"}) as one:
                assert one.get("/").status_code == 303

    def test_behind_tls_cookies_are_secure_and_bound_to_the_host(self, office: Configuration) -> None:
        settings = SiteSettings(trusted_proxies=("127.0.0.1",))
        with serving(office.replace(site=settings)) as address:
            with Visitor(address, **BY_PROXY) as one:
                answer = one.get("/login")
                assert answer.headers["set-cookie"].startswith("__Host-rasoat-form=")
                assert "Secure" in answer.headers["set-cookie"]
                assert "strict-transport-security" in answer.headers

    def test_an_account_of_the_proxy_has_no_password(self, office: Configuration, visitor: Visitor) -> None:
        add_user(office, "proxy", Role.VIEWER, None)
        assert visitor.sign_in("proxy", "!").status_code == 401


def test_the_secret_key_is_made_once_and_for_its_owner_only(office: Configuration) -> None:
    key = secret_key(office)
    assert secret_key(office) == key
    assert len(key) >= 32
    assert stat.S_IMODE((office.home / "secret-key").stat().st_mode) == 0o600
    with pytest.raises(SettingsError, match="quá ngắn"):
        secret_key(office.replace(secret_key="ngắn"))


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("an", "ngắn"),
        ("an", "aaaaaaaaaaaa"),
        ("an", "anhyeuem@2026"),
        ("thuy.tien", "Thuytien-1990"),
        ("a b", PASSWORD),
        ("", PASSWORD),
        ("lan", PASSWORD),
    ],
)
def test_poor_accounts_are_refused(office: Configuration, name: str, password: str) -> None:
    with pytest.raises(InputError):
        add_user(office, name, Role.VIEWER, password)


def test_an_administrator_s_choice_is_held_to_the_same_list(office: Configuration) -> None:
    with pytest.raises(InputError, match="quá dễ đoán"):
        change_password(office, "lan", "Matkhau@123456")
