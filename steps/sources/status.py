"""The status of each source, as `rasoat status` tells it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from alerts.quiet_hours import is_quiet
from procedures.errors import NotFoundError
from procedures.snapshot import Certificate
from procedures.wording.certificates import (
    certificate_lines,
    certificate_summary,
    state_consequence,
    verdict_line,
)
from procedures.wording.words import age_text
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.nights.lost_stores import find_losses
from steps.nights.run_dates import wrong_dates
from warehouse.alerts import outbox
from warehouse.sources import snapshots, source_status
from warehouse.sources.cooldown import find_cooldown
from warehouse.sources.source_status import SourceStatus


def current_status(configuration: Configuration, source: str | None = None) -> dict[str, Any]:
    """Return the document of `rasoat status --json` for one source or all.

    Raises:
        NotFoundError: `source` was never read.
    """
    now = datetime.now(UTC)
    with reading_connection(configuration) as connection:
        statuses = source_status.source_status(connection)
        if source is not None and source not in {each.source for each in statuses}:
            names = ", ".join(each.source for each in statuses) or "chưa có"
            raise NotFoundError(f"{source}: chưa đọc nguồn này lần nào; đã đọc: {names}", "source")
        sources = {
            each.source: _status_document(
                configuration, each, now, _cooldown_until(configuration, connection, each.source, now)
            )
            | _certificate(each, snapshots.get_snapshot(connection, each.last_attempt_id).certificate)
            for each in statuses
            if source in (None, each.source)
        }
        waiting = source_status.alerts_waiting(connection)
        given_up = outbox.count_given_up(connection)
        trouble = outbox.last_error(connection)
        wrong_dates_ = wrong_dates(configuration, connection, now)
        losses = find_losses(configuration, connection)
    return {
        "sources": sources,
        "dated_ahead": [
            {
                "run_id": each.run.run_id if each.run else None,
                "as_of": each.run.as_of.isoformat() if each.run else None,
                "text": each.text,
            }
            for each in wrong_dates_
        ],
        "lost": [{"what": str(each.what), "text": each.text} for each in losses],
        "alerts_waiting": waiting,
        "alerts_given_up": given_up,
        "alerts_trouble": _delay(configuration, waiting, trouble, now),
    }


def _certificate(status: SourceStatus, certificate: Certificate | None) -> dict[str, Any]:
    """Return the last attempt's certificate in one line, line by line, and its consequence."""
    baseline = status.last_complete_id is not None
    lines = certificate_lines(certificate) if certificate is not None else []
    lines.append(verdict_line(status.last_state, status.last_reason, baseline=baseline))
    return {
        "certificate": certificate_summary(certificate),
        "explained": [{"what": line.what, "says": line.says} for line in lines],
        "consequence": state_consequence(status.last_state, baseline=baseline),
    }


def _cooldown_until(
    configuration: Configuration, connection: Connection, source: str, now: datetime
) -> datetime | None:
    """Return until when a portal that refused us is left alone, in local time; None if it may be asked."""
    settings = configuration.source(source)
    cooldown = None if settings is None else find_cooldown(connection, source, settings.cool_down)
    if cooldown is None or not cooldown.holds(now):
        return None
    return cooldown.until.astimezone(configuration.department.zone)


def _status_document(
    configuration: Configuration, status: SourceStatus, now: datetime, cooldown_until: datetime | None
) -> dict[str, Any]:
    complete = None
    if status.last_complete_as_of is not None:
        local = status.last_complete_as_of.astimezone(configuration.department.zone)
        complete = {
            "snapshot_id": status.last_complete_id,
            "as_of": status.last_complete_as_of.isoformat(),
            "local_time": f"{local:%H:%M %d/%m/%Y}",
            "age_hours": round((now - status.last_complete_as_of).total_seconds() / 3600, 1),
            "age": age_text(now - status.last_complete_as_of),
            "procedures": status.procedures,
        }
    return {
        "title": configuration.source_name(status.source),
        "state": status.last_state,
        "reason": status.last_reason,
        "last_complete": complete,
        "held": list(status.held),
        "left_alone_until": None if cooldown_until is None else cooldown_until.isoformat(),
    }


def _delay(configuration: Configuration, waiting: int, trouble: str | None, now: datetime) -> str | None:
    """Return why mail is waiting, in words; None if none is."""
    if not waiting:
        return None
    if configuration.mail is None and not configuration.notify_urls:
        return "chưa đặt RASOAT_SMTP_URL"
    if trouble is not None:
        return trouble
    return "đang trong giờ nghỉ đã đặt ở [alerts]" if is_quiet(configuration, now) else None
