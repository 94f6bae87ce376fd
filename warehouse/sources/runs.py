"""Runs: one row per sync, import or release. Call `begin_run` only under the run lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, column, func, select, table

from procedures.dates.run_dates import MAX_AHEAD
from procedures.errors import NotFoundError
from procedures.rules_version import RULES_VERSION
from procedures.run_origin import UNKNOWN_ORIGIN, RunOrigin, origin_text, parse_origin
from warehouse.db.column_values import from_json, from_time, now, to_json, to_time
from warehouse.db.views import COLUMNS
from warehouse.sources.snapshots import SnapshotRow, discard_unapplied, get_snapshot, snapshot_row
from warehouse.sources.withdrawn_rows import run_is_valid, snapshot_is_valid
from warehouse.tables.finding_tables import finding, finding_event
from warehouse.tables.source_tables import run, snapshot

INTERRUPTED_REASON = "Lần chạy bị ngắt giữa chừng, số liệu này không dùng"
"""Reason of a snapshot whose run was killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run; `status` is None while it runs."""

    run_id: int
    kind: str
    origin: RunOrigin
    as_of: datetime
    started_at: datetime
    finished_at: datetime | None
    status: str | None
    rules_version: str
    summary: Mapping[str, Any] = field(default_factory=dict)


def begin_run(
    connection: Connection,
    *,
    as_of: datetime,
    kind: str,
    errand: RunOrigin = UNKNOWN_ORIGIN,
    rules_version: str = RULES_VERSION,
    at: datetime | None = None,
) -> int:
    """Open a run and return its id.

    Runs that are still open then were killed, since the caller holds the lock: they become `failed`, and what
    they, and runs that failed together with their database, had staged is discarded.
    """
    close_killed_runs(connection)
    values = {
        "kind": kind,
        "argument": origin_text(errand),
        "as_of": to_time(as_of),
        "started_at": now(at),
        "rules_version": rules_version,
        "summary": to_json({}),
    }
    return int(connection.execute(run.insert().returning(run.c.run_id), values).scalar_one())


def finish_run(
    connection: Connection,
    run_id: int,
    status: str,
    summary: Mapping[str, Any] | None = None,
    *,
    at: datetime | None = None,
) -> None:
    """Close a run as complete, degraded or failed; what it read and never loaded is discarded."""
    discard_unloaded(connection, run_id)
    connection.execute(
        run.update().where(run.c.run_id == run_id),
        {"status": status, "finished_at": now(at), "summary": to_json(summary or {})},
    )


def note_tidying(connection: Connection, run_id: int, tidied: Mapping[str, Any]) -> None:
    """Note in the summary of a closed run what was deleted after it, and what could not be."""
    _add_to_summary(connection, run_id, tidied=tidied)


def _add_to_summary(connection: Connection, run_id: int, **parts: Any) -> None:
    """Add parts to a run's summary; the others stay."""
    summary = {**get_run(connection, run_id).summary, **parts}
    connection.execute(run.update().where(run.c.run_id == run_id), {"summary": to_json(summary)})


def mark_failed(connection: Connection, run_id: int, *, at: datetime | None = None) -> None:
    """Mark a run as failed and do nothing else: the little that a database in trouble may still accept."""
    connection.execute(
        run.update().where(run.c.run_id == run_id), {"status": "failed", "finished_at": now(at)}
    )


def discard_unloaded(connection: Connection, run_id: int) -> None:
    """Discard what a run read and never loaded."""
    discard_unapplied(connection, select(run.c.run_id).where(run.c.run_id == run_id), INTERRUPTED_REASON)


def get_run(connection: Connection, run_id: int) -> RunRow:
    """Return the run of that id; UnknownThingError when there is none."""
    row = connection.execute(select(run).where(run.c.run_id == run_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"Không có lần chạy nào mang số {run_id}")
    return _run_row(row)


def all_runs(connection: Connection) -> list[RunRow]:
    """Return every run, the oldest first."""
    return [_run_row(row) for row in connection.execute(select(run).order_by(run.c.run_id))]


def first_run(connection: Connection) -> RunRow | None:
    """Return the first run of this database, whatever became of it; runs are never deleted."""
    row = connection.execute(select(run).order_by(run.c.run_id).limit(1)).one_or_none()
    return None if row is None else _run_row(row)


def last_run(connection: Connection) -> RunRow | None:
    """Return the run that began last and was not withdrawn, if there is one."""
    query = select(run).where(run_is_valid()).order_by(run.c.run_id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _run_row(row)


def last_finished_night(connection: Connection) -> RunRow | None:
    """Return the last night that came to an end and was not withdrawn, if there is one."""
    nights = (run.c.kind == "sync") & run.c.status.is_not(None) & run_is_valid()
    row = connection.execute(select(run).where(nights).order_by(run.c.run_id.desc()).limit(1)).one_or_none()
    return None if row is None else _run_row(row)


def record_durations(connection: Connection, run_id: int, seconds: Mapping[tuple[str, str], float]) -> None:
    """Keep how long each step of a run took, by step and source ("" where it concerns them all)."""
    steps = [[step, source, round(each, 3)] for (step, source), each in seconds.items()]
    _add_to_summary(connection, run_id, seconds=steps)


def durations(row: RunRow) -> dict[tuple[str, str], float]:
    """Return how long each step of a run took, as `record_durations` kept it; empty where it did not."""
    return {(step, source): float(each) for step, source, each in row.summary.get("seconds", ())}


def runs_dated_ahead(connection: Connection, now: datetime) -> list[RunRow]:
    """Return runs, not withdrawn, that are dated or began over a day after `now`; the oldest first."""
    limit = to_time(now + MAX_AHEAD)
    ahead = (run.c.as_of > limit) | (run.c.started_at > limit)
    return [
        _run_row(row)
        for row in connection.execute(select(run).where(ahead, run_is_valid()).order_by(run.c.run_id))
    ]


def last_computing_run(connection: Connection) -> RunRow | None:
    """Return the last run that computed findings and was not withdrawn; its findings are current."""
    query = select(run).where(run.c.told_run.is_not(None), run_is_valid())
    row = connection.execute(query.order_by(run.c.run_id.desc()).limit(1)).one_or_none()
    return None if row is None else _run_row(row)


def run_before(connection: Connection, run_id: int) -> RunRow | None:
    """Return the last run before that one which was not withdrawn, if there is one."""
    query = select(run).where(run.c.run_id < run_id, run_is_valid()).order_by(run.c.run_id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _run_row(row)


def latest_as_of(connection: Connection, before: int) -> datetime | None:
    """Return the latest logical time of earlier runs that computed findings, whatever they read."""
    has_findings = run.c.told_run.is_not(None) & run_is_valid()
    latest = connection.scalar(select(func.max(run.c.as_of)).where(run.c.run_id < before, has_findings))
    return None if latest is None else from_time(latest)


def snapshots_under_older_rules(connection: Connection, source: str) -> list[SnapshotRow]:
    """Return the snapshots of a source made current under other rules than today's, latest first.

    Empty once a night under today's rules came to its end: it has read them again.
    """
    rows = connection.execute(
        select(snapshot)
        .join(run, run.c.run_id == snapshot.c.run_id)
        .where(snapshot.c.source == source, snapshot.c.applied == 1)
        .where(run.c.rules_version != RULES_VERSION, run.c.run_id > _last_night_under_these_rules(connection))
        .order_by(snapshot.c.as_of.desc(), snapshot.c.snapshot_id.desc())
    )
    return [snapshot_row(row) for row in rows]


def was_reread_since(connection: Connection, row: SnapshotRow) -> bool:
    """Return whether current records have been read under newer rules since the snapshot was taken."""
    older = get_run(connection, row.run_id).rules_version != RULES_VERSION
    return older and row.run_id < _last_night_under_these_rules(connection)


def _last_night_under_these_rules(connection: Connection) -> int:
    """Return the last finished night under today's rules; 0 where there is none."""
    last_night = select(func.max(run.c.run_id)).where(
        run.c.kind == "sync",
        run.c.rules_version == RULES_VERSION,
        run.c.status.in_(("complete", "degraded")),
    )
    return connection.scalar(last_night) or 0


def snapshots_of_run(connection: Connection, run_id: int) -> list[SnapshotRow]:
    """Return the finished snapshots that a run took, in the order it took them."""
    rows = connection.execute(
        select(snapshot)
        .where(snapshot.c.run_id == run_id, snapshot.c.state.is_not(None))
        .order_by(snapshot.c.snapshot_id)
    )
    return [snapshot_row(row) for row in rows]


def snapshots_about(connection: Connection, row: RunRow) -> list[SnapshotRow]:
    """Return the snapshots that a run is about: those it took, or the held one that it released."""
    if row.origin.released is not None:
        return [get_snapshot(connection, row.origin.released)]
    return snapshots_of_run(connection, row.run_id)


def release_run(connection: Connection, snapshot_id: int) -> int | None:
    """Return the run that released a held snapshot, if one did and was not withdrawn."""
    releases = select(run).where(run.c.kind == "release", run_is_valid()).order_by(run.c.run_id.desc())
    rows = (_run_row(row) for row in connection.execute(releases))
    return next((row.run_id for row in rows if row.origin.released == snapshot_id), None)


def all_snapshots(connection: Connection) -> list[SnapshotRow]:
    """Return every snapshot, in the order in which they were begun."""
    rows = connection.execute(select(snapshot).order_by(snapshot.c.snapshot_id))
    return [snapshot_row(row) for row in rows]


def interrupted_snapshots(connection: Connection, source: str, day: date) -> list[int]:
    """Return the source's snapshots of that day cut short since one came to an end, latest first.

    A snapshot that a portal or a gate ended is an end too: its records may be what was wrong. And after a
    complete one, whoever asks again wants to see what is new.
    """
    rows = connection.execute(
        select(snapshot.c.snapshot_id, snapshot.c.day, snapshot.c.state, snapshot.c.reason)
        .where(snapshot.c.source == source, snapshot_is_valid())
        .order_by(snapshot.c.snapshot_id.desc())
    )
    cut_short = takewhile(lambda row: row.state is None or row.reason == INTERRUPTED_REASON, rows)
    return [int(row.snapshot_id) for row in cut_short if row.day == day.isoformat()]


def settled_sources(connection: Connection, day: date) -> frozenset[str]:
    """Return the sources that a finished night of that local day leaves no reason to ask again."""
    is_finished = run.c.status.in_(("complete", "degraded"))
    needs_no_retry = snapshot.c.state.in_(("complete", "held", "blocked"))
    rows = connection.execute(
        select(snapshot.c.source)
        .join(run, run.c.run_id == snapshot.c.run_id)
        .where(snapshot.c.day == day.isoformat(), is_finished, needs_no_retry)
    )
    return frozenset(row.source for row in rows)


def last_snapshot_ids(connection: Connection, source: str, most: int) -> list[int]:
    """Return the ids of the last `most` finished snapshots of a source, latest first."""
    query = (
        select(snapshot.c.snapshot_id)
        .where(snapshot.c.source == source, snapshot.c.state.is_not(None), snapshot_is_valid())
        .order_by(snapshot.c.snapshot_id.desc())
        .limit(most)
    )
    return list(connection.execute(query).scalars())


def count_findings(connection: Connection, run_id: int) -> dict[str, int]:
    """Count the findings that the run opened (or reopened) and resolved, and those that are open now."""
    counts = {"opened": 0, "resolved": 0}
    for action, count in connection.execute(
        select(finding_event.c.action, func.count())
        .where(finding_event.c.run_id == run_id)
        .group_by(finding_event.c.action)
    ):
        if action in ("opened", "reopened"):
            counts["opened"] += count
        elif action == "resolved":
            counts["resolved"] += count
    is_open = finding.c.status.in_(("open", "confirmed", "in_progress"))
    counts["open"] = connection.execute(select(func.count()).select_from(finding).where(is_open)).scalar_one()
    return counts


def view_rows(
    connection: Connection,
    view: str,
    *,
    where: Mapping[str, Any] | None = None,
    order_by: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Return rows of a view of the interface as dictionaries, with its columns in their order."""
    source = table(view, *(column(name) for name in COLUMNS[view]))
    query = select(source)
    for name, value in (where or {}).items():
        query = query.where(source.c[name] == value)
    query = query.order_by(*(source.c[name] for name in order_by))
    return [dict(row) for row in connection.execute(query).mappings()]


def close_killed_runs(connection: Connection) -> None:
    """Mark runs that are still open as `failed`: they were killed, since the caller holds the lock.

    What failed runs had staged and could not discard while their database was away is discarded too.
    """
    ended = select(run.c.run_id).where(run.c.status.is_(None) | (run.c.status == "failed"))
    discard_unapplied(connection, ended, INTERRUPTED_REASON)
    connection.execute(run.update().where(run.c.status.is_(None)), {"status": "failed"})


def _run_row(row: Any) -> RunRow:
    return RunRow(
        run_id=row.run_id,
        kind=row.kind,
        origin=parse_origin(row.argument),
        as_of=from_time(row.as_of),
        started_at=from_time(row.started_at),
        finished_at=from_time(row.finished_at) if row.finished_at else None,
        status=row.status,
        rules_version=row.rules_version,
        summary=from_json(row.summary),
    )
