"""In which manner a run asks portals, and which it does not ask at all."""

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
    """`scheduled`: nobody looks on, so hours are kept to. `anyway`: a person wants those asked, too, that
    said no a while ago.
    """

    scheduled: bool = False
    anyway: bool = False


BY_HAND = Manner()


def closing(configuration: Configuration, settings: SourceSettings, manner: Manner) -> datetime | None:
    """When a scheduled run has to stop asking the source; `None`: at no time."""
    if settings.window is None or not manner.scheduled:
        return None
    return end_of(settings.window, datetime.now(configuration.department.zone))


def not_to_be_asked(
    configuration: Configuration,
    connection: Connection,
    settings: SourceSettings,
    manner: Manner,
    as_of: datetime,
) -> Verdict | None:
    """The verdict on a source that this run must leave alone; `None` where it may be asked."""
    if settings.window is not None and manner.scheduled and outside(configuration, settings):
        return Verdict(
            SnapshotState.FAILED, f"ngoài khung giờ đọc {spoken(settings.window)}, chưa hỏi cổng điều gì"
        )
    alone = left_alone(connection, settings.name, settings.cool_down)
    if alone is None or manner.anyway or not alone.holds(as_of):
        return None
    until = alone.until.astimezone(configuration.department.zone)
    return Verdict(
        SnapshotState.BLOCKED,
        f"cổng đã từ chối ở lần đọc trước nên được để yên đến {until:%H:%M %d/%m/%Y}",
    )


def outside(configuration: Configuration, settings: SourceSettings) -> bool:
    """Whether it is now outside the hours in which the schedule may ask the source."""
    now = datetime.now(configuration.department.zone)
    return settings.window is not None and not within(settings.window, now)
