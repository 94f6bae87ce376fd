"""The rate at which a source is asked, and the pauses that it asks for."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MARGIN = 1.05
"""Requests reach a portal with some jitter, so the time between two is longer by this factor."""

LONGEST_PAUSE = 120.0
"""Seconds of one Retry-After that are obeyed; a longer one ends the source."""

LONGEST_TOTAL_PAUSE = 180.0
"""Seconds of all Retry-After of one run that are obeyed."""

LONGEST_INTERVAL = 10.0
"""Seconds between two requests beyond which a busy portal does not slow us down."""

GOOD_ANSWERS = 20
"""Good answers in a row, after a portal was busy, that speed up the pace by `SPEED_UP_FACTOR`."""

SPEED_UP_FACTOR = 1.25


class PauseTooLong(Exception):  # noqa: N818 - says what happened
    """A pause longer than a run waits: `seconds` that the portal asked for, or `total` with earlier ones."""

    def __init__(self, seconds: float, total: float) -> None:
        super().__init__(seconds, total)
        self.seconds = seconds
        self.total = total


class ReaderStopped(Exception):  # noqa: N818 - says what happened
    """An interrupted wait: the reader was closed while a thread was waiting for its turn."""


class RateLimiter:
    """A rate limiter: requests start one after the other, `rate` a second, for all threads of a source.

    In any window of one second at most floor(`rate`) requests start; below one a second they are
    1/`rate` apart. A portal that says it is busy halves the pace. `instant` never waits, and counts pauses
    as if it had: for replays.
    """

    def __init__(self, rate: float, *, instant: bool = False) -> None:
        self._shortest_interval = 1 / (rate if rate < 1 else math.floor(rate))
        self._interval = self._longest_interval = self._shortest_interval
        self._good_answers = self._times_slowed = 0
        self._delay_asked = False
        self._instant = instant
        self._start_lock = threading.Lock()
        self._pause_lock = threading.Lock()
        self._stop = threading.Event()
        self._last_start = -math.inf
        self._paused_until = -math.inf
        self._total_pause = 0.0

    @property
    def started(self) -> float:
        """The start of the last request, by the monotonic clock."""
        return self._last_start

    @property
    def slowest(self) -> float | None:
        """The slowest pace so far that a portal asked for, in requests a second; `None` if none did."""
        return 1 / self._longest_interval if self._delay_asked or self._times_slowed else None

    def set_minimum_interval(self, seconds: float) -> None:
        """Keep the portal's own delay between requests (Crawl-delay) where it is longer than ours."""
        with self._pause_lock:
            if seconds > self._shortest_interval:
                self._delay_asked = True
                self._shortest_interval = seconds
                self._interval = max(self._interval, seconds)
                self._longest_interval = max(self._longest_interval, seconds)

    def slow_down(self, turn: int) -> None:
        """Halve the pace: the portal was too busy for a request of that `turn`.

        Of several requests under way at once only the first counts.
        """
        with self._pause_lock:
            self._good_answers = 0
            if turn == self._times_slowed:
                self._times_slowed += 1
                self._interval = min(2 * self._interval, max(LONGEST_INTERVAL, self._shortest_interval))
                self._longest_interval = max(self._longest_interval, self._interval)

    def record_success(self) -> None:
        """Count a good answer."""
        with self._pause_lock:
            self._good_answers += 1
            if self._good_answers >= GOOD_ANSWERS:
                self._good_answers = 0
                self._interval = max(self._shortest_interval, self._interval / SPEED_UP_FACTOR)

    def wait(self) -> int:
        """Wait until the next request may start, and return the turn that `slow_down` takes.

        Raises:
            ReaderStopped: `stop` was called.
        """
        with self._start_lock:
            while True:
                left = max(self._last_start + self._interval * MARGIN, self._paused_until) - time.monotonic()
                if self._stop.is_set():
                    raise ReaderStopped
                if left <= 0 or self._instant:
                    break
                self._stop.wait(left)
            self._last_start = time.monotonic()
            return self._times_slowed

    def pause(self, seconds: float) -> None:
        """Start nothing for so many seconds; pauses that overlap count once.

        Raises:
            PauseTooLong: the pause is longer than a run waits.
        """
        with self._pause_lock:
            now = time.monotonic()
            until = now + seconds
            added = max(0.0, until - max(now, self._paused_until))
            if seconds > LONGEST_PAUSE or self._total_pause + added > LONGEST_TOTAL_PAUSE:
                raise PauseTooLong(seconds, self._total_pause + added)
            self._total_pause += added
            self._paused_until = max(self._paused_until, until)

    def stop(self) -> None:
        """Stop every thread that waits, or comes later."""
        self._stop.set()


def retry_after(value: str | None, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> float | None:
    """Return the seconds of a Retry-After header, given as seconds or a date; `None` for anything else."""
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
