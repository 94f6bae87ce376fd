"""Sheets that a division fills in: the columns, which of them it may change, and what changed.

Each row has a hidden key with its values when the sheet was made, so that a sheet may be sorted, filtered,
renamed and shortened: what differs from the key has changed, and a value that changed in the meantime is a
conflict. A row without a key is new. The sheet itself has a mark, a key without a row, so that one that was
empty at first is recognised as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from procedures.model import Procedure
from procedures.values.text import canonical
from procedures.wording.places import place_words
from procedures.wording.words import ATTRIBUTE_LABELS, PARTIAL_REASONS
from procedures.workbook_layout.catalogue_columns import DECENTRALISATION_LABELS, YES_NO_LABELS, cell_text
from procedures.workbook_layout.packing import pack_json, unpack_json
from procedures.workbook_layout.registers import TASKS, format_value

KEY_HEADING = "Khóa (không sửa)"

SheetName = Literal["eligibility", "decentralisation", "tasks"]


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: `locked` ones identify the row; `choices` are offered in a drop-down.

    `strict`: only the choices are allowed.
    """

    attribute: str
    heading: str
    width: int
    locked: bool = False
    choices: tuple[str, ...] = ()
    strict: bool = False


@dataclass(frozen=True, slots=True)
class SheetKind:
    """A kind of sheet; `grows`: a division may add rows."""

    name: SheetName
    title: str
    columns: tuple[SheetColumn, ...]
    grows: bool = False


def _column(
    attribute: str, width: int, *, locked: bool = False, choices: tuple[str, ...] = (), strict: bool = False
) -> SheetColumn:
    """Return the column of one attribute, with its usual label."""
    return SheetColumn(attribute, ATTRIBUTE_LABELS[attribute], width, locked, choices, strict)


_IDENTITY = (
    SheetColumn("code", "Mã TTHC", 14, locked=True),
    SheetColumn("name", "Tên thủ tục hành chính", 44, locked=True),
    _column("field", 18, locked=True),
    _column("executing_levels", 12, locked=True),
)
_YES_NO = tuple(YES_NO_LABELS.values())

ELIGIBILITY_SHEET = SheetKind(
    "eligibility",
    "Rà soát điều kiện cung cấp dịch vụ công trực tuyến toàn trình",
    (
        *_IDENTITY,
        _column("online_level", 20, locked=True),
        _column("eligible_full_online", 14, choices=_YES_NO, strict=True),
        _column("online_reason", 40, choices=tuple(PARTIAL_REASONS.values())),
        _column("online_basis", 36),
        _column("online_plan", 24),
    ),
)
DECENTRALISATION_SHEET = SheetKind(
    "decentralisation",
    "Rà soát, đề xuất phân cấp giải quyết thủ tục hành chính",
    (
        *_IDENTITY,
        _column("competent_authority", 22),
        _column("decentralised_to", 20),
        _column("decentralisation_state", 14, choices=tuple(DECENTRALISATION_LABELS.values()), strict=True),
        _column("decentralisation_basis", 28),
        _column("decentralisation_texts", 28),
        _column("decentralisation_reason", 28),
        _column("delegated", 10, choices=_YES_NO, strict=True),
    ),
)
TASK_SHEET = SheetKind(
    "tasks",
    TASKS.title,
    tuple(
        SheetColumn(
            column.attribute,
            column.heading,
            column.width,
            locked=column.identity,
            choices=tuple((column.choices or {}).values()),
            strict=column.choices is not None,
        )
        for column in TASKS.columns
    ),
    grows=True,
)
SHEETS: Mapping[str, SheetKind] = {
    each.name: each for each in (ELIGIBILITY_SHEET, DECENTRALISATION_SHEET, TASK_SHEET)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetKey:
    """The values of a row when its sheet was made. `owner` names its department and database."""

    kind: str
    subject: str
    division: str
    owner: str
    base: Mapping[str, str] = field(default_factory=dict)


def sheet_mark(kind: SheetKind, owner: str, division: str) -> SheetKey:
    """Return the mark of a sheet: a key without a row."""
    return SheetKey(kind=kind.name, subject="", division=division, owner=owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A row that is handed out: its subject and the texts of its cells by attribute."""

    subject: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledRow:
    """A filled row: its place, its cells by attribute, and its key (None: none, or spoilt).

    `spoilt`: the key's cell contains something else. `cells` are the places of the attributes' cells
    ("Điền!F5"); `mark` is that of the sheet.
    """

    place: str
    texts: Mapping[str, str]
    key: SheetKey | None
    has_damaged_key: bool = False
    cells: Mapping[str, str] = field(default_factory=dict)
    mark: SheetKey | None = None

    def place_of(self, attribute: str) -> str:
        """Return the place of an attribute's cell, else of the row."""
        return self.cells.get(attribute, self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellEdit:
    """One cell that a division changed."""

    place: str
    subject: str
    attribute: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellConflict:
    """A cell that was changed here and elsewhere: the value then, the current one, the sheet's."""

    place: str
    subject: str
    attribute: str
    base: str
    now: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetDifference:
    """What a filled sheet changes. `touched` locked cells are ignored; `refused` rows have a reason."""

    edits: tuple[CellEdit, ...] = ()
    conflicts: tuple[CellConflict, ...] = ()
    touched: tuple[CellEdit, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    added: tuple[FilledRow, ...] = ()
    unmentioned: int = 0


def pack_key(key: SheetKey) -> str:
    """Return the key as letters and digits that no spreadsheet program alters."""
    return pack_json(
        {"k": key.kind, "s": key.subject, "d": key.division, "o": key.owner, "b": dict(key.base)}
    )


def unpack_key(text: str) -> SheetKey | None:
    """Return the inverse of `pack_key`; None for anything else, whatever it is."""
    values = unpack_json(text, 1 << 20)
    try:
        base = values["b"]
        texts = (values["k"], values["s"], values["d"], values["o"], *base, *base.values())
        if not all(isinstance(each, str) for each in texts):
            return None
        return SheetKey(
            kind=values["k"], subject=values["s"], division=values["d"], owner=values["o"], base=base
        )
    except (TypeError, KeyError, AttributeError):
        return None


def procedure_texts(kind: SheetKind, procedure: Procedure, code: str | None) -> dict[str, str]:
    """Return the cells of a procedure's row; `code` where it was matched to one."""
    texts = {}
    for column in kind.columns:
        texts[column.attribute] = cell_text(procedure, column.attribute)
    texts["code"] = procedure.code or code or ""
    return texts


def entry_texts(values: Mapping[str, str]) -> dict[str, str]:
    """Return the cells of a task's row."""
    return {column.attribute: format_value(column, values.get(column.attribute)) for column in TASKS.columns}


def compare_sheet(
    kind: SheetKind, rows: tuple[FilledRow, ...], current: Mapping[str, Mapping[str, str]]
) -> SheetDifference:
    """Return what the rows change of the current cells (by subject and attribute).

    A cell counts as changed when it differs from its key. Where the current value differs from the key too,
    and from the cell, it is a conflict.
    """
    edits: list[CellEdit] = []
    conflicts: list[CellConflict] = []
    touched: list[CellEdit] = []
    refused: list[tuple[str, str]] = []
    added: list[FilledRow] = []
    seen: dict[str, str] = {}
    for row in rows:
        if row.key is None:
            if row.has_damaged_key:
                refused.append((row.place, "khóa của dòng đã bị sửa, không biết là dòng nào"))
            else:
                added.append(row)
            continue
        subject = row.key.subject
        if subject in seen:
            refused.append((row.place, f"lặp lại {place_words(seen[subject])}; chỉ dòng đầu được nhận"))
            continue
        seen[subject] = row.place
        current_row = current.get(subject)
        if current_row is None:
            refused.append((row.place, f"{subject} không còn trong danh sách"))
            continue
        for column in kind.columns:
            if column.attribute not in row.texts:
                continue
            base, new = row.key.base.get(column.attribute, ""), row.texts[column.attribute]
            if _same(base, new):
                continue
            place = row.place_of(column.attribute)
            edit = CellEdit(place=place, subject=subject, attribute=column.attribute, old=base, new=new)
            current_value = current_row.get(column.attribute, "")
            if column.locked:
                touched.append(edit)
            elif _same(current_value, new):
                continue
            elif not _same(current_value, base):
                conflicts.append(
                    CellConflict(
                        place=place,
                        subject=subject,
                        attribute=column.attribute,
                        base=base,
                        now=current_value,
                        new=new,
                    )
                )
            else:
                edits.append(edit)
    return SheetDifference(
        edits=tuple(edits),
        conflicts=tuple(conflicts),
        touched=tuple(touched),
        refused=tuple(refused),
        added=tuple(added),
        unmentioned=len(current.keys() - seen.keys()),
    )


def _same(one: str, other: str) -> bool:
    return canonical(one) == canonical(other)
