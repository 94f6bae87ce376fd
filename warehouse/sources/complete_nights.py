"""Certificates of a source's past complete nights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from procedures.snapshot import Certificate, SnapshotState
from warehouse.db.column_values import to_json
from warehouse.sources.snapshots import snapshot_row
from warehouse.tables.source_tables import snapshot


def complete_nights(
    connection: Connection, source: str, scope: Mapping[str, Any], most: int
) -> list[Certificate]:
    """Return the certificates of the last `most` complete nights of that scope, one a day, oldest first."""
    s = snapshot.c
    rows = connection.execute(
        select(snapshot)
        .where(
            s.source == source,
            s.scope == to_json(scope),
            s.applied == 1,
            s.state == SnapshotState.COMPLETE,
            s.certificate.is_not(None),
        )
        .order_by(s.as_of.desc(), s.snapshot_id.desc())
        .limit(3 * most)
    )
    nights: dict[str, Certificate] = {}
    for row in rows:
        certificate = snapshot_row(row).certificate
        if row.day not in nights and certificate is not None:
            nights[row.day] = certificate
    return list(nights.values())[:most][::-1]
