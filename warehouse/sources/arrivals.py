"""Procedures that a source published while others were absent: successors are looked for among them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, func, select

from procedures.changes import Arrival, ChangeKind
from procedures.snapshot import SnapshotState
from warehouse.sources.procedure_rows import procedure_of
from warehouse.sources.withdrawn_rows import change_is_valid
from warehouse.tables.source_tables import absence, change, procedure_version, snapshot


def recent_arrivals(
    connection: Connection, source: str, since: date | None, tonight: date
) -> dict[str, Arrival]:
    """Return, by key, the current procedures that were new since the absences of `since` could be seen.

    What only a partial snapshot showed arrived with the next complete one, tonight's where there is none yet:
    no earlier night could have shown that what it replaces was absent.
    """
    complete = select(snapshot.c.as_of, snapshot.c.day).where(
        snapshot.c.source == source, snapshot.c.applied == 1, snapshot.c.state == SnapshotState.COMPLETE
    )
    nights = connection.execute(complete.order_by(snapshot.c.as_of)).all()
    earlier = [night.as_of for night in nights if night.day < (since or tonight).isoformat()]
    rows = connection.execute(
        select(
            procedure_version.c.key,
            procedure_version.c.record,
            snapshot.c.day,
            snapshot.c.as_of,
            snapshot.c.state,
        )
        .join_from(
            change,
            procedure_version,
            (procedure_version.c.source == change.c.source)
            & (procedure_version.c.key == change.c.key)
            & procedure_version.c.valid_to.is_(None),
        )
        .join(snapshot, snapshot.c.snapshot_id == change.c.snapshot_id)
        .where(
            change.c.source == source,
            change.c.kind == ChangeKind.NEW,
            change_is_valid(),
            snapshot.c.as_of > (earlier[-1] if earlier else ""),
        )
        .order_by(procedure_version.c.key)
    )
    arrivals = {}
    for row in rows:
        next_complete = next((night.day for night in nights if night.as_of >= row.as_of), tonight.isoformat())
        day = row.day if row.state == SnapshotState.COMPLETE else next_complete
        arrivals[row.key] = Arrival(procedure_of(row.record), date.fromisoformat(day))
    return arrivals


def oldest_absence(connection: Connection, source: str) -> date | None:
    """Return the local day on which the longest absence that is still running began."""
    since = connection.execute(select(func.min(absence.c.since)).where(absence.c.source == source)).scalar()
    return None if since is None else date.fromisoformat(since)
