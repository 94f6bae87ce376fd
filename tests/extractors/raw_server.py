"""A server on loopback that sends the very bytes that a test writes down, head and body, and hangs up."""

from __future__ import annotations

import contextlib
import socketserver
import ssl
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self


def said(body: bytes, *, length: int | None = None, **headers: str) -> bytes:
    """A whole answer of status 200; `length`: what it says of its own length, if not the truth."""
    told = {
        "Content-Type": "text/html; charset=utf-8",
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    if "Transfer-Encoding" not in told:
        told["Content-Length"] = str(len(body) if length is None else length)
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + body


def chunked(body: bytes, *, whole: bool = True) -> bytes:
    """The body in chunks of seven bytes; not `whole`: without the last one, which says that it ends."""
    chunks = (body[at : at + 7] for at in range(0, len(body), 7))
    told = b"".join(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n" for chunk in chunks)
    return told + (b"0\r\n\r\n" if whole else b"")


class RawServer:
    """Serves while it is entered: the bytes by path; with `tls` behind that context.

    A connection ends after one answer, or `stays_open`.
    """

    def __init__(
        self, by_path: Mapping[str, bytes], tls: ssl.SSLContext | None = None, *, stays_open: bool = False
    ) -> None:
        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    if tls is not None:
                        self.connection.settimeout(5)
                        secured = tls.wrap_socket(self.connection, server_side=True)
                        self.rfile, self.wfile = secured.makefile("rb"), secured.makefile("wb")
                    while asked := self.rfile.readline():
                        path = asked.split(b" ")[1].decode()
                        while self.rfile.readline().strip():
                            pass
                        self.wfile.write(by_path.get(path, said(b"<p>404</p>").replace(b"200 OK", b"404 No")))
                        self.wfile.flush()
                        if not stays_open:
                            return

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """Clients that hang up are part of the tests."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
