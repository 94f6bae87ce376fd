"""Keeps one wrong date from stopping the nights after it: refused when given, named where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from procedures.errors import InputError
from procedures.run_dates import is_ahead
from procedures.wording.words import RUN_KINDS, count
from settings.configuration import Configuration
from warehouse.sources import runs
from warehouse.sources.runs import RunRow

FEW = 4
"""More runs than these were dated ahead by no single night."""


def refuse_ahead(
    configuration: Configuration, as_of: datetime, *, anyway: bool = False, now: datetime | None = None
) -> None:
    """Refuse a logical time more than a day ahead of the clock, unless a person wants it `anyway`.

    Raises:
        InputError: it is ahead; once it stood, every run before it would be refused.
    """
    clock = now or datetime.now(UTC)
    if is_ahead(as_of, clock) and not anyway:
        raise InputError(
            f"{as_of.isoformat()}: sau giờ của máy này ({_local(configuration, clock)}) hơn một ngày, mọi "
            "lần chạy trước thời điểm đó sẽ bị từ chối; kiểm tra lại ngày, hoặc thêm --anyway nếu đúng là "
            "muốn vậy",
            "as_of",
        )


@dataclass(frozen=True, slots=True)
class WrongDate:
    """What is wrong, in words; `run` is dated ahead, None where the clock itself seems to be behind."""

    run: RunRow | None
    text: str


def wrong_dates(configuration: Configuration, connection: Connection, now: datetime) -> list[WrongDate]:
    """The runs that are dated ahead of the clock; where they are many, rather the clock that is behind."""
    ahead = runs.dated_ahead(connection, now)
    if len(ahead) <= FEW:
        return [WrongDate(run, ahead_in_words(configuration, run, now)) for run in ahead]
    last = ahead[-1]
    words = (
        f"{count(len(ahead))} lần chạy đề sau giờ của máy này ({_local(configuration, now)}): có lẽ đồng hồ "
        "của máy sai, hãy chỉnh lại trước đã; nếu không thì rút từng lần, lần cuối trước: "
        f"{how_to_withdraw(last)}"
    )
    return [WrongDate(None, words)]


def ahead_in_words(configuration: Configuration, run: RunRow, now: datetime) -> str:
    """A run that is dated ahead, what follows from that, and what to do."""
    kind = RUN_KINDS.get(run.kind, run.kind).lower()
    told = f"Lần chạy {run.run_id} ({kind}) đề {_local(configuration, run.as_of)}"
    if is_ahead(run.started_at, now):
        told += f", chạy khi đồng hồ máy chỉ {_local(configuration, run.started_at)}"
    return (
        f"{told}: sau giờ của máy này ({_local(configuration, now)}) hơn một ngày, nên mọi lần chạy trước "
        f"thời điểm đó bị từ chối. Nếu giờ của máy đúng thì rút lần chạy này: {how_to_withdraw(run)}"
    )


def how_to_withdraw(run: RunRow) -> str:
    """The command that takes a run back."""
    return f"rasoat withdraw {run.run_id} --by TÊN --reason LÝ_DO"


def _local(configuration: Configuration, moment: datetime) -> str:
    return f"{moment.astimezone(configuration.department.zone):%H:%M %d/%m/%Y}"
