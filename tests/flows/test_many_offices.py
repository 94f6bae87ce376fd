"""Offices of one Prefect server: each has its deployments, and the fault of one is nobody else's."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.deploying import server_schedule
from flows.office_deployments import office_deployment
from flows.up import deploy, start_worker, stop
from portals.config import write_settings
from settings.environment import Environment
from settings.offices import OfficeFiles
from tests.flows.served import Served
from tests.office import NIGHTS, SmallOffice

AWAY = "postgresql+psycopg://a:bi-mat-77@127.0.0.1:1/b"


@contextmanager
def hanging() -> Iterator[str]:
    """The address of a portal that takes every question, and answers none."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture(scope="module")
def offices(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Three offices, deployed to a server that had everything of its own office before."""
    folder = tmp_path_factory.mktemp("several") / "offices"
    for name, address in (("ha-tinh", ""), ("hai-phong", ""), ("nghe-an", AWAY)):
        (folder / name).mkdir(parents=True)
        database = f"RASOAT_DATABASE_URL={address}\n" if address else ""
        (folder / name / ".env").write_text(f"RASOAT_HOME=var\n{database}")
    well(served, folder)
    write_settings(folder / "nghe-an" / "rasoat.toml", *addresses(served))
    served.office.configure(schedule={"dead_after": 40, "at_once": 3})
    with hanging() as portal:
        write_settings(folder / "hai-phong" / "rasoat.toml", portal, portal)
        deploy(served.environment | {"RASOAT_OFFICES": str(folder)})
        yield folder


def well(served: Served, offices: Path) -> SmallOffice:
    """The office whose portals answer and whose database is there."""
    return SmallOffice(offices / "ha-tinh", served.portals, schedule={"start": "01:30"})


def test_a_hanging_portal_and_a_lost_database_delay_no_other_office(served: Served, offices: Path) -> None:
    worker = start_worker(served.environment)
    try:
        hangs, lost, good = (
            served.order(f"nightly-{name}", as_of=NIGHTS[0]) for name in ("hai-phong", "nghe-an", "ha-tinh")
        )
        done = served.ended(good)
        meanwhile = served.ask(f"/flow_runs/{hangs}")["state"]["type"]
        failed = served.ended(lost, 60)
    finally:
        stop([worker])
    assert (done["state"]["type"], meanwhile) == ("COMPLETED", "RUNNING"), done["state"]
    assert failed["state"]["type"] == "FAILED"
    assert [row["status"] for row in well(served, offices).rows("v_run")] == ["complete"]


def test_each_office_has_its_hours_and_its_name_and_no_secret_in_its_deployments(
    served: Served, offices: Path
) -> None:
    planned = served.deployment("nightly-ha-tinh")
    assert sorted(each["schedule"]["cron"] for each in planned["schedules"]) == ["30 1 * * *", "30 3 * * *"]
    told = {"RASOAT_OFFICES": str(offices), "RASOAT_OFFICE": "ha-tinh"}
    assert planned["job_variables"]["env"] == told
    assert "bi-mat-77" not in str(served.deployment("nightly-nghe-an"))


def test_deploying_again_leaves_one_guard_and_as_many_nights_at_once_as_the_settings_say(
    served: Served, offices: Path
) -> None:
    (guard,) = served.ask("/automations/filter", {})
    assert guard["enabled"]
    assert guard["trigger"]["within"] == 40
    pool = served.ask("/work_pools/rasoat")
    assert pool["concurrency_limit"] == 3
    command = pool["base_job_template"]["variables"]["properties"]["command"]["default"]
    assert command == f"{sys.executable} -m prefect.engine"  # else a run loads Prefect twice


@pytest.mark.parametrize(
    "offices, said, at_once",
    [(4, "", 4), (5, "", 5), (16, "start = '01:00'", 16), (120, "", 100), (16, "at_once = 2", 2)],
)
def test_each_office_has_a_place_unless_the_server_s_settings_say_how_many_nights_run_at_once(
    offices: int, said: str, at_once: int, tmp_path: Path
) -> None:
    environment = Environment(home=tmp_path, config=tmp_path / "rasoat.toml", _env_file=None)
    if said:
        environment.config.write_text(f"[schedule]\n{said}\n", encoding="utf-8")
    files = [OfficeFiles(f"office-{n}", tmp_path / f"office-{n}") for n in range(offices)]
    assert server_schedule(environment, files).at_once == at_once


def addresses(served: Served) -> tuple[str, str]:
    return served.portals.national.base_url, served.portals.provincial.base_url


def test_the_second_try_comes_two_hours_later_even_past_midnight() -> None:
    plan = {
        "name": "nightly",
        "schedules": [{"slug": "night", "cron": "0 2 * * *"}, {"slug": "second-try", "cron": "0 4 * * *"}],
        "work_pool": {"name": "rasoat"},
    }
    office = OfficeFiles("ha-tinh", Path("/etc/rasoat/offices/ha-tinh"))
    made = office_deployment(plan, office, "22:45", "Asia/Ho_Chi_Minh")
    assert [each["cron"] for each in made["schedules"]] == ["45 22 * * *", "45 0 * * *"]
    assert made["name"] == "nightly-ha-tinh"
    assert plan["name"] == "nightly"
