"""The transport below the client: httpx's requests over httpcore, with one deadline for each exchange.

httpx has a time-out for each read, none for the whole, so a portal that sends a byte every few
seconds would hold a reader for hours. Here every read and write of an exchange ends by one deadline.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from extractors.http.response_body import DamagedAnswer
from procedures.absent_modules import without_modules
from procedures.errors import SettingsError
from procedures.proxies import Proxy

with without_modules("h2"):  # nothing here speaks HTTP/2
    import httpcore

PROXY_WANTS_LOG_IN = 407

_HEAD = re.compile(rb"HTTP/1\.[01] (?P<status>\d{3}).*?\r\n\r\n", re.DOTALL)
_TRAILER = b"\r\n"
"""Bytes that old servers send after a body, and browsers ignore."""
_END_OF_CHUNKS = b"\r\n\r\n"
_WITHOUT_BODY = frozenset({204, 304})
"""Statuses of answers that end with their head, whatever length it tells."""

_exchange = threading.local()


def trust_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that trusts the usual certificates and those of `ca_file`; it always verifies.

    Each certificate of `ca_file` is trusted by itself, also a server's own or an intermediate one: servers
    often send only their own. The file may be in PEM or, as browsers export it, in DER.

    Raises:
        SettingsError: `ca_file` cannot be read as certificates.
    """
    if ca_file is None:
        return _default_context()
    context = httpx.create_ssl_context(trust_env=False)
    try:
        data = ca_file.read_bytes()
        if b"-----BEGIN" in data:
            context.load_verify_locations(cafile=ca_file)
        else:
            context.load_verify_locations(cadata=data)
    except (OSError, ssl.SSLError, ValueError) as error:
        raise SettingsError(f"ca_file {ca_file}: không đọc được chứng thư ({error})") from error
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= (
        ~ssl.VERIFY_X509_STRICT
    )  # an office's own authority need not meet the strict profile
    return context


@cache
def _default_context() -> ssl.SSLContext:
    """Return httpx's own certificates; loaded once a process, which takes 25 ms of processor time."""
    return httpx.create_ssl_context(trust_env=False)


class DeadlineTransport(httpx.BaseTransport):
    """A transport whose exchanges take at most `total` seconds, from connecting to the body's last byte.

    Threads may share it: each exchange has a connection of its own, new or left idle by an earlier one. How
    many there are at once is for the caller to say; a pool's own count would cost each request a look at
    all of them.

    Raises httpcore's errors while the body is read, and from `handle_request`: catch both families.
    """

    def __init__(self, context: ssl.SSLContext, *, total: float, proxy: Proxy | None = None) -> None:
        self._total = total
        self._backend = _Backend()
        self._through_proxy = proxy is not None
        options: dict[str, Any] = {
            "ssl_context": context,
            "keepalive_expiry": 15.0,
            "http1": True,
            "network_backend": self._backend,
        }
        self._connections = (
            httpcore.ConnectionPool(**options) if proxy is None else _proxy_pool(proxy, context, options)
        )
        self._idle: deque[tuple[httpcore.Origin, httpcore.ConnectionInterface]] = deque()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`; the answer's body is still to be read, in the same thread."""
        _exchange.deadline = time.monotonic() + self._total
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        question = httpcore.Request(
            method=request.method,
            url=url,
            headers=request.headers.raw,
            content=request.read(),
            extensions=request.extensions,
        )
        connection = self._connection(url.origin)
        try:
            answer = connection.handle_request(question)
            if answer.status == PROXY_WANTS_LOG_IN and self._through_proxy:
                raise httpcore.ProxyError(f"{PROXY_WANTS_LOG_IN} Proxy Authentication Required")
        except BaseException:
            connection.close()
            raise
        body = _Body(answer, lambda reusable: self._release(url.origin, connection, reusable))
        return httpx.Response(answer.status, headers=answer.headers, stream=body)

    def close(self) -> None:
        """Cut every connection, so that threads waiting for an answer stop at once."""
        self._backend.cut()
        with suppress(IndexError):  # other threads take from it too
            while True:
                self._idle.pop()[1].close()

    def _connection(self, origin: httpcore.Origin) -> httpcore.ConnectionInterface:
        """Return an idle connection that the server has not closed, the last used first; else a new one."""
        while True:
            try:
                idle_origin, connection = self._idle.pop()
            except IndexError:
                return self._connections.create_connection(origin)
            if idle_origin == origin and connection.is_available() and not connection.has_expired():
                return connection
            connection.close()

    def _release(
        self, origin: httpcore.Origin, connection: httpcore.ConnectionInterface, reusable: bool
    ) -> None:
        if reusable and connection.is_idle():
            self._idle.append((origin, connection))
        else:
            connection.close()


def _proxy_pool(proxy: Proxy, context: ssl.SSLContext, options: dict[str, Any]) -> httpcore.HTTPProxy:
    """Return a pool through a proxy: a tunnel (CONNECT) for https, whole addresses for http."""
    log_in = None if proxy.user is None else (proxy.user.encode(), (proxy.password or "").encode())
    return httpcore.HTTPProxy(
        httpcore.URL(scheme=proxy.scheme, host=proxy.host, port=proxy.port, target="/"),
        proxy_auth=log_in,
        proxy_ssl_context=context if proxy.scheme == "https" else None,
        **options,
    )


class _Body(httpx.SyncByteStream):
    """The bytes of an answer, whose connection is released in the end.

    It may be used again only where nothing came after the answer: what was received already would be taken
    for the answer to the next request.
    """

    def __init__(self, answer: httpcore.Response, released: Callable[[bool], None]) -> None:
        self._answer = answer
        self._released: Callable[[bool], None] | None = released
        self._ends_cleanly = False

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()
        stream = self._answer.extensions.get("network_stream")
        if not isinstance(stream, _Stream) or stream.body is None:
            return
        headers = {name.lower(): value for name, value in self._answer.headers}
        if b"transfer-encoding" in headers:
            self._ends_cleanly = stream.last_bytes == _END_OF_CHUNKS
            return
        told = headers.get(b"content-length", b"")
        length = int(told) if told.isdigit() else None
        self._ends_cleanly = stream.body == (0 if self._answer.status in _WITHOUT_BODY else length)
        if length is not None and stream.body > length + len(_TRAILER):
            raise DamagedAnswer("trả lời dài hơn độ dài mà cổng khai")

    def close(self) -> None:
        released, self._released = self._released, None
        if released is not None:
            self._answer.close()
            released(self._ends_cleanly)


def _time_left(timeout: float | None) -> float:
    """Return the seconds that a single read or write may take."""
    left: float = _exchange.deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("quá thời hạn của một trả lời")
    return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A connection that counts the answer's bytes.

    `body`: bytes read after the head of the answer to the last request, whatever length the answer declares.
    `last_bytes`: the last four that were read.
    """

    def __init__(self, stream: httpcore.NetworkStream, sockets: weakref.WeakSet[socket.socket]) -> None:
        self._stream = stream
        self._sockets = sockets
        self._head = b""
        self.body: int | None = None
        self.last_bytes = b""
        sockets.add(stream.get_extra_info("socket"))

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, _time_left(timeout))
        self.last_bytes = (self.last_bytes + data[-len(_END_OF_CHUNKS) :])[-len(_END_OF_CHUNKS) :]
        if self.body is not None:
            self.body += len(data)
            return data
        self._head += data
        while self.body is None and (head := _HEAD.match(self._head)):
            self._head = self._head[head.end() :]
            if not head["status"].startswith(b"1"):  # 100 and 103 go before the answer
                self.body = len(self._head)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._head, self.body = b"", None
        self._stream.write(buffer, _time_left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(
            self._stream.start_tls(ssl_context, server_hostname, _time_left(timeout)), self._sockets
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.SyncBackend):
    def __init__(self) -> None:
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()

    def cut(self) -> None:
        """Shut down every socket: closing one alone leaves its reading thread waiting for its time-out."""
        for each in list(self._sockets):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = super().connect_tcp(host, port, _time_left(timeout), local_address, socket_options)
        return _Stream(stream, self._sockets)
