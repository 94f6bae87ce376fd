"""What people decided on held snapshots and on records in quarantine: who, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Select, cast, func, literal, null, select, union_all

from warehouse.announcements.ledger_events import LedgerEvent, record_events
from warehouse.tables.office_tables import ledger_event
from warehouse.tables.source_tables import quarantine, quarantine_decision, snapshot

SNAPSHOT, RECORD = "snapshot", "quarantine"
"""Kinds of subject of the events about a held snapshot, and about a record in quarantine, by their ids."""

RELEASED, KEPT, DISMISSED = "released", "kept", "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision. `run_id`: the run that read what it is about.

    `decision` is released, kept (a snapshot stays held) or dismissed (a record stays out). Of a record there
    is a `quarantine_id`, of a snapshot none.
    """

    at: str
    actor: str
    reason: str
    decision: str
    source: str
    run_id: int
    snapshot_id: int | None
    quarantine_id: int | None = None
    code: str | None = None


def record_kept(
    connection: Connection, snapshot_id: int, *, actor: str, reason: str, at: datetime | None = None
) -> None:
    """Store that a person looked at a held snapshot and left it held."""
    record_events(connection, [_event(SNAPSHOT, snapshot_id, "held", KEPT, actor, reason)], at=at)


def record_quarantine_event(
    connection: Connection,
    quarantine_id: int,
    before: str,
    after: str,
    *,
    actor: str,
    reason: str,
    at: datetime,
) -> None:
    """Store a decision on a record as an event, which a later decision does not replace."""
    record_events(connection, [_event(RECORD, quarantine_id, before, after, actor, reason)], at=at)


def decisions_on_snapshot(connection: Connection, snapshot_id: int) -> list[Decision]:
    """Return the decisions on one held snapshot, the newest first."""
    s = snapshot.c.snapshot_id == snapshot_id
    return _decisions(connection, [_releases().where(s), _kept().where(s)])


def decisions_about_run(connection: Connection, run_id: int) -> list[Decision]:
    """Return the decisions on what a run read: its snapshots and records, the newest first."""
    read, q = snapshot.c.run_id == run_id, quarantine.c.run_id == run_id
    return _decisions(
        connection,
        [_releases().where(read), _kept().where(read), _on_records().where(q), _earlier().where(q)],
    )


def list_decisions(connection: Connection, *, offset: int = 0, limit: int) -> tuple[list[Decision], int]:
    """Return all decisions, the newest first, and how many there are; the same record counts once."""
    newest = select(func.max(quarantine.c.quarantine_id)).group_by(quarantine.c.source, quarantine.c.digest)
    queries = [_releases(), _kept(), _on_records().where(quarantine.c.quarantine_id.in_(newest)), _earlier()]
    total = connection.scalar(select(func.count()).select_from(union_all(*queries).subquery())) or 0
    return _decisions(connection, queries, offset=offset, limit=limit), total


def _releases() -> Select[Any]:
    s = snapshot.c
    return select(
        literal(0).label("event_id"),
        s.released_at.label("at"),
        s.released_by.label("actor"),
        s.released_reason.label("reason"),
        literal(RELEASED).label("decision"),
        s.source,
        s.run_id,
        s.snapshot_id,
        cast(null(), Integer).label("quarantine_id"),
        literal(None, quarantine.c.code.type).label("code"),
    ).where(s.released == 1)


def _kept() -> Select[Any]:
    s, e = snapshot.c, ledger_event.c
    return (
        select(
            e.event_id,
            e.at,
            e.actor,
            e.reason,
            e.to_value.label("decision"),
            s.source,
            s.run_id,
            s.snapshot_id,
            cast(null(), Integer).label("quarantine_id"),
            literal(None, quarantine.c.code.type).label("code"),
        )
        .join_from(ledger_event, snapshot, e.subject == cast(s.snapshot_id, e.subject.type))
        .where(e.subject_kind == SNAPSHOT)
    )


def _on_records() -> Select[Any]:
    q, d = quarantine.c, quarantine_decision.c
    return select(
        literal(0).label("event_id"),
        d.at,
        d.actor,
        d.reason,
        d.state.label("decision"),
        q.source,
        q.run_id,
        q.snapshot_id,
        q.quarantine_id,
        q.code,
    ).join_from(quarantine_decision, quarantine, (d.source == q.source) & (d.digest == q.digest))


def _earlier() -> Select[Any]:
    """Select decisions on records that a later one replaced."""
    q, d, e = quarantine.c, quarantine_decision.c, ledger_event.c
    return (
        select(
            e.event_id,
            e.at,
            e.actor,
            e.reason,
            e.to_value.label("decision"),
            q.source,
            q.run_id,
            q.snapshot_id,
            q.quarantine_id,
            q.code,
        )
        .join_from(ledger_event, quarantine, e.subject == cast(q.quarantine_id, e.subject.type))
        .join(quarantine_decision, (d.source == q.source) & (d.digest == q.digest))
        .where(e.subject_kind == RECORD, (e.at != d.at) | (e.to_value != d.state))
    )


def _decisions(
    connection: Connection,
    queries: Sequence[Select[Any]],
    *,
    offset: int = 0,
    limit: int | None = None,
) -> list[Decision]:
    every = union_all(*queries).subquery()
    shown = (column for column in every.c if column.name != "event_id")
    order = (every.c.at, every.c.event_id, every.c.snapshot_id, every.c.quarantine_id)
    query = select(*shown).order_by(*(column.desc() for column in order)).offset(offset).limit(limit)
    return [Decision(**row) for row in connection.execute(query).mappings()]


def _event(kind: str, subject: int, before: str, after: str, actor: str, reason: str) -> LedgerEvent:
    return LedgerEvent(
        subject_kind=kind,
        subject=str(subject),
        attribute="state",
        from_value=before,
        to_value=after,
        actor=actor,
        reason=reason,
    )
