"""What a division was given, while the day by which it is due moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, Engine

from procedures.office.owners import Owner, due_reminder
from warehouse.db.engine import writing
from warehouse.office import duties
from warehouse.office.duties import StoredDuty

OWNER = Owner(division="Phòng A", leader="Minh")
DUE, LATER, EARLIER = date(2026, 12, 4), date(2027, 6, 1), date(2026, 11, 27)


def give(connection: Connection, due: date | None) -> StoredDuty:
    """What the ledger does whenever a line's owner or date is another than its duty's."""
    return duties.get(
        connection, duties.give_duty(connection, "decision", "999/QĐ-BNV", OWNER, due, "quy tắc")
    )


def course(connection: Connection, duty_id: int, days: Sequence[date]) -> list[tuple[date, str]]:
    """What is sent on those days."""
    sent = []
    for day in days:
        kept = duties.get(connection, duty_id)
        how = due_reminder(kept.duty, day)
        if how is not None:
            duties.record_reminder(connection, kept, how, day, "thư")
            sent.append((day, how))
    return sent


def days(first: date, number: int) -> list[date]:
    return [first + timedelta(days=each) for each in range(number)]


@pytest.mark.parametrize("due", [LATER, EARLIER])
def test_a_day_that_moves_is_reminded_of_and_told_the_leader_anew(engine: Engine, due: date) -> None:
    with writing(engine) as connection:
        duty_id = give(connection, DUE).duty_id
        first = course(connection, duty_id, days(date(2026, 11, 20), 40))
        assert [how for _, how in first] == ["remind", "remind", "escalate"]
        moved = give(connection, due).duty
        assert (moved.reminders, moved.escalated) == (0, False)
        again = course(connection, duty_id, days(max(due, first[-1][0]) - timedelta(days=4), 30))
    assert [how for _, how in again] == ["remind", "remind", "escalate"]
    assert min(day for day, _ in again) > first[-1][0]


def test_a_day_that_moves_away_and_back_is_reminded_of_once_that_day(engine: Engine) -> None:
    with writing(engine) as connection:
        duty_id = give(connection, DUE).duty_id
        assert course(connection, duty_id, [date(2026, 12, 2)]) == [(date(2026, 12, 2), "remind")]
        give(connection, LATER)
        give(connection, DUE)
        assert course(connection, duty_id, [date(2026, 12, 2)]) == []


def test_the_same_day_given_again_changes_nothing(engine: Engine) -> None:
    with writing(engine) as connection:
        duty_id = give(connection, DUE).duty_id
        course(connection, duty_id, days(date(2026, 11, 20), 40))
        kept = duties.get(connection, duty_id)
        assert give(connection, DUE) == kept


def test_a_day_that_moves_within_an_extension_changes_nothing_until_it_passes_it(engine: Engine) -> None:
    with writing(engine) as connection:
        kept = give(connection, DUE)
        duties.extend(connection, kept, date(2026, 12, 31), "Lan", "chờ ý kiến của Bộ")
        course(connection, kept.duty_id, [date(2026, 12, 30)])
        within = give(connection, date(2026, 12, 10)).duty
        assert (within.effective_due_date, within.reminders) == (date(2026, 12, 31), 1)
        beyond = give(connection, LATER).duty
    assert (beyond.effective_due_date, beyond.reminders) == (LATER, 0)
