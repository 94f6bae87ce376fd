"""What runs since a given one changed on the sources: counted, and listed a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from warehouse.db.column_values import from_time, to_time
from warehouse.sources.withdrawn_rows import change_is_valid, run_is_valid
from warehouse.tables.source_tables import change, run

OVERLAP = timedelta(minutes=1)
"""A run that ended within this before somebody looked may not have been visible then: it is told again."""


def runs_after(run_id: int) -> Select[int]:
    """Select the ids of the runs after that one which came to an end and were not withdrawn."""
    return select(run.c.run_id).where(run.c.run_id > run_id, run.c.status.is_not(None), run_is_valid())


def last_run_seen(connection: Connection, since: datetime | None) -> int:
    """Return the run after which all is new to somebody who looked at `since`; 0: everything is.

    Who never looked is told of the last night: the run before it is returned.
    """
    if since is not None:
        ended = select(func.max(run.c.run_id)).where(run.c.finished_at <= to_time(since - OVERLAP))
        return connection.scalar(ended) or 0
    nights = (run.c.kind == "sync") & run.c.status.is_not(None) & run_is_valid()
    last = connection.scalar(select(func.max(run.c.run_id)).where(nights))
    return 0 if last is None else int(last) - 1


@dataclass(frozen=True, slots=True)
class NewRuns:
    """The runs after a given one: how many, when the first began, and the latest logical time."""

    number: int
    began: datetime | None
    as_of: datetime | None


def new_runs(connection: Connection, after: int) -> NewRuns:
    """Return the runs after that one; without times where there are none."""
    r = run.c
    query = select(func.count(), func.min(r.started_at), func.max(r.as_of)).where(
        r.run_id.in_(runs_after(after))
    )
    number, *times = connection.execute(query).one()
    began, as_of = (from_time(time) if time else None for time in times)
    return NewRuns(int(number), began, as_of)


def change_counts(connection: Connection, after: int) -> dict[str, Counter[str]]:
    """Return how many procedures of each source changed in the runs after that one, by kind of change."""
    c = change.c
    query = select(c.source, c.kind, func.count(func.distinct(c.key))).where(*_is_new(after))
    counts: dict[str, Counter[str]] = {}
    for source, kind, number in connection.execute(query.group_by(c.source, c.kind)):
        counts.setdefault(source, Counter())[kind] = number
    return counts


def list_changes(
    connection: Connection, after: int, source: str, kind: str, *, offset: int, limit: int
) -> tuple[Sequence[dict[str, Any]], int]:
    """Return the changes of one page of procedures, by key and age, and how many procedures there are."""
    c = change.c
    chosen = (*_is_new(after), c.source == source, c.kind == kind)
    total = connection.scalar(select(func.count(func.distinct(c.key))).where(*chosen)) or 0
    keys = select(c.key).where(*chosen).distinct().order_by(c.key).offset(offset).limit(limit)
    page = list(connection.scalars(keys))
    query = select(change).where(*chosen, c.key.in_(page)).order_by(c.key, c.change_id)
    return [dict(row) for row in connection.execute(query).mappings()], total


def _is_new(after: int) -> tuple[ColumnElement[bool], ...]:
    return change.c.run_id.in_(runs_after(after)), change_is_valid()
