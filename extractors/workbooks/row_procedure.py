"""One row of a list as the procedure that it says.

A row's own cells go before what the parts around it say, and a cell that nobody changed since an export is
taken from the record that was packed beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extractors.workbooks.catalogue_file import SHOWN, Unread
from extractors.workbooks.catalogue_rows import CatalogueRow
from extractors.workbooks.cell_values import marked_roles, read_answers
from extractors.workbooks.code_cells import RowCode, read_row_code
from extractors.workbooks.sections import REPEALED
from extractors.workbooks.sheet_cells import cell_string
from extractors.workbooks.whole_answers import Answers
from procedures.attributes import RAW_ATTRIBUTES
from procedures.model import Procedure
from procedures.office.part_kinds import is_not_in_force
from procedures.values.text import canonical, matching_key, name_identity
from procedures.wording.words import excerpt
from procedures.workbook_layout.catalogue_columns import COLUMNS, is_unedited, unpack_record

_SAYS_ENDED = (("state", "tình trạng"), ("change", "loại thay đổi"), ("note", "ghi chú"))
"""Columns in which a row may say that it is not in force any more, and how people call them."""
_NOTHING = frozenset({"", "không", "không có"})
_RECORDED = frozenset(attribute for column in COLUMNS for attribute in column.attributes)
"""The attributes that a packed record is the source of where nobody changed their cells."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A procedure, the cells that could not be read, remarks, and why it is not in force, if it is not.

    `marked` are the roles of columns whose cell is nothing but a mark.
    """

    procedure: Procedure
    unread: tuple[Unread, ...] = ()
    marked: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    ended: str | None = None


def read_row(row: CatalogueRow, place: str) -> ReadRow:
    """The procedure of a row; `place` names the row for people."""
    its = read_row_code(
        row.code, cell_string(row.code), canonical(row.texts.get("name", "")), typeless=not row.sheet
    )
    kept = _of_the_record(row)
    if kept.keys() >= _RECORDED:  # nobody changed a cell: the record says it all
        answers = Answers(whole=True, marked=marked_roles(row.texts))
    else:
        answers = read_answers(row.texts, row.notes, whole=True)
    values = answers.values | _identity(row, its)
    unread = tuple(
        Unread(place, cell.attribute, cell.text, column=row.columns.get(cell.role, ""), kept=cell.kept)
        for cell in answers.unread
        if cell.attribute not in kept
    )
    values |= kept
    raw = dict(values.pop("raw", ()))
    if values.get("field") is None and row.field:
        values["field"] = canonical(row.field)
        raw["field"] = row.field
    if values.get("executing_levels") is None:
        values["executing_levels"] = row.levels or name_identity(values["name"]).levels or None
    if values.get("online_level") is None and row.online:
        values["online_level"] = row.online
    ended = next(_ended(row, its), None)
    if ended and values.get("state") is None:
        values["state"] = REPEALED
    return ReadRow(
        procedure=Procedure(**({"row": row.at} | values), raw=tuple(sorted(raw.items()))),
        unread=unread,
        marked=tuple(answers.marked),
        remarks=(its.remark,) if its.remark and not kept else (),
        ended=ended,
    )


def _ended(row: CatalogueRow, its: RowCode) -> Iterator[str]:
    """Why a row is not in force: its own word, the text that repeals it, or the part in which it stands."""
    for role, column in _SAYS_ENDED:
        text = row.texts.get(role, "")
        if text and is_not_in_force(text):
            yield f'{column} "{excerpt(canonical(text), SHOWN)}"'
    if its.ended:
        yield f'ô mã "{its.ended}"'
    if row.repealed:
        yield f'phần "{excerpt(row.repealed, SHOWN)}"'
    if matching_key(row.texts.get("repealing", "")) not in _NOTHING:
        yield "cột văn bản bãi bỏ"


def _identity(row: CatalogueRow, its: RowCode) -> dict[str, Any]:
    """Code, name, and the texts of which the raw form is kept."""
    values: dict[str, Any] = {"code": None, "local_code": its.text}
    raw = {}
    for attribute in RAW_ATTRIBUTES:
        text = row.texts.get(attribute, "")
        if text.strip():
            values[attribute] = canonical(text)
            raw[attribute] = text
    values["name"] = its.name
    values["raw"] = tuple(raw.items())
    if its.code is not None:
        values["code"], values["local_code"] = its.code.core, its.code.local
    return values


def _of_the_record(row: CatalogueRow) -> dict[str, Any]:
    """What the export's packed record says of the cells that nobody changed since."""
    packed = row.texts.get("record", "")
    record = unpack_record(packed) if packed else None
    if record is None:
        return {}
    changed = {
        attribute
        for column in COLUMNS
        if not is_unedited(record, column.role, row.texts.get(column.role, ""))
        for attribute in column.attributes
    }
    values = {attribute: getattr(record, attribute) for attribute in _RECORDED - changed}
    raw = {name: text for name, text in record.raw if name not in changed}
    raw |= {
        name: row.texts[name]
        for name in RAW_ATTRIBUTES
        if name in changed and row.texts.get(name, "").strip()
    }
    place = {} if record.row is None else {"row": record.row}
    return values | place | {"raw": tuple(raw.items())}
