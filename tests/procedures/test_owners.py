"""Who new work falls to, and how often its owner is urged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from procedures.office.owners import (
    AssignableWork,
    AssignmentRule,
    Duty,
    Owner,
    due_reminder,
    owner_of,
    owner_of_all,
)

CIVIL = Owner(division="Phòng Xây dựng chính quyền", person="Hà", leader="Phó Giám đốc Minh")
MERIT = Owner(division="Phòng Người có công")
WORK = Owner(division="Phòng Việc làm")
RULES = (
    AssignmentRule(owner=WORK, ministry="Bộ Nội vụ"),
    AssignmentRule(owner=MERIT, field="Người có công"),
    AssignmentRule(owner=CIVIL, code="1.000009"),
)


def test_the_more_exact_rule_goes_first() -> None:
    assert (
        owner_of(AssignableWork(code="1.000009", field="Người có công", ministry="Bộ Nội vụ"), RULES) == CIVIL
    )
    assert (
        owner_of(AssignableWork(code="1.000001", field="NGƯỜI CÓ CÔNG", ministry="Bộ Nội vụ"), RULES) == MERIT
    )
    assert owner_of(AssignableWork(code="1.000001", field="Hội", ministry="Bộ Nội vụ"), RULES) == WORK


def test_of_two_rules_alike_the_newer_holds() -> None:
    newer = (*RULES, AssignmentRule(owner=CIVIL, field="Người có công"))
    assert owner_of(AssignableWork(field="Người có công"), newer) == CIVIL


def test_what_no_rule_speaks_of_is_nobodys() -> None:
    assert owner_of(AssignableWork(code="1.000001", ministry="Bộ Công an"), RULES) is None


def test_a_decision_falls_to_the_owner_of_most_of_its_procedures() -> None:
    works = [
        AssignableWork(field="Người có công"),
        AssignableWork(field="Người có công"),
        AssignableWork(code="1.000009"),
        AssignableWork(code="2"),
    ]
    assert owner_of_all(works, RULES) == MERIT


DUE = date(2026, 11, 20)
OPEN = Duty(subject="627/QĐ-BNV", owner=CIVIL, due=DUE)


def course(duty: Duty, start: date, days: int) -> list[tuple[date, str]]:
    """What goes out when somebody looks every day."""
    told = []
    for day in (start + timedelta(days=n) for n in range(days)):
        how = due_reminder(duty, day)
        if how is None:
            continue
        told.append((day, how))
        duty = replace(
            duty,
            reminded_on=day,
            reminders=duty.reminders + (how == "remind"),
            escalated=duty.escalated or how == "escalate",
        )
    return told


def test_a_duty_is_reminded_of_twice_and_then_the_leader_hears_once() -> None:
    assert course(OPEN, date(2026, 11, 1), 60) == [
        (date(2026, 11, 17), "remind"),
        (date(2026, 11, 21), "remind"),
        (date(2026, 11, 26), "escalate"),
    ]


def test_an_extension_moves_the_whole_course() -> None:
    extended = replace(OPEN, extended_until=date(2026, 12, 18))
    assert course(extended, date(2026, 11, 1), 45)[0] == (date(2026, 12, 15), "remind")


def test_a_reply_or_the_end_of_the_matter_stops_it() -> None:
    for quiet in (replace(OPEN, replied=True), replace(OPEN, closed=True), replace(OPEN, due=None)):
        assert course(quiet, date(2026, 11, 1), 60) == []
