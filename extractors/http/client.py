"""The polite client: rate, concurrency, retries and sizes are its limits, not habits of its callers."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx
import stamina
import stamina.instrumentation

from extractors.archive.resume import Earlier, Unfinished
from extractors.archive.store import Recorder, without_credentials
from extractors.http.circuit_breaker import SILENCE, Again, Condition
from extractors.http.classify import Answer, Expects, classify
from extractors.http.deadline_transport import DeadlineTransport, trusted
from extractors.http.exchange import NETWORK, Exchanges, Known, as_before, joined, same_host, user_agent
from extractors.http.request_body import content_type, written
from extractors.http.response_body import Spoilt, json_value
from extractors.http.robots import EVERYTHING, Rules, rules_of
from extractors.http.robots import PATH as ROBOTS
from extractors.http.throttle import Pace, Stopped, TooLongToWait, retry_after
from extractors.portals.source import Counts, Unread
from procedures.configuration import SourceSettings
from procedures.errors import SourceBlocked, SourceFailed, SourceRefused
from procedures.proxies import Route, route_to

# Its default hook prints each retry; standard output carries results, and retries are counted here.
stamina.instrumentation.set_on_retry_hooks(())

MAX_BYTES = 50 << 20
MAX_REDIRECTS = 5
LONGEST_HOST = 100
"""Signs of another host's name that are repeated in words."""
RENEWALS_OF_A_REQUEST = 3
PATIENCE = 60.0
"""Seconds after which a request that had no answer is not tried again: a portal that drips or hangs on
every try would else hold a run for more than the five minutes it may take."""


class PoliteClient:
    """Asks one portal, and counts what it asked. Threads may share it.

    `timeout`: seconds that connecting, or waiting for the next bytes, may take; `total`: seconds of a
    whole answer. `pause`: seconds before the second try, doubled before each later one. With a
    `transport` (a replay) nothing is sent and nothing waited for. `session_path`: a page whose cookies
    make the other addresses answer; it is read first, and once more, for all threads, when they ran out.
    With `robots`, the portal's robots.txt is read before anything else, and obeyed. `proxy`: as a source's
    settings have it.

    Raises from `request`:
        Unread: this one request had no answer; the source goes on.
        SourceBlocked: the portal turned us away. Every later request raises it too.
        SourceFailed: the portal is away.
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
        silence: float = SILENCE,
        session_path: str | None = None,
        robots: bool = False,
        department: str = "",
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
        unfinished: Unfinished | None = None,
        earlier: Earlier | None = None,
        proxy: str | None = None,
    ) -> None:
        way = Route() if transport else route_to(base_url, proxy, os.environ)
        self.base_url = base_url.rstrip("/")
        self.source = source
        self._recorder = archive
        self._unfinished = unfinished
        self._earlier = earlier
        self._tries = tries
        self._pause = 0.0 if transport else pause
        self._condition = Condition(silence, way.proxy.shown if way.proxy else "")
        self._session_path = session_path
        self._pace = Pace(requests_per_second, instant=transport is not None)
        self._slots = threading.BoundedSemaphore(concurrency)
        self._lock = threading.Lock()
        self._renewing = threading.Lock()
        self._consulting = threading.Lock()
        self._rules: Rules | None = None if robots else EVERYTHING
        self._session = self._proven = 0
        self._replaying = transport is not None
        self._wire = Exchanges(
            transport
            or DeadlineTransport(trusted(ca_file), connections=concurrency + 1, total=total, proxy=way.proxy),
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
    def of(cls, settings: SourceSettings, recorder: Recorder | None, **own: Any) -> Self:
        """The client that a source's settings ask for; `own` is what its kind adds."""
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
            **own,
        )

    @property
    def counts(self) -> Counts:
        """What was asked so far, retries and redirects included."""
        return Counts(**self._wire.counted, slowest_rate=self._pace.slowest)

    def close(self) -> None:
        """Cuts connections and sends waiting threads home."""
        self._pace.stop()
        self._wire.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def request(
        self, method: str, url: str, *, expects: Expects, body: Any = None, row: str | None = None
    ) -> Answer:
        """One answer, after retries. `url` is a path of the portal or an address on its host.

        With `row`, the digest of the row of the listing that leads to the record asked for, an answer that
        an interrupted reading made a record of is taken over, and nothing is sent; of an answer of the nights
        before to the same row the portal is asked whether it still holds.
        """
        address = urljoin(self.base_url + "/", url) if "://" not in url else url
        taken = None if row is None else self._taken(method, address, body, row)
        if taken is not None:
            return self._parsed(taken) if expects == "json" else taken
        self._consult()
        if self._session_path is not None and expects != "page":
            self._renew(0)
        known = None
        if self._earlier is not None and row is not None and body is None:
            known = self._earlier.answer(method, without_credentials(address), None, row)
        return self._tried(method, address, expects, body, known)

    def _consult(self) -> None:
        """Reads the portal's robots.txt, once for all threads, before anything else is asked.

        A portal that cannot say what it forbids is asked for nothing (RFC 9309, 2.3.1.4).
        """
        if self._rules is not None:
            return
        with self._consulting:
            if self._rules is None:
                answer = self._tried("GET", urljoin(self.base_url + "/", ROBOTS), "robots", None)
                rules = rules_of(answer.status, answer.body)
                self._pace.at_least(rules.delay)
                self._rules = rules

    def _tried(
        self, method: str, address: str, expects: Expects, body: Any, known: Known | None = None
    ) -> Answer:
        try:
            for attempt in stamina.retry_context(
                on=_worth_another_try,
                attempts=self._tries,
                timeout=PATIENCE,
                wait_initial=self._pause,
                wait_max=self._pause * 8,
                wait_jitter=0,
            ):
                with attempt:
                    if attempt.num > 1:
                        self._wire.count("retries")
                    return self._try(method, address, expects, body, known)
        except Again as fault:
            raise self._condition.lost(address, fault.reason) from fault
        except Stopped as stop:
            raise SourceFailed("đã dừng giữa chừng") from stop
        raise AssertionError("a retry loop always returns or raises")

    def settle(self, answer: Answer, row: str) -> None:
        """Keeps that `answer` was made a record of, for whoever takes up a reading that breaks off."""
        if self._recorder is not None and answer.hash is not None:
            self._recorder.settled(row, answer.hash)

    def _taken(self, method: str, address: str, body: Any, row: str) -> Answer | None:
        if self._unfinished is None:
            return None
        found = self._unfinished.answer(method, without_credentials(address), written(body), row)
        if found is None:
            return None
        exchange, received = found
        if self._recorder is not None:
            self._recorder.taken_over(exchange)
        self._wire.count("taken_over")
        return as_before(exchange, received, address)

    def _try(self, method: str, address: str, expects: Expects, body: Any, known: Known | None) -> Answer:
        answer = self._follow(method, address, expects, body, known)
        for _ in range(RENEWALS_OF_A_REQUEST):
            if not self._ran_out(answer, expects):
                return self._judged(answer, expects)
            if answer.session > max(1, self._proven) and not self._replaying:
                break  # a session just renewed, which no request has passed with
            self._renew(answer.session)
            answer = self._follow(method, address, expects, body, known)
        if self._ran_out(answer, expects):
            raise self._condition.ended(SourceRefused("cổng trả lời 403 cả sau khi làm mới phiên"))
        return self._judged(answer, expects)

    def _ran_out(self, answer: Answer, expects: Expects) -> bool:
        """Whether a 403 may mean no more than that the session's cookies ran out."""
        if self._session_path is None or expects in ("page", "robots") or answer.status != 403:
            return False
        return classify(answer, expects) == "refused"

    def _judged(self, answer: Answer, expects: Expects) -> Answer:
        kind = classify(answer, expects)
        if kind == "challenge":
            raise self._condition.ended(SourceRefused(_turned_away(answer, kind)))
        if answer.status in (429, 503):
            self._pace.slow_down(answer.turn)
        seconds = retry_after(answer.retry_after) if answer.status in (429, 503) else None
        if seconds is not None:
            self._obey(seconds)
        if kind == "refused":
            raise self._condition.refused(answer.status, paused=seconds is not None)
        if kind == "fault":
            raise self._condition.again(f"cổng trả lời {answer.status}", wait=seconds is None)
        if expects == "json":
            answer = self._parsed(answer)
        self._pace.good()
        self._condition.good(data=expects not in ("page", "robots"))
        with self._lock:
            self._proven = max(self._proven, answer.session)
        return answer

    def _parsed(self, answer: Answer) -> Answer:
        try:
            return replace(answer, json=json_value(answer.body))
        except Spoilt as error:
            if answer.status >= 400:
                return answer  # a web page that says 404 is an answer too
            raise self._condition.spoilt(error, answer.url) from error

    def _obey(self, seconds: float) -> None:
        try:
            self._pace.pause(seconds)
        except TooLongToWait as wait:
            told = f"cổng yêu cầu chờ {wait.seconds:.0f} giây"
            total = "" if wait.total <= wait.seconds else f", cộng {wait.total:.0f} giây cả lần chạy"
            reason = f"{told}{total}, quá mức chờ cho phép"
            raise self._condition.ended(SourceRefused(reason, wait.seconds)) from wait

    def _renew(self, seen: int) -> None:
        """A new session, unless another thread made one since `seen`."""
        if self._session > seen:
            return
        with self._renewing:
            if self._session > seen or self._session_path is None:
                return
            self._wire.http.cookies.clear()
            self.request("GET", self._session_path, expects="page")
            self._session += 1

    def _follow(self, method: str, address: str, expects: Expects, body: Any, known: Known | None) -> Answer:
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._send(method, address, expects, body, known)
            if answer.status not in (301, 302, 303, 307, 308) or not answer.location:
                return answer
            target = joined(address, answer.location)
            if not self.same_host(target):
                if expects == "robots":
                    return answer
                host = (urlsplit(target).netloc or answer.location)[:LONGEST_HOST]
                raise self._condition.ended(SourceBlocked(f"cổng chuyển hướng sang máy chủ khác ({host})"))
            if answer.status < 307:
                method, body = "GET", None
            address, known = target, None
        if expects == "robots":
            return answer
        raise self._condition.lost(address, f"chuyển hướng quá {MAX_REDIRECTS} lần")

    def same_host(self, url: str) -> bool:
        """Whether an address is on the configured host; a step down from https to http is not."""
        return same_host(self.base_url, url)

    def _send(self, method: str, address: str, expects: Expects, body: Any, known: Known | None) -> Answer:
        content = written(body)
        headers = {"Accept": "application/json" if expects == "json" else "text/html,*/*;q=0.8"}
        if content is not None:
            headers["Content-Type"] = content_type(body)
        if self._rules is not None and not self._rules.allows(address):
            path = urlsplit(address).path
            raise self._condition.ended(SourceBlocked(f"robots.txt của cổng không cho phép đọc {path}"))
        with self._slots:
            turn = self._pace.wait()
            self._condition.check(address)
            session = self._session
            self._wire.count("requests")
            try:
                answer = self._wire.exchange(method, address, content, headers, known)
            except (httpx.InvalidURL, UnicodeError) as error:
                raise Unread("địa chỉ không hợp lệ") from error
            except NETWORK as error:
                self._wire.failed(method, address, content, f"{type(error).__name__}: {error}")
                raise self._condition.unreached(error) from error
            except Spoilt as error:
                self._wire.failed(method, address, content, f"ReadError: {error}")
                raise self._condition.spoilt(error, address) from error
        return replace(answer, session=session, turn=turn)


def _worth_another_try(error: Exception) -> bool | float:
    if not isinstance(error, Again):
        return False
    return True if error.wait else 0.0


def _turned_away(answer: Answer, kind: str) -> str:
    told = f"{kind}, mã {answer.status}"
    return f"cổng trả lời bằng trang kiểm tra hoặc từ chối truy cập ({told}), không phải dữ liệu"
