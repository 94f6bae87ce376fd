"""What the world outside hears of a night's end: the file of figures, and the heartbeat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from procedures.errors import InputError, LockedError
from settings.configuration import Configuration
from steps.nights.heartbeat import send_heartbeat
from steps.nights.metrics_file import write_textfile
from steps.nights.run_summary import Summary


@contextmanager
def signalling(configuration: Configuration, *, whole: bool) -> Iterator[Callable[[Summary], None]]:
    """Signal how the night within ends; yield what it calls with its summary.

    The heartbeat tells of `whole` nights, not of single sources read by hand. A night that was refused, since
    another one is under way or what was asked is wrong, signals nothing; nor does one that never calls.
    """
    ended: list[Summary] = []
    try:
        yield ended.append
    except (InputError, LockedError):
        raise
    except Exception:
        _signal(configuration, success=False, whole=whole)
        raise
    if ended:
        _signal(configuration, success=ended[-1].status != "failed", whole=whole)


def _signal(configuration: Configuration, *, success: bool, whole: bool) -> None:
    write_textfile(configuration)
    if whole:
        send_heartbeat(configuration.monitoring, success=success)
