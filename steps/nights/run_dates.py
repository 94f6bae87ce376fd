"""Runs dated ahead of the clock: refused when requested, reported when already stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from procedures.dates.run_dates import is_dated_ahead
from procedures.errors import InputError
from procedures.wording.words import RUN_KINDS, count
from settings.configuration import Configuration
from warehouse.sources import runs
from warehouse.sources.runs import RunRow

FEW_RUNS = 4
"""More runs dated ahead than this do not come from one wrong date."""


def refuse_ahead(
    configuration: Configuration, as_of: datetime, *, anyway: bool = False, now: datetime | None = None
) -> None:
    """Refuse a logical time more than a day ahead of the clock, unless a person wants it `anyway`.

    Raises:
        InputError: it is ahead; once stored, every run before it would be refused.
    """
    clock = now or datetime.now(UTC)
    if is_dated_ahead(as_of, clock) and not anyway:
        raise InputError(
            f"{as_of.isoformat()}: sau giờ của máy này ({_local(configuration, clock)}) hơn một ngày, mọi "
            "lần chạy trước thời điểm đó sẽ bị từ chối; kiểm tra lại ngày, hoặc thêm --anyway nếu đúng là "
            "muốn vậy",
            "as_of",
        )


@dataclass(frozen=True, slots=True)
class WrongDate:
    """A wrong date in words; `run` is the run dated ahead, None if the clock itself seems to be behind."""

    run: RunRow | None
    text: str


def wrong_dates(configuration: Configuration, connection: Connection, now: datetime) -> list[WrongDate]:
    """Return the runs dated ahead of the clock; if they are many, one entry about the clock."""
    ahead = runs.runs_dated_ahead(connection, now)
    if len(ahead) <= FEW_RUNS:
        return [WrongDate(run, ahead_words(configuration, run, now)) for run in ahead]
    last = ahead[-1]
    words = (
        f"{count(len(ahead))} lần chạy đề sau giờ của máy này ({_local(configuration, now)}): có lẽ đồng hồ "
        "của máy sai, hãy chỉnh lại trước đã; nếu không thì rút từng lần, lần cuối trước: "
        f"{withdraw_command(last)}"
    )
    return [WrongDate(None, words)]


def ahead_words(configuration: Configuration, run: RunRow, now: datetime) -> str:
    """Describe a run that is dated ahead, the consequence and the remedy."""
    kind = RUN_KINDS.get(run.kind, run.kind).lower()
    words = f"Lần chạy {run.run_id} ({kind}) đề {_local(configuration, run.as_of)}"
    if is_dated_ahead(run.started_at, now):
        words += f", chạy khi đồng hồ máy chỉ {_local(configuration, run.started_at)}"
    return (
        f"{words}: sau giờ của máy này ({_local(configuration, now)}) hơn một ngày, nên mọi lần chạy trước "
        f"thời điểm đó bị từ chối. Nếu giờ của máy đúng thì rút lần chạy này: {withdraw_command(run)}"
    )


def withdraw_command(run: RunRow) -> str:
    """Return the command that withdraws a run."""
    return f"rasoat withdraw {run.run_id} --by TÊN --reason LÝ_DO"


def _local(configuration: Configuration, moment: datetime) -> str:
    return f"{moment.astimezone(configuration.department.zone):%H:%M %d/%m/%Y}"
