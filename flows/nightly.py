"""The nightly flow: the same programme that `rasoat sync` runs, one Prefect task per source and step.

Tasks pass ids: twenty thousand records as a task's argument cost seconds, an id costs nothing. Each
step stores its work in the warehouse, so a step that is tried again finds what was done before.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed
from prefect.task_engine import TaskRunTimeoutError

from flows.logs import configure_log, shorten_errors
from procedures.errors import LockedError
from settings.configuration import Configuration
from settings.reading import load_configuration
from settings.schedule import ScheduleSettings
from steps.database import open_locked
from steps.nights.night import NightRequest, Step, run_night
from steps.nights.reporting.operator_page import operator_page, source_lines
from steps.nights.reporting.run_summary import Summary, summarise
from steps.nights.reporting.signals import signalling
from steps.nights.run_dates import refuse_ahead
from steps.nights.run_now import closing_on_error
from steps.sources.run_mode import RunMode
from steps.sources.unsettled_sources import unsettled_sources

shorten_errors()

RETRIED_STEPS = frozenset({"extract", "load", "list_services", "reconcile", "finish"})
"""Steps whose failure may be temporary (a portal, a busy database)."""


class NightFailed(RuntimeError):  # noqa: N818 - says what happened
    """No source could be read, or the time was up, in the run `run_id`."""

    def __init__(self, headline: str, run_id: int) -> None:
        super().__init__(headline)
        self.run_id = run_id


def _run_name() -> str:
    """Return the name of a run: the local time of its night."""
    logical_time = flow_run.parameters.get("as_of") or flow_run.scheduled_start_time
    moment = datetime.fromisoformat(str(logical_time)).astimezone(load_configuration().department.zone)
    return f"đối chiếu {moment:%d/%m/%Y %H:%M}"


@flow(name="nightly", flow_run_name=_run_name, log_prints=False)
def nightly(
    as_of: datetime | None = None,
    sources: list[str] | None = None,
    anyway: bool = False,
    second_try: bool = False,
) -> State[int]:
    """Run one night. Fails when no source could be read; ends `Degraded` when one was not complete.

    Without `as_of` it is the schedule's own, and keeps to the hours in which portals may be asked; with
    `anyway` portals that refused a while ago are asked too, and an `as_of` ahead of the clock is accepted. A
    `second_try` asks only for what the nights of this local day have not completed, and does nothing where
    they have.
    """
    configure_log()
    configuration = load_configuration()
    moment = as_of or datetime.now(configuration.department.zone)
    refuse_ahead(configuration, moment, anyway=anyway)
    wanted = tuple(sources or ())
    try:
        with signalling(configuration, whole=not sources) as ended, open_locked(configuration):
            if second_try and not (wanted := unsettled_sources(configuration, moment, wanted)):
                day = f"{configuration.local_day(moment):%d/%m/%Y}"
                return Completed(message=f"Đêm {day} đã xong, không hỏi cổng thêm", data=0)
            order = NightRequest(moment, wanted, RunMode(scheduled=as_of is None, anyway=anyway))
            summary = _night(configuration, order)
            ended(summary)
    except LockedError:
        if second_try:
            return Completed(message="Một lần chạy khác đang làm đêm này", data=0)
        raise
    _publish_page(configuration, summary)
    if summary.status == "failed":
        raise NightFailed(summary.headline, summary.run_id)
    name = "Completed" if summary.status == "complete" else "Degraded"
    return Completed(name=name, message=summary.headline, data=summary.run_id)


def _night(configuration: Configuration, order: NightRequest) -> Summary:
    tasks = _Tasks(configuration.schedule)
    try:
        with closing_on_error(configuration):
            return summarise(configuration, run_night(tasks, configuration, order))
    except TaskRunTimeoutError as error:
        if not tasks.run_id:
            raise
        _publish_page(configuration, summarise(configuration, tasks.run_id))
        hours = configuration.schedule.time_out
        headline = f"Lần chạy {tasks.run_id}: quá {hours:g} giờ nên bị dừng; lần chạy sau trong ngày làm tiếp"
        raise NightFailed(headline, tasks.run_id) from error


def _publish_page(configuration: Configuration, summary: Summary) -> None:
    """Publish what happened in Prefect: as an artifact, and as a line in the log for each source."""
    logger = get_run_logger()
    for line in source_lines(summary):
        logger.info(line)
    page = operator_page(configuration, summary)
    create_markdown_artifact(key="nightly", markdown=page, description=summary.headline)


class _Tasks:
    """Runs each step as a Prefect task; the rest of the night is the time that a step may take."""

    def __init__(self, schedule: ScheduleSettings) -> None:
        self.run_id = 0
        self._schedule = schedule
        self._end = time.monotonic() + schedule.longest_night.total_seconds()

    def __call__(self, step: Step, *arguments: object) -> int:
        name = step.__name__
        as_task = task(
            name=name,
            task_run_name=" ".join(
                [name, *(argument for argument in arguments if isinstance(argument, str))]
            ),
            retries=self._schedule.tries - 1 if name in RETRIED_STEPS else 0,
            retry_delay_seconds=self._schedule.pause,
            retry_condition_fn=_may_retry,
            timeout_seconds=max(self._end - time.monotonic(), 0.1),
            cache_policy=NO_CACHE,
        )
        result = as_task(step)(*arguments)
        self.run_id = self.run_id or result
        return result


def _may_retry(_task: object, _run: object, state: State[Any]) -> bool:
    """Return whether trying again may help: not once the night's time is up."""
    return not isinstance(state.data, TaskRunTimeoutError)
