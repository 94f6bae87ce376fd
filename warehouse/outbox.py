"""Alerts on their way: kept with the run that made them, sent once, tried again until given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from warehouse.desk import alert
from warehouse.texts import now, storable


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one recipient is to be told; the same `dedupe_key` is never told twice."""

    dedupe_key: str
    kind: str
    channel: str
    recipient: str
    subject: str
    body: str
    finding_count: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that was not sent yet; `attempts` failed so far."""

    alert_id: int
    attempts: int
    message: Message


def enqueue(connection: Connection, message: Message, *, run_id: int, at: datetime | None = None) -> bool:
    """Keep a message until it is sent; False when one of the same key is known already."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(alert).on_conflict_do_nothing(index_elements=["dedupe_key"])
    values = {
        "run_id": run_id,
        "dedupe_key": message.dedupe_key,
        "kind": message.kind,
        "channel": message.channel,
        "recipient": message.recipient,
        "state": "queued",
        "subject": storable(message.subject),
        "body": storable(message.body),
        "finding_count": message.finding_count,
        "created_at": now(at),
        "attempts": 0,
    }
    return connection.execute(insert.returning(alert.c.alert_id), values).scalar() is not None


def pending(connection: Connection) -> list[Waiting]:
    """What waits to be sent, the oldest first."""
    rows = connection.execute(select(alert).where(alert.c.state == "queued").order_by(alert.c.alert_id))
    return [
        Waiting(
            row.alert_id,
            row.attempts,
            Message(
                dedupe_key=row.dedupe_key,
                kind=row.kind,
                channel=row.channel,
                recipient=row.recipient,
                subject=row.subject,
                body=row.body,
                finding_count=row.finding_count,
            ),
        )
        for row in rows
    ]


def mark_sent(connection: Connection, alert_id: int, *, at: datetime | None = None) -> None:
    """The message went out."""
    connection.execute(
        alert.update()
        .where(alert.c.alert_id == alert_id)
        .values(state="sent", sent_at=now(at), attempts=alert.c.attempts + 1, last_error=None)
    )


def mark_failed(connection: Connection, alert_id: int, error: str, *, give_up: bool = False) -> None:
    """The message did not go out: it waits for the next run, or is given up."""
    connection.execute(
        alert.update()
        .where(alert.c.alert_id == alert_id)
        .values(
            state="failed" if give_up else "queued",
            attempts=alert.c.attempts + 1,
            last_error=storable(error),
        )
    )
