"""A line of the ledger and its duty: given, gone with the portal's last record of it, and back again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine

from procedures.findings import Side
from procedures.office.owners import AssignmentRule, Owner
from settings.configuration import Configuration
from settings.department import Department
from steps.nights.compared_sources import ComparedSources as Sides
from steps.nights.refresh_ledger import LINE_GONE, LINE_WAITS, store_lines
from steps.office.assignment import coverage
from tests.reconciliation.making import rules as rules_of
from tests.warehouse.conftest import address, engine, postgres, sqlite_template  # noqa: F401 - fixtures
from tests.warehouse.nights import Nights, at, procedure, read
from warehouse.announcements import ledger, ledger_entries
from warehouse.announcements.run_figures import BY_RULE
from warehouse.db.engine import writing
from warehouse.findings import trends
from warehouse.office import duties
from warehouse.sources import runs

NUMBER = "627/QĐ-BNV"
ROW = procedure("1.000001", decision_number=NUMBER)
ANOTHER = replace(ROW, decision_number="700/QĐ-BNV")
RULE = AssignmentRule(owner=Owner(division="Phòng Việc làm"), ministry="Bộ Nội vụ")


def night(connection: Connection, day: int, *rows: object) -> None:
    """What follows when the national portal shows these records."""
    shown = {row.code: row for row in rows}  # type: ignore[attr-defined]
    side = Side(source="national", role="national", complete=True, fresh=True, procedures=shown)
    run_id = runs.begin_run(connection, as_of=at(day), kind="sync")
    store_lines(
        connection, run_id, Sides(None, (side,), ()), rules_of(today=date(2026, 11, day)), (), at(day)
    )
    runs.finish_run(connection, run_id, "complete", at=at(day))


def told_of(engine: Engine, duty_id: int) -> list[tuple[str, str, str, str]]:  # noqa: F811 - a fixture
    rows = Nights(engine).rows("v_ledger_event", "subject_kind", "subject", "attribute", "actor", "reason")
    rows = [row[2:] for row in rows if row[:2] == ("duty", str(duty_id))]
    return [row for row in rows if row[0] == "state"]


def test_a_duty_goes_with_its_line_and_comes_back_with_it(engine: Engine) -> None:  # noqa: F811
    with writing(engine) as connection:
        duties.add_rule(connection, RULE, "Lan")
        night(connection, 20, ROW)
        (kept,) = duties.list_duties(connection)
        assert (kept.duty.subject, kept.duty.owner) == (NUMBER, RULE.owner)
        duties.record_reply(connection, kept, "Đã trình", "Hà")
        night(connection, 21, ANOTHER)
        assert [each.duty.subject for each in duties.list_duties(connection)] == [ANOTHER.decision_number]
        assert [line.decision_number for line in ledger.load_lines(connection)] == [ANOTHER.decision_number]
        night(connection, 22, ANOTHER)
    assert told_of(engine, kept.duty_id) == [("state", BY_RULE, LINE_GONE)], "said once"
    with writing(engine) as connection:
        night(connection, 23, ROW)
        back = duties.get(connection, kept.duty_id)
        assert (back.duty.closed, back.duty.replied, back.duty.owner) == (False, False, RULE.owner)
    assert told_of(engine, kept.duty_id) == [("state", BY_RULE, LINE_GONE), ("state", BY_RULE, LINE_WAITS)]


def test_decisions_of_the_baseline_that_the_list_has_are_unproven_and_nobodys_work(engine: Engine) -> None:  # noqa: F811
    sides = [
        Side(source=role, role=role, complete=True, fresh=True, procedures={"1.000001": ROW})
        for role in ("catalogue", "national")
    ]
    rules = rules_of(today=date(2026, 11, 20), seen_at_baseline=frozenset({"1.000001"}))
    with writing(engine) as connection:
        duties.add_rule(connection, RULE, "Lan")
        run_id = runs.begin_run(connection, as_of=at(20), kind="sync")
        store_lines(connection, run_id, Sides(sides[0], (sides[1],), ()), rules, (), at(20))
        (line,) = ledger.load_lines(connection)
        assert (line.codes_with_role("changed"), line.announced, line.state) == (
            ("1.000001",),
            0.0,
            "pending",
        )
        assert (line.is_waiting, duties.list_duties(connection)) == (False, [])
        assert trends.waiting_announcements(connection, 10) == ([], 0)


def test_what_a_rule_gave_out_and_what_none_covers_is_counted(engine: Engine, address: str) -> None:  # noqa: F811
    other = replace(
        ROW, code="1.000002", field="Lưu trữ", promulgating_agency="Bộ Tư pháp", decision_number=None
    )
    Nights(engine).night(at(20), read(ROW), read(other))
    with writing(engine) as connection:
        for rule in (replace(RULE, owner=Owner(division="Phòng Cũ")), RULE):
            duties.add_rule(connection, rule, "Lan")
        night(connection, 20, ROW)
    office = Configuration(home=Path(), database_url=address, department=Department(name="Sở"), sources=())
    its = coverage(office, at(25))
    assert [each.decisions for each in its.rules] == [0, 1], "of equals the newest"
    assert its.procedures == {"Lưu trữ": 1}
    assert [each.decisions for each in coverage(office, at(20) + timedelta(days=31)).rules] == [0, 0]


def test_a_duty_stays_with_a_line_that_a_person_touched(engine: Engine) -> None:  # noqa: F811
    with writing(engine) as connection:
        night(connection, 20, ROW)
        (line,) = ledger.load_lines(connection)
        ledger_entries.give(connection, line, RULE.owner, "Lan")
        night(connection, 21, ROW)
        night(connection, 22, ANOTHER)
        assert [each.duty.subject for each in duties.list_duties(connection)] == [NUMBER]
