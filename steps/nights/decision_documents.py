"""Effects of decisions read from files on a comparison and on the announcement ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from procedures.model import Procedure
from procedures.office.documents import Document
from procedures.office.stages import StageChange
from reconciliation.announcements.announcement_evidence import AwaitedCode, Proposal
from reconciliation.announcements.deadlines import decision_key
from reconciliation.announcements.ministry_documents import latest_readings, match_entries, ministry_document
from reconciliation.announcements.province_documents import AwaitedDecision, CoveredDecision, find_covered
from reconciliation.rules import MinistryDocument, Rules
from warehouse.announcements import documents, ledger, ledger_entries, ledger_events
from warehouse.announcements.documents import StoredDocument
from warehouse.announcements.ledger import LedgerLine
from warehouse.announcements.run_figures import BY_PROGRAM

if TYPE_CHECKING:
    from steps.nights.compared_sources import ComparedSources

SEEN_IN = "document"
"""`seen_in` of the proposals that follow from a document."""


def ministry_documents(connection: Connection, zone: tzinfo) -> tuple[MinistryDocument, ...]:
    """Return the ministries' decisions in use, of several readings of one decision the last."""
    return latest_readings(each for _, each in _read_stored(connection, zone))


@dataclass(frozen=True, slots=True)
class NewCodes:
    """Codes that rows of a document have by now, by the row's key; `number`: its line in the ledger."""

    stored: StoredDocument
    codes: Mapping[str, str]
    number: str | None


def find_codes(
    connection: Connection, sides: ComparedSources, rules: Rules, zone: tzinfo
) -> tuple[NewCodes, ...]:
    """Return the codes that rows without one have by now, of each document that has any."""
    documents_in_use = _read_stored(connection, zone)
    if not documents_in_use:
        return ()
    national = {
        row.code: row
        for side in sides.national
        if side.complete
        for row in side.procedures.values()
        if row.code
    }
    listed = dict(sides.catalogue.procedures) if sides.catalogue else {}
    numbers = {decision_key(number): number for number in ledger.numbers(connection)}
    return tuple(
        NewCodes(stored, codes, numbers.get(decision_key(document.number)))
        for stored, document in documents_in_use
        if (codes := match_entries(document, national, listed, rules))
    )


def store_codes(connection: Connection, found: Iterable[NewCodes], at: datetime) -> None:
    """Give rows their codes; what the ledger has under a row's key is under the code from then on."""
    for each in found:
        documents.store_matches(connection, each.stored.document_id, {**each.stored.matches, **each.codes})
        for key, code in each.codes.items() if each.number else ():
            ledger_entries.give_code(connection, str(each.number), key, code, BY_PROGRAM, at=at)


def remove_entries(connection: Connection, document: Document, zone: tzinfo) -> None:
    """Remove from the ledger what the documents in use of this decision entered, before another is used.

    Codes that people moved on stay, and the comparison that follows restores what still holds.
    """
    key = decision_key(document.number)
    numbers = [number for number in ledger.numbers(connection) if decision_key(number) == key]
    subjects = {
        entry.subject
        for _, read in _read_stored(connection, zone)
        if decision_key(read.number) == key and read.date == document.date
        for entry in read.entries
    }
    for number in numbers:
        ledger_entries.forget_codes(connection, number, subjects)


def record_announcements(
    connection: Connection,
    lines: Sequence[LedgerLine],
    known: Mapping[str, Procedure],
    today: date,
    at: datetime,
) -> bool:
    """Record what the province's decisions in use announce of these lines; return whether anything changed.

    What a person has undone since stays undone.
    """
    changed = False
    by_number = {line.decision_number: line for line in lines}
    for stored, document, coverage in _find_covered(connection, lines, known, today):
        for part in coverage if document.date else ():
            line = by_number[part.number]
            codes = [code for code in part.codes if not _was_recorded(connection, line, code, document)]
            if part.certain and codes:
                move = StageChange(
                    stage="announced",
                    number=document.number,
                    date=document.date,
                    reason=f"Theo tệp {stored.file} (văn bản đã đọc số {stored.document_id})",
                )
                ledger_entries.move(connection, line, codes, move, stored.decided_by or BY_PROGRAM, at=at)
                changed = True
    return changed


def announcement_proposals(
    connection: Connection, lines: Sequence[LedgerLine], known: Mapping[str, Procedure], today: date
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return, by decision, what a document lists in full without naming the decision, to be confirmed."""
    proposed: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for _, document, coverage in _find_covered(connection, lines, known, today):
        for part in coverage:
            if not part.certain:
                proposal = Proposal(
                    stage="announced",
                    codes=part.codes,
                    number=document.number,
                    date=document.date,
                    seen_in=SEEN_IN,
                )
                proposed[part.number].append(proposal.record())
    return proposed


def _read_stored(connection: Connection, zone: tzinfo) -> list[tuple[StoredDocument, MinistryDocument]]:
    documents_in_use = []
    for stored in documents.list_confirmed(connection, "ministry"):
        if stored.applied_at is None:
            continue
        evidence = {"document_id": stored.document_id, "hash": stored.digest, "file": stored.file}
        day = stored.applied_at.astimezone(zone).date()
        read = ministry_document(stored.document, day, stored.matches, evidence)
        if read is not None:
            documents_in_use.append((stored, read))
    return documents_in_use


def _find_covered(
    connection: Connection, lines: Sequence[LedgerLine], known: Mapping[str, Procedure], today: date
) -> list[tuple[StoredDocument, Document, list[CoveredDecision]]]:
    stored = documents.list_confirmed(connection, "province")
    if not stored:
        return []
    waiting = [decision for line in lines if not line.is_handled for decision in _awaited_decisions(line)]
    uncoded = {
        each.code: Procedure(name=each.name)
        for line in lines
        for each in line.codes
        if each.name and each.code not in known
    }
    return [
        (each, each.document, find_covered(each.document, waiting, {**uncoded, **known}))
        for each in stored
        if each.document.date is not None and each.document.date <= today
    ]


def _awaited_decisions(line: LedgerLine) -> list[AwaitedDecision]:
    """Return the line's decision; one of another year with its number is another one."""
    return [
        AwaitedDecision(
            number=line.decision_number,
            decided=day or line.decision_date,
            codes=tuple(
                AwaitedCode(code=each.code, role=each.role, stage=each.stage)
                for each in line.codes
                if each.decided == day
            ),
        )
        for day in dict.fromkeys(each.decided for each in line.codes)
    ]


def _was_recorded(connection: Connection, line: LedgerLine, code: str, document: Document) -> bool:
    """Return whether the announcement of this code by this decision was ever recorded, even if undone."""
    events = ledger_events.events_of(connection, ledger.DECISION, f"{line.decision_number} {code}")
    return any(
        event.attribute == "province_decision_number"
        and decision_key(event.to_value) == decision_key(document.number)
        for event in events
    )
