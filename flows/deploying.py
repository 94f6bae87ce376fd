"""Deployment to a Prefect server: the work pool, the deployments, the guard against dead runs.

`python -m flows.deploying` in the folder of `prefect.yaml`, as often as one likes. Where `RASOAT_OFFICES`
names a folder, each of its offices gets deployments of its own; those without an office need a `rasoat.toml`.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from prefect.automations import (
    AutomationCore,
    ChangeFlowRunState,
    EventTrigger,
    Posture,
    ResourceSpecification,
)
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import StateType
from prefect.exceptions import PrefectHTTPStatusError
from prefect.workers.process import ProcessWorker

from flows.office_deployments import check_server, deploy_offices, run_prefect
from procedures.errors import RasoatError
from settings.environment import Environment, read_environment
from settings.offices import OfficeFiles, list_offices
from settings.reading import load_configuration
from settings.schedule import ScheduleSettings
from steps.terminal import replace_unencodable

POOL = "rasoat"

GUARD = "Lần chạy đã chết"
"""Name of the automation that marks runs of dead workers as crashed."""

HEARTBEAT = "prefect.flow-run.heartbeat"

ENDS = ("Completed", "Degraded", "Failed", "TimedOut", "Cancelled", "Crashed")
"""Names of the states in which the flows end; any other would be taken for a dead run."""


def main() -> int:
    """Deploy to the server of `PREFECT_API_URL`; return an exit code, errors as one line."""
    replace_unencodable()
    try:
        _deploy()
    except RasoatError as error:
        print(f"rasoat: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _deploy() -> None:
    """Deploy to the server; an office that cannot be deployed keeps no other one back."""
    environment = read_environment()
    offices = list_offices(environment.offices) if environment.offices else []
    schedule = server_schedule(environment, offices)
    check_server()
    with get_client(sync_client=True) as client:
        _open_pool(client, schedule.at_once)
    if environment.config.exists() or not offices:
        run_prefect("--no-prompt", "deploy", "--all")
    with get_client(sync_client=True) as client:
        guard(client, schedule)
    deploy_offices(offices)


def _open_pool(client: SyncPrefectClient, at_once: int) -> None:
    """Create the work pool on the server, or update it: so many runs at once, each in one process.

    Raises:
        RasoatError: the server refuses.
    """
    pool = WorkPoolCreate(
        name=POOL, type="process", base_job_template=job_template(), concurrency_limit=at_once
    )
    try:
        client.create_work_pool(pool, overwrite=True)
    except PrefectHTTPStatusError as error:
        raise RasoatError(f"Prefect không nhận nhóm {POOL}: {error.response.status_code}") from error


def job_template() -> dict[str, Any]:
    """Return how a worker starts a run: Prefect's own way, with the command said.

    Where it is not said, a worker first starts a process that finds out where the flow lies, and each run
    loads Prefect twice: seconds of waiting and of work.
    """
    template = ProcessWorker.get_default_base_job_template()
    command = shlex.join([sys.executable, "-m", "prefect.engine"])
    template["variables"]["properties"]["command"]["default"] = command
    return template


def server_schedule(environment: Environment, offices: Sequence[OfficeFiles]) -> ScheduleSettings:
    """Return the schedule of the server: without `at_once` in its settings every office finds a place.

    A slow or hanging night then keeps no other office's from starting.
    """
    if offices and not environment.config.exists():
        schedule = ScheduleSettings()
    else:
        schedule = load_configuration(environment).schedule
    if "at_once" in schedule.model_fields_set or len(offices) <= schedule.at_once:
        return schedule
    return schedule.replace(at_once=min(len(offices), 100))


def guard(client: SyncPrefectClient, schedule: ScheduleSettings) -> None:
    """Create the automation on the server, or update it."""
    automation = dead_run_automation(schedule.longest_silence)
    existing = client.read_automations_by_name(GUARD)
    if existing and existing[0].id is not None:
        client.update_automation(existing[0].id, automation)
    else:
        client.create_automation(automation)


def dead_run_automation(silence: timedelta) -> AutomationCore:
    """Return the automation that marks a run without sign of life for `silence` as `Crashed`.

    Prefect leaves the run of a killed worker `Running`; it then counts against the limits of its deployment
    and its pool. A sign of life comes every 30 seconds (`PREFECT_FLOWS_HEARTBEAT_FREQUENCY` of the worker).
    """
    end_events = {f"prefect.flow-run.{name}" for name in ENDS}
    return AutomationCore(
        name=GUARD,
        description="Tiến trình của lần chạy đã chết: đánh dấu Crashed để lần sau chạy được",
        trigger=EventTrigger(
            after={HEARTBEAT},
            expect={HEARTBEAT, *end_events},
            match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=silence,
        ),
        actions=[
            ChangeFlowRunState(
                name=None,
                state=StateType.CRASHED,
                force=False,
                message="Tiến trình chạy đã chết (mất điện, bị tắt); lần chạy sau trong ngày sẽ làm tiếp.",
            )
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
