"""What the world outside hears of a night's end: the file of figures, and the heartbeat."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from procedures.errors import InputError, LockedError, WarehouseError
from settings.configuration import Configuration
from steps.log import log
from steps.nights.heartbeat import send_heartbeat
from steps.nights.reporting.run_summary import Summary


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


def write_textfile(configuration: Configuration) -> None:
    """Write the figures into the file that the settings name, if any, in one step; a failure is only logged.

    A collector that reads meanwhile sees the old file or the new one, never a part.
    """
    file = configuration.monitoring.textfile
    if file is None:
        return
    # only an office with such a file needs what makes the figures
    from steps.nights.reporting.metrics import metrics

    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        content = metrics(configuration)
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.chmod(0o644)
        draft.replace(file)
    except (OSError, WarehouseError) as error:
        with suppress(OSError):
            draft.unlink()
        log.warning("không ghi được tệp số liệu giám sát", file=str(file), reason=str(error))


def _signal(configuration: Configuration, *, success: bool, whole: bool) -> None:
    write_textfile(configuration)
    if whole:
        send_heartbeat(configuration.monitoring, success=success)
