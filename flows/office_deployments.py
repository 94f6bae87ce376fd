"""Deployments of the offices of one server: those of `prefect.yaml`, once more for each office.

What runs for an office is told its name alone. Addresses and passwords stay in the office's own file, and
nothing that stands in the worker's environment is taken for the office's.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from prefect.client.orchestration import get_client
from prefect.settings import get_current_settings

from procedures.errors import InputError, RasoatError
from settings.environment import read_office_environment
from settings.offices import OfficeFiles
from settings.reading import load_configuration

PLAN = "prefect.yaml"

STDERR = 2

SECOND_TRY_AFTER = 2
"""Hours from a night's start to its second try."""


def deploy_offices(offices: Sequence[OfficeFiles]) -> None:
    """Deploy the flows of these offices to the server of `PREFECT_API_URL`; may be repeated.

    An office whose settings cannot be read is left out, and named at the end.

    Raises:
        RasoatError: the server is away or refuses, `prefect.yaml` is missing, or an office was left out.
    """
    if not offices:
        return
    check_server()
    file = _folder() / PLAN
    if not file.is_file():
        raise RasoatError(f"Không thấy {file}; chạy ở thư mục có {PLAN}")
    plan = yaml.safe_load(file.read_text(encoding="utf-8"))
    deployments: list[dict[str, Any]] = []
    wrong: list[str] = []
    for office in offices:
        try:
            configuration = load_configuration(read_office_environment(office))
        except RasoatError as error:
            wrong.append(f"{office.name}: {error}")
            continue
        start, zone = configuration.schedule.start, configuration.department.timezone
        deployments += [office_deployment(each, office, start, zone) for each in plan["deployments"]]
    if deployments:
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as draft:
            json.dump(plan | {"deployments": deployments}, draft)
            draft.flush()
            run_prefect("--no-prompt", "deploy", "--all", "--prefect-file", draft.name)
    if wrong:
        raise RasoatError("Chưa đặt lịch được: " + "; ".join(wrong))


def office_deployment(plan: dict[str, Any], office: OfficeFiles, start: str, zone: str) -> dict[str, Any]:
    """Return a deployment of `prefect.yaml` for one office: its nights begin at `start` of its time zone."""
    hour, minute = map(int, start.split(":"))
    times = {
        "night": f"{minute} {hour} * * *",
        "second-try": f"{minute} {(hour + SECOND_TRY_AFTER) % 24} * * *",
    }
    schedules = [
        each | {"cron": times.get(each.get("slug"), each["cron"]), "timezone": zone}
        for each in plan["schedules"]
    ]
    variables = {"RASOAT_OFFICES": str(office.folder.parent), "RASOAT_OFFICE": office.name}
    pool = plan["work_pool"] | {"job_variables": {"env": variables}}
    name = f"{plan['name']}-{office.name}"
    return plan | {"name": name, "schedules": schedules, "work_pool": pool, "tags": [office.name]}


def check_server() -> None:
    """Check that a server answers; without an address Prefect would deploy to one that ends at once.

    Raises:
        RasoatError: none is named, or it does not answer.
    """
    address = get_current_settings().api.url
    if not address:
        raise InputError("Chưa đặt PREFECT_API_URL, như http://127.0.0.1:4200/api")
    with get_client(sync_client=True) as client:
        is_away = client.api_healthcheck() is not None
    if is_away:
        raise RasoatError(f"Máy chủ Prefect không trả lời tại {address} (PREFECT_API_URL)")


def run_prefect(*arguments: str) -> None:
    """Run a command of Prefect where the flows lie, its words on standard error.

    Raises:
        RasoatError: it failed.
    """
    command = [sys.executable, "-m", "prefect", *arguments]
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=STDERR, cwd=_folder())
    if done.returncode:
        raise RasoatError(f"Prefect không nhận: {' '.join(arguments)}")


def _folder() -> Path:
    """Return where `prefect.yaml` and the flows that it names lie: here, else where the program does."""
    here = Path.cwd()
    return here if (here / PLAN).is_file() else Path(__file__).parents[1]
