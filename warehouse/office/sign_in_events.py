"""The log of signing in: who got in, who did not, and what became of accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from procedures.office.sign_in_events import SignInEvent, SignInEventKind
from warehouse.db.column_values import from_time, storable, storable_or_none, to_time
from warehouse.tables.account_tables import sign_in_event

LONGEST_NAME, LONGEST_DETAIL = 64, 300
"""Characters of a name and of a detail that are kept."""


def record_event(connection: Connection, event: SignInEvent) -> None:
    """Store an event."""
    connection.execute(
        sign_in_event.insert(),
        {
            "at": to_time(event.at),
            "kind": event.kind.value,
            "account": storable(event.account)[:LONGEST_NAME],
            "typed": storable(event.typed)[:LONGEST_NAME],
            "address": storable(event.address)[:LONGEST_NAME],
            "detail": None if event.detail is None else storable_or_none(event.detail[:LONGEST_DETAIL]),
        },
    )


def was_recorded_since(connection: Connection, kind: SignInEventKind, address: str, since: datetime) -> bool:
    """Return whether an event of that kind, from that address, was stored after `since`."""
    e = sign_in_event.c
    its = (e.kind == kind.value, e.address == storable(address)[:LONGEST_NAME], e.at > to_time(since))
    return connection.execute(select(e.event_id).where(*its).limit(1)).first() is not None


def list_events(
    connection: Connection, *, account: str | None = None, offset: int, limit: int
) -> tuple[list[SignInEvent], int]:
    """Return a part of the events, of one account or all, the newest first; and how many there are."""
    e = sign_in_event.c
    wanted = [] if account is None else [e.account == account]
    total = connection.execute(select(func.count()).select_from(sign_in_event).where(*wanted)).scalar_one()
    query = select(sign_in_event).where(*wanted).order_by(e.event_id.desc()).offset(offset).limit(limit)
    events = [
        SignInEvent(
            kind=SignInEventKind(row.kind),
            account=row.account,
            typed=row.typed,
            address=row.address,
            at=from_time(row.at),
            detail=row.detail,
        )
        for row in connection.execute(query)
    ]
    return events, int(total)
