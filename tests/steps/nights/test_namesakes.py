"""Two decisions of a ministry with one number, of two years: nobody takes the one for the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from portals.serve import Portals
from procedures.office.owners import Owner
from procedures.office.stages import StageChange
from steps.announcements import ledger
from steps.announcements.draft_decision import draft_decision
from steps.announcements.ledger import LedgerEntry
from steps.database import engine_of
from tests.addresses import bundled
from tests.office import EVENING, NIGHTS, Office
from warehouse.db.engine import reading
from warehouse.office import duties
from warehouse.tables.finding_tables import alert

BY = "Nguyễn Thị Lan"
NUMBER = "12/QĐ-BNV"
LAST_YEAR, THIS_YEAR = date(2025, 3, 5), date(2026, 11, 20)
OLD, NEW = ("2.002308", "2.002343"), ("2.001683", "2.001955")


def decide(portals: Portals, code: str, day: date) -> None:
    """The ministry's record of `code` names its decision of that day."""
    moment = int(datetime(day.year, day.month, day.day, 5, tzinfo=UTC).timestamp() * 1000)
    world = portals.national.world
    proposal = world.by_code(code)["procedureProposal"]
    world.edit(code, procedureProposal=proposal | {"decisionNumber": NUMBER, "decisionDate": moment})


def a_list(office: Office) -> Path:
    """A list whose old rows carry the decision by which the province announced them last year."""
    world = office.portals.national.world
    rows = [f'{code},"{world.by_code(code)["name"]}",100/QĐ-UBND ngày 20/03/2025' for code in OLD]
    rows += [f'{code},"{world.by_code(code)["name"]}",' for code in NEW]
    file = office.home / "danh-muc.csv"
    file.write_text("\n".join(["Mã TTHC,Tên TTHC,QĐ công bố của tỉnh", *rows, ""]), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office whose second night brings this year's decision of a number that last year's had."""
    with bundled() as portals:
        for code in OLD:
            decide(portals, code, LAST_YEAR)
        its = Office(tmp_path_factory.mktemp("office"), portals, alerts={"recipients": ["a@example.invalid"]})
        its.take_in(a_list(its), as_of=EVENING)
        its.night(NIGHTS[0], "national")
        for code in NEW:
            decide(portals, code, THIS_YEAR)
        its.night(NIGHTS[1], "national")
        yield its


def test_a_draft_holds_what_the_decision_of_its_date_made(office: Office, tmp_path: Path) -> None:
    done = draft_decision(office.configuration, NUMBER, tmp_path / "a.docx")
    other = "thuộc Quyết định số 12/QĐ-BNV ngày 05/03/2025, quyết định khác cùng số"
    assert (done.changed, done.left_out) == (2, dict.fromkeys(OLD, other))


def test_a_step_is_that_of_the_shown_decision_and_ends_its_duty(office: Office) -> None:
    its = office.configuration
    shown = ledger.load_decision(its, NUMBER)
    assert (shown.line.decision_date, {each.code for each in shown.line.own_codes}) == (THIS_YEAR, set(NEW))
    (seen,) = shown.line.proposals
    assert (seen["number"], tuple(seen["codes"])) == ("100/QĐ-UBND", OLD), "of last year's alone"
    ledger.store_entry(its, NUMBER, LedgerEntry(owner=Owner(division="Phòng A")), BY)
    signed = StageChange(stage="announced", number="200/QĐ-UBND", date=date(2026, 11, 23))
    shown = ledger.store_entry(its, NUMBER, LedgerEntry(move=signed), BY)
    assert shown.stage == "announced"
    stages = {each.code: each.stage for each in shown.line.codes}
    assert stages == dict.fromkeys(NEW, "announced") | dict.fromkeys(OLD, "assigned")
    with reading(engine_of(its)) as connection:
        assert duties.list_duties(connection) == []
    last = StageChange(stage="announced", number="100/QĐ-UBND", date=date(2025, 3, 20))
    shown = ledger.store_entry(its, NUMBER, LedgerEntry(move=last, codes=OLD), BY)
    assert {each.stage for each in shown.line.codes} == {"announced"}, "not too early for last year's"


def test_a_letter_tells_of_the_decision_that_is_news(office: Office) -> None:
    its = office.configuration
    ledger.set_handled_before(its, date(2025, 1, 1), BY)
    world = office.portals.national.world
    world.edit(OLD[0], requirementsAndConditions="Điều kiện mới")
    office.night(NIGHTS[2], "national")
    with reading(engine_of(its)) as connection:
        text = connection.scalars(select(alert.c.body).order_by(alert.c.alert_id.desc())).first()
    assert text is not None
    assert "Quyết định số 12/QĐ-BNV ngày 05/03/2025" in text
