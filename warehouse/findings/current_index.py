"""The index of a database's findings, as of now: what people and runs have changed since is put into it.

Whoever asks is shown all that was committed before, their own clicks included, whichever process wrote it: an
index stands while the database has the same runs, changes and events. What people changed is known by its
events, what runs changed by its number of change. Several who ask at once read it once.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Select,
    Transaction,
    bindparam,
    func,
    literal,
    select,
)

from warehouse.db.bulk import BATCH, chunks
from warehouse.findings.finding_index import COLUMNS, FindingIndex
from warehouse.findings.kept_counts import RunStamp, run_stamp_columns
from warehouse.tables.finding_tables import finding, finding_event
from warehouse.tables.source_tables import run

FEW = 2_000
"""Findings up to which no index is kept: the database lists and counts them in a few milliseconds."""

MOST = 500_000
"""Findings up to which an index is kept, of 150 MiB then; lists of more are read from the database."""

MAX_CHANGED = 10_000
"""Events, or findings changed by runs, since an index was made, up to which they are put into it."""

AHEAD_SECONDS = 60
"""How long after it was confirmed an index may be ahead of a reader's; later on the database is another."""


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What a database says of its runs, findings and events; `events`: how many there are after a floor.

    `change` is the number of the last change by a run. Transactions before `oldest` have ended, and from
    `next` on none had begun. Both are 0 on SQLite, where one ends before the next begins.
    """

    runs: RunStamp
    findings: int
    change: int
    last: int
    events: int
    oldest: int
    next: int


@dataclass(frozen=True, slots=True)
class _Trace:
    """What a database holds of the last run that ended, and of an event: one that was put back has others."""

    ended: str
    event: int
    found: tuple[Any, ...]

    def is_in(self, connection: Connection) -> bool:
        """Return whether the database still holds the same."""
        return _read_trace(connection, self.ended, self.event) == self


@dataclass(frozen=True, slots=True)
class _State:
    """An index, and what is in it: the events up to `floor`, where none can appear any more, and the `seen`;
    and the changes by runs up to `change`. By its `trace` the database is known again.

    An event has its number before it is committed: when the transactions before `next` have ended, the floor
    rises to `last`, the last event when `next` was the next.
    """

    index: FindingIndex
    trace: _Trace
    runs: RunStamp
    change: int
    floor: int
    seen: frozenset[int]
    last: int
    next: int

    @property
    def newest(self) -> int:
        """Return the last event that is in it."""
        return max(self.seen, default=self.floor)

    def is_current(self, stamp: _Stamp) -> bool:
        """Return whether the database has what is in it, and nothing is to be learnt of the floor."""
        has_all = stamp.events == len(self.seen) and stamp.last == self.newest
        rises = self.floor < self.last and stamp.oldest >= self.next
        return (stamp.runs, stamp.change) == (self.runs, self.change) and has_all and not rises

    def is_ahead_of(self, stamp: _Stamp) -> bool:
        """Return whether more is in it than in the database as that reader sees it."""
        mine, its = (self.runs, self.change, self.newest), (stamp.runs, stamp.change, stamp.last)
        return mine != its and mine[0] >= its[0] and mine[1] >= its[1] and mine[2] >= its[2]

    def with_index(
        self, index: FindingIndex, trace: _Trace, stamp: _Stamp, events: Collection[int]
    ) -> _State:
        """Return the state with that index, in which are these events and all up to the floor."""
        floor, last, following = self.floor, self.last, self.next
        for _ in range(2):  # what was noted the last time, and what is noted now
            if stamp.oldest >= following:
                floor, last, following = max(floor, last), stamp.last, stamp.next
        seen = frozenset(number for number in events if number > floor)
        return _State(index, trace, stamp.runs, stamp.change, floor, seen, last, following)


@dataclass(slots=True)
class _Kept:
    lock: Lock = field(default_factory=Lock)
    state: _State | None = None
    confirmed: float = 0.0


_KEPT: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_KEPT_LOCK = Lock()

_SHOWN: WeakKeyDictionary[Transaction, FindingIndex | None] = WeakKeyDictionary()
"""What a transaction was shown: a page asks several times, and all of it is of one moment."""


def current_index(connection: Connection) -> FindingIndex | None:
    """Return the index of all findings as they are, or were when the connection began to read, or since.

    None where they are `FEW`, or more than `MOST`, and in a transaction that writes: it may be rolled back.
    """
    if connection.get_execution_options().get("rasoat_writes", False):
        return None
    transaction = connection.get_transaction()
    with _KEPT_LOCK:
        kept = _KEPT.setdefault(connection.engine, _Kept())
        if transaction is not None and transaction in _SHOWN:
            return _SHOWN[transaction]
    index = _index_now(connection, kept)
    if transaction is not None:
        with _KEPT_LOCK:
            _SHOWN[transaction] = index
    return index


def _index_now(connection: Connection, kept: _Kept) -> FindingIndex | None:
    state = kept.state
    if state is not None and state.is_current(_read_stamp(connection, state.floor)):
        kept.confirmed = time.monotonic()
        return state.index
    with kept.lock:
        return _refresh(connection, kept)


def load_index(connection: Connection) -> FindingIndex:
    """Return an index that is not kept, of findings that are few."""
    f = finding.c
    query = _ROWS.order_by(f.weight, f.kind, f.finding_id)
    return FindingIndex(connection.execute(query.execution_options(yield_per=BATCH)))


def _column(name: str) -> ColumnElement[Any]:
    f = finding.c
    if name == "division":
        return func.coalesce(f.assigned, f.division)
    return func.coalesce(f.due_date, f.wanted_by) if name == "day" else f[name]


_ROWS = select(*map(_column, COLUMNS))
"""What an index holds of findings."""


def _refresh(connection: Connection, kept: _Kept) -> FindingIndex | None:
    state = kept.state
    stamp = _read_stamp(connection, 0 if state is None else state.floor)
    if not FEW < stamp.findings <= MOST:
        kept.state = None
        return None
    now = time.monotonic()
    if state is not None and state.is_ahead_of(stamp) and now - kept.confirmed <= AHEAD_SECONDS:
        return state.index
    updated = None if state is None or state.is_ahead_of(stamp) else _updated(connection, state, stamp)
    kept.state, kept.confirmed = updated or _made(connection, stamp), now
    return kept.state.index


def _made(connection: Connection, stamp: _Stamp) -> _State:
    """Return an index of all findings as they are."""
    floor = stamp.last if stamp.oldest >= stamp.next else 0
    events = connection.scalars(
        select(finding_event.c.event_id).where(finding_event.c.event_id > floor)
    ).all()
    trace, index = _read_trace(connection, stamp.runs[0], stamp.last), load_index(connection)
    seen = frozenset(events)
    return _State(index, trace, stamp.runs, stamp.change, floor, seen, stamp.last, stamp.next)


def _updated(connection: Connection, state: _State, stamp: _Stamp) -> _State | None:
    """Return the state with what has changed since; None where that is much, or the database is another."""
    if stamp.events - len(state.seen) > MAX_CHANGED or not state.trace.is_in(connection):
        return None
    e, f = finding_event.c, finding.c
    new = select(e.event_id, e.finding_id).where(e.event_id > state.floor)
    events = dict(connection.execute(new).tuples().all())
    rows = list(connection.execute(_ROWS.where(f.change_number > state.change).limit(MAX_CHANGED + 1)))
    if len(rows) > MAX_CHANGED:
        return None
    moved = {finding_id for number, finding_id in events.items() if number not in state.seen}
    for piece in chunks(sorted(moved - {row.finding_id for row in rows})):
        rows += connection.execute(_ROWS.where(f.finding_id.in_(piece)))
    by_run = (stamp.runs, stamp.change) != (state.runs, state.change)
    index = state.index.changed(rows, by_run=by_run) if rows or by_run else state.index
    return state.with_index(index, _read_trace(connection, stamp.runs[0], stamp.last), stamp, events)


def _read_trace(connection: Connection, ended: str, event: int) -> _Trace:
    e, r = finding_event.c, run.c
    began = connection.execute(select(func.max(r.started_at)).where(r.finished_at == ended)).one()
    of_event = select(e.finding_id, e.at, e.actor, e.action).where(e.event_id == event)
    return _Trace(ended, event, (*began, *(connection.execute(of_event).one_or_none() or ())))


def _read_stamp(connection: Connection, floor: int) -> _Stamp:
    """Return the stamp of what the connection sees, by one statement: all of it is of one moment."""
    query = _stamp_query(connection.dialect.name)
    *runs, findings, changed, newest, after, oldest, following = connection.execute(
        query, {"floor": floor}
    ).one()
    return _Stamp((runs[0], runs[1], runs[2]), findings, changed, newest, after, oldest, following)


@cache
def _stamp_query(dialect: str) -> Select[Any]:
    """Return the statement of a stamp; every page asks it, and building it takes longer than its answer."""
    e = finding_event.c
    number = select(func.coalesce(func.max(finding.c.finding_id), 0)).scalar_subquery()
    change = select(func.coalesce(func.max(finding.c.change_number), 0)).scalar_subquery()
    last = select(func.coalesce(func.max(e.event_id), 0)).scalar_subquery()
    events = select(func.count()).where(e.event_id > bindparam("floor", type_=Integer)).scalar_subquery()
    snapshot = func.txid_current_snapshot()
    transactions = (
        (func.txid_snapshot_xmin(snapshot), func.txid_snapshot_xmax(snapshot))
        if dialect == "postgresql"
        else (literal(0), literal(0))
    )
    return select(*run_stamp_columns(), number, change, last, events, *transactions).select_from(run)
