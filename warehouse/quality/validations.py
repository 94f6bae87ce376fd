"""Outcomes of the gates, the records they quarantined, and the last batch that passed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, func, select

from procedures.snapshot import QuarantinedRecord
from warehouse.db.bulk import bulk_insert, bulk_upsert
from warehouse.db.column_values import (
    from_json,
    from_time,
    storable,
    storable_or_none,
    to_flag,
    to_json,
    to_time,
)
from warehouse.tables.source_tables import gate_pass, quarantine, snapshot, validation

GATE_OPEN = "gate_open"
"""Name of the outcome that says why a gate as a whole is closed."""

RULES_SINCE = "rules_since"
"""What stands beside the suites in `gate_pass`: the rules that judge a source's records, and since when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationRow:
    """The outcome of one expectation of a suite; `observed` are JSON values."""

    suite: str
    expectation: str
    severity: str
    success: bool
    observed: Mapping[str, Any] = field(default_factory=dict)


def record_validations(
    connection: Connection,
    run_id: int,
    source: str,
    rows: Iterable[ValidationRow],
    *,
    snapshot_id: int | None = None,
) -> None:
    """Store outcomes of a gate."""
    bulk_insert(
        connection,
        validation,
        (
            {
                "run_id": run_id,
                "snapshot_id": snapshot_id,
                "source": source,
                "suite": row.suite,
                "expectation": row.expectation,
                "severity": row.severity,
                "success": to_flag(row.success),
                "observed": to_json(row.observed),
            }
            for row in rows
        ),
    )


def closing_row(suite: str, reason: str) -> ValidationRow:
    """Return the row that says why a gate closed that belongs to no single source."""
    return ValidationRow(
        suite=suite, expectation=GATE_OPEN, severity="critical", success=False, observed={"value": reason}
    )


def closing_reasons(connection: Connection, run_id: int) -> list[str]:
    """Return why gates closed in that run that belong to no single source."""
    v = validation.c
    rows = connection.execute(
        select(v.observed).where(v.run_id == run_id, v.expectation == GATE_OPEN, v.success == 0)
    )
    return [str(from_json(row.observed)["value"]) for row in rows]


def quarantine_of(connection: Connection, run_id: int) -> list[dict[str, Any]]:
    """Return the records that a run quarantined, in its order; `record` as values."""
    return [row | {"record": from_json(row["record"])} for row in _of_run(connection, quarantine, run_id)]


def quarantined_keys(connection: Connection, snapshot_id: int, stage: str) -> frozenset[str]:
    """Return the keys of the records that a gate quarantined in a snapshot; the code if there is none."""
    q = quarantine.c
    query = select(func.coalesce(q.key, q.code)).where(q.snapshot_id == snapshot_id, q.stage == stage)
    return frozenset(key for key in connection.scalars(query) if key is not None)


def record_digest(code: str | None, record: Mapping[str, Any]) -> str:
    """Return a digest that stays the same while a record in quarantine does, whatever the rule."""
    identity = f"{code or ''}\x1e{to_json(record)}"
    return hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()


def quarantine_row(
    run_id: int,
    source: str,
    record: QuarantinedRecord,
    snapshot_id: int | None = None,
    key: str | None = None,
) -> dict[str, Any]:
    """Return a row of the table `quarantine`; `key` is that of the listing, where the record has one."""
    return {
        "run_id": run_id,
        "snapshot_id": snapshot_id,
        "source": source,
        "code": storable_or_none(record.code),
        "stage": record.stage,
        "rule": record.rule,
        "reason": storable(record.reason),
        "record": to_json(record.record),
        "key": storable_or_none(key),
        "digest": record_digest(storable_or_none(record.code), record.record),
    }


def last_pass(connection: Connection, source: str, suite: str) -> str | None:
    """Return the fingerprint of the last batch of that source that the gate let through."""
    query = select(gate_pass.c.fingerprint).where(gate_pass.c.source == source, gate_pass.c.suite == suite)
    fingerprint: str | None = connection.execute(query).scalar()
    return fingerprint


def store_pass(connection: Connection, source: str, suite: str, fingerprint: str) -> None:
    """Store the fingerprint of the batch that the gate let through."""
    bulk_upsert(connection, gate_pass, [{"source": source, "suite": suite, "fingerprint": fingerprint}])


def judged_since(connection: Connection, source: str, rules: str, as_of: datetime) -> datetime:
    """Return since when records of the source are judged by these rules; from tonight on if they are new.

    `rules` is their hash, `as_of` tonight's time of the run. An earlier run of the same time, or of a later
    one (held, or dated ahead), judged by other rules: then it is since just after that.
    """
    known, _, since = (last_pass(connection, source, RULES_SINCE) or "").partition(" ")
    if known == rules:
        return from_time(since)
    s = snapshot.c
    from_now_on = select(func.count(), func.max(s.as_of)).where(s.source == source, s.as_of >= to_time(as_of))
    snapshots, last = connection.execute(from_now_on).one()  # tonight's own is one of them
    begins = from_time(last) + timedelta(seconds=1) if snapshots > 1 else as_of
    store_pass(connection, source, RULES_SINCE, f"{rules} {to_time(begins)}")
    return begins


def forget_rules_since(connection: Connection, source: str, as_of: datetime) -> None:
    """Forget by which rules the source is judged if it is so since `as_of`, or since later."""
    _, _, since = (last_pass(connection, source, RULES_SINCE) or "").partition(" ")
    if since >= to_time(as_of):
        g = gate_pass.c
        connection.execute(gate_pass.delete().where(g.source == source, g.suite == RULES_SINCE))


def _of_run(connection: Connection, table: Table, run_id: int) -> list[dict[str, Any]]:
    query = select(table).where(table.c.run_id == run_id).order_by(*table.primary_key)
    return [dict(row) for row in connection.execute(query).mappings()]
