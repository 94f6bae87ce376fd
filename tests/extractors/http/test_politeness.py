"""The polite client, measured at the server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from extractors.http.client import PoliteClient
from extractors.portals.source import ReadRefused, Unread
from procedures.errors import SourceBlocked, SourceFailed
from tests.extractors.loopback import Asked, Loopback, Say


def client(portal: Loopback, **limits: Any) -> PoliteClient:
    settings: dict[str, Any] = {
        "requests_per_second": 500.0,
        "concurrency": 2,
        "timeout": 2.0,
        "archive": None,
        "source": "national",
        "pause": 0.02,
        "department": "Sở Nội vụ tỉnh Hà Tĩnh",
    }
    return PoliteClient(portal.url, **settings | limits)


def in_turn(*answers: Say) -> Callable[[Asked], Say]:
    """The answers one after the other, the last one for ever."""
    left = list(answers)
    lock = threading.Lock()

    def answer(_: Asked) -> Say:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return answer


def test_no_window_of_a_second_has_more_requests_than_the_rate_retries_included(
    starts: list[float],
) -> None:
    with (
        Loopback(in_turn(Say(status=500), Say())) as portal,
        client(portal, requests_per_second=10.0) as asking,
    ):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda n: asking.request("GET", f"/{n}", expects="json"), range(24)))
    assert len(starts) == len(portal.asked) == 25
    assert max(sum(start <= at < start + 1 for at in starts) for start in starts) <= 10
    assert asking.counts.requests == 25
    assert asking.counts.retries == 1


@pytest.mark.parametrize(("rate", "apart"), [(2.5, 0.5), (0.8, 1.25)])
def test_a_slow_rate_keeps_its_distance(rate: float, apart: float, starts: list[float]) -> None:
    with Loopback(in_turn(Say())) as portal, client(portal, requests_per_second=rate) as asking:
        for _ in range(2):
            asking.request("GET", "/", expects="json")
    first, second = starts
    assert len(portal.asked) == 2
    assert second - first >= apart


def test_it_names_the_program_and_the_department_in_every_request() -> None:
    with Loopback(in_turn(Say())) as portal, client(portal) as asking:
        asking.request("GET", "/", expects="json")
    (asked,) = portal.asked
    assert asked.headers["user-agent"].startswith("rasoat/")
    assert "so noi vu" in asked.headers["user-agent"]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_pauses_the_whole_source(form: str) -> None:
    due: list[float] = []

    def answer(_: Asked) -> Say:
        if due:
            return Say()
        until = (datetime.now(UTC) + timedelta(seconds=2)).replace(microsecond=0)
        left = 1.0 if form == "seconds" else until.timestamp() - time.time()
        due.append(time.monotonic() + left)
        return Say(
            status=429,
            headers={"Retry-After": "1" if form == "seconds" else format_datetime(until, usegmt=True)},
        )

    with Loopback(answer) as portal, client(portal) as asking:
        asking.request("GET", "/a", expects="json")
        asking.request("GET", "/b", expects="json")
    assert [each.path for each in portal.asked] == ["/a", "/a", "/b"]
    assert portal.asked[1].at >= due[0] - 0.02


def test_a_pause_that_is_too_long_ends_the_source_as_blocked() -> None:
    busy = Say(status=503, headers={"Retry-After": "3600"})
    with Loopback(in_turn(busy)) as portal, client(portal) as asking:
        with pytest.raises(SourceBlocked, match="3600 giây"):
            asking.request("GET", "/a", expects="json")
        with pytest.raises(SourceBlocked):
            asking.request("GET", "/b", expects="json")
    assert len(portal.asked) == 1


def test_three_refusals_in_a_row_end_the_source_and_nothing_more_is_asked() -> None:
    with Loopback(in_turn(Say(), Say(status=403))) as portal, client(portal) as asking:
        asking.request("GET", "/", expects="json")
        for _ in range(2):
            with pytest.raises(ReadRefused):
                asking.request("GET", "/x", expects="json")
        with pytest.raises(SourceBlocked, match="3 lần liền"):
            asking.request("GET", "/x", expects="json")
        with pytest.raises(SourceBlocked):
            asking.request("GET", "/y", expects="json")
    assert len(portal.asked) == 4


def test_a_challenge_is_reported_and_never_tried_around() -> None:
    page = Say(b"<html>Request Rejected. Your support ID is: 1</html>", kind="text/html")
    with Loopback(in_turn(page)) as portal, client(portal) as asking, pytest.raises(SourceBlocked):
        asking.request("GET", "/", expects="json")
    assert len(portal.asked) == 1


def test_a_redirect_to_another_host_is_not_followed() -> None:
    away = Say(status=302, headers={"Location": "http://example.invalid/"})
    with Loopback(in_turn(away)) as portal, client(portal) as asking:
        with pytest.raises(SourceBlocked, match=r"example\.invalid"):
            asking.request("GET", "/", expects="html")


def test_a_redirect_loop_ends() -> None:
    with Loopback(in_turn(Say(status=302, headers={"Location": "/"}))) as portal, client(portal) as asking:
        with pytest.raises(SourceFailed, match="chuyển hướng"):
            asking.request("GET", "/", expects="html")
    assert len(portal.asked) <= 7


def test_a_body_that_drips_is_given_up_in_time() -> None:
    slow = Say(b"x" * 200, drip=0.05)
    with Loopback(in_turn(slow)) as portal, client(portal, total=0.5, tries=1) as asking:
        start = time.monotonic()
        with pytest.raises(SourceFailed):
            asking.request("GET", "/", expects="html")
        assert time.monotonic() - start < 3


def test_a_body_that_is_too_large_is_named() -> None:
    with (
        Loopback(in_turn(Say(), Say(b"x" * 5000))) as portal,
        client(portal, max_bytes=1000, tries=1) as asking,
    ):
        asking.request("GET", "/", expects="json")
        with pytest.raises(Unread, match="lớn"):
            asking.request("GET", "/", expects="html")


def test_a_session_that_ran_out_is_renewed_once_for_all_threads() -> None:
    sessions = 0
    lock = threading.Lock()

    def answer(asked: Asked) -> Say:
        nonlocal sessions
        with lock:
            if asked.path == "/":
                sessions += 1
                return Say(b"<p>ok</p>", headers={"Set-Cookie": f"S={sessions}; Path=/"}, kind="text/html")
            cookie = asked.headers.get("cookie", "")
            return Say() if cookie == f"S={max(sessions, 1)}" and sessions >= 2 else Say(status=403)

    with Loopback(answer) as portal, client(portal, session_path="/", concurrency=4) as asking:
        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda n: asking.request("GET", f"/{n}", expects="json"), range(8)))
    assert all(answer.status == 200 for answer in done)
    assert portal.paths.count("/") == 2


def test_a_dead_portal_is_given_up_after_a_few_quick_tries() -> None:
    with Loopback(in_turn(Say())) as portal:
        pass
    asking = client(portal)
    start = time.monotonic()
    with pytest.raises(SourceFailed, match=r"không nối được \(máy chủ từ chối kết nối\)"):
        asking.request("GET", "/", expects="json")
    asking.close()
    assert time.monotonic() - start < 5
