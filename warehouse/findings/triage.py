"""Changes that people make to a finding: each with its event, never over somebody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from procedures.errors import ConflictError
from procedures.wording.words import STATUSES
from warehouse.db.column_values import now, storable, storable_or_none
from warehouse.findings import action_journal
from warehouse.findings.action_journal import ASSIGNMENT_COLUMNS, STATUS_COLUMNS
from warehouse.findings.lifecycle import actor_name, assignment_text
from warehouse.findings.store import get_finding, set_status
from warehouse.tables.finding_tables import finding, finding_event

NOTE_ACTIONS = ("noted", "feedback")
"""Actions of events that add a text and move nothing."""


@dataclass(frozen=True, slots=True)
class FindingEvent:
    """One row of `v_finding_event`."""

    at: str
    actor: str
    action: str
    from_status: str | None
    to_status: str | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageState:
    """The triage columns of a finding beside `v_finding`: version, who is in charge, where it belongs.

    `deadline`: the date that somebody is held to, if there is one.
    """

    version: int
    assigned: str | None
    person: str | None
    wanted_by: str | None
    field: str | None
    levels: tuple[str, ...]
    sources: str
    deadline: str | None


def triage_state_of(connection: Connection, finding_id: int) -> TriageState:
    """Return the finding's triage columns; call `store.find` first, which reports a missing one."""
    f = finding.c
    row = connection.execute(
        select(f.version, f.assigned, f.person, f.wanted_by, f.field, f.levels, f.sources, f.deadline).where(
            f.finding_id == finding_id
        )
    ).one()
    return TriageState(**(row._asdict() | {"levels": tuple((row.levels or "").split())}))


def list_events(connection: Connection, finding_id: int) -> list[FindingEvent]:
    """Return the events of a finding, the newest first."""
    e = finding_event.c
    query = select(e.at, e.actor, e.action, e.from_status, e.to_status, e.note)
    rows = connection.execute(query.where(e.finding_id == finding_id).order_by(e.event_id.desc()))
    return [FindingEvent(*row) for row in rows]


def move(
    connection: Connection,
    finding_id: int,
    status: str,
    *,
    version: int,
    actor: str,
    note: str | None = None,
    at: datetime | None = None,
) -> int:
    """Move a finding that a person saw at `version` to a status; return the action's number to undo it by.

    Raises:
        ConflictError: it was changed since.
        NotFoundError: there is none.
        InputError: it is to be ignored without a reason, or `status` is not a status.
    """
    lock_finding(connection, finding_id, version)
    action_id = _journal(connection, finding_id, STATUS_COLUMNS, actor, "status", note, at)
    set_status(connection, finding_id, status, actor=actor, note=note, at=at)
    return action_id


def assign(
    connection: Connection,
    finding_id: int,
    *,
    version: int,
    division: str | None,
    person: str | None,
    wanted_by: date | None,
    actor: str,
    note: str | None = None,
    at: datetime | None = None,
) -> int:
    """Give a finding to a division and a person, with a date; without any of them it is taken back.

    Returns the action's number to undo it by.

    Raises:
        ConflictError: it was changed since `version`.
        NotFoundError: there is none.
    """
    lock_finding(connection, finding_id, version)
    action_id = _journal(connection, finding_id, ASSIGNMENT_COLUMNS, actor, "assigned", note, at)
    f = finding.c
    is_finding = f.finding_id == finding_id
    before = connection.execute(select(f.assigned, f.person, f.wanted_by).where(is_finding)).one()
    given, wanted_day = storable_or_none(division), None if wanted_by is None else wanted_by.isoformat()
    values: dict[str, Any] = {
        "assigned": given,
        "person": storable_or_none(person),
        "wanted_by": wanted_day,
        "version": f.version + 1,
    } | action_journal.assignment_columns(given, wanted_day)
    connection.execute(finding.update().where(is_finding).values(**values))
    text = f"{assignment_text(*before)} → {assignment_text(division, person, wanted_day)}"
    _add_event(connection, finding_id, actor, "assigned", text if note is None else f"{text}. {note}", at)
    return action_id


def note(
    connection: Connection,
    finding_id: int,
    text: str,
    *,
    actor: str,
    moving: bool = False,
    at: datetime | None = None,
) -> None:
    """Add a person's note; two notes at once are stored one after the other.

    `moving`: the note is about something that was done, so whoever looked before has to look again.
    """
    get_finding(connection, finding_id)
    _add_event(connection, finding_id, actor, "noted", text, at)
    if moving:
        f = finding.c
        connection.execute(finding.update().where(f.finding_id == finding_id).values(version=f.version + 1))


def add_feedback(
    connection: Connection, finding_id: int, text: str, *, actor: str, at: datetime | None = None
) -> None:
    """Add what a citizen said about the matter of the finding, as a person entered it."""
    _add_event(connection, finding_id, actor, "feedback", text, at)


def lock_finding(connection: Connection, finding_id: int, version: int) -> None:
    """Lock the finding's row until the end of the transaction, if it still is at `version`.

    Raises:
        ConflictError: it was changed since; the message says by whom.
        NotFoundError: there is none.
    """
    f = finding.c
    held = connection.execute(
        finding.update().where(f.finding_id == finding_id, f.version == version).values(version=f.version)
    )
    if held.rowcount == 1:
        return
    get_finding(connection, finding_id)
    last = list_events(connection, finding_id)[0]
    status = STATUSES.get(last.to_status or "", last.to_status or "")
    raise ConflictError(
        f"Sai lệch {finding_id} vừa được {actor_name(last.actor)} thay đổi (nay: {status}); "
        "chưa ghi gì của bạn"
    )


def _add_event(
    connection: Connection, finding_id: int, actor: str, action: str, text: str, at: datetime | None
) -> None:
    status = get_finding(connection, finding_id)["status"]
    values = {
        "finding_id": finding_id,
        "at": now(at),
        "actor": actor,
        "action": action,
        "from_status": status,
        "to_status": status,
        "note": storable(text),
    }
    connection.execute(finding_event.insert(), values)


def _journal(
    connection: Connection,
    finding_id: int,
    columns: tuple[str, ...],
    actor: str,
    action: str,
    note: str | None,
    at: datetime | None,
) -> int:
    f = finding.c
    query = select(f.finding_id, f.version, *(f[name] for name in columns))
    row = connection.execute(query.where(f.finding_id == finding_id)).one()
    action_id = action_journal.begin_action(connection, actor, action, note, at)
    action_journal.record_before(connection, action_id, [row], columns)
    return action_id
