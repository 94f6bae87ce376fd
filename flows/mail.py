"""The mail flow, by day: reports trouble and near deadlines, and sends what waits.

It sends after quiet hours, and tries again, with growing pauses, after a server deferred a letter.
"""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.logs import configure_log, shorten_errors
from procedures.errors import LockedError
from settings.reading import load_configuration
from steps.alerts.watchdog import watch

shorten_errors()


@flow(name="mail", log_prints=False)
def mail() -> State[int]:
    """Check, write and send; where a run is under way, leave it to that run."""
    configure_log()
    try:
        posted = watch(load_configuration())
    except LockedError:
        return Completed(message="Một lần chạy đang diễn ra và tự gửi thư của nó", data=0)
    return Completed(message=f"{posted.sent} thư đã gửi, {posted.waiting} thư còn chờ", data=posted.sent)
