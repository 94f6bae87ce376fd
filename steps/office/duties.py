"""Duties: rules that assign new work, extensions and replies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from procedures.errors import InputError
from procedures.office.owners import RULE_ATTRIBUTES, AssignmentRule, check_owner
from procedures.values.codes import parse_code
from procedures.wording.words import ASSIGNED_BY, day_text
from settings.configuration import Configuration
from steps.database import open_locked, reading_connection, writing_connection
from warehouse.announcements import ledger
from warehouse.announcements.run_figures import BY_RULE
from warehouse.db.engine import writing
from warehouse.office import duties
from warehouse.office.duties import Closing, StoredDuty


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The open duties, and the decisions without an owner."""

    duties: tuple[StoredDuty, ...]
    unowned: tuple[str, ...]


def assignment_rules(configuration: Configuration) -> list[tuple[int, AssignmentRule]]:
    """Return the rules in force, with their numbers."""
    with reading_connection(configuration) as connection:
        return duties.list_rules(connection)


def add_rule(configuration: Configuration, rule: AssignmentRule, by: str, reason: str | None = None) -> int:
    """Add a rule, which assigns work without an owner from the next run on; return its number.

    Raises:
        InputError: it is not about exactly one of code, field, agency, ministry, its code is not one, or a
            name is too long.
    """
    check_owner(rule.owner)
    criteria = [name for name in RULE_ATTRIBUTES if getattr(rule, name)]
    if len(criteria) != 1:
        raise InputError(
            f"Quy tắc phân công cần đúng một trong: {', '.join(ASSIGNED_BY.values())}", *RULE_ATTRIBUTES
        )
    if rule.code:
        parsed = parse_code(rule.code)
        if parsed is None:
            raise InputError(f"{rule.code}: không phải mã thủ tục như 1.012299", "code")
        rule = replace(rule, code=parsed.core)
    with open_locked(configuration) as engine, writing(engine) as connection:
        return duties.add_rule(connection, rule, by, reason=reason)


def end_rule(configuration: Configuration, rule_id: int, by: str, reason: str | None = None) -> None:
    """End a rule."""
    with open_locked(configuration) as engine, writing(engine) as connection:
        duties.end_rule(connection, rule_id, by, reason=reason)


def overview(configuration: Configuration, division: str | None = None) -> Overview:
    """Return the open duties of one division or all, and the decisions without an owner."""
    with reading_connection(configuration) as connection:
        unowned = [
            line.decision_number
            for line in ledger.load_lines(connection)
            if line.division is None and line.is_waiting
        ]
        return Overview(
            duties=tuple(duties.list_duties(connection, division=division)), unowned=tuple(unowned)
        )


@dataclass(frozen=True, slots=True)
class ClosedDuty:
    """A closed duty, and who closed it; None where nothing tells. `by_person`: it can be reopened."""

    stored: StoredDuty
    closing: Closing | None
    by_person: bool


def closed_duties(configuration: Configuration, division: str | None = None) -> list[ClosedDuty]:
    """Return the closed duties of one division or all, the one closed last first."""
    with reading_connection(configuration) as connection:
        closings = duties.last_closings(connection)
        stored = duties.list_duties(connection, division=division, open_only=False)
    closed = [
        ClosedDuty(each, closing, closing is not None and closing.actor != BY_RULE)
        for each in stored
        if each.duty.closed
        for closing in (closings.get(each.duty_id),)
    ]
    return sorted(closed, key=lambda each: each.closing.at if each.closing else "", reverse=True)


def close(configuration: Configuration, duty_id: int, by: str, reason: str) -> None:
    """Close a duty by hand: the matter is over, whatever the portals show; nights leave it closed.

    Raises:
        NotFoundError: there is no such duty.
        InputError: it is closed already, or no reason is given.
    """
    if not reason.strip():
        raise InputError("Đóng việc: cần ghi lý do", "closing")
    with writing_connection(configuration) as connection:
        duties.close(connection, _open_duty(connection, duty_id), by, reason.strip())


def reopen(configuration: Configuration, duty_id: int, by: str, reason: str) -> None:
    """Reopen a duty that a person closed, as it was before.

    Raises:
        NotFoundError: there is no such duty.
        InputError: it is open, or nobody but the program closed it.
    """
    with writing_connection(configuration) as connection:
        stored = duties.get(connection, duty_id)
        if not stored.duty.closed:
            raise InputError(f"Việc số {duty_id} ({stored.duty.subject}) đang mở")
        closing = duties.last_closings(connection).get(duty_id)
        if closing is None or closing.actor == BY_RULE:
            raise InputError(f"Việc số {duty_id} ({stored.duty.subject}) do chương trình đóng; hãy giao lại")
        duties.undo_closing(connection, stored, by, reason)


def extend(configuration: Configuration, duty_id: int, until: date, by: str, reason: str) -> None:
    """Extend the due date of a duty.

    Raises:
        NotFoundError: there is no such duty.
        InputError: it is closed, or the new date is not after the present one.
    """
    with open_locked(configuration) as engine, writing(engine) as connection:
        duty = _open_duty(connection, duty_id)
        if duty.duty.effective_due_date is not None and until <= duty.duty.effective_due_date:
            present = day_text(duty.duty.effective_due_date)
            raise InputError(f"Hạn mới {day_text(until)}: không sau hạn hiện nay {present}", "until")
        duties.extend(connection, duty, until, by, reason)


def reply(configuration: Configuration, duty_id: int, text: str, by: str) -> None:
    """Record the reply of a division.

    Raises:
        NotFoundError: there is no such duty.
        InputError: it is closed.
    """
    with open_locked(configuration) as engine, writing(engine) as connection:
        duties.record_reply(connection, _open_duty(connection, duty_id), text, by)


def _open_duty(connection: Connection, duty_id: int) -> StoredDuty:
    stored = duties.get(connection, duty_id)
    if stored.duty.closed:
        raise InputError(f"Việc số {duty_id} ({stored.duty.subject}) đã đóng")
    return stored
