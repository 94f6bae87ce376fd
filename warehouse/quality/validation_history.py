"""Outcomes of the gates, run by run: for the page of a night and its trend."""

from __future__ import annotations

from collections.abc import Sequence
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
    checks: list[CheckRow] = []
    for row in _rows(connection, run_id):
        if row.expectation != UNCHANGED:
            checks.append(_check(row, run_id))
            continue
        closed = validation.alias()
        was_closed = exists().where(
            closed.c.run_id == validation.c.run_id,
            closed.c.source == row.source,
            closed.c.suite == row.suite,
            closed.c.success == 0,
            or_(closed.c.severity == Severity.CRITICAL.value, closed.c.observed.like('{"error"%')),
        )
        judged_run = connection.execute(
            select(validation.c.run_id)
            .where(
                validation.c.run_id < run_id,
                validation.c.source == row.source,
                validation.c.suite == row.suite,
                validation.c.expectation != UNCHANGED,
                validation.c.run_id.not_in(withdrawn_runs()),
                not_(was_closed),
            )
            .order_by(validation.c.run_id.desc())
            .limit(1)
        ).scalar()
        if judged_run is not None:
            earlier = _rows(connection, judged_run, row.source, row.suite)
            checks += [_check(each, run_id) for each in earlier]
    return checks


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


def _rows(
    connection: Connection, run_id: int, source: str | None = None, suite: str | None = None
) -> Sequence[Any]:
    query = select(validation).where(validation.c.run_id == run_id).order_by(validation.c.validation_id)
    if source is not None and suite is not None:
        query = query.where(validation.c.source == source, validation.c.suite == suite)
    return connection.execute(query).all()


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
