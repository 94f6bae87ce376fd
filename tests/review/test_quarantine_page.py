"""What waits in quarantine, as the pages count and show it."""

from __future__ import annotations

import pytest

from settings.configuration import Configuration
from steps.database import engine_of
from steps.sources.quarantine import dismiss_record, list_quarantined, release_record
from tests.review.desk import Visitor
from tests.warehouse.nights import at
from warehouse.db.engine import writing
from warehouse.sources import runs
from warehouse.tables.source_tables import quarantine

THROWN = 204
"""Records thrown out, of which three are decided on."""


@pytest.fixture
def full(office: Configuration) -> Configuration:
    with writing(engine_of(office)) as connection:
        run_id = runs.begin_run(connection, as_of=at(24), kind="sync")
        row = {
            "run_id": run_id,
            "source": "igate",
            "stage": "records",
            "rule": "fee_range",
            "reason": "phí âm",
        }
        rows = [
            row | {"code": f"2.{number:06d}", "digest": str(number), "record": '{"name": "Thủ tục"}'}
            for number in range(1, THROWN + 1)
        ]
        connection.execute(quarantine.insert(), rows)
    numbers = {row["code"]: row["quarantine_id"] for row in list_quarantined(office)}
    dismiss_record(office, numbers["2.000001"], "quan", "lỗi của cổng")
    dismiss_record(office, numbers["2.000002"], "quan", "lỗi của cổng")
    release_record(office, numbers["2.000204"], "quan", "đúng là như vậy")
    return office


def test_only_what_waits_is_counted_and_on_both_pages_the_same(full: Configuration, lan: Visitor) -> None:
    assert "Bản ghi chờ kiểm tra <small>201</small>" in lan.get("/quarantine").text
    assert "Bản ghi chờ kiểm tra: 201<" in lan.get("/runs").text


def test_the_newest_come_first_a_page_at_a_time(full: Configuration, lan: Visitor) -> None:
    told = lan.get("/quarantine").text
    assert told.index("2.000203") < told.index("2.000184") < told.index("Đã cho qua hoặc để ngoài")
    assert "2.000183" not in told
    assert "Trang 1 / 11" in told
    last = lan.get("/quarantine?at=11").text
    assert "2.000003" in last
    assert "2.000004" not in last
    assert "2.000003" in lan.get("/quarantine?at=99").text, "a page too far is the last one"
    decided = told[told.index("Đã cho qua hoặc để ngoài") :]
    assert decided.index("2.000204") < decided.index("2.000002") < decided.index("2.000001")


def test_a_decision_is_found_afterwards_even_one_that_another_replaced(
    full: Configuration, lan: Visitor
) -> None:
    numbers = {row["code"]: row["quarantine_id"] for row in list_quarantined(full, dismissed=True)}
    release_record(full, numbers["2.000001"], "quan", "Bộ xác nhận là đúng")
    for found in ("/quarantine", "/runs/decisions", "/runs", "/runs/6"):
        page = lan.get(found).text
        assert "Bộ xác nhận là đúng" in page, found
    listed = lan.get("/runs/decisions").text
    assert "Đã quyết định <small>4</small>" in listed
    assert "để ngoài" in listed
    assert listed.count("lỗi của cổng") == 2, "the replaced one too"


def test_a_record_is_shown_by_its_labels(full: Configuration, lan: Visitor) -> None:
    page = lan.get("/quarantine").text
    assert "<dt>Tên thủ tục</dt><dd>Thủ tục</dd>" in page
    assert "<pre" not in page


def test_further_pages_are_found_where_a_decision_without_a_reason_shows_the_page_again(
    full: Configuration, visitor: Visitor
) -> None:
    visitor.sign_in("quan")
    newest = next(row for row in list_quarantined(full) if row["code"] == "2.000203")["quarantine_id"]
    told = visitor.send_form("/quarantine", f"/quarantine/{newest}", decision="released", reason="")
    assert told.status_code == 400
    assert 'href="/quarantine?at=2"' in told.text


def test_a_page_of_runs_that_is_not_there_leads_to_the_first(lan: Visitor) -> None:
    for address in ("/runs", "/runs/decisions"):
        page = lan.get(f"{address}?at=9").text
        assert ("về trang 1" in page) == (address == "/runs"), "nobody decided anything"
