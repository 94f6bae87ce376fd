"""The reading of one source: from the portal's bytes to staged records and a certificate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from extractors.archive.raw_archive import Archive, Recording
from extractors.archive.resume import EarlierAnswers, InterruptedAnswers
from extractors.archive.shared_cache import SharedAnswers, lend_records
from extractors.portals.open_source import open_source
from extractors.portals.read_source import read
from procedures.errors import ArchiveError
from procedures.snapshot import Certificate, ReadingPlan, SnapshotState
from procedures.wording.words import count
from settings.configuration import Configuration
from settings.sources import SourceSettings
from steps.database import engine_of
from steps.log import log
from steps.sources.archive import archive_of
from steps.sources.known_answers import known_records, remember_records
from steps.sources.learned_limits import learned_settings
from steps.sources.recorded_inputs import Told, keep
from steps.sources.run_mode import MANUAL, RunMode, closing_time, is_outside_hours, refusal_of
from warehouse.db.engine import writing
from warehouse.sources import runs, snapshots
from warehouse.sources.staging import StagingSink

PAST_READINGS = 7
"""Number of past readings searched for answers that the portal may confirm as unchanged."""

Progress = Callable[[str, int, int], None]

_PROGRESS: ContextVar[Progress] = ContextVar("progress", default=lambda _source, _done, _total: None)


@contextmanager
def reporting_to(progress: Progress) -> Iterator[None]:
    """Report every detail read within the block to `progress` (source, done, total)."""
    token = _PROGRESS.set(progress)
    try:
        yield
    finally:
        _PROGRESS.reset(token)


def extract(configuration: Configuration, run_id: int, source_name: str, mode: RunMode = MANUAL) -> int:
    """Read the source into a snapshot of the run; return the snapshot's id.

    A failing portal never raises here: its snapshot has the reason. One that must be left alone is not asked.
    """
    settings = _settings(configuration, source_name)
    engine = engine_of(configuration)
    with writing(engine) as connection:
        run = runs.get_run(connection, run_id)
        day = configuration.local_day(run.as_of)
        snapshot_id = snapshots.begin_snapshot(
            connection,
            run_id,
            settings.name,
            settings.role,
            as_of=run.as_of,
            day=day,
            scope=settings.scope,
        )
        plan = plan_for_scope(
            snapshots.reading_plan(
                connection, settings.name, run.as_of, day=day, refresh_nights=settings.refresh_nights
            ),
            has_new_scope(connection, settings.name, settings.scope),
        )
        settings, _ = learned_settings(connection, settings)
        refusal = refusal_of(configuration, connection, settings, mode, run.as_of)
        past = (
            runs.last_snapshot_ids(connection, settings.name, PAST_READINGS)
            if settings.kind == "html"
            else []
        )
        interrupted = runs.interrupted_snapshots(connection, settings.name, day)
        last = snapshots.last_complete(connection, settings.name)
    archive = archive_of(configuration)
    recordings = (each for number in interrupted for each in archive.recordings(number))
    unfinished = _available_answers(configuration, settings, archive, recordings, day)
    earlier = EarlierAnswers(archive, (each for number in past for each in archive.recordings(number)))
    keep(configuration, snapshot_id, Told(settings.replace(proxy=None), plan))  # it may hold a password
    report_progress = _PROGRESS.get()
    if settings.window is not None and not mode.scheduled and is_outside_hours(configuration, settings):
        log.warning("ngoài khung giờ đọc đã đặt; vẫn hỏi cổng vì chạy bằng tay", source=settings.name)
    if refusal is not None:
        archive.recorder(snapshot_id).close()
        with writing(engine) as connection:
            snapshots.finish_snapshot(connection, snapshot_id, Certificate(), refusal)
        log.warning("không hỏi nguồn", source=settings.name, reason=refusal.reason)
        return snapshot_id
    with archive.recorder(snapshot_id) as recorder:
        stage = StagingSink(engine, snapshot_id)
        known = known_records(archive, settings, None if last is None else last.snapshot_id, stage)
        extractor = open_source(settings, recorder, unfinished=unfinished, earlier=earlier, known=known)
        try:
            with stage:
                outcome = read(
                    extractor,
                    settings,
                    plan,
                    stage,
                    progress=lambda done, total: report_progress(settings.name, done, total),
                    until=closing_time(configuration, settings, mode),
                )
        finally:
            extractor.close()
    if known is not None and outcome.verdict.state is SnapshotState.COMPLETE:
        remember_records(archive, engine, snapshot_id, known, extractor.audit)
    certificate = wait_since_start(outcome.certificate, run.started_at)
    if isinstance(unfinished, SharedAnswers):
        certificate = replace(certificate, notes=(*certificate.notes, *_sharing_notes(unfinished)))
        if outcome.verdict.state is SnapshotState.COMPLETE:
            _share(configuration, settings, archive.recording(snapshot_id), day)
    with writing(engine) as connection:
        snapshots.finish_snapshot(connection, snapshot_id, certificate, outcome.verdict)
    log.info(
        "đã đọc nguồn",
        source=settings.name,
        state=str(outcome.verdict.state),
        reason=outcome.verdict.reason,
        requests=outcome.certificate.requests,
        taken_over=outcome.certificate.taken_over,
    )
    return snapshot_id


def wait_since_start(certificate: Certificate, started_at: datetime) -> Certificate:
    """Count a wait that the portal asked for from the start of the run instead of from now."""
    if certificate.told_to_wait is None:
        return certificate
    passed = (datetime.now(UTC) - started_at).total_seconds()
    return replace(certificate, told_to_wait=certificate.told_to_wait + passed)


def _available_answers(
    configuration: Configuration,
    settings: SourceSettings,
    archive: Archive,
    recordings: Iterator[Recording],
    day: date,
) -> InterruptedAnswers:
    """Return answers that need no request: of this office's interrupted readings, and shared ones."""
    if settings.share is None or settings.base_url is None:
        return InterruptedAnswers(archive, recordings)
    office = configuration.department.name
    return SharedAnswers(archive, recordings, settings.share, settings.base_url, day, office)


def _sharing_notes(shared: SharedAnswers) -> Iterator[str]:
    for office, number in sorted(shared.lenders.items()):
        yield f"{count(number)} bản ghi lấy từ kho chung, do {office} đọc trong ngày"


def _share(configuration: Configuration, settings: SourceSettings, recording: Recording, day: date) -> None:
    """Share the night's records with other offices; a failure does not affect this run."""
    if settings.share is None or settings.base_url is None:
        return
    try:
        lend_records(recording, settings.share, settings.base_url, day, configuration.department.name)
    except ArchiveError as error:
        log.warning("không để lại được trong kho chung", source=settings.name, reason=str(error))


def plan_for_scope(plan: ReadingPlan, is_rescoped: bool) -> ReadingPlan:
    """Return the plan of a night; under a new scope no current record is expected to be listed."""
    if not is_rescoped:
        return plan
    remembered = {key: replace(item, loaded=False, read_at=None) for key, item in plan.remembered.items()}
    return replace(plan, remembered=remembered, baseline=False)


def has_new_scope(connection: Connection, source: str, scope: Mapping[str, Any]) -> bool:
    """Return whether `scope` differs from that of the source's last complete snapshot."""
    last = snapshots.last_complete(connection, source)
    return last is not None and dict(last.scope) != dict(scope)


def _settings(configuration: Configuration, name: str) -> SourceSettings:
    settings = configuration.source(name)
    if settings is None:
        raise KeyError(name)
    return settings
