"""The web server of the site."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from procedures.errors import InputError
from review.app import create_app
from settings.configuration import Configuration

SWITCH_SECONDS = 0.001
"""How long a thread computes before another may go on.

A thread gives way with each row that a database hands it: at Python's five milliseconds a page of some
hundred rows waits long beside one that is being computed. At one, fifty people without a pause cost no more
processor time a page; at half of one they cost some 5 % more.
"""


def make_server(configuration: Configuration, host: str, port: int) -> uvicorn.Server:
    """Return a server of the site, not started yet; this process is set up to serve many at once."""
    sys.setswitchinterval(SWITCH_SECONDS)
    return uvicorn.Server(
        uvicorn.Config(
            create_app(configuration),
            host=host,
            port=port,
            log_level="warning",
            proxy_headers=False,  # `security.SecurityMiddleware` does, for trusted proxies
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    )


def serve(configuration: Configuration, host: str, port: int) -> None:
    """Serve until Ctrl-C.

    Raises:
        InputError: the port cannot be opened.
    """
    server = make_server(configuration, host, port)
    try:
        server.run()
    except SystemExit as error:
        raise InputError(f"--port {port}: không mở được cổng này trên {host}") from error


def free_port(preferred: int, host: str = "127.0.0.1") -> int:
    """Return `preferred`, or 0 (any free port) where something listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, preferred))
        except OSError:
            return 0
    return preferred


@contextmanager
def serving(configuration: Configuration, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve the site in a thread of this process; yield its address."""
    server = make_server(configuration, host, port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.01)
    if not server.started:
        raise InputError(f"--port {port}: không mở được cổng này trên {host}")
    address = server.servers[0].sockets[0].getsockname()
    try:
        yield f"http://{host}:{address[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
