"""Object storage on the loopback: moto's S3 server, spoken to over HTTP as any other."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator

import pytest
import s3fs
from moto.server import ThreadedMotoServer

BUCKET = "kho"

_places = itertools.count(1)
"""Of all servers of a process, which have what they hold in common."""


class Storage:
    """A server with one bucket."""

    def __init__(self) -> None:
        self._port = 0
        self.start()

    @property
    def environment(self) -> dict[str, str]:
        """The AWS_* variables that lead to it."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self._port}",
            "AWS_ACCESS_KEY_ID": "so-noi-vu",
            "AWS_SECRET_ACCESS_KEY": "khoa-thu",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def url(self) -> str:
        """A place that nothing was written to."""
        return f"s3://{BUCKET}/rasoat-{next(_places)}"

    def start(self) -> None:
        """Be there, with all that was stored before."""
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self._port, verbose=False)
        self._server.start()
        _, self._port = self._server.get_host_and_port()

    def stop(self) -> None:
        """Go away; who asks is refused the connection."""
        self._server.stop()


@pytest.fixture(scope="module")
def one_server() -> Iterator[Storage]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = Storage()
    yield server
    server.stop()


@pytest.fixture
def storage(one_server: Storage, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """A server that the AWS_* variables lead to."""
    return reach(one_server, monkeypatch)


def reach(server: Storage, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """Set the AWS_* variables, and make the bucket where there is none."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem(skip_instance_cache=True).makedirs(BUCKET, exist_ok=True)
    return server
