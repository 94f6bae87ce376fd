"""Decisions that announce procedures (quyết định công bố), as read from their documents.

A ministry's or the province's decision: a head (number, date, articles) and lists in parts (phần, phụ lục,
danh mục). The reader never guesses: what a document leaves open is `None`, with a remark. A document with a
remark that `holds` waits for a person before any of it is used.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from procedures.values.levels import LEVELS


class PartKind(StrEnum):
    """What a part of a decision does with its procedures (decree 63/2010/NĐ-CP, article 14)."""

    NEW = "new"
    """Mới ban hành."""
    CHANGED = "changed"
    """Được sửa đổi, bổ sung."""
    REPLACED = "replaced"
    """Được thay thế: each row has the new one, and what it replaces."""
    REPEALED = "repealed"
    """Bị bãi bỏ: no row of it is in force."""
    DECENTRALISED = "decentralised"
    """Được phân cấp."""
    IN_FORCE = "in_force"
    """A plain list (danh mục)."""


@dataclass(frozen=True, slots=True)
class CitedDecision:
    """A decision that a document cites; `date` where given."""

    number: str
    date: datetime.date | None = None

    def to_json(self) -> dict[str, Any]:
        """Return an entry of `cites`."""
        return {"number": self.number, "date": self.date.isoformat() if self.date else None}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> CitedDecision:
        """Return the inverse of `to_json`."""
        return cls(value["number"], _date(value.get("date")))


@dataclass(frozen=True, slots=True)
class NamedProcedure:
    """A procedure that another one replaces."""

    name: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """Where another decision lists the procedure: "Số 12 tại Phụ lục kèm theo Quyết định số 95/QĐ-…"."""

    number: str
    decision: CitedDecision | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class RawCell:
    """One cell as it was read, with its heading."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """One procedure of a part.

    `page` is the one on which it begins, from 1, `None` where the format has no pages; `row` counts the
    procedures of the part from 1, and `number` is the document's own numbering. `decision` is the
    announcement that the row names in a column of its own. Texts are canonical, `cells` are as read.
    """

    name: str
    row: int
    page: int | None = None
    number: str | None = None
    code: str | None = None
    field: str | None = None
    executing_levels: frozenset[str] | None = None
    processing_time: tuple[ProcessingTime, ...] = ()
    time_by_rule: str | None = None
    time_after_cut: str | None = None
    decision: CitedDecision | None = None
    replaces: tuple[NamedProcedure, ...] = ()
    annex_row: AnnexRow | None = None
    effective_date: datetime.date | None = None
    fee: tuple[Fee, ...] | None = None
    ways: frozenset[str] | None = None
    online_level: str | None = None
    place: str | None = None
    agency: str | None = None
    authority: str | None = None
    legal_basis: str | None = None
    note: str | None = None
    cells: tuple[RawCell, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the object of a part's `rows`; levels from the centre down."""
        levels = self.executing_levels or ()
        return {
            "code": self.code,
            "name": self.name,
            "field": self.field,
            "executing_levels": [level for level in LEVELS if level in levels],
            "processing_time": [time.to_json() for time in self.processing_time],
            "decision": self.decision.to_json() if self.decision else None,
            "replaces": [{"code": old.code, "name": old.name} for old in self.replaces],
            "page": self.page,
            "row": self.row,
            "number": self.number,
            "time_by_rule": self.time_by_rule,
            "time_after_cut": self.time_after_cut,
            "annex_row": _annex_json(self.annex_row),
            "effective_date": self.effective_date.isoformat() if self.effective_date else None,
            "fee": None if self.fee is None else [fee.to_json() for fee in self.fee],
            "ways": None if self.ways is None else sorted(self.ways),
            "online_level": self.online_level,
            "place": self.place,
            "agency": self.agency,
            "authority": self.authority,
            "legal_basis": self.legal_basis,
            "note": self.note,
            "cells": [{"heading": cell.heading, "text": cell.text} for cell in self.cells],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> DocumentRow:
        """Return the inverse of `to_json`."""
        same = ("page", "number", "code", "field", "time_by_rule", "time_after_cut",
                "online_level", "place", "agency", "authority", "legal_basis", "note")  # fmt: skip
        return cls(
            name=value["name"],
            row=value["row"],
            **{name: value.get(name) for name in same},
            executing_levels=frozenset(value["executing_levels"]) or None,
            processing_time=tuple(map(ProcessingTime.from_json, value["processing_time"])),
            decision=CitedDecision.from_json(value["decision"]) if value["decision"] else None,
            replaces=tuple(NamedProcedure(old["name"], old["code"]) for old in value["replaces"]),
            annex_row=_annex(value["annex_row"]),
            effective_date=_date(value["effective_date"]),
            fee=None if value["fee"] is None else tuple(map(Fee.from_json, value["fee"])),
            ways=None if value["ways"] is None else frozenset(value["ways"]),
            cells=tuple(RawCell(cell["heading"], cell["text"]) for cell in value["cells"]),
        )


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """One list of a decision; `kind` is `None` where its title names several or contradicts its columns.

    `declared` is the count of procedures that the title itself prints.
    """

    kind: PartKind | None
    title: str
    declared: int | None
    rows: tuple[DocumentRow, ...]

    def to_json(self) -> dict[str, Any]:
        """Return an entry of `parts`."""
        return {
            "kind": self.kind.value if self.kind else None,
            "title": self.title,
            "declared": self.declared,
            "rows": [row.to_json() for row in self.rows],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> DocumentPart:
        """Return the inverse of `to_json`."""
        return cls(
            PartKind(value["kind"]) if value["kind"] else None,
            value["title"],
            value["declared"],
            tuple(map(DocumentRow.from_json, value["rows"])),
        )


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark on the reading for people, in one line.

    `holds`: unused before a person has looked. `of_head`: it concerns the decision's own text, which a
    plain list of a department does not have.
    """

    text: str
    holds: bool = False
    of_head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One decision of a file. `role` is `ministry` or `province`, `None` where unknown.

    `effective_article` is the text of the article with the effective date; `replaced` are the
    decisions that its articles end in whole or in part. `pages` counts those of the whole file, and
    `pictures` are the pages without text.
    """

    number: str | None = None
    date: datetime.date | None = None
    issuer: str | None = None
    role: str | None = None
    title: str | None = None
    effective_date: datetime.date | None = None
    effective_article: str | None = None
    cites: tuple[CitedDecision, ...] = ()
    replaced: tuple[CitedDecision, ...] = ()
    parts: tuple[DocumentPart, ...] = ()
    remarks: tuple[Remark, ...] = ()
    pages: int | None = None
    pictures: tuple[int, ...] = ()

    @property
    def held(self) -> bool:
        """Return whether a person has to look before anything of it is used."""
        return any(remark.holds for remark in self.remarks)

    @property
    def lists_held(self) -> bool:
        """Return whether a person has to look at the lists, whatever the decision's own text lacks."""
        return any(remark.holds and not remark.of_head for remark in self.remarks)

    @property
    def rows(self) -> tuple[DocumentRow, ...]:
        """Return the procedures of every part."""
        return tuple(row for part in self.parts for row in part.rows)

    def to_json(self) -> dict[str, Any]:
        """Return the document of `decision read --json`, with more keys than it promises."""
        return {
            "number": self.number,
            "date": self.date.isoformat() if self.date else None,
            "issuer": self.issuer,
            "role": self.role,
            "effective_date": self.effective_date.isoformat() if self.effective_date else None,
            "cites": [decision.to_json() for decision in self.cites],
            "parts": [part.to_json() for part in self.parts],
            "remarks": [remark.text for remark in self.remarks],
            "title": self.title,
            "effective_article": self.effective_article,
            "replaced_decisions": [decision.to_json() for decision in self.replaced],
            "held": self.held,
            "held_for": [remark.text for remark in self.remarks if remark.holds],
            "head_remarks": [remark.text for remark in self.remarks if remark.of_head],
            "pages": self.pages,
            "pictures": list(self.pictures),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Document:
        """Return the inverse of `to_json`."""
        holding, of_head = set(value["held_for"]), set(value["head_remarks"])
        return cls(
            number=value["number"],
            date=_date(value["date"]),
            issuer=value["issuer"],
            role=value["role"],
            title=value["title"],
            effective_date=_date(value["effective_date"]),
            effective_article=value["effective_article"],
            cites=tuple(map(CitedDecision.from_json, value["cites"])),
            replaced=tuple(map(CitedDecision.from_json, value["replaced_decisions"])),
            parts=tuple(map(DocumentPart.from_json, value["parts"])),
            remarks=tuple(Remark(text, text in holding, text in of_head) for text in value["remarks"]),
            pages=value["pages"],
            pictures=tuple(value["pictures"]),
        )


def _date(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _annex_json(row: AnnexRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "number": row.number,
        "decision": row.decision.to_json() if row.decision else None,
        "text": row.text,
    }


def _annex(value: Mapping[str, Any] | None) -> AnnexRow | None:
    if value is None:
        return None
    decision = CitedDecision.from_json(value["decision"]) if value["decision"] else None
    return AnnexRow(value["number"], decision, value["text"])
