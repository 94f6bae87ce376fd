"""What a bundled portal is asked for, and a process that dies at the n-th record."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections import Counter

from portals.faults import Target
from portals.faulty_replies import Reply
from portals.server import Portal, Request

MIDWAY = 120
"""So many records were given out when the night was killed."""


class Watch:
    """Counts what a portal is asked for, by kind and id, and kills a process at the n-th detail."""

    def __init__(self, portal: Portal, midway: int = MIDWAY) -> None:
        self.midway = midway
        self.asked: Counter[Target] = Counter()
        self.victim: subprocess.Popen[bytes] | None = None
        self.started = threading.Event()
        self._own = portal.reply
        self._portal = portal
        portal.reply = self.reply  # type: ignore[method-assign]

    def reply(self, asked: Request) -> Reply:
        target = self._portal.locate(asked)
        if target.where == "detail":
            self.asked[target] += 1
            if self.victim is not None and len(self.details) > self.midway:
                self.started.wait()
                os.kill(self.victim.pid, signal.SIGKILL)
        return self._own(asked)

    @property
    def details(self) -> dict[str | None, int]:
        return {target.key: number for target, number in self.asked.items()}
