"""Local processing times against the national ones.

A shorter local time is a cut, which is lawful; a longer one is a finding. Seven days are not seven
working days: times of different units disagree without one being longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from procedures.durations import ProcessingTime, longer_than


class Verdict(IntEnum):
    """How one side's times stand to another's, the weightiest last."""

    UNKNOWN = 0
    EQUAL = 1
    SHORTER = 2
    OTHER_UNIT = 3
    LONGER = 4


def judge(local: tuple[ProcessingTime, ...], reference: tuple[ProcessingTime, ...]) -> Verdict:
    """The weightiest verdict over the ways of submission that both tell.

    A local time without a way is held against the longest reference time, one with a way against the
    same way's, or the one without a way. Texts and the portal's unit OTHER are never durations.
    """
    verdicts = [_one(time, others) for time, others in _pairs(local, reference)]
    return max(verdicts, default=Verdict.UNKNOWN)


def cut(local: ProcessingTime, reference: ProcessingTime) -> float | None:
    """The share by which a local time is shorter (0.5 for 70 of 140 days); None when it is not."""
    if longer_than(reference, local) is not True or not reference.amount or local.amount is None:
        return None
    return 1 - local.amount / reference.amount


def _pairs(
    local: tuple[ProcessingTime, ...], reference: tuple[ProcessingTime, ...]
) -> Iterator[tuple[ProcessingTime, list[ProcessingTime]]]:
    known = [time for time in reference if _is_duration(time)]
    for time in local:
        if not _is_duration(time):
            continue
        same_way = [other for other in known if other.way == time.way]
        unsaid = [other for other in known if other.way is None]
        others = known if time.way is None else same_way or unsaid
        if others:
            yield time, others


def _is_duration(time: ProcessingTime) -> bool:
    return time.amount is not None and time.unit is not None


def _one(time: ProcessingTime, others: list[ProcessingTime]) -> Verdict:
    """Against several times, the most lenient one counts."""
    return min((_against(time, other) for other in others), key=_leniency)


def _leniency(verdict: Verdict) -> int:
    order = (Verdict.EQUAL, Verdict.SHORTER, Verdict.OTHER_UNIT, Verdict.LONGER)
    return order.index(verdict)


def _against(time: ProcessingTime, other: ProcessingTime) -> Verdict:
    longer = longer_than(time, other)
    if longer is None:
        return Verdict.OTHER_UNIT
    if longer:
        return Verdict.LONGER
    return Verdict.SHORTER if longer_than(other, time) else Verdict.EQUAL
