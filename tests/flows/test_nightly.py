"""A real Prefect server, the deployment of `prefect.yaml`, and a worker that runs it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.up import deploy, server_environment, start_server, start_worker, stop
from portals.serve import Portals
from tests.office import EVENING, NIGHTS, Office

pytestmark = pytest.mark.xdist_group("prefect")


class Served:
    """An office whose nights a Prefect server plans."""

    def __init__(self, office: Office, environment: dict[str, str]) -> None:
        self.office = office
        self.environment = environment

    def ask(self, path: str, body: object | None = None) -> Any:
        """Ask the server's API."""
        address = self.environment["PREFECT_API_URL"] + path
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data=data, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def deployment(self) -> Any:
        """The nightly deployment as the server knows it."""
        return self.ask("/deployments/name/nightly/nightly")


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
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Portals(departments=["G09"]) as portals:
        office = Office(tmp_path_factory.mktemp("served"), portals)
        office.take_in(office.sample_catalogue(), as_of=EVENING)
        environment = office.environment | server_environment(free_port(), office.home / "var")
        environment |= {
            name: value for name, value in office.environment.items() if name.startswith("RASOAT_")
        }
        children = [start_server(environment)]
        try:
            deploy(environment)
            yield Served(office, environment)
        finally:
            stop(children)


def test_the_deployment_is_planned_at_two_in_the_morning_and_never_twice_at_once(served: Served) -> None:
    deployment = served.deployment()
    (schedule,) = deployment["schedules"]
    assert schedule["schedule"]["cron"] == "0 2 * * *"
    assert schedule["schedule"]["timezone"] == "Asia/Ho_Chi_Minh"
    assert deployment["global_concurrency_limit"]["limit"] == 1
    assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    nights = {**SCHEDULED, "deployments": {"id": {"any_": [deployment["id"]]}}}
    planned = eventually(lambda: served.ask("/flow_runs/filter", nights), 60)
    times = sorted(run["expected_start_time"] for run in planned)
    assert all(each.endswith(("T19:00:00Z", "T19:00:00+00:00")) for each in times)


SCHEDULED = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}, "limit": 5}


def test_a_worker_runs_a_night_and_leaves_its_summary_as_an_artifact(served: Served) -> None:
    deployment = served.deployment()
    worker = start_worker(served.environment)
    try:
        run = served.ask(
            f"/deployments/{deployment['id']}/create_flow_run", {"parameters": {"as_of": NIGHTS[0]}}
        )
        ended = eventually(lambda: ended_run(served, run["id"]), 240)
        letters = [run_now(served, name) for name in ("weekly/weekly", "mail/mail")]
    finally:
        stop([worker])
    assert [each["state"]["type"] for each in (ended, *letters)] == ["COMPLETED"] * 3, ended["state"]
    tasks = served.ask("/task_runs/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}, "limit": 50})
    steps = Counter(task["name"].split()[0] for task in tasks)
    twice = dict.fromkeys(("extract", "check", "load"), 2)
    assert steps == twice | dict.fromkeys(
        ("begin", "reread", "list_services", "reconcile", "verify", "finish", "show", "tell"), 1
    )
    artifacts = served.ask("/artifacts/filter", {"artifacts": {"key": {"any_": ["nightly"]}}})
    assert {row["nguồn"] for row in json.loads(artifacts[0]["data"])} == {"national", "provincial"}
    assert served.office.rows("v_snapshot", source="national")[-1]["state"] == "complete"


@pytest.mark.parametrize("name, cron", [("weekly/weekly", "30 7 * * 1"), ("mail/mail", "15 7-17 * * *")])
def test_letters_are_planned_by_the_department_s_clock(name: str, cron: str, served: Served) -> None:
    (schedule,) = served.ask(f"/deployments/name/{name}")["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == (cron, "Asia/Ho_Chi_Minh")


def run_now(served: Served, name: str) -> Any:
    deployment = served.ask(f"/deployments/name/{name}")
    run = served.ask(f"/deployments/{deployment['id']}/create_flow_run", {})
    return eventually(lambda: ended_run(served, run["id"]), 120)


def ended_run(served: Served, run_id: str) -> Any:
    run = served.ask(f"/flow_runs/{run_id}")
    return run if run["state"]["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None


def test_with_and_without_prefect_the_warehouse_is_the_same(tmp_path: Path, portals: Portals) -> None:
    offices = [Office(tmp_path / name, portals) for name in ("by-hand", "by-prefect")]
    for office, way in zip(offices, ((), ("--prefect",)), strict=True):
        imported = office.rasoat("catalogue", "import", str(office.sample_catalogue()), "--as-of", EVENING)
        assert imported.returncode == 0, imported.stderr
        done = office.rasoat("sync", "--as-of", NIGHTS[0], "--json", *way)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["status"] == "complete"
    by_hand, by_prefect = (office.views() for office in offices)
    assert by_prefect == by_hand


def test_make_up_s_server_worker_and_deployment_stop_together(tmp_path: Path, portals: Portals) -> None:
    office = Office(tmp_path, portals)
    port = free_port()
    running = subprocess.Popen(
        [sys.executable, "-m", "flows.up"],
        env={**os.environ, **office.environment, "RASOAT_PREFECT_PORT": str(port)},
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert running.stdout is not None
        line = eventually(
            lambda: next((each for each in running.stdout if each.startswith("Prefect: ")), None), 180
        )
        assert str(port) in line
    finally:
        running.terminate()
        assert running.wait(timeout=60) == 0
    with socket.socket() as trying:
        assert trying.connect_ex(("127.0.0.1", port)) != 0
