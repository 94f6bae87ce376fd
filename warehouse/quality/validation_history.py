"""Outcomes of the gates, run by run: for the page of a night and its trend."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, not_, or_, select

from procedures.findings import Severity
from procedures.gate_names import UNCHANGED
from warehouse.db.column_values import from_json
from warehouse.sources.withdrawn_rows import run_is_valid, withdrawn_runs
from warehouse.tables.source_tables import run, validation


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One outcome; `judged_run` is the run that judged it, earlier than `run_id` if nothing had changed."""

    run_id: int
    judged_run: int
    source: str
    suite: str
    expectation: str
    severity: str
    success: bool
    observed: dict[str, Any]


def checks_of(connection: Connection, run_id: int) -> list[CheckRow]:
    """Return the outcomes that hold for a run, in the order they were found.

    A gate that was not run again has the outcomes of the last run that judged it and found it open.
    """
    return checks_of_runs(connection, (run_id,))[run_id]


def checks_of_runs(connection: Connection, run_ids: Collection[int]) -> dict[int, list[CheckRow]]:
    """Return for each run the outcomes that hold for it, as `checks_of`, in as few queries as for one."""
    rows = _rows(connection, run_ids)
    judged = _judging_runs(connection, run_ids) if any(map(_is_unchanged, rows)) else {}
    elsewhere = {each for each in judged.values() if each is not None}.difference(run_ids)
    outcomes: dict[tuple[int, str, str], list[Any]] = {}
    for row in (*rows, *(_rows(connection, elsewhere) if elsewhere else ())):
        outcomes.setdefault((row.run_id, row.source, row.suite), []).append(row)
    checks: dict[int, list[CheckRow]] = {run_id: [] for run_id in run_ids}
    for row in rows:
        of_run, gate = checks[row.run_id], (row.source, row.suite)
        if not _is_unchanged(row):
            of_run.append(_check(row, row.run_id))
        elif (judged_run := judged[row.run_id, *gate]) is not None:
            of_run += [_check(each, row.run_id) for each in outcomes[judged_run, *gate]]
    return checks


def _judging_runs(connection: Connection, run_ids: Collection[int]) -> dict[tuple[int, str, str], int | None]:
    """Return by run, source and suite of what was not judged again which earlier run judged it."""
    unchanged, closed = validation.alias(), validation.alias()
    was_closed = exists().where(
        closed.c.run_id == validation.c.run_id,
        closed.c.source == validation.c.source,
        closed.c.suite == validation.c.suite,
        closed.c.success == 0,
        or_(closed.c.severity == Severity.CRITICAL.value, closed.c.observed.like('{"error"%')),
    )
    judged_run = (
        select(validation.c.run_id)
        .where(
            validation.c.run_id < unchanged.c.run_id,
            validation.c.source == unchanged.c.source,
            validation.c.suite == unchanged.c.suite,
            validation.c.expectation != UNCHANGED,
            validation.c.run_id.not_in(withdrawn_runs()),
            not_(was_closed),
        )
        .order_by(validation.c.run_id.desc())
        .limit(1)
        .correlate(unchanged)
        .scalar_subquery()
    )
    u = unchanged.c
    query = select(u.run_id, u.source, u.suite, judged_run.label("judged")).where(
        u.run_id.in_(run_ids), u.expectation == UNCHANGED
    )
    return {(row.run_id, row.source, row.suite): row.judged for row in connection.execute(query)}


def runs_before(connection: Connection, run_id: int, most: int) -> list[int]:
    """Return the ids of the last `most` runs that judged anything, `run_id` included, the oldest first."""
    is_valid = run_is_valid() | (run.c.run_id == run_id)
    query = (
        select(run.c.run_id)
        .where(run.c.run_id <= run_id, run.c.run_id.in_(select(validation.c.run_id).distinct()), is_valid)
        .order_by(run.c.run_id.desc())
        .limit(most)
    )
    return list(connection.execute(query).scalars())[::-1]


def _rows(connection: Connection, run_ids: Collection[int]) -> Sequence[Any]:
    v = validation.c
    return connection.execute(select(validation).where(v.run_id.in_(run_ids)).order_by(v.validation_id)).all()


def _is_unchanged(row: Any) -> bool:
    return bool(row.expectation == UNCHANGED)


def _check(row: Any, run_id: int) -> CheckRow:
    return CheckRow(
        run_id=run_id,
        judged_run=row.run_id,
        source=row.source,
        suite=row.suite,
        expectation=row.expectation,
        severity=row.severity,
        success=bool(row.success),
        observed=from_json(row.observed),
    )
