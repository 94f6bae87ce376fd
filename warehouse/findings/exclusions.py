"""Exclusions: what people declared not to be this department's business."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from procedures.errors import InputError
from procedures.findings import Exclusion
from warehouse.db.column_values import now, storable
from warehouse.tables.finding_tables import exclusion

_in_force = exclusion.c.ended_at.is_(None)


def exclude(
    connection: Connection, what: Exclusion, *, actor: str, reason: str, at: datetime | None = None
) -> int:
    """Keep `what` out of findings and alerts; return its id, or that of the existing one if there is one.

    Raises:
        InputError: `what` does not name exactly one of code, agency and field.
    """
    given = [value for value in (what.code, what.agency, what.field) if value]
    if len(given) != 1:
        raise InputError("Phạm vi: phải nêu đúng một trong: mã, cơ quan, lĩnh vực")
    existing = connection.execute(select(exclusion.c.exclusion_id).where(_in_force, _is(what))).scalar()
    if existing is not None:
        return int(existing)
    values = {
        "code": what.code,
        "agency": what.agency,
        "field": what.field,
        "actor": actor,
        "reason": storable(reason),
        "at": now(at),
    }
    return int(
        connection.execute(exclusion.insert().returning(exclusion.c.exclusion_id), values).scalar_one()
    )


def include(connection: Connection, what: Exclusion, *, actor: str, at: datetime | None = None) -> bool:
    """End an exclusion; return False when there was none. Who ended it is stored."""
    ended = connection.execute(
        exclusion.update().where(_in_force, _is(what)), {"ended_by": actor, "ended_at": now(at)}
    )
    return ended.rowcount > 0


def exclusions(connection: Connection) -> list[Exclusion]:
    """Return the exclusions in force, in the order they were made."""
    rows = connection.execute(select(exclusion).where(_in_force).order_by(exclusion.c.exclusion_id))
    return [Exclusion(code=row.code, agency=row.agency, field=row.field) for row in rows]


def exclusion_rows(connection: Connection) -> list[dict[str, Any]]:
    """Return the exclusions in force, with who made them, why and when."""
    columns = [exclusion.c[name] for name in ("code", "agency", "field", "actor", "reason", "at")]
    rows = connection.execute(select(*columns).where(_in_force).order_by(exclusion.c.exclusion_id))
    return [dict(row._mapping) for row in rows]


def _is(what: Exclusion) -> ColumnElement[bool]:
    return and_(
        *(
            exclusion.c[name].is_(None) if value is None else exclusion.c[name] == value
            for name, value in (("code", what.code), ("agency", what.agency), ("field", what.field))
        )
    )
