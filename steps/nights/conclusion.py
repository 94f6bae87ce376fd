"""What follows once all that a run takes in stands: the same of a night, an import and a release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from settings.configuration import Configuration
from steps.alerts.deliver import tell
from steps.nights.close_run import finish
from steps.nights.night_page import show
from steps.nights.reconcile import reconcile
from steps.nights.retention import tidy
from steps.nights.run_summary import Summary, summarise
from steps.sources.validate import verify

CONCLUSION: Final[tuple[Callable[[Configuration, int], int], ...]] = (
    reconcile,
    verify,
    finish,
    show,
    tell,
    tidy,
)
"""Compare, the gate after load, close, write the page, send, forget what is old.

Each takes the run's id and gives it back.
"""


def conclude(configuration: Configuration, run_id: int) -> Summary:
    """Carry the conclusion out here and now; gives what the run came to."""
    for step in CONCLUSION:
        step(configuration, run_id)
    return summarise(configuration, run_id)
