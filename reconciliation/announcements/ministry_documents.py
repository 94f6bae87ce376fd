"""Ministry decisions that a person read from a file, before or beside what the national portal shows.

A document is one more source of what a decision made new, changed or repealed: the ledger, its deadlines,
duties and findings follow from it by the same rules as from the portal's records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from procedures.findings import Side
from procedures.model import Procedure
from procedures.office.documents import Document, DocumentPart, DocumentRow, PartKind
from procedures.values.keys import codeless_key
from reconciliation.announcements.deadlines import decision_key
from reconciliation.findings.matching import match
from reconciliation.rules import DecisionRole, DocumentEntry, MinistryDocument, Rules

ROLES: Mapping[PartKind, DecisionRole] = {
    PartKind.NEW: "new",
    PartKind.CHANGED: "changed",
    PartKind.REPLACED: "new",
    PartKind.DECENTRALISED: "changed",
    PartKind.IN_FORCE: "changed",
    PartKind.REPEALED: "repealed",
}
"""What a part of a decision makes of its procedures; what one replaces is repealed."""


def ministry_document(
    document: Document,
    read_on: date,
    matches: Mapping[str, str] | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> MinistryDocument | None:
    """Return what a ministry's decision makes of which procedures; None for any other document.

    `matches` are the codes that records of the portal gave to rows without one, by key. A decision in force
    from its signature on gives no day from which the law could count its five days: the department's own
    target then applies.
    """
    if document.role != "ministry" or document.number is None or document.date is None:
        return None
    entries: dict[str, DocumentEntry] = {}
    for part_number, part in enumerate(document.parts, 1):
        for entry in _entries(part, part_number, evidence or {}):
            first = entries.setdefault(entry.key, entry)
            if first.role == "changed" and entry.role == "new":
                entries[entry.key] = entry
    known = matches or {}
    effective = document.effective_date
    return MinistryDocument(
        number=document.number,
        date=document.date,
        read_on=read_on,
        agency=document.issuer,
        effective_date=effective if effective and effective > document.date else None,
        entries=tuple(replace(entry, code=entry.code or known.get(entry.key)) for entry in entries.values()),
    )


def row_key(row: DocumentRow) -> str:
    """Return the row's code, else the key that rows without one have in a list."""
    return row.code or codeless_key(row.name, row.executing_levels, row.field)


def match_entries(
    document: MinistryDocument,
    national: Mapping[str, Procedure],
    listed: Mapping[str, Procedure],
    rules: Rules,
) -> dict[str, str]:
    """Return, by key, the codes that rows without one have for certain, by name, level and field.

    What is new gets the code of a record that names this decision or appeared after it; what is changed or
    repealed that of any record, else of the row of the list (`listed`, by code or key).
    """
    open_rows = [each for each in document.entries if each.code is None]
    candidates = {code: row for code, row in national.items() if _may_carry_code(document, code, row, rules)}
    codes: dict[str, str] = {}
    for roles, targets in (
        (("new",), candidates),
        (("changed", "repealed"), {**listed, **national}),
    ):
        rows = {each.key: as_procedure(each) for each in open_rows if each.role in roles}
        taken = frozenset(each.code for each in document.entries if each.code and each.role in roles)
        codes |= match(rows, targets, used_codes=taken).certain
    return {key: code for key, code in codes.items() if key != code}


def _may_carry_code(document: MinistryDocument, code: str, row: Procedure, rules: Rules) -> bool:
    if decision_key(row.decision_number) == decision_key(document.number):
        return True
    since = rules.seen_since.get(code)
    return since is not None and since >= document.date and code not in rules.seen_at_baseline


def as_procedure(entry: DocumentEntry) -> Procedure:
    """Return the entry in the form of the rows of lists and records."""
    return Procedure(name=entry.name, code=entry.code, field=entry.field, executing_levels=entry.levels)


def entries_as_side(documents: Iterable[MinistryDocument]) -> Side:
    """Return every procedure of the documents as a side of its own, with the ministry that decided it."""
    procedures = {
        entry.subject: replace(as_procedure(entry), promulgating_agency=document.agency)
        for document in documents
        for entry in document.entries
    }
    return Side(source="document", role="document", complete=True, fresh=True, procedures=procedures)


def latest_readings(documents: Iterable[MinistryDocument]) -> tuple[MinistryDocument, ...]:
    """Return, of several readings of one decision by number and date, the last one."""
    by_decision = {(decision_key(each.number), each.date): each for each in documents}
    return tuple(by_decision.values())


def entries_in_scope(
    rules: Rules, silent: frozenset[str]
) -> Iterator[tuple[MinistryDocument, DocumentEntry]]:
    """Yield each procedure of a document that concerns the province."""
    for document in rules.documents:
        for entry in document.entries:
            if not {entry.key, entry.subject} & silent and _concerns_us(entry, rules):
                yield document, entry


def _concerns_us(entry: DocumentEntry, rules: Rules) -> bool:
    """Return whether it may be the province's: unknown levels may, and repealed ones of the district."""
    if not entry.levels or (entry.role == "repealed" and "district" in entry.levels):
        return True
    return bool(rules.restricted(entry.levels))


def _entries(part: DocumentPart, part_number: int, evidence: Mapping[str, Any]) -> Iterator[DocumentEntry]:
    if part.kind is None:
        return
    for row in part.rows:
        place = {**evidence, "part": part_number, "row": row.row, "page": row.page}
        yield DocumentEntry(
            key=row_key(row),
            role=ROLES[part.kind],
            name=row.name,
            code=row.code,
            field=row.field,
            levels=row.executing_levels,
            evidence={name: value for name, value in place.items() if value is not None},
        )
        if part.kind is PartKind.REPLACED:
            yield from _replaced_entries(row, place)


def _replaced_entries(row: DocumentRow, place: Mapping[str, Any]) -> list[DocumentEntry]:
    return [
        DocumentEntry(
            key=old.code or codeless_key(old.name or "", row.executing_levels, row.field),
            role="repealed",
            name=old.name or old.code or "",
            code=old.code,
            field=row.field,
            levels=row.executing_levels,
            evidence={name: value for name, value in place.items() if value is not None},
        )
        for old in row.replaces
        if old.code or old.name
    ]
