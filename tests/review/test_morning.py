"""An official's morning in a real browser: from log-in to the last finding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from settings.configuration import Configuration
from steps.database import engine_of
from steps.office import registers
from tests.review.conftest import sign_in
from tests.review.desk import FINDINGS, FORMULA, PASSWORD, SCRIPT
from tests.review.test_whole_filter import fill_pages
from warehouse.db.engine import reading
from warehouse.sources.runs import view_rows

Window = Callable[..., Page]

AXE = Path(__file__).parent / "axe" / "axe.min.js"

BULK = "/findings/bulk"
"""Not an address that can be opened: it is come to by the form of the list."""

PAGES = (
    "/", "/findings", "/findings?text=khong+co", "/findings/1", "/findings/2", "/findings/4", "/runs",
    "/runs/5", "/quarantine", "/procedures", "/procedures/1.000001?since=22/11/2026&until=23/11/2026",
    "/catalogue", "/nowhere", "/decisions", "/decisions?state=all", "/decisions/627/QĐ-BNV", "/duties",
    "/eligibility", "/eligibility?day=22/11/2026", "/decentralisation", "/sheets", "/registers/tasks",
    "/registers/criteria/0", "/password", BULK, "/decisions/627/QĐ-BNV/draft", "/duties/rules",
    "/eligibility/1.000001", "/decentralisation/1.000001", "/decentralisation?state=undeclared",
    "/help", "/help/quan-tri",
    "/divisions", "/snapshots/1", "/runs/decisions", "/decisions/documents", "/procedures/1.000001/compare",
    "/procedures/1.000001/compare?left=national@2&right=national@3",
    "/procedures/1.000002/compare?left=national@2&right=national@3",
    "/mine", "/duties?state=closed", "/findings?restored=1&kept=2&kept_ids=1.2",
    "/sign-ins", "/second-factor", "/runs/changes?after=1&source=national&kind=changed",
    "/findings?rows=each", "/findings?case=decision%3A627%2FQĐ-BNV", "/decisions?due=overdue",
    "/duties?due=overdue", "/procedures?text=khong+co", "/registers/feedback", "/registers/feedback/1",
    "/registers/criteria", "/registers/reviews",
)  # fmt: skip


def events(office: Configuration) -> list[tuple[str, str | None, str | None]]:
    with reading(engine_of(office)) as connection:
        rows = view_rows(connection, "v_finding_event", where={"action": "status"}, order_by=("event_id",))
    return [(row["actor"], row["from_status"], row["to_status"]) for row in rows]


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_the_morning_from_log_in_to_the_last_finding(
    window: Window, office: Configuration, javascript: bool
) -> None:
    page = window(javascript=javascript)
    page.goto("/findings?severity=high")
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    sign_in(page)
    expect(page.get_by_role("heading", name="Dữ liệu đêm qua")).to_be_visible()
    expect(page.get_by_role("link", name="627/QĐ-BNV", exact=True)).to_be_visible()
    page.get_by_role("link", name="Bảng sai lệch").click()
    page.get_by_role("link", name="Bộ đã công bố, tỉnh chưa công bố").click()
    for left in range(len(FINDINGS), 0, -1):
        expect(page.get_by_text(f"1 / {left}", exact=True)).to_be_visible()
        page.get_by_role("button", name="Đã xử lý").click()
    expect(page.get_by_text("Không có sai lệch nào như bạn lọc.")).to_be_visible()
    assert events(office) == [("lan", "open", "resolved")] * len(FINDINGS)
    page.locator("summary", has_text="lan").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.goto("/findings")
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()


def test_a_finding_is_given_out_ignored_and_found_again(window: Window) -> None:
    page = window()
    sign_in(page)
    page.goto("/findings/1")
    assert page.locator("mark").all_inner_texts() == ["45"]
    page.get_by_label("Phòng, ban, đơn vị").select_option("Phòng Cải cách hành chính")
    page.get_by_label("Người").fill("Ông Bình")
    page.get_by_label("Hạn").fill("05/12/2026")
    page.get_by_role("button", name="Ghi việc giao").click()
    expect(page.get_by_text("Đã ghi việc giao.")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("05/12/2026")
    expect(page.locator(".history")).to_contain_text(
        "chưa giao → Phòng Cải cách hành chính, Ông Bình, hạn 05/12/2026"
    )
    page.get_by_role("button", name="Bỏ qua").click()
    expect(page.get_by_role("alert")).to_contain_text("bỏ qua thì phải ghi lý do")
    page.get_by_label("Ghi chú, lý do").fill("Phí do HĐND tỉnh quy định")
    page.get_by_role("button", name="Bỏ qua").click()
    expect(page.get_by_role("status")).to_contain_text("Sai lệch 1: đã chuyển sang “Bỏ qua”")
    page.goto("/findings/1")
    page.get_by_label("Nguồn, kênh").fill("Bộ phận Một cửa")
    page.get_by_label("Số đến").fill("15/PAKN")
    page.get_by_label("Nội dung phản ánh").fill("Thời hạn hai nơi khác nhau")
    page.get_by_role("button", name="Ghi vào sổ").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi vào sổ")
    page.get_by_role("link", name="Số 15/PAKN").click()
    expect(page.get_by_label("Mã TTHC")).to_have_value("1.000001")
    page.goto("/findings?status=ignored&text=thanh+lap&division=Phòng Cải cách hành chính")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_many_findings_are_moved_with_one_reason(window: Window, office: Configuration) -> None:
    page = window(javascript=False)
    sign_in(page)
    page.goto("/findings")
    page.get_by_role("link", name="Chọn cả trang").click()
    page.get_by_label("Chọn sai lệch 1").uncheck()
    fill_bar(page, "confirmed")
    page.get_by_role("button", name="Ghi cho các dòng đã chọn").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi cho 3 sai lệch")
    assert events(office) == [("lan", "open", "confirmed")] * 3
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_role("status")).to_contain_text("Đã hoàn tác: 3 sai lệch trở lại như trước")
    fill_pages(office)
    ask_for_all(page)
    page.get_by_role("button", name="Ghi cho 64 sai lệch").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi cho 64 sai lệch")
    expect(page.get_by_text("Không có sai lệch nào như bạn lọc.")).to_be_visible()


def fill_bar(page: Page, status: str) -> None:
    bar = page.get_by_role("group", name="Ghi cho nhiều sai lệch cùng lúc")
    bar.locator("select[name=status]").select_option(status)
    bar.get_by_label("Lý do, ghi chú chung").fill("Đã họp ngày 24/11")


def ask_for_all(page: Page) -> None:
    page.goto("/findings")
    fill_bar(page, "resolved")
    page.get_by_role("button", name="Tất cả 64 sai lệch khớp bộ lọc").click()
    expect(page.get_by_role("heading", name="Ghi cho tất cả sai lệch khớp bộ lọc")).to_be_visible()


def go(page: Page, address: str) -> None:
    if address == BULK:
        ask_for_all(page)
    else:
        page.goto(address)


def test_an_own_password_is_changed(window: Window) -> None:
    page = window(javascript=False)
    sign_in(page)
    page.locator("summary", has_text="lan").click()
    page.get_by_role("link", name="Đổi mật khẩu").click()
    page.get_by_label("Mật khẩu hiện tại").fill(PASSWORD)
    page.get_by_label("Mật khẩu mới (ít nhất 12 ký tự)").fill("một mật khẩu khác hẳn")
    page.get_by_label("Nhập lại mật khẩu mới").fill("một mật khẩu khác hẳn")
    page.get_by_role("button", name="Đổi mật khẩu").click()
    expect(page.get_by_role("status")).to_contain_text("Đã đổi mật khẩu")
    page.get_by_role("link", name="Bảng sai lệch").click()
    expect(page.get_by_role("heading", name="Bảng sai lệch")).to_be_visible()


def test_the_keyboard_alone_is_enough(window: Window, office: Configuration) -> None:
    page = window()
    page.goto("/login")
    expect(page.get_by_label("Tên đăng nhập")).to_be_focused()
    page.keyboard.type("lan")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    page.keyboard.press("Tab")
    assert focused(page) == "Tới nội dung chính"
    tab_to(page, "Bảng sai lệch")
    page.keyboard.press("Enter")
    page.wait_for_url("**/findings")
    tab_to(page, "Bộ đã công bố, tỉnh chưa công bố")
    page.keyboard.press("Enter")
    page.wait_for_url("**/findings/2?*")
    tab_to(page, "Xác nhận đúng là sai lệch")
    page.keyboard.press("Enter")
    page.wait_for_url("**moved=2**")
    assert events(office) == [("lan", "open", "confirmed")]


def focused(page: Page) -> str:
    text: str = page.evaluate("document.activeElement.innerText || document.activeElement.name || ''")
    return text.strip()


def tab_to(page: Page, text: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page) == text:
            ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert ring == "solid", "the focus is seen"
            return
    raise AssertionError(f"{text!r} is not reached by the keyboard")


def test_no_page_is_wider_than_a_narrow_screen(window: Window, office: Configuration) -> None:
    fill_pages(office)
    page = window(width=360, height=740)
    sign_in(page, "quan")
    wide = {}
    for address in PAGES:
        go(page, address)
        wide[address] = page.evaluate("document.documentElement.scrollWidth")
    assert {address: width for address, width in wide.items() if width > 360} == {}


def test_many_rows_fit_on_a_screen_under_a_head_that_stays(window: Window) -> None:
    page = window(height=300)
    sign_in(page)
    page.goto("/findings")
    heights = page.evaluate("[...document.querySelectorAll('.list tbody tr')].map(row => row.offsetHeight)")
    assert len(heights) == 4
    assert max(heights) <= 44
    page.locator(".list tbody tr").last.evaluate("row => row.scrollIntoView({block: 'start'})")
    assert page.locator(".list thead th").first.evaluate("head => head.getBoundingClientRect().top") == 0


def test_axe_finds_nothing_wrong_on_any_page(window: Window, office: Configuration) -> None:
    fill_pages(office)
    said = {"number": "15/PAKN", "received": "20/11/2026", "content": "Thời hạn hai nơi khác nhau"}
    registers.add_feedback(office, 1, said, "lan")
    page = window()
    found = {}
    page.goto("/login")
    found["/login"] = violations(page)
    sign_in(page, "quan")
    for address in PAGES:
        go(page, address)
        found[address] = violations(page)
    assert {address: problems for address, problems in found.items() if problems} == {}


def test_axe_finds_nothing_wrong_while_a_second_factor_is_turned_on_and_asked_for(window: Window) -> None:
    page, found = window(), {}
    sign_in(page)
    page.goto("/second-factor")
    page.get_by_label("Mật khẩu hiện tại").fill(PASSWORD)
    page.get_by_role("button", name="Bắt đầu bật").click()
    found["the secret"] = violations(page)
    secret = page.locator("strong.code").inner_text()
    page.get_by_label("Mã xác thực").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Bật").click()
    found["recovery codes"] = violations(page)
    page.goto("/second-factor")
    found["turned on"] = violations(page)
    page.locator("summary", has_text="lan").click()
    found["one's own links"] = violations(page)
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/login/code")
    found["the code at log-in"] = violations(page)
    assert {state: problems for state, problems in found.items() if problems} == {}


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds wrong, however slight: the rule and the first place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert result["passes"]
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in result["violations"]]


def test_the_head_of_a_page_stands_on_one_line(window: Window) -> None:
    page = window()
    sign_in(page, "quan")
    for address in ("/", "/findings", "/registers/tasks"):
        page.goto(address)
        tops = page.evaluate(
            "[...document.querySelectorAll('.top nav a, .who > *')].map(e => e.getBoundingClientRect().top)"
        )
        assert max(tops) - min(tops) < 12, address


def test_a_name_out_of_a_portal_is_just_a_name(window: Window) -> None:
    page = window()
    sign_in(page)
    for address in ("/findings", "/findings/2", "/procedures", "/procedures/1.000002", "/runs/3"):
        page.goto(address)
        assert SCRIPT in page.inner_text("main"), address
    page.goto("/findings/2")
    assert page.locator("main script").count() == 0
    assert page.get_by_role("link", name="mở trang của cổng").count() == 0, "javascript: is no page"
    page.goto("/findings/3")
    assert FORMULA in page.inner_text(".about")


def test_print_leaves_the_finding_and_drops_the_buttons(window: Window) -> None:
    page = window()
    sign_in(page)
    page.goto("/findings/1")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Các trang")).to_be_hidden()
    expect(page.get_by_role("button", name="Bỏ qua")).to_be_hidden()
    expect(page.get_by_role("heading", name="Vì sao báo")).to_be_visible()
    expect(page.locator(".sides")).to_be_visible()
    fields = page.locator("form, button, input:not([type=hidden]), select, textarea").all()
    assert not any(each.is_visible() for each in fields), "the finding is printed, its forms are not"
    page.goto("/findings")
    expect(page.locator("table.list tbody tr").first).to_be_visible()
    assert not any(each.is_visible() for each in page.locator("button, input, select").all())
