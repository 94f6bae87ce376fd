"""How fresh the data is: one rule for the site, letters and workbooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from procedures.findings import CATALOGUE
from procedures.snapshot import SnapshotState
from procedures.wording.words import SNAPSHOT_STATES
from settings.configuration import Configuration
from warehouse.alerts import news_queries
from warehouse.sources.source_status import SourceStatus

NEVER_COMPLETE = "… (có cổng chưa lần nào đọc đủ)"
"""Replaces the time where a portal was never read in full."""

MISSED_AFTER = timedelta(hours=26)
"""Time without a successful night after which one was missed: one a day, and two hours to finish."""

STALE_AFTER = timedelta(hours=36)
"""Data of an earlier logical time than this ago is not from last night, whenever it was read."""


def silence(connection: Connection, now: datetime) -> timedelta | None:
    """Return how long ago the last successful night ended, or the first began; None if none was missed."""
    ended, began = news_queries.last_nights(connection, now)
    last = ended or began
    return now - last if last is not None and now - last > MISSED_AFTER else None


def missed_nights(connection: Connection, now: datetime) -> int:
    """Return how many nights in a row did not come; 0 until letters say so."""
    silent = silence(connection, now)
    return 0 if silent is None else 1 + int((silent - MISSED_AFTER) / timedelta(days=1))


def missed_since(connection: Connection, now: datetime) -> datetime | None:
    """Return the logical time of the last night that read anything, where none did as it should since.

    None where last night did. Where there was never such a night, the time at which the first began.
    """
    last = news_queries.last_night_as_of(connection, now)
    silent = silence(connection, now) is not None
    if last is not None:
        return last if silent or now - last > STALE_AFTER else None
    return news_queries.last_nights(connection, now)[1] if silent else None


def portal_statuses(sources: Iterable[SourceStatus]) -> list[SourceStatus]:
    """Return the sources other than the department's own catalogue."""
    return [status for status in sources if status.source != CATALOGUE]


def complete_until(sources: Iterable[SourceStatus]) -> datetime | None:
    """Return until when every portal was read in full; None if one never was, or there is no portal."""
    times = [status.last_complete_as_of for status in portal_statuses(sources)]
    known = [time for time in times if time is not None]
    return min(known, default=None) if len(known) == len(times) else None


def freshness_lines(
    configuration: Configuration, sources: Sequence[SourceStatus], otherwise: datetime
) -> tuple[str, ...]:
    """Return the line with the date of the data, and one for each portal that was not complete.

    `otherwise` is the time to state where no portal was ever asked.
    """
    zone, statuses = configuration.department.zone, portal_statuses(sources)
    until = complete_until(statuses) if statuses else otherwise
    latest = max((each.last_complete_as_of for each in statuses if each.last_complete_as_of), default=None)
    return (
        f"Số liệu đến {NEVER_COMPLETE if until is None else _format_moment(until, zone)}.",
        *(
            f"{configuration.source_name(status.source)}: {_state_words(status, zone)}."
            for status in statuses
            if status.last_state != SnapshotState.COMPLETE or status.last_complete_as_of != latest
        ),
    )


def _state_words(status: SourceStatus, zone: ZoneInfo) -> str:
    complete = status.last_complete_as_of
    until = "chưa có lần nào đủ" if complete is None else f"số liệu đủ đến {_format_moment(complete, zone)}"
    if status.last_state == SnapshotState.COMPLETE:
        return until
    return f"{SNAPSHOT_STATES.get(status.last_state or '', 'Đang đọc').lower()}, {until}"


def _format_moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M ngày %d/%m/%Y}"
