"""Field and executing levels of procedures, by code and by the key of a row without one."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Connection, case, select

from procedures.findings import CATALOGUE
from warehouse.db.column_values import from_json
from warehouse.findings.lifecycle import FindingPlace
from warehouse.tables.source_tables import procedure_version


def places(connection: Connection) -> dict[str, FindingPlace]:
    """Return the field and levels of every current procedure; the catalogue's values come first."""
    v = procedure_version.c
    catalogue_first = case((v.source == CATALOGUE, 0), else_=1)
    rows = connection.execute(
        select(v.code, v.key, v.field, v.executing_levels)
        .where(v.valid_to.is_(None))
        .order_by(catalogue_first, v.source, v.version_id)
    )
    by_code: dict[str, FindingPlace] = {}
    for row in rows:
        about = row.code or row.key
        known = by_code.get(about)
        if known is not None and known.field and known.levels:
            continue
        levels = _levels(row.executing_levels)
        by_code[about] = (
            FindingPlace(row.field, levels)
            if known is None
            else FindingPlace(known.field or row.field, known.levels or levels)
        )
    return by_code


@lru_cache(maxsize=256)
def _levels(text: str | None) -> tuple[str, ...]:
    return tuple(from_json(text)) if text else ()
