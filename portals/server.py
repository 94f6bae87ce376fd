"""A portal on a loopback port: HTTP/1.1 by hand, so that any fault can happen at any byte."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from portals.control import CONTROL_PREFIX, Control
from portals.faults import FaultOrder, Faults, Target
from portals.faulty_replies import Reply, fault_reply, with_damaged_bytes, with_transfer_fault
from portals.world import World

HOST = "127.0.0.1"
MAX_REQUEST_BODY = 1024 * 1024


class Request(NamedTuple):
    """A request: query and header names in lower case, the body as bytes."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON; None where it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class AnsweredRequest(NamedTuple):
    """An answered request. `at` is monotonic seconds; `size` counts the body's bytes sent."""

    at: float
    method: str
    path: str
    status: int | None
    size: int


class Portal(ABC):
    """A portal: its world, its faults, the log of its requests, and the server that answers them."""

    name: str

    def __init__(self, world: World, *, tls: ssl.SSLContext | None = None) -> None:
        self.world = world
        self.requests: list[AnsweredRequest] = []
        self.control: Control | None = None
        self.stopping = threading.Event()
        self.faults = Faults(self._open_or_close)
        self._tls = tls
        self._port = 0
        self._server: _Server | None = None
        self._state_lock = threading.RLock()

    @property
    def base_url(self) -> str:
        """The portal's address, without a slash at the end."""
        return f"{'https' if self._tls else 'http'}://{HOST}:{self._port}"

    @property
    def port(self) -> int:
        """The port on which it listens or listened."""
        return self._port

    def start(self, port: int = 0) -> None:
        """Listen on `port` (0: a free one).

        Raises:
            OSError: the port is taken.
        """
        with self._state_lock:
            self._port = port
            self._open()

    def stop(self) -> None:
        """Stop at once; hanging connections are cut."""
        self.stopping.set()
        with self._state_lock:
            self._close()

    @abstractmethod
    def locate(self, request: Request) -> Target:
        """Return what a request asks for."""

    @abstractmethod
    def answer(self, request: Request, target: Target, orders: list[FaultOrder]) -> Reply:
        """Return the portal's own answer, obeying the `orders` of the stages listing, detail and payload."""

    def reply(self, request: Request) -> Reply:
        """Return the answer to a request, with every fault that is due."""
        target = self.locate(request)
        orders = self.faults.due(target)
        stages: dict[str, list[FaultOrder]] = {}
        for order in orders:
            stages.setdefault(order.fault.stage, []).append(order)
        if "reply" in stages:
            wants_json = request.method == "POST"
            reply = fault_reply(stages["reply"][0], request.path, posted=wants_json, wants_json=wants_json)
        else:
            reply = self.answer(request, target, orders)
        for order in stages.get("bytes", []):
            reply = with_damaged_bytes(reply, order)
        for order in stages.get("wire", [])[:1]:
            reply = with_transfer_fault(reply, order)
        return reply

    def _open(self) -> None:
        self._server = _Server((HOST, self._port), self)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True, name=self.name).start()

    def _close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.cut_connections()
            self._server = None

    def _open_or_close(self) -> None:
        with self._state_lock:
            refused = self.faults.standing("connection_refused") is not None
            if refused and self._server is not None:
                self._close()
            elif not refused and self._server is None and self._port and not self.stopping.is_set():
                self._open()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], portal: Portal) -> None:
        self.portal = portal
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without asking a name service for this host's name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection; with TLS the handshake is left to the connection's own thread."""
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.portal._tls is not None:
            connection = self.portal._tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        with self._connections_lock:
            self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Remove a connection that ended."""
        with self._connections_lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def cut_connections(self) -> None:
        """End every connection that is still open."""
        with self._connections_lock:
            connections = list(self._connections)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def version_string(self) -> str:
        """Return the Server header."""
        return "nginx"

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: `Portal.requests` is the log."""

    def do_GET(self) -> None:
        """Answer GET."""
        self._serve()

    def do_POST(self) -> None:
        """Answer POST."""
        self._serve()

    def do_DELETE(self) -> None:
        """Answer DELETE, which only the control addresses know."""
        self._serve()

    def _serve(self) -> None:
        portal = self.server.portal
        request = self._read()
        if request.path.startswith(CONTROL_PREFIX) and portal.control is not None:
            self._send_whole(portal.control.answer(request.method, request.path, request.json()))
            return
        at = time.monotonic()
        reply = portal.reply(request)
        size = 0
        try:
            size = self._send(reply)
        finally:
            status = None if reply.wire in ("close_midway", "timeout") else reply.status
            portal.requests.append(AnsweredRequest(at, request.method, self.path, status, size))

    def _read(self) -> Request:
        length = min(int(self.headers.get("Content-Length") or 0), MAX_REQUEST_BODY)
        body = self.rfile.read(length)
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)

    def _send(self, reply: Reply) -> int:
        match reply.wire:
            case "timeout":
                self.server.portal.stopping.wait()
                return self._hang_up()
            case "close_midway":
                return self._hang_up()
            case "reset_midbody":
                half = reply.body[: len(reply.body) // 2]
                self._head(reply, len(reply.body))
                self.wfile.write(half)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self._reset()
                return len(half)
            case "slow_drip":
                return self._drip(reply)
            case "huge_body":
                self._head(reply, None)
                self.close_connection = True
                return sum(self.wfile.write(block) for stream in reply.stream for block in stream)
            case _:
                return self._send_whole(reply)

    def _send_whole(self, reply: Reply) -> int:
        self._head(reply, len(reply.body))
        self.wfile.write(reply.body)
        return len(reply.body)

    def _drip(self, reply: Reply) -> int:
        self._head(reply, len(reply.body))
        for sent, byte in enumerate(reply.body):
            if self.server.portal.stopping.wait(reply.pause):
                self.close_connection = True
                return sent
            self.wfile.write(bytes((byte,)))
        return len(reply.body)

    def _head(self, reply: Reply, length: int | None) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers:
            self.send_header(name, value)
        if length is None:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _hang_up(self) -> int:
        self.close_connection = True
        return 0

    def _reset(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.close()
