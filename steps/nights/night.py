"""The night's programme, composed once; the command line and the Prefect flow both run this."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from settings.configuration import Configuration
from steps.database import begin
from steps.nights.conclusion import CONCLUSION
from steps.sources.extract import extract
from steps.sources.list_services import list_services
from steps.sources.load import load
from steps.sources.reread import reread
from steps.sources.run_mode import BY_HAND, Manner
from steps.sources.validate import check

Step = Callable[..., int]
"""One step: takes the configuration and ids or names, gives an id back."""


class Perform(Protocol):
    """How a step is carried out: called at once, or as a Prefect task."""

    def __call__(self, step: Step, *arguments: object) -> int:
        """Run `step` and give back the id it returns."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a night is asked to do: which sources (all when empty), its logical time, and in what manner."""

    as_of: datetime
    sources: tuple[str, ...] = ()
    manner: Manner = BY_HAND

    def of(self, configuration: Configuration) -> Sequence[str]:
        """The names of the sources to read, in the order of the settings."""
        names = [source.name for source in configuration.sources]
        return [name for name in names if not self.sources or name in self.sources]


def run_night(perform: Perform, configuration: Configuration, order: Order) -> int:
    """One night from the first request to the closed run; gives the run's id.

    Where the rules have moved since, last night is first read again under the new ones, silently.
    Each source is read, checked and made current on its own: one that fails never stops the
    others. The comparison follows once, over whatever stands then, and the gate after load.
    """
    sources = order.of(configuration)
    run_id = perform(begin, configuration, order.as_of, "sync", *sources)
    perform(reread, configuration, run_id)
    for source in sources:
        snapshot_id = perform(extract, configuration, run_id, source, order.manner)
        perform(check, configuration, snapshot_id)
        perform(load, configuration, snapshot_id)
    for source in sources:
        if (settings := configuration.source(source)) and settings.role == "national":
            perform(list_services, configuration, run_id, source, order.manner)
    for step in CONCLUSION:
        perform(step, configuration, run_id)
    return run_id
