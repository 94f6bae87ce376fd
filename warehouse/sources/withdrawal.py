"""Withdrawal of what a run made of its sources, so that they are as they were before it.

Nothing is erased: versions that the run opened end as withdrawn where they began, its changes, records in
quarantine and outcomes of gates stay in their tables, and events say who withdrew it and why. Call all of it
in one transaction, under the run lock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, or_, select

from procedures.changes import Absence
from procedures.gate_names import UNCHANGED
from procedures.run_origin import parse_origin
from procedures.snapshot import ListedItemState, LookUp
from warehouse.announcements.ledger_events import LedgerEvent, record_events
from warehouse.db.bulk import bulk_execute, bulk_upsert, chunks
from warehouse.db.column_values import now, storable, to_json, to_time
from warehouse.quality import validations
from warehouse.sources.runs import RunRow
from warehouse.sources.snapshots import SnapshotRow, prune_staged
from warehouse.sources.versions import RETIREMENTS
from warehouse.sources.withdrawn_rows import WITHDRAWN, run_is_valid, version_is_valid
from warehouse.tables.finding_tables import alert, alert_finding, finding
from warehouse.tables.source_tables import (
    absence,
    change,
    gate_pass,
    listing,
    look_up,
    procedure_version,
    retired,
    run,
    snapshot,
    state_seen,
    validation,
)

RUN = "run"
"""Kind of subject of the events about a run ("12") and its snapshots ("12 national")."""

REREAD = "reread"
"""Why a version ended that new rules read again; such a reading is not part of the run's night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderState:
    """What a portal's reader remembered before a run: items of its listing, states, answers, absences.

    `answers` is None where they were not stored.
    """

    remembered: Mapping[str, ListedItemState]
    states: frozenset[str]
    absences: Mapping[str, Absence]
    answers: Mapping[str, LookUp] | None


def find_dependent_run(connection: Connection, source: str, run_id: int) -> int | None:
    """Return the first later run, if any, that made a snapshot of the source current on top of it."""
    s, r = snapshot.c, run.c
    applied = (s.source == source) & (s.applied == 1)
    later_runs = set(connection.scalars(select(s.run_id).where(applied, s.run_id > run_id)))
    current_ids = frozenset(connection.scalars(select(s.snapshot_id).where(applied)))
    releases = select(run).where(r.kind == "release", r.run_id > run_id, run_is_valid())
    for row in connection.execute(releases):
        if parse_origin(row.argument).released in current_ids:
            later_runs.add(row.run_id)
    return min(later_runs, default=None)


def find_later_reread(connection: Connection, source: str, run_id: int) -> int | None:
    """Return the first later run, if any, that read records of the source again under new rules."""
    v = procedure_version.c
    rereads = (v.source == source) & (v.closing == REREAD) & (v.closed_run > run_id)
    return connection.execute(select(func.min(v.closed_run)).where(rereads)).scalar()


def withdraw_versions(connection: Connection, source: str, run_id: int) -> tuple[int, int]:
    """Make the versions before the run current again; return how many it had opened and had ended."""
    v = procedure_version.c
    of_source = v.source == source
    reread = select(v.key).where(of_source, v.closed_run == run_id, v.closing == REREAD)
    first_opened = select(func.min(v.version_id)).where(of_source, v.opened_run == run_id, v.key.in_(reread))
    opened = select(v.version_id, v.key).where(
        of_source, v.opened_run == run_id, v.version_id.not_in(first_opened.group_by(v.key))
    )
    opened_keys = {row.version_id: row.key for row in connection.execute(opened)}
    ended = select(v.version_id, v.key).where(of_source, v.closed_run == run_id, v.closing != REREAD)
    ended_keys = {
        row.version_id: row.key for row in connection.execute(ended) if row.version_id not in opened_keys
    }
    update = procedure_version.update().where(v.version_id == bindparam("version"))
    annul = update.values(valid_to=v.valid_from, closed_run=run_id, closing=WITHDRAWN)
    bulk_execute(connection, annul, [{"version": version_id} for version_id in opened_keys])
    reopen = update.values(valid_to=None, closed_run=None, closing=None)
    bulk_execute(connection, reopen, [{"version": version_id} for version_id in ended_keys])
    connection.execute(retired.delete().where(retired.c.source == source, retired.c.run_id == run_id))
    bulk_upsert(connection, retired, _retired_before(connection, source, sorted({*opened_keys.values()})))
    return len(opened_keys), len(ended_keys)


def restore_reader_state(connection: Connection, source: str, before: ReaderState, as_of: datetime) -> None:
    """Restore what a portal's reader remembered before the run."""
    connection.execute(absence.delete().where(absence.c.source == source))
    bulk_upsert(
        connection, absence, [_absence_row(source, key, step) for key, step in before.absences.items()]
    )
    of_source = listing.c.source == source
    stored = {row.key: row for row in connection.execute(select(listing).where(of_source))}
    deletion = listing.delete().where(of_source, listing.c.key == bindparam("gone"))
    bulk_execute(connection, deletion, [{"gone": key} for key in stored if key not in before.remembered])
    bulk_upsert(
        connection,
        listing,
        [_listing_row(source, item, stored.get(key)) for key, item in before.remembered.items()],
    )
    connection.execute(
        state_seen.delete().where(state_seen.c.source == source, state_seen.c.state.not_in(before.states))
    )
    if before.answers is not None:
        connection.execute(look_up.delete().where(look_up.c.source == source))
        bulk_upsert(
            connection, look_up, [_look_up_row(source, each, as_of) for each in before.answers.values()]
        )


def mark_withdrawn(
    connection: Connection,
    row: RunRow,
    snapshots: Sequence[SnapshotRow],
    *,
    actor: str,
    reason: str,
    at: datetime | None = None,
) -> None:
    """Mark the run and its snapshots as withdrawn; write an event each: from what, by whom and why."""
    note = storable(f"{actor} đã rút lần chạy {row.run_id}: {reason}")
    events = [_event(str(row.run_id), "status", row.status, actor, reason)]
    for snapshot_row in snapshots:
        events.append(
            _event(f"{row.run_id} {snapshot_row.source}", "state", snapshot_row.state, actor, reason)
        )
        connection.execute(
            snapshot.update().where(snapshot.c.snapshot_id == snapshot_row.snapshot_id),
            {"state": WITHDRAWN, "reason": note, "applied": 0},
        )
        prune_staged(connection, snapshot_row.snapshot_id)
    _delete_gate_passes(connection, row)
    values = {"status": WITHDRAWN, "finished_at": func.coalesce(run.c.finished_at, now(at))}
    connection.execute(run.update().where(run.c.run_id == row.run_id).values(**values))
    record_events(connection, events, at=at)


def cancel_letters(connection: Connection, run_id: int, reason: str) -> int:
    """Cancel the letters about the run that still wait; return how many.

    What the run was to report of earlier runs is reported by the next one.
    """
    a, f = alert.c, finding.c
    of_earlier_runs = (
        select(alert_finding.c.alert_id)
        .join(finding, f.finding_id == alert_finding.c.finding_id)
        .where(f.first_seen_run != run_id)
    )
    only_about_run = (
        a.run_id.is_(None)
        & a.alert_id.in_(select(alert_finding.c.alert_id))
        & a.alert_id.not_in(of_earlier_runs)
    )
    waiting = (a.state == "queued") & or_(a.run_id == run_id, only_about_run)
    values = {"state": WITHDRAWN, "last_error": storable(reason), "next_try_at": None}
    dropped = connection.execute(alert.update().where(waiting).values(**values)).rowcount
    if dropped:
        was_reported = (run.c.told_run == run_id) & (run.c.run_id != run_id)
        connection.execute(run.update().where(was_reported).values(told_run=None))
    return dropped


def notified_recipients(connection: Connection, run_id: int) -> list[tuple[str, str]]:
    """Return channel and recipient of the letters that the run wrote and that were sent."""
    a = alert.c
    query = select(a.channel, a.recipient).distinct().where(a.run_id == run_id, a.state == "sent")
    return [
        (row.channel, row.recipient) for row in connection.execute(query.order_by(a.channel, a.recipient))
    ]


def _delete_gate_passes(connection: Connection, row: RunRow) -> None:
    """Delete the gate passes of the run: what they let through is judged anew when it comes again.

    Rules that were new in the run are new again.
    """
    v, g = validation.c, gate_pass.c
    was_judged = exists().where(
        v.run_id == row.run_id, v.source == g.source, v.suite == g.suite, v.expectation != UNCHANGED
    )
    connection.execute(gate_pass.delete().where(was_judged))
    sources = select(v.source).where(v.run_id == row.run_id).distinct()
    for source in connection.scalars(sources).all():
        validations.forget_rules_since(connection, source, row.as_of)


def _retired_before(connection: Connection, source: str, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Return what was retired before the run revived it: its last version, and the change that ended it."""
    v, c = procedure_version.c, change.c
    rows = []
    for piece in chunks(keys):
        last = (
            select(func.max(v.version_id))
            .where(v.source == source, v.key.in_(piece), version_is_valid())
            .group_by(v.key)
        )
        is_ending: ColumnElement[bool] = (
            (c.source == v.source) & (c.key == v.key) & (c.run_id == v.closed_run) & (c.kind == v.closing)
        )
        query = (
            select(v.version_id, v.key, v.closing, v.closed_run, c.successor_code, c.evidence)
            .join_from(procedure_version, change, is_ending)
            .where(v.version_id.in_(last), v.closing.in_(RETIREMENTS))
        )
        rows += [
            {
                "source": source,
                "key": row.key,
                "kind": row.closing,
                "successor_code": row.successor_code,
                "evidence": row.evidence,
                "version_id": row.version_id,
                "run_id": row.closed_run,
            }
            for row in connection.execute(query)
        ]
    return rows


def _absence_row(source: str, key: str, step: Absence) -> dict[str, Any]:
    return {
        "source": source,
        "key": key,
        "since": step.since.isoformat(),
        "last_day": step.last_day.isoformat(),
        "nights": step.nights,
        "evidence": to_json(step.evidence),
    }


def _listing_row(source: str, item: ListedItemState, stored: Any) -> dict[str, Any]:
    """Return the row of an item; bytes that the run has not read anew remain its evidence.

    What passed the gate of records last has passed it, whichever run read it.
    """
    return {
        "source": source,
        "key": item.key,
        "source_id": item.source_id,
        "code": item.code,
        "list_digest": item.list_digest,
        "read_at": None if item.read_at is None else to_time(item.read_at),
        "evidence": "{}" if stored is None else stored.evidence,
        "judged_digest": None if stored is None else stored.judged_digest,
    }


def _look_up_row(source: str, answer: LookUp, as_of: datetime) -> dict[str, Any]:
    return {
        "source": source,
        "key": answer.key,
        "outcome": answer.outcome,
        "state": answer.state,
        "evidence": to_json(answer.evidence),
        "at": to_time(as_of),
    }


def _event(subject: str, attribute: str, before: str | None, actor: str, reason: str) -> LedgerEvent:
    return LedgerEvent(
        subject_kind=RUN,
        subject=subject,
        attribute=attribute,
        from_value=before,
        to_value=WITHDRAWN,
        actor=actor,
        reason=reason,
    )
