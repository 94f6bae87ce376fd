"""From when on a person is told what is new, and how near a date is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from procedures.dates.due import due_window
from procedures.office.visits import Visit, next_visit


def hour(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_the_first_look_knows_of_none_before_however_often_it_is_repeated() -> None:
    first = next_visit(None, hour(23, 7))
    assert first == Visit(hour(23, 7))
    assert next_visit(first, hour(23, 9)).since is None


def test_the_next_morning_is_told_from_the_last_look_of_the_day_before() -> None:
    evening = Visit(hour(23, 16), hour(22, 17))
    morning = next_visit(evening, hour(24, 7))
    assert morning == Visit(hour(24, 7), hour(23, 16))
    assert next_visit(morning, hour(24, 11)) == Visit(hour(24, 11), hour(23, 16)), "the same all morning"


def test_a_look_while_the_clock_was_ahead_is_forgotten() -> None:
    assert next_visit(Visit(hour(29, 7), hour(28, 7)), hour(24, 7)) == Visit(hour(24, 7))


@pytest.mark.parametrize(
    ("day", "window"),
    [(22, "overdue"), (23, "week"), (30, "week"), (31, None)],
)
def test_a_date_is_overdue_once_it_has_passed_and_near_for_a_week(day: int, window: str | None) -> None:
    assert due_window(date(2026, 12, day), date(2026, 12, 23)) == window


def test_what_has_no_date_is_never_due() -> None:
    assert due_window(None, date(2026, 12, 23)) is None
