"""A night in this process, as `rasoat sync` runs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from procedures.errors import RasoatError
from settings.configuration import Configuration
from steps.database import engine_of, open_locked
from steps.nights.close_run import fail_run
from steps.nights.night import NightRequest, Step, run_night
from steps.nights.reporting.run_summary import Summary, summarise
from steps.nights.reporting.signals import signalling
from steps.sources.extract import Progress, reporting_to
from warehouse.db.engine import reading
from warehouse.sources import runs


def sync_now(configuration: Configuration, order: NightRequest, progress: Progress) -> Summary:
    """Run one night in this process; return its summary."""
    with (
        signalling(configuration, whole=not order.sources) as ended,
        open_locked(configuration),
        reporting_to(progress),
        closing_on_error(configuration),
    ):
        summary = summarise(configuration, run_night(_call, configuration, order))
        ended(summary)
        return summary


@contextmanager
def closing_on_error(configuration: Configuration) -> Iterator[None]:
    """Close the run as failed on any unforeseen error, Ctrl-C too, then let the error pass on."""
    try:
        yield
    except BaseException:
        _close_open_run(configuration)
        raise


def _close_open_run(configuration: Configuration) -> None:
    try:
        with reading(engine_of(configuration)) as connection:
            last = runs.last_run(connection)
        if last is not None and last.status is None:
            fail_run(configuration, last.run_id)
    except RasoatError:
        return  # the database itself failed; the next run closes this one and discards what it left


def _call(step: Step, *arguments: object) -> int:
    return step(*arguments)
