"""What people said of the columns of their files, version by version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from procedures.workbook_layout.column_mapping import ColumnMapping
from warehouse.db.column_values import from_json, from_time, now, to_json
from warehouse.tables.source_tables import column_mapping


@dataclass(frozen=True, slots=True)
class SaidMapping:
    """A mapping as it stands, with who said it last, and when."""

    mapping: ColumnMapping
    actor: str
    at: datetime


def standing(connection: Connection) -> dict[str, SaidMapping]:
    """The last version of each shape, the oldest shape first."""
    table = column_mapping
    rows = connection.execute(select(table).order_by(table.c.mapping_id))
    return {row.shape: SaidMapping(_mapping(row), row.actor, from_time(row.at)) for row in rows}


def store(
    connection: Connection, mapping: ColumnMapping, actor: str, *, at: datetime | None = None
) -> ColumnMapping:
    """Keep what a person said as the next version of its shape; gives it with that version."""
    before = standing(connection).get(mapping.shape)
    version = (before.mapping.version if before else 0) + 1
    connection.execute(
        column_mapping.insert().values(
            shape=mapping.shape,
            version=version,
            headings=to_json(mapping.headings),
            mapping=to_json(mapping.to_json()),
            actor=actor,
            at=now(at),
        )
    )
    return ColumnMapping(mapping.shape, mapping.headings, version, mapping.roles, mapping.values)


def _mapping(row: Any) -> ColumnMapping:
    said = from_json(row.mapping)
    return ColumnMapping(
        row.shape, tuple(from_json(row.headings)), row.version, said["roles"], said["values"]
    )
