"""Deployment to a Prefect server: the work pool, the deployments, the guard against dead runs.

`python -m flows.deploying` in the folder of `prefect.yaml`, as often as one likes.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

from prefect.automations import (
    AutomationCore,
    ChangeFlowRunState,
    EventTrigger,
    Posture,
    ResourceSpecification,
)
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolUpdate
from prefect.client.schemas.objects import StateType
from prefect.settings import get_current_settings

from procedures.errors import InputError, RasoatError
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
        schedule = load_configuration().schedule
        _check_server()
        _prefect("work-pool", "create", POOL, "--type", "process", "--overwrite")
        _prefect("--no-prompt", "deploy", "--all")
    except RasoatError as error:
        print(f"rasoat: {error}", file=sys.stderr)
        return error.exit_code
    except subprocess.CalledProcessError as error:
        print(f"rasoat: Prefect không nhận: {' '.join(error.cmd[2:])}", file=sys.stderr)
        return 1
    with get_client(sync_client=True) as client:
        client.update_work_pool(POOL, WorkPoolUpdate(concurrency_limit=schedule.at_once))
        guard(client, schedule)
    return 0


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


def _check_server() -> None:
    """Check that a server answers; without an address Prefect would deploy to one that ends at once."""
    address = get_current_settings().api.url
    if not address:
        raise InputError("Chưa đặt PREFECT_API_URL, như http://127.0.0.1:4200/api")
    with get_client(sync_client=True) as client:
        is_away = client.api_healthcheck() is not None
    if is_away:
        raise RasoatError(f"Máy chủ Prefect không trả lời tại {address} (PREFECT_API_URL)")


def _prefect(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "prefect", *arguments], check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
