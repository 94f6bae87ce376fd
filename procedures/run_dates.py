"""When a run is dated ahead: its logical time, or its clock, is after any clock that may be right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

AHEAD: Final = timedelta(days=1)
"""Clocks of one country and the hours of one night differ by less."""


def is_ahead(moment: datetime, now: datetime) -> bool:
    """Whether `moment` is more than a day after `now`."""
    return moment - now > AHEAD
