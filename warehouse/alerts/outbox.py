"""The outbox of alerts: stored with the run that wrote them, sent once, tried again until given up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, func, or_, select

from procedures.dates.run_dates import MAX_AHEAD, is_dated_ahead
from procedures.messages import Message
from warehouse.db.bulk import bulk_insert
from warehouse.db.column_values import from_time, now, storable, storable_or_none, to_time
from warehouse.db.upsert import insert_into
from warehouse.tables.finding_tables import alert, alert_finding

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720, 1440))
"""Pauses after the first, second, … failed attempt of a message; the last one repeats."""

GIVE_UP_ATTEMPTS = 10
GIVE_UP_AFTER = timedelta(days=7)
"""A message is given up when both are passed: this many attempts, and this long since it was written."""


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """A message that was not sent yet; `attempts` failed so far."""

    alert_id: int
    attempts: int
    message: Message
    created_at: datetime


def enqueue(
    connection: Connection, message: Message, *, run_id: int | None, at: datetime | None = None
) -> bool:
    """Store a message until it is sent; return False when one of the same key exists already."""
    finding_ids = set(message.finding_ids)
    insert = insert_into(connection, alert).on_conflict_do_nothing(index_elements=["dedupe_key"])
    values = {
        "run_id": run_id,
        "dedupe_key": message.dedupe_key,
        "kind": message.kind,
        "channel": message.channel,
        "recipient": message.recipient,
        "state": "queued",
        "subject": storable(message.subject),
        "body": storable(message.text),
        "html": storable_or_none(message.html),
        "attachment": message.attachment,
        "finding_count": len(finding_ids),
        "created_at": now(at),
        "attempts": 0,
    }
    alert_id = connection.execute(insert.returning(alert.c.alert_id), values).scalar()
    if alert_id is None:
        return False
    bulk_insert(
        connection, alert_finding, ({"alert_id": alert_id, "finding_id": each} for each in finding_ids)
    )
    return True


def enqueue_all(
    connection: Connection, messages: Iterable[Message], *, run_id: int | None, at: datetime | None = None
) -> int:
    """Keep messages until they are sent; gives how many were not known yet."""
    return sum(enqueue(connection, message, run_id=run_id, at=at) for message in messages)


def pending(connection: Connection, *, due_at: datetime | None = None) -> list[PendingMessage]:
    """Return what waits to be sent, the oldest first; with `due_at` only what may be tried again by then."""
    query = select(alert).where(alert.c.state == "queued")
    if due_at is not None:
        next_try = alert.c.next_try_at
        is_wrong_clock = next_try > to_time(due_at + PAUSES[-1] + MAX_AHEAD)
        query = query.where(or_(next_try.is_(None), next_try <= to_time(due_at), is_wrong_clock))
    about = _findings_of(connection, query.with_only_columns(alert.c.alert_id))
    return [
        PendingMessage(
            row.alert_id,
            row.attempts,
            Message(
                dedupe_key=row.dedupe_key,
                kind=row.kind,
                channel=row.channel,
                recipient=row.recipient,
                subject=row.subject,
                text=row.body,
                html=row.html,
                finding_ids=tuple(about.get(row.alert_id, ())),
                attachment=row.attachment,
            ),
            from_time(row.created_at),
        )
        for row in connection.execute(query.order_by(alert.c.alert_id))
    ]


def _findings_of(connection: Connection, alerts: Select[int]) -> dict[int, list[int]]:
    """Return the ids of the findings that each of these messages reports."""
    found: dict[int, list[int]] = {}
    query = select(alert_finding).where(alert_finding.c.alert_id.in_(alerts))
    for alert_id, finding_id in connection.execute(query.order_by(*alert_finding.primary_key)):
        found.setdefault(alert_id, []).append(finding_id)
    return found


def days_reported(connection: Connection, *kinds: str, before: datetime) -> dict[int, int]:
    """Return, by finding, on how many days before a moment a message of those kinds reported it."""
    days = func.count(func.distinct(func.substr(alert.c.created_at, 1, 10))).label("times")
    query = (
        select(alert_finding.c.finding_id, days)
        .join_from(alert_finding, alert, alert.c.alert_id == alert_finding.c.alert_id)
        .where(alert.c.kind.in_(kinds), alert.c.created_at < to_time(before))
        .group_by(alert_finding.c.finding_id)
    )
    return {row.finding_id: row.times for row in connection.execute(query)}


def message_counts(connection: Connection, run_id: int) -> dict[str, int]:
    """Return how many messages a run wrote (`queued`), and how many it sent, older ones too (`sent`)."""
    written = select(func.count()).select_from(alert).where(alert.c.run_id == run_id)
    sent = select(func.count()).select_from(alert).where(alert.c.sent_run == run_id)
    return {
        "queued": int(connection.execute(written).scalar_one()),
        "sent": int(connection.execute(sent).scalar_one()),
    }


def last_error(connection: Connection) -> str | None:
    """Return why the newest attempt failed of a message that still waits."""
    query = select(alert.c.last_error).where(alert.c.state == "queued", alert.c.last_error.is_not(None))
    newest = query.order_by(alert.c.next_try_at.desc().nulls_last(), alert.c.alert_id.desc()).limit(1)
    return connection.execute(newest).scalar()


def count_given_up(connection: Connection) -> int:
    """Return how many messages were given up."""
    query = select(func.count()).select_from(alert).where(alert.c.state == "failed")
    return int(connection.execute(query).scalar_one())


def mark_sent(
    connection: Connection, alert_id: int, *, run_id: int | None = None, at: datetime | None = None
) -> None:
    """Mark the message as sent, by the run `run_id` if it was a run."""
    connection.execute(
        alert.update()
        .where(alert.c.alert_id == alert_id)
        .values(
            state="sent",
            sent_at=now(at),
            attempts=alert.c.attempts + 1,
            last_error=None,
            next_try_at=None,
            sent_run=run_id,
        )
    )


def mark_failed(
    connection: Connection,
    alert_id: int,
    error: str,
    *,
    give_up: bool = False,
    next_try_at: datetime | None = None,
) -> None:
    """Record a failed attempt: the message waits for the next run, or is given up."""
    connection.execute(
        alert.update()
        .where(alert.c.alert_id == alert_id)
        .values(
            state="failed" if give_up else "queued",
            attempts=alert.c.attempts + 1,
            last_error=storable(error),
            next_try_at=None if give_up or next_try_at is None else to_time(next_try_at),
        )
    )


def pause_after(attempts: int) -> timedelta:
    """Return the pause of a message whose `attempts` failed, at least one of them."""
    return PAUSES[min(attempts, len(PAUSES)) - 1]


def is_given_up(waiting: PendingMessage, at: datetime) -> bool:
    """Return whether an attempt that failed at `at` was the last; a letter of a wrong clock counts as old."""
    is_old = at - waiting.created_at >= GIVE_UP_AFTER or is_dated_ahead(waiting.created_at, at)
    return waiting.attempts + 1 >= GIVE_UP_ATTEMPTS and is_old
