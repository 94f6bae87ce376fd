"""Versions of procedures: how a snapshot becomes current, and which procedures are current afterwards.

`apply_comparison` belongs into one transaction with the comparison it applies: all of a snapshot
becomes current, or nothing. What did not change writes no version and no change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from procedures.changes import Change, ChangeKind, Comparison, VersionStep
from procedures.errors import NotFoundError
from procedures.findings import RetiredProcedure, Side
from procedures.model import Procedure
from procedures.rules_version import RULES_VERSION
from procedures.snapshot import SnapshotState
from warehouse.db.bulk import bulk_execute, bulk_insert, bulk_upsert, chunks
from warehouse.db.column_values import from_json, from_time, storable_or_none, to_json, to_time
from warehouse.sources.code_matches import confirmed_codes
from warehouse.sources.listing_state import load_look_ups, store_listing_state
from warehouse.sources.procedure_rows import procedure_of, record_column, version_columns
from warehouse.sources.snapshots import SnapshotRow, get_snapshot, last_complete, prune_staged
from warehouse.sources.staged_difference import absence_of, ladder_columns
from warehouse.tables.source_tables import absence, change, procedure_version, retired, snapshot, staged

RETIREMENTS = (ChangeKind.REPEALED, ChangeKind.REPLACED, ChangeKind.LEVEL_TRANSFER, ChangeKind.MISSING)
"""Kinds of change that end a procedure, when its version closes; `missing` does so in the catalogue."""


def apply_comparison(
    connection: Connection,
    snapshot_id: int,
    comparison: Comparison,
    *,
    as_of: datetime,
    run_id: int,
    rules_version: str = RULES_VERSION,
) -> dict[str, int]:
    """Make the snapshot current; return the rows of `v_change` by kind.

    A snapshot that is current already is left alone. A partial one before the baseline loads nothing.
    """
    row = get_snapshot(connection, snapshot_id)
    if row.applied:
        return {kind.value: row.counts.get(kind.value, 0) for kind in ChangeKind}
    complete = row.state is SnapshotState.COMPLETE
    if complete or last_complete(connection, row.source) is not None:
        _move_versions(connection, row, comparison, to_time(as_of), run_id)
        _move_ladder(connection, row.source, comparison)
        bulk_insert(connection, change, _change_rows(row, comparison.changes, run_id, rules_version))
        store_listing_state(connection, row, to_time(as_of), complete=complete)
    return close_snapshot(connection, row, Counter(each.kind.value for each in comparison.changes))


def close_snapshot(connection: Connection, row: SnapshotRow, kinds: Counter[str]) -> dict[str, int]:
    """Mark the snapshot as current and delete what it staged; return `kinds` with their zeros."""
    _mark_applied(connection, row, kinds)
    prune_staged(connection, row.snapshot_id)
    return {kind.value: kinds[kind.value] for kind in ChangeKind}


def apply_reread(
    connection: Connection, source: str, comparison: Comparison, *, as_of: datetime, run_id: int
) -> None:
    """Open the versions that new rules make of old bytes; their evidence stays that of the old version."""
    at = to_time(as_of)
    opened = [step for step in comparison.versions if step.action == "open"]
    current_ids = _current_ids(connection, source, [step.key for step in opened])
    v = procedure_version.c
    seen_in: dict[str, str] = {}
    for piece in chunks(list(current_ids.values())):
        rows = connection.execute(select(v.key, v.evidence).where(v.version_id.in_(piece)))
        seen_in.update((row.key, row.evidence) for row in rows)
    _close(connection, dict.fromkeys(current_ids.values(), "reread"), at, run_id)
    bulk_insert(connection, procedure_version, _version_rows(source, opened, at, run_id, seen_in))


def current_procedures(connection: Connection, source: str) -> dict[str, Procedure]:
    """Return the current procedures of a source by key, those on the ladder of absence included."""
    rows = connection.execute(
        select(procedure_version.c.key, record_column(connection))
        .where(procedure_version.c.source == source, procedure_version.c.valid_to.is_(None))
        .order_by(procedure_version.c.key)
    )
    return {row.key: procedure_of(row.record) for row in rows}


def current_since(connection: Connection, source: str) -> dict[str, datetime]:
    """Return when the current version began, by key."""
    v = procedure_version.c
    rows = connection.execute(select(v.key, v.valid_from).where(v.source == source, v.valid_to.is_(None)))
    return {row.key: from_time(row.valid_from) for row in rows}


def procedures_at(connection: Connection, source: str, as_of: datetime | None) -> dict[str, Procedure]:
    """Return the procedures of a source that were current at a moment, by key; without one, those of now."""
    if as_of is None:
        return current_procedures(connection, source)
    v, at = procedure_version.c, to_time(as_of)
    rows = connection.execute(
        select(v.key, v.record)
        .where(v.source == source, v.valid_from <= at, v.valid_to.is_(None) | (v.valid_to > at))
        .order_by(v.key, v.version_id)
    )
    return {row.key: procedure_of(row.record) for row in rows}


def versions_around_run(
    connection: Connection, source: str, key: str, run_id: int
) -> tuple[Procedure, Procedure]:
    """Return a procedure's version before a run that changed it, and the one that the run opened.

    Raises:
        NotFoundError: the run did not change it.
    """
    v = procedure_version.c
    is_procedure = (v.source == source) & (v.key == key)
    closed = connection.scalar(select(v.record).where(is_procedure, v.closed_run == run_id))
    opened = connection.scalar(select(v.record).where(is_procedure, v.opened_run == run_id))
    if closed is None or opened is None:
        raise NotFoundError(f"Lần chạy {run_id} không thay đổi {key}")
    return procedure_of(closed), procedure_of(opened)


def digests_at(connection: Connection, source: str, run_id: int) -> dict[str, str]:
    """Return the digests of the versions that were current when run `run_id` had ended, by key."""
    v = procedure_version.c
    was_current = (v.opened_run <= run_id) & (v.closed_run.is_(None) | (v.closed_run > run_id))
    rows = connection.execute(select(v.key, v.digest).where(v.source == source, was_current))
    return {row.key: row.digest for row in rows}


def retired_procedures(connection: Connection, source: str) -> dict[str, RetiredProcedure]:
    """Return what a source no longer publishes, by key, with its last version and what the ladder found."""
    rows = connection.execute(
        select(
            retired.c.key,
            retired.c.kind,
            retired.c.successor_code,
            retired.c.evidence,
            procedure_version.c.record,
        )
        .join_from(retired, procedure_version, procedure_version.c.version_id == retired.c.version_id)
        .where(retired.c.source == source)
        .order_by(retired.c.key)
    )
    return {
        row.key: RetiredProcedure(
            kind=row.kind,
            procedure=procedure_of(row.record),
            successor_code=row.successor_code,
            evidence=from_json(row.evidence),
        )
        for row in rows
    }


def load_side(
    connection: Connection,
    source: str,
    *,
    role: str,
    fresh: bool,
    follows: frozenset[str] = frozenset(),
) -> Side:
    """Return the source as it is now, ready to be compared.

    A row without a code carries the one that a person confirmed; matches by name are found anew.
    """
    matched = confirmed_codes(connection, source)
    procedures = {
        key: replace(procedure, code=matched[key]) if procedure.code is None and key in matched else procedure
        for key, procedure in current_procedures(connection, source).items()
    }
    return Side(
        source=source,
        role=role,
        complete=last_complete(connection, source) is not None,
        fresh=fresh,
        procedures=procedures,
        missing=_absences(connection, source),
        gone=retired_procedures(connection, source),
        follows=follows,
        looked_up=load_look_ups(connection, source),
    )


def _move_versions(
    connection: Connection, row: SnapshotRow, comparison: Comparison, at: str, run_id: int
) -> None:
    steps = comparison.versions
    ending = _endings(comparison.changes)
    closed = [step.key for step in steps if step.action == "close"]
    opened = [step for step in steps if step.action == "open"]
    current_ids = _current_ids(connection, row.source, [step.key for step in steps])
    reasons = {key: ending[key].kind.value if key in ending else "silent" for key in closed}
    reasons |= {step.key: "changed" for step in opened}
    _close(connection, {version: reasons[key] for key, version in current_ids.items()}, at, run_id)
    seen_in = _staged_evidence(connection, row.snapshot_id, [step.key for step in opened])
    bulk_insert(connection, procedure_version, _version_rows(row.source, opened, at, run_id, seen_in))
    _delete(connection, retired, row.source, [step.key for step in opened])
    _delete(connection, absence, row.source, closed)
    bulk_upsert(
        connection,
        retired,
        [
            _retired_row(row.source, ending[key], current_ids[key], run_id)
            for key in closed
            if key in ending and key in current_ids
        ],
    )


def _endings(changes: Iterable[Change]) -> dict[str, Change]:
    """Return, by key, the change that says why a procedure ends: `missing` only where nothing says more."""
    endings = [each for each in changes if each.kind in RETIREMENTS]
    endings.sort(key=lambda each: each.kind is not ChangeKind.MISSING)
    return {each.key: each for each in endings}


def _move_ladder(connection: Connection, source: str, comparison: Comparison) -> None:
    _delete(connection, absence, source, [step.key for step in comparison.absences if step.absence is None])
    bulk_upsert(
        connection,
        absence,
        [
            {
                "source": source,
                "key": step.key,
                "since": step.absence.since.isoformat(),
                "last_day": step.absence.last_day.isoformat(),
                "nights": step.absence.nights,
                "evidence": to_json(step.absence.evidence),
            }
            for step in comparison.absences
            if step.absence is not None
        ],
    )


def _close(connection: Connection, reasons: Mapping[int, str], at: str, run_id: int) -> None:
    """End versions, each for its reason."""
    statement = (
        procedure_version.update()
        .where(procedure_version.c.version_id == bindparam("version"))
        .values(valid_to=at, closed_run=run_id, closing=bindparam("why"))
    )
    rows = [{"version": version, "why": reason} for version, reason in reasons.items()]
    bulk_execute(connection, statement, rows)


def _version_rows(
    source: str, steps: Collection[VersionStep], at: str, run_id: int, seen_in: Mapping[str, str]
) -> Iterable[dict[str, Any]]:
    for step in steps:
        if step.procedure is not None:
            yield {
                **version_columns(step.procedure),
                "source": source,
                "key": step.key,
                "evidence": seen_in.get(step.key, "{}"),
                "valid_from": at,
                "opened_run": run_id,
            }


def _change_rows(
    row: SnapshotRow, changes: Iterable[Change], run_id: int, rules_version: str
) -> Iterable[dict[str, Any]]:
    for each in changes:
        yield {
            "run_id": run_id,
            "snapshot_id": row.snapshot_id,
            "source": row.source,
            "key": each.key,
            "code": each.code,
            "kind": each.kind.value,
            "attribute": each.attribute,
            "old_value": storable_or_none(each.old_value),
            "new_value": storable_or_none(each.new_value),
            "successor_code": each.successor_code,
            "evidence": to_json(each.evidence),
            "rules_version": rules_version,
        }


def _retired_row(source: str, ending: Change, version_id: int, run_id: int) -> dict[str, Any]:
    return {
        "source": source,
        "key": ending.key,
        "kind": ending.kind.value,
        "successor_code": ending.successor_code,
        "evidence": to_json(ending.evidence),
        "version_id": version_id,
        "run_id": run_id,
    }


def _mark_applied(connection: Connection, row: SnapshotRow, kinds: Mapping[str, int]) -> None:
    current = (procedure_version.c.source == row.source) & procedure_version.c.valid_to.is_(None)
    number = connection.execute(
        select(func.count()).select_from(procedure_version).where(current)
    ).scalar_one()
    connection.execute(
        snapshot.update().where(snapshot.c.snapshot_id == row.snapshot_id),
        {"applied": 1, "procedures": number, "counts": to_json({**row.counts, **kinds})},
    )


def _current_ids(connection: Connection, source: str, keys: Collection[str]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for piece in chunks(keys):
        rows = connection.execute(
            select(procedure_version.c.key, procedure_version.c.version_id).where(
                procedure_version.c.source == source,
                procedure_version.c.key.in_(piece),
                procedure_version.c.valid_to.is_(None),
            )
        )
        ids.update((row.key, row.version_id) for row in rows)
    return ids


def _staged_evidence(connection: Connection, snapshot_id: int, keys: Collection[str]) -> dict[str, str]:
    evidence: dict[str, str] = {}
    for piece in chunks(keys):
        rows = connection.execute(
            select(staged.c.key, staged.c.evidence).where(
                staged.c.snapshot_id == snapshot_id, staged.c.key.in_(piece)
            )
        )
        evidence.update((row.key, row.evidence) for row in rows)
    return evidence


def _delete(connection: Connection, table: Any, source: str, keys: Collection[str]) -> None:
    statement = table.delete().where(table.c.source == source, table.c.key == bindparam("gone"))
    bulk_execute(connection, statement, [{"gone": key} for key in keys])


def _absences(connection: Connection, source: str) -> dict[str, dict[str, Any]]:
    rows = connection.execute(
        select(absence.c.key, *ladder_columns()).where(absence.c.source == source).order_by(absence.c.key)
    )
    absences = {row.key: absence_of(row) for row in rows}
    return {
        key: {
            "since": ladder_state.since.isoformat(),
            "last_day": ladder_state.last_day.isoformat(),
            "nights": ladder_state.nights,
            "evidence": list(ladder_state.evidence),
        }
        for key, ladder_state in absences.items()
        if ladder_state is not None
    }
