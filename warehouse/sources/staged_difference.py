"""What of a staged snapshot differs from what stands: all that a comparison has to look at.

Decided by the records' hashes within the database, so that an unchanged night reads no record.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from procedures.changes import Absence, Known
from procedures.errors import WarehouseError
from procedures.snapshot import Observation, Presence
from warehouse.db.column_values import from_json
from warehouse.sources.procedure_rows import procedure_of
from warehouse.tables.source_tables import absence, procedure_version, retired, snapshot, staged

_current = procedure_version.alias("v")


def staged_difference(
    connection: Connection, snapshot_id: int, keys: Collection[str] | None = None
) -> tuple[dict[str, Known], dict[str, Observation]]:
    """What stands and what was met, of everything that is not simply as it was, or of some `keys` of it.

    That is: records that are new or of another hash; known ones that were not met at all, are
    unpublished, or stand on the ladder of absence; retired ones that were met again.
    """
    met, standing, again = _queries(connection, snapshot_id, keys)
    current = {row.key: observation_of(row) for row in connection.execute(met)}
    previous = {
        row.key: Known(procedure=procedure_of(row.record), absence=absence_of(row))
        for row in connection.execute(standing)
    }
    for row in connection.execute(again):
        previous[row.key] = Known(procedure=procedure_of(row.record), retired=True)
    return previous, current


def differing_keys(connection: Connection, snapshot_id: int) -> list[str]:
    """The keys of `staged_difference`, in their order, without reading a record."""
    found: set[str] = set()
    for query in _queries(connection, snapshot_id, None):
        found |= set(connection.scalars(query.with_only_columns(query.selected_columns.key)))
    return sorted(found)


def _queries(
    connection: Connection, snapshot_id: int, keys: Collection[str] | None
) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """What was met, what stands, and what was met again after it was retired."""
    its = select(snapshot.c.source).where(snapshot.c.snapshot_id == snapshot_id)
    source = connection.execute(its).scalar_one()
    met, standing, again = (each(source, snapshot_id) for each in (_met, _standing, _met_again))
    if keys is None:
        return met, standing, again
    return (
        met.where(staged.c.key.in_(keys)),
        standing.where(_current.c.key.in_(keys)),
        again.where(retired.c.key.in_(keys)),
    )


def met_columns(source: str) -> tuple[ColumnElement[Any], ...]:
    """The columns that `observation_of` reads."""
    s = staged.c
    return (
        s.key, s.presence, s.code, s.source_id, s.list_digest, s.state, s.evidence, staged_record(source)
    )  # fmt: skip


def staged_record(source: str) -> ColumnElement[Any]:
    """The staged record's text: its own, or that of the version which had the same digest already."""
    v = procedure_version.alias("same")
    same = (
        select(v.c.record)
        .where(v.c.source == source, v.c.key == staged.c.key, v.c.digest == staged.c.digest)
        .order_by(v.c.version_id.desc())
        .limit(1)
        .scalar_subquery()
        .correlate(staged)
    )
    return func.coalesce(staged.c.record, same).label("record")


def observation_of(row: Any) -> Observation:
    """A staged row as a value.

    Raises:
        WarehouseError: its record was read, and is neither staged nor that of a version.
    """
    if row.presence == "read" and row.record is None:
        raise WarehouseError(f"Bản ghi đã đọc của {row.key} không còn trong kho; hãy chạy lại")
    return Observation(
        key=row.key,
        presence=cast("Presence", row.presence),
        code=row.code,
        source_id=row.source_id,
        list_digest=row.list_digest,
        state=row.state,
        procedure=None if row.record is None else procedure_of(row.record),
        evidence=from_json(row.evidence),
    )


def absence_of(row: Any) -> Absence | None:
    """The ladder's columns of a row as a value; None where it is not on the ladder."""
    if row.since is None:
        return None
    return Absence(
        since=date.fromisoformat(row.since),
        last_day=date.fromisoformat(row.last_day),
        nights=row.nights,
        evidence=tuple(from_json(row.absence_evidence)),
    )


def ladder_columns() -> tuple[ColumnElement[Any], ...]:
    """The columns that `absence_of` reads."""
    return (
        absence.c.since,
        absence.c.last_day,
        absence.c.nights,
        absence.c.evidence.label("absence_evidence"),
    )


def _met(source: str, snapshot_id: int) -> Select[Any]:
    tables = (
        staged.outerjoin(_current, _is_current(source, staged.c.key))
        .outerjoin(absence, _is_of(absence, source, staged.c.key))
        .outerjoin(retired, _is_of(retired, source, staged.c.key))
    )
    back = absence.c.key.is_not(None) | retired.c.key.is_not(None)
    speaks = or_(
        _differs(),
        and_(staged.c.presence == "read", _current.c.version_id.is_(None)),
        and_(staged.c.presence != "unpublished", back),
    )
    met = select(*met_columns(source)).select_from(tables)
    return met.where(staged.c.snapshot_id == snapshot_id, speaks)


def _standing(source: str, snapshot_id: int) -> Select[Any]:
    tables = _current.outerjoin(
        staged, and_(staged.c.snapshot_id == snapshot_id, staged.c.key == _current.c.key)
    ).outerjoin(absence, _is_of(absence, source, _current.c.key))
    return (
        select(_current.c.key, _current.c.record, *ladder_columns())
        .select_from(tables)
        .where(
            _current.c.source == source,
            _current.c.valid_to.is_(None),
            or_(staged.c.key.is_(None), _differs(), absence.c.key.is_not(None)),
        )
    )


def _met_again(source: str, snapshot_id: int) -> Select[Any]:
    version = procedure_version.alias("last")
    tables = retired.join(version, version.c.version_id == retired.c.version_id).join(
        staged, and_(staged.c.snapshot_id == snapshot_id, staged.c.key == retired.c.key)
    )
    return (
        select(retired.c.key, version.c.record)
        .select_from(tables)
        .where(retired.c.source == source, staged.c.presence != "unpublished")
    )


def _differs() -> ColumnElement[bool]:
    """A staged row that says something else than the version that stands."""
    return or_(
        and_(staged.c.presence == "read", _current.c.digest != staged.c.digest),
        and_(staged.c.presence.in_(("unpublished", "filtered")), _current.c.version_id.is_not(None)),
    )


def _is_current(source: str, key: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(_current.c.source == source, _current.c.key == key, _current.c.valid_to.is_(None))


def _is_of(table: Any, source: str, key: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(table.c.source == source, table.c.key == key)
