"""The mail flow, by day: trouble and near deadlines are told, and what waits is sent.

It is what sends after quiet hours, and what tries again, with growing pauses, after a server put a
letter off.
"""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.logs import keep_errors_to_a_line
from procedures.errors import LockedError
from steps.alerts.watchdog import watch
from steps.settings import load

keep_errors_to_a_line()


@flow(name="mail", log_prints=False)
def mail() -> State[int]:
    """Look, write and send; leaves it to the run that is under way where there is one."""
    try:
        posted = watch(load())
    except LockedError:
        return Completed(message="Một lần chạy đang diễn ra và tự gửi thư của nó", data=0)
    return Completed(message=f"{posted.sent} thư đã gửi, {posted.waiting} thư còn chờ", data=posted.sent)
