"""How fast a source is asked, and how long it is left alone when it asks for that."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MARGIN = 1.05
"""Requests reach a portal with some jitter; so much longer than asked for is the time between two."""

LONGEST_PAUSE = 120.0
"""Seconds of one Retry-After that are obeyed; a longer one ends the source."""

PAUSES_OF_A_RUN = 180.0
"""Seconds of all Retry-After of one run that are obeyed."""

SLOWEST = 10.0
"""Seconds between two requests beyond which a busy portal slows a reader no further."""

GOOD_ANSWERS = 20
"""So many good answers in a row after a portal was busy, and the pace picks up again by `PICKS_UP`."""

PICKS_UP = 1.25


class TooLongToWait(Exception):  # noqa: N818 - says what happened
    """The portal asked for a longer pause than a run waits; `seconds` of it, `total` with those before."""

    def __init__(self, seconds: float, total: float) -> None:
        super().__init__(seconds, total)
        self.seconds = seconds
        self.total = total


class Stopped(Exception):  # noqa: N818 - says what happened
    """The reader was closed while a thread was waiting for its turn."""


class Pace:
    """Lets requests start one after the other, `rate` a second, for all threads of a source.

    In any window of one second at most floor(`rate`) requests start; below one a second they are
    1/`rate` apart. A portal that says it is busy halves the pace. `instant` never waits, and counts pauses
    as if it had: for replays.
    """

    def __init__(self, rate: float, *, instant: bool = False) -> None:
        self._least = 1 / (rate if rate < 1 else math.floor(rate))
        self._apart = self._longest = self._least
        self._good = self._times_slowed = 0
        self._asked_for = False
        self._instant = instant
        self._turn = threading.Lock()
        self._pausing = threading.Lock()
        self._stop = threading.Event()
        self._last = -math.inf
        self._paused_until = -math.inf
        self._paused_for = 0.0

    @property
    def started(self) -> float:
        """When the last request was let go, by the monotonic clock."""
        return self._last

    @property
    def slowest(self) -> float | None:
        """The slowest pace so far that a portal asked for, in requests a second; `None` if none did."""
        return 1 / self._longest if self._asked_for or self._times_slowed else None

    def at_least(self, seconds: float) -> None:
        """The portal's own distance between requests (Crawl-delay), where it is longer than ours."""
        with self._pausing:
            if seconds > self._least:
                self._asked_for = True
                self._least = seconds
                self._apart = max(self._apart, seconds)
                self._longest = max(self._longest, seconds)

    def slow_down(self, turn: int) -> None:
        """The portal was too busy for a request of that `turn`: from now on half as fast.

        Of several that were under way at once only the first counts.
        """
        with self._pausing:
            self._good = 0
            if turn == self._times_slowed:
                self._times_slowed += 1
                self._apart = min(2 * self._apart, max(SLOWEST, self._least))
                self._longest = max(self._longest, self._apart)

    def good(self) -> None:
        """A good answer came."""
        with self._pausing:
            self._good += 1
            if self._good >= GOOD_ANSWERS:
                self._good = 0
                self._apart = max(self._least, self._apart / PICKS_UP)

    def wait(self) -> int:
        """Returns when the next request may start; gives the turn that `slow_down` asks for.

        Raises:
            Stopped: `stop` was called.
        """
        with self._turn:
            while True:
                left = max(self._last + self._apart * MARGIN, self._paused_until) - time.monotonic()
                if self._stop.is_set():
                    raise Stopped
                if left <= 0 or self._instant:
                    break
                self._stop.wait(left)
            self._last = time.monotonic()
            return self._times_slowed

    def pause(self, seconds: float) -> None:
        """Nothing starts for so many seconds; pauses that overlap count once.

        Raises:
            TooLongToWait: it is more than one run waits.
        """
        with self._pausing:
            now = time.monotonic()
            until = now + seconds
            added = max(0.0, until - max(now, self._paused_until))
            if seconds > LONGEST_PAUSE or self._paused_for + added > PAUSES_OF_A_RUN:
                raise TooLongToWait(seconds, self._paused_for + added)
            self._paused_for += added
            self._paused_until = max(self._paused_until, until)

    def stop(self) -> None:
        """Whoever waits, and whoever comes, is sent home."""
        self._stop.set()


def retry_after(value: str | None, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> float | None:
    """Seconds of a Retry-After header, given as seconds or as an HTTP date; `None` for anything else."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now()).total_seconds())
