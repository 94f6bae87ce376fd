"""The gates of a night: between reading and loading, where they may close a source or quarantine records,
and after load, where they decide whether the warehouse can be trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from procedures.model import Procedure
from procedures.snapshot import Observation, SnapshotState, SnapshotVerdict
from settings.configuration import Configuration
from steps.database import engine_of
from steps.log import log
from steps.sources.learned_limits import learned_settings
from validations import (
    Emptied,
    ExpectationOutcome,
    Expected,
    GateResult,
    ListedRow,
    WarehouseRow,
    check_drift,
    check_listing,
    check_records,
    check_warehouse,
    may_stand,
    rules_digest,
)
from warehouse.db.engine import writing
from warehouse.quality import integrity, quarantine, validations
from warehouse.quality.validations import ValidationRow
from warehouse.sources import snapshots, staging
from warehouse.sources.snapshots import SnapshotRow

CHECKED_STATES = (SnapshotState.COMPLETE, SnapshotState.PARTIAL, SnapshotState.HELD)
"""States of a snapshot that has records to check; a held one may be released later."""

LISTING, RECORDS, WAREHOUSE = "listing", "records", "warehouse"


def check(configuration: Configuration, snapshot_id: int) -> int:
    """Check what was read: the listing first, then its records; return the snapshot's id."""
    with writing(engine_of(configuration)) as connection:
        row = snapshots.get_snapshot(connection, snapshot_id)
        if not row.applied:
            _record_drift(connection, row)
        if row.applied or row.state not in CHECKED_STATES:
            return snapshot_id
        if configuration.source(row.source) is not None:
            _check_listing(configuration, connection, row)
            row = snapshots.get_snapshot(connection, snapshot_id)
        if row.state in CHECKED_STATES:
            _check_records(configuration, connection, row)
    return snapshot_id


def _record_drift(connection: Connection, row: SnapshotRow) -> None:
    """Record fields that drifted since the last complete night of the same scope, of a failed night too."""
    last = snapshots.last_complete(connection, row.source)
    if row.certificate is None or last is None or dict(last.scope) != dict(row.scope):
        return
    outcomes = check_drift(row.certificate, last.certificate)
    validations.record_validations(
        connection, row.run_id, row.source, _rows(outcomes), snapshot_id=row.snapshot_id
    )


def _check_listing(configuration: Configuration, connection: Connection, row: SnapshotRow) -> None:
    settings = configuration.source(row.source)
    if settings is None or row.certificate is None:
        return
    settings, limits = learned_settings(connection, settings)
    listed = [
        ListedRow(key=item.key, presence=item.presence, code=item.code, name=item.name, state=item.state)
        for item in staging.staged_listing(connection, row.snapshot_id)
    ]
    result = check_listing(
        listed,
        row.certificate,
        Expected(kind=settings.kind, **settings.expect.model_dump()),
        validations.last_pass(connection, row.source, LISTING),
        complete=row.state == SnapshotState.COMPLETE,
        limits=limits,
    )
    _store_result(connection, row, LISTING, result)


def _check_records(configuration: Configuration, connection: Connection, row: SnapshotRow) -> None:
    """Judge what was read and was not judged before as it is.

    Of an unchanged night that is nothing, whichever records were read in turn, and whatever waits in
    quarantine. Of the department's list, which a person hands in, all but what was turned away is judged.
    """
    since = validations.judged_since(connection, row.source, rules_digest(row.source), row.as_of)
    emptied = _emptied_watch(configuration, connection, row)
    judged_before = staging.count_judged_before(connection, row.snapshot_id, since)
    released = quarantine.released_keys(connection, row.snapshot_id)
    turned_away = quarantine.turned_away_before(connection, row.snapshot_id, RECORDS, since)
    stand = may_stand(
        {key: why for key, why in turned_away.items() if key not in released},
        staging.count_read(connection, row.snapshot_id),
    )
    last_pass = validations.last_pass(connection, row.source, RECORDS)

    def judge(stand: Mapping[str, tuple[str, str]], watch: Emptied) -> GateResult:
        unjudged = _records(staging.staged_unjudged(connection, row.snapshot_id, since))
        return check_records(
            ((key, record) for key, record in watch.watch(unjudged) if key not in stand),
            source=row.source,
            as_of=configuration.local_day(row.as_of),
            last_pass=last_pass,
            released=released,
            judged_before=judged_before,
            turned_away=stand,
        )

    result = judge(stand, emptied)
    if result.undecided:
        result = judge({}, Emptied({}))
    _store_result(connection, row, RECORDS, result)
    if result.verdict is None and result.quarantined:
        staging.quarantine_staged(connection, row.snapshot_id, result.quarantined, stage=RECORDS)
    if result.verdict is None:
        _check_emptied(connection, row, emptied, record=not result.unchanged)


def _check_emptied(connection: Connection, row: SnapshotRow, emptied: Emptied, *, record: bool) -> None:
    """Close the gate if a field was emptied; record a passed outcome only if `record`."""
    outcome, verdict = emptied.judge(
        complete=row.state != SnapshotState.PARTIAL,
        everything=lambda: _records(staging.staged_observations(connection, row.snapshot_id)),
    )
    if record or verdict is not None:
        validations.record_validations(
            connection, row.run_id, row.source, _rows([outcome]), snapshot_id=row.snapshot_id
        )
    if verdict is not None:
        reason = "; ".join(filter(None, (row.reason, verdict.reason)))
        _close(connection, row, RECORDS, replace(verdict, reason=reason))


def _records(observations: Iterable[Observation]) -> Iterator[tuple[str, Procedure]]:
    return ((each.key, each.procedure) for each in observations if each.procedure is not None)


def _emptied_watch(configuration: Configuration, connection: Connection, row: SnapshotRow) -> Emptied:
    """Watch a portal against its current records; an emptied column of the catalogue is intended."""
    if configuration.source(row.source) is None or snapshots.last_complete(connection, row.source) is None:
        return Emptied({})
    previous, _ = staging.staged_difference(connection, row.snapshot_id)
    return Emptied({key: known.procedure for key, known in previous.items()})


def verify(configuration: Configuration, run_id: int) -> int:
    """Check the warehouse after everything of the run was loaded and compared; return the run's id.

    A closed gate makes the run degraded: `quality.closed` has the reason.
    """
    with writing(engine_of(configuration)) as connection:
        result = check_warehouse(
            _warehouse_rows(connection), validations.last_pass(connection, WAREHOUSE, WAREHOUSE)
        )
        rows = _rows(result.outcomes)
        if result.verdict is not None:
            log.error("kho dữ liệu không nhất quán", reason=result.verdict.reason)
            rows.append(validations.closing_row(WAREHOUSE, result.verdict.reason or ""))
        validations.record_validations(connection, run_id, WAREHOUSE, rows)
        if result.passed and not result.unchanged:
            validations.store_pass(connection, WAREHOUSE, WAREHOUSE, result.fingerprint)
    return run_id


def _warehouse_rows(connection: Connection) -> Iterator[WarehouseRow]:
    for row in integrity.versions_by_key(connection):
        yield WarehouseRow(
            key=f"{row.source} {row.key}",
            current=row.current,
            of_code=row.of_code,
            overlaps=row.overlaps,
            inverted=row.inverted,
        )
    for key, targets in integrity.dangling_references(connection).items():
        yield WarehouseRow(key=key, dangling=targets)
    for view, error in integrity.check_views(connection).items():
        yield WarehouseRow(key=view, unanswered=error)


def _rows(outcomes: Iterable[ExpectationOutcome]) -> list[ValidationRow]:
    return [
        ValidationRow(
            suite=outcome.suite,
            expectation=outcome.expectation,
            severity=str(outcome.severity),
            success=outcome.success,
            observed=dict(outcome.observed),
        )
        for outcome in outcomes
    ]


def _store_result(connection: Connection, row: SnapshotRow, suite: str, result: GateResult) -> None:
    validations.record_validations(
        connection, row.run_id, row.source, _rows(result.outcomes), snapshot_id=row.snapshot_id
    )
    if result.passed and not result.unchanged:
        validations.store_pass(connection, row.source, suite, result.fingerprint)
    if result.verdict is not None:
        _close(connection, row, suite, result.verdict)


def _close(connection: Connection, row: SnapshotRow, suite: str, verdict: SnapshotVerdict) -> None:
    log.warning("cửa kiểm tra đóng", source=row.source, suite=suite, reason=verdict.reason)
    snapshots.set_state(connection, row.snapshot_id, verdict.state, verdict.reason)
