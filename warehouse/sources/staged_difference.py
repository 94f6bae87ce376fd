"""The difference between a staged snapshot and the current versions: all that a comparison looks at.

Decided by the records' hashes within the database, so that an unchanged night reads no record.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from procedures.changes import Absence, StoredProcedure
from procedures.errors import WarehouseError
from procedures.snapshot import Observation, Presence
from warehouse.db.column_values import from_json
from warehouse.sources.procedure_rows import procedure_of
from warehouse.tables.source_tables import absence, procedure_version, retired, snapshot, staged

_current = procedure_version.alias("v")


def staged_difference(
    connection: Connection, snapshot_id: int, keys: Collection[str] | None = None
) -> tuple[dict[str, StoredProcedure], dict[str, Observation]]:
    """Return what is current and what was observed, of everything that differs, or of `keys` of it.

    That is: records that are new or of another hash; known ones that were not observed at all, are
    unpublished, or are on the ladder of absence; retired ones that were observed again.
    """
    observed, known, reappeared = _queries(connection, snapshot_id, keys)
    current = {row.key: observation_of(row) for row in connection.execute(observed)}
    previous = {
        row.key: StoredProcedure(procedure=procedure_of(row.record), absence=absence_of(row))
        for row in connection.execute(known)
    }
    for row in connection.execute(reappeared):
        previous[row.key] = StoredProcedure(procedure=procedure_of(row.record), retired=True)
    return previous, current


def differing_keys(connection: Connection, snapshot_id: int) -> list[str]:
    """Return the keys of `staged_difference`, in their order, without reading a record."""
    keys: set[str] = set()
    for query in _queries(connection, snapshot_id, None):
        keys |= set(connection.scalars(query.with_only_columns(query.selected_columns.key)))
    return sorted(keys)


def _queries(
    connection: Connection, snapshot_id: int, keys: Collection[str] | None
) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """Return the queries of what was observed, what is current, and what was observed though retired."""
    source_of_snapshot = select(snapshot.c.source).where(snapshot.c.snapshot_id == snapshot_id)
    source = connection.execute(source_of_snapshot).scalar_one()
    observed, current, reappeared = (
        build(source, snapshot_id) for build in (_observed_query, _current_query, _reappeared_query)
    )
    if keys is None:
        return observed, current, reappeared
    return (
        observed.where(staged.c.key.in_(keys)),
        current.where(_current.c.key.in_(keys)),
        reappeared.where(retired.c.key.in_(keys)),
    )


def observation_columns(source: str) -> tuple[ColumnElement[Any], ...]:
    """Return the columns that `observation_of` reads."""
    s = staged.c
    return (
        s.key, s.presence, s.code, s.source_id, s.list_digest, s.state, s.evidence, staged_record(source)
    )  # fmt: skip


def staged_record(source: str) -> ColumnElement[Any]:
    """Return the staged record's text: its own, or that of the version that already had the same digest."""
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
    """Return a staged row as a value.

    Raises:
        WarehouseError: its record was read, but is neither staged nor stored with a version.
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
    """Return a row's columns of the ladder of absence as a value; None where it is not on the ladder."""
    if row.since is None:
        return None
    return Absence(
        since=date.fromisoformat(row.since),
        last_day=date.fromisoformat(row.last_day),
        nights=row.nights,
        evidence=tuple(from_json(row.absence_evidence)),
    )


def ladder_columns() -> tuple[ColumnElement[Any], ...]:
    """Return the columns that `absence_of` reads."""
    return (
        absence.c.since,
        absence.c.last_day,
        absence.c.nights,
        absence.c.evidence.label("absence_evidence"),
    )


def _observed_query(source: str, snapshot_id: int) -> Select[Any]:
    tables = (
        staged.outerjoin(_current, _is_current(source, staged.c.key))
        .outerjoin(absence, _is_of(absence, source, staged.c.key))
        .outerjoin(retired, _is_of(retired, source, staged.c.key))
    )
    is_back = absence.c.key.is_not(None) | retired.c.key.is_not(None)
    differs = or_(
        _differs(),
        and_(staged.c.presence == "read", _current.c.version_id.is_(None)),
        and_(staged.c.presence != "unpublished", is_back),
    )
    observed = select(*observation_columns(source)).select_from(tables)
    return observed.where(staged.c.snapshot_id == snapshot_id, differs)


def _current_query(source: str, snapshot_id: int) -> Select[Any]:
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


def _reappeared_query(source: str, snapshot_id: int) -> Select[Any]:
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
    """Select the staged rows that differ from the current version."""
    return or_(
        and_(staged.c.presence == "read", _current.c.digest != staged.c.digest),
        and_(staged.c.presence.in_(("unpublished", "filtered")), _current.c.version_id.is_not(None)),
    )


def _is_current(source: str, key: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(_current.c.source == source, _current.c.key == key, _current.c.valid_to.is_(None))


def _is_of(table: Any, source: str, key: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(table.c.source == source, table.c.key == key)
