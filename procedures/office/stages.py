"""Stages from a ministry's decision to a published procedure, and what may change them.

assigned (giao phòng) → drafted (soạn thảo) → submitted (Tờ trình) → announced (Quyết định của Chủ tịch UBND
tỉnh, công bố) → published (công khai on the national database). Decree 63/2010/NĐ-CP, articles 13, 15, 24.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from procedures.dates.calendar import SwappedDays, add_working_days
from procedures.errors import InputError
from procedures.values.limits import check_length
from procedures.wording.words import day_text

STAGES = ("new", "assigned", "drafted", "submitted", "announced", "published")
"""Stages of announcing a decision, the least advanced first."""

STAGE_WORDS: Mapping[str, str] = {
    "new": "chưa giao",
    "assigned": "đã giao",
    "drafted": "đã dự thảo",
    "submitted": "đã trình",
    "announced": "tỉnh đã công bố",
    "published": "đã công khai",
}

PUBLISH_WITHIN = 5
"""Working days from the province's signature to the national database (decree 63/2010/NĐ-CP, article 24)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChange:
    """A change of a decision by a person. `number` and `date` are those of the stage: the Tờ trình's when
    submitted, the province's decision's when announced, the day of publishing when published.
    """

    stage: str | None = None
    number: str | None = None
    date: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeStage:
    """The stage of one code of a decision; `announced_on` is the date of the province's decision."""

    code: str
    stage: str
    announced_on: date | None = None


@dataclass(frozen=True, slots=True)
class Lateness:
    """The deadline of a line and its lateness. `days`: calendar days past the date, 0 while not late."""

    what: Literal["announce", "publish"]
    due: date
    days: int


def check_stage_change(
    number: str, decided: date | None, codes: Mapping[str, CodeStage], move: StageChange, today: date
) -> None:
    """Check that the codes of decision `number`, signed on `decided`, may change so.

    Raises:
        InputError: one line that says what is wrong, with the field of `move` concerned.
    """
    check_length(move.number, "Số văn bản", "number")
    if move.stage is None:
        if move.number or move.date:
            raise InputError("Chưa nêu bước: số, ngày đã ghi là của bước nào", "stage")
        return
    if move.stage not in STAGES:
        raise InputError(f"Bước {move.stage}: không có bước này, các bước là: {', '.join(STAGES)}", "stage")
    if move.stage == "announced" and not (move.number and move.date):
        raise InputError("Tỉnh đã công bố: cần số và ngày Quyết định của tỉnh", "number", "date")
    if move.stage == "published" and not move.date:
        raise InputError("Đã công khai: cần ngày công khai trên Cơ sở dữ liệu quốc gia", "date")
    if move.date is not None:
        _check_date(number, decided, codes, move, today)
    _check_order(codes, move)


def _check_date(
    number: str, decided: date | None, codes: Mapping[str, CodeStage], move: StageChange, today: date
) -> None:
    assert move.date is not None
    day = f"Ngày {day_text(move.date)}"
    if decided is not None and move.date < decided:
        raise InputError(f"{day}: trước ngày {day_text(decided)} của Quyết định số {number}", "date")
    if move.date > today:
        raise InputError(f"{day}: sau hôm nay {day_text(today)}", "date")
    if move.stage == "published":
        for standing in codes.values():
            if standing.announced_on is not None and move.date < standing.announced_on:
                signed = day_text(standing.announced_on)
                raise InputError(
                    f"{day}: trước ngày {signed} tỉnh ký công bố thủ tục {standing.code}", "date"
                )


def _check_order(codes: Mapping[str, CodeStage], move: StageChange) -> None:
    assert move.stage is not None
    target = STAGES.index(move.stage)
    for standing in codes.values():
        current = STAGES.index(standing.stage)
        if target < current and not move.reason:
            raise InputError(
                f"Thủ tục {standing.code} đang ở bước “{STAGE_WORDS[standing.stage]}”; muốn lùi về bước "
                f"“{STAGE_WORDS[move.stage]}” phải ghi lý do",
                "reason",
            )
        if move.stage == "published" and current < STAGES.index("announced"):
            raise InputError(
                f"Thủ tục {standing.code} chưa có Quyết định công bố của tỉnh; hãy ghi Quyết định đó trước",
                "stage",
            )


def least_advanced(stages: Mapping[str, str]) -> str:
    """Return the stage of the least advanced code; `new` where there is none."""
    return min(stages.values(), key=STAGES.index, default="new")


def publish_due(signed: date, swaps: SwappedDays | None = None) -> date:
    """Return by when the national database has to show what the province announced."""
    return add_working_days(signed, PUBLISH_WITHIN, swaps)


def lateness(
    stage: str,
    due: date | None,
    signed: date | None,
    published: date | None,
    today: date,
    swaps: SwappedDays | None = None,
) -> Lateness | None:
    """Return the deadline that applies to a line, or applied last; None where none is known.

    Before the province signed it is the deadline to announce; from the signature on, the one to publish.
    """
    if signed is None:
        return None if due is None else Lateness("announce", due, max(0, (today - due).days))
    limit = publish_due(signed, swaps)
    until = published if stage == "published" and published is not None else today
    return Lateness("publish", limit, max(0, (until - limit).days))
