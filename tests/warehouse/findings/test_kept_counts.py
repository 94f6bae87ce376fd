"""Counts of many findings are those of this moment, however often they are asked for, on either engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from tests.warehouse.findings.test_working import about, compare
from warehouse.db.engine import reading, writing
from warehouse.findings import case_queries, kept_counts, queries, trends, triage
from warehouse.findings.queries import Filter
from warehouse.tables.finding_tables import finding_event

TODAY = date(2026, 11, 24)


@pytest.fixture
def filled(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Findings that are many: their counts are kept."""
    monkeypatch.setattr(kept_counts, "MANY", 0)
    compare(
        engine,
        22,
        *(about(f"1.{n:06}", division="A", due_date=TODAY + timedelta(days=n - 3)) for n in range(6)),
    )
    return engine


def figures(engine: Engine) -> list[object]:
    """What pages count of all findings."""
    with reading(engine) as connection:
        jobs = case_queries.load_job_page(connection, Filter(), "weight", TODAY, offset=0, limit=50)
        return [
            queries.count_by_status(connection, Filter(), TODAY),
            queries.load_page(connection, Filter(), "due", TODAY, offset=0, limit=50).rows,
            (jobs.total, jobs.jobs, jobs.rows),
            queries.first_rows(connection, Filter(opened_after=0), "weight", TODAY, 2),
            queries.due_by_division(connection, TODAY),
            queries.count_opened(connection, 0),
            trends.open_counts(connection),
            trends.daily_counts(connection, 9),
        ]


@pytest.mark.parametrize(
    "change",
    [
        lambda connection: triage.move(connection, 2, "resolved", version=1, actor="Lan"),
        lambda connection: triage.assign(
            connection, 3, version=1, division="B", person="Lan", wanted_by=TODAY, actor="Lan"
        ),
    ],
)
def test_a_change_is_counted_at_once(
    filled: Engine, change: Callable[[object], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = figures(filled)
    assert figures(filled) == before
    with writing(filled) as connection:
        change(connection)
    after = figures(filled)
    assert after != before
    monkeypatch.setattr(kept_counts, "MANY", 100)
    assert figures(filled) == after, "as if nothing were kept"


def test_a_night_is_counted_at_once(filled: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    figures(filled)
    compare(filled, 23, about("1.000000", division="A"), about("1.000077", division="C", due_date=TODAY))
    after = figures(filled)
    monkeypatch.setattr(kept_counts, "MANY", 100)
    assert figures(filled) == after


def test_nothing_is_counted_twice_until_something_happened(filled: Engine) -> None:
    asked: list[int] = []

    def count() -> int:
        asked.append(1)
        return len(asked)

    def ask(key: str = "x") -> int:
        with reading(filled) as connection:
            return kept_counts.kept(connection, key, count)

    assert [ask(), ask(), ask("y"), ask()] == [1, 1, 2, 1]
    with writing(filled) as connection:
        assert kept_counts.kept(connection, "x", count) == 3, "what may be rolled back is not kept"
        event = {"finding_id": 1, "at": "2026-11-24T00:00:00+00:00", "actor": "Lan", "action": "noted"}
        connection.execute(finding_event.insert().values(event_id=1000, **event))
    assert ask() == 4
    with writing(filled) as connection:
        connection.execute(finding_event.insert().values(event_id=999, **event))
    assert ask() == 5, "an event of a lower number was committed later"


def test_of_few_findings_nothing_is_kept(filled: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_counts, "MANY", 100)
    numbers = iter(range(9))
    with reading(filled) as connection:
        assert [kept_counts.kept(connection, "x", lambda: next(numbers)) for _ in range(2)] == [0, 1]
