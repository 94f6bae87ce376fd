"""A portal that is busy is asked more slowly, and only bit by bit as fast as before; by its own clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest

from extractors.http import throttle as limits
from extractors.http.client import PoliteClient
from extractors.http.throttle import LONGEST_INTERVAL, SPEED_UP_FACTOR, RateLimiter
from procedures.errors import SourceBlocked
from tests.extractors.loopback import Asked, Loopback, Say

RATE = 10.0
BASE = 1 / RATE


def busy_at(*numbers: int, status: int = 429) -> Callable[[Asked], Say]:
    """Busy for the requests of those numbers, counted from 0."""
    count = iter(range(1_000_000))
    lock = threading.Lock()

    def answer(_: Asked) -> Say:
        with lock:
            number = next(count)
        return Say(status=status) if number in numbers else Say()

    return answer


def client(portal: Loopback, **said: Any) -> PoliteClient:
    settings: dict[str, Any] = {
        "requests_per_second": RATE, "concurrency": 1, "timeout": 2.0, "archive": None,
        "source": "national", "pause": 0.001,
    }  # fmt: skip
    return PoliteClient(portal.url, **settings | said)


def gaps(starts: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(starts)]


@pytest.mark.parametrize("status", [429, 503])
def test_each_time_a_portal_is_busy_the_pace_halves(status: int, starts: list[float]) -> None:
    with Loopback(busy_at(3, 6, status=status)) as portal, client(portal) as asking:
        for number in range(9):
            asking.request("GET", f"/{number}", expects="json")
    apart = gaps(starts)
    assert len(apart) == 10
    for first, pace in ((0, 1), (3, 2), (7, 4)):
        assert min(apart[first : first + 3]) >= pace * BASE
    assert asking.counts.slowest_rate == pytest.approx(RATE / 4)


def test_it_picks_up_after_good_answers_and_never_beyond_the_settings(
    monkeypatch: pytest.MonkeyPatch, starts: list[float]
) -> None:
    monkeypatch.setattr(limits, "GOOD_ANSWERS", 3)
    with Loopback(busy_at(0)) as portal, client(portal) as asking:
        for number in range(17):
            asking.request("GET", f"/{number}", expects="json")
    apart = gaps(starts)
    for span, pace in enumerate((2, 2 / SPEED_UP_FACTOR, 2 / SPEED_UP_FACTOR**2, 2 / SPEED_UP_FACTOR**3, 1)):
        assert min(apart[3 * span : 3 * span + 3]) >= pace * BASE
    assert sum(apart[-3:]) < 3 * 1.5 * BASE
    assert asking.counts.slowest_rate == pytest.approx(RATE / 2)


def test_several_that_were_under_way_at_once_halve_it_once() -> None:
    gate = threading.Barrier(4, timeout=5)
    busy = iter(range(4))
    lock = threading.Lock()

    def answer(_: Asked) -> Say:
        with lock:
            first = next(busy, None) is not None
        if first:
            gate.wait()
        return Say(status=503) if first else Say()

    with Loopback(answer) as portal, client(portal, concurrency=4) as asking, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: asking.request("GET", f"/{n}", expects="json"), range(4)))
    assert asking.counts.slowest_rate == pytest.approx(RATE / 2)


def test_other_faults_say_nothing_about_the_pace() -> None:
    with Loopback(busy_at(1, status=500)) as portal, client(portal) as asking:
        for number in range(4):
            asking.request("GET", f"/{number}", expects="json")
    assert asking.counts.slowest_rate is None


def test_a_portal_that_is_busy_again_and_again_is_asked_no_slower_than_the_floor() -> None:
    pace = RateLimiter(1.0)
    for turn in range(10):
        pace.slow_down(turn)
    assert pace.slowest == pytest.approx(1 / LONGEST_INTERVAL)


def test_a_distance_that_the_portal_set_is_never_undercut_by_picking_up() -> None:
    pace = RateLimiter(10.0)
    pace.set_minimum_interval(3.0)
    pace.slow_down(0)
    for _ in range(limits.GOOD_ANSWERS * 10):
        pace.record_success()
    assert pace._interval == 3.0


def test_a_portal_that_stays_busy_still_ends_as_blocked() -> None:
    with Loopback(busy_at(*range(1, 9))) as portal, client(portal) as asking:
        asking.request("GET", "/", expects="json")
        with pytest.raises(SourceBlocked, match="3 lần liền"):
            asking.request("GET", "/x", expects="json")
    assert len(portal.asked) == 4
