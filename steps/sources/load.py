"""The loading of a snapshot, which makes it current."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from procedures.findings import CATALOGUE
from procedures.snapshot import SnapshotState
from reconciliation import ComparisonContext, compare
from settings.configuration import Configuration
from steps.database import engine_of
from steps.sources.extract import has_new_scope
from steps.sources.recorded_inputs import Compared, keep
from warehouse.db.engine import writing
from warehouse.sources import arrivals, baseline, listing_state, snapshots, staging, versions
from warehouse.sources.snapshots import SnapshotRow

LOADED_STATES = (SnapshotState.COMPLETE, SnapshotState.PARTIAL)
"""States of a snapshot that is applied; the others leave last night's data untouched."""


def load(configuration: Configuration, snapshot_id: int) -> int:
    """Make the snapshot current in one transaction; return its id. A second call does nothing."""
    with writing(engine_of(configuration)) as connection:
        row = snapshots.get_snapshot(connection, snapshot_id)
        if not row.applied and row.state in LOADED_STATES:
            apply_snapshot(configuration, connection, row, row.run_id)
    return snapshot_id


def apply_snapshot(
    configuration: Configuration, connection: Connection, row: SnapshotRow, run_id: int
) -> Mapping[str, int]:
    """Compare the staged records with the current ones and apply the result; return the changes by kind.

    `run_id` is the run that the changes belong to: the snapshot's own, or the one that released it.
    """
    night = comparison_context(configuration, connection, row)
    look_ups = listing_state.load_look_ups(connection, row.source)
    if row.run_id == run_id and _is_baseline(connection, night):
        keep(configuration, row.snapshot_id, Compared(run_id, night, {}, frozenset(), look_ups))
        return baseline.load_baseline(connection, row.snapshot_id, as_of=row.as_of, run_id=run_id)
    previous, current = staging.staged_difference(connection, row.snapshot_id)
    keep(configuration, row.snapshot_id, Compared(run_id, night, previous, frozenset(current), look_ups))
    comparison = compare(previous, current, night)
    return versions.apply_comparison(connection, row.snapshot_id, comparison, as_of=row.as_of, run_id=run_id)


def _is_baseline(connection: Connection, night: ComparisonContext) -> bool:
    """Return whether there is nothing to compare with: a first complete snapshot opens all its records."""
    return night.complete and not night.reports_changes and baseline.has_no_version(connection, night.source)


def levels_of(row: SnapshotRow) -> frozenset[str] | None:
    """Return the levels that an imported file is limited to; None if it covers all of them."""
    level = row.scope.get("level") if row.source == CATALOGUE else None
    return None if level is None else frozenset({level})


def comparison_context(
    configuration: Configuration, connection: Connection, row: SnapshotRow
) -> ComparisonContext:
    """Return what the comparison needs besides the records."""
    settings = configuration.source(row.source)
    day = configuration.local_day(row.as_of)
    since = arrivals.oldest_absence(connection, row.source)
    complete = row.state != SnapshotState.PARTIAL
    changed = settings is not None and has_new_scope(connection, row.source, row.scope)
    return ComparisonContext(
        source=row.source,
        as_of=row.as_of,
        day=day,
        complete=complete,
        baseline=snapshots.last_complete(connection, row.source) is not None and (complete or not changed),
        confirm_after=settings.confirm_after if settings else 1,
        ladder=row.source != CATALOGUE,
        look_ups=staging.staged_look_ups(connection, row.snapshot_id),
        recent_new=arrivals.recent_arrivals(connection, row.source, since, day),
        levels_of_file=levels_of(row),
        rescoped=changed,
        amended=frozenset(row.scope.get("amended", ())) if row.source == CATALOGUE else frozenset(),
    )
