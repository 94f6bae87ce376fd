"""Working days of Vietnam, and by when the province announces."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from procedures.dates.calendar import (
    SwappedDays,
    add_working_days,
    announcement_due,
    is_working_day,
    working_days_between,
)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 2, 16),  # the eve of Tết
        date(2026, 2, 17),
        date(2026, 2, 20),
        date(2026, 4, 27),  # Giỗ Tổ fell on a Sunday
        date(2026, 4, 30),
        date(2026, 5, 1),
        date(2026, 9, 1),
        date(2026, 9, 2),
        date(2026, 11, 21),  # a Saturday
        date(2026, 8, 31),  # swapped for Saturday 22/8
        date(2027, 2, 5),  # the eve of Tết
        date(2027, 2, 9),
        date(2027, 9, 2),
        date(2027, 9, 3),
    ],
)
def test_days_of_rest(day: date) -> None:
    assert not is_working_day(day)


@pytest.mark.parametrize("year", [2019, 2024, 2026, 2030])
def test_every_day_is_what_the_library_of_holidays_says(year: int) -> None:
    known = holidays.country_holidays("VN", years=year)
    for day in (date(year, 1, 1) + timedelta(days=n) for n in range(365)):
        assert is_working_day(day) == known.is_working_day(day), day


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 2, 13),
        date(2026, 2, 23),
        date(2026, 8, 22),
        date(2026, 9, 3),
        date(2026, 11, 20),
        date(2027, 2, 11),
    ],
)
def test_working_days(day: date) -> None:
    assert is_working_day(day)


def test_days_that_the_government_swapped() -> None:
    swaps = SwappedDays(off=frozenset({date(2026, 11, 20)}), on=frozenset({date(2026, 11, 21)}))
    assert is_working_day(date(2026, 11, 20))
    assert not is_working_day(date(2026, 11, 20), swaps)
    assert is_working_day(date(2026, 11, 21), swaps)


def test_the_department_s_own_swaps_go_before_the_known_ones() -> None:
    swaps = SwappedDays(off=frozenset({date(2026, 8, 22)}), on=frozenset({date(2026, 8, 31)}))
    assert not is_working_day(date(2026, 8, 22), swaps)
    assert is_working_day(date(2026, 8, 31), swaps)


def test_working_days_are_counted_over_weekends_and_holidays() -> None:
    assert add_working_days(date(2026, 4, 28), 2) == date(2026, 5, 4)
    assert working_days_between(date(2026, 4, 28), date(2026, 5, 4)) == 2
    assert working_days_between(date(2026, 5, 4), date(2026, 4, 28)) == -2
    assert add_working_days(date(2026, 5, 4), -2) == date(2026, 4, 28)


def test_the_law_counts_five_days_back_from_the_effective_date() -> None:
    due = announcement_due(date(2026, 11, 2), date(2027, 1, 1), 10)
    assert (due.date, due.basis) == (date(2026, 12, 27), "law")
    due = announcement_due(date(2026, 11, 2), date(2027, 1, 8), 10, unit="working_days")
    assert (due.date, due.basis) == (date(2026, 12, 31), "law")


def test_without_an_effective_date_the_department_s_own_target_counts() -> None:
    due = announcement_due(date(2026, 11, 2), None, 10)
    assert (due.date, due.basis) == (date(2026, 11, 16), "internal")
