"""Owners: rules that assign work to a division, and how often an owner is reminded.

A duty is one task given to a division (phòng, ban, đơn vị trực thuộc), with a date. The division is reminded
twice, then the leader in charge is told; a reply, an extension or the end of the matter stops that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from procedures.dates.calendar import SwappedDays, working_days_between
from procedures.dates.due import DueWindow, due_window
from procedures.values.limits import check_length
from procedures.values.text import matching_key

REMIND_BEFORE = 3
"""Working days before the date of a duty at which the first reminder is sent."""
MIN_DAYS_BETWEEN = 3
"""Working days at least between two reminders, and between the second and the leader."""
REMINDERS = 2

MAX_AHEAD = timedelta(days=7)
"""A reminder dated further ahead than this was recorded while the clock was wrong."""

ReminderKind = Literal["remind", "escalate"]

RULE_ATTRIBUTES = ("code", "field", "agency", "ministry")
"""What a rule may concern, the more exact rule first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A division, with the person and the leader in charge where they are named."""

    division: str
    person: str | None = None
    leader: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRule:
    """A rule of assignment: exactly one of code, field, agency (executing) or ministry (promulgating)."""

    owner: Owner
    code: str | None = None
    field: str | None = None
    agency: str | None = None
    ministry: str | None = None

    @property
    def about(self) -> tuple[str, str]:
        """Return which of the four it concerns, and its value."""
        return next((name, value) for name in RULE_ATTRIBUTES if (value := getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignableWork:
    """The attributes of a procedure that rules consider."""

    code: str | None = None
    field: str | None = None
    agency: str | None = None
    ministry: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One task that somebody was given. `reminders` were sent so far, the last on `urged_on`."""

    subject: str
    owner: Owner
    due: date | None
    extended_until: date | None = None
    replied: bool = False
    closed: bool = False
    reminders: int = 0
    reminded_on: date | None = None
    escalated: bool = False

    @property
    def effective_due_date(self) -> date | None:
        """Return the effective date: an extension's where one was granted, unless the matter is due later."""
        return max((day for day in (self.due, self.extended_until) if day is not None), default=None)

    def window(self, today: date) -> DueWindow | None:
        """Return whether it is overdue or due within a week; None once the division has replied."""
        return None if self.replied or self.closed else due_window(self.effective_due_date, today)


def is_postponed(extended_until: date | None, today: date, *, replied: bool) -> bool:
    """Return whether a division has replied, or has an extension that has not passed: it is not late."""
    return replied or (extended_until is not None and extended_until >= today)


def check_owner(owner: Owner) -> None:
    """Refuse names that are too long for a division or a person.

    Raises:
        InputError: one is.
    """
    check_length(owner.division, "Tên phòng, ban, đơn vị", "division")
    check_length(owner.person, "Tên người được giao", "person")
    check_length(owner.leader, "Tên lãnh đạo phụ trách", "leader")


def owner_of(work: AssignableWork, rules: Sequence[AssignmentRule]) -> Owner | None:
    """Return the owner by the most exact rule that fits; of equals the newest. None: no owner yet."""
    rule = rule_of(work, rules)
    return None if rule is None else rule.owner


def rule_of(work: AssignableWork, rules: Sequence[AssignmentRule]) -> AssignmentRule | None:
    """Return the most exact rule that fits; of equals the newest."""
    for attribute in RULE_ATTRIBUTES:
        wanted = getattr(work, attribute)
        if wanted is None:
            continue
        for rule in reversed(rules):
            value = getattr(rule, attribute)
            if value is not None and matching_key(value) == matching_key(wanted):
                return rule
    return None


def owner_of_all(works: Iterable[AssignableWork], rules: Sequence[AssignmentRule]) -> Owner | None:
    """Return the owner of most of the work (of a decision, its procedures); None where no rule fits any."""
    owners = Counter(owner for work in works if (owner := owner_of(work, rules)) is not None)
    return owners.most_common(1)[0][0] if owners else None


def due_reminder(duty: Duty, today: date, swaps: SwappedDays | None = None) -> ReminderKind | None:
    """Return what is to be sent about a duty today: a reminder, an escalation to the leader, or nothing.

    The first reminder goes out REMIND_BEFORE working days ahead, the second not before the date has passed,
    the escalation after both. None of them is sent within BETWEEN working days of the previous one.
    """
    until = duty.effective_due_date
    if until is None or duty.closed or duty.replied or duty.escalated:
        return None
    if working_days_between(today, until, swaps) > REMIND_BEFORE:
        return None
    last_reminder = duty.reminded_on
    if last_reminder is not None and last_reminder - today > MAX_AHEAD:
        last_reminder = None  # written while the clock was wrong
    if last_reminder is not None and working_days_between(last_reminder, today, swaps) < MIN_DAYS_BETWEEN:
        return None
    if duty.reminders == 0:
        return "remind"
    if today <= until:
        return None
    return "remind" if duty.reminders < REMINDERS else "escalate"
