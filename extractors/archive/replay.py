"""Replay: answers from the archive in place of the network, so that the same reader runs offline."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Iterator

import httpx

from extractors.archive.raw_archive import FILE, UNCHANGED, Archive, Exchange, Recording, without_credentials
from procedures.errors import ArchiveError, SourceUnfinished

_FAULTS: dict[str, type[httpx.TransportError]] = {
    each.__name__: each
    for each in (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        httpx.ProxyError,
        httpx.ReadError,
        httpx.ReadTimeout,
        httpx.RemoteProtocolError,
        httpx.WriteError,
        httpx.WriteTimeout,
    )
}


class UnrecordedRequest(ArchiveError):  # noqa: N818 - says what happened
    """The reader asks for something that was not asked for on that night."""


class ReplayTransport(httpx.BaseTransport):
    """A transport that gives each request (method, address, body) its recorded answers, in their order.

    Threads may run in another order than on that night, so the last answer to a request is given again when
    it is sent once more often. A request that was never recorded raises NeverAsked, or SourceUnfinished where
    that night's reading was cut off by its time limit (`unfinished`).
    """

    def __init__(self, recording: Recording, *, unfinished: bool = False) -> None:
        self._recording = recording
        self._unfinished = unfinished
        self._archive: Archive = recording.archive
        self._recording_name = recording.name
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, str, str], deque[Exchange]] = defaultdict(deque)
        for exchange in recording:
            self._answers[exchange.question].append(exchange)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files that were handed over that night, in their order."""
        for exchange in self._recording:
            if exchange.method == FILE and exchange.hash is not None:
                yield exchange.url, self._archive.get(exchange.hash)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the recorded answer, or raise the recorded fault."""
        question = (request.method, without_credentials(str(request.url)), request.read().decode())
        with self._lock:
            answers = self._answers.get(question)
            if not answers and self._unfinished:
                raise SourceUnfinished("đêm đó hết khung giờ đọc cổng")
            if not answers:
                raise UnrecordedRequest(
                    f"Bản ghi {self._recording_name} không có yêu cầu {request.method} {request.url}"
                )
            exchange = answers.popleft() if len(answers) > 1 else answers[0]
        if exchange.hash is None or exchange.status is None:
            name, _, words = (exchange.fault or "").partition(": ")
            raise _FAULTS.get(name, httpx.ReadError)(words, request=request)
        body = self._archive.get(exchange.hash)
        return httpx.Response(
            200 if exchange.status == UNCHANGED else exchange.status,
            headers=dict(exchange.headers),
            stream=httpx.ByteStream(body),
            request=request,
        )
