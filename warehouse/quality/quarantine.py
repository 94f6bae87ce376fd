"""Records in quarantine: which they are now, what people decided on them, and which were released."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, or_, select

from procedures.errors import NotFoundError
from procedures.snapshot import SnapshotState
from warehouse.db.bulk import bulk_upsert, chunks
from warehouse.db.column_values import from_json, now, storable, to_time
from warehouse.quality.validations import record_digest
from warehouse.sources.staged_difference import staged_record
from warehouse.sources.withdrawn_rows import withdrawn_runs
from warehouse.tables.source_tables import quarantine, quarantine_decision, run, snapshot, staged

QuarantineDecision = Literal["released", "dismissed"]

COLUMNS = (
    "quarantine_id", "run_id", "source", "code", "stage", "rule", "reason", "state",
    "decided_by", "decided_reason", "decided_at", "record",
)  # fmt: skip
"""Columns given of a record in quarantine, in this order."""

WAITING = "waiting"
"""State of a record that nobody has decided on."""


def list_quarantined(connection: Connection, source: str | None = None) -> list[dict[str, Any]]:
    """Return the records in quarantine as of each source's last complete snapshot, and since; by id.

    The same record quarantined again appears once, as its newest row. What a later complete snapshot no
    longer quarantines is left out. `record` as values.
    """
    last = (
        select(snapshot.c.source, func.max(snapshot.c.snapshot_id).label("snapshot_id"))
        .where(snapshot.c.applied == 1, snapshot.c.state == SnapshotState.COMPLETE)
        .group_by(snapshot.c.source)
        .subquery()
    )
    q, d = quarantine, quarantine_decision
    query = (
        select(
            *(q.c[name] for name in ("quarantine_id", "run_id", "source", "code", "stage", "rule", "reason")),
            func.coalesce(d.c.state, WAITING).label("state"),
            d.c.actor.label("decided_by"),
            d.c.reason.label("decided_reason"),
            d.c.at.label("decided_at"),
            q.c.record,
            q.c.digest,
        )
        .select_from(
            q.outerjoin(d, (d.c.source == q.c.source) & (d.c.digest == q.c.digest)).outerjoin(
                last, last.c.source == q.c.source
            )
        )
        .where(or_(last.c.snapshot_id.is_(None), q.c.snapshot_id >= last.c.snapshot_id))
        .where(q.c.run_id.not_in(withdrawn_runs()))
        .order_by(q.c.quarantine_id)
    )
    if source is not None:
        query = query.where(q.c.source == source)
    rows: dict[tuple[str, object], dict[str, Any]] = {}
    for row in connection.execute(query).mappings():
        identity = (row["source"], row["digest"] or row["quarantine_id"])
        rows.pop(identity, None)
        rows[identity] = {name: row[name] for name in COLUMNS} | {"record": from_json(row["record"])}
    return list(rows.values())


def decide(
    connection: Connection,
    quarantine_id: int,
    state: QuarantineDecision,
    *,
    actor: str,
    reason: str,
    at: datetime | None = None,
) -> None:
    """Store what a person decided on the record of that row; a later decision replaces an earlier one.

    Raises:
        NotFoundError: there is no such row.
    """
    row = connection.execute(
        select(quarantine).where(quarantine.c.quarantine_id == quarantine_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError(f"Không có bản ghi chờ kiểm tra nào mang số {quarantine_id}")
    if row.digest is None:
        digest = record_digest(row.code, from_json(row.record))
        is_row = quarantine.c.quarantine_id == quarantine_id
        connection.execute(quarantine.update().where(is_row), {"digest": digest})
    else:
        digest = row.digest
    decision = {
        "source": row.source,
        "digest": digest,
        "key": row.key,
        "state": state,
        "actor": storable(actor),
        "reason": storable(reason),
        "at": now(at),
    }
    bulk_upsert(connection, quarantine_decision, [decision])


def turned_away_before(
    connection: Connection, snapshot_id: int, stage: str, since: datetime
) -> dict[str, tuple[str, str]]:
    """Return rule and reason of the staged records that are as they were when they were last turned away.

    By key; only what the gate of that stage turned away in a run of `since` or later counts.
    """
    source = _source_of(connection, snapshot_id)
    q = quarantine.c
    at = select(snapshot.c.as_of).where(snapshot.c.snapshot_id == snapshot_id).scalar_subquery()
    last = (
        select(func.max(q.quarantine_id))
        .select_from(quarantine.join(run, run.c.run_id == q.run_id))
        .where(q.source == source, q.stage == stage, q.key.is_not(None))
        .where(run.c.as_of >= to_time(since), run.c.as_of <= at)
        .where(q.run_id.not_in(withdrawn_runs()))
        .group_by(q.key)
    )
    rows = connection.execute(
        select(q.rule, q.reason, q.digest, staged.c.key, staged.c.code, staged_record(source))
        .select_from(quarantine.join(staged, staged.c.key == q.key))
        .where(staged.c.snapshot_id == snapshot_id, staged.c.presence == "read", q.quarantine_id.in_(last))
    )
    return {
        row.key: (row.rule, row.reason)
        for row in rows
        if record_digest(row.code, json.loads(row.record or "{}")) == row.digest
    }


def released_keys(connection: Connection, snapshot_id: int) -> frozenset[str]:
    """Return the keys of the staged records that a person released, and that have not changed since."""
    source = _source_of(connection, snapshot_id)
    d = quarantine_decision
    decided = connection.execute(
        select(d.c.key, d.c.digest).where(d.c.source == source, d.c.state == "released", d.c.key.is_not(None))
    ).all()
    digests = {row.digest for row in decided}
    keys: set[str] = set()
    for piece in chunks({row.key for row in decided}):
        rows = connection.execute(
            select(staged.c.key, staged.c.code, staged_record(source)).where(
                staged.c.snapshot_id == snapshot_id, staged.c.presence == "read", staged.c.key.in_(piece)
            )
        )
        keys.update(
            row.key for row in rows if record_digest(row.code, json.loads(row.record or "{}")) in digests
        )
    return frozenset(keys)


def _source_of(connection: Connection, snapshot_id: int) -> str:
    query = select(snapshot.c.source).where(snapshot.c.snapshot_id == snapshot_id)
    source: str = connection.execute(query).scalar_one()
    return source
