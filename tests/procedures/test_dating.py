"""A wrong clock's hours neither hold people up nor let them in once the clock is right again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from procedures.dates.run_dates import is_dated_ahead
from procedures.office.accounts import IDLE_TIMEOUT, session_has_ended
from procedures.office.owners import Duty, Owner, due_reminder
from procedures.wording.words import age_text

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
YEARS = timedelta(days=3650)


@pytest.mark.parametrize(
    "by, ahead",
    [(-YEARS, False), (timedelta(hours=24), False), (timedelta(hours=24, seconds=1), True), (YEARS, True)],
)
def test_more_than_a_day_after_the_clock_is_ahead(by: timedelta, ahead: bool) -> None:
    assert is_dated_ahead(NOW + by, NOW) is ahead


def test_a_session_opened_under_a_wrong_clock_is_over() -> None:
    assert not session_has_ended(NOW - IDLE_TIMEOUT / 2, NOW, NOW)
    assert session_has_ended(NOW + YEARS, NOW + YEARS, NOW)


def test_a_duty_that_was_urged_in_a_year_to_come_is_urged_again() -> None:
    owner = Owner(division="Phòng Việc làm", person=None, leader=None)
    duty = Duty(
        subject="9/QĐ-BNV", owner=owner, due=date(2026, 12, 1), reminders=1, reminded_on=date(2036, 11, 29)
    )
    assert due_reminder(duty, date(2026, 12, 3)) == "remind"
    assert due_reminder(replace(duty, reminded_on=date(2026, 12, 2)), date(2026, 12, 3)) is None


@pytest.mark.parametrize(
    "hours, words",
    [(-0.5, "cách đây 00 giờ"), (-5, "còn 05 giờ nữa mới tới"), (-72, "còn 03 ngày nữa mới tới")],
)
def test_an_age_that_has_yet_to_come_is_said_so(hours: float, words: str) -> None:
    assert age_text(timedelta(hours=hours)) == words
