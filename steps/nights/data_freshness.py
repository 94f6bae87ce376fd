"""Up to when the data goes that people are told of: one rule for the site, letters and workbooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from procedures.findings import CATALOGUE
from procedures.snapshot import SnapshotState
from procedures.wording.words import SNAPSHOT_STATES
from settings.configuration import Configuration
from warehouse.sources.source_status import SourceStatus

NEVER = "… (có cổng chưa lần nào đọc đủ)"
"""In place of a time, where a portal was never read in full."""


def portals(sources: Iterable[SourceStatus]) -> list[SourceStatus]:
    """The sources but for the department's own list."""
    return [each for each in sources if each.source != CATALOGUE]


def complete_until(sources: Iterable[SourceStatus]) -> datetime | None:
    """The moment up to which every portal was read in full; None where one never was, or there is none."""
    times = [each.last_complete_as_of for each in portals(sources)]
    known = [time for time in times if time is not None]
    return min(known, default=None) if len(known) == len(times) else None


def data_lines(
    configuration: Configuration, sources: Sequence[SourceStatus], otherwise: datetime
) -> tuple[str, ...]:
    """Up to when the data goes, and a line for each portal that was not complete, with its own date.

    `otherwise` is the time where no portal was ever asked.
    """
    zone, asked = configuration.department.zone, portals(sources)
    until = complete_until(asked) if asked else otherwise
    latest = max((each.last_complete_as_of for each in asked if each.last_complete_as_of), default=None)
    return (
        f"Số liệu đến {NEVER if until is None else _moment(until, zone)}.",
        *(
            f"{configuration.source_name(each.source)}: {_standing(each, zone)}."
            for each in asked
            if each.last_state != SnapshotState.COMPLETE or each.last_complete_as_of != latest
        ),
    )


def _standing(each: SourceStatus, zone: ZoneInfo) -> str:
    complete = each.last_complete_as_of
    dated = "chưa có lần nào đủ" if complete is None else f"số liệu đủ đến {_moment(complete, zone)}"
    if each.last_state == SnapshotState.COMPLETE:
        return dated
    return f"{SNAPSHOT_STATES.get(each.last_state or '', 'Đang đọc').lower()}, {dated}"


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M ngày %d/%m/%Y}"
