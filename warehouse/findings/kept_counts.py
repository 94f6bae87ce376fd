"""Counts of many findings, kept in memory until an event or a run may have changed them.

Of up to `MANY` findings nothing is kept: counting them takes a few milliseconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select

from warehouse.sources.withdrawn_rows import WITHDRAWN
from warehouse.tables.finding_tables import finding, finding_event
from warehouse.tables.source_tables import run

T = TypeVar("T")

Stamp = tuple[Any, ...]
"""What differs as soon as findings do."""

MANY = 10_000
"""Findings from which on counts are kept."""

SECONDS = 60
"""How long a count is kept at most, though nothing is known to have changed it."""

_MOST = 1_000
"""Counts that are kept of one database."""

_LATEST = 1_000
"""Events that are counted besides the number of the last one: two people's may be committed out of order."""


@dataclass(slots=True)
class _Kept:
    stamp: Stamp
    values: dict[Hashable, tuple[float, Any]] = field(default_factory=dict)


_KEPT: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def read_stamp(connection: Connection) -> Stamp:
    """Return the last finding, events and runs: while they are the same, so are findings and their counts."""
    e, r = finding_event.c, run.c
    last = select(func.coalesce(func.max(e.event_id), 0)).scalar_subquery()
    latest = select(func.count()).where(e.event_id > last - _LATEST).scalar_subquery()
    number = select(func.coalesce(func.max(finding.c.finding_id), 0)).scalar_subquery()
    withdrawn = func.count(r.status).filter(r.status == WITHDRAWN)
    query = select(number, last, latest, func.max(r.run_id), func.max(r.finished_at), withdrawn)
    return tuple(connection.execute(query.select_from(run)).one())


def kept(connection: Connection, key: Hashable, count: Callable[[], T]) -> T:
    """Return what `count` returns, or returned under this key when findings were as they are now.

    The value must not be changed. In a transaction that writes nothing is kept: it may be rolled back.
    """
    if connection.get_execution_options().get("rasoat_writes", False):
        return count()
    stamp, now = read_stamp(connection), time.monotonic()
    if stamp[0] <= MANY:
        return count()
    stored = _KEPT.get(connection.engine)
    if stored is None or stored.stamp != stamp or len(stored.values) > _MOST:
        stored = _KEPT[connection.engine] = _Kept(stamp)
    at, value = stored.values.get(key, (0.0, None))
    if key not in stored.values or now - at > SECONDS:
        value = count()
        stored.values[key] = now, value
    return cast(T, value)
