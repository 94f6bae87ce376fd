"""The first complete snapshot of a source: all of it is loaded within the database.

For such a night `reconciliation.compare` gives one version for each record read, and no change; the staged
rows have every column already, so no record has to pass through the program, and memory stays flat.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, exists, literal, select

from warehouse.db.bulk import gather_statistics
from warehouse.db.column_values import to_time
from warehouse.sources.listing_state import store_listing_state
from warehouse.sources.snapshots import get_snapshot
from warehouse.sources.versions import close_snapshot
from warehouse.sources.withdrawn_rows import version_is_valid
from warehouse.tables.source_tables import ATTRIBUTE_COLUMNS, listing, procedure_version, staged

_COPIED = ("key", "code", "name", *ATTRIBUTE_COLUMNS, "decentralised", "digest", "record", "evidence")


def has_no_version(connection: Connection, source: str) -> bool:
    """Return whether the source never had a version; then every staged record is new and has its text."""
    has_version = exists().where(procedure_version.c.source == source, version_is_valid())
    return not connection.execute(select(has_version)).scalar_one()


def load_baseline(
    connection: Connection, snapshot_id: int, *, as_of: datetime, run_id: int
) -> dict[str, int]:
    """Make a source's first complete snapshot current; return the rows of `v_change` by kind, all zero.

    Only for a snapshot that this very run staged, of a source without any version.
    """
    row, at = get_snapshot(connection, snapshot_id), to_time(as_of)
    read_rows = (
        select(*(staged.c[name] for name in _COPIED), literal(row.source), literal(at), literal(run_id))
        .where(staged.c.snapshot_id == snapshot_id, staged.c.presence == "read")
        .order_by(staged.c.key)
    )
    columns = [*_COPIED, "source", "valid_from", "opened_run"]
    connection.execute(procedure_version.insert().from_select(columns, read_rows))
    v, item = procedure_version.c, listing.c
    gather_statistics(connection, v.version_id, v.source, v.key, v.valid_to, v.digest)
    store_listing_state(connection, row, at, complete=True)
    gather_statistics(connection, item.source, item.key)
    return close_snapshot(connection, row, Counter())
