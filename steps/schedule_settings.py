"""`[schedule]` of `rasoat.toml`: what the Prefect flows do when a step or a night goes wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from procedures.configuration import ScheduleSettings
from steps.mail_settings import STRICT


class Schedule(BaseModel):
    """`pause` and `dead_after` are in seconds, `time_out` in hours."""

    model_config = STRICT

    tries: Annotated[int, Field(ge=1, le=10)] = 2
    pause: Annotated[float, Field(ge=0, le=3600)] = 20.0
    time_out: Annotated[float, Field(gt=0, le=24)] = 5.0
    at_once: Annotated[int, Field(ge=1, le=100)] = 4
    dead_after: Annotated[int, Field(ge=40, le=3600)] = 120

    def settings(self) -> ScheduleSettings:
        """The settings as values."""
        return ScheduleSettings(
            tries=self.tries,
            pause=self.pause,
            time_out=timedelta(hours=self.time_out),
            at_once=self.at_once,
            dead_after=timedelta(seconds=self.dead_after),
        )
