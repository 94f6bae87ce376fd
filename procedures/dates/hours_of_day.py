"""Hours of a day, from and to, that may pass midnight."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

Hours = tuple[time, time]
"""From the first moment until before the second; "22:00-05:30" passes midnight."""

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


def parse_hours(text: str) -> Hours:
    """Return hours such as "18:00-07:00"; ValueError says what is wrong with them."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"viết như '18:00-07:00', không phải {text!r}")
    hours = [int(part) for part in found.groups()]
    if hours[0] > 23 or hours[2] > 23 or hours[1] > 59 or hours[3] > 59:
        raise ValueError(f"{text!r} không phải giờ trong ngày")
    return time(hours[0], hours[1]), time(hours[2], hours[3])


def is_within(hours: Hours, moment: datetime) -> bool:
    """Return whether a local moment is in the hours."""
    start, end = hours
    clock = moment.time()
    return start <= clock < end if start <= end else clock >= start or clock < end


def next_end(hours: Hours, moment: datetime) -> datetime:
    """Return the first end of the hours after a local moment."""
    end = moment.replace(hour=hours[1].hour, minute=hours[1].minute, second=0, microsecond=0)
    return end if end > moment else end + timedelta(days=1)


def format_hours(hours: Hours) -> str:
    """Return the hours as settings write them: "22:00-05:30"."""
    return "-".join(f"{each:%H:%M}" for each in hours)
