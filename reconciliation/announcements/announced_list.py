"""The department's list after a province's decision: rows that enter, change or end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from procedures.model import Procedure
from procedures.office.documents import Document, DocumentPart, DocumentRow, PartKind
from procedures.values.keys import codeless_key
from procedures.wording.words import excerpt
from reconciliation.findings.matching import match


@dataclass(frozen=True, slots=True)
class AnnouncedList:
    """The list by key, and which rows entered, changed and ended; `not_found`: what could not end."""

    procedures: Mapping[str, Procedure]
    entered: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()


@dataclass(slots=True)
class _Draft:
    procedures: dict[str, Procedure]
    entered: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    not_found: list[str] = field(default_factory=list)


def list_after_decision(current: Mapping[str, Procedure], document: Document) -> AnnouncedList:
    """Return the list after the decision; rows that it does not name stay as they are.

    A row is the list's row of its code, else the one that has its name, level and field for certain. A part
    without a kind is left out: nobody knows what it does.
    """
    draft = _Draft(dict(current))
    for part in document.parts:
        if part.kind not in (None, PartKind.REPEALED):
            _enter(draft, current, part, document)
    announced = {*draft.entered, *draft.changed}
    for part in document.parts:
        if part.kind is PartKind.REPEALED:
            _end(draft, [_procedure(row, document) for row in part.rows], announced)
        elif part.kind is PartKind.REPLACED:
            _end(draft, [old for row in part.rows for old in _replaced_rows(row)], announced)
    return AnnouncedList(
        draft.procedures,
        tuple(draft.entered),
        tuple(draft.changed),
        tuple(draft.ended),
        tuple(draft.not_found),
    )


def _enter(draft: _Draft, current: Mapping[str, Procedure], part: DocumentPart, document: Document) -> None:
    rows = {at: _procedure(row, document, part.kind) for at, row in enumerate(part.rows)}
    keys = _current_keys(rows, {key: row for key, row in current.items() if key in draft.procedures})
    for at, row in rows.items():
        key = keys.get(at)
        if key is None:
            new = row.code or codeless_key(row.name, row.executing_levels, row.field)
            draft.entered += [] if new in draft.procedures else [new]
            draft.procedures[new] = _amended(draft.procedures.get(new), row)
            continue
        amended = _amended(draft.procedures.pop(key), row)
        new = amended.code or key
        draft.procedures[new] = amended
        draft.changed.append(new)


def _end(draft: _Draft, rows: list[Procedure], announced: set[str]) -> None:
    """End what is repealed; never a row that the same decision entered or changed."""
    targets = {key: row for key, row in draft.procedures.items() if key not in announced}
    keys = _current_keys(dict(enumerate(rows)), targets)
    for index, row in enumerate(rows):
        key = keys.get(index)
        if key is None:
            draft.not_found.append(f"{row.code or 'chưa có mã'}: {excerpt(row.name)}")
        elif key in draft.procedures:
            del draft.procedures[key]
            draft.ended.append(key)


def _current_keys(rows: Mapping[int, Procedure], current: Mapping[str, Procedure]) -> dict[int, str]:
    """Return the list's key of each row: by code, else by name, level and field.

    A row with a code that the list lacks may only be one of its rows without a code.
    """
    keys = {at: row.code for at, row in rows.items() if row.code and row.code in current}
    for coded in (True, False):
        rest = {f"~{at}": row for at, row in rows.items() if at not in keys and bool(row.code) is coded}
        free = {
            key: row for key, row in current.items() if key not in keys.values() and not (coded and row.code)
        }
        keys |= {int(key[1:]): found for key, found in match(rest, free).certain.items()}
    return keys


def _amended(current: Procedure | None, row: Procedure) -> Procedure:
    """Return the current row with the decision's values; one without a code keeps the parts of its key."""
    if current is None:
        return row
    values = {name: value for name in _ANNOUNCED_ATTRIBUTES if (value := getattr(row, name)) is not None}
    if current.code is None and row.code is None:
        for name in ("name", "field", "executing_levels"):
            values.pop(name, None)
    return replace(current, **values, raw=tuple(each for each in current.raw if each[0] not in values))


_ANNOUNCED_ATTRIBUTES = (
    "name",
    "code",
    "field",
    "executing_levels",
    "processing_time",
    "fee",
    "ways",
    "online_level",
    "competent_authority",
    "legal_bases",
    "province_decision_number",
    "province_decision_date",
    "decentralisation_state",
)


def _procedure(row: DocumentRow, document: Document, kind: PartKind | None = None) -> Procedure:
    decision: dict[str, Any] = {}
    if document.role == "province":
        decision = {"province_decision_number": document.number, "province_decision_date": document.date}
    return Procedure(
        name=row.name,
        code=row.code,
        local_code=row.code,
        field=row.field,
        executing_levels=row.executing_levels,
        processing_time=row.processing_time or None,
        fee=row.fee,
        ways=row.ways,
        online_level=row.online_level,
        competent_authority=row.authority,
        legal_bases=(row.legal_basis,) if row.legal_basis else None,
        decentralisation_state="decided" if kind is PartKind.DECENTRALISED else None,
        **decision,
    )


def _replaced_rows(row: DocumentRow) -> list[Procedure]:
    return [
        Procedure(
            name=old.name or old.code or "",
            code=old.code,
            field=row.field,
            executing_levels=row.executing_levels,
        )
        for old in row.replaces
        if old.code or old.name
    ]
