"""The mode of a run: whether it keeps to hours, and which portals it must not ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from procedures.hours_of_day import end_of, spoken, within
from procedures.snapshot import SnapshotState, Verdict
from settings.configuration import Configuration
from settings.sources import SourceSettings
from warehouse.sources.cooldown import left_alone


@dataclass(frozen=True, slots=True)
class Manner:
    """`scheduled`: unattended, so it keeps to the reading hours. `anyway`: a person also wants portals asked
    that refused us recently.
    """

    scheduled: bool = False
    anyway: bool = False


BY_HAND = Manner()


def closing(configuration: Configuration, settings: SourceSettings, mode: Manner) -> datetime | None:
    """Return when a scheduled run has to stop asking the source; None if never."""
    if settings.window is None or not mode.scheduled:
        return None
    return end_of(settings.window, datetime.now(configuration.department.zone))


def not_to_be_asked(
    configuration: Configuration,
    connection: Connection,
    settings: SourceSettings,
    mode: Manner,
    as_of: datetime,
) -> Verdict | None:
    """Return the verdict on a source that this run must leave alone; None if it may be asked."""
    if settings.window is not None and mode.scheduled and outside(configuration, settings):
        return Verdict(
            SnapshotState.FAILED, f"ngoài khung giờ đọc {spoken(settings.window)}, chưa hỏi cổng điều gì"
        )
    cooldown = left_alone(connection, settings.name, settings.cool_down)
    if cooldown is None or mode.anyway or not cooldown.holds(as_of):
        return None
    until = cooldown.until.astimezone(configuration.department.zone)
    return Verdict(
        SnapshotState.BLOCKED,
        f"cổng đã từ chối ở lần đọc trước nên được để yên đến {until:%H:%M %d/%m/%Y}",
    )


def outside(configuration: Configuration, settings: SourceSettings) -> bool:
    """Return whether now is outside the hours in which the schedule may ask the source."""
    now = datetime.now(configuration.department.zone)
    return settings.window is not None and not within(settings.window, now)
