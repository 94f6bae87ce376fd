"""The last looks of people at the morning page."""

from __future__ import annotations

from sqlalchemy import Connection, select

from procedures.office.visits import Visit
from warehouse.db.column_values import from_time, to_time
from warehouse.tables.desk_tables import visit


def last_visit(connection: Connection, person: str) -> Visit | None:
    """Return the last look of a person, None where there was none."""
    row = connection.execute(select(visit).where(visit.c.person == person)).one_or_none()
    return None if row is None else Visit(from_time(row.at), from_time(row.since) if row.since else None)


def store_visit(connection: Connection, person: str, current: Visit) -> None:
    """Store the look in place of the last one."""
    connection.execute(visit.delete().where(visit.c.person == person))
    since = None if current.since is None else to_time(current.since)
    connection.execute(visit.insert(), {"person": person, "at": to_time(current.at), "since": since})
