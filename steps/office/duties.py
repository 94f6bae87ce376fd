"""Who was given what: rules that give new work an owner, extensions and replies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from procedures.codes import parse_code
from procedures.errors import InputError
from procedures.office.owners import ORDER, AssignmentRule, check_owner
from procedures.wording.words import ASSIGNED_BY, day_text
from settings.configuration import Configuration
from steps.database import opened, reading_connection
from warehouse.announcements import ledger
from warehouse.db.engine import writing
from warehouse.office import duties
from warehouse.office.duties import KeptDuty


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The duties that are open, and the decisions that nobody owns."""

    duties: tuple[KeptDuty, ...]
    unowned: tuple[str, ...]


def assignment_rules(configuration: Configuration) -> list[tuple[int, AssignmentRule]]:
    """The rules in force, with their numbers."""
    with reading_connection(configuration) as connection:
        return duties.rules(connection)


def add_rule(configuration: Configuration, rule: AssignmentRule, by: str, reason: str | None = None) -> int:
    """Keep a rule; it gives out what nobody owns from the next run on.

    Raises:
        InputError: it is not about exactly one of code, field, agency, ministry, its code is none, or a
            name is too long.
    """
    check_owner(rule.owner)
    about = [name for name in ORDER if getattr(rule, name)]
    if len(about) != 1:
        raise InputError(f"Quy tắc phân công cần đúng một trong: {', '.join(ASSIGNED_BY.values())}", *ORDER)
    if rule.code:
        parsed = parse_code(rule.code)
        if parsed is None:
            raise InputError(f"{rule.code}: không phải mã thủ tục như 1.012299", "code")
        rule = replace(rule, code=parsed.core)
    with opened(configuration) as engine, writing(engine) as connection:
        return duties.add_rule(connection, rule, by, reason=reason)


def end_rule(configuration: Configuration, rule_id: int, by: str, reason: str | None = None) -> None:
    """A rule no longer holds."""
    with opened(configuration) as engine, writing(engine) as connection:
        duties.end_rule(connection, rule_id, by, reason=reason)


def overview(configuration: Configuration, division: str | None = None) -> Overview:
    """What is open, of one division or of all, and what is nobody's."""
    with reading_connection(configuration) as connection:
        unowned = [
            line.decision_number for line in ledger.lines(connection) if line.division is None and line.waits
        ]
        return Overview(duties=tuple(duties.duties(connection, division=division)), unowned=tuple(unowned))


def extend(configuration: Configuration, duty_id: int, until: date, by: str, reason: str) -> None:
    """Grant more time.

    Raises:
        UnknownThingError: there is no such duty.
        InputError: it is over, or the new date is not after the one that counts now.
    """
    with opened(configuration) as engine, writing(engine) as connection:
        kept = _open_duty(connection, duty_id)
        if kept.duty.until is not None and until <= kept.duty.until:
            now = day_text(kept.duty.until)
            raise InputError(f"Hạn mới {day_text(until)}: không sau hạn hiện nay {now}", "until")
        duties.extend(connection, kept, until, by, reason)


def reply(configuration: Configuration, duty_id: int, text: str, by: str) -> None:
    """What the division answers.

    Raises:
        UnknownThingError: there is no such duty.
        InputError: it is over.
    """
    with opened(configuration) as engine, writing(engine) as connection:
        duties.answer(connection, _open_duty(connection, duty_id), text, by)


def _open_duty(connection: Connection, duty_id: int) -> KeptDuty:
    kept = duties.get(connection, duty_id)
    if kept.duty.closed:
        raise InputError(f"Việc số {duty_id} ({kept.duty.subject}) đã đóng")
    return kept
