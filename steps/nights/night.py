"""The order of a night's steps, for the command line and the Prefect flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from settings.configuration import Configuration
from steps.database import begin
from steps.nights.concluding_steps import CONCLUDING_STEPS
from steps.sources.extract import extract
from steps.sources.list_services import list_services
from steps.sources.load import load
from steps.sources.reread import reread
from steps.sources.run_mode import MANUAL, RunMode
from steps.sources.validate import check

Step = Callable[..., int]
"""A step takes the configuration and ids or names, and returns an id."""


class StepRunner(Protocol):
    """How a step is carried out: called at once, or as a Prefect task."""

    def __call__(self, step: Step, *arguments: object) -> int:
        """Run `step` and return its id."""


@dataclass(frozen=True, slots=True)
class NightRequest:
    """A request for a night: the sources (all when empty), the logical time and the mode."""

    as_of: datetime
    sources: tuple[str, ...] = ()
    mode: RunMode = MANUAL

    def of(self, configuration: Configuration) -> Sequence[str]:
        """Return the names of the sources to read, in the order of the settings."""
        names = [source.name for source in configuration.sources]
        return [name for name in names if not self.sources or name in self.sources]


def run_night(perform: StepRunner, configuration: Configuration, order: NightRequest) -> int:
    """Run one night from the first request to the closed run; return the run's id.

    If the rules changed since last night, its bytes are first read again under the new ones, without alerts.
    Each source is read, checked and loaded on its own: one that fails never stops the others. One
    comparison of whatever is current then follows, and the gate after load.
    """
    sources = order.of(configuration)
    run_id = perform(begin, configuration, order.as_of, "sync", *sources)
    perform(reread, configuration, run_id)
    for source in sources:
        snapshot_id = perform(extract, configuration, run_id, source, order.mode)
        perform(check, configuration, snapshot_id)
        perform(load, configuration, snapshot_id)
    for source in sources:
        if (settings := configuration.source(source)) and settings.role == "national":
            perform(list_services, configuration, run_id, source, order.mode)
    for step in CONCLUDING_STEPS:
        perform(step, configuration, run_id)
    return run_id
