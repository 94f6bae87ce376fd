"""Which archived bytes the warehouse points to, and which snapshots' bytes nobody needs any more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from procedures.snapshot import SnapshotState
from warehouse.db.column_types import metadata
from warehouse.sources.withdrawn_rows import WITHDRAWN
from warehouse.tables.finding_tables import finding_past
from warehouse.tables.source_tables import procedure_version, snapshot

_HASH = re.compile("[0-9a-f]{64}")


def evidence_hashes(connection: Connection) -> frozenset[str]:
    """Every hash that the evidence of a change, a finding, an absence, a look-up or a standing version names.

    What a finding said before it moved counts too. Of versions that ended, what took their place is the
    evidence, not they themselves.
    """
    found = {
        each
        for text in connection.execute(select(finding_past.c.said)).scalars()
        for each in _HASH.findall(text)
    }
    for table in metadata.sorted_tables:
        if "evidence" not in table.c:
            continue
        query = select(table.c.evidence).where(table.c.evidence.is_not(None))
        if table is procedure_version:
            query = query.where(table.c.valid_to.is_(None))
        for text in connection.execute(query).scalars():
            found.update(_HASH.findall(text))
    return frozenset(found)


def prunable(
    connection: Connection, keep_nights: int, turns: Mapping[str, int] | None = None
) -> Mapping[int, tuple[int, str]]:
    """Run and source of each snapshot before the last `keep_nights` days on which its source was read.

    `turns`: in so many nights each record of a source is read once; so many are kept at least, since new
    rules read every record that stands again. Never the source's last complete one, one that waits for
    `release`, or one that is being read. One that was withdrawn counts as no night, and goes with those
    around it.
    """
    columns = (snapshot.c.snapshot_id, snapshot.c.run_id, snapshot.c.source, snapshot.c.day, snapshot.c.state)
    rows = connection.execute(
        select(*columns, snapshot.c.applied).order_by(snapshot.c.as_of, snapshot.c.snapshot_id)
    ).all()
    days: dict[str, set[str]] = {}
    last: dict[str, int] = {}
    standing = [row for row in rows if row.state != WITHDRAWN]
    for row in standing:
        days.setdefault(row.source, set()).add(row.day)
        if row.applied and row.state == SnapshotState.COMPLETE:
            last[row.source] = row.snapshot_id
    kept = {
        source: set(sorted(each)[-max(keep_nights, (turns or {}).get(source, 1)) :])
        for source, each in days.items()
    }
    first: dict[str, int] = {}
    for row in standing:
        if row.day in kept[row.source]:
            first[row.source] = min(row.snapshot_id, first.get(row.source, row.snapshot_id))

    def is_old(row: Any) -> bool:
        if row.state == WITHDRAWN:
            return bool(row.snapshot_id < first.get(row.source, 0))
        return row.day not in kept[row.source]

    return {
        row.snapshot_id: (row.run_id, row.source)
        for row in rows
        if is_old(row)
        and row.snapshot_id != last.get(row.source)
        and row.state not in (None, SnapshotState.HELD)
    }
