"""How near a due date is: what is overdue, and what is due within a week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

SOON = timedelta(days=7)
"""How soon a due date counts as near."""

DueWindow = Literal["overdue", "week"]


def due_window(day: date | None, today: date) -> DueWindow | None:
    """Return whether a date has passed or is near; None where it is later, or there is none."""
    if day is None or day > today + SOON:
        return None
    return "overdue" if day < today else "week"
