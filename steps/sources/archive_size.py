"""The size of the raw archive: what each night added, and the pruning of old nights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from extractors.archive import prune
from extractors.archive.ownership import recorded_snapshots
from extractors.archive.prune import PruneResult
from settings.configuration import Configuration
from steps.database import open_locked, reading_connection
from steps.sources.archive import archive_of
from warehouse.db import evidence_in_use
from warehouse.db.engine import reading
from warehouse.sources import runs

__all__ = ["PruneResult", "StoredNight", "archive_size", "prune_archive", "prune_due", "stored_nights"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredNight:
    """What one snapshot added to the archive, in bytes on disk; `as_of` is in the department's time."""

    run_id: int
    snapshot_id: int
    source: str
    as_of: datetime
    answers: int
    bodies: int
    bytes: int


def prune_archive(configuration: Configuration, keep_nights: int, *, dry_run: bool = False) -> PruneResult:
    """Delete the bytes of nights before the last `keep_nights` of each source; return the result.

    Bytes that are evidence of a change or a finding are kept, and so is all of each source's last complete
    snapshot. Of a source whose records are read in turn, a full turn is kept.

    Raises:
        LockedError: a run is under way.
        ArchiveError: the archive cannot be read or written.
    """
    with open_locked(configuration) as engine, reading(engine) as connection:
        prunable = _prunable(configuration, connection, keep_nights)
        return _prune(configuration, connection, prunable, dry_run=dry_run)


def prune_due(configuration: Configuration, connection: Connection) -> PruneResult | None:
    """Prune as the settings say, under the run lock, once enough nights are due; None where they are not.

    Raises:
        ArchiveError: the archive cannot be read or written.
    """
    prunable = _prunable(configuration, connection, configuration.keep_nights)
    recorded = recorded_snapshots(archive_of(configuration))
    due = {run_id for snapshot_id, (run_id, _) in prunable.items() if snapshot_id in recorded}
    if not configuration.prune_archive or len(due) < prune.BATCH:
        return None
    return _prune(configuration, connection, prunable)


def _prunable(
    configuration: Configuration, connection: Connection, keep_nights: int
) -> Mapping[int, tuple[int, str]]:
    turns = {source.name: source.refresh_nights for source in configuration.sources}
    return evidence_in_use.prunable_snapshots(connection, keep_nights, turns)


def _prune(
    configuration: Configuration,
    connection: Connection,
    prunable: Mapping[int, tuple[int, str]],
    *,
    dry_run: bool = False,
) -> PruneResult:
    return prune.prune(
        archive_of(configuration),
        frozenset(prunable),
        frozenset(f"{run_id}-{source}-services" for run_id, source in prunable.values()),
        evidence_in_use.evidence_hashes(connection),
        dry_run=dry_run,
    )


def archive_size(configuration: Configuration) -> int:
    """Return the bytes of the archive on disk."""
    return prune.total_size(archive_of(configuration))


def stored_nights(configuration: Configuration) -> Iterator[StoredNight]:
    """Yield what each snapshot still in the archive added to it, latest first."""
    zone = configuration.department.zone
    with reading_connection(configuration) as connection:
        snapshots = {row.snapshot_id: row for row in runs.all_snapshots(connection)}
    for size in reversed(prune.snapshot_sizes(archive_of(configuration))):
        row = snapshots.get(size.snapshot_id)
        if row is not None:
            yield StoredNight(
                run_id=row.run_id,
                snapshot_id=row.snapshot_id,
                source=row.source,
                as_of=row.as_of.astimezone(zone),
                answers=size.answers,
                bodies=size.bodies,
                bytes=size.bytes,
            )
