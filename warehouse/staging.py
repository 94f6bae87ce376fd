"""Where a reader puts what it meets, until one transaction makes it current or it is given up.

Staged rows are written in short transactions of their own, so that a kill at any moment leaves the
last complete night as it was, and memory stays flat however long the listing is.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeAlias, cast

from sqlalchemy import Connection, Engine, bindparam, func, select

from procedures.model import Procedure, digest, record_bytes
from procedures.snapshot import LookUp, LookUpOutcome, Observation, Presence, Quarantined
from warehouse.bulk import bulk_execute, bulk_insert, bulk_upsert, chunks
from warehouse.difference import met_columns, observation_of, staged_difference, staged_record
from warehouse.engine import reading, writing
from warehouse.quality import quarantine_row
from warehouse.records import said_columns
from warehouse.tables import procedure_version, quarantine, snapshot, staged, staged_look_up
from warehouse.texts import from_json, storable, storable_or_none, to_json

__all__ = [
    "ListingRow",
    "Stage",
    "look_ups",
    "prune_staged",
    "quarantine_staged",
    "staged_difference",
    "staged_listing",
    "staged_observations",
]

PAGE = 500
"""Staged records held in memory at a time while a gate reads them."""


_Said: TypeAlias = tuple[Procedure, bytes]
"""A record that was read, and its bytes."""


class Stage:
    """A `procedures.snapshot.Sink` over the warehouse; may be fed from several threads.

    As a context manager it writes what is left at a clean end. The same key met twice: the last
    one stands.
    """

    def __init__(self, engine: Engine, snapshot_id: int, batch: int = 500) -> None:
        """Stage for `snapshot_id`, in transactions of `batch` rows."""
        self._engine = engine
        self._snapshot_id = snapshot_id
        self._batch = batch
        self._lock = threading.Lock()
        self._observed: dict[str, tuple[dict[str, Any], _Said | None]] = {}
        self._quarantined: list[dict[str, Any]] = []
        self._looked_up: dict[str, dict[str, Any]] = {}
        with reading(engine) as connection:
            self._run_id, self._source = _run_and_source(connection, snapshot_id)

    def observe(self, observation: Observation) -> None:
        """Keep one item of the listing."""
        row, said = _staged_row(self._snapshot_id, observation)
        with self._lock:
            self._observed[row["key"]] = row, said
            self._write_when_full()

    def quarantine(self, record: Quarantined) -> None:
        """Keep a record that may not enter."""
        row = quarantine_row(self._run_id, self._source, record, self._snapshot_id)
        with self._lock:
            self._quarantined.append(row)
            self._write_when_full()

    def look_up(self, look_up: LookUp) -> None:
        """Keep the answer to a direct question."""
        with self._lock:
            self._looked_up[look_up.key] = {
                "snapshot_id": self._snapshot_id,
                "key": storable(look_up.key),
                "outcome": look_up.outcome,
                "state": storable_or_none(look_up.state),
                "evidence": to_json(look_up.evidence),
            }
            self._write_when_full()

    def flush(self) -> None:
        """Write what waits; afterwards everything met so far is staged."""
        with self._lock:
            self._write()

    def __enter__(self) -> Stage:
        """The stage itself."""
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
        with writing(self._engine) as connection:
            same, new = self._apart(connection)
            bulk_upsert(connection, staged, same)
            bulk_upsert(connection, staged, new)
            bulk_insert(connection, quarantine, self._quarantined)
            bulk_upsert(connection, staged_look_up, self._looked_up.values())
        self._observed, self._quarantined, self._looked_up = {}, [], {}

    def _apart(self, connection: Connection) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The rows of what has no record, or one that stands already and is not written again; the others."""
        read = [key for key, (_, said) in self._observed.items() if said is not None]
        standing = standing_digests(connection, self._source, read)
        same: list[dict[str, Any]] = []
        new: list[dict[str, Any]] = []
        for key, (row, said) in self._observed.items():
            if said is None or standing.get(key) == row["digest"]:
                same.append(row)
            else:
                procedure, record = said
                new.append({**said_columns(procedure), **row, "record": record.decode()})
        return same, new


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One listed item as the gate after extract judges it."""

    key: str
    code: str | None
    name: str | None
    state: str | None
    presence: Presence


def staged_observations(
    connection: Connection, snapshot_id: int, *, presence: Presence = "read"
) -> Iterator[Observation]:
    """What was met in that way, in the order of keys, a page at a time."""
    _, source = _run_and_source(connection, snapshot_id)
    page = (
        select(*met_columns(source))
        .where(
            staged.c.snapshot_id == snapshot_id,
            staged.c.presence == presence,
            staged.c.key > bindparam("after"),
        )
        .order_by(staged.c.key)
        .limit(PAGE)
    )
    after = ""
    while rows := connection.execute(page, {"after": after}).all():
        yield from (observation_of(row) for row in rows)
        after = rows[-1].key


def staged_listing(connection: Connection, snapshot_id: int) -> list[ListingRow]:
    """The whole listing; an item whose record was not read tonight has the name known from before."""
    _, source = _run_and_source(connection, snapshot_id)
    current = procedure_version.alias()
    known = (current.c.source == source) & (current.c.key == staged.c.key) & current.c.valid_to.is_(None)
    rows = connection.execute(
        select(
            staged.c.key,
            func.coalesce(staged.c.code, current.c.code).label("code"),
            func.coalesce(staged.c.name, current.c.name).label("name"),
            staged.c.state,
            staged.c.presence,
        )
        .select_from(staged.outerjoin(current, known))
        .where(staged.c.snapshot_id == snapshot_id)
        .order_by(staged.c.key)
    )
    return [
        ListingRow(row.key, row.code, row.name, row.state, cast("Presence", row.presence)) for row in rows
    ]


def standing_digests(connection: Connection, source: str, keys: Collection[str]) -> dict[str, str]:
    """The digests of the versions that stand, of those keys."""
    v = procedure_version.c
    found: dict[str, str] = {}
    for piece in chunks(keys):
        rows = connection.execute(
            select(v.key, v.digest).where(v.source == source, v.valid_to.is_(None), v.key.in_(piece))
        )
        found.update((row.key, row.digest) for row in rows)
    return found


def quarantine_staged(
    connection: Connection, snapshot_id: int, records: Mapping[str, tuple[str, str]], *, stage: str
) -> int:
    """Throw staged records out, by key: (rule, reason); gives how many were there.

    Such a record counts as present, so that last night's version stays, and is read again soon.
    """
    run_id, source = _run_and_source(connection, snapshot_id)
    thrown = []
    for keys in chunks(records):
        rows = connection.execute(
            select(staged.c.key, staged.c.code, staged_record(source)).where(
                staged.c.snapshot_id == snapshot_id, staged.c.presence == "read", staged.c.key.in_(keys)
            )
        ).all()
        for row in rows:
            rule, reason = records[row.key]
            record = Quarantined(
                code=row.code, stage=stage, rule=rule, reason=reason, record=json.loads(row.record or "{}")
            )
            thrown.append((row.key, quarantine_row(run_id, source, record, snapshot_id, row.key)))
    bulk_insert(connection, quarantine, [row for _, row in thrown])
    out = staged.update().where(staged.c.snapshot_id == snapshot_id, staged.c.key == bindparam("thrown"))
    out = out.values(presence="quarantined", record=None, digest=None, was_read=0)
    bulk_execute(connection, out, [{"thrown": key} for key, _ in thrown])
    _count_quarantined(connection, snapshot_id, len(thrown))
    return len(thrown)


def look_ups(connection: Connection, snapshot_id: int) -> dict[str, LookUp]:
    """The answers to the direct questions that the snapshot asked, by key."""
    rows = connection.execute(select(staged_look_up).where(staged_look_up.c.snapshot_id == snapshot_id))
    return {
        row.key: LookUp(
            key=row.key,
            outcome=cast("LookUpOutcome", row.outcome),
            state=row.state,
            evidence=from_json(row.evidence),
        )
        for row in rows
    }


def prune_staged(connection: Connection, snapshot_id: int) -> None:
    """Forget what the snapshot staged."""
    for table in (staged, staged_look_up):
        connection.execute(table.delete().where(table.c.snapshot_id == snapshot_id))


def _staged_row(snapshot_id: int, observation: Observation) -> tuple[dict[str, Any], _Said | None]:
    """The row without what the record says; and the record, where it was read."""
    procedure = observation.procedure
    said = None if procedure is None else (procedure, record_bytes(procedure))
    row = {
        "snapshot_id": snapshot_id,
        "key": storable(observation.key),
        "presence": observation.presence,
        "code": storable_or_none(observation.code),
        "source_id": storable_or_none(observation.source_id),
        "list_digest": observation.list_digest,
        "state": storable_or_none(observation.state),
        "name": None if procedure is None else storable(procedure.name),
        "was_read": int(procedure is not None),
        "digest": None if said is None else digest(said[1]),
        "evidence": to_json(observation.evidence),
    }
    return row, said


def _run_and_source(connection: Connection, snapshot_id: int) -> tuple[int, str]:
    row = connection.execute(
        select(snapshot.c.run_id, snapshot.c.source).where(snapshot.c.snapshot_id == snapshot_id)
    ).one()
    return row.run_id, row.source


def _count_quarantined(connection: Connection, snapshot_id: int, more: int) -> None:
    chosen = snapshot.c.snapshot_id == snapshot_id
    counts = from_json(connection.execute(select(snapshot.c.counts).where(chosen)).scalar_one())
    counts["quarantined"] = counts.get("quarantined", 0) + more
    connection.execute(snapshot.update().where(chosen), {"counts": to_json(counts)})
