"""Five people's mornings after the demo's two nights, by the words of links and fields, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, Locator, Page, expect

from procedures.office.accounts import Role
from procedures.office.owners import Owner
from procedures.office.visits import Visit
from procedures.snapshot import SnapshotState
from review.serve import serving
from settings.configuration import Configuration
from steps.announcements import ledger
from steps.announcements.ledger import LedgerEntry
from steps.database import engine_of
from steps.office.accounts import add_user
from tests.review.conftest import sign_in
from tests.review.desk import PASSWORD
from tests.warehouse.nights import Nights, at, procedure
from warehouse.db.engine import writing
from warehouse.office import visits
from warehouse.sources import runs
from warehouse.sources.snapshots import get_snapshot

ANALYST, HEAD_OF_OFFICE, HEAD_OF_DIVISION = "lan", "mai", "binh"
DEPUTY_DIRECTOR, ADMINISTRATOR = "xem", "quan"

DIVISION, OFFICE = "Phòng Xây dựng chính quyền", "Văn phòng Sở"
"""To whom the analyst and the head of office give work; whose head has a decision past its date."""

LATE = "862/QĐ-BNV"
NEW = "627/QĐ-BNV"
LOST = "cổng chỉ liệt kê 2 trong 150 thủ tục"


class Walk:
    """One person's way through the site, which counts the clicks since the page it began on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def begin(self) -> None:
        """Go to the first page."""
        self.page.goto("/")
        self.clicks = 0

    def follow(self, name: str | re.Pattern[str], inside: Locator | None = None) -> None:
        """Click a link by its words."""
        self._click((inside or self.page.locator("body")).get_by_role("link", name=name).first)

    def press(self, name: str, inside: Locator | None = None) -> None:
        """Click a button by its words."""
        self._click((inside or self.page.locator("body")).get_by_role("button", name=name, exact=True))

    def unfold(self, words: str) -> None:
        """Open what is folded under these words."""
        self._click(self.page.locator("summary", has_text=words).first)

    def take(self, name: str | re.Pattern[str], inside: Locator | None = None) -> Download:
        """Click a link that gives a file."""
        with self.page.expect_download() as coming:
            self.follow(name, inside)
        return coming.value

    def section(self, title: str) -> Locator:
        """The part of the page under a heading."""
        return self.page.locator("section", has=self.page.get_by_role("heading", name=title))

    def row(self, words: str) -> Locator:
        """The line of a table that says so."""
        return self.page.get_by_role("row").filter(has_text=words).first

    def sees(self, words: str | re.Pattern[str]) -> None:
        """The page says so."""
        expect(self.page.get_by_role("main")).to_contain_text(words)

    def is_told(self, words: str) -> None:
        """The message after an act says so."""
        expect(self.page.get_by_role("status")).to_contain_text(words)

    def _click(self, wanted: Locator) -> None:
        wanted.click()
        self.clicks += 1


@pytest.fixture(scope="module")
def held(demo: Configuration) -> int:
    """A snapshot that waits, a decision that is given out, and who looked before the nights."""
    for name in (HEAD_OF_OFFICE, HEAD_OF_DIVISION):
        add_user(demo, name, Role.ANALYST, PASSWORD)
    owner = Owner(division=OFFICE, person=HEAD_OF_DIVISION)
    ledger.store_entry(demo, LATE, LedgerEntry(owner=owner), HEAD_OF_OFFICE)
    few = [procedure(code) for code in ("1.013702", "1.013703")]
    snapshot = Nights(engine_of(demo)).take(at(24), *few, state=SnapshotState.HELD, reason=LOST)
    with writing(engine_of(demo)) as connection:
        run_id = get_snapshot(connection, snapshot).run_id
        runs.finish_run(connection, run_id, "degraded", at=datetime.now(UTC))
        for name in (ANALYST, DEPUTY_DIRECTOR):
            visits.store_visit(connection, name, Visit(datetime.now(UTC) - timedelta(days=1)))
    return snapshot


@pytest.fixture(scope="module")
def address(demo: Configuration, held: int) -> Iterator[str]:
    with serving(demo) as address:
        yield address


@pytest.fixture
def walk(chromium: Browser, address: str) -> Iterator[Callable[[str], Walk]]:
    """Signs a person in."""
    context = chromium.new_context(
        base_url=address, viewport={"width": 1366, "height": 768}, java_script_enabled=False, locale="vi-VN"
    )
    context.set_default_timeout(10_000)

    def signed_in(name: str) -> Walk:
        page = context.new_page()
        sign_in(page, name)
        return Walk(page)

    yield signed_in
    context.close()


def test_the_analyst_gives_out_a_case_and_a_finding_and_takes_it_back(walk: Callable[[str], Walk]) -> None:
    lan = walk(ANALYST)
    lan.follow("Bảng sai lệch")
    jobs = re.search(r"(\d+) việc, (\d+) sai lệch", lan.page.get_by_role("heading", level=1).inner_text())
    assert jobs is not None
    assert int(jobs[1]) < 25 < 50 < int(jobs[2])
    case = f"Quyết định {NEW}"
    lan.page.get_by_label(re.compile(f"Chọn cả .*: {case}")).check()
    bar = lan.page.get_by_role("group", name="Ghi cho nhiều sai lệch cùng lúc")
    bar.get_by_label("Phòng, ban, đơn vị").select_option(DIVISION)
    bar.get_by_label("Người").fill("Bà Mai")
    lan.press("Ghi cho các dòng đã chọn", bar)
    lan.is_told("Đã ghi cho 15 sai lệch.")
    expect(lan.row(case)).to_contain_text("Bà Mai")
    lan.press("Hoàn tác")
    lan.is_told("Đã hoàn tác: 15 sai lệch trở lại như trước.")
    expect(lan.row(case)).not_to_contain_text("Bà Mai")
    lan.follow(case)
    expect(lan.page.get_by_role("heading", level=1)).to_contain_text(f"{case} 15 sai lệch")
    assert lan.page.locator("tbody tr").count() == 15
    expect(lan.row("1.999402")).to_contain_text("thay bằng 1.013703")
    lan.follow(re.compile("Đã được thay thế"), lan.row("1.999402"))
    expect(lan.page.get_by_role("region", name="Ba bên")).to_contain_text("Danh mục")
    lan.page.get_by_label("Người").fill("Ông Bình")
    lan.page.get_by_label("Hạn").fill("05/12/2026")
    lan.press("Ghi việc giao")
    lan.is_told("Đã ghi việc giao.")
    lan.sees("Ông Bình")
    lan.press("Hoàn tác")
    lan.is_told("Đã hoàn tác: 1 sai lệch trở lại như trước.")
    expect(lan.page.locator(".facts")).not_to_contain_text("Ông Bình")


def test_on_a_phone_findings_begin_on_the_first_screen_and_what_filters_them_is_seen(
    walk: Callable[[str], Walk],
) -> None:
    lan = walk(ANALYST)
    lan.page.set_viewport_size({"width": 390, "height": 844})
    lan.follow("Bảng sai lệch")
    expect(lan.row(f"Quyết định {NEW}")).to_be_in_viewport()
    kind = lan.page.locator("select[name=kind]")
    expect(kind).to_be_hidden()
    lan.page.get_by_label("Chọn điều kiện lọc, thứ tự").check()
    kind.select_option("replaced_still_listed")
    lan.press("Lọc")
    expect(kind).to_be_visible()
    expect(kind).to_have_value("replaced_still_listed")


def test_a_case_of_several_kinds_names_one_difference_and_its_kind(walk: Callable[[str], Walk]) -> None:
    lan = walk(ANALYST)
    lan.follow("Bảng sai lệch")
    difference = lan.row(f"Quyết định {NEW}").locator("td.difference")
    expect(difference).to_have_text(re.compile(r"^(\S.*): \S.* và 14 sai lệch nữa$"))


def test_evidence_and_both_texts_of_a_new_procedure_are_two_clicks_away(walk: Callable[[str], Walk]) -> None:
    lan = walk(ANALYST)
    lan.begin()
    lan.follow(re.compile(r"\d\.\d{6}"), lan.section("Có gì mới"))
    code = lan.page.locator(".about .code").inner_text()
    file = lan.take(re.compile("bản gốc"), lan.section("Bằng chứng"))
    assert lan.clicks == 2
    assert code.encode() in Path(file.path()).read_bytes()
    lan.begin()
    lan.follow(NEW, lan.section("Sổ theo dõi công bố"))
    pair = lan.page.get_by_role("article").filter(has_text="1.013702")
    assert lan.clicks <= 2
    assert pair.locator("mark").all_inner_texts()[:2] == ["Cấp huyện", "Cấp xã"]


def test_the_head_of_office_takes_a_decision_from_the_morning_to_its_next_step(
    walk: Callable[[str], Walk],
) -> None:
    mai = walk(HEAD_OF_OFFICE)
    mai.begin()
    mai.follow(NEW, mai.section("Sổ theo dõi công bố"))
    work = mai.page.get_by_role("region", name="Việc phải làm")
    for words in ("14 mới, 13 bãi bỏ", "04/07/2025", "quá hạn", "Chưa giao phòng nào"):
        expect(work).to_contain_text(words)
    place = work.bounding_box()
    assert place is not None
    assert place["y"] + place["height"] < 768, "all of it in the first screen"
    mai.follow("Tờ trình", work)
    assert mai.clicks == 2
    expect(mai.page.get_by_role("heading", level=1)).to_have_text(f"Dự thảo công bố theo {NEW}")
    for part in ("TỜ TRÌNH", "Phụ lục"):
        mai.sees(part)
    file = mai.take("Tải về (.docx)")
    assert file.suggested_filename.endswith(".docx")
    assert Path(file.path()).read_bytes().startswith(b"PK")
    mai.follow(f"Về Quyết định số {NEW}")
    mai.follow("Việc tiếp theo: giao cho phòng", work)
    mai.page.locator("#owner").get_by_label("Phòng, ban, đơn vị").select_option(DIVISION)
    mai.press("Giao")
    mai.is_told("Đã ghi.")
    expect(work).to_contain_text(DIVISION)
    mai.page.locator("select[name=stage]").select_option("đã dự thảo")
    mai.press("Ghi bước")
    mai.is_told("Đã ghi.")
    expect(work).to_contain_text("đã dự thảo")
    expect(mai.section("Đã làm gì").get_by_role("listitem").first).to_contain_text("mai")


def test_the_head_of_a_division_finds_what_is_overdue_in_one_click_and_answers(
    walk: Callable[[str], Walk], demo: Configuration
) -> None:
    binh = walk(HEAD_OF_DIVISION)
    binh.begin()
    binh.follow("1 việc", binh.row(OFFICE))
    assert binh.clicks == 1
    expect(binh.page.get_by_role("heading", level=1)).to_have_text("Việc đã giao 1 việc đã quá hạn")
    expect(binh.row(LATE)).to_contain_text("04/08/2026")
    until = (demo.local_day(datetime.now(UTC)) + timedelta(days=10)).strftime("%d/%m/%Y")
    binh.unfold("Gia hạn, trả lời, đóng")
    binh.page.get_by_label("Hạn mới").fill(until)
    binh.page.get_by_label("Lý do gia hạn").fill("chờ Sở Tư pháp thẩm định")
    binh.press("Gia hạn")
    binh.is_told("Đã ghi.")
    for words in (until, "gia hạn: chờ Sở Tư pháp thẩm định"):
        expect(binh.row(LATE)).to_contain_text(words)
    binh.unfold("Gia hạn, trả lời, đóng")
    binh.page.get_by_label("Trả lời của phòng").fill("đã gửi dự thảo lần hai")
    binh.press("Ghi trả lời")
    expect(binh.row(LATE)).to_contain_text("đã gửi dự thảo lần hai")
    binh.follow("Việc của tôi")
    binh.sees("Quyết định và việc của tôi 1 đang mở")
    binh.sees(f"Quyết định {LATE}, hạn {until} {OFFICE}; phòng đã trả lời")
    binh.follow(f"Quyết định {LATE}")
    expect(binh.page.get_by_role("region", name="Việc phải làm")).to_contain_text("phòng đã trả lời")


def test_the_deputy_director_reads_and_is_offered_nothing_to_write(walk: Callable[[str], Walk]) -> None:
    xem = walk(DEPUTY_DIRECTOR)
    xem.begin()
    figure = xem.row("Cấp tỉnh").get_by_role("cell").nth(2)
    assert figure.inner_text() == "4"
    xem.follow("4", figure)
    xem.sees("4 thủ tục.")
    assert xem.page.locator("tbody tr").count() == 4
    xem.begin()
    xem.follow("5 thay đổi nội dung", xem.section("Có gì mới"))
    expect(xem.page.get_by_role("heading", level=1)).to_contain_text("5 thủ tục")
    assert xem.page.locator("tbody a.code").count() == 5
    xem.follow("1.012091")
    xem.follow("So từng nội dung giữa hai bên, hai lần lấy dữ liệu")
    left, right = (xem.page.get_by_label(side) for side in ("Bên trái", "Bên phải"))
    for side, night in ((left, "22/11/2026"), (right, "23/11/2026")):
        nights = side.locator("option", has_text=re.compile(f"^Cổng DVC quốc gia, .*{night}")).first
        side.select_option(nights.get_attribute("value"))
    xem.press("So sánh")
    expect(xem.page.get_by_role("row", name="Cấp thực hiện").locator("mark")).to_have_text(
        ["Cấp tỉnh", "Cấp xã"]
    )
    for page in ("Tổng quan", "Bảng sai lệch", "Công bố", "Các đêm", "Danh mục"):
        xem.follow(page, xem.page.get_by_role("navigation", name="Các trang"))
        expect(xem.page.locator("main form[method=post]:not([action='/views'])")).to_have_count(0)


def test_the_administrator_keeps_a_snapshot_held_and_finds_the_decision_again(
    walk: Callable[[str], Walk], held: int
) -> None:
    quan = walk(ADMINISTRATOR)
    quan.begin()
    quan.sees(LOST)
    quan.follow(f"Lần lấy dữ liệu {held} tạm giữ")
    quan.sees(re.compile(r"Nếu cho qua, so với dữ liệu hiện nay: mất \d+, thêm 0, đổi 2 thủ tục"))
    lost = quan.page.get_by_role("region", name="Sẽ mất")
    expect(lost).to_contain_text("1.012946")
    expect(lost).to_contain_text("Hội tự giải thể")
    quan.press("Không cho qua, giữ lại")
    expect(quan.page.get_by_role("heading", name="Đã quyết định")).to_have_count(0)
    quan.page.get_by_label("Lý do").fill("đã hỏi Cục, cổng đang sửa")
    quan.press("Không cho qua, giữ lại")
    decided = quan.section("Đã quyết định")
    expect(decided).to_contain_text("không cho qua, giữ lại — đã hỏi Cục, cổng đang sửa")
    quan.follow("Các đêm", quan.page.get_by_role("navigation", name="Các trang"))
    row = quan.row("đã hỏi Cục, cổng đang sửa")
    expect(row).to_contain_text("quan")
    quan.follow(f"Lần lấy dữ liệu {held}", row)
    expect(decided).to_contain_text("đã hỏi Cục, cổng đang sửa")


def test_the_administrator_reads_who_signed_in(walk: Callable[[str], Walk]) -> None:
    quan = walk(ADMINISTRATOR)
    quan.unfold("quan")
    quan.follow("Nhật ký đăng nhập")
    newest = quan.page.get_by_role("row").nth(1)
    for words in ("quan", "Đăng nhập", "127.0.0.1"):
        expect(newest).to_contain_text(words)
    quan.unfold("quan")
    quan.press("Đăng xuất")
    expect(quan.page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
