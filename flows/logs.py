"""The log of a flow, and Prefect's lines about an error of rasoat: one line, without a traceback."""

from __future__ import annotations

import logging

from procedures.errors import RasoatError
from settings.environment import read_environment
from steps import log

LOGGERS = ("prefect.flow_runs", "prefect.task_runs")
"""Loggers by which the engines report that a flow or a task failed."""


class OneLineErrors(logging.Filter):
    """Filter that removes the traceback of an error raised for a person to read."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        if record.exc_info and isinstance(record.exc_info[1], RasoatError):
            record.exc_info = record.exc_text = None
        return True


_ONE_LINE = OneLineErrors()


def shorten_errors() -> None:
    """Install the filter on the Prefect loggers of this process; may be repeated."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_ONE_LINE)


def configure_log() -> None:
    """Write the steps' own log as the environment says, as the command line does."""
    log.configure(read_environment().log)
