"""Visits of the morning page: from when on a person is told what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

VISIT_ENDS_AFTER = timedelta(hours=8)
"""Who looks again later than this begins a new visit; within a working day the page shows the same."""


@dataclass(frozen=True, slots=True)
class Visit:
    """When a person looked last, and the last look of the visit before; None: there was none."""

    at: datetime
    since: datetime | None = None


def next_visit(last: Visit | None, now: datetime) -> Visit:
    """Return the visit that a look at `now` belongs to.

    A look recorded while the clock was ahead counts as none: what came since would stay untold.
    """
    if last is None or last.at > now:
        return Visit(now)
    if now - last.at > VISIT_ENDS_AFTER:
        return Visit(now, last.at)
    return Visit(now, last.since)
