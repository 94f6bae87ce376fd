"""Reporting periods (kỳ báo cáo): which days a report covers.

Monthly and quarterly periods of administrative reports end on a fixed day (decree 09/2019/NĐ-CP; UNVERIFIED
in detail, so that the first day is a setting): the 15th of one month to the 14th of the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

PeriodKind = Literal["nightly", "weekly", "monthly", "quarterly"]

QUARTERS = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days `first` to `last`, both included, reported as of the local moment `as_of`, which is in them."""

    kind: PeriodKind
    first: date
    last: date
    as_of: datetime

    @property
    def running(self) -> bool:
        """Return whether days of it are still to come."""
        return self.as_of.date() < self.last

    @property
    def label(self) -> str:
        """Return the period as in a heading: "tháng 11 năm 2026"."""
        match self.kind:
            case "nightly":
                return f"ngày {self.last:%d/%m/%Y}"
            case "weekly":
                return f"tuần từ {self.first:%d/%m/%Y} đến {self.last:%d/%m/%Y}"
            case "monthly":
                return f"tháng {self.last.month:02d} năm {self.last.year}"
        return f"quý {QUARTERS[(self.last.month - 1) // 3]} năm {self.last.year}"

    @property
    def slug(self) -> str:
        """Return the period as in a file name: "thang-2026-11"."""
        match self.kind:
            case "nightly":
                return f"dem-{self.last:%Y-%m-%d}"
            case "weekly":
                return f"tuan-{self.last:%Y-%m-%d}"
            case "monthly":
                return f"thang-{self.last:%Y-%m}"
        return f"quy-{self.last.year}-{(self.last.month - 1) // 3 + 1}"


def period_of(kind: PeriodKind, as_of: datetime, first_day: int = 1) -> Period:
    """Return the period that contains the local moment `as_of`; a week is the seven days that end with it.

    A month is named by the month of its last day: with `first_day` 15 "tháng 11" begins on 15 October.
    """
    day = as_of.date()
    if kind == "nightly":
        return Period(kind=kind, first=day, last=day, as_of=as_of)
    if kind == "weekly":
        return Period(kind=kind, first=day - timedelta(days=6), last=day, as_of=as_of)
    is_shifted = first_day > 1
    month = _month(day.year, day.month + (is_shifted and day.day >= first_day))
    if kind == "monthly":
        begin, end = month, month
    else:
        begin = _month(month.year, (month.month - 1) // 3 * 3 + 1)
        end = _month(begin.year, begin.month + 2)
    if is_shifted:
        first = _month(begin.year, begin.month - 1).replace(day=first_day)
        last = end.replace(day=first_day) - timedelta(days=1)
    else:
        first, last = begin, _month(end.year, end.month + 1) - timedelta(days=1)
    return Period(kind=kind, first=first, last=last, as_of=as_of)


def _month(year: int, month: int) -> date:
    """Return the first day of a month; months below 1 and above 12 are in the previous and next year."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
