"""Counts that only runs change, kept in memory until one ends or is withdrawn.

Of up to `MANY` findings nothing is kept: counting them takes a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Engine, func, select

from warehouse.sources.withdrawn_rows import WITHDRAWN
from warehouse.tables.finding_tables import finding
from warehouse.tables.source_tables import run

T = TypeVar("T")

RunStamp = tuple[str, int, int]
"""When the last run ended, how many have, and how many were withdrawn."""

MANY = 10_000
"""Findings from which on counts are kept."""

_MOST = 1_000
"""Counts that are kept of one database."""


@dataclass(slots=True)
class _Kept:
    stamp: RunStamp
    values: dict[Hashable, Any] = field(default_factory=dict)


_KEPT: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def run_stamp_columns() -> tuple[ColumnElement[Any], ...]:
    """Return what a statement selects from `run` to have its `RunStamp`."""
    r = run.c
    withdrawn = func.count(r.status).filter(r.status == WITHDRAWN)
    return func.coalesce(func.max(r.finished_at), ""), func.count(r.finished_at), withdrawn


def kept_between_runs(connection: Connection, key: Hashable, count: Callable[[], T]) -> T:
    """Return what `count` returns, or returned under this key when the last run was the same.

    The value must not be changed. In a transaction that writes nothing is kept: it may be rolled back.
    """
    if connection.get_execution_options().get("rasoat_writes", False):
        return count()
    number = select(func.coalesce(func.max(finding.c.finding_id), 0)).scalar_subquery()
    query = select(number, *run_stamp_columns()).select_from(run)
    findings, ended, runs, withdrawn = connection.execute(query).one()
    if findings <= MANY:
        return count()
    stamp: RunStamp = ended, runs, withdrawn
    stored = _KEPT.get(connection.engine)
    if stored is None or stored.stamp != stamp or len(stored.values) >= _MOST:
        stored = _KEPT[connection.engine] = _Kept(stamp)
    if key not in stored.values:
        stored.values[key] = count()
    return cast(T, stored.values[key])
