"""Hours of a day, from and to, that may pass midnight."""

from __future__ import annotations

from datetime import datetime, time, timedelta

Hours = tuple[time, time]
"""From the first moment on, up to the second; "22:00-05:30" passes midnight."""


def within(hours: Hours, moment: datetime) -> bool:
    """Whether a local moment lies in the hours."""
    start, end = hours
    clock = moment.time()
    return start <= clock < end if start <= end else clock >= start or clock < end


def end_of(hours: Hours, moment: datetime) -> datetime:
    """The first end of the hours after a local moment."""
    end = moment.replace(hour=hours[1].hour, minute=hours[1].minute, second=0, microsecond=0)
    return end if end > moment else end + timedelta(days=1)


def spoken(hours: Hours) -> str:
    """As settings write them: "22:00-05:30"."""
    return "-".join(f"{each:%H:%M}" for each in hours)
