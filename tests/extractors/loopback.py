"""A web server on loopback whose answers a test writes down, and which remembers when it was asked what."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple, Self


class Asked(NamedTuple):
    """One request; `at` is monotonic seconds, header names are in lower case, `port` is its connection's."""

    at: float
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    port: int = 0


@dataclass(frozen=True, slots=True)
class Say:
    """One answer; `drip` seconds lie before each byte of it."""

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json; charset=utf-8"
    drip: float = 0.0


Answering = Callable[[Asked], Say]


class Loopback:
    """Serves while it is entered."""

    def __init__(self, answer: Answering) -> None:
        self.asked: list[Asked] = []
        self._stop = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", 0)))
                asked = Asked(
                    time.monotonic(), self.command, self.path, headers, body, self.client_address[1]
                )
                outer.asked.append(asked)
                said = answer(asked)
                self.send_response(said.status)
                for name, value in {"Content-Type": said.kind, **said.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said.body)))
                self.end_headers()
                self._write(said)

            do_POST = do_GET  # noqa: N815 - the name that the server calls

            def _write(self, said: Say) -> None:
                if not said.drip:
                    self.wfile.write(said.body)
                    return
                for byte in said.body:
                    if outer._stop.wait(said.drip):
                        return
                    self.wfile.write(bytes((byte,)))

            def log_message(self, format: str, *args: object) -> None:
                """`asked` is the log."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """Clients that hang up are part of the tests."""

        self._server = Server(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [each.path for each in self.asked]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()


def pages(by_path: Mapping[str, bytes]) -> Answering:
    """Web pages by path and query; any other address is a 404."""

    def answer(asked: Asked) -> Say:
        body = by_path.get(asked.path)
        kind = "text/html; charset=utf-8"
        return Say(b"<p>404</p>", 404, kind=kind) if body is None else Say(body, kind=kind)

    return answer
