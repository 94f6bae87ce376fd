"""What people ask to see: findings, and where each source stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from alerts.audience import is_quiet
from procedures.errors import UnknownThingError
from procedures.findings import FindingKind, Status
from procedures.snapshot import Certificate
from procedures.wording.certificates import consequence, explained, in_one_line, verdict
from procedures.wording.words import age_text
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.nights.data_freshness import data_lines
from steps.nights.run_dates import wrong_dates
from warehouse.alerts import outbox
from warehouse.findings import store
from warehouse.findings.history import findings_as_of
from warehouse.sources import runs, snapshots, source_status
from warehouse.sources.cooldown import left_alone
from warehouse.sources.source_status import SourceStatus

FINDING_COLUMNS = store.COLUMNS
"""Columns of `v_finding`, in the order of the interface."""


def list_findings(
    configuration: Configuration,
    *,
    kind: FindingKind | None,
    status: Status | None,
    division: str | None,
    as_of: datetime | None = None,
) -> list[dict[str, Any]]:
    """Rows of `v_finding`, as they stand or stood at a moment; without a status, all that is not resolved."""
    with reading_connection(configuration) as connection:
        if as_of is not None:
            return findings_as_of(connection, as_of, kind=kind, status=status, division=division)
        return store.list_findings(connection, kind=kind, status=status, division=division)


def changes_of(configuration: Configuration, run_id: int) -> list[dict[str, Any]]:
    """Rows of `v_change` of one run."""
    with reading_connection(configuration) as connection:
        return runs.rows_of(connection, "v_change", where={"run_id": run_id}, order_by=("change_id",))


def runs_so_far(configuration: Configuration) -> list[runs.RunRow]:
    """Every run in the warehouse, the oldest first."""
    with reading_connection(configuration) as connection:
        return runs.all_runs(connection)


def data_as_of(configuration: Configuration) -> tuple[datetime, Sequence[str]]:
    """The time of the newest complete snapshot, and lines that say up to when the data goes."""
    zone = configuration.department.zone
    with reading_connection(configuration) as connection:
        sources = source_status.source_status(connection)
    times = [each.last_complete_as_of for each in sources if each.last_complete_as_of]
    newest = max(times, default=datetime.now(UTC)).astimezone(zone)
    return newest, data_lines(configuration, sources, newest)


def current_status(configuration: Configuration, source: str | None = None) -> dict[str, Any]:
    """The document of `rasoat status --json`, of one source or of all.

    Raises:
        UnknownThingError: `source` was never read.
    """
    now = datetime.now(UTC)
    with reading_connection(configuration) as connection:
        known = source_status.source_status(connection)
        if source is not None and source not in {each.source for each in known}:
            names = ", ".join(each.source for each in known) or "chưa có"
            raise UnknownThingError(f"{source}: chưa đọc nguồn này lần nào; đã đọc: {names}", "source")
        sources = {
            each.source: _status_of(
                configuration, each, now, _alone(configuration, connection, each.source, now)
            )
            | _certified(each, snapshots.get_snapshot(connection, each.last_attempt_id).certificate)
            for each in known
            if source in (None, each.source)
        }
        waiting = source_status.alerts_waiting(connection)
        given_up = outbox.given_up(connection)
        trouble = outbox.last_trouble(connection)
        wrong = wrong_dates(configuration, connection, now)
    return {
        "sources": sources,
        "dated_ahead": [
            {
                "run_id": each.run.run_id if each.run else None,
                "as_of": each.run.as_of.isoformat() if each.run else None,
                "text": each.text,
            }
            for each in wrong
        ],
        "alerts_waiting": waiting,
        "alerts_given_up": given_up,
        "alerts_trouble": _trouble(configuration, waiting, trouble, now),
    }


def _certified(each: SourceStatus, certificate: Certificate | None) -> dict[str, Any]:
    """The certificate of the last attempt at a glance, what it says line by line, and what follows."""
    baseline = each.last_complete_id is not None
    lines = explained(certificate) if certificate is not None else []
    lines.append(verdict(each.last_state, each.last_reason, baseline=baseline))
    return {
        "certificate": in_one_line(certificate),
        "explained": [{"what": line.what, "says": line.says} for line in lines],
        "consequence": consequence(each.last_state, baseline=baseline),
    }


def _alone(
    configuration: Configuration, connection: Connection, source: str, now: datetime
) -> datetime | None:
    """Until when a portal that said no is left alone, in local time; `None` where it may be asked."""
    settings = configuration.source(source)
    alone = None if settings is None else left_alone(connection, source, settings.cool_down)
    if alone is None or not alone.holds(now):
        return None
    return alone.until.astimezone(configuration.department.zone)


def _status_of(
    configuration: Configuration, each: SourceStatus, now: datetime, alone: datetime | None
) -> dict[str, Any]:
    complete = None
    if each.last_complete_as_of is not None:
        local = each.last_complete_as_of.astimezone(configuration.department.zone)
        complete = {
            "snapshot_id": each.last_complete_id,
            "as_of": each.last_complete_as_of.isoformat(),
            "local_time": f"{local:%H:%M %d/%m/%Y}",
            "age_hours": round((now - each.last_complete_as_of).total_seconds() / 3600, 1),
            "age": age_text(now - each.last_complete_as_of),
            "procedures": each.procedures,
        }
    return {
        "state": each.last_state,
        "reason": each.last_reason,
        "last_complete": complete,
        "held": list(each.held),
        "left_alone_until": None if alone is None else alone.isoformat(),
    }


def _trouble(configuration: Configuration, waiting: int, trouble: str | None, now: datetime) -> str | None:
    """Why mail waits, in words; None where none does."""
    if not waiting:
        return None
    if configuration.mail is None and not configuration.notify_urls:
        return "chưa đặt RASOAT_SMTP_URL"
    if trouble is not None:
        return trouble
    return "đang trong giờ nghỉ đã đặt ở [alerts]" if is_quiet(configuration, now) else None
