"""Decisions read from files: what they mean for the comparison and for the announcement ledger."""

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
"""Where a proposal that comes from a document was seen."""


def ministry_documents(connection: Connection, zone: tzinfo) -> tuple[MinistryDocument, ...]:
    """Return the ministries' decisions in use; where one was read several times, the last reading."""
    return newest(each for _, each in _ministry_decisions(connection, zone))


def settle(connection: Connection, sides: ComparedSources, rules: Rules, zone: tzinfo, at: datetime) -> bool:
    """Give rows without a code the codes known by now; return whether any got one.

    What the ledger has under the row's key is kept under the code from then on.
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
    changed = False
    for stored, document in _ministry_decisions(connection, zone):
        codes = settled(document, national, listed, rules)
        if not codes:
            continue
        changed = True
        documents.store_matches(connection, stored.document_id, {**stored.matches, **codes})
        number = names.get(decision_key(document.number))
        for key, code in codes.items() if number else ():
            ledger_entries.give_code(connection, str(number), key, code, BY_PROGRAM, at=at)
    return changed


def forget(connection: Connection, document: Document, zone: tzinfo) -> None:
    """Take off the ledger what the documents in use of this decision put there, before others count.

    What people moved on stays, and the comparison that follows puts back what still holds.
    """
    key = decision_key(document.number)
    numbers = [number for number in ledger.numbers(connection) if decision_key(number) == key]
    subjects = {
        entry.subject
        for _, made in _ministry_decisions(connection, zone)
        if decision_key(made.number) == key and made.date == document.date
        for entry in made.entries
    }
    for number in numbers:
        ledger_entries.forget_codes(connection, number, subjects)


def announce(
    connection: Connection, lines: Sequence[Line], known: Mapping[str, Procedure], today: date, at: datetime
) -> bool:
    """Record what the province's decisions in use announce of these lines; return whether anything changed.

    What a person took back since is not recorded again.
    """
    changed = False
    by_number = {line.decision_number: line for line in lines}
    for stored, document, announced in _announced_by_documents(connection, lines, known, today):
        for match in announced if document.date else ():
            line = by_number[match.number]
            codes = [code for code in match.codes if not _was_recorded(connection, line, code, document)]
            if match.certain and codes:
                move = Move(
                    stage="announced",
                    number=document.number,
                    date=document.date,
                    reason=f"Theo tệp {stored.file} (văn bản đã đọc số {stored.document_id})",
                )
                ledger_entries.move(connection, line, codes, move, stored.decided_by or BY_PROGRAM, at=at)
                changed = True
    return changed


def proposals(
    connection: Connection, lines: Sequence[Line], known: Mapping[str, Procedure], today: date
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return, by decision, what a document announces as a whole without naming it: a person confirms it."""
    proposed: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for _, document, announced in _announced_by_documents(connection, lines, known, today):
        for match in announced:
            if not match.certain:
                proposal = Proposal(
                    stage="announced",
                    codes=match.codes,
                    number=document.number,
                    date=document.date,
                    seen_in=SEEN_IN,
                )
                proposed[match.number].append(proposal.record())
    return proposed


def _ministry_decisions(connection: Connection, zone: tzinfo) -> list[tuple[KeptDocument, MinistryDocument]]:
    decisions = []
    for stored in documents.confirmed(connection, "ministry"):
        if stored.applied_at is None:
            continue
        evidence = {"document_id": stored.document_id, "hash": stored.digest, "file": stored.file}
        day = stored.applied_at.astimezone(zone).date()
        decision = ministry_document(stored.document, day, stored.matches, evidence)
        if decision is not None:
            decisions.append((stored, decision))
    return decisions


def _announced_by_documents(
    connection: Connection, lines: Sequence[Line], known: Mapping[str, Procedure], today: date
) -> list[tuple[KeptDocument, Document, list[Covered]]]:
    decisions = documents.confirmed(connection, "province")
    if not decisions:
        return []
    waiting = [decision for line in lines if not line.handled for decision in _awaited_decisions(line)]
    ledger_names = {
        each.code: Procedure(name=each.name)
        for line in lines
        for each in line.codes
        if each.name and each.code not in known
    }
    return [
        (each, each.document, covered(each.document, waiting, {**ledger_names, **known}))
        for each in decisions
        if each.document.date is not None and each.document.date <= today
    ]


def _awaited_decisions(line: Line) -> list[AwaitedDecision]:
    """Return the decisions of a line: one number in two years is two decisions."""
    return [
        AwaitedDecision(
            number=line.decision_number,
            decided=day or line.decision_date,
            codes=tuple(
                Awaited(code=code.code, role=code.role, stage=code.stage)
                for code in line.codes
                if code.decided == day
            ),
        )
        for day in dict.fromkeys(code.decided for code in line.codes)
    ]


def _was_recorded(connection: Connection, line: Line, code: str, document: Document) -> bool:
    """Return whether the announcement of this code by this decision was recorded before."""
    events = ledger_events.events_of(connection, ledger.DECISION, f"{line.decision_number} {code}")
    return any(
        event.attribute == "province_decision_number"
        and decision_key(event.to_value) == decision_key(document.number)
        for event in events
    )
