"""Portals that said no are left alone for a while; what past snapshots say is enough to know until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from procedures.snapshot import SnapshotState
from warehouse.sources.snapshots import SnapshotRow, row_of
from warehouse.sources.withdrawn_rows import snapshot_stands
from warehouse.tables.source_tables import snapshot


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """The portal said no in the run of `since` (its logical time) and is not asked before `until`."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether a run of that logical time leaves it alone; the very same night may be asked again."""
        return self.since < moment < self.until


def left_alone(connection: Connection, source: str, hours: float) -> LeftAlone | None:
    """Until when the source is left alone, where the last time it was asked it said no.

    It is `hours`, unless the portal named a time itself.
    """
    rows = connection.execute(
        select(snapshot)
        .where(snapshot.c.source == source, snapshot.c.state.is_not(None), snapshot_stands())
        .order_by(snapshot.c.snapshot_id.desc())
    )
    last = next((row for each in rows if _was_asked(row := row_of(each))), None)
    if last is None or last.certificate is None or not last.certificate.refused:
        return None
    told = last.certificate.told_to_wait
    wait = timedelta(hours=hours) if told is None else timedelta(seconds=told)
    return LeftAlone(last.as_of, last.as_of + wait)


def _was_asked(row: SnapshotRow) -> bool:
    asked = row.certificate is not None and row.certificate.requests > 0
    return asked or row.state is not SnapshotState.BLOCKED
