"""Lists of jobs on both engines: a case, or a finding without one, a line, each once and in order."""

from __future__ import annotations

from datetime import date, datetime
from typing import get_args

import pytest
from sqlalchemy import Engine

from procedures.findings import Finding, FindingKind, Severity
from warehouse.db.engine import reading, writing
from warehouse.findings import store
from warehouse.findings.case_queries import last_event, load_job_page, members_seen
from warehouse.findings.filters import Filter
from warehouse.findings.finding_index import Sort
from warehouse.sources import runs

NIGHT = datetime.fromisoformat("2026-11-22T02:00:00+07:00")
TODAY = date(2026, 11, 22)
NUMBER = 60


def made(number: int) -> Finding:
    """Every third finding has no case, the others are of cases of four."""
    return Finding(
        kind=list(FindingKind)[number % 7],
        severity=list(Severity)[number % 4],
        subject=f"s{number}",
        code=f"1.{number * 7 % 100:06}" if number % 5 else None,
        due_date=date(2026, 11, 1 + number % 9) if number % 2 else None,
        division=f"Phòng {number % 2}",
        sources=frozenset({"catalogue"}),
        case=f"absent:{number // 6}" if number % 3 else None,
    )


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=NIGHT, kind="sync")
        store.apply_findings(
            connection, run_id, map(made, range(NUMBER)), fresh_sources={"catalogue"}, at=NIGHT
        )
        runs.finish_run(connection, run_id, "complete")
    return engine


@pytest.mark.parametrize("criteria", [Filter(), Filter(severity="high"), Filter(division="Phòng 1")])
@pytest.mark.parametrize("sort", get_args(Sort))
def test_pages_hold_each_job_once_in_order(filled: Engine, sort: Sort, criteria: Filter) -> None:
    with reading(filled) as connection:
        whole = load_job_page(connection, criteria, sort, TODAY, offset=0, limit=1000)
        pieces = [
            row["finding_id"]
            for offset in range(0, whole.jobs + 7, 7)
            for row in load_job_page(connection, criteria, sort, TODAY, offset=offset, limit=7).rows
        ]
    assert pieces == [row["finding_id"] for row in whole.rows]
    assert len(pieces) == len(set(pieces)) == whole.jobs
    keys = [row["case_id"] for row in whole.rows]
    assert len(keys) == len(set(keys))
    singles = sum(key.startswith("finding:") for key in keys)
    alone = len(keys) - singles - len(whole.cases)
    assert singles + alone + sum(case.count for case in whole.cases.values()) == whole.total


def test_a_case_sums_up_what_the_filter_selects_of_it(filled: Engine) -> None:
    with reading(filled) as connection:
        page = load_job_page(connection, Filter(), "weight", TODAY, offset=0, limit=100)
    case = page.cases["absent:0"]
    members = [made(number) for number in (1, 2, 4, 5)]
    assert case.count == 4
    assert case.severity == min(members, key=lambda each: list(Severity).index(each.severity)).severity
    assert case.divisions == {"Phòng 0": 2, "Phòng 1": 2}
    assert case.deadline == "2026-11-02"
    assert (page.total, page.jobs) == (NUMBER, 20 + 10)


def test_what_was_moved_since_a_case_was_seen_has_no_version(filled: Engine) -> None:
    with reading(filled) as connection:
        seen = last_event(connection)
        before = members_seen(connection, Filter(), TODAY, "absent:0", seen)
    assert [version for _, version in before] == [1] * 4
    first = before[0][0]
    with writing(filled) as connection:
        store.set_status(connection, first, "resolved", actor="Lan")
    with reading(filled) as connection:
        after = members_seen(connection, Filter(), TODAY, "absent:0", seen)
    assert after == [(first, None), *before[1:]]
