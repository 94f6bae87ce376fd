"""What people enter into the announcement ledger. Every change is an event, in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from procedures.office.owners import Owner
from procedures.office.stages import Move
from warehouse.announcements.ledger import BASELINE, DECISION, CodeLine, Line, effective_dates, handled_before
from warehouse.announcements.ledger_events import Event, record, tell
from warehouse.db.bulk import bulk_execute, bulk_insert, bulk_upsert
from warehouse.db.column_values import storable_or_none, to_day, to_json
from warehouse.tables.finding_tables import announcement, decision, decision_code


def move(
    connection: Connection,
    line: Line,
    codes: Collection[str],
    what: Move,
    actor: str,
    *,
    at: datetime | None = None,
) -> None:
    """Bring `codes` of a decision to a stage, with the papers that belong to it. The move was checked."""
    assert what.stage is not None
    events = []
    for each in line.codes:
        if each.code not in codes:
            continue
        key = (decision_code.c.decision_number == line.decision_number) & (decision_code.c.code == each.code)
        values: dict[str, Any] = {"stage": what.stage}
        if what.stage == "submitted" and (what.number or what.date):
            values |= {"submission_number": what.number, "submission_date": to_day(what.date)}
        connection.execute(decision_code.update().where(key), values)
        events += [
            _event(line, each.code, "stage", each.stage, what.stage, actor, what.reason),
            *_paper_events(line, each, what, actor),
        ]
    if what.stage == "announced":
        _announce(connection, line, codes, what)
    elif what.stage == "published":
        _publish(connection, line, codes, what)
    else:
        _take_back(connection, line, codes)
    record(connection, events, at=at)


def give(
    connection: Connection,
    line: Line,
    owner: Owner,
    actor: str,
    *,
    reason: str | None = None,
    at: datetime | None = None,
) -> None:
    """Give a decision to a division; what nobody had yet is `assigned` from now on."""
    connection.execute(
        decision.update().where(decision.c.decision_number == line.decision_number),
        {"division": owner.division, "person": owner.person, "leader": owner.leader},
    )
    fresh = [each.code for each in line.codes if each.stage == "new"]
    connection.execute(
        decision_code.update().where(
            decision_code.c.decision_number == line.decision_number, decision_code.c.stage == "new"
        ),
        {"stage": "assigned"},
    )
    record(
        connection,
        [
            _event(line, None, "division", line.division, owner.division, actor, reason),
            _event(line, None, "person", line.person, owner.person, actor, reason),
            _event(line, None, "leader", line.leader, owner.leader, actor, reason),
            *(_event(line, code, "stage", "new", "assigned", actor, reason) for code in fresh),
        ],
        at=at,
    )


def enter_repeals(
    connection: Connection, number: str, codes: Iterable[str], actor: str, *, at: datetime | None = None
) -> None:
    """A person says that a decision, which must be in the ledger, repealed these codes.

    One that the rules put there already stays at its stage, with its submission.
    """
    c = decision_code.c
    line = (c.decision_number == number) & (c.role == "repealed")
    known = {row.code: row.entered_by for row in connection.execute(select(c.code, c.entered_by).where(line))}
    fresh = sorted(code for code in set(codes) if known.get(code) is None)
    bulk_execute(
        connection,
        decision_code.update().where(line, c.code == bindparam("named")).values(entered_by=actor),
        [{"named": code} for code in fresh if code in known],
    )
    bulk_insert(
        connection,
        decision_code,
        [
            {"decision_number": number, "code": code, "role": "repealed", "stage": "new", "entered_by": actor}
            for code in fresh
            if code not in known
        ],
    )
    record(
        connection,
        [
            Event(
                subject_kind=DECISION,
                subject=f"{number} {code}",
                attribute="role",
                from_value=None,
                to_value="repealed",
                actor=actor,
            )
            for code in fresh
        ],
        at=at,
    )


def add_decision(connection: Connection, number: str, run_id: int) -> None:
    """A line for a decision that no record carries: it only repeals."""
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
    """The day on which what a decision announces takes effect, as a person read it in the document."""
    before = effective_dates(connection).get(number)
    tell(connection, DECISION, number, {"effective_date": (to_day(before), to_day(day))}, actor, at=at)


def set_handled_before(connection: Connection, day: date, actor: str, *, at: datetime | None = None) -> None:
    """Decisions before this day are done with."""
    before = handled_before(connection)
    tell(connection, BASELINE, BASELINE, {"handled_before": (to_day(before), to_day(day))}, actor, at=at)


def store_proposals(connection: Connection, proposals: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Keep what the sides show of each decision, in place of what they showed before."""
    update = decision.update().where(decision.c.decision_number == bindparam("line"))
    rows = [{"line": number, "proposals": to_json(its)} for number, its in proposals.items()]
    bulk_execute(connection, update, rows)


def _announce(connection: Connection, line: Line, codes: Collection[str], what: Move) -> None:
    _take_back(connection, line, codes)
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


def _publish(connection: Connection, line: Line, codes: Collection[str], what: Move) -> None:
    n = announcement.c
    connection.execute(
        announcement.update().where(n.decision_number == line.decision_number, n.code.in_(sorted(codes))),
        {"published_on": to_day(what.date)},
    )


def _take_back(connection: Connection, line: Line, codes: Collection[str]) -> None:
    """A code that is not announced, or announced by another paper, has no earlier announcement."""
    n = announcement.c
    connection.execute(
        announcement.delete().where(n.decision_number == line.decision_number, n.code.in_(sorted(codes)))
    )


def _paper_events(line: Line, each: CodeLine, what: Move, actor: str) -> list[Event]:
    def told(attribute: str, old: str | None, new: str | None) -> Event:
        return _event(line, each.code, attribute, old, new, actor, what.reason)

    day = to_day(what.date)
    match what.stage:
        case "submitted":
            return [
                told("submission_number", each.submission_number, what.number or each.submission_number),
                told("submission_date", to_day(each.submission_date), day or to_day(each.submission_date)),
            ]
        case "announced":
            return [
                told("province_decision_number", each.province_decision_number, what.number),
                told("province_decision_date", to_day(each.province_decision_date), day),
                told("published_on", to_day(each.published_on), None),
            ]
        case "published":
            return [told("published_on", to_day(each.published_on), day)]
    return [
        told("province_decision_number", each.province_decision_number, None),
        told("province_decision_date", to_day(each.province_decision_date), None),
        told("published_on", to_day(each.published_on), None),
    ]


def _event(
    line: Line,
    code: str | None,
    attribute: str,
    old: str | None,
    new: str | None,
    actor: str,
    reason: str | None,
) -> Event:
    subject = line.decision_number if code is None else f"{line.decision_number} {code}"
    return Event(
        subject_kind=DECISION,
        subject=subject,
        attribute=attribute,
        from_value=old,
        to_value=new,
        actor=actor,
        reason=reason,
    )
