"""Serves the site until it is told to stop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from procedures.errors import InputError
from review.app import create_app
from settings.configuration import Configuration


def server(configuration: Configuration, host: str, port: int) -> uvicorn.Server:
    """A server of the site, not started yet."""
    return uvicorn.Server(
        uvicorn.Config(
            create_app(configuration),
            host=host,
            port=port,
            log_level="warning",
            proxy_headers=False,  # `doors.Door` reads them, of trusted addresses only
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    )


def serve(configuration: Configuration, host: str, port: int) -> None:
    """Serve until Ctrl-C.

    Raises:
        InputError: the port cannot be had.
    """
    running = server(configuration, host, port)
    try:
        running.run()
    except SystemExit as error:
        raise InputError(f"--port {port}: không mở được cổng này trên {host}") from error


def free_port(wanted: int, host: str = "127.0.0.1") -> int:
    """`wanted`, or 0 (any that is free) where something listens there already."""
    with socket.socket() as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((host, wanted))
        except OSError:
            return 0
    return wanted


@contextmanager
def serving(configuration: Configuration, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """The site in a thread of this process; gives its address."""
    running = server(configuration, host, port)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started and thread.is_alive():
        thread.join(0.01)
    if not running.started:
        raise InputError(f"--port {port}: không mở được cổng này trên {host}")
    address = running.servers[0].sockets[0].getsockname()
    try:
        yield f"http://{host}:{address[1]}"
    finally:
        running.should_exit = True
        thread.join(10)
