"""When the rules have moved, reads what stands again under the new ones, so that no rule looks like a change.

Versions are opened where today's reader makes another record of the same bytes; no row of `v_change` is
written, nobody leaves and nobody climbs the ladder, and findings move without an alarm. Each record is read
from the newest snapshot that holds it; one that a gate threw out there is no newer reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import structlog

from procedures.changes import Known
from procedures.errors import ArchiveError
from procedures.findings import CATALOGUE
from procedures.snapshot import Observation
from reconciliation import Night, compare
from settings.configuration import Configuration
from steps.database import engine_of
from steps.nights.reconcile import reconcile
from steps.sources.load import levels_of
from steps.sources.recorded_reader import read_again
from steps.sources.validate import RECORDS
from warehouse.db.engine import reading, writing
from warehouse.quality import validations
from warehouse.sources import runs, versions
from warehouse.sources.snapshots import SnapshotRow

log = structlog.get_logger()

SPARE_NIGHTS = 7
"""So many nights more than a full turn of `refresh_nights` are looked through for a record's last reading."""


def reread(configuration: Configuration, run_id: int) -> int:
    """Read again what was read under older rules; gives the run's id back. Usually there is nothing to do."""
    names = [CATALOGUE, *(source.name for source in configuration.sources)]
    older = {name: rows for name in names if (rows := _under_older_rules(configuration, name))}
    for rows in older.values():
        _read_under_new_rules(configuration, run_id, rows)
    if older:
        reconcile(configuration, run_id, quiet=True)
    return run_id


def _under_older_rules(configuration: Configuration, source: str) -> list[SnapshotRow]:
    """The snapshots that may hold the last reading of a record that stands, latest first."""
    with reading(engine_of(configuration)) as connection:
        rows = runs.under_older_rules(connection, source)
    if source == CATALOGUE:
        return list(_since_the_whole_file(rows))
    settings = configuration.source(source)
    return rows[: (settings.refresh_nights if settings else 1) + SPARE_NIGHTS]


def _since_the_whole_file(rows: list[SnapshotRow]) -> Iterator[SnapshotRow]:
    """A file of one level leaves the rows of the others as an earlier one had them."""
    for row in rows:
        yield row
        if levels_of(row) is None:
            return


def _read_under_new_rules(configuration: Configuration, run_id: int, rows: list[SnapshotRow]) -> None:
    source = rows[0].source
    with reading(engine_of(configuration)) as connection:
        standing = versions.current(connection, source)
        waiting = versions.standing_since(connection, source)
    for row in rows:
        if not waiting:
            return
        try:
            observations = read_again(configuration, row).observations
        except ArchiveError as error:
            log.warning("không đọc lại được theo quy tắc mới", source=source, reason=str(error))
            continue
        with reading(engine_of(configuration)) as connection:
            thrown = validations.thrown_out(connection, row.snapshot_id, RECORDS)
        read = {
            key: each
            for key, each in observations.items()
            if each.presence == "read" and each.procedure is not None and key in waiting and key not in thrown
        }
        began = {key: waiting.pop(key) for key in read}
        # a version that began later is no reading of these bytes: a person, or a later file, made it
        fit = {key: each for key, each in read.items() if began[key] <= row.as_of}
        previous = {key: Known(procedure=standing[key]) for key in fit}
        _open(configuration, run_id, row, previous, fit)


def _open(
    configuration: Configuration,
    run_id: int,
    row: SnapshotRow,
    previous: Mapping[str, Known],
    fit: Mapping[str, Observation],
) -> None:
    """The versions that the new rules make of what a snapshot read, where others stood."""
    night = Night(
        source=row.source,
        as_of=row.as_of,
        day=configuration.local_day(row.as_of),
        complete=True,
        baseline=True,
        ladder=row.source != CATALOGUE,
        levels_of_file=levels_of(row),
        reread=True,
    )
    comparison = compare(previous, fit, night)
    with writing(engine_of(configuration)) as connection:
        versions.apply_reread(connection, row.source, comparison, as_of=row.as_of, run_id=run_id)
    log.info("đã đọc lại theo quy tắc mới", source=row.source, records=len(comparison.versions))
