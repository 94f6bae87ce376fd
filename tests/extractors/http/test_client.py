"""What the polite client makes of answers, body by body, and when it gives up."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from extractors.http import circuit_breaker as limits
from extractors.http.client import PoliteClient
from extractors.http.exchange import user_agent
from extractors.http.response_body import DamagedAnswer, json_value
from extractors.http.throttle import (
    LONGEST_PAUSE,
    LONGEST_TOTAL_PAUSE,
    PauseTooLong,
    RateLimiter,
    ReaderStopped,
    retry_after,
)
from extractors.portals.source import ReadRefused, Unread
from procedures.errors import SourceBlocked, SourceFailed
from tests.extractors.loopback import Asked, Loopback, Say

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ZIPPED = {"Content-Encoding": "gzip"}


def client(portal: Loopback, **said: Any) -> PoliteClient:
    settings: dict[str, Any] = {
        "requests_per_second": 1000.0, "concurrency": 2, "timeout": 2.0, "archive": None,
        "source": "national", "pause": 0.01,
    }  # fmt: skip
    return PoliteClient(portal.url, **settings | said)


def by_path(**said: Say) -> Callable[[Asked], Say]:
    """An answer for each first part of a path; whatever else is asked is well."""
    return lambda asked: said.get(asked.path.split("/")[1], Say())


def ask(asking: PoliteClient, path: str, expects: Any = "json") -> Any:
    return asking.request("GET", path, expects=expects)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Sun, 22 Nov 2026 02:01:30 GMT", 90.0),
        ("Sun, 22 Nov 2026 09:01:30 +0700", 90.0),
        ("Sun, 22 Nov 2026 01:00:00 GMT", 0.0),
        ("", None),
        (None, None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_nothing_else(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, lambda: NOW) == seconds


def test_pauses_that_overlap_count_once_and_those_of_a_run_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pace, clock = RateLimiter(100.0), [1000.0]
    with monkeypatch.context() as moved:
        moved.setattr(time, "monotonic", lambda: clock[0])
        for _ in range(5):
            pace.pause(LONGEST_PAUSE)
        clock[0] += LONGEST_PAUSE
        with pytest.raises(PauseTooLong) as wait:
            pace.pause(LONGEST_TOTAL_PAUSE - LONGEST_PAUSE + 1)
        pace.pause(LONGEST_TOTAL_PAUSE - LONGEST_PAUSE)
    assert wait.value.total == LONGEST_TOTAL_PAUSE + 1


def test_no_single_pause_is_longer_than_a_run_can_bear() -> None:
    with pytest.raises(PauseTooLong):
        RateLimiter(100.0).pause(LONGEST_PAUSE + 1)


def test_whoever_waits_for_a_turn_is_sent_home_when_the_client_closes() -> None:
    pace = RateLimiter(0.1)
    pace.wait()
    with ThreadPoolExecutor(1) as pool:
        start = time.monotonic()
        waiting = pool.submit(pace.wait)
        time.sleep(0.05)
        pace.stop()
        with pytest.raises(ReaderStopped):
            waiting.result(timeout=2)
        assert time.monotonic() - start < 2


def test_a_closed_client_asks_nothing_more() -> None:
    with Loopback(by_path()) as portal:
        asking = client(portal)
        asking.close()
        with pytest.raises(SourceFailed, match="dừng giữa chừng"):
            ask(asking, "/")
        assert portal.asked == []


def test_a_packed_answer_is_unpacked_and_counted_as_it_came() -> None:
    packed = gzip.compress(b'{"ok":true}' + b" " * 10_000)
    with Loopback(by_path(x=Say(packed, headers=ZIPPED))) as portal, client(portal) as asking:
        assert ask(asking, "/x").json == {"ok": True}
    assert asking.counts.bytes == len(packed)


def test_a_small_body_that_unpacks_to_a_huge_one_is_not_unpacked_whole() -> None:
    bomb = gzip.compress(b" " * 30_000_000)
    with (
        Loopback(by_path(bomb=Say(bomb, headers=ZIPPED))) as portal,
        client(portal, max_bytes=10_000) as asking,
    ):
        ask(asking, "/")
        with pytest.raises(Unread, match="lớn hơn 10,000 byte"):
            ask(asking, "/bomb")
    assert portal.paths == ["/", "/bomb"], "what is too large once is too large again"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Say(gzip.compress(b'{"a":1}')[:-6], headers=ZIPPED), "cụt"),
        (Say(b"no gzip at all", headers=ZIPPED), "bị hỏng"),
        (Say(b"{}", headers={"Content-Encoding": "br"}), "không hỏi tới"),
        (Say(b'{"code":"OK","data":{"it'), "JSON không đọc được"),
        (Say(b'{"fee":NaN}'), "NaN"),
        (Say('{"name":"đơn"}'.encode("windows-1258")), "JSON không đọc được"),
        (Say(b""), "JSON không đọc được"),
        (Say(b"{}", 500), "500"),
    ],
    ids=["cut gzip", "no gzip", "brotli", "cut JSON", "NaN", "other letters", "empty", "500"],
)
def test_what_another_try_may_cure_is_tried_three_times_and_then_named(said: Say, words: str) -> None:
    with Loopback(by_path(x=said)) as portal, client(portal) as asking:
        ask(asking, "/")
        with pytest.raises(Unread, match=words):
            ask(asking, "/x")
        ask(asking, "/")
    assert portal.paths == ["/", "/x", "/x", "/x", "/"]
    assert (asking.counts.requests, asking.counts.retries) == (5, 2)


def test_json_nested_deeper_than_any_record_is_named_and_not_tried_again() -> None:
    with Loopback(by_path(x=Say(b"[" * 100_000 + b"]" * 100_000))) as portal, client(portal) as asking:
        ask(asking, "/")
        with pytest.raises(Unread, match="quá sâu"):
            ask(asking, "/x")
    assert portal.paths == ["/", "/x"]


@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_is_read_in_every_encoding_of_its_standard(letters: str) -> None:
    assert json_value('{"name":"Thành lập hội"}'.encode(letters)) == {"name": "Thành lập hội"}


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_no_json(word: str) -> None:
    with pytest.raises(DamagedAnswer, match=word):
        json_value(f"[{word}]".encode())


def test_waits_grow_between_tries() -> None:
    with Loopback(by_path(x=Say(status=502))) as portal, client(portal, pause=0.2) as asking:
        ask(asking, "/")
        with pytest.raises(Unread):
            ask(asking, "/x")
    times = [each.at for each in portal.asked[1:]]
    first, second = times[1] - times[0], times[2] - times[1]
    assert first >= 0.19
    assert second >= 0.38


def test_twenty_lost_requests_in_a_row_end_the_source_and_one_good_answer_between_them_does_not() -> None:
    many = limits.FAULTS_IN_A_ROW
    with Loopback(by_path(x=Say(status=502))) as portal, client(portal, tries=1) as asking:
        for _ in range(2):
            ask(asking, "/")
            for _ in range(many - 1):
                with pytest.raises(Unread):
                    ask(asking, "/x")
        with pytest.raises(SourceFailed, match=f"{many} yêu cầu hỏng liền"):
            ask(asking, "/x")
        asked = len(portal.asked)
        with pytest.raises(SourceFailed):
            ask(asking, "/")
    assert len(portal.asked) == asked


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Moves the clock."""
    now = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: now() + seconds)


def test_a_portal_that_only_fails_for_too_long_is_called_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback(by_path(x=Say(status=502))) as portal, client(portal, tries=1) as asking:
        ask(asking, "/")
        with pytest.raises(Unread):
            ask(asking, "/x")
        later(monkeypatch, limits.LONGEST_SILENCE)
        with pytest.raises(SourceFailed):
            ask(asking, "/")
    assert len(portal.asked) == 2


def test_a_night_that_asks_nothing_for_long_is_no_silence_of_the_portal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Loopback(by_path()) as portal, client(portal) as asking:
        ask(asking, "/")
        later(monkeypatch, limits.LONGEST_SILENCE)
        ask(asking, "/")
    assert len(portal.asked) == 2


@pytest.mark.parametrize("status", [401, 403, 406, 451])
def test_a_refusal_of_the_first_thing_asked_ends_the_source_at_once(status: int) -> None:
    with Loopback(by_path(x=Say(status=status))) as portal, client(portal) as asking:
        with pytest.raises(SourceBlocked, match=str(status)):
            ask(asking, "/x")
    assert len(portal.asked) == 1


def test_one_refusal_among_good_answers_is_only_its_own() -> None:
    with Loopback(by_path(x=Say(status=406))) as portal, client(portal) as asking:
        for _ in range(4):
            ask(asking, "/")
            with pytest.raises(ReadRefused):
                ask(asking, "/x")


def test_a_429_without_a_word_of_how_long_is_tried_again_and_ends_the_source_the_third_time() -> None:
    with Loopback(by_path(x=Say(status=429))) as portal, client(portal) as asking:
        ask(asking, "/")
        with pytest.raises(SourceBlocked, match="3 lần liền"):
            ask(asking, "/x")
    assert portal.paths.count("/x") == 3


def test_a_session_that_stays_refused_after_its_renewal_ends_the_source() -> None:
    def answer(asked: Asked) -> Say:
        if asked.path == "/":
            return Say(b"<p>ok</p>", headers={"Set-Cookie": "S=1; Path=/"}, kind="text/html")
        return Say(status=403)

    with Loopback(answer) as portal, client(portal, session_path="/") as asking:
        with pytest.raises(SourceBlocked):
            ask(asking, "/api")
        with pytest.raises(SourceBlocked):
            ask(asking, "/api")
    assert portal.paths == ["/", "/api", "/", "/api"]


def test_an_answer_that_is_no_page_of_ours_is_still_an_answer() -> None:
    page = Say(b"<p>404</p>", 404, kind="text/html")
    with Loopback(by_path(gone=page)) as portal, client(portal) as asking:
        ask(asking, "/")
        assert ask(asking, "/gone", "html").status == 404


def test_a_web_page_where_json_is_due_is_a_challenge_even_with_status_200() -> None:
    page = Say(b"<!doctype html><html><body>xin cho</body></html>", kind="text/html")
    with Loopback(by_path(api=page)) as portal, client(portal) as asking:
        ask(asking, "/")
        with pytest.raises(SourceBlocked, match="trang kiểm tra"):
            ask(asking, "/api")
    assert len(portal.asked) == 2


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://dichvucong.gov.vn/a", True),
        ("https://dichvucong.gov.vn:443/a", True),
        ("https://DICHVUCONG.gov.vn/a", True),
        ("http://dichvucong.gov.vn/a", False),
        ("https://dichvucong.gov.vn:8443/a", False),
        ("https://dichvucong.gov.vn.evil.example/a", False),
        ("https://dichvucong.gov.vn@evil.example/a", False),
        ("ftp://dichvucong.gov.vn/a", False),
        ("file:///etc/passwd", False),
    ],
)
def test_only_the_configured_host_is_ours(url: str, same: bool) -> None:
    asking = PoliteClient(
        "https://dichvucong.gov.vn", requests_per_second=1, concurrency=1, timeout=1, archive=None, source="x"
    )
    assert asking.same_host(url) is same
    asking.close()


def test_a_redirect_within_the_host_is_followed_and_counted() -> None:
    with (
        Loopback(by_path(old=Say(status=302, headers={"Location": "/new"}))) as portal,
        client(portal) as asking,
    ):
        assert ask(asking, "/old").status == 200
    assert portal.paths == ["/old", "/new"]
    assert asking.counts.requests == 2


def test_never_more_requests_at_once_than_allowed() -> None:
    at_once: list[int] = []
    lock = threading.Lock()
    running = 0

    def answer(_: Asked) -> Say:
        nonlocal running
        with lock:
            running += 1
            at_once.append(running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return Say()

    with Loopback(answer) as portal, client(portal, concurrency=3) as asking:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: ask(asking, f"/{n}"), range(24)))
    assert len(portal.asked) == 24
    assert 2 <= max(at_once) <= 3


def test_a_department_s_name_travels_in_letters_that_a_header_may_hold() -> None:
    assert user_agent("Sở Nội vụ tỉnh Đắk Lắk").isascii()
    assert user_agent().startswith("rasoat/")
    assert "\n" not in user_agent("Sở\nNội vụ")


def test_requests_one_after_the_other_use_one_connection() -> None:
    with Loopback(by_path()) as portal, client(portal) as asking:
        for _ in range(5):
            ask(asking, "/x")
    assert len({asked.port for asked in portal.asked}) == 1


def test_a_connection_that_the_portal_ends_is_not_used_again() -> None:
    ending = Say(headers={"Connection": "close"})
    with Loopback(by_path(last=ending)) as portal, client(portal) as asking:
        for path in ("/x", "/last", "/x", "/x"):
            ask(asking, path)
    ports = [asked.port for asked in portal.asked]
    assert ports[0] == ports[1] != ports[2] == ports[3]
    assert asking.counts.retries == 0


def test_a_cookie_is_sent_where_it_belongs_until_it_is_replaced_or_expires(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answer(asked: Asked) -> Say:
        cookies = {"/a": "s=1; Path=/a", "/a/new": "s=2; Path=/a; Max-Age=60"}
        return Say(headers={"Set-Cookie": cookies[asked.path]}) if asked.path in cookies else Say()

    with Loopback(answer) as portal, client(portal) as asking:
        for path in ("/a", "/a/x", "/a/x", "/b", "/a/new", "/a/x", "/a/x"):
            ask(asking, path)
        with monkeypatch.context() as later:
            now = time.time()
            later.setattr(time, "time", lambda: now + 61)
            ask(asking, "/a/x")
    sent = [(asked.path, asked.headers.get("cookie")) for asked in portal.asked]
    assert sent == [
        ("/a", None),
        ("/a/x", "s=1"),
        ("/a/x", "s=1"),
        ("/b", None),
        ("/a/new", "s=1"),
        ("/a/x", "s=2"),
        ("/a/x", "s=2"),
        ("/a/x", None),
    ]


def test_a_user_and_password_in_the_address_are_sent_as_a_header() -> None:
    with Loopback(by_path()) as portal:
        with_user = portal.url.replace("://", "://so:m%40t@")
        with client(portal) as asking:
            asking.request("GET", f"{with_user}/x", expects="json")
    assert portal.asked[0].headers["authorization"] == "Basic c286bUB0"
    assert "so" not in portal.asked[0].headers["host"]
