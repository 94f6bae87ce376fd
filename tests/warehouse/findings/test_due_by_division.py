"""What is due, counted by division as the list counts it, on both engines."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from procedures.findings import Finding, FindingKind, Severity
from tests.warehouse.nights import at
from warehouse.db.engine import reading, writing
from warehouse.findings import queries, store
from warehouse.findings.filters import NO_DIVISION, Due, Filter
from warehouse.sources import runs

TODAY = at(22).date()


def found(code: str, due: datetime, division: str | None) -> Finding:
    return Finding(
        kind=FindingKind.NEW_FROM_MINISTRY,
        severity=Severity.HIGH,
        subject=code,
        code=code,
        name=code,
        due_date=due.date(),
        division=division,
        sources=frozenset({"national"}),
    )


def test_the_counts_are_those_of_the_list_and_the_first_due_is_named(engine: Engine) -> None:
    findings = [
        found("a", at(26), "Phòng A"),
        found("b", at(20), "Phòng A"),
        found("c", at(21), None),
        found("d", at(30), "Phòng B"),
    ]
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at(21), kind="sync")
        store.apply_findings(connection, run_id, findings, fresh_sources={"national"}, at=at(21))
    with reading(engine) as connection:
        due = {each.division: each for each in queries.due_by_division(connection, TODAY)}
        counts = {division: (each.overdue, each.week) for division, each in due.items()}
        assert counts == {"Phòng A": (1, 1), None: (1, 0)}
        assert due["Phòng A"].first_day == at(20).date()
        assert store.get_finding(connection, due["Phòng A"].first)["code"] == "b"
        for division, (overdue, week) in counts.items():
            assert length(engine, division, "overdue") == overdue
            assert length(engine, division, "week") == week


def length(engine: Engine, division: str | None, due: Due) -> int:
    criteria = Filter(division=division or NO_DIVISION, due=due)
    with reading(engine) as connection:
        return queries.load_page(connection, criteria, "due", TODAY, offset=0, limit=9).total
