"""Counts that only runs change, kept in memory until one ends or is withdrawn.

Of up to `MANY` findings nothing is kept: counting them takes a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, func, select

from warehouse.db.answers import answers_of
from warehouse.sources.withdrawn_rows import WITHDRAWN
from warehouse.tables.finding_tables import finding
from warehouse.tables.source_tables import run

T = TypeVar("T")

RunStamp = tuple[str, int, int]
"""When the last run ended, how many have, and how many were withdrawn."""

MANY = 10_000
"""Findings from which on counts are kept."""


def run_stamp_columns() -> tuple[ColumnElement[Any], ...]:
    """Return what a statement selects from `run` to have its `RunStamp`."""
    r = run.c
    withdrawn = func.count(r.status).filter(r.status == WITHDRAWN)
    return func.coalesce(func.max(r.finished_at), ""), func.count(r.finished_at), withdrawn


_STAMP = select(
    select(func.coalesce(func.max(finding.c.finding_id), 0)).scalar_subquery(), *run_stamp_columns()
).select_from(run)
"""How many findings there may be, and the `RunStamp`."""


def kept_between_runs(connection: Connection, key: Hashable, count: Callable[[], T]) -> T:
    """Return what `count` returns, or returned under this key when the last run was the same.

    The value must not be changed. In a transaction that writes nothing is kept: it may be rolled back.
    """
    findings, *stamp = connection.execute(_STAMP).one()
    if findings <= MANY:
        return count()
    return answers_of(connection).get(key, count, tuple(stamp))
