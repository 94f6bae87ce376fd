"""A worker dies in the middle of a night, its run with it; the other worker takes the night up."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.up import start_worker, stop
from portals.faulty_replies import Reply
from portals.server import Portal, Request
from steps.database import open_locked
from tests.flows.served import Served
from tests.office import EVENING, NIGHTS, SmallOffice
from tests.steps.kills import differences, lasting

MIDWAY = 20
"""So many records were given out when the worker died."""


def descendants(pid: int) -> list[int]:
    """The processes that `pid` started, and those that these started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [found for child in map(int, children) for found in (child, *descendants(child))]


class Strike:
    """Kills the worker that carries the night out, and the night's own process, at the n-th record."""

    def __init__(self, portal: Portal, workers: list[subprocess.Popen[bytes]]) -> None:
        self.details = 0
        self.struck: list[int] = []
        self._portal, self._own, self._workers = portal, portal.reply, workers
        self._lock = threading.Lock()

    def reply(self, asked: Request) -> Reply:
        with self._lock:
            self.details += self._portal.locate(asked).where == "detail"
            if self.details > MIDWAY and not self.struck:
                families = {worker.pid: descendants(worker.pid) for worker in self._workers}
                busy = max(families, key=lambda pid: len(families[pid]))
                self.struck = [busy, *families[busy]]
                for pid in self.struck:
                    os.kill(pid, signal.SIGKILL)
        return self._own(asked)


@contextmanager
def striking(portal: Portal, workers: list[subprocess.Popen[bytes]]) -> Iterator[Strike]:
    strike = Strike(portal, workers)
    own, portal.reply = portal.reply, strike.reply  # type: ignore[method-assign]  # what it is asked is counted
    try:
        yield strike
    finally:
        portal.reply = own  # type: ignore[method-assign]


def test_a_night_that_a_dead_worker_left_behind_is_taken_up_by_the_other(
    served: Served, done: dict[str, Any], tmp_path: Path
) -> None:
    assert done["nightly"]["state"]["type"] == "COMPLETED"
    office = SmallOffice(tmp_path, served.portals)
    office.take_in(office.sample_catalogue(), as_of=EVENING)
    workers = [start_worker(served.environment_of(office), number) for number in (1, 2)]
    try:
        with striking(served.portals.national, workers) as strike:
            first = served.ended(served.order("nightly", as_of=NIGHTS[0]))
            assert (first["state"]["type"], len(strike.struck) > 1) == ("CRASHED", True), first["state"]
            assert "đã chết" in first["state"]["message"]
            assert sum(worker.poll() is None for worker in workers) == 1
            with open_locked(office.configuration):
                pass  # the warehouse's lock went with its holder
            second = served.run("nightly", as_of=NIGHTS[0], second_try=True)
            assert second["state"]["type"] == "COMPLETED", second["state"]
            asked = strike.details
            third = served.run("nightly", as_of=NIGHTS[0], second_try=True)
    finally:
        stop([worker for worker in workers if worker.poll() is None])
    assert third["state"]["message"] == "Đêm 22/11/2026 đã xong, không hỏi cổng thêm"
    assert strike.details == asked
    assert [row["status"] for row in office.rows("v_run")][-2:] == ["failed", "complete"]
    assert differences(office, lasting(served.office)) == []
