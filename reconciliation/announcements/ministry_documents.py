"""Ministry decisions that a person read from a file, before or beside what the national portal shows.

A document is one more source of "this decision made these procedures new, changed or repealed": the ledger,
its deadlines, duties and findings follow from it by the same rules as from the portal's records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from procedures.findings import Side
from procedures.keys import nameless_key
from procedures.model import Procedure
from procedures.office.documents import Document, DocumentPart, DocumentRow, PartKind
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
    """Return what a ministry's decision makes of which procedures; None where it is no such decision.

    `matches` are the codes that records of the portal gave to rows without one, by key. A decision in force
    from its signature on tells no day from which the law could count its five days: the department's own
    target then holds.
    """
    if document.role != "ministry" or document.number is None or document.date is None:
        return None
    found: dict[str, DocumentEntry] = {}
    for at, part in enumerate(document.parts, 1):
        for each in _entries(part, at, evidence or {}):
            first = found.setdefault(each.key, each)
            if first.role == "changed" and each.role == "new":
                found[each.key] = each
    known = matches or {}
    effective = document.effective_date
    return MinistryDocument(
        number=document.number,
        date=document.date,
        read_on=read_on,
        agency=document.issuer,
        effective_date=effective if effective and effective > document.date else None,
        entries=tuple(replace(each, code=each.code or known.get(each.key)) for each in found.values()),
    )


def row_key(row: DocumentRow) -> str:
    """Return the row's code, else the key that rows without one have in a list."""
    return row.code or nameless_key(row.name, row.executing_levels, row.field)


def settled(
    document: MinistryDocument,
    national: Mapping[str, Procedure],
    listed: Mapping[str, Procedure],
    rules: Rules,
) -> dict[str, str]:
    """Return, by key, the codes that rows without one have for certain, by name, level and field.

    What is new has the code of a record that names this decision, or that came after it; what is changed or
    repealed that of any record, or of the row of the list (`listed`, by code or key) where no record has it.
    """
    open_rows = [each for each in document.entries if each.code is None]
    after = {code: row for code, row in national.items() if _is_of(document, code, row, rules)}
    found: dict[str, str] = {}
    for roles, targets in (
        (("new",), after),
        (("changed", "repealed"), {**listed, **national}),
    ):
        rows = {each.key: as_procedure(each) for each in open_rows if each.role in roles}
        taken = frozenset(each.code for each in document.entries if each.code and each.role in roles)
        found |= match(rows, targets, taken=taken).certain
    return {key: code for key, code in found.items() if key != code}


def _is_of(document: MinistryDocument, code: str, row: Procedure, rules: Rules) -> bool:
    if decision_key(row.decision_number) == decision_key(document.number):
        return True
    since = rules.seen_since.get(code)
    return since is not None and since >= document.date and code not in rules.seen_at_baseline


def as_procedure(entry: DocumentEntry) -> Procedure:
    """Return the entry as lists and records have their rows."""
    return Procedure(name=entry.name, code=entry.code, field=entry.field, executing_levels=entry.levels)


def entries_as_side(documents: Iterable[MinistryDocument]) -> Side:
    """Return every procedure of the documents as a side of its own, with the ministry that decided it."""
    procedures = {
        entry.subject: replace(as_procedure(entry), promulgating_agency=document.agency)
        for document in documents
        for entry in document.entries
    }
    return Side(source="document", role="document", complete=True, fresh=True, procedures=procedures)


def newest(documents: Iterable[MinistryDocument]) -> tuple[MinistryDocument, ...]:
    """Return, of several readings of one decision by number and date, the last one."""
    found = {(decision_key(each.number), each.date): each for each in documents}
    return tuple(found.values())


def entries_in_scope(
    rules: Rules, silent: frozenset[str]
) -> Iterator[tuple[MinistryDocument, DocumentEntry]]:
    """Return each procedure of a document that the province has to do with."""
    for document in rules.documents:
        for entry in document.entries:
            if not {entry.key, entry.subject} & silent and _concerns_us(entry, rules):
                yield document, entry


def _concerns_us(entry: DocumentEntry, rules: Rules) -> bool:
    """Unknown levels may be ours; what is repealed may be of the district."""
    if not entry.levels or (entry.role == "repealed" and "district" in entry.levels):
        return True
    return bool(rules.restricted(entry.levels))


def _entries(part: DocumentPart, at: int, evidence: Mapping[str, Any]) -> Iterator[DocumentEntry]:
    if part.kind is None:
        return
    for row in part.rows:
        where = {**evidence, "part": at, "row": row.row, "page": row.page}
        yield DocumentEntry(
            key=row_key(row),
            role=ROLES[part.kind],
            name=row.name,
            code=row.code,
            field=row.field,
            levels=row.executing_levels,
            evidence={name: value for name, value in where.items() if value is not None},
        )
        if part.kind is PartKind.REPLACED:
            yield from _replaced(row, where)


def _replaced(row: DocumentRow, where: Mapping[str, Any]) -> list[DocumentEntry]:
    return [
        DocumentEntry(
            key=old.code or nameless_key(old.name or "", row.executing_levels, row.field),
            role="repealed",
            name=old.name or old.code or "",
            code=old.code,
            field=row.field,
            levels=row.executing_levels,
            evidence={name: value for name, value in where.items() if value is not None},
        )
        for old in row.replaces
        if old.code or old.name
    ]
