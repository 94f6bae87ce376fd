"""What decisions that people read from files mean for a comparison and for the announcement ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from procedures.model import Procedure
from procedures.office.documents import Document
from procedures.office.stages import Move
from reconciliation.announcements.announcement_evidence import Awaited, Proposal
from reconciliation.announcements.deadlines import decision_key
from reconciliation.announcements.ministry_documents import ministry_document, newest, settled
from reconciliation.announcements.province_documents import AwaitedDecision, Covered, covered
from reconciliation.rules import MinistryDocument, Rules
from warehouse.announcements import documents, ledger, ledger_entries, ledger_events
from warehouse.announcements.documents import KeptDocument
from warehouse.announcements.ledger import Line
from warehouse.announcements.run_figures import BY_PROGRAM

if TYPE_CHECKING:
    from steps.nights.compared_sources import ComparedSources

SEEN_IN = "document"
"""Where the proposals were seen that a document makes."""


def ministry_documents(connection: Connection, zone: tzinfo) -> tuple[MinistryDocument, ...]:
    """Return the ministries' decisions in use, of several readings of one decision the last."""
    return newest(each for _, each in _of_ministries(connection, zone))


def settle(connection: Connection, sides: ComparedSources, rules: Rules, zone: tzinfo, at: datetime) -> bool:
    """Give rows without a code the codes that they have by now; gives whether any has a new one.

    What the ledger has under the row's key stands under the code from then on.
    """
    national = {
        row.code: row
        for side in sides.national
        if side.complete
        for row in side.procedures.values()
        if row.code
    }
    listed = dict(sides.catalogue.procedures) if sides.catalogue else {}
    names = {decision_key(number): number for number in ledger.numbers(connection)}
    moved = False
    for kept, document in _of_ministries(connection, zone):
        found = settled(document, national, listed, rules)
        if not found:
            continue
        moved = True
        documents.store_matches(connection, kept.document_id, {**kept.matches, **found})
        number = names.get(decision_key(document.number))
        for key, code in found.items() if number else ():
            ledger_entries.give_code(connection, str(number), key, code, BY_PROGRAM, at=at)
    return moved


def forget(connection: Connection, document: Document, zone: tzinfo) -> None:
    """Take off the ledger what the documents in use of this decision put there, before others count.

    What people moved on stays, and the comparison that follows puts back what still holds.
    """
    key = decision_key(document.number)
    numbers = [number for number in ledger.numbers(connection) if decision_key(number) == key]
    subjects = {
        entry.subject
        for _, made in _of_ministries(connection, zone)
        if decision_key(made.number) == key and made.date == document.date
        for entry in made.entries
    }
    for number in numbers:
        ledger_entries.forget_codes(connection, number, subjects)


def announce(
    connection: Connection, lines: Sequence[Line], known: Mapping[str, Procedure], today: date, at: datetime
) -> bool:
    """Record what the province's decisions in use announce of these lines; gives whether anything moved.

    What a person took back since stays so.
    """
    moved = False
    by_number = {line.decision_number: line for line in lines}
    for kept, document, found in _covered(connection, lines, known, today):
        for each in found if document.date else ():
            line = by_number[each.number]
            codes = [code for code in each.codes if not _was_recorded(connection, line, code, document)]
            if each.certain and codes:
                move = Move(
                    stage="announced",
                    number=document.number,
                    date=document.date,
                    reason=f"Theo tệp {kept.file} (văn bản đã đọc số {kept.document_id})",
                )
                ledger_entries.move(connection, line, codes, move, kept.decided_by or BY_PROGRAM, at=at)
                moved = True
    return moved


def proposals(
    connection: Connection, lines: Sequence[Line], known: Mapping[str, Procedure], today: date
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return, by decision, what a document announces all of without naming it: a person confirms that."""
    proposed: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for _, document, found in _covered(connection, lines, known, today):
        for each in found:
            if not each.certain:
                proposal = Proposal(
                    stage="announced",
                    codes=each.codes,
                    number=document.number,
                    date=document.date,
                    seen_in=SEEN_IN,
                )
                proposed[each.number].append(proposal.record())
    return proposed


def _of_ministries(connection: Connection, zone: tzinfo) -> list[tuple[KeptDocument, MinistryDocument]]:
    found = []
    for kept in documents.confirmed(connection, "ministry"):
        if kept.applied_at is None:
            continue
        where = {"document_id": kept.document_id, "hash": kept.digest, "file": kept.file}
        day = kept.applied_at.astimezone(zone).date()
        made = ministry_document(kept.document, day, kept.matches, where)
        if made is not None:
            found.append((kept, made))
    return found


def _covered(
    connection: Connection, lines: Sequence[Line], known: Mapping[str, Procedure], today: date
) -> list[tuple[KeptDocument, Document, list[Covered]]]:
    kept = documents.confirmed(connection, "province")
    if not kept:
        return []
    waiting = [decision for line in lines if not line.handled for decision in _awaited(line)]
    named = {
        each.code: Procedure(name=each.name)
        for line in lines
        for each in line.codes
        if each.name and each.code not in known
    }
    return [
        (each, each.document, covered(each.document, waiting, {**named, **known}))
        for each in kept
        if each.document.date is not None and each.document.date <= today
    ]


def _awaited(line: Line) -> list[AwaitedDecision]:
    """The line's decision; that of another year with its number is another one."""
    return [
        AwaitedDecision(
            number=line.decision_number,
            decided=day or line.decision_date,
            codes=tuple(
                Awaited(code=each.code, role=each.role, stage=each.stage)
                for each in line.codes
                if each.decided == day
            ),
        )
        for day in dict.fromkeys(each.decided for each in line.codes)
    ]


def _was_recorded(connection: Connection, line: Line, code: str, document: Document) -> bool:
    """Whether the announcement of this code by this decision was recorded before, and taken back since."""
    events = ledger_events.events_of(connection, ledger.DECISION, f"{line.decision_number} {code}")
    return any(
        event.attribute == "province_decision_number"
        and decision_key(event.to_value) == decision_key(document.number)
        for event in events
    )
