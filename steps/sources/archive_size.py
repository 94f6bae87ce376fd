"""Keeps the raw archive from growing for ever, and says what each night put into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from extractors.archive import prune
from extractors.archive.prune import Pruned
from settings.configuration import Configuration
from steps.database import opened, reading_connection
from steps.sources.recorded_inputs import archive_of
from warehouse.db import evidence_in_use
from warehouse.db.engine import reading
from warehouse.sources import runs

__all__ = ["Pruned", "StoredNight", "archive_size", "prune_archive", "stored_nights"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredNight:
    """What one snapshot put into the archive, in bytes on the disk; `as_of` is in the department's time."""

    run_id: int
    snapshot_id: int
    source: str
    as_of: datetime
    answers: int
    bodies: int
    bytes: int


def prune_archive(configuration: Configuration, keep_nights: int, *, dry_run: bool = False) -> Pruned:
    """Take out the bytes of nights before the last `keep_nights` of each source.

    What the evidence of a change or a finding points to stays, and so does each source's last complete
    snapshot, whole. Of a source whose records are read in turn, a whole turn stays.

    Raises:
        LockedError: a run is under way.
        ArchiveError: the archive cannot be read or written.
    """
    with opened(configuration) as engine, reading(engine) as connection:
        turns = {source.name: source.refresh_nights for source in configuration.sources}
        old = evidence_in_use.prunable(connection, keep_nights, turns)
        services = frozenset(f"{run_id}-{source}-services" for run_id, source in old.values())
        return prune.prune(
            archive_of(configuration),
            frozenset(old),
            services,
            evidence_in_use.evidence_hashes(connection),
            dry_run=dry_run,
        )


def archive_size(configuration: Configuration) -> int:
    """Bytes of the archive on the disk."""
    return prune.total(archive_of(configuration))


def stored_nights(configuration: Configuration) -> Iterator[StoredNight]:
    """What each snapshot that is still in the archive put into it, the latest first."""
    zone = configuration.department.zone
    with reading_connection(configuration) as connection:
        taken = {row.snapshot_id: row for row in runs.all_snapshots(connection)}
    for size in reversed(prune.sizes(archive_of(configuration))):
        row = taken.get(size.snapshot_id)
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
