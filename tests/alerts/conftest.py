"""A mail server, and an office that writes to it."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.desk import Desk, fresh
from tests.alerts.post import Post, Server, certificate
from warehouse.db.engine import open_engine
from warehouse.db.schema import upgrade


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("empty") / "rasoat.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate's file, and the server's side of it."""
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def serve(post: Post) -> Iterator[Callable[..., Server]]:
    """Start a server of the post as ordered."""
    running: list[Server] = []

    def start(**order: Any) -> Server:
        server = Server(post, **order)
        server.start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop(no_assert=True)


@pytest.fixture
def desk(tmp_path: Path, empty_warehouse: Path, serve: Callable[..., Server]) -> Desk:
    """An office on a server that takes everything."""
    fresh(empty_warehouse, tmp_path)
    return Desk(tmp_path, serve().url(timeout=2))
