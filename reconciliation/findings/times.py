"""Local processing times against the national ones.

A shorter local time is a cut, which is lawful; a longer one is a finding. Seven days are not seven
working days: times of different units disagree without one being longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from procedures.values.durations import ProcessingTime, is_longer


class TimeVerdict(IntEnum):
    """How one side's times compare to another's, the weightiest last."""

    UNKNOWN = 0
    EQUAL = 1
    SHORTER = 2
    OTHER_UNIT = 3
    LONGER = 4


def compare_times(local: tuple[ProcessingTime, ...], reference: tuple[ProcessingTime, ...]) -> TimeVerdict:
    """Return the weightiest verdict over the ways of submission that both state.

    A local time without a way is compared to the longest reference time, one with a way to the
    same way's, or to the one without a way. Texts and the portal's unit OTHER are never durations.
    """
    verdicts = [_compare_to_all(time, others) for time, others in _pairs(local, reference)]
    return max(verdicts, default=TimeVerdict.UNKNOWN)


def reduction_share(local: ProcessingTime, reference: ProcessingTime) -> float | None:
    """Return the share by which a local time is shorter (0.5 for 70 of 140 days); None when it is not."""
    if is_longer(reference, local) is not True or not reference.amount or local.amount is None:
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
        without_way = [other for other in known if other.way is None]
        others = known if time.way is None else same_way or without_way
        if others:
            yield time, others


def _is_duration(time: ProcessingTime) -> bool:
    return time.amount is not None and time.unit is not None


def _compare_to_all(time: ProcessingTime, others: list[ProcessingTime]) -> TimeVerdict:
    """Return the verdict against several times: the most lenient one counts."""
    return min((_compare_pair(time, other) for other in others), key=_leniency)


def _leniency(verdict: TimeVerdict) -> int:
    order = (TimeVerdict.EQUAL, TimeVerdict.SHORTER, TimeVerdict.OTHER_UNIT, TimeVerdict.LONGER)
    return order.index(verdict)


def _compare_pair(time: ProcessingTime, other: ProcessingTime) -> TimeVerdict:
    longer = is_longer(time, other)
    if longer is None:
        return TimeVerdict.OTHER_UNIT
    if longer:
        return TimeVerdict.LONGER
    return TimeVerdict.SHORTER if is_longer(other, time) else TimeVerdict.EQUAL
