"""Working days of Vietnam, and the deadline to announce what a ministry decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache, partial
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any, Literal

LEGAL_DAYS = 5
"""Days before the effective date by which the province announces (decree 63/2010/NĐ-CP, article 15)."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SwappedDays:
    """Days that the Government swapped: working days made `off`, days of rest made `on`."""

    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline and its basis: the law, or the department's own target."""

    date: date
    basis: Literal["law", "internal"]


def is_working_day(day: date, swaps: SwappedDays | None = None) -> bool:
    """Return whether it is Monday to Friday without holidays (Labour Code 2019, article 112), or swapped.

    The swaps that the `holidays` package knows count both ways (Monday 31/8/2026 off, Saturday 22/8/2026
    on); `swaps` are the department's own and take precedence.
    """
    if swaps is not None and day in swaps.on:
        return True
    if swaps is not None and day in swaps.off:
        return False
    off, on = _special_days(day.year)
    return day in on or (day.weekday() < 5 and day not in off)


def add_working_days(day: date, number: int, swaps: SwappedDays | None = None) -> date:
    """Return the `number`-th working day after `day`; before it when negative."""
    step = _DAY if number >= 0 else -_DAY
    remaining = abs(number)
    while remaining:
        day += step
        remaining -= is_working_day(day, swaps)
    return day


def working_days_between(start: date, end: date, swaps: SwappedDays | None = None) -> int:
    """Return the working days after `start` up to and including `end`; negative when `end` is earlier."""
    if end < start:
        return -working_days_between(end, start, swaps)
    return sum(is_working_day(start + timedelta(days=n), swaps) for n in range(1, (end - start).days + 1))


def announcement_due(
    decision_date: date,
    effective_date: date | None,
    announce_within: int,
    swaps: SwappedDays | None = None,
    unit: Literal["days", "working_days"] = "days",
) -> Due:
    """Return by when the province announces what a ministry decided.

    Law: five days before it takes effect (decree 63/2010/NĐ-CP, article 15). Where the effective date is
    not known, the department's own target of `announce_within` working days from the decision's date.
    """
    if effective_date is not None:
        if unit == "working_days":
            return Due(add_working_days(effective_date, -LEGAL_DAYS, swaps), "law")
        return Due(effective_date - timedelta(days=LEGAL_DAYS), "law")
    return Due(add_working_days(decision_date, announce_within, swaps), "internal")


@lru_cache(maxsize=64)
def _special_days(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the year's days of rest, and its Saturdays and Sundays that were made working days."""
    vietnam = _country()(years=year)
    return frozenset(vietnam), frozenset(vietnam.weekend_workdays)


@cache
def _country() -> Any:
    """Return the holidays of Vietnam: a class of the `holidays` package.

    Its package of countries loads all of them, two hundred and fifty, so their module is taken by itself.
    """
    import holidays

    spec = PathFinder.find_spec("vietnam", [str(Path(holidays.__file__).with_name("countries"))])
    if spec is None or spec.loader is None:
        return partial(holidays.country_holidays, "VN")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Vietnam
