"""Where procedures belong: field and executing levels, by code and by the key of a row without one."""

from __future__ import annotations

from sqlalchemy import Connection, case, select

from procedures.findings import CATALOGUE
from warehouse.db.column_values import from_json
from warehouse.findings.lifecycle import Place
from warehouse.tables.source_tables import procedure_version


def places(connection: Connection) -> dict[str, Place]:
    """What the sources say of every procedure that stands; what the catalogue says comes first."""
    v = procedure_version.c
    first = case((v.source == CATALOGUE, 0), else_=1)
    rows = connection.execute(
        select(v.code, v.key, v.field, v.executing_levels)
        .where(v.valid_to.is_(None))
        .order_by(first, v.source, v.version_id)
    )
    found: dict[str, Place] = {}
    for row in rows:
        about = row.code or row.key
        known = found.get(about)
        if known is not None and known.field and known.levels:
            continue
        levels = tuple(from_json(row.executing_levels)) if row.executing_levels else ()
        found[about] = (
            Place(row.field, levels)
            if known is None
            else Place(known.field or row.field, known.levels or levels)
        )
    return found
