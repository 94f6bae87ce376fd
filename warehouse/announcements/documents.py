"""Decisions that were read from files: stored as read and corrected, with the events of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from procedures.errors import NotFoundError
from procedures.office.documents import Document
from procedures.rules_version import RULES_VERSION
from warehouse.announcements.ledger_events import LedgerEvent, events_of, record_events
from warehouse.db.column_values import from_json, from_time, now, storable, storable_or_none, to_json, to_time
from warehouse.tables.finding_tables import document as table

DOCUMENT = "document"
"""Kind of subject of the events: the document ("12"), a part ("12 1") or a row of it ("12 1.3")."""

READ, HELD, CONFIRMED, WITHDRAWN = "read", "held", "confirmed", "withdrawn"
"""States of a document: not yet checked; waiting for a person to check; in use; withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """One decision of a file. `matches`: codes assigned since to rows without one, by key of the row."""

    document_id: int
    digest: str
    place: int
    file: str
    document: Document
    state: str
    held_for: tuple[str, ...]
    read_at: str
    read_by: str | None
    decided_by: str | None = None
    decided_at: str | None = None
    reason: str | None = None
    applied_at: datetime | None = None
    run_id: int | None = None
    matches: Mapping[str, str]


def add_document(
    connection: Connection,
    document: Document,
    *,
    digest: str,
    place: int,
    file: str,
    state: str,
    held_for: Sequence[str] = (),
    by: str | None = None,
    at: datetime | None = None,
) -> int:
    """Store a decision as it was read; return its id."""
    moment = now(at)
    values = {
        "digest": digest,
        "place": place,
        "file": storable(file),
        "state": state,
        "held_for": to_json(list(held_for)),
        "read_at": moment,
        "read_by": storable_or_none(by),
        "rules_version": RULES_VERSION,
        **_columns(document),
    }
    return int(connection.execute(table.insert().returning(table.c.document_id), values).scalar_one())


def get_document(connection: Connection, document_id: int) -> StoredDocument:
    """Return the document of that id.

    Raises:
        NotFoundError: there is none.
    """
    rows = _load_rows(connection, table.c.document_id == document_id)
    if not rows:
        raise NotFoundError(f"Không có văn bản nào mang số {document_id}")
    return rows[0]


def list_documents(connection: Connection) -> list[StoredDocument]:
    """Return every document, the last one read first."""
    return _load_rows(connection)[::-1]


def list_not_withdrawn(connection: Connection) -> list[StoredDocument]:
    """Return the documents that were not withdrawn, in the order in which they were read."""
    return _load_rows(connection, table.c.state != WITHDRAWN)


def list_confirmed(connection: Connection, role: str | None) -> list[StoredDocument]:
    """Return the documents in use of ministries or of the province, in the order of their confirmation.

    Those that are only further evidence of another one come first.
    """
    rows = _load_rows(connection, (table.c.state == CONFIRMED) & (table.c.role == role))
    return sorted(rows, key=lambda each: (each.run_id is not None, each.decided_at or "", each.document_id))


def list_applied_in(connection: Connection, run_ids: Sequence[int]) -> list[StoredDocument]:
    """Return the documents that took effect in these runs."""
    return _load_rows(connection, table.c.run_id.in_(list(run_ids)) & (table.c.state == CONFIRMED))


def set_state(
    connection: Connection,
    stored: StoredDocument,
    state: str,
    by: str | None,
    *,
    reason: str | None = None,
    run_id: int | None = None,
    applied_at: datetime | None = None,
    at: datetime | None = None,
) -> None:
    """Put a document into use, or withdraw it."""
    moment = now(at)
    values = {
        "state": state,
        "decided_at": moment,
        "decided_by": storable_or_none(by),
        "reason": storable_or_none(reason),
        "run_id": run_id,
        "applied_at": None if applied_at is None else to_time(applied_at),
    }
    connection.execute(table.update().where(table.c.document_id == stored.document_id), values)
    event = LedgerEvent(
        subject_kind=DOCUMENT,
        subject=str(stored.document_id),
        attribute="state",
        from_value=stored.state,
        to_value=state,
        actor=by or "",
        reason=reason,
    )
    record_events(connection, [event], at=at)


def store_correction(
    connection: Connection,
    stored: StoredDocument,
    corrected: Document,
    place: str,
    changes: Mapping[str, tuple[str | None, str | None]],
    by: str,
    *,
    at: datetime | None = None,
) -> None:
    """Store a document as a person corrected it: the place ("1.3"), by attribute the old and new value."""
    connection.execute(table.update().where(table.c.document_id == stored.document_id), _columns(corrected))
    record_events(
        connection,
        [
            LedgerEvent(
                subject_kind=DOCUMENT,
                subject=f"{stored.document_id} {place}",
                attribute=attribute,
                from_value=old,
                to_value=new,
                actor=by,
            )
            for attribute, (old, new) in changes.items()
        ],
        at=at,
    )


def store_matches(connection: Connection, document_id: int, matches: Mapping[str, str]) -> None:
    """Store the codes that rows without one were found to have."""
    update = table.update().where(table.c.document_id == document_id)
    connection.execute(update, {"matches": to_json(dict(matches))})


def list_events(connection: Connection, document_id: int) -> list[LedgerEvent]:
    """Return what people did to a document, the oldest first."""
    return events_of(connection, DOCUMENT, str(document_id))


def _columns(document: Document) -> dict[str, Any]:
    head = document.to_json()
    parts = head.pop("parts")
    return {
        "number": storable_or_none(document.number),
        "date": document.date.isoformat() if document.date else None,
        "role": document.role,
        "head": to_json(head),
        "parts": to_json(parts),
    }


def _load_rows(connection: Connection, condition: Any = None) -> list[StoredDocument]:
    query = select(table).order_by(table.c.document_id)
    if condition is not None:
        query = query.where(condition)
    return [
        StoredDocument(
            document_id=row.document_id,
            digest=row.digest,
            place=row.place,
            file=row.file,
            document=Document.from_json({**from_json(row.head), "parts": from_json(row.parts)}),
            state=row.state,
            held_for=tuple(from_json(row.held_for)),
            read_at=row.read_at,
            read_by=row.read_by,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            reason=row.reason,
            applied_at=None if row.applied_at is None else from_time(row.applied_at),
            run_id=row.run_id,
            matches=from_json(row.matches),
        )
        for row in connection.execute(query)
    ]
