"""The plain registers: entries with their values, and every change as an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from procedures.errors import InputError, NotFoundError
from procedures.workbook_layout.registers import Register, Values
from warehouse.announcements.ledger_events import events_of, record_changes
from warehouse.db.column_values import from_json, now, to_json
from warehouse.tables.office_tables import register_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """One stored entry; `version` counts its changes, so that two people do not overwrite one another."""

    entry_id: int
    register: str
    values: Values
    version: int


def entries(
    connection: Connection, register: Register, *, division: str | None = None, as_of: datetime | None = None
) -> list[StoredEntry]:
    """Return the entries that exist, or that existed at a moment, by number."""
    if as_of is not None:
        return [each for each in _past_entries(connection, register, as_of) if _is_of(each.values, division)]
    e = register_entry.c
    query = select(register_entry).where(e.register == register.name).order_by(e.entry_id)
    if division is not None:
        query = query.where(e.division == division)
    return [_entry_of(row) for row in connection.execute(query)]


def entries_about(
    connection: Connection, register: Register, *, code: str | None, finding_id: int | None = None
) -> list[StoredEntry]:
    """Return the entries that name the procedure or the finding, the newest first."""
    record = register_entry.c.record
    candidates = [("code", code), ("finding", None if finding_id is None else str(finding_id))]
    terms = [(name, value) for name, value in candidates if value is not None]
    if not terms:
        return []
    has_term = or_(
        *(record.contains(f'"{name}": {to_json(value)}', autoescape=True) for name, value in terms)
    )
    query = select(register_entry).where(register_entry.c.register == register.name, has_term)
    return [_entry_of(row) for row in connection.execute(query.order_by(register_entry.c.entry_id.desc()))]


def entry(connection: Connection, register: Register, entry_id: int) -> StoredEntry:
    """Return one entry; UnknownThingError when there is none."""
    e = register_entry.c
    query = select(register_entry).where(e.entry_id == entry_id, e.register == register.name)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFoundError(f"Sổ {register.title!r} không có mục số {entry_id}")
    return _entry_of(row)


def add(
    connection: Connection, register: Register, values: Values, actor: str, *, at: datetime | None = None
) -> int:
    """Store a new entry and return its number."""
    moment = now(at)
    row = {
        "register": register.name,
        **_columns(register, values),
        "record": to_json(dict(values)),
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
    }
    entry_id = int(
        connection.execute(register_entry.insert().returning(register_entry.c.entry_id), row).scalar_one()
    )
    _record_changes(connection, register, entry_id, {}, values, actor, None, at)
    return entry_id


def change(
    connection: Connection,
    register: Register,
    stored: StoredEntry,
    values: Values,
    actor: str,
    *,
    reason: str | None = None,
    at: datetime | None = None,
) -> None:
    """Give an entry other values.

    Raises:
        InputError: somebody else changed it since `kept` was read.
    """
    e = register_entry.c
    updated = connection.execute(
        register_entry.update().where(e.entry_id == stored.entry_id, e.version == stored.version),
        {
            **_columns(register, values),
            "record": to_json(dict(values)),
            "version": stored.version + 1,
            "updated_at": now(at),
        },
    )
    if updated.rowcount != 1:
        raise InputError(f"Mục số {stored.entry_id} vừa được người khác sửa; xem lại rồi sửa lần nữa")
    _record_changes(connection, register, stored.entry_id, stored.values, values, actor, reason, at)


def _entry_of(row: Any) -> StoredEntry:
    return StoredEntry(
        entry_id=row.entry_id, register=row.register, values=from_json(row.record), version=row.version
    )


def _past_entries(connection: Connection, register: Register, as_of: datetime) -> list[StoredEntry]:
    values: dict[int, dict[str, str]] = {}
    versions: dict[int, set[str]] = {}
    for event in events_of(connection, register.name, until=as_of):
        entry_values = values.setdefault(int(event.subject), {})
        versions.setdefault(int(event.subject), set()).add(event.at)
        if event.to_value is None:
            entry_values.pop(event.attribute, None)
        else:
            entry_values[event.attribute] = event.to_value
    return [
        StoredEntry(
            entry_id=entry_id, register=register.name, values=entry_values, version=len(versions[entry_id])
        )
        for entry_id, entry_values in sorted(values.items())
        if entry_values
    ]


def _record_changes(
    connection: Connection,
    register: Register,
    entry_id: int,
    before: Mapping[str, str],
    after: Mapping[str, str],
    actor: str,
    reason: str | None,
    at: datetime | None,
) -> None:
    attributes = [column.attribute for column in register.columns]
    changes = {name: (before.get(name), after.get(name)) for name in attributes}
    record_changes(connection, register.name, str(entry_id), changes, actor, reason=reason, at=at)


def _columns(register: Register, values: Values) -> dict[str, str | None]:
    return {
        "division": values.get("division"),
        "deadline": values.get(register.deadline) if register.deadline else None,
        "state": values.get(register.state),
    }


def _is_of(values: Values, division: str | None) -> bool:
    return division is None or values.get("division") == division
