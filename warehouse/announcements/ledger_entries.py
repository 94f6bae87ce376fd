"""Entries that people make in the announcement ledger: every change with its event, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from procedures.office.owners import Owner
from procedures.office.stages import StageChange
from warehouse.announcements.ledger import (
    BASELINE,
    DECISION,
    CodeLine,
    LedgerLine,
    effective_dates,
    handled_before,
)
from warehouse.announcements.ledger_events import LedgerEvent, record_changes, record_events
from warehouse.db.bulk import bulk_execute, bulk_insert, bulk_upsert, chunks
from warehouse.db.column_values import storable_or_none, to_day, to_json
from warehouse.tables.finding_tables import announcement, decision, decision_code


def move(
    connection: Connection,
    line: LedgerLine,
    codes: Collection[str],
    what: StageChange,
    actor: str,
    *,
    at: datetime | None = None,
) -> None:
    """Move `codes` of a decision to a stage, with the papers that belong to it. The move was checked."""
    assert what.stage is not None
    events = []
    for row in line.codes:
        if row.code not in codes:
            continue
        key = (decision_code.c.decision_number == line.decision_number) & (decision_code.c.code == row.code)
        values: dict[str, Any] = {"stage": what.stage}
        if what.stage == "submitted" and (what.number or what.date):
            values |= {"submission_number": what.number, "submission_date": to_day(what.date)}
        connection.execute(decision_code.update().where(key), values)
        events += [
            _event(line, row.code, "stage", row.stage, what.stage, actor, what.reason),
            *_paper_events(line, row, what, actor),
        ]
    if what.stage == "announced":
        _announce(connection, line, codes, what)
    elif what.stage == "published":
        _publish(connection, line, codes, what)
    else:
        _delete_announcements(connection, line, codes)
    record_events(connection, events, at=at)


def give(
    connection: Connection,
    line: LedgerLine,
    owner: Owner,
    actor: str,
    *,
    reason: str | None = None,
    at: datetime | None = None,
) -> None:
    """Give a decision to a division; its `new` codes become `assigned`."""
    connection.execute(
        decision.update().where(decision.c.decision_number == line.decision_number),
        {"division": owner.division, "person": owner.person, "leader": owner.leader},
    )
    new_codes = [row.code for row in line.codes if row.stage == "new"]
    connection.execute(
        decision_code.update().where(
            decision_code.c.decision_number == line.decision_number, decision_code.c.stage == "new"
        ),
        {"stage": "assigned"},
    )
    record_events(
        connection,
        [
            _event(line, None, "division", line.division, owner.division, actor, reason),
            _event(line, None, "person", line.person, owner.person, actor, reason),
            _event(line, None, "leader", line.leader, owner.leader, actor, reason),
            *(_event(line, code, "stage", "new", "assigned", actor, reason) for code in new_codes),
        ],
        at=at,
    )


def enter_repeals(
    connection: Connection, number: str, codes: Iterable[str], actor: str, *, at: datetime | None = None
) -> None:
    """Store the codes that a decision repealed, as a person entered them; it must be in the ledger.

    A code that the rules entered already stays at its stage, with its submission.
    """
    c = decision_code.c
    repeals = (c.decision_number == number) & (c.role == "repealed")
    known = {
        row.code: row.entered_by for row in connection.execute(select(c.code, c.entered_by).where(repeals))
    }
    added = sorted(code for code in set(codes) if known.get(code) is None)
    bulk_execute(
        connection,
        decision_code.update().where(repeals, c.code == bindparam("named")).values(entered_by=actor),
        [{"named": code} for code in added if code in known],
    )
    bulk_insert(
        connection,
        decision_code,
        [
            {"decision_number": number, "code": code, "role": "repealed", "stage": "new", "entered_by": actor}
            for code in added
            if code not in known
        ],
    )
    record_events(
        connection,
        [
            LedgerEvent(
                subject_kind=DECISION,
                subject=f"{number} {code}",
                attribute="role",
                from_value=None,
                to_value="repealed",
                actor=actor,
            )
            for code in added
        ],
        at=at,
    )


def give_code(
    connection: Connection, number: str, key: str, code: str, actor: str, *, at: datetime | None = None
) -> None:
    """A row without a code stands on the line under its code from now on, at the stage that it is at.

    Where the line has the code already, the code's own stage stands.
    """
    c, n = decision_code.c, announcement.c
    mine = (c.decision_number == number) & (c.code == key)
    rows = connection.execute(select(decision_code).where(mine)).all()
    for row in rows:
        there = (c.decision_number == number) & (c.code == code) & (c.role == row.role)
        if connection.execute(select(c.code).where(there)).first() is None:
            connection.execute(decision_code.update().where(mine, c.role == row.role), {"code": code})
        else:
            connection.execute(decision_code.delete().where(mine, c.role == row.role))
    known = select(n.code).where(n.decision_number == number, n.code == code)
    its = (n.decision_number == number) & (n.code == key)
    if connection.execute(known).first() is None:
        connection.execute(announcement.update().where(its), {"code": code})
    else:
        connection.execute(announcement.delete().where(its))
    if rows:
        event = LedgerEvent(
            subject_kind=DECISION,
            subject=f"{number} {code}",
            attribute="code",
            from_value=rows[0].name,
            to_value=code,
            actor=actor,
        )
        record_events(connection, [event], at=at)


def forget_codes(connection: Connection, number: str, codes: Iterable[str]) -> None:
    """Take codes off a line that nobody moved on or entered; what still speaks for them puts them back."""
    c = decision_code.c
    untouched = (c.decision_number == number) & c.stage.in_(("new", "assigned")) & c.entered_by.is_(None)
    for piece in chunks(sorted(set(codes))):
        connection.execute(decision_code.delete().where(untouched, c.code.in_(piece)))


def add_decision(connection: Connection, number: str, run_id: int) -> None:
    """Add a line for a decision that no record names: it only repeals."""
    row = {
        "decision_number": number,
        "new_codes": to_json([]),
        "changed_codes": to_json([]),
        "repealed_codes": to_json([]),
        "announced": 0.0,
        "state": "pending",
        "run_id": run_id,
        "proposals": to_json([]),
    }
    bulk_insert(connection, decision, [row])


def set_effective(
    connection: Connection, number: str, day: date, actor: str, *, at: datetime | None = None
) -> None:
    """Store the day on which a decision takes effect, as a person read it in the document."""
    before = effective_dates(connection).get(number)
    record_changes(
        connection, DECISION, number, {"effective_date": (to_day(before), to_day(day))}, actor, at=at
    )


def set_handled_before(connection: Connection, day: date, actor: str, *, at: datetime | None = None) -> None:
    """Store the day before which decisions count as handled."""
    before = handled_before(connection)
    record_changes(
        connection, BASELINE, BASELINE, {"handled_before": (to_day(before), to_day(day))}, actor, at=at
    )


def store_proposals(connection: Connection, proposals: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Store what the sides show of each decision, in place of what they showed before."""
    update = decision.update().where(decision.c.decision_number == bindparam("line"))
    rows = [{"line": number, "proposals": to_json(proposed)} for number, proposed in proposals.items()]
    bulk_execute(connection, update, rows)


def _announce(connection: Connection, line: LedgerLine, codes: Collection[str], what: StageChange) -> None:
    _delete_announcements(connection, line, codes)
    bulk_upsert(
        connection,
        announcement,
        [
            {
                "decision_number": line.decision_number,
                "code": code,
                "province_decision_number": storable_or_none(what.number),
                "province_decision_date": to_day(what.date),
                "published_on": None,
            }
            for code in sorted(codes)
        ],
    )


def _publish(connection: Connection, line: LedgerLine, codes: Collection[str], what: StageChange) -> None:
    n = announcement.c
    connection.execute(
        announcement.update().where(n.decision_number == line.decision_number, n.code.in_(sorted(codes))),
        {"published_on": to_day(what.date)},
    )


def _delete_announcements(connection: Connection, line: LedgerLine, codes: Collection[str]) -> None:
    """Delete earlier announcements of codes that are not announced, or announced by another paper."""
    n = announcement.c
    connection.execute(
        announcement.delete().where(n.decision_number == line.decision_number, n.code.in_(sorted(codes)))
    )


def _paper_events(line: LedgerLine, row: CodeLine, what: StageChange, actor: str) -> list[LedgerEvent]:
    def event(attribute: str, old: str | None, new: str | None) -> LedgerEvent:
        return _event(line, row.code, attribute, old, new, actor, what.reason)

    day = to_day(what.date)
    match what.stage:
        case "submitted":
            return [
                event("submission_number", row.submission_number, what.number or row.submission_number),
                event("submission_date", to_day(row.submission_date), day or to_day(row.submission_date)),
            ]
        case "announced":
            return [
                event("province_decision_number", row.province_decision_number, what.number),
                event("province_decision_date", to_day(row.province_decision_date), day),
                event("published_on", to_day(row.published_on), None),
            ]
        case "published":
            return [event("published_on", to_day(row.published_on), day)]
    return [
        event("province_decision_number", row.province_decision_number, None),
        event("province_decision_date", to_day(row.province_decision_date), None),
        event("published_on", to_day(row.published_on), None),
    ]


def _event(
    line: LedgerLine,
    code: str | None,
    attribute: str,
    old: str | None,
    new: str | None,
    actor: str,
    reason: str | None,
) -> LedgerEvent:
    subject = line.decision_number if code is None else f"{line.decision_number} {code}"
    return LedgerEvent(
        subject_kind=DECISION,
        subject=subject,
        attribute=attribute,
        from_value=old,
        to_value=new,
        actor=actor,
        reason=reason,
    )
