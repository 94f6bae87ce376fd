"""The rereading of current records under changed rules, so that no new rule looks like a change.

A version is opened where today's reader makes a different record of the same bytes; no row of `v_change` is
written, no procedure is repealed or moves on the ladder of absence, and findings change without alerts. Each
record is read from the newest snapshot that holds it; one that a gate quarantined there does not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from procedures.changes import StoredProcedure
from procedures.errors import ArchiveAwayError, ArchiveError
from procedures.findings import CATALOGUE
from procedures.snapshot import Observation
from reconciliation import ComparisonContext, compare
from settings.configuration import Configuration
from steps.database import engine_of
from steps.log import log
from steps.nights.reconcile import reconcile
from steps.sources.load import levels_of
from steps.sources.recorded_reader import read_again
from steps.sources.validate import RECORDS
from warehouse.db.engine import reading, writing
from warehouse.quality import validations
from warehouse.sources import runs, versions
from warehouse.sources.snapshots import SnapshotRow

SPARE_NIGHTS = 7
"""Nights beyond a full turn of `refresh_nights` that are searched for a record's last reading."""


def reread(configuration: Configuration, run_id: int) -> int:
    """Read again what was read under older rules; return the run's id. Usually there is nothing to do."""
    names = [CATALOGUE, *(source.name for source in configuration.sources)]
    older = {name: snapshots for name in names if (snapshots := _outdated_snapshots(configuration, name))}
    for snapshots in older.values():
        _read_under_new_rules(configuration, run_id, snapshots)
    if older:
        reconcile(configuration, run_id, quiet=True)
    return run_id


def _outdated_snapshots(configuration: Configuration, source: str) -> list[SnapshotRow]:
    """Return the snapshots that may hold the last reading of a current record, latest first."""
    with reading(engine_of(configuration)) as connection:
        snapshots = runs.snapshots_under_older_rules(connection, source)
    if source == CATALOGUE:
        return list(_since_last_full_file(snapshots))
    settings = configuration.source(source)
    return snapshots[: (settings.refresh_nights if settings else 1) + SPARE_NIGHTS]


def _since_last_full_file(snapshots: list[SnapshotRow]) -> Iterator[SnapshotRow]:
    """Yield the snapshots back to the last full file: one of a single level leaves the rows of the others."""
    for snapshot in snapshots:
        yield snapshot
        if levels_of(snapshot) is None:
            return


def _read_under_new_rules(configuration: Configuration, run_id: int, snapshots: list[SnapshotRow]) -> None:
    source = snapshots[0].source
    with reading(engine_of(configuration)) as connection:
        current = versions.current_procedures(connection, source)
        valid_from = versions.current_since(connection, source)
    for row in snapshots:
        if not valid_from:
            return
        try:
            observations = read_again(configuration, row).observations
        except ArchiveAwayError:
            raise
        except ArchiveError as error:
            log.warning("không đọc lại được theo quy tắc mới", source=source, reason=str(error))
            continue
        with reading(engine_of(configuration)) as connection:
            quarantined = validations.quarantined_keys(connection, row.snapshot_id, RECORDS)
        read = {
            key: each
            for key, each in observations.items()
            if each.presence == "read" and each.procedure and key in valid_from and key not in quarantined
        }
        valid_since = {key: valid_from.pop(key) for key in read}
        # a version that began later does not come from these bytes but from a person or a later file
        observed = {key: each for key, each in read.items() if valid_since[key] <= row.as_of}
        previous = {key: StoredProcedure(procedure=current[key]) for key in observed}
        _apply_reread(configuration, run_id, row, previous, observed)


def _apply_reread(
    configuration: Configuration,
    run_id: int,
    row: SnapshotRow,
    previous: Mapping[str, StoredProcedure],
    observed: Mapping[str, Observation],
) -> None:
    """Open the versions that differ under the new rules."""
    night = ComparisonContext(
        source=row.source,
        as_of=row.as_of,
        day=configuration.local_day(row.as_of),
        complete=True,
        baseline=True,
        ladder=row.source != CATALOGUE,
        levels_of_file=levels_of(row),
        reread=True,
    )
    comparison = compare(previous, observed, night)
    with writing(engine_of(configuration)) as connection:
        versions.apply_reread(connection, row.source, comparison, as_of=row.as_of, run_id=run_id)
    log.info("đã đọc lại theo quy tắc mới", source=row.source, records=len(comparison.versions))
