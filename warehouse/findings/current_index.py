"""The index of a database's findings, as of now: what people changed is put into it, and a run makes it anew.

Whoever asks is shown all that was committed before, their own clicks included, whichever process wrote it: an
index stands while the database has the same runs and events. Several who ask at once make it once.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Engine, Transaction, func, literal, select

from warehouse.db.bulk import BATCH, chunks
from warehouse.findings.finding_index import COLUMNS, MOVED, FindingIndex
from warehouse.findings.kept_counts import RunStamp, run_stamp_columns
from warehouse.tables.finding_tables import finding, finding_event
from warehouse.tables.source_tables import run

FEW = 2_000
"""Findings up to which no index is kept: the database lists and counts them in a few milliseconds."""

MOST = 500_000
"""Findings up to which an index is kept, of 150 MiB then; lists of more are read from the database."""

MAX_MOVED = 5_000
"""Findings that may be changed in one go before the index is made anew."""

AHEAD_SECONDS = 60
"""How long after it was confirmed an index may be ahead of a reader's; later on the database is another."""


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What a database says of its runs, findings and events; `events`: how many there are after a floor.

    Transactions before `oldest` have ended, and from `next` on none had begun. Both are 0 on SQLite, where
    one ends before the next begins.
    """

    runs: RunStamp
    findings: int
    last: int
    events: int
    oldest: int
    next: int


@dataclass(frozen=True, slots=True)
class _State:
    """An index, and what is in it: the events up to `floor`, where none can appear any more, and the `seen`.

    An event has its number before it is committed: when the transactions before `next` have ended, the floor
    rises to `last`, the last event when `next` was the next.
    """

    index: FindingIndex
    runs: RunStamp
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
        return stamp.runs == self.runs and has_all and not rises

    def is_ahead_of(self, stamp: _Stamp) -> bool:
        """Return whether more is in it than in the database as that reader sees it."""
        mine, its = (self.runs, self.newest), (stamp.runs, stamp.last)
        return mine != its and mine[0] >= its[0] and mine[1] >= its[1]

    def with_index(self, index: FindingIndex, stamp: _Stamp, events: Collection[int]) -> _State:
        """Return the state with that index, in which are these events and all up to the floor."""
        floor, last, following = self.floor, self.last, self.next
        for _ in range(2):  # what was noted the last time, and what is noted now
            if stamp.oldest >= following:
                floor, last, following = max(floor, last), stamp.last, stamp.next
        return _State(index, stamp.runs, floor, frozenset(n for n in events if n > floor), last, following)


@dataclass(slots=True)
class _Kept:
    lock: Lock = field(default_factory=Lock)
    state: _State | None = None
    confirmed: float = 0.0


_NO_RUNS: RunStamp = "", -1, 0
"""What no database has: of an index that is still to be made."""

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
    query = select(*map(_column, COLUMNS)).order_by(f.weight, f.kind, f.finding_id)
    return FindingIndex(connection.execute(query.execution_options(yield_per=BATCH)))


def _column(name: str) -> ColumnElement[Any]:
    f = finding.c
    if name == "division":
        return func.coalesce(f.assigned, f.division)
    return func.coalesce(f.due_date, f.wanted_by) if name == "day" else f[name]


def _refresh(connection: Connection, kept: _Kept) -> FindingIndex | None:
    state = kept.state
    stamp = _read_stamp(connection, 0 if state is None else state.floor)
    if not FEW < stamp.findings <= MOST:
        kept.state = None
        return None
    now = time.monotonic()
    if state is not None and state.is_ahead_of(stamp) and now - kept.confirmed <= AHEAD_SECONDS:
        return state.index
    if state is None or state.is_ahead_of(stamp):
        state = _State(FindingIndex(()), _NO_RUNS, 0, frozenset(), 0, stamp.next)
    kept.state, kept.confirmed = _updated(connection, state, stamp), now
    return kept.state.index


def _updated(connection: Connection, state: _State, stamp: _Stamp) -> _State:
    e = finding_event.c
    ended = stamp.last if state.runs != stamp.runs and stamp.oldest >= stamp.next else state.floor
    query = select(e.event_id, e.finding_id, e.run_id).where(e.event_id > ended)
    events = {row.event_id: row for row in connection.execute(query)}
    new = [row for number, row in events.items() if number not in state.seen]
    moved = {row.finding_id for row in new}
    by_run = state.runs != stamp.runs or any(row.run_id is not None for row in new)
    if by_run or len(moved) > MAX_MOVED or not moved <= state.index.places_by_number.keys():
        return state.with_index(load_index(connection), stamp, events)
    index = state.index.moved(_load_moved(connection, moved)) if moved else state.index
    return state.with_index(index, stamp, events)


def _load_moved(connection: Connection, numbers: Collection[int]) -> Iterable[Any]:
    f = finding.c
    for piece in chunks(sorted(numbers)):
        yield from connection.execute(
            select(f.finding_id, *map(_column, MOVED)).where(f.finding_id.in_(piece))
        )


def _read_stamp(connection: Connection, floor: int) -> _Stamp:
    """Return the stamp of what the connection sees, by one statement: all of it is of one moment."""
    e = finding_event.c
    number = select(func.coalesce(func.max(finding.c.finding_id), 0)).scalar_subquery()
    last = select(func.coalesce(func.max(e.event_id), 0)).scalar_subquery()
    events = select(func.count()).where(e.event_id > floor).scalar_subquery()
    snapshot = func.txid_current_snapshot()
    transactions = (
        (func.txid_snapshot_xmin(snapshot), func.txid_snapshot_xmax(snapshot))
        if connection.dialect.name == "postgresql"
        else (literal(0), literal(0))
    )
    query = select(*run_stamp_columns(), number, last, events, *transactions).select_from(run)
    *runs, findings, newest, after, oldest, following = connection.execute(query).one()
    return _Stamp((runs[0], runs[1], runs[2]), findings, newest, after, oldest, following)
