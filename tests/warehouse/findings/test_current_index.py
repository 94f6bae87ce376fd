"""Lists and counts of many findings come from memory, and are those of this moment, on either engine."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, get_args
from weakref import WeakKeyDictionary

import pytest
from sqlalchemy import Connection, Engine

from procedures.errors import InputError
from procedures.findings import CATALOGUE, Finding, FindingKind, Severity
from tests.warehouse.findings.test_working import about, compare
from tests.warehouse.nights import at
from warehouse.db.engine import open_engine, reading, writing
from warehouse.findings import bulk_triage, case_queries, current_index, queries, store, trends, triage
from warehouse.findings.bulk_triage import FindingChange
from warehouse.findings.filters import NO_DIVISION, Filter, selection
from warehouse.findings.finding_index import COLUMNS, FindingIndex, Sort
from warehouse.findings.finding_withdrawal import withdraw_findings
from warehouse.sources import runs
from warehouse.tables.finding_tables import finding, finding_event
from warehouse.tables.source_tables import run

TODAY = date(2026, 11, 24)
NUMBER = 40


@pytest.fixture
def filled(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Findings of every sort, some in cases, that are many: there is an index of them."""
    monkeypatch.setattr(current_index, "FEW", 0)
    kinds, weights = list(FindingKind)[:5], list(Severity)
    compare(
        engine,
        22,
        *(
            about(
                f"1.{n * 7 % NUMBER:06}" if n % 5 else f"2.{n:06}",
                kind=kinds[n % 5],
                severity=weights[n // 3 % 4],
                division=("Phòng A", "Phòng B", None)[n % 3],
                due_date=TODAY + timedelta(days=n % 11 - 5) if n % 4 else None,
                sources=frozenset({CATALOGUE} if n % 2 else {CATALOGUE, "national"}),
                case=f"decision:{n // 4}/QĐ-BNV" if n % 8 < 5 else None,
            )
            for n in range(NUMBER)
        ),
    )
    with writing(engine) as connection:
        triage.assign(
            connection, 3, version=1, division="Phòng C", person="Lan", wanted_by=TODAY, actor="Lan"
        )
        triage.move(connection, 5, "resolved", version=1, actor="Lan")
    return engine


FILTERS = (
    Filter(),
    Filter(status=None),
    Filter(status="resolved"),
    Filter(kind=list(FindingKind)[1]),
    Filter(severity="high", division="Phòng A"),
    Filter(division=NO_DIVISION, due="none"),
    Filter(person="Lan"),
    Filter(due="overdue", source="national"),
    Filter(due="week", status=None),
    Filter(decision="1/QĐ-BNV"),
    Filter(case="decision:2/QĐ-BNV", status=None),
    Filter(text="000014"),
    Filter(text="không có"),
    Filter(opened_after=0, level="province"),
    Filter(ended_after=0, status=None),
    Filter(field="không có"),
)


SOME = (Filter(), Filter(status=None, division="Phòng A"), Filter(person="Minh"), Filter(due="overdue"))


def figures(
    engine: Engine, filters: Sequence[Filter] = SOME, sorts: Sequence[Sort] = ("due",)
) -> list[object]:
    """What pages show of all findings."""
    with reading(engine) as connection:
        shown: list[object] = [
            queries.due_by_division(connection, TODAY),
            queries.count_opened(connection, 0),
            trends.open_counts(connection),
            trends.daily_counts(connection, 9),
        ]
        for criteria in filters:
            shown.append(queries.count_by_status(connection, criteria, TODAY))
            for sort in sorts:
                page = queries.load_page(connection, criteria, sort, TODAY, offset=2, limit=9)
                jobs = case_queries.load_job_page(connection, criteria, sort, TODAY, offset=3, limit=7)
                shown += [
                    page.rows,
                    (jobs.total, jobs.jobs, jobs.rows, jobs.cases),
                    queries.first_rows(connection, criteria, sort, TODAY, 2),
                    queries.neighbours(connection, criteria, sort, TODAY, 7),
                ]
        return shown


def plain(engine: Engine, *of: Sequence[Any]) -> list[object]:
    """What they show without an index."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(current_index, "MOST", 0)
        patch.setattr(current_index, "_KEPT", WeakKeyDictionary())
        with reading(engine) as connection:
            assert current_index.current_index(connection) is None
        return figures(engine, *of)


def give(connection: Connection, number: int = 4, version: int = 1) -> None:
    triage.assign(
        connection, number, version=version, division="B", person="Minh", wanted_by=TODAY, actor="Minh"
    )


def give_all(connection: Connection) -> None:
    change = FindingChange(status="confirmed", division="D")
    mark = bulk_triage.selection_state(connection, Filter(), TODAY).mark
    bulk_triage.change_all(connection, Filter(), TODAY, change, actor="Lan", mark=mark)


CHANGES: tuple[Callable[[Connection], object], ...] = (
    lambda connection: triage.move(connection, 2, "resolved", version=1, actor="Lan"),
    give,
    give_all,
)


def test_an_index_shows_what_the_database_does(filled: Engine) -> None:
    assert figures(filled, FILTERS, ["weight"]) == plain(filled, FILTERS, ["weight"])
    assert figures(filled, SOME[:2], get_args(Sort)) == plain(filled, SOME[:2], get_args(Sort))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("most", [0, 5_000])
def test_a_change_is_shown_at_once(
    filled: Engine, change: Callable[[Connection], object], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current_index, "MAX_CHANGED", most)
    before = figures(filled)
    assert figures(filled) == before
    with writing(filled) as connection:
        change(connection)
    after = figures(filled)
    assert after != before
    assert after == plain(filled)


def test_a_night_is_shown_at_once(filled: Engine) -> None:
    before = figures(filled)
    compare(filled, 23, about("1.000000", division="A"), about("1.000077", division="C", due_date=TODAY))
    after = figures(filled)
    assert after != before
    assert after == plain(filled)


def test_a_run_that_moves_values_without_an_event_is_shown_at_once(filled: Engine) -> None:
    figures(filled)
    with reading(filled) as connection:
        events = case_queries.last_event(connection)
    stays = about("1.000002", kind=list(FindingKind)[1], severity=list(Severity)[2], division="Phòng Z")
    compare(filled, 23, stays, fresh=())
    with reading(filled) as connection:
        assert case_queries.last_event(connection) == events
        assert queries.count(connection, Filter(division="Phòng Z", status=None), TODAY) == 1
    assert figures(filled) == plain(filled)


def test_what_another_process_commits_is_shown_at_once(filled: Engine) -> None:
    figures(filled)
    other = open_engine(filled.url.render_as_string(hide_password=False))
    try:
        with writing(other) as connection:
            give(connection)
        assert figures(filled) == figures(other) == plain(other)
    finally:
        other.dispose()


def test_what_is_rolled_back_is_never_in_an_index(filled: Engine) -> None:
    before = figures(filled)
    with pytest.raises(ZeroDivisionError), writing(filled) as connection:
        give(connection)
        assert current_index.current_index(connection) is None
        assert queries.count(connection, Filter(person="Minh"), TODAY) == 1, "as the transaction sees it"
        raise ZeroDivisionError
    assert figures(filled) == before


@pytest.fixture
def indexes(monkeypatch: pytest.MonkeyPatch) -> list[FindingIndex]:
    """Those that were made anew."""
    made: list[FindingIndex] = []
    load = current_index.load_index

    def noted(connection: Connection) -> FindingIndex:
        made.append(load(connection))
        return made[-1]

    monkeypatch.setattr(current_index, "load_index", noted)
    return made


def test_neither_a_click_nor_a_night_makes_an_index_anew_and_those_who_ask_at_once_make_one(
    filled: Engine, indexes: list[FindingIndex]
) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert len({repr(each) for each in pool.map(figures, [filled] * 4)}) == 1
    assert len(indexes) == 1
    with writing(filled) as connection:
        give(connection)
    figures(filled)
    assert len(indexes) == 1
    compare(filled, 23, about("1.000000"))
    figures(filled)
    assert len(indexes) == 1, "a night's changes are put into it as well"


def test_a_reader_who_began_before_does_not_take_a_change_back(
    filled: Engine, indexes: list[FindingIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    figures(filled)
    with reading(filled) as early, reading(filled) as other:
        for each in (early, other):
            each.execute(finding.select().limit(1)).all()  # SQLite's readers see this moment until they end
        with writing(filled) as connection:
            give(connection)
        after = figures(filled)
        assert current_index.current_index(early) is not None
        assert len(indexes) == 1
        assert figures(filled) == after
        if filled.dialect.name == "sqlite":
            monkeypatch.setattr(current_index, "AHEAD_SECONDS", -1)
            assert current_index.current_index(early) is not None
            old = current_index.current_index(other)
            assert old is not None
            assert "Minh" not in old.column("person"), "a database that was put back is read anew"


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_an_event_that_is_committed_after_later_ones_is_seen(filled: Engine) -> None:
    figures(filled)
    with writing(filled) as slow:
        give(slow, 4)
        with writing(filled) as quick:
            give(quick, 8)
        with reading(filled) as connection:
            assert queries.count(connection, Filter(person="Minh"), TODAY) == 1
        for number in (9, 10):  # the slow one's number is below, whatever is asked for meanwhile
            with writing(filled) as quick:
                give(quick, number)
            figures(filled)
    with reading(filled) as connection:
        assert queries.count(connection, Filter(person="Minh"), TODAY) == 4
    assert figures(filled) == plain(filled)
    with reading(filled) as connection:
        current_index.current_index(connection)
        state = current_index._KEPT[filled].state
        assert state is not None
        assert not state.seen, "nothing is remembered for ever"


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_an_index_made_while_somebody_writes_sees_what_they_commit(filled: Engine) -> None:
    with writing(filled) as slow:
        give(slow, 4)
        with writing(filled) as quick:
            give(quick, 8)
        figures(filled)
    assert figures(filled) == plain(filled)


def test_an_event_about_a_finding_that_no_index_has_makes_it_anew(filled: Engine) -> None:
    figures(filled)
    with writing(filled) as connection:
        row = connection.execute(finding.select().where(finding.c.finding_id == 1)).mappings().one()
        connection.execute(finding.insert(), {**row, "finding_id": 900, "fingerprint": "900"})
        event = {"finding_id": 900, "at": "2026-11-24T00:00:00+00:00", "actor": "Lan", "action": "noted"}
        connection.execute(finding_event.insert(), event)
    assert figures(filled) == plain(filled)


def night(engine: Engine, random: Random, history: list[tuple[int, list[Finding]]]) -> None:
    """A run that opens, ends and moves findings at random, with or without an end of its own."""
    kinds = list(FindingKind)[:5]
    holding = [
        about(
            f"1.{n:06}",
            kind=kinds[n % 5],
            severity=random.choice(list(Severity)[:2]),
            division=random.choice(("Phòng A", "Phòng B", None)),
            due_date=random.choice((None, TODAY, TODAY + timedelta(days=random.randrange(400)))),
            national_value=random.choice(("Hai", "Ba")),
            case=random.choice((None, "decision:1/QĐ-BNV", "decision:2/QĐ-BNV")),
        )
        for n in range(NUMBER)
        if random.random() < 0.7
    ]
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at(23), kind="sync")
        fresh = random.choice((set(), {CATALOGUE, "national", "provincial"}))
        store.apply_findings(connection, run_id, holding, fresh_sources=fresh, at=at(23))
        if random.random() < 0.5:
            runs.finish_run(connection, run_id, "complete")
    history.append((run_id, holding))


def withdraw(engine: Engine, history: list[tuple[int, list[Finding]]]) -> None:
    """The last run is withdrawn, under the number of the one before it."""
    run_id, _ = history.pop()
    before, holding = history[-1]
    with writing(engine) as connection:
        connection.execute(run.update().where(run.c.run_id == run_id).values(status="withdrawn"))
        withdraw_findings(
            connection,
            runs.get_run(connection, run_id),
            before,
            holding,
            fresh_sources={CATALOGUE, "national"},
            actor="Lan",
            reason="sai ngày",
        )


def clicks(engine: Engine, random: Random) -> None:
    """People move, give out and note findings, one or many; what fails is rolled back."""
    with suppress(InputError, ZeroDivisionError), writing(engine) as connection:
        for _ in range(random.randrange(1, 4)):
            number = random.randrange(1, NUMBER)
            version = triage.triage_state_of(connection, number).version
            status = random.choice(("confirmed", "resolved", "in_progress"))
            triage.move(connection, number, status, version=version, actor="Lan")
            give(connection, number, version + 1)
        if random.random() < 0.3:
            give_all(connection)
        if random.random() < 0.3:
            raise ZeroDivisionError


def test_after_any_runs_and_clicks_an_index_is_what_a_fresh_one_is(
    filled: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    random, history = Random(7), []
    other = open_engine(filled.url.render_as_string(hide_password=False))
    night(filled, random, history)
    for _ in range(16):
        monkeypatch.setattr(current_index, "MAX_CHANGED", random.choice((10, 10_000, 10_000)))
        engine = random.choice((filled, other))
        act = random.choice(("night", "clicks", "clicks", "withdraw"))
        if act == "clicks":
            clicks(engine, random)
        elif act == "night" or len(history) < 2:
            night(engine, random, history)
        else:
            withdraw(engine, history)
        for site in (filled, other) if random.random() < 0.6 else (filled,):
            with reading(site) as connection:
                kept, fresh = current_index.current_index(connection), current_index.load_index(connection)
                assert contents(connection, kept) == contents(connection, fresh)
    other.dispose()


def contents(connection: Connection, index: FindingIndex | None) -> list[object]:
    """All that an index says."""
    assert index is not None
    return [
        *(list(index.column(name)) for name in COLUMNS),
        *(index.distinct(name) for name in COLUMNS),
        *(index.counts(index.every, name) for name in COLUMNS),
        *(index.numbers(index.every, sort) for sort in get_args(Sort)),
        *(selection(connection, index, criteria, TODAY) for criteria in FILTERS),
    ]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_backup_that_is_put_back_and_worked_on_is_another_database(filled: Engine, tmp_path: Path) -> None:
    file = str(filled.url.database)
    with closing(sqlite3.connect(file)) as now, closing(sqlite3.connect(tmp_path / "backup.db")) as backup:
        now.backup(backup)
        with writing(filled) as connection:
            triage.move(connection, 2, "resolved", version=1, actor="Lan")
        figures(filled)
        backup.backup(now)
    with writing(filled) as connection:
        give(connection)
        give(connection, 8)
    assert figures(filled) == plain(filled)
