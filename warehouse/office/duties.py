"""Duties: what was given to whom and what became of it; and rules that assign new work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from procedures.errors import InputError, NotFoundError
from procedures.office.owners import AssignmentRule, Duty, Owner, ReminderKind
from warehouse.announcements.ledger_events import record_changes
from warehouse.db.column_values import from_day, now, to_day
from warehouse.tables.office_tables import assignment_rule, duty, ledger_event

DUTY, RULE = "duty", "assignment_rule"
"""Kinds of subject of the events."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Who closed a duty, when (UTC ISO 8601), and why."""

    actor: str
    at: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDuty:
    """A stored duty with its number and its subject: a decision, a finding or a task."""

    duty_id: int
    subject_kind: str
    duty: Duty
    extension_reason: str | None
    reply: str | None


def list_rules(connection: Connection) -> list[tuple[int, AssignmentRule]]:
    """Return the rules in force with their numbers, the oldest first."""
    r = assignment_rule.c
    query = select(assignment_rule).where(r.ended_at.is_(None)).order_by(r.rule_id)
    return [
        (
            row.rule_id,
            AssignmentRule(
                owner=Owner(division=row.division, person=row.person, leader=row.leader),
                code=row.code,
                field=row.field,
                agency=row.agency,
                ministry=row.ministry,
            ),
        )
        for row in connection.execute(query)
    ]


def add_rule(
    connection: Connection,
    rule: AssignmentRule,
    actor: str,
    *,
    reason: str | None = None,
    at: datetime | None = None,
) -> int:
    """Store a rule and return its number; InputError where an equal one is in force."""
    for number, existing in list_rules(connection):
        if existing == rule:
            raise InputError(f"Quy tắc phân công như vậy đã có, số {number}")
    name, value = rule.about
    row = {
        name: value,
        "division": rule.owner.division,
        "person": rule.owner.person,
        "leader": rule.owner.leader,
        "actor": actor,
        "at": now(at),
    }
    query = assignment_rule.insert().returning(assignment_rule.c.rule_id)
    rule_id = int(connection.execute(query, row).scalar_one())
    changes = {f"{name}={value}": (None, rule.owner.division)}
    record_changes(connection, RULE, str(rule_id), changes, actor, reason=reason, at=at)
    return rule_id


def end_rule(
    connection: Connection,
    rule_id: int,
    actor: str,
    *,
    reason: str | None = None,
    at: datetime | None = None,
) -> None:
    """End a rule; UnknownThingError when there is no such rule."""
    r = assignment_rule.c
    ended = connection.execute(
        assignment_rule.update().where(r.rule_id == rule_id, r.ended_at.is_(None)),
        {"ended_by": actor, "ended_at": now(at)},
    )
    if ended.rowcount != 1:
        raise NotFoundError(f"Không có quy tắc phân công nào mang số {rule_id}")
    record_changes(
        connection, RULE, str(rule_id), {"state": ("in_force", "ended")}, actor, reason=reason, at=at
    )


def give_duty(
    connection: Connection,
    subject_kind: str,
    subject: str,
    owner: Owner,
    due: date | None,
    actor: str,
    *,
    reason: str | None = None,
    at: datetime | None = None,
) -> int:
    """Give something to a division, or to another one than before; return the number of the duty.

    For another owner the duty counts as a new one. Where the date that counts moves, reminders begin anew
    for the new date, escalation too, but never sooner than they would have followed the last one.
    """
    stored = find(connection, subject_kind, subject)
    values: dict[str, Any] = {
        "division": owner.division,
        "person": owner.person,
        "leader": owner.leader,
        "due_date": to_day(due),
    }
    if stored is None:
        query = duty.insert().returning(duty.c.duty_id)
        row = {"subject_kind": subject_kind, "subject": subject, **values, "reminders": 0}
        duty_id = int(connection.execute(query, row).scalar_one())
        before: dict[str, str | None] = {}
    else:
        duty_id = stored.duty_id
        current = stored.duty
        before = {
            "division": current.owner.division,
            "person": current.owner.person,
            "leader": current.owner.leader,
            "due_date": to_day(current.due),
        }
        if current.owner != owner:
            values |= {"reminders": 0, "urged_on": None, "escalated_on": None}
            values |= {"reply": None, "replied_at": None, "closed_at": None}
        elif replace(current, due=due).effective_due_date != current.effective_due_date:
            values |= {"reminders": 0, "escalated_on": None}
        connection.execute(duty.update().where(duty.c.duty_id == duty_id), values)
    changes = {
        name: (before.get(name), values[name]) for name in ("division", "person", "leader", "due_date")
    }
    record_changes(connection, DUTY, str(duty_id), changes, actor, reason=reason, at=at)
    return duty_id


def extend(
    connection: Connection,
    stored: StoredDuty,
    until: date,
    actor: str,
    reason: str,
    *,
    at: datetime | None = None,
) -> None:
    """Grant more time: reminders begin anew before the new date."""
    values = {
        "extended_until": until.isoformat(),
        "extension_reason": reason,
        "reminders": 0,
        "urged_on": None,
        "escalated_on": None,
    }
    connection.execute(duty.update().where(duty.c.duty_id == stored.duty_id), values)
    changes = {"extended_until": (to_day(stored.duty.extended_until), until.isoformat())}
    record_changes(connection, DUTY, str(stored.duty_id), changes, actor, reason=reason, at=at)


def record_reply(
    connection: Connection, stored: StoredDuty, reply: str, actor: str, *, at: datetime | None = None
) -> None:
    """Store the division's reply; it is reminded no more."""
    values = {"reply": reply, "replied_at": now(at)}
    connection.execute(duty.update().where(duty.c.duty_id == stored.duty_id), values)
    record_changes(connection, DUTY, str(stored.duty_id), {"reply": (stored.reply, reply)}, actor, at=at)


def close(
    connection: Connection, stored: StoredDuty, actor: str, reason: str | None, *, at: datetime | None = None
) -> None:
    """Close a duty: the matter is over."""
    connection.execute(duty.update().where(duty.c.duty_id == stored.duty_id), {"closed_at": now(at)})
    record_changes(
        connection, DUTY, str(stored.duty_id), {"state": ("open", "closed")}, actor, reason=reason, at=at
    )


def reopen(
    connection: Connection, stored: StoredDuty, actor: str, reason: str | None, *, at: datetime | None = None
) -> None:
    """Reopen a duty: reminders begin anew, and the earlier reply no longer stops them."""
    values = {"closed_at": None, "reminders": 0, "urged_on": None, "escalated_on": None}
    values |= {"reply": None, "replied_at": None}
    connection.execute(duty.update().where(duty.c.duty_id == stored.duty_id), values)
    changes = {"state": ("closed", "open"), "reply": (stored.reply, None)}
    record_changes(connection, DUTY, str(stored.duty_id), changes, actor, reason=reason, at=at)


def undo_closing(
    connection: Connection, stored: StoredDuty, actor: str, reason: str | None, *, at: datetime | None = None
) -> None:
    """Reopen a duty as it was before it was closed, with its reply and its reminders."""
    connection.execute(duty.update().where(duty.c.duty_id == stored.duty_id), {"closed_at": None})
    changes = {"state": ("closed", "open")}
    record_changes(connection, DUTY, str(stored.duty_id), changes, actor, reason=reason, at=at)


def last_closings(connection: Connection) -> dict[int, Closing]:
    """Return how each duty was closed the last time, by its number."""
    e = ledger_event.c
    query = select(e.subject, e.actor, e.at, e.reason).order_by(e.event_id)
    rows = connection.execute(
        query.where(e.subject_kind == DUTY, e.attribute == "state", e.to_value == "closed")
    )
    return {int(row.subject): Closing(row.actor, row.at, row.reason) for row in rows}


def undo_closings(
    connection: Connection,
    closed: datetime,
    closer: str,
    actor: str,
    reason: str,
    *,
    at: datetime | None = None,
) -> None:
    """Reopen the duties that `closer` closed at that very moment, with their earlier replies."""
    e, moment = ledger_event.c, now(closed)
    is_closing = (e.subject_kind == DUTY) & (e.attribute == "state") & (e.to_value == "closed")
    subjects_query = select(e.subject).where(is_closing, e.actor == closer, e.at == moment)
    subjects = frozenset(connection.scalars(subjects_query))
    rows = connection.execute(select(duty.c.duty_id).where(duty.c.closed_at == moment)).all()
    for duty_id in (row.duty_id for row in rows if str(row.duty_id) in subjects):
        undo_closing(connection, get(connection, duty_id), actor, reason, at=at)


def record_reminder(
    connection: Connection,
    stored: StoredDuty,
    urging: ReminderKind,
    day: date,
    actor: str,
    *,
    at: datetime | None = None,
) -> None:
    """Record that a reminder went out, or that the leader was told."""
    values: dict[str, Any] = {"urged_on": day.isoformat()}
    if urging == "remind":
        values["reminders"] = stored.duty.reminders + 1
        changes = {"reminders": (str(stored.duty.reminders), str(stored.duty.reminders + 1))}
    else:
        values["escalated_on"] = day.isoformat()
        changes = {"escalated": ("no", "yes")}
    connection.execute(duty.update().where(duty.c.duty_id == stored.duty_id), values)
    record_changes(connection, DUTY, str(stored.duty_id), changes, actor, at=at)


def list_duties(
    connection: Connection, *, division: str | None = None, open_only: bool = True
) -> list[StoredDuty]:
    """Return the duties, by the date that counts; those without one last."""
    d = duty.c
    query = select(duty).order_by(d.duty_id)
    if open_only:
        query = query.where(d.closed_at.is_(None))
    if division is not None:
        query = query.where(d.division == division)
    stored = [_stored_duty(row) for row in connection.execute(query)]
    return sorted(stored, key=lambda each: (each.duty.effective_due_date or date.max, each.duty_id))


def find(connection: Connection, subject_kind: str, subject: str) -> StoredDuty | None:
    """Return the duty about something, if there is one."""
    d = duty.c
    query = select(duty).where(d.subject_kind == subject_kind, d.subject == subject)
    row = connection.execute(query).one_or_none()
    return None if row is None else _stored_duty(row)


def get(connection: Connection, duty_id: int) -> StoredDuty:
    """Return a duty by its number; UnknownThingError when there is none."""
    row = connection.execute(select(duty).where(duty.c.duty_id == duty_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"Không có việc nào mang số {duty_id}")
    return _stored_duty(row)


def _stored_duty(row: Any) -> StoredDuty:
    return StoredDuty(
        duty_id=row.duty_id,
        subject_kind=row.subject_kind,
        duty=Duty(
            subject=row.subject,
            owner=Owner(division=row.division, person=row.person, leader=row.leader),
            due=from_day(row.due_date),
            extended_until=from_day(row.extended_until),
            replied=row.replied_at is not None,
            closed=row.closed_at is not None,
            reminders=row.reminders,
            reminded_on=from_day(row.urged_on),
            escalated=row.escalated_on is not None,
        ),
        extension_reason=row.extension_reason,
        reply=row.reply,
    )
