"""When mail waits."""

from __future__ import annotations

from datetime import datetime

from procedures.dates.calendar import is_working_day
from procedures.dates.hours_of_day import is_within
from settings.configuration import Configuration


def is_quiet(configuration: Configuration, now: datetime) -> bool:
    """Return whether mail has to wait now: quiet hours, or a day off where only working days count."""
    local = now.astimezone(configuration.department.zone)
    alerts = configuration.alerts
    if alerts.working_days_only and not is_working_day(local.date(), configuration.department.swapped_days):
        return True
    if alerts.quiet_hours is None:
        return False
    return is_within(alerts.quiet_hours, local)
