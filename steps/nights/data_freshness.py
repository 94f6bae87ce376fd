"""How fresh the data is: one rule for the site, letters and workbooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from procedures.findings import CATALOGUE
from procedures.snapshot import SnapshotState
from procedures.wording.words import SNAPSHOT_STATES
from settings.configuration import Configuration
from warehouse.sources.source_status import SourceStatus

NEVER_COMPLETE = "… (có cổng chưa lần nào đọc đủ)"
"""Replaces the time where a portal was never read in full."""


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
