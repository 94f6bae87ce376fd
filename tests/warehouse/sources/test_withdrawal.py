"""A night that was withdrawn leaves its source, and the nights after it, as if it had never been."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from procedures.changes import Absence
from procedures.snapshot import LookUp, SnapshotState
from tests.warehouse.nights import Nights, at, met, procedure
from warehouse.db.engine import reading, writing
from warehouse.sources import listing_state, runs, snapshots, withdrawal
from warehouse.sources.staged_difference import absence_of, ladder_columns
from warehouse.sources.withdrawal import ReaderState
from warehouse.tables.source_tables import absence, listing, look_up, retired, state_seen

CODES = ("1.000001", "1.000002", "1.000003", "1.000004")
WRONG = at(22).replace(year=2036)
MEMORY = (absence, listing, look_up, retired, state_seen)
SOURCES = (f"cong_{number}" for number in count())

item = st.one_of(
    st.none(),  # not listed
    st.tuples(st.sampled_from(("A", "B", "C")), st.sampled_from(("ACTIVE", "UPDATED"))),
    st.sampled_from(("seen", "unpublished")),
)
night = st.tuples(
    st.tuples(*(item for _ in CODES)),
    st.sampled_from((SnapshotState.COMPLETE, SnapshotState.COMPLETE, SnapshotState.PARTIAL)),
    st.sampled_from(("not_found", "error", "dead")),
)


def pass_night(nights: Nights, as_of: datetime, what: Any) -> None:
    """A night as it was drawn; what it lacks is asked for."""
    items, state, outcome = what
    observations, asked = [], []
    for code, each in zip(CODES, items, strict=True):
        if each is None:
            asked.append(LookUp(key=code, outcome=outcome, evidence={"asked": as_of.day}))
        elif isinstance(each, str):
            observations.append(met(code, each, source_id=code, list_digest=each))
        else:
            observations.append(procedure(code, name=f"Cấp giấy phép {each[0]}", state=each[1]))
    states = {each[1]: 1 for each in items if isinstance(each, tuple)}
    nights.night(as_of, *observations, state=state, look_ups=asked, states=states)


def remembered(nights: Nights) -> ReaderState:
    """What the archive keeps of the time before a night."""
    with reading(nights.engine) as connection:
        plan = snapshots.reading_plan(connection, nights.source, WRONG)
        rows = connection.execute(
            select(absence.c.key, *ladder_columns()).where(absence.c.source == nights.source)
        )
        ladder: dict[str, Absence | None] = {row.key: absence_of(row) for row in rows}
        return ReaderState(
            remembered=plan.remembered,
            states=plan.known_states,
            absences={key: each for key, each in ladder.items() if each is not None},
            answers=listing_state.load_look_ups(connection, nights.source),
        )


def standing(nights: Nights) -> dict[str, Any]:
    """Everything that the views and the next night know of a source, without numbers of runs and versions."""
    numbers = {"change_id", "run_id", "version_id", "at"}
    views = {
        view: [
            {name: value for name, value in row.items() if name not in numbers}
            for row in nights.rows(view, source=nights.source)
        ]
        for view in ("v_procedure_current", "v_procedure_history", "v_change")
    }
    with reading(nights.engine) as connection:
        for table in MEMORY:
            rows = connection.execute(select(table).where(table.c.source == nights.source)).mappings()
            plain = [{name: value for name, value in row.items() if name not in numbers} for row in rows]
            views[table.name] = sorted(plain, key=str)
    return views


def withdraw(nights: Nights, before: ReaderState) -> None:
    with writing(nights.engine) as connection:
        run = runs.last_run(connection)
        assert run is not None
        rows = runs.snapshots_of_run(connection, run.run_id)
        withdrawal.withdraw_versions(connection, nights.source, run.run_id)
        withdrawal.restore_reader_state(connection, nights.source, before, run.as_of)
        withdrawal.mark_withdrawn(connection, run, rows, actor="An", reason="đồng hồ máy sai một đêm")


ALL = ((("A", "ACTIVE"),) * 4, SnapshotState.COMPLETE, "error")
ONE_ENDS = (("unpublished", *ALL[0][1:]), SnapshotState.COMPLETE, "error")
ONE_LACKS = ((None, *ALL[0][1:]), SnapshotState.COMPLETE, "not_found")


@example(past=[ALL, ONE_ENDS], wrong=ALL, after=ALL)
@example(past=[ALL, ONE_LACKS], wrong=ONE_LACKS, after=ONE_LACKS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(past=st.lists(night, max_size=4), wrong=night, after=night)
def test_a_source_and_its_next_night_are_as_if_the_withdrawn_one_had_not_been(
    engine: Engine, past: list[Any], wrong: Any, after: Any
) -> None:
    ours, theirs = Nights(engine, next(SOURCES)), Nights(engine, next(SOURCES))
    for nights in (ours, theirs):
        for day, what in enumerate(past):
            pass_night(nights, at(10 + day), what)
    before, then = remembered(ours), standing(ours)
    pass_night(ours, WRONG, wrong)
    withdraw(ours, before)
    assert without_evidence(standing(ours)) == without_evidence(then)
    for nights in (ours, theirs):
        pass_night(nights, at(10 + len(past)), after)
    assert named(standing(ours), ours) == named(standing(theirs), theirs)


def without_evidence(said: dict[str, Any]) -> dict[str, Any]:
    """Bytes that a listed item was read from last are its evidence, whichever night read and judged them."""
    return said | {"listing": [{**row, "evidence": None, "judged_digest": None} for row in said["listing"]]}


def named(said: dict[str, Any], nights: Nights) -> str:
    return str(without_evidence(said)).replace(nights.source, "cong")


def test_an_unread_moment_between_two_clocks_is_no_night_ahead(engine: Engine) -> None:
    nights = Nights(engine)
    nights.night(at(22), procedure(CODES[0]))
    nights.night(WRONG, procedure(CODES[0]))
    with reading(engine) as connection:
        ahead = runs.runs_dated_ahead(connection, WRONG - timedelta(days=2))
        assert [run.as_of for run in ahead] == [WRONG]
        assert runs.runs_dated_ahead(connection, WRONG - timedelta(hours=20)) == []
