"""What people declared not to be this department's business."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from procedures.errors import InputError
from procedures.findings import Exclusion
from warehouse.db.column_values import now, storable
from warehouse.tables.finding_tables import exclusion

_standing = exclusion.c.ended_at.is_(None)


def exclude(
    connection: Connection, what: Exclusion, *, actor: str, reason: str, at: datetime | None = None
) -> int:
    """Keep `what` out of findings and alerts; gives the exclusion's id, the old one where it stands already.

    Raises:
        InputError: `what` does not name exactly one of code, agency and field.
    """
    named = [value for value in (what.code, what.agency, what.field) if value]
    if len(named) != 1:
        raise InputError("Phạm vi: phải nêu đúng một trong: mã, cơ quan, lĩnh vực")
    known = connection.execute(select(exclusion.c.exclusion_id).where(_standing, _is(what))).scalar()
    if known is not None:
        return int(known)
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
    """End an exclusion; False when there was none. Who ended it is kept."""
    ended = connection.execute(
        exclusion.update().where(_standing, _is(what)), {"ended_by": actor, "ended_at": now(at)}
    )
    return ended.rowcount > 0


def exclusions(connection: Connection) -> list[Exclusion]:
    """The exclusions that stand, in the order they were made."""
    rows = connection.execute(select(exclusion).where(_standing).order_by(exclusion.c.exclusion_id))
    return [Exclusion(code=row.code, agency=row.agency, field=row.field) for row in rows]


def standing(connection: Connection) -> list[dict[str, Any]]:
    """The exclusions that stand, with who made them, why and when."""
    columns = [exclusion.c[name] for name in ("code", "agency", "field", "actor", "reason", "at")]
    rows = connection.execute(select(*columns).where(_standing).order_by(exclusion.c.exclusion_id))
    return [dict(row._mapping) for row in rows]


def _is(what: Exclusion) -> ColumnElement[bool]:
    return and_(
        *(
            exclusion.c[name].is_(None) if value is None else exclusion.c[name] == value
            for name, value in (("code", what.code), ("agency", what.agency), ("field", what.field))
        )
    )
