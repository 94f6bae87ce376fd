"""Runs dated ahead: whose logical time, or clock, is later than any correct clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

MAX_AHEAD: Final = timedelta(days=1)
"""The clocks of one country and the hours of one night differ by less."""


def is_dated_ahead(moment: datetime, now: datetime) -> bool:
    """Return whether `moment` is more than a day after `now`."""
    return moment - now > MAX_AHEAD
