"""The order of a night's steps, for the command line and the Prefect flow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from procedures.errors import WarehouseError
from settings.configuration import Configuration
from steps.database import engine_of
from steps.log import log, log_facts
from steps.nights.begin_run import begin
from steps.nights.concluding_steps import CONCLUDING_STEPS
from steps.sources.extract import extract
from steps.sources.list_services import list_services
from steps.sources.load import load
from steps.sources.reread import reread
from steps.sources.run_mode import MANUAL, RunMode
from steps.sources.validate import check
from warehouse.db.engine import writing
from warehouse.sources import runs

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

    Lines of the log carry the run, and the source that they are about.
    """
    sources = order.of(configuration)
    perform = _Timed(perform)
    run_id = perform(begin, configuration, order.as_of, "sync", *sources)
    with log_facts(run=run_id):
        perform(reread, configuration, run_id)
        for source in sources:
            with log_facts(source=source), perform.about(source):
                snapshot_id = perform(extract, configuration, run_id, source, order.mode)
                perform(check, configuration, snapshot_id)
                perform(load, configuration, snapshot_id)
        for source in sources:
            if (settings := configuration.source(source)) and settings.role == "national":
                with log_facts(source=source), perform.about(source):
                    perform(list_services, configuration, run_id, source, order.mode)
        for step in CONCLUDING_STEPS:
            perform(step, configuration, run_id)
        _keep_durations(configuration, run_id, perform.seconds)
    return run_id


class _Timed:
    """A step runner that keeps how long each step took, by its name and the source that it is about."""

    def __init__(self, perform: StepRunner) -> None:
        self.seconds: dict[tuple[str, str], float] = {}
        self._perform = perform
        self._source = ""

    @contextmanager
    def about(self, source: str) -> Iterator[None]:
        """Count the steps within as being about `source`."""
        self._source = source
        yield
        self._source = ""

    def __call__(self, step: Step, *arguments: object) -> int:
        began = time.monotonic()
        result = self._perform(step, *arguments)
        self.seconds[step.__name__, self._source] = time.monotonic() - began
        return result


def _keep_durations(
    configuration: Configuration, run_id: int, seconds: Mapping[tuple[str, str], float]
) -> None:
    """Keep the durations with the run, which has ended: that they cannot be kept is no fault of the night."""
    try:
        with writing(engine_of(configuration)) as connection:
            runs.record_durations(connection, run_id, seconds)
    except WarehouseError as error:
        log.warning("không ghi được thời gian từng bước", reason=str(error))
