"""Long lists a page at a time: each says how many pages there are, and leads to them."""

from __future__ import annotations

from dataclasses import replace

from procedures.workbook_layout.registers import find_register
from settings.configuration import Configuration
from steps.database import engine_of
from steps.office import registers
from tests.review.desk import Visitor, _decision
from tests.warehouse.nights import Nights, at, procedure, read
from warehouse.announcements import run_figures
from warehouse.db.engine import writing
from warehouse.findings import triage
from warehouse.sources import runs

MANY = 60


def test_procedures_are_paged(lan: Visitor, office: Configuration) -> None:
    records = [procedure(f"3.{number:06}", name=f"Việc {number}") for number in range(MANY)]
    Nights(engine_of(office)).night(at(26), *map(read, records))
    page = lan.get("/procedures?text=viec+so+khong").text
    assert "Không thấy thủ tục nào" in page
    first = lan.get("/procedures?text=3.0000").text
    assert "Trang 1 / 2" in first
    assert 'href="?text=3.0000&amp;page=2"' in first
    assert "3.000059" in lan.get("/procedures?text=3.0000&page=2").text
    assert "về trang 1" in lan.get("/procedures?text=3.0000&page=9").text


def test_the_ledger_and_its_duties_are_paged(lan: Visitor, office: Configuration) -> None:
    lines = [replace(_decision(), decision_number=f"{number}/QĐ-BNV") for number in range(1, MANY + 1)]
    with writing(engine_of(office)) as connection:
        run_id = runs.begin_run(connection, as_of=at(26), kind="sync")
        run_figures.store_decisions(connection, run_id, lines)
        runs.finish_run(connection, run_id, "complete", at=at(26))
    page = lan.get("/decisions").text
    assert (page.count('<th scope="row">'), "Trang 1 / 2" in page) == (50, True)
    assert lan.get("/decisions?state=all&at=2").text.count('<th scope="row">') == MANY - 50
    assert 'href="?state=all&amp;at=1"' in lan.get("/decisions?state=all&at=2").text


def test_a_register_is_paged(lan: Visitor, office: Configuration) -> None:
    tasks = find_register("tasks")
    for number in range(MANY):
        registers.add_entry(
            office,
            tasks,
            [f"document={number}/KH-SNV", f"content=Rà soát {number}", "deadline=30/11/2026"],
            "lan",
        )
    page = lan.get("/registers/tasks").text
    assert (f"{MANY} mục" in page, page.count('<th scope="row">')) == (True, 50)
    assert lan.get("/registers/tasks?at=2").text.count('<th scope="row">') == MANY - 50


def test_a_long_history_is_folded(lan: Visitor, office: Configuration) -> None:
    with writing(engine_of(office)) as connection:
        for number in range(25):
            triage.note(connection, 1, f"Ghi chú thứ {number}", actor="lan")
    page = lan.get("/findings/1").text
    history = page[page.index("<h2>Lịch sử</h2>") :]
    assert "6 việc trước đó" in history
    assert history.index("Ghi chú thứ 24") < history.index("<details>") < history.index("Ghi chú thứ 3<")
