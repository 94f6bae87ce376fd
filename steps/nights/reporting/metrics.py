"""What a monitoring system is told: figures as of now."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from procedures.findings import Severity
from procedures.program import VERSION
from procedures.snapshot import SnapshotState
from reports.metrics import Gauge, metrics_text
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.nights.reporting.data_freshness import MISSED_AFTER, missed_nights
from warehouse.alerts import news_queries, outbox
from warehouse.findings import trends
from warehouse.quality import quarantine
from warehouse.sources import runs, source_status


def metrics(configuration: Configuration, at: datetime | None = None) -> bytes:
    """Return the figures of now in the text format of Prometheus.

    Raises:
        WarehouseError: the warehouse cannot be read.
    """
    now = at or datetime.now(UTC)
    with reading_connection(configuration) as connection:
        gauges = [*_nights(connection, now), *_sources(connection), *_work(connection)]
    free = shutil.disk_usage(_existing(configuration.home)).free
    gauges += [
        Gauge("rasoat_disk_free_bytes", "Free room where RASOAT_HOME lies.", (), {(): free}),
        Gauge("rasoat_build_info", "The program's version.", ("version",), {(VERSION,): 1}),
    ]
    return metrics_text(gauges, configuration.department.name)


def _nights(connection: Connection, now: datetime) -> list[Gauge]:
    ended, _ = news_queries.last_nights(connection, now)
    last = runs.last_finished_night(connection)
    took: dict[tuple[str, ...], float] = {}
    steps: dict[tuple[str, ...], float] = {}
    if last is not None and last.finished_at is not None:
        took[()] = (last.finished_at - last.started_at).total_seconds()
        steps = {(step, source): seconds for (step, source), seconds in runs.durations(last).items()}
    return [
        Gauge(
            "rasoat_night_last_success_timestamp_seconds",
            "When the last night that read anything ended.",
            (),
            {(): ended.timestamp()} if ended else {},
        ),
        Gauge(
            "rasoat_nights_missed",
            f"Nights in a row without a successful one; by mail after {MISSED_AFTER}.",
            (),
            {(): missed_nights(connection, now)},
        ),
        Gauge("rasoat_night_duration_seconds", "How long the last night took.", (), took),
        Gauge("rasoat_night_step_seconds", "How long its steps took, by source.", ("step", "source"), steps),
        Gauge(
            "rasoat_runs_dated_ahead",
            "Runs dated ahead of the clock, which block all others.",
            (),
            {(): len(runs.runs_dated_ahead(connection, now))},
        ),
    ]


def _sources(connection: Connection) -> list[Gauge]:
    statuses = source_status.source_status(connection)
    return [
        Gauge(
            "rasoat_source_last_complete_timestamp_seconds",
            "The time as of which a source was last read in full.",
            ("source",),
            {
                (each.source,): each.last_complete_as_of.timestamp()
                for each in statuses
                if each.last_complete_as_of is not None
            },
        ),
        Gauge(
            "rasoat_source_complete",
            "1 where the last attempt read a source in full.",
            ("source",),
            {(each.source,): int(each.last_state == SnapshotState.COMPLETE) for each in statuses},
        ),
        Gauge(
            "rasoat_source_procedures",
            "Procedures in the last complete snapshot of a source.",
            ("source",),
            {(each.source,): each.procedures for each in statuses if each.procedures is not None},
        ),
        Gauge(
            "rasoat_source_held_snapshots",
            "Snapshots that wait for a person's release.",
            ("source",),
            {(each.source,): len(each.held) for each in statuses},
        ),
    ]


def _work(connection: Connection) -> list[Gauge]:
    is_open = trends.open_counts(connection)
    records = quarantine.list_quarantined(connection)
    waiting = sum(record["state"] == quarantine.WAITING for record in records)
    return [
        Gauge(
            "rasoat_findings_open",
            "Findings that somebody has to handle.",
            ("severity",),
            {(each.value,): is_open.get(each.value, 0) for each in Severity},
        ),
        Gauge(
            "rasoat_letters_waiting",
            "Letters that are not sent yet.",
            (),
            {(): source_status.alerts_waiting(connection)},
        ),
        Gauge("rasoat_letters_given_up", "Letters given up.", (), {(): outbox.count_given_up(connection)}),
        Gauge(
            "rasoat_quarantine_waiting", "Records in quarantine that nobody decided on.", (), {(): waiting}
        ),
    ]


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.exists())
