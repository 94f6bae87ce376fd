"""The polite client: rate, concurrency, retries and sizes are bounded here, not by each caller."""

from __future__ import annotations

import os
import threading
from collections.abc import Container, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx
import stamina
import stamina.instrumentation

from extractors.archive.raw_archive import Recorder, without_credentials
from extractors.archive.resume import EarlierAnswers, InterruptedAnswers
from extractors.http.circuit_breaker import LONGEST_SILENCE, CircuitBreaker, RetryableFault
from extractors.http.classify import Answer, Expects, classify
from extractors.http.deadline_transport import DeadlineTransport, trust_context
from extractors.http.exchange import (
    NETWORK,
    EarlierAnswer,
    Exchanger,
    archived_answer,
    redirect_target,
    same_host,
    user_agent,
)
from extractors.http.request_body import content_type, encoded_body
from extractors.http.response_body import DamagedAnswer, json_value
from extractors.http.robots import NO_RULES, RobotsRules, parse_rules
from extractors.http.robots import PATH as ROBOTS
from extractors.http.throttle import PauseTooLong, RateLimiter, ReaderStopped, retry_after
from extractors.portals.source import RequestCounts, Unread
from procedures.errors import SourceBlocked, SourceFailed, SourceRefused
from procedures.proxies import Route, find_route
from settings.sources import SourceSettings

# The default hook prints each retry; standard output carries results, and retries are counted here.
stamina.instrumentation.set_on_retry_hooks(())

MAX_BYTES = 50 << 20
MAX_REDIRECTS = 5
LONGEST_HOST = 100
"""Characters of another host's name that an error message repeats."""
RENEWALS_OF_A_REQUEST = 3
PATIENCE = 60.0
"""Seconds after which an unanswered request is not tried again: a portal that drips or hangs on every try
would otherwise hold a run for more than the five minutes it may take."""


class PoliteClient:
    """A client that asks one portal and counts its requests. Threads may share it.

    `timeout`: seconds for connecting, or for waiting for the next bytes; `total`: seconds for a whole answer.
    `pause`: seconds before the second try, doubled before each later one. With a `transport` (a replay)
    nothing is sent and there is no waiting. `session_path`: a page whose cookies make the other addresses
    answer; it is read first, and again, once for all threads, when they expire. With `robots`, the portal's
    robots.txt is read before anything else, and obeyed. `proxy`: as in the source's settings.
    `known` are hashes of answers that were read on an earlier night, and need not be parsed.

    Raises from `request`:
        Unread: this one request had no answer; the source goes on.
        SourceBlocked: the portal turned us away. Every later request raises it too.
        SourceFailed: the portal is down.
    """

    def __init__(
        self,
        base_url: str,
        *,
        requests_per_second: float,
        concurrency: int,
        timeout: float,
        archive: Recorder | None,
        source: str,
        ca_file: Path | None = None,
        max_bytes: int = MAX_BYTES,
        total: float = 60.0,
        tries: int = 3,
        pause: float = 1.0,
        silence: float = LONGEST_SILENCE,
        session_path: str | None = None,
        robots: bool = False,
        department: str = "",
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
        unfinished: InterruptedAnswers | None = None,
        earlier: EarlierAnswers | None = None,
        proxy: str | None = None,
        known: Container[str | None] = (),
    ) -> None:
        route = Route() if transport else find_route(base_url, proxy, os.environ)
        self.base_url = base_url.rstrip("/")
        self.source = source
        self._recorder = archive
        self._unfinished = unfinished
        self._earlier = earlier
        self._known = known
        self._tries = tries
        self._pause = 0.0 if transport else pause
        self._breaker = CircuitBreaker(silence, route.proxy.display_address if route.proxy else "")
        self._session_path = session_path
        self._pace = RateLimiter(requests_per_second, instant=transport is not None)
        self._slots = threading.BoundedSemaphore(concurrency)
        self._lock = threading.Lock()
        self._renewal_lock = threading.Lock()
        self._robots_lock = threading.Lock()
        self._rules: RobotsRules | None = None if robots else NO_RULES
        self._session = self._proven = 0
        self._replaying = transport is not None
        self._exchanges = Exchanger(
            transport or DeadlineTransport(trust_context(ca_file), total=total, proxy=route.proxy),
            timeout=timeout,
            max_bytes=max_bytes,
            recorder=archive,
            headers={
                "User-Agent": user_agent(department),
                "Accept-Encoding": "gzip, deflate",
                **(headers or {}),
            },
        )

    @classmethod
    def of(cls, settings: SourceSettings, recorder: Recorder | None, **options: Any) -> Self:
        """Return the client that a source's settings ask for; `options` are those of the source's kind."""
        return cls(
            settings.base_url or "",
            requests_per_second=settings.requests_per_second,
            concurrency=settings.concurrency,
            timeout=settings.timeout,
            total=settings.answer_within,
            pause=settings.retry_pause,
            archive=recorder,
            source=settings.name,
            ca_file=settings.ca_file,
            robots=settings.robots,
            proxy=settings.proxy,
            **options,
        )

    @property
    def counts(self) -> RequestCounts:
        """The requests so far, retries and redirects included."""
        return RequestCounts(**self._exchanges.counted, slowest_rate=self._pace.slowest)

    def close(self) -> None:
        """Cut the connections and wake the waiting threads, which then stop."""
        self._pace.stop()
        self._exchanges.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def request(
        self, method: str, url: str, *, expects: Expects, body: Any = None, row: str | None = None
    ) -> Answer:
        """Return one answer, after retries. `url` is a path of the portal or an address on its host.

        `row` is the digest of the listing's row that leads to the record. With it, an answer that an
        interrupted reading already made a record of is taken over without a request; for an answer of an
        earlier night to the same row the portal is asked whether it is unchanged.
        """
        address = url if "://" in url else _absolute(self.base_url, url)
        taken_over = None if row is None else self._take_over(method, address, body, row)
        if taken_over is not None:
            return self._parse_json(taken_over) if expects == "json" else taken_over
        self._read_robots()
        if self._session_path is not None and expects != "page":
            self._renew(0)
        earlier = None
        if self._earlier is not None and row is not None and body is None:
            earlier = self._earlier.answer(method, without_credentials(address), None, row)
        return self._request_with_retries(method, address, expects, body, earlier)

    def _read_robots(self) -> None:
        """Read the portal's robots.txt, once for all threads, before any other request.

        A portal whose robots.txt cannot be read is asked for nothing (RFC 9309, 2.3.1.4).
        """
        if self._rules is not None:
            return
        with self._robots_lock:
            if self._rules is None:
                answer = self._request_with_retries(
                    "GET", urljoin(self.base_url + "/", ROBOTS), "robots", None
                )
                rules = parse_rules(answer.status, answer.body)
                self._pace.set_minimum_interval(rules.delay)
                self._rules = rules

    def _request_with_retries(
        self, method: str, address: str, expects: Expects, body: Any, earlier: EarlierAnswer | None = None
    ) -> Answer:
        try:
            for attempt in stamina.retry_context(
                on=_is_retryable,
                attempts=self._tries,
                timeout=PATIENCE,
                wait_initial=self._pause,
                wait_max=self._pause * 8,
                wait_jitter=0,
            ):
                with attempt:
                    if attempt.num > 1:
                        self._exchanges.count("retries")
                    return self._request_in_session(method, address, expects, body, earlier)
        except RetryableFault as fault:
            raise self._breaker.lost_answer_error(address, fault.reason) from fault
        except ReaderStopped as stop:
            raise SourceFailed("đã dừng giữa chừng") from stop
        raise AssertionError("a retry loop always returns or raises")

    def record_settled(self, answer: Answer, row: str) -> None:
        """Record that `answer` became a record, for a later reading that takes over from this one."""
        if self._recorder is not None and answer.hash is not None:
            self._recorder.record_settled(row, answer.hash)

    def _take_over(self, method: str, address: str, body: Any, row: str) -> Answer | None:
        if self._unfinished is None:
            return None
        stored = self._unfinished.answer(method, without_credentials(address), encoded_body(body), row)
        if stored is None:
            return None
        exchange, received = stored
        if self._recorder is not None:
            self._recorder.record_taken_over(exchange)
        self._exchanges.count("taken_over")
        return archived_answer(exchange, received, address)

    def _request_in_session(
        self, method: str, address: str, expects: Expects, body: Any, earlier: EarlierAnswer | None
    ) -> Answer:
        answer = self._follow_redirects(method, address, expects, body, earlier)
        for _ in range(RENEWALS_OF_A_REQUEST):
            if not self._session_expired(answer, expects):
                return self._judge(answer, expects)
            if answer.session > max(1, self._proven) and not self._replaying:
                break  # a session just renewed, which no request has passed with
            self._renew(answer.session)
            answer = self._follow_redirects(method, address, expects, body, earlier)
        if self._session_expired(answer, expects):
            raise self._breaker.end_source(SourceRefused("cổng trả lời 403 cả sau khi làm mới phiên"))
        return self._judge(answer, expects)

    def _session_expired(self, answer: Answer, expects: Expects) -> bool:
        """Whether a 403 may mean no more than that the session's cookies ran out."""
        if self._session_path is None or expects in ("page", "robots") or answer.status != 403:
            return False
        return classify(answer, expects) == "refused"

    def _judge(self, answer: Answer, expects: Expects) -> Answer:
        kind = classify(answer, expects)
        if kind == "challenge":
            raise self._breaker.end_source(SourceRefused(_challenge_reason(answer, kind)))
        if answer.status in (429, 503):
            self._pace.slow_down(answer.slowdowns)
        seconds = retry_after(answer.retry_after) if answer.status in (429, 503) else None
        if seconds is not None:
            self._obey(seconds)
        if kind == "refused":
            raise self._breaker.refusal_error(answer.status, paused=seconds is not None)
        if kind == "fault":
            raise self._breaker.retryable(f"cổng trả lời {answer.status}", wait=seconds is None)
        if expects == "json" and answer.hash not in self._known:
            answer = self._parse_json(answer)
        self._pace.record_success()
        self._breaker.record_success(data=expects not in ("page", "robots"))
        with self._lock:
            self._proven = max(self._proven, answer.session)
        return answer

    def _parse_json(self, answer: Answer) -> Answer:
        try:
            return replace(answer, json=json_value(answer.body))
        except DamagedAnswer as error:
            if answer.status >= 400:
                return answer  # a web page that says 404 is an answer too
            raise self._breaker.damaged_answer_error(error, answer.url) from error

    def _obey(self, seconds: float) -> None:
        try:
            self._pace.pause(seconds)
        except PauseTooLong as wait:
            asked = f"cổng yêu cầu chờ {wait.seconds:.0f} giây"
            total = "" if wait.total <= wait.seconds else f", cộng {wait.total:.0f} giây cả lần chạy"
            reason = f"{asked}{total}, quá mức chờ cho phép"
            raise self._breaker.end_source(SourceRefused(reason, wait.seconds)) from wait

    def _renew(self, seen: int) -> None:
        """Open a new session, unless another thread has opened one since `seen`."""
        if self._session > seen:
            return
        with self._renewal_lock:
            if self._session > seen or self._session_path is None:
                return
            self._exchanges.cookies.clear()
            self.request("GET", self._session_path, expects="page")
            self._session += 1

    def _follow_redirects(
        self, method: str, address: str, expects: Expects, body: Any, earlier: EarlierAnswer | None
    ) -> Answer:
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._send(method, address, expects, body, earlier)
            if answer.status not in (301, 302, 303, 307, 308) or not answer.location:
                return answer
            target = redirect_target(address, answer.location)
            if not self.same_host(target):
                if expects == "robots":
                    return answer
                host = (urlsplit(target).netloc or answer.location)[:LONGEST_HOST]
                raise self._breaker.end_source(SourceBlocked(f"cổng chuyển hướng sang máy chủ khác ({host})"))
            if answer.status < 307:
                method, body = "GET", None
            address, earlier = target, None
        if expects == "robots":
            return answer
        raise self._breaker.lost_answer_error(address, f"chuyển hướng quá {MAX_REDIRECTS} lần")

    def same_host(self, url: str) -> bool:
        """Whether an address is on the configured host; a step down from https to http is not."""
        return same_host(self.base_url, url)

    def _send(
        self, method: str, address: str, expects: Expects, body: Any, earlier: EarlierAnswer | None
    ) -> Answer:
        content = encoded_body(body)
        headers = {"Accept": "application/json" if expects == "json" else "text/html,*/*;q=0.8"}
        if content is not None:
            headers["Content-Type"] = content_type(body)
        if self._rules is not None and not self._rules.allows(address):
            path = urlsplit(address).path
            raise self._breaker.end_source(SourceBlocked(f"robots.txt của cổng không cho phép đọc {path}"))
        with self._slots:
            turn = self._pace.wait()
            self._breaker.raise_if_ended(address)
            session = self._session
            self._exchanges.count("requests")
            try:
                answer = self._exchanges.exchange(method, address, content, headers, earlier)
            except (httpx.InvalidURL, UnicodeError) as error:
                raise Unread("địa chỉ không hợp lệ") from error
            except NETWORK as error:
                self._exchanges.failed(method, address, content, f"{type(error).__name__}: {error}")
                raise self._breaker.network_error(error) from error
            except DamagedAnswer as error:
                self._exchanges.failed(method, address, content, f"ReadError: {error}")
                raise self._breaker.damaged_answer_error(error, address) from error
        return replace(answer, session=session, slowdowns=turn)


@lru_cache(maxsize=256)
def _absolute(base_url: str, path: str) -> str:
    return urljoin(base_url + "/", path)


def _is_retryable(error: Exception) -> bool | float:
    if not isinstance(error, RetryableFault):
        return False
    return True if error.wait else 0.0


def _challenge_reason(answer: Answer, kind: str) -> str:
    details = f"{kind}, mã {answer.status}"
    return f"cổng trả lời bằng trang kiểm tra hoặc từ chối truy cập ({details}), không phải dữ liệu"
