"""Events of the ledger: one row for everything that a person, or a rule, changed. Rows are only added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, literal, select

from warehouse.db.column_types import TEXT
from warehouse.db.column_values import now, storable, storable_or_none, to_time
from warehouse.tables.office_tables import ledger_event

PROCEDURE = "procedure"
"""Kind of subject of the events about a catalogue's row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEvent:
    """One change of an attribute of `subject` (a decision's number, a code, an entry's id)."""

    subject_kind: str
    subject: str
    attribute: str
    from_value: str | None
    to_value: str | None
    actor: str
    reason: str | None = None
    at: str = ""


def record_events(
    connection: Connection, events: Iterable[LedgerEvent], *, at: datetime | None = None
) -> int:
    """Store the events whose value really changed; return their number."""
    moment = now(at)
    rows = [
        {
            "at": moment,
            "actor": storable(event.actor),
            "subject_kind": event.subject_kind,
            "subject": event.subject,
            "attribute": event.attribute,
            "from_value": storable_or_none(event.from_value),
            "to_value": storable_or_none(event.to_value),
            "reason": storable_or_none(event.reason),
        }
        for event in events
        if event.from_value != event.to_value
    ]
    if rows:
        connection.execute(ledger_event.insert(), rows)
    return len(rows)


def record_changes(
    connection: Connection,
    subject_kind: str,
    subject: str,
    changes: Mapping[str, tuple[str | None, str | None]],
    actor: str,
    *,
    reason: str | None = None,
    at: datetime | None = None,
) -> None:
    """Store the changes of one subject: by attribute, from what to what."""
    record_events(
        connection,
        [
            LedgerEvent(
                subject_kind=subject_kind,
                subject=subject,
                attribute=attribute,
                from_value=old,
                to_value=new,
                actor=actor,
                reason=reason,
            )
            for attribute, (old, new) in changes.items()
        ],
        at=at,
    )


def concerns(subject: ColumnElement[str]) -> ColumnElement[bool]:
    """Select events of the subject or of a part of it: a blank and its name after the subject.

    It compares, since LIKE takes "QĐ" for "qđ" on SQLite and not on PostgreSQL; "!" comes after the blank.
    """
    e = ledger_event.c.subject
    return (e == subject) | and_(e > subject.concat(" "), e < subject.concat("!"))


def events_of(
    connection: Connection, subject_kind: str, subject: str | None = None, *, until: datetime | None = None
) -> list[LedgerEvent]:
    """Return the events of a subject and its parts ("627/QĐ-BNV 1.013703"), or of a kind, up to a moment.

    The oldest comes first.
    """
    e = ledger_event.c
    query = select(ledger_event).where(e.subject_kind == subject_kind).order_by(e.event_id)
    if subject is not None:
        query = query.where(concerns(literal(subject, TEXT)))
    if until is not None:
        query = query.where(e.at <= to_time(until))
    return [_event(row) for row in connection.execute(query)]


def events_since(
    connection: Connection, subject_kind: str, attributes: Iterable[str], since: datetime
) -> list[LedgerEvent]:
    """Return the changes of these attributes that were recorded after `since`, the oldest first."""
    e = ledger_event.c
    chosen = (e.subject_kind == subject_kind) & e.attribute.in_(list(attributes)) & (e.at > to_time(since))
    query = select(ledger_event).where(chosen).order_by(e.event_id)
    return [_event(row) for row in connection.execute(query)]


def last_values(
    connection: Connection, subject_kind: str, attribute: str, *, until: datetime | None = None
) -> dict[str, str]:
    """Return the value of an attribute by its last event, by subject; those without a value are left out."""
    e = ledger_event.c
    newest = select(func.max(e.event_id)).where(e.subject_kind == subject_kind, e.attribute == attribute)
    if until is not None:
        newest = newest.where(e.at <= to_time(until))
    query = select(e.subject, e.to_value).where(e.event_id.in_(newest.group_by(e.subject)))
    return {row.subject: row.to_value for row in connection.execute(query) if row.to_value is not None}


def _event(row: Any) -> LedgerEvent:
    return LedgerEvent(
        subject_kind=row.subject_kind,
        subject=row.subject,
        attribute=row.attribute,
        from_value=row.from_value,
        to_value=row.to_value,
        actor=row.actor,
        reason=row.reason,
        at=row.at,
    )
