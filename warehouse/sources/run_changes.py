"""The changes that one run wrote, page by page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from warehouse.db.views import COLUMNS
from warehouse.tables.source_tables import change


def count_changes(connection: Connection, run_id: int) -> dict[str, int]:
    """Return how many changes a run wrote, by kind, even if it was withdrawn since."""
    c = change.c
    query = select(c.kind, func.count()).where(c.run_id == run_id).group_by(c.kind)
    return {kind: int(number) for kind, number in connection.execute(query)}


def list_changes(
    connection: Connection, run_id: int, *, kind: str | None = None, offset: int = 0, limit: int
) -> list[dict[str, Any]]:
    """Return a run's changes as rows like those of `v_change`, with `key`, in the order of the procedures."""
    columns = (change.c[name] for name in (*COLUMNS["v_change"], "key"))
    query = select(*columns).where(change.c.run_id == run_id)
    if kind is not None:
        query = query.where(change.c.kind == kind)
    query = query.order_by(change.c.source, change.c.key, change.c.change_id).offset(offset).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]
