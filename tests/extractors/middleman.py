"""A proxy on loopback: tunnels to https, whole addresses for http, and a log-in where one is asked for."""

from __future__ import annotations

import base64
import contextlib
import select
import socket
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class Middleman:
    """Serves while it is entered; whatever host is asked for, `towards` (host and port) answers."""

    def __init__(self, towards: tuple[str, int], log_in: str | None = None) -> None:
        self.asked: list[str] = []
        """`METHOD target` of every request, in order."""
        wanted = None if log_in is None else "Basic " + base64.b64encode(log_in.encode()).decode()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_CONNECT(self) -> None:
                if not self._let_in():
                    return
                with socket.create_connection(towards, 10) as there:
                    self.send_response(200)
                    self.end_headers()
                    _pump(self.connection, there)
                self.close_connection = True

            def do_GET(self) -> None:
                if not self._let_in():
                    return
                parts = urlsplit(self.path)
                assert parts.scheme == "http", "a proxy is asked by whole addresses"
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                there = HTTPConnection(*towards, timeout=30)
                headers = {
                    name: value for name, value in self.headers.items() if not name.startswith("Proxy-")
                }
                there.request(self.command, parts._replace(scheme="", netloc="").geturl(), body, headers)
                answer = there.getresponse()
                received = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(received)))
                self.end_headers()
                self.wfile.write(received)
                there.close()

            do_POST = do_GET  # noqa: N815 - the name that the server calls

            def _let_in(self) -> bool:
                outer.asked.append(f"{self.command} {self.path}")
                if wanted is None or self.headers.get("Proxy-Authorization") == wanted:
                    return True
                self.send_response(407)
                self.send_header("Proxy-Authenticate", 'Basic realm="so"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return False

            def log_message(self, format: str, *args: object) -> None:
                """`asked` is the log."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _pump(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until either side is done."""
    with contextlib.suppress(OSError):
        while True:
            ready, _, _ = select.select([one, other], [], [], 30)
            if not ready:
                return
            for side in ready:
                data = side.recv(65536)
                if not data:
                    return
                (other if side is one else one).sendall(data)
