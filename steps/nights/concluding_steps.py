"""The steps after everything is loaded: the same for a night, an import and a release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from settings.configuration import Configuration
from steps.alerts.deliver import tell
from steps.nights.close_run import finish
from steps.nights.reconcile import reconcile
from steps.nights.reporting.night_page import show
from steps.nights.reporting.run_summary import Summary, summarise
from steps.nights.reporting.signals import write_textfile
from steps.nights.retention import tidy
from steps.sources.validate import verify

CONCLUDING_STEPS: Final[tuple[Callable[[Configuration, int], int], ...]] = (
    reconcile,
    verify,
    finish,
    show,
    tell,
    tidy,
)
"""Compare, the gate after load, close, write the page, send, delete what is old.

Each step takes the run's id and returns it.
"""


def conclude(configuration: Configuration, run_id: int) -> Summary:
    """Carry out the concluding steps in this process; return the run's summary."""
    for step in CONCLUDING_STEPS:
        step(configuration, run_id)
    write_textfile(configuration)
    return summarise(configuration, run_id)
