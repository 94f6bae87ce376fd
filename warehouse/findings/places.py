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
    for code, key, field, executing_levels in rows:
        about = code or key
        known = by_code.get(about)
        if known is None:
            by_code[about] = _place(field, _levels(executing_levels))
        elif not (known.field and known.levels):
            by_code[about] = _place(known.field or field, known.levels or _levels(executing_levels))
    return by_code


@lru_cache(maxsize=256)
def _levels(text: str | None) -> tuple[str, ...]:
    return tuple(from_json(text)) if text else ()


_place = lru_cache(maxsize=1 << 12)(FindingPlace)
"""Places: a few hundred fields at a few levels are those of thousands of procedures."""
