"""An office whose nights a real Prefect server plans."""

from __future__ import annotations

import json
import socket
import time
import urllib.request
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flows.up import Process, start_server, stop
from portals.serve import Portals
from tests.office import Office

ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


class Served:
    """An office, the portals it reads, and the server that its workers and its deployments know."""

    def __init__(self, office: Office, portals: Portals, environment: dict[str, str]) -> None:
        self.office = office
        self.portals = portals
        self.environment = environment
        self._servers: list[Process] = []

    def start(self) -> None:
        """Start the server."""
        self._servers.append(start_server(self.environment))

    def stop(self) -> None:
        """Stop the server; its database stays."""
        stop(self._servers)
        self._servers.clear()

    def environment_of(self, office: Office) -> dict[str, str]:
        """What a worker for another office sees."""
        return self.environment | _own(office.environment)

    def ask(self, path: str, body: object | None = None) -> Any:
        """Ask the server's API."""
        address = self.environment["PREFECT_API_URL"] + path
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data=data, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def deployment(self, name: str = "nightly") -> Any:
        """A deployment as the server knows it; those of an office have its name after the flow's."""
        return self.ask(f"/deployments/name/{name.partition('-')[0]}/{name}")

    def order(self, name: str, *, due: datetime | None = None, **parameters: Any) -> str:
        """Ask for a run now, or for one that is `due` later; gives its id."""
        deployment = self.deployment(name)
        path = f"/deployments/{deployment['id']}/create_flow_run"
        body: dict[str, Any] = {"parameters": parameters}
        if due is not None:
            body["state"] = {"type": "SCHEDULED", "state_details": {"scheduled_time": due.isoformat()}}
        return str(self.ask(path, body)["id"])

    def ended(self, run_id: str, seconds: float = 240) -> Any:
        """The run once it has ended."""
        return eventually(lambda: self._ended(run_id), seconds)

    def run(self, name: str, **parameters: Any) -> Any:
        """A run that a worker has carried out."""
        return self.ended(self.order(name, **parameters))

    def artifact(self, key: str, run: Any) -> str:
        """What an artifact of a run says."""
        about = {"key": {"any_": [key]}, "flow_run_id": {"any_": [run["id"]]}}
        (found,) = self.ask("/artifacts/filter", {"artifacts": about})
        return str(found["data"])

    def _ended(self, run_id: str) -> Any:
        run = self.ask(f"/flow_runs/{run_id}")
        return run if run["state"]["type"] in ENDED else None


def _own(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("RASOAT_")}


def eventually(look: Callable[[], Any], seconds: float) -> Any:
    """What `look` gives, as soon as it gives anything."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        found = look()
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError(f"nothing within {seconds} s")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
