"""What Prefect writes into its logs about an error that is ours: the line that it says, and no traceback."""

from __future__ import annotations

import logging

from procedures.errors import RasoatError

LOGGERS = ("prefect.flow_runs", "prefect.task_runs")
"""Those by which the engines tell that a flow or a task failed."""


class OneLine(logging.Filter):
    """Takes the traceback off a record about an error that was raised for a person to read."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        if record.exc_info and isinstance(record.exc_info[1], RasoatError):
            record.exc_info = record.exc_text = None
        return True


_ONE_LINE = OneLine()


def keep_errors_to_a_line() -> None:
    """Set this process's Prefect loggers up; may be repeated."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_ONE_LINE)
