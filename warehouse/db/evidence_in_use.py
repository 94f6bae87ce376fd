"""The archived bytes that the warehouse refers to, and the snapshots whose bytes are no longer needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from procedures.snapshot import SnapshotState
from warehouse.sources.withdrawn_rows import WITHDRAWN
from warehouse.tables.finding_tables import document, finding, finding_past
from warehouse.tables.source_tables import (
    absence,
    change,
    listing,
    look_up,
    procedure_version,
    retired,
    snapshot,
    staged,
    staged_look_up,
)

WITH_EVIDENCE = (
    absence,
    change,
    finding,
    listing,
    look_up,
    procedure_version,
    retired,
    staged,
    staged_look_up,
)
"""Every table that has evidence."""

_HASH = re.compile("[0-9a-f]{64}")


def evidence_hashes(connection: Connection) -> frozenset[str]:
    """Return every hash in the evidence of changes, findings, absences, look-ups and current versions.

    The past values of findings count too, and every decision that was read from a file. Versions that ended
    do not: what replaced them is the evidence.
    """
    hashes = {
        hash_
        for text in connection.execute(select(finding_past.c.said)).scalars()
        for hash_ in _HASH.findall(text)
    }
    hashes.update(connection.execute(select(document.c.digest)).scalars())
    for table in WITH_EVIDENCE:
        query = select(table.c.evidence).where(table.c.evidence.is_not(None))
        if table is procedure_version:
            query = query.where(table.c.valid_to.is_(None))
        for text in connection.execute(query).scalars():
            hashes.update(_HASH.findall(text))
    return frozenset(hashes)


def sampled_evidence(connection: Connection, rows: int) -> frozenset[str]:
    """Return hashes in the evidence of the first and the last `rows` of each table with evidence.

    Quick however many nights there are: the rows are those at both ends of an index.
    """
    columns = [(table, table.c.evidence) for table in WITH_EVIDENCE]
    hashes: set[str] = set()
    for table, column in (*columns, (document, document.c.digest)):
        query = select(column).where(column.is_not(None)).limit(rows)
        if table is procedure_version:
            query = query.where(table.c.valid_to.is_(None))
        keys = tuple(table.primary_key)
        for order in (keys, [key.desc() for key in keys]):
            texts = connection.execute(query.order_by(*order)).scalars().all()
            hashes.update(hash_ for text in texts for hash_ in _HASH.findall(text))
            if len(texts) < rows:
                break  # that was the whole table
    return frozenset(hashes)


def loaded_snapshots(connection: Connection) -> frozenset[int]:
    """Return the snapshots that were made current and asked a portal for something: the archive has each."""
    query = select(snapshot.c.snapshot_id).where(snapshot.c.applied == 1, snapshot.c.requests > 0)
    return frozenset(connection.execute(query).scalars())


def prunable_snapshots(
    connection: Connection, keep_nights: int, turns: Mapping[str, int] | None = None
) -> Mapping[int, tuple[int, str]]:
    """Return run and source of each snapshot before the last `keep_nights` days on which its source was read.

    `turns`: the number of nights in which each record of a source is read once; at least so many are
    retained, since new rules read every current record again. Never the source's last complete snapshot, one
    that waits for `release`, or one that is being read. A withdrawn one is not a night, and goes with those
    around it.
    """
    columns = (snapshot.c.snapshot_id, snapshot.c.run_id, snapshot.c.source, snapshot.c.day, snapshot.c.state)
    rows = connection.execute(
        select(*columns, snapshot.c.applied).order_by(snapshot.c.as_of, snapshot.c.snapshot_id)
    ).all()
    days: dict[str, set[str]] = {}
    last_complete: dict[str, int] = {}
    valid = [row for row in rows if row.state != WITHDRAWN]
    for row in valid:
        days.setdefault(row.source, set()).add(row.day)
        if row.applied and row.state == SnapshotState.COMPLETE:
            last_complete[row.source] = row.snapshot_id
    retained = {
        source: set(sorted(each)[-max(keep_nights, (turns or {}).get(source, 1)) :])
        for source, each in days.items()
    }
    first_retained: dict[str, int] = {}
    for row in valid:
        if row.day in retained[row.source]:
            first_retained[row.source] = min(row.snapshot_id, first_retained.get(row.source, row.snapshot_id))

    def is_old(row: Any) -> bool:
        if row.state == WITHDRAWN:
            return bool(row.snapshot_id < first_retained.get(row.source, 0))
        return row.day not in retained[row.source]

    return {
        row.snapshot_id: (row.run_id, row.source)
        for row in rows
        if is_old(row)
        and row.snapshot_id != last_complete.get(row.source)
        and row.state not in (None, SnapshotState.HELD)
    }
