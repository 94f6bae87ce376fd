"""The nightly flow: the same programme that `rasoat sync` runs, one Prefect task a source and step.

What passes between tasks is ids: twenty thousand records as a task's argument cost seconds, an id
costs nothing. Each step keeps its work in the warehouse, so a step that is tried again finds what
was done before.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from steps.manner import Manner
from steps.night import Order, Step, run_night
from steps.opening import opened
from steps.settings import load
from steps.summary import Summary, summarise

TRIES = {"extract": 1, "load": 2, "list_services": 1, "reconcile": 2, "finish": 2}
"""How often a step is tried again: those whose trouble may pass (a portal, a busy database)."""

PAUSE = 20.0
"""Seconds before a step is tried again."""


class NightFailed(RuntimeError):  # noqa: N818 - says what happened
    """No source could be read; `run_id` tells which run says so."""

    def __init__(self, headline: str, run_id: int) -> None:
        super().__init__(headline)
        self.run_id = run_id


@flow(name="nightly", flow_run_name="đối chiếu {as_of}", log_prints=False)
def nightly(
    as_of: datetime | None = None, sources: list[str] | None = None, anyway: bool = False
) -> State[int]:
    """One night. Fails when no source could be read; ends `Degraded` when one was not complete.

    Without `as_of` it is the schedule's own, and keeps to the hours in which portals may be asked; with
    `anyway` portals that said no a while ago are asked too.
    """
    configuration = load()
    moment = as_of or datetime.now(configuration.department.zone)
    order = Order(moment, tuple(sources or ()), Manner(scheduled=as_of is None, anyway=anyway))
    with opened(configuration):
        run_id = run_night(_as_task, configuration, order)
        summary = summarise(configuration, run_id)
    create_table_artifact(key="nightly", table=_rows(summary), description=summary.headline)
    if summary.status == "failed":
        raise NightFailed(summary.headline, run_id)
    name = "Completed" if summary.status == "complete" else "Degraded"
    return Completed(name=name, message=summary.headline, data=run_id)


def _as_task(step: Step, *arguments: object) -> int:
    name = step.__name__
    as_task = task(
        name=name,
        task_run_name=" ".join([name, *(argument for argument in arguments if isinstance(argument, str))]),
        retries=TRIES.get(name, 0),
        retry_delay_seconds=PAUSE,
        cache_policy=NO_CACHE,
    )
    return as_task(step)(*arguments)


def _rows(summary: Summary) -> list[dict[str, Any]]:
    return [
        {
            "nguồn": name,
            "trạng thái": source.state,
            "lý do": source.reason or "",
            "thủ tục": source.procedures,
            "mới": source.new,
            "thay đổi": source.changed,
            "không thấy": source.missing,
            "bãi bỏ": source.repealed,
        }
        for name, source in summary.sources.items()
    ]
