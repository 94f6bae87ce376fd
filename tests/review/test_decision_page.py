"""A ministry decision's page: what is asked, until when, its draft, and each procedure before and after."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from procedures.findings import CATALOGUE, Finding, FindingKind, Severity
from procedures.model import Paper
from procedures.office.decision_lines import DecisionLine
from procedures.values.durations import ProcessingTime
from settings.configuration import Configuration
from settings.sources import SourceSettings
from steps.database import engine_of
from tests.review.conftest import sign_in
from tests.review.desk import Visitor, configuration
from tests.warehouse.nights import Nights, at, procedure, read
from warehouse.announcements import run_figures
from warehouse.db.engine import writing
from warehouse.findings import store
from warehouse.sources import runs

Window = Callable[..., Page]

NUMBER = "700/QĐ-BNV"
PAGE = f"/decisions/{NUMBER}"
LINK = f"/decisions/{quote(NUMBER)}"
MANY = 100


def days(amount: int) -> tuple[ProcessingTime, ...]:
    return (ProcessingTime(amount=amount, unit="working_day"),)


@pytest.fixture
def office(office: Configuration) -> Configuration:
    """An office whose ministry decided on a hundred procedures, one of which took another's place."""
    national = SourceSettings(name="national", kind="national-api", role="national")
    its = configuration(office.home, sources=(national,))
    papers = tuple(Paper(name=f"Giấy tờ thứ {number}", originals=1, copies=0) for number in range(6))
    new = [
        procedure(
            f"2.{number:06}",
            decision_number=NUMBER,
            processing_time=days(30),
            dossier=papers,
            name=f"Việc {number}",
        )
        for number in range(MANY)
    ]
    new[0] = replace(new[0], name="Thành lập quỹ", processing_time=days(20))
    old = procedure(
        "1.999000",
        name="Thủ tục thành lập quỹ",
        processing_time=days(25),
        executing_levels=frozenset({"district"}),
    )
    engine = engine_of(its)
    Nights(engine).night(at(24), *(read(each) for each in new))
    Nights(engine, CATALOGUE, CATALOGUE).night(at(24), read(old))
    replaced = Finding(
        kind=FindingKind.REPLACED_STILL_LISTED,
        severity=Severity.HIGH,
        subject="1.999000",
        code="1.999000",
        name=old.name,
        catalogue_value=old.name,
        successor_code="2.000000",
        sources=frozenset({CATALOGUE, "national"}),
        evidence={"decision_number": NUMBER},
        case=f"decision:{NUMBER}",
    )
    announced = Finding(
        kind=FindingKind.NEW_FROM_MINISTRY,
        severity=Severity.HIGH,
        subject="2.000001",
        code="2.000001",
        name=new[1].name,
        national_value=new[1].name,
        sources=frozenset({CATALOGUE, "national"}),
        evidence={"decision_number": NUMBER},
        case=f"decision:{NUMBER}",
    )
    line = DecisionLine(
        decision_number=NUMBER,
        agency="Bộ Nội vụ",
        decision_date=date(2026, 3, 1),
        effective_date=None,
        due_date=date(2026, 3, 16),
        due_basis="law",
        new=tuple(str(each.code) for each in new),
        changed=(),
        repealed=("1.999000",),
        announced=0.0,
        state="overdue",
    )
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at(25), kind="sync")
        store.apply_findings(connection, run_id, [replaced, announced], fresh_sources=set(), at=at(25))
        run_figures.store_decisions(connection, run_id, [line])
        runs.finish_run(connection, run_id, "complete", at=at(25))
    return its


def test_old_and_new_stand_side_by_side_with_the_words_that_differ_marked(lan: Visitor) -> None:
    page = lan.get(PAGE).text
    pair = page[page.index("<article") : page.index("</article>")]
    assert 'href="/procedures/1.999000"' in pair
    for words in (
        "<mark>Cấp huyện</mark>",
        "<mark>Cấp tỉnh</mark>",
        "<mark>25</mark> ngày làm việc",
        "<mark>20</mark> ngày làm việc",
    ):
        assert words in pair
    assert "<mark>Thủ tục" not in pair, "that a name begins with the word is no difference"
    assert pair.count("<mark>") == 4
    assert pair.index("Thời hạn giải quyết") < pair.index("<details>") < pair.index("Giấy tờ thứ 1")
    assert page.count("Trước: không có thủ tục này") == 19, "a new procedure has nothing before it"


def test_a_repealed_procedure_with_its_successor_stands_once(lan: Visitor) -> None:
    page = lan.get(PAGE).text
    assert f"Trước và nay <small>{MANY} thủ tục" in page
    assert page.count("<article") == 20
    assert "Trang 1 / 5" in page
    last = lan.get(f"{PAGE}?at=5").text
    assert (last.count("<article"), "Việc 99" in last) == (20, True)


def test_what_an_amendment_was_before_is_what_the_portal_said_then(
    lan: Visitor, office: Configuration
) -> None:
    engine = engine_of(office)
    before = procedure("1.000001", name="Thành lập hội", decision_number="5/QĐ-BNV", processing_time=days(60))
    after = replace(before, decision_number="701/QĐ-BNV", processing_time=days(45))
    for night, record in ((26, before), (27, after)):
        Nights(engine).night(at(night), read(record))
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at(27), kind="sync")
        line = DecisionLine(
            decision_number="701/QĐ-BNV",
            agency=None,
            decision_date=date(2026, 3, 1),
            effective_date=None,
            due_date=None,
            due_basis=None,
            new=(),
            changed=("1.000001",),
            repealed=(),
            announced=0.0,
            state="pending",
        )
        run_figures.store_decisions(connection, run_id, [line])
        runs.finish_run(connection, run_id, "complete", at=at(27))
    page = lan.get("/decisions/701/QĐ-BNV").text
    pair = page[page.index("<article") : page.index("</article>")]
    assert "trước đây trên Cổng DVC quốc gia" in pair
    assert "<mark>60</mark> ngày làm việc" in pair
    assert "<mark>45</mark> ngày làm việc" in pair
    run = lan.get(f"/runs/{run_id - 1}").text
    assert '<a href="/decisions/701/Q%C4%90-BNV">701/QĐ-BNV</a>' in run, "a night's changes lead there"
    assert "5/QĐ-BNV</a>" not in run, "a decision that the ledger does not know is no link"


def test_its_findings_lead_there_and_back(lan: Visitor) -> None:
    page = lan.get(PAGE).text
    part = page[page.index('id="findings"') :]
    found = part[part.index("/findings/") :].split('"')[0]
    finding = lan.get(found).text
    assert f'<a href="{LINK}">{NUMBER}</a>' in finding[finding.index("<dt>Quyết định của Bộ</dt>") :]
    assert f'<a href="{LINK}">{NUMBER}</a>' in lan.get("/findings?text=2.000001").text
    assert f'href="/findings?decision={NUMBER.replace("Đ", "%C4%90")}"' in part
    assert found in lan.get(f"/findings?decision={NUMBER}&rows=each").text


def test_a_page_of_a_hundred_procedures_is_light(lan: Visitor) -> None:
    assert len(lan.get(PAGE).content) < 250_000
    times = []
    for _ in range(10):
        began = time.perf_counter()
        assert lan.get(PAGE).status_code == 200
        times.append(time.perf_counter() - began)
    assert sorted(times)[4] < 1.0, json.dumps(times)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_what_a_head_of_office_wants_is_on_the_first_screen(window: Window, width: int, height: int) -> None:
    page = window(width=width, height=height)
    sign_in(page)
    page.goto(PAGE)
    hub = page.get_by_role("region", name="Việc phải làm")
    for part in (
        hub.get_by_text("16/03/2026"),
        hub.get_by_text("quá hạn"),
        hub.get_by_text("theo Nghị định 63/2010/NĐ-CP"),
        hub.get_by_text("100 mới"),
        hub.get_by_text("1 bãi bỏ"),
        hub.get_by_text("Chưa giao phòng nào"),
        hub.get_by_role("link", name="Tờ trình"),
        hub.get_by_role("link", name="Quyết định"),
        hub.get_by_role("link", name="Các phụ lục"),
        hub.get_by_role("link", name="Tải về"),
        hub.get_by_role("link", name="Việc tiếp theo: giao cho phòng"),
    ):
        box = part.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
    hub.get_by_role("link", name="Việc tiếp theo").click()
    expect(page.get_by_role("heading", name="Giao việc")).to_be_in_viewport()


def test_each_part_of_the_draft_is_one_click_away(window: Window) -> None:
    page = window(javascript=False)
    sign_in(page)
    for link, heading in (("Tờ trình", "TỜ TRÌNH"), ("Quyết định", "DỰ THẢO"), ("Các phụ lục", "Phụ lục 1")):
        page.goto(PAGE)
        page.get_by_role("region", name="Việc phải làm").get_by_role("link", name=link).click()
        expect(page.get_by_text(heading, exact=True).last).to_be_in_viewport()


@pytest.mark.parametrize("address", ["/decisions", "/"])
def test_due_date_and_draft_of_a_decision_are_seen_on_a_phone(window: Window, address: str) -> None:
    page = window(width=390, height=844)
    sign_in(page)
    page.goto(address)
    row = page.get_by_role("table", name="Sổ theo dõi công bố").get_by_role("row").filter(has_text=NUMBER)
    for part in (
        row.get_by_text("16/03/2026"),
        row.get_by_role("link", name="xem"),
        row.get_by_text("quá hạn"),
    ):
        box = part.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_a_printed_decision_shows_its_content_and_no_forms(window: Window) -> None:
    page = window()
    sign_in(page)
    page.goto(PAGE)
    page.emulate_media(media="print")
    expect(page.get_by_role("region", name="Việc phải làm")).to_be_visible()
    expect(page.get_by_role("heading", name="Trước và nay")).to_be_visible()
    expect(page.get_by_text("Cấp huyện").first).to_be_visible()
    fields = page.locator("button, input:not([type=hidden]), select, textarea, nav, .button").all()
    assert not any(each.is_visible() for each in fields)
