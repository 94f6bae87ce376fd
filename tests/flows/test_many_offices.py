"""Offices of one Prefect server: each has its deployments, and the fault of one is nobody else's."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.office_deployments import office_deployment
from flows.up import deploy, start_worker, stop
from portals.config import write_settings
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


def test_a_hanging_portal_and_a_lost_database_delay_no_other_office(served: Served, tmp_path: Path) -> None:
    offices = tmp_path / "offices"
    well = SmallOffice(offices / "ha-tinh", served.portals, schedule={"start": "01:30"})
    for name in ("hai-phong", "nghe-an"):
        (offices / name).mkdir()
    for name, address in (("ha-tinh", ""), ("hai-phong", ""), ("nghe-an", AWAY)):
        database = f"RASOAT_DATABASE_URL={address}\n" if address else ""
        (offices / name / ".env").write_text(f"RASOAT_HOME=var\n{database}")
    write_settings(offices / "nghe-an" / "rasoat.toml", *addresses(served))
    with hanging() as portal:
        write_settings(offices / "hai-phong" / "rasoat.toml", portal, portal)
        deploy(served.environment | {"RASOAT_OFFICES": str(offices)})
        worker = start_worker(served.environment)
        try:
            hangs, lost, good = (
                served.order(f"nightly-{name}", as_of=NIGHTS[0])
                for name in ("hai-phong", "nghe-an", "ha-tinh")
            )
            done = served.ended(good)
            meanwhile = served.ask(f"/flow_runs/{hangs}")["state"]["type"]
            failed = served.ended(lost, 60)
        finally:
            stop([worker])
    assert (done["state"]["type"], meanwhile) == ("COMPLETED", "RUNNING"), done["state"]
    assert failed["state"]["type"] == "FAILED"
    assert [row["status"] for row in well.rows("v_run")] == ["complete"]
    planned = served.deployment("nightly-ha-tinh")
    assert sorted(each["schedule"]["cron"] for each in planned["schedules"]) == ["30 1 * * *", "30 3 * * *"]
    told = {"RASOAT_OFFICES": str(offices), "RASOAT_OFFICE": "ha-tinh"}
    assert planned["job_variables"]["env"] == told
    assert "bi-mat-77" not in str(served.deployment("nightly-nghe-an"))


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
