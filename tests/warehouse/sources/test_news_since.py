"""What runs changed since somebody looked, counted and listed, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine

from procedures.findings import Finding, FindingKind, Severity
from tests.warehouse.nights import Nights, at, procedure, read
from warehouse.db.engine import reading, writing
from warehouse.findings import queries, store
from warehouse.findings.filters import Filter
from warehouse.sources import news_since, runs
from warehouse.sources.news_since import NewRuns

TODAY = at(24).date()


def finish(engine: Engine, run_id: int, moment: datetime) -> None:
    with writing(engine) as connection:
        runs.finish_run(connection, run_id, "complete", at=moment)


def test_who_looked_is_told_of_what_ended_later_and_others_of_the_last_night(nights: Nights) -> None:
    engine = nights.engine
    for day in (21, 22, 23):
        nights.night(at(day), read(procedure("1.000001")))
    for run_id, day in ((1, 21), (2, 22), (3, 23)):
        finish(engine, run_id, at(day, 3))
    with reading(engine) as connection:
        assert news_since.last_run_seen(connection, None) == 2
        assert news_since.last_run_seen(connection, at(21, 8)) == 1
        assert news_since.last_run_seen(connection, at(21, 3)) == 0, "it may have ended just after the look"
        assert news_since.last_run_seen(connection, at(20)) == 0
        assert news_since.new_runs(connection, 1).number == 2
        assert news_since.new_runs(connection, 1).as_of == at(23)
        assert news_since.new_runs(connection, 3) == NewRuns(0, None, None)


def test_what_a_killed_run_changed_is_told_with_the_next_one(nights: Nights) -> None:
    finish(nights.engine, nights.begin(at(21))[0], at(21, 3))
    nights.begin(at(22))
    third, _ = nights.begin(at(23))
    finish(nights.engine, third, at(23, 3))
    with reading(nights.engine) as connection:
        assert news_since.last_run_seen(connection, at(22, 8)) == 1
        assert news_since.new_runs(connection, 1).number == 2


def test_the_list_of_changes_has_as_many_procedures_as_were_counted(nights: Nights) -> None:
    first = [procedure(f"1.00000{number}") for number in range(1, 6)]
    nights.night(at(21), *map(read, first))
    second = [replace(each, agency="UBND tỉnh", online_level="full") for each in first[:3]]
    nights.night(at(22), *map(read, (*second, *first[3:], procedure("1.000009"))))
    for run_id in (1, 2):
        finish(nights.engine, run_id, at(20 + run_id, 3))
    with reading(nights.engine) as connection:
        assert news_since.change_counts(connection, 1) == {"national": {"changed": 3, "new": 1}}
        assert news_since.change_counts(connection, 2) == {}
        rows, total = news_since.list_changes(connection, 1, "national", "changed", offset=0, limit=2)
        rest, _ = news_since.list_changes(connection, 1, "national", "changed", offset=2, limit=2)
        assert (len({row["key"] for row in rows}), len({row["key"] for row in rest}), total) == (2, 1, 3)
        assert news_since.list_changes(connection, 2, "national", "changed", offset=0, limit=2) == ([], 0)


def test_findings_are_listed_by_the_runs_that_opened_or_ended_them(engine: Engine) -> None:
    def found(code: str, **said: object) -> Finding:
        return Finding(
            kind=FindingKind.NOT_IN_CATALOGUE, severity=Severity.HIGH, subject=code, code=code,
            name=code, sources=frozenset({"national"}), **said,
        )  # fmt: skip

    for day, findings in ((21, ("a", "b")), (22, ("b", "c")), (23, ("c",))):
        with writing(engine) as connection:
            run_id = runs.begin_run(connection, as_of=at(day), kind="sync")
            store.apply_findings(
                connection, run_id, [found(code) for code in findings], fresh_sources={"national"}, at=at(day)
            )
            runs.finish_run(connection, run_id, "complete", at=at(day))

    def codes(**criteria: int) -> list[str]:
        with reading(engine) as connection:
            rows = queries.list_all(connection, Filter(status=None, **criteria), "code", TODAY)
        return [row["code"] for row in rows]

    assert codes(opened_after=0) == ["a", "b", "c"]
    assert codes(opened_after=1) == ["c"]
    assert codes(ended_after=1) == ["a", "b"]
    assert codes(ended_after=2) == ["b"]
    assert codes(opened_after=3) == codes(ended_after=3) == []
