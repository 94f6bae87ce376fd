"""A report's days: the night, the week, and months and quarters that may begin on the fifteenth."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.dates.periods import period_of


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T09:00:00+07:00")


@pytest.mark.parametrize(
    ("kind", "day", "first_day", "first", "last", "label", "slug"),
    (
        ("nightly", "2026-11-23", 15, "2026-11-23", "2026-11-23", "ngày 23/11/2026", "dem-2026-11-23"),
        ("weekly", "2026-11-23", 15, "2026-11-17", "2026-11-23",
         "tuần từ 17/11/2026 đến 23/11/2026", "tuan-2026-11-23"),
        ("monthly", "2026-11-14", 15, "2026-10-15", "2026-11-14", "tháng 11 năm 2026", "thang-2026-11"),
        ("monthly", "2026-12-15", 15, "2026-12-15", "2027-01-14", "tháng 01 năm 2027", "thang-2027-01"),
        ("monthly", "2026-02-28", 1, "2026-02-01", "2026-02-28", "tháng 02 năm 2026", "thang-2026-02"),
        ("quarterly", "2026-11-24", 15, "2026-09-15", "2026-12-14", "quý IV năm 2026", "quy-2026-4"),
        ("quarterly", "2026-12-20", 15, "2026-12-15", "2027-03-14", "quý I năm 2027", "quy-2027-1"),
        ("quarterly", "2026-05-05", 1, "2026-04-01", "2026-06-30", "quý II năm 2026", "quy-2026-2"),
    ),
)  # fmt: skip
def test_the_period_of_a_day(
    kind: str, day: str, first_day: int, first: str, last: str, label: str, slug: str
) -> None:
    period = period_of(kind, at(day), first_day)  # type: ignore[arg-type]  # one of the kinds
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert (period.label, period.slug) == (label, slug)


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.integers(1, 28),
    st.sampled_from(["monthly", "quarterly"]),
)
def test_periods_hold_their_day_and_follow_each_other_without_a_gap(
    day: date, first_day: int, kind: str
) -> None:
    moment = at(day.isoformat())
    period = period_of(kind, moment, first_day)  # type: ignore[arg-type]  # one of the kinds
    assert period.first <= day <= period.last
    assert period_of(kind, at((period.last + timedelta(days=1)).isoformat()), first_day).first == (  # type: ignore[arg-type]  # as above
        period.last + timedelta(days=1)
    )
