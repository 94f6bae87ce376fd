"""`[schedule]`: when the Prefect flows run, and what they do when a step or a night fails."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from settings.base import Settings


class ScheduleSettings(Settings):
    """Retries and time limits: `pause` and `dead_after` are in seconds, `time_out` in hours.

    `tries`: attempts in all of a step with a transient fault, `pause` apart. `time_out` ends a night.
    `at_once`: nights that the work pool runs concurrently. `dead_after`: a run without a heartbeat for so
    long has crashed. `start`: when the nightly deployment of an office of many begins, in its local time.
    """

    tries: Annotated[int, Field(ge=1, le=10)] = 2
    pause: Annotated[float, Field(ge=0, le=3600)] = 20.0
    time_out: Annotated[float, Field(gt=0, le=24)] = 5.0
    at_once: Annotated[int, Field(ge=1, le=100)] = 4
    dead_after: Annotated[int, Field(ge=40, le=3600)] = 120
    start: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "02:00"

    @property
    def longest_night(self) -> timedelta:
        """Return the time after which a night is stopped."""
        return timedelta(hours=self.time_out)

    @property
    def longest_silence(self) -> timedelta:
        """Return the time without a heartbeat after which a run counts as crashed."""
        return timedelta(seconds=self.dead_after)
