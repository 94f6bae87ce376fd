"""The time for which a portal that refused is not asked again, as its past snapshots alone tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from procedures.snapshot import SnapshotState
from warehouse.sources.snapshots import SnapshotRow, snapshot_row
from warehouse.sources.withdrawn_rows import snapshot_is_valid
from warehouse.tables.source_tables import snapshot


@dataclass(frozen=True, slots=True)
class Cooldown:
    """The portal refused in the run of `since` (its logical time) and is not asked before `until`."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        """Return whether a run of that logical time must not ask; the very same night may be asked again."""
        return self.since < moment < self.until


def find_cooldown(connection: Connection, source: str, hours: float) -> Cooldown | None:
    """Return until when the source is not asked, where it refused the last time; else None.

    It is `hours`, unless the portal itself named a time.
    """
    rows = connection.execute(
        select(snapshot)
        .where(snapshot.c.source == source, snapshot.c.state.is_not(None), snapshot_is_valid())
        .order_by(snapshot.c.snapshot_id.desc())
    )
    last = next((row for stored in rows if _was_asked(row := snapshot_row(stored))), None)
    if last is None or last.certificate is None or not last.certificate.refused:
        return None
    wait_seconds = last.certificate.told_to_wait
    wait = timedelta(hours=hours) if wait_seconds is None else timedelta(seconds=wait_seconds)
    return Cooldown(last.as_of, last.as_of + wait)


def _was_asked(row: SnapshotRow) -> bool:
    asked = row.certificate is not None and row.certificate.requests > 0
    return asked or row.state is not SnapshotState.BLOCKED
