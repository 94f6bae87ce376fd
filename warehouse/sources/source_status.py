"""The status of each source in two queries: `rasoat status` answers in a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from procedures.snapshot import SnapshotState
from warehouse.db.column_values import from_time
from warehouse.sources.withdrawn_rows import snapshot_is_valid
from warehouse.tables.finding_tables import alert
from warehouse.tables.source_tables import snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """One source: its last complete snapshot that was made current (None: none yet), and its last attempt.

    `last_state` is None while its very first snapshot is being read. `held` are ids that wait for
    `release`, the oldest first.
    """

    source: str
    last_complete_id: int | None
    last_complete_as_of: datetime | None
    procedures: int | None
    last_attempt_id: int
    last_attempt_as_of: datetime
    last_state: str | None
    last_reason: str | None
    held: tuple[int, ...] = ()


def source_status(connection: Connection) -> list[SourceStatus]:
    """Return the status of every source ever attempted, by name; a withdrawn attempt does not count."""
    columns = (
        snapshot.c.snapshot_id,
        snapshot.c.source,
        snapshot.c.as_of,
        snapshot.c.state,
        snapshot.c.reason,
        snapshot.c.procedures,
        snapshot.c.applied,
    )
    rows: dict[str, list[Any]] = {}
    query = select(*columns).where(snapshot_is_valid()).order_by(snapshot.c.source, snapshot.c.snapshot_id)
    for row in connection.execute(query):
        rows.setdefault(row.source, []).append(row)
    return [_status_of(source, snapshots) for source, snapshots in rows.items()]


def alerts_waiting(connection: Connection) -> int:
    """Return how many alerts are queued."""
    query = select(func.count()).select_from(alert).where(alert.c.state == "queued")
    return int(connection.execute(query).scalar_one())


def _status_of(source: str, snapshots: list[Any]) -> SourceStatus:
    """Return the status that follows from the source's `snapshots`, the oldest first."""
    current = [row for row in snapshots if row.applied and row.state == SnapshotState.COMPLETE]
    complete = max(current, key=lambda row: (row.as_of, row.snapshot_id), default=None)
    finished = [row for row in snapshots if row.state is not None]
    last = (finished or snapshots)[-1]
    return SourceStatus(
        source=source,
        last_complete_id=None if complete is None else complete.snapshot_id,
        last_complete_as_of=None if complete is None else from_time(complete.as_of),
        procedures=None if complete is None else complete.procedures,
        last_attempt_id=last.snapshot_id,
        last_attempt_as_of=from_time(last.as_of),
        last_state=last.state,
        last_reason=last.reason,
        held=tuple(row.snapshot_id for row in snapshots if row.state == SnapshotState.HELD),
    )
