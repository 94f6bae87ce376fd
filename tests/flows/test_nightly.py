"""A real Prefect server, the deployments of `prefect.yaml`, and a worker that runs them."""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from prefect.client.schemas.objects import StateType

from flows.monthly import monthly
from steps.sources.unsettled_sources import unsettled_sources
from tests.addresses import bundled
from tests.extractors.loopback import Loopback, Say
from tests.flows.served import Served, eventually, free_port
from tests.office import NIGHTS, SmallOffice, keep_few

CRONS = [
    ("nightly", ["0 2 * * *", "0 4 * * *"]),
    ("weekly", ["30 7 * * 1"]),
    ("monthly", ["45 7 1,15 * *"]),
    ("mail", ["15 7-17 * * *"]),
]

Done = dict[str, Any]


@pytest.mark.parametrize("name, crons", CRONS)
def test_everything_is_planned_by_the_department_s_clock_and_never_twice_at_once(
    name: str, crons: list[str], served: Served
) -> None:
    deployment = served.deployment(name)
    planned = [each["schedule"] for each in deployment["schedules"]]
    assert sorted(each["cron"] for each in planned) == crons
    assert {each["timezone"] for each in planned} == {"Asia/Ho_Chi_Minh"}
    assert deployment["global_concurrency_limit"]["limit"] == 1
    assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"


def test_nights_and_second_tries_appear_at_two_and_at_four_in_the_morning(served: Served) -> None:
    asked = {
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        "deployments": {"id": {"any_": [served.deployment()["id"]]}},
        "limit": 50,
    }
    runs = eventually(lambda: served.ask("/flow_runs/filter", asked), 60)
    planned = {
        (run["expected_start_time"][11:19], run["parameters"].get("second_try", False)) for run in runs
    }
    assert planned == {("19:00:00", False), ("21:00:00", True)}  # UTC


def test_a_worker_runs_a_night_in_which_every_step_is_a_task(served: Served, done: Done) -> None:
    night = done["nightly"]
    assert (night["name"], night["state"]["type"]) == ("đối chiếu 22/11/2026 02:00", "COMPLETED"), night[
        "state"
    ]
    tasks = served.ask("/task_runs/filter", {"flow_runs": {"id": {"any_": [night["id"]]}}, "limit": 50})
    steps = Counter(task["name"].split()[0] for task in tasks)
    once = ("begin", "reread", "list_services", "reconcile", "verify", "finish", "show", "tell", "tidy")
    assert steps == dict.fromkeys(("extract", "check", "load"), 2) | dict.fromkeys(once, 1)
    assert served.office.rows("v_snapshot", source="national")[-1]["state"] == "complete"


def test_the_night_s_artifact_answers_what_happened_last_night(served: Served, done: Done) -> None:
    page = served.artifact("nightly", done["nightly"])
    assert done["nightly"]["state"]["message"] in page
    assert "| Cổng DVC quốc gia | Đủ |" in page
    assert "| Cổng DVC tỉnh | Đủ |" in page
    opened = int(page.split(" sai lệch mới")[0].split()[-1])
    (line,) = [line for line in page.splitlines() if line.startswith(f"- Mới: {opened} (")]
    assert sum(map(int, re.findall(r": (\d+)[;)]", line))) == opened > 0
    file = page.split("Trang của đêm: `")[1].split("`")[0]
    assert Path(file).exists()


def test_the_night_s_log_has_a_line_for_each_source(served: Served, done: Done) -> None:
    logs = {"logs": {"flow_run_id": {"any_": [done["nightly"]["id"]]}}, "limit": 200}
    lines = [line["message"] for line in served.ask("/logs/filter", logs)]
    titles = ("Cổng DVC quốc gia", "Cổng DVC tỉnh")
    assert [sum(line.startswith(f"{title}: Đủ") for line in lines) for title in titles] == [1, 1]


@pytest.mark.parametrize("name, file", [("weekly", "tuan-2026-11-23"), ("monthly", "thang-2026-12")])
def test_the_papers_of_a_period_are_written_and_linked(
    name: str, file: str, served: Served, done: Done
) -> None:
    assert done[name]["state"]["type"] == "COMPLETED", done[name]["state"]
    for kind in ("xlsx", "docx"):
        paper = served.office.configuration.reports / f"bao-cao-{file}.{kind}"
        assert paper.stat().st_size > 5_000
        assert paper.as_uri() in served.artifact(f"{name}-report-{kind}", done[name])


def test_a_month_before_the_first_night_has_no_paper_and_says_so(
    served: Served, done: Done, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RASOAT_HOME", "RASOAT_CONFIG"):
        monkeypatch.setenv(name, served.office.environment[name])
    state = monthly.fn(datetime.fromisoformat("2026-11-01T07:45:00+07:00"))
    assert state.type == StateType.COMPLETED
    assert "Chưa có lần đối chiếu nào" in state.message


def test_the_mail_flow_says_what_went_out(done: Done) -> None:
    assert done["mail"]["state"]["message"] == "0 thư đã gửi, 0 thư còn chờ"


def test_a_night_that_takes_too_long_is_stopped_and_left_for_the_next_run(
    served: Served, tmp_path: Path
) -> None:
    slow = {"requests_per_second": 2.0}
    office = SmallOffice(tmp_path, served.portals, schedule={"time_out": 0.002}, national=slow)
    server = served.environment["PREFECT_API_URL"]
    done = office.process(
        "sync", "--as-of", NIGHTS[0], "--prefect", "--json", PREFECT_API_URL=server
    )  # Prefect takes what it knows of a server once in a process
    assert (done.returncode, json.loads(done.stdout)["status"]) == (1, "failed"), done.stderr
    assert [row["status"] for row in office.rows("v_run")] == ["failed"]
    run = office.rows("v_run")[0]
    assert run["finished_at"] is not None
    moment = datetime.fromisoformat(NIGHTS[0])
    assert unsettled_sources(office.configuration, moment) == ("national", "provincial")
    stopped = {"name": {"any_": ["extract national"]}, "state": {"name": {"any_": ["TimedOut"]}}}
    (reading,) = eventually(lambda: served.ask("/task_runs/filter", {"task_runs": stopped}), 60)
    assert reading["run_count"] == 1


def test_what_the_database_refuses_fails_the_night_in_one_line(served: Served, tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, served.portals, schedule={"tries": 1})
    assert office.rasoat("db", "upgrade").returncode == 0
    with closing(sqlite3.connect(office.home / "var" / "rasoat.db")) as owner:
        owner.execute("CREATE UNIQUE INDEX fault ON procedure_version (source)")
    server = served.environment["PREFECT_API_URL"]
    began = datetime.now(UTC).isoformat()
    done = office.process("sync", "--as-of", NIGHTS[0], "--prefect", PREFECT_API_URL=server)
    words = "dữ liệu không hợp ràng buộc của bảng; báo cho người quản trị (UNIQUE constraint failed: "
    assert done.returncode == 1
    (line,) = [each for each in done.stderr.splitlines() if each.startswith("rasoat: ")]
    assert words in line
    assert "Traceback" not in done.stderr
    assert "INSERT" not in done.stderr
    assert [row["status"] for row in office.rows("v_run")] == ["failed"]
    failed = {"state": {"type": {"any_": ["FAILED"]}}, "start_time": {"after_": began}}
    (run,) = eventually(lambda: served.ask("/flow_runs/filter", {"flow_runs": failed}), 60)
    assert words in run["state"]["message"]

    def logs() -> list[Any]:
        return served.ask("/logs/filter", {"logs": {"flow_run_id": {"any_": [run["id"]]}}, "limit": 200})

    eventually(lambda: any(words in each["message"] for each in logs()), 30)  # they are sent in batches
    assert not any("INSERT" in each["message"] or "Traceback" in each["message"] for each in logs())


class Lived(NamedTuple):
    """What an office's way to a night gave, and the addresses that were told of its end."""

    office: SmallOffice
    done: subprocess.CompletedProcess[str]
    told: list[str]


@pytest.fixture(scope="module")
def by_hand_and_by_prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lived, Lived]]:
    """The same list and the same night without Prefect, and with a server of Prefect's own."""
    folder = tmp_path_factory.mktemp("ways")
    with bundled() as portals, Loopback(lambda _asked: Say(b"OK")) as listener:
        keep_few(portals)
        by_hand, by_prefect = (SmallOffice(folder / name, portals) for name in ("by-hand", "by-prefect"))
        # Prefect reads its environment once a process, and in this one it gave a server 20 s to start.
        ways = ((by_hand, by_hand.rasoat, ()), (by_prefect, by_prefect.process, ("--prefect",)))
        lived = []
        for office, command, way in ways:
            with office.settings.open("a", encoding="utf-8") as file:
                file.write(f'[monitoring]\nheartbeat_url = "{listener.url}/{office.home.name}"\n')
            office.take_in(office.sample_catalogue())
            before = len(listener.paths)
            done = command("sync", "--as-of", NIGHTS[0], "--json", *way, RASOAT_LOG="json")
            lived.append(Lived(office, done, listener.paths[before:]))
        yield lived[0], lived[1]


def test_with_and_without_prefect_the_warehouse_is_the_same(
    by_hand_and_by_prefect: tuple[Lived, Lived],
) -> None:
    for office, done, told in by_hand_and_by_prefect:
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["status"] == "complete"
        own = [json.loads(line) for line in done.stderr.splitlines() if line.startswith('{"')]
        read = {(line["run"], line["source"]) for line in own if line["event"] == "đã đọc nguồn"}
        assert read == {(2, "national"), (2, "provincial")}
        assert told == [f"/{office.home.name}"]
    by_hand, by_prefect = (each.office for each in by_hand_and_by_prefect)
    assert by_prefect.views() == by_hand.views()


def test_make_up_s_server_worker_and_deployment_stop_together(
    by_hand_and_by_prefect: tuple[Lived, Lived],
) -> None:
    office = by_hand_and_by_prefect[1].office  # whose Prefect has its tables already: they take ten seconds
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
