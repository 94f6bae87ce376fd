"""Procedures of a ministry decision, each as it was beside what it is now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from procedures.findings import CATALOGUE
from procedures.model import Procedure, value_text
from procedures.wording.item_contrast import contrast_items
from procedures.wording.readable_values import group_ways, items_in_words
from procedures.wording.text_diff import TextPiece
from reconciliation.announcements.deadlines import decision_key
from reconciliation.announcements.ministry_documents import as_procedure
from reconciliation.findings.names import identity_of
from settings.configuration import Configuration
from steps.announcements.amendments import amendments_among
from steps.database import reading_connection
from steps.nights.decision_documents import ministry_documents
from warehouse.announcements import decision_records
from warehouse.announcements.decision_records import Record
from warehouse.announcements.ledger import CodeLine, LedgerLine

SHOWN_ATTRIBUTES = (
    "name",
    "executing_levels",
    "processing_time",
    "fee",
    "dossier",
    "ways",
    "online_level",
)
"""What is laid side by side of a procedure, in the order people read it."""

Origin = Literal["predecessor", "former", "catalogue", "national", "successor", "document"]

_Texts = Mapping[str, str | None]
"""Values by attribute, as `value_text` writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureSide:
    """What one side of a comparison is: where it was read (`source`: a source's name), and its code.

    `is_current`: whether that source still publishes it.
    """

    origin: Origin
    source: str | None = None
    code: str | None = None
    is_current: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastRow:
    """One attribute on both sides in pieces; None: the side does not state it, or there is no such side."""

    attribute: str
    before: tuple[TextPiece, ...] | None
    after: tuple[TextPiece, ...] | None

    @property
    def differs(self) -> bool:
        """Return whether the sides differ in it."""
        return any(piece.differs for piece in (*(self.before or ()), *(self.after or ())))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureContrast:
    """A procedure of the decision with what it was; `others`: more codes that it takes the place of."""

    line: CodeLine
    name: str
    before: ProcedureSide | None
    after: ProcedureSide | None
    rows: tuple[ContrastRow, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionProcedures:
    """The procedures of a decision: `lines` in order, one for each change, and who replaces whom.

    `predecessors`: by code, the codes that it takes the place of.
    """

    lines: tuple[CodeLine, ...]
    predecessors: Mapping[str, tuple[str, ...]]


def order_procedures(configuration: Configuration, line: LedgerLine) -> DecisionProcedures:
    """Return what the decision changes: new, amended, repealed.

    A repealed procedure whose successor is of the same decision stands with the successor alone.
    """
    codes = {each.code for each in line.codes}
    with reading_connection(configuration) as connection:
        replaced = decision_records.successors_of(connection, codes, configuration.in_role("national"))
    predecessors: dict[str, tuple[str, ...]] = {}
    for old, new in sorted(replaced.items()):
        predecessors[new] = (*predecessors.get(new, ()), old)
    with_successor = {old for old, new in replaced.items() if new in codes}
    roles = ("new", "changed", "repealed")
    lines = sorted(
        (
            each
            for each in line.codes
            if each.role in roles and not (each.role == "repealed" and each.code in with_successor)
        ),
        key=lambda each: roles.index(each.role),
    )
    return DecisionProcedures(tuple(lines), predecessors)


def contrast_procedures(
    configuration: Configuration, line: LedgerLine, listed: DecisionProcedures, lines: Sequence[CodeLine]
) -> list[ProcedureContrast]:
    """Return these procedures of the decision, each as it was beside what it is now."""
    with reading_connection(configuration) as connection:
        records = _Records(configuration, connection, line, listed, lines)
    return [records.contrast(each) for each in lines]


class _Records:
    """What the sources have on some procedures of a decision, and on those that they took the place of."""

    def __init__(
        self,
        configuration: Configuration,
        connection: Connection,
        line: LedgerLine,
        listed: DecisionProcedures,
        lines: Sequence[CodeLine],
    ) -> None:
        codes = {each.code for each in lines}
        self._predecessors = {code: old for code, old in listed.predecessors.items() if code in codes}
        self._successors = {old: new for new, olds in listed.predecessors.items() for old in olds}
        related = codes.union(*self._predecessors.values())
        related |= {self._successors[code] for code in codes if code in self._successors}
        national = configuration.in_role("national")
        self._national = _latest(decision_records.records_of(connection, related, national))
        self._catalogue = _latest(decision_records.records_of(connection, related, (CATALOGUE,)))
        self._amendments = amendments_among(configuration, connection, line, lines)
        self._documents = {
            entry.subject: as_procedure(entry)
            for document in ministry_documents(connection, configuration.department.zone)
            if decision_key(document.number) == decision_key(line.decision_number)
            for entry in document.entries
        }

    def contrast(self, row: CodeLine) -> ProcedureContrast:
        before, old = self._repealed(row) if row.role == "repealed" else self._before(row)
        after, new = self._successor(row) if row.role == "repealed" else self._after(row.code)
        return ProcedureContrast(
            line=row,
            name=self._name(row),
            before=before,
            after=after,
            rows=tuple(_rows(old, new)),
            others=self._predecessors.get(row.code, ())[1:] if row.role != "repealed" else (),
        )

    def _name(self, row: CodeLine) -> str:
        record = self._national.get(row.code) or self._catalogue.get(row.code)
        document = self._documents.get(row.code)
        return (record.procedure.name if record else document.name if document else None) or row.name or "…"

    def _before(self, row: CodeLine) -> tuple[ProcedureSide | None, _Texts | None]:
        """Return what a new or amended procedure was: its predecessor, its former self, or the list's row."""
        for old in self._predecessors.get(row.code, ()):
            record = self._national.get(old) or self._catalogue.get(old)
            if record is not None:
                side = ProcedureSide(origin="predecessor", source=record.source, code=old)
                return side, _texts(record.procedure)
        record, amendments = self._national.get(row.code), self._amendments.get(row.code)
        if record is not None and amendments:
            former = {each.attribute: each.old for each in amendments}
            return ProcedureSide(origin="former", source=record.source), _texts(record.procedure) | former
        listed = self._catalogue.get(row.code)
        if listed is None or not listed.is_current:
            return None, None
        return ProcedureSide(origin="catalogue", source=CATALOGUE), _texts(listed.procedure)

    def _after(self, code: str) -> tuple[ProcedureSide | None, _Texts | None]:
        record = self._national.get(code)
        if record is not None:
            side = ProcedureSide(origin="national", source=record.source, is_current=record.is_current)
            return side, _texts(record.procedure)
        document = self._documents.get(code)
        return (None, None) if document is None else (ProcedureSide(origin="document"), _texts(document))

    def _repealed(self, row: CodeLine) -> tuple[ProcedureSide | None, _Texts | None]:
        listed = self._catalogue.get(row.code)
        if listed is not None and listed.is_current:
            return ProcedureSide(origin="catalogue", source=CATALOGUE), _texts(listed.procedure)
        record = self._national.get(row.code) or listed
        if record is None:
            return None, None
        return ProcedureSide(origin="former", source=record.source), _texts(record.procedure)

    def _successor(self, row: CodeLine) -> tuple[ProcedureSide | None, _Texts | None]:
        code = self._successors.get(row.code)
        record = self._national.get(code) if code else None
        if code is None or record is None:
            return None, None
        return ProcedureSide(origin="successor", source=record.source, code=code), _texts(record.procedure)


def _latest(records: Collection[Record]) -> dict[str, Record]:
    """Return of each code the record that is current, else the last one."""
    latest: dict[str, Record] = {}
    for record in records:
        latest.setdefault(record.code, record)
    return latest


def _texts(procedure: Procedure) -> dict[str, str | None]:
    return {name: value_text(getattr(procedure, name)) for name in SHOWN_ATTRIBUTES}


def _rows(before: _Texts | None, after: _Texts | None) -> list[ContrastRow]:
    """Return every attribute that a side states; marked only where both do, and not by an empty list."""
    rows = []
    for name in SHOWN_ATTRIBUTES:
        old, new = (None if texts is None else texts.get(name) for texts in (before, after))
        if old is None and new is None:
            continue
        one, other = (None if text is None else items_in_words("", name, text) for text in (old, new))
        if one and other and not _is_same_name(name, old, new):
            left, right = contrast_items(name, one, other)
            rows.append(ContrastRow(attribute=name, before=left, after=right))
        else:
            rows.append(ContrastRow(attribute=name, before=_plain(name, one), after=_plain(name, other)))
    return rows


def _is_same_name(attribute: str, old: str | None, new: str | None) -> bool:
    """Return whether both are names of one procedure, though one begins with "Thủ tục"."""
    return attribute == "name" and identity_of(old or "").key == identity_of(new or "").key


def _plain(attribute: str, items: Sequence[str] | None) -> tuple[TextPiece, ...] | None:
    if items is None:
        return None
    text = group_ways(attribute, "; ".join(items))
    return (TextPiece(text),) if text else ()
