"""The staging area of a reader, until one transaction makes the staged rows current or they are discarded.

Staged rows are written in short transactions of their own, so that a kill at any moment leaves the
last complete night as it was, and memory stays flat however long the listing is.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, TypeAlias, cast

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, bindparam, exists, func, not_, select

from procedures.model import Procedure, record_bytes, record_digest
from procedures.snapshot import LookUp, Observation, Presence, QuarantinedRecord
from warehouse.db.bulk import bulk_execute, bulk_insert, bulk_upsert, chunks
from warehouse.db.column_values import from_json, storable, to_json, to_time
from warehouse.db.engine import reading, writing
from warehouse.quality.validations import quarantine_row
from warehouse.sources.procedure_rows import attribute_columns
from warehouse.sources.staged_difference import (
    observation_columns,
    observation_of,
    staged_difference,
    staged_record,
)
from warehouse.sources.standing_digests import StandingDigests
from warehouse.tables.source_tables import (
    listing,
    procedure_version,
    quarantine,
    quarantine_decision,
    snapshot,
    staged,
    staged_look_up,
)

__all__ = [
    "ListingRow",
    "StagingSink",
    "count_judged_before",
    "count_read",
    "look_up_of",
    "quarantine_staged",
    "staged_difference",
    "staged_digests",
    "staged_listing",
    "staged_look_ups",
    "staged_observations",
    "staged_unjudged",
]

PAGE_SIZE = 500
"""Staged records held in memory at a time while a gate reads them."""


_NewRecord: TypeAlias = tuple[Procedure, bytes]
"""A record that is not current yet, and its bytes."""


class StagingSink:
    """A `procedures.snapshot.Sink` over the warehouse; may be fed from several threads.

    As a context manager it writes what is left at a clean end. Of a key observed twice the last
    observation counts.
    """

    def __init__(self, engine: Engine, snapshot_id: int, batch: int = 500) -> None:
        """Stage for `snapshot_id`, in transactions of `batch` rows."""
        self._engine = engine
        self._snapshot_id = snapshot_id
        self._batch = batch
        self._lock = threading.Lock()
        self._observed: dict[str, tuple[dict[str, Any], _NewRecord | None]] = {}
        self._quarantined: list[dict[str, Any]] = []
        self._looked_up: dict[str, dict[str, Any]] = {}
        with reading(engine) as connection:
            self._run_id, self._source = _run_and_source(connection, snapshot_id)
            self._standing = StandingDigests(connection, self._source)

    def is_current(self, key: str, digest: str) -> bool:
        """Whether the current version of `key` has that hash."""
        return self._standing.has(storable(key), digest)

    def observe(self, observation: Observation) -> None:
        """Stage one item of the listing."""
        row, new = self._row(observation)
        with self._lock:
            self._observed[row["key"]] = row, new
            self._write_when_full()

    def quarantine(self, record: QuarantinedRecord) -> None:
        """Stage a record that may not enter."""
        row = quarantine_row(self._run_id, self._source, record, self._snapshot_id)
        with self._lock:
            self._quarantined.append(row)
            self._write_when_full()

    def look_up(self, look_up: LookUp) -> None:
        """Stage the answer to a direct question."""
        with self._lock:
            self._looked_up[look_up.key] = {
                "snapshot_id": self._snapshot_id,
                "key": storable(look_up.key),
                "outcome": look_up.outcome,
                "state": look_up.state,
                "evidence": to_json(look_up.evidence),
            }
            self._write_when_full()

    def flush(self) -> None:
        """Write the waiting rows; afterwards everything observed so far is staged."""
        with self._lock:
            self._write()

    def __enter__(self) -> StagingSink:
        """Return the stage itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Write what is left, unless the reading broke off."""
        if kind is None:
            self.flush()

    def _write_when_full(self) -> None:
        if len(self._observed) + len(self._quarantined) + len(self._looked_up) >= self._batch:
            self._write()

    def _write(self) -> None:
        if not (self._observed or self._quarantined or self._looked_up):
            return
        known_rows = [row for row, new in self._observed.values() if new is None]
        new_rows = [
            {**_record_columns(*new), **row} for row, new in self._observed.values() if new is not None
        ]
        with writing(self._engine) as connection:
            bulk_upsert(connection, staged, known_rows, mostly_new=True)
            bulk_upsert(connection, staged, new_rows, mostly_new=True)
            bulk_insert(connection, quarantine, self._quarantined)
            bulk_upsert(connection, staged_look_up, self._looked_up.values())
        self._observed, self._quarantined, self._looked_up = {}, [], {}

    def _row(self, observation: Observation) -> tuple[dict[str, Any], _NewRecord | None]:
        """Return the row without the record's columns; and the record, if it was read and is not current."""
        procedure, standing, key = observation.procedure, observation.standing, storable(observation.key)
        row: dict[str, Any] = {
            "snapshot_id": self._snapshot_id,
            "key": key,
            "presence": observation.presence,
            "code": observation.code,
            "source_id": observation.source_id,
            "list_digest": observation.list_digest,
            "state": observation.state,
            "name": None,
            "was_read": 0,
            "digest": None,
            "evidence": to_json(observation.evidence),
        }
        if standing is not None:
            row |= {"name": standing.name, "was_read": 1, "digest": standing.digest}
        if procedure is None:
            return row, None
        record = record_bytes(procedure)
        hashed = record_digest(record)
        row |= {"name": procedure.name, "was_read": 1, "digest": hashed}
        return row, None if self._standing.has(key, hashed) else (procedure, record)


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One listed item as the gate after extraction judges it."""

    key: str
    code: str | None
    name: str | None
    state: str | None
    presence: Presence


def staged_observations(
    connection: Connection, snapshot_id: int, *, presence: Presence = "read"
) -> Iterator[Observation]:
    """Yield the observations of that presence, in the order of keys, a page at a time."""
    _, source = _run_and_source(connection, snapshot_id)
    return _paged(connection, select(*observation_columns(source)).where(_observed(snapshot_id, presence)))


def staged_unjudged(connection: Connection, snapshot_id: int, since: datetime) -> Iterator[Observation]:
    """Yield what was read and was not judged before as it is, since `since`, in the order of keys.

    That is: what is new or differs from the current version or from what was read last, what was last read
    before (or, by a clock that was wrong, after this snapshot), and what a person decided on in quarantine.
    """
    _, source = _run_and_source(connection, snapshot_id)
    return _paged(
        connection,
        select(*observation_columns(source)).where(
            _observed(snapshot_id, "read"), not_(_judged_before(source, snapshot_id, since))
        ),
    )


def staged_digests(connection: Connection, snapshot_id: int) -> dict[str, str]:
    """Return the hashes of the records that were read, by key."""
    rows = connection.execute(select(staged.c.key, staged.c.digest).where(_observed(snapshot_id, "read")))
    return {row.key: row.digest for row in rows if row.digest is not None}


def count_read(connection: Connection, snapshot_id: int) -> int:
    """Return the number of records that were read."""
    return connection.execute(select(func.count()).where(_observed(snapshot_id, "read"))).scalar_one()


def count_judged_before(connection: Connection, snapshot_id: int, since: datetime) -> int:
    """Return the number of those that were read and that `staged_unjudged` leaves out."""
    _, source = _run_and_source(connection, snapshot_id)
    judged = _judged_before(source, snapshot_id, since)
    return connection.execute(select(func.count()).where(_observed(snapshot_id, "read"), judged)).scalar_one()


def _observed(snapshot_id: int, presence: Presence) -> ColumnElement[bool]:
    return and_(staged.c.snapshot_id == snapshot_id, staged.c.presence == presence)


def _judged_before(source: str, snapshot_id: int, since: datetime) -> ColumnElement[bool]:
    at = select(snapshot.c.as_of).where(snapshot.c.snapshot_id == snapshot_id).scalar_subquery()
    current, decision = procedure_version.alias("v"), quarantine_decision
    same = exists().where(
        current.c.source == source,
        current.c.key == staged.c.key,
        current.c.valid_to.is_(None),
        current.c.digest == staged.c.digest,
    )
    read_since = exists().where(
        listing.c.source == source,
        listing.c.key == staged.c.key,
        listing.c.read_at >= to_time(since),
        listing.c.read_at <= at,
        listing.c.judged_digest == staged.c.digest,
    )
    decided = select(decision.c.key).where(decision.c.source == source, decision.c.key.is_not(None))
    return and_(same, read_since, staged.c.key.not_in(decided))


def _paged(connection: Connection, observations: Select[Any]) -> Iterator[Observation]:
    page = observations.where(staged.c.key > bindparam("after")).order_by(staged.c.key).limit(PAGE_SIZE)
    after = ""
    while rows := connection.execute(page, {"after": after}).all():
        yield from (observation_of(row) for row in rows)
        after = rows[-1].key


def staged_listing(connection: Connection, snapshot_id: int) -> list[ListingRow]:
    """Return the whole listing; an item whose record was not read tonight has its earlier name."""
    _, source = _run_and_source(connection, snapshot_id)
    current = procedure_version.alias()
    is_current = (current.c.source == source) & (current.c.key == staged.c.key) & current.c.valid_to.is_(None)
    rows = connection.execute(
        select(
            staged.c.key,
            func.coalesce(staged.c.code, current.c.code).label("code"),
            func.coalesce(staged.c.name, current.c.name).label("name"),
            staged.c.state,
            staged.c.presence,
        )
        .select_from(staged.outerjoin(current, is_current))
        .where(staged.c.snapshot_id == snapshot_id)
        .order_by(staged.c.key)
    )
    return [
        ListingRow(row.key, row.code, row.name, row.state, cast("Presence", row.presence)) for row in rows
    ]


def quarantine_staged(
    connection: Connection, snapshot_id: int, records: Mapping[str, tuple[str, str]], *, stage: str
) -> int:
    """Quarantine staged records, by key: (rule, reason); return how many of them were there.

    Such a record counts as present, so that last night's version stays, and is read again soon.
    """
    run_id, source = _run_and_source(connection, snapshot_id)
    quarantined = []
    for keys in chunks(records):
        rows = connection.execute(
            select(staged.c.key, staged.c.code, staged_record(source)).where(
                staged.c.snapshot_id == snapshot_id, staged.c.presence == "read", staged.c.key.in_(keys)
            )
        ).all()
        for row in rows:
            rule, reason = records[row.key]
            record = QuarantinedRecord(
                code=row.code, stage=stage, rule=rule, reason=reason, record=json.loads(row.record or "{}")
            )
            quarantined.append((row.key, quarantine_row(run_id, source, record, snapshot_id, row.key)))
    bulk_insert(connection, quarantine, [row for _, row in quarantined])
    update = staged.update().where(
        staged.c.snapshot_id == snapshot_id, staged.c.key == bindparam("quarantined_key")
    )
    update = update.values(presence="quarantined", record=None, digest=None, was_read=0)
    bulk_execute(connection, update, [{"quarantined_key": key} for key, _ in quarantined])
    _count_quarantined(connection, snapshot_id, len(quarantined))
    return len(quarantined)


def has_staged(connection: Connection, snapshot_id: int) -> bool:
    """Return whether anything of the snapshot is still staged."""
    query = select(staged.c.key).where(staged.c.snapshot_id == snapshot_id).limit(1)
    return connection.execute(query).first() is not None


def staged_look_ups(connection: Connection, snapshot_id: int) -> dict[str, LookUp]:
    """Return the answers to the direct questions that the snapshot asked, by key."""
    rows = connection.execute(select(staged_look_up).where(staged_look_up.c.snapshot_id == snapshot_id))
    return {row.key: look_up_of(row) for row in rows}


def look_up_of(row: Any) -> LookUp:
    """The answer that a row keeps, of tonight or of an earlier night."""
    return LookUp(key=row.key, outcome=row.outcome, state=row.state, evidence=from_json(row.evidence))


def _record_columns(procedure: Procedure, record: bytes) -> dict[str, Any]:
    """Return the columns that follow from a record."""
    return {**attribute_columns(procedure), "record": record.decode()}


def _run_and_source(connection: Connection, snapshot_id: int) -> tuple[int, str]:
    row = connection.execute(
        select(snapshot.c.run_id, snapshot.c.source).where(snapshot.c.snapshot_id == snapshot_id)
    ).one()
    return row.run_id, row.source


def _count_quarantined(connection: Connection, snapshot_id: int, added: int) -> None:
    is_snapshot = snapshot.c.snapshot_id == snapshot_id
    counts = from_json(connection.execute(select(snapshot.c.counts).where(is_snapshot)).scalar_one())
    counts["quarantined"] = counts.get("quarantined", 0) + added
    connection.execute(snapshot.update().where(is_snapshot), {"counts": to_json(counts)})
