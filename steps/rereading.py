"""When the rules have moved, reads last night again under the new ones, so that no rule looks like a change.

Versions are opened where today's reader makes another record of the same bytes; no row of `v_change` is
written, nobody leaves and nobody climbs the ladder, and findings move without an alarm.
"""

from __future__ import annotations

import structlog

from procedures.changes import Known
from procedures.configuration import Configuration
from procedures.errors import ArchiveError
from procedures.findings import CATALOGUE
from procedures.rules import RULES_VERSION
from reconciliation import Night, compare
from steps.opening import engine_of
from steps.reconciling import reconcile
from steps.recorded import read_again
from warehouse import runs, snapshots, versions
from warehouse.engine import reading, writing
from warehouse.snapshots import SnapshotRow

log = structlog.get_logger()


def reread(configuration: Configuration, run_id: int) -> int:
    """Read again what was read under older rules; gives the run's id back. Usually there is nothing to do."""
    names = [CATALOGUE, *(source.name for source in configuration.sources)]
    older = [row for name in names if (row := _under_older_rules(configuration, name)) is not None]
    for row in older:
        try:
            _read_under_new_rules(configuration, run_id, row)
        except ArchiveError as error:
            log.warning("không đọc lại được theo quy tắc mới", source=row.source, reason=str(error))
    if older:
        reconcile(configuration, run_id, quiet=True)
    return run_id


def _under_older_rules(configuration: Configuration, source: str) -> SnapshotRow | None:
    with reading(engine_of(configuration)) as connection:
        last = snapshots.last_complete(connection, source)
        if last is None or runs.get_run(connection, last.run_id).rules_version == RULES_VERSION:
            return None
        return last


def _read_under_new_rules(configuration: Configuration, run_id: int, row: SnapshotRow) -> None:
    observations = read_again(configuration, row).observations
    with writing(engine_of(configuration)) as connection:
        standing = versions.current(connection, row.source)
        fit = {
            key: each
            for key, each in observations.items()
            if each.presence == "read" and each.procedure is not None and key in standing
        }
        night = Night(
            source=row.source,
            as_of=row.as_of,
            day=configuration.local_day(row.as_of),
            complete=True,
            baseline=True,
            ladder=row.source != CATALOGUE,
            reread=True,
        )
        previous = {key: Known(procedure=standing[key]) for key in fit}
        comparison = compare(previous, fit, night)
        versions.apply_reread(connection, row.source, comparison, as_of=row.as_of, run_id=run_id)
    log.info("đã đọc lại theo quy tắc mới", source=row.source, records=len(comparison.versions))
