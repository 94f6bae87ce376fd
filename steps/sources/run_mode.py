"""The mode of a run: whether it keeps to hours, and which portals it must not ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from procedures.dates.hours_of_day import format_hours, is_within, next_end
from procedures.snapshot import SnapshotState, SnapshotVerdict
from settings.configuration import Configuration
from settings.sources import SourceSettings
from warehouse.sources.cooldown import find_cooldown


@dataclass(frozen=True, slots=True)
class RunMode:
    """`scheduled`: unattended, so it keeps to the reading hours. `anyway`: a person also wants portals asked
    that refused us recently.
    """

    scheduled: bool = False
    anyway: bool = False


MANUAL = RunMode()


def closing_time(configuration: Configuration, settings: SourceSettings, mode: RunMode) -> datetime | None:
    """Return when a scheduled run has to stop asking the source; None if never."""
    if settings.window is None or not mode.scheduled:
        return None
    return next_end(settings.window, datetime.now(configuration.department.zone))


def refusal_of(
    configuration: Configuration,
    connection: Connection,
    settings: SourceSettings,
    mode: RunMode,
    as_of: datetime,
) -> SnapshotVerdict | None:
    """Return the verdict on a source that this run must leave alone; None if it may be asked."""
    if settings.window is not None and mode.scheduled and is_outside_hours(configuration, settings):
        return SnapshotVerdict(
            SnapshotState.FAILED,
            f"ngoài khung giờ đọc {format_hours(settings.window)}, chưa hỏi cổng điều gì",
        )
    cooldown = find_cooldown(connection, settings.name, settings.cool_down)
    if cooldown is None or mode.anyway or not cooldown.holds(as_of):
        return None
    until = cooldown.until.astimezone(configuration.department.zone)
    return SnapshotVerdict(
        SnapshotState.BLOCKED,
        f"cổng đã từ chối ở lần đọc trước nên được để yên đến {until:%H:%M %d/%m/%Y}",
    )


def is_outside_hours(configuration: Configuration, settings: SourceSettings) -> bool:
    """Return whether now is outside the hours in which the schedule may ask the source."""
    now = datetime.now(configuration.department.zone)
    return settings.window is not None and not is_within(settings.window, now)
