"""The department's own list (danh mục) from a workbook: the source `catalogue`.

A list is read as people keep it. Nothing of it is lost: a row with a bad or a repeated code, a heading or
a cell that cannot be read, a row taken for a total: each is named in the result with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from extractors.workbooks.catalogue_rows import (
    CatalogueRow,
    SheetRows,
    cell_string,
    column_letters,
    place_of,
    read_rows,
    sheet_layout,
)
from extractors.workbooks.cell_values import read_answers
from extractors.workbooks.headings import HEADING_ROWS, Layout, find_layout
from extractors.workbooks.tables import Sheet, read_tables
from extractors.workbooks.xlsx_errors import UNCOMPUTED, is_error
from procedures.attributes import ATTRIBUTE_NAMES, RAW_TEXTS
from procedures.codes import parse_code
from procedures.errors import InputError, WorkbookError
from procedures.findings import FindingKind, RowProblem
from procedures.keys import nameless_key
from procedures.levels import LEVELS, level_label
from procedures.model import Procedure, merge, to_record, value_text
from procedures.text import canonical, excerpt, matching_key, name_identity
from procedures.wording.words import ATTRIBUTES as ATTRIBUTE_WORDS
from procedures.workbook_layout.catalogue_columns import COLUMNS, still_says, unpack

_NO_CODE = frozenset(
    matching_key(text)
    for text in ("Không có", "Chưa có", "Không", "Chưa có mã", "Không có mã", "Chưa cấp mã", "Chưa cập nhật")
) | {""}

_SHORTENED = re.compile(r"[1-9][.,]\d{0,4}[1-9]")
"""A code as a number, its closing zeros lost; a .csv file, which knows no types, writes it so."""


_SHOWN = 120
"""Signs of a cell that a remark shows."""


class NoRows(WorkbookError):  # noqa: N818 - says what was found
    """A list that has its headings and nothing below them."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that says nothing to the reader, or (`contradicts`) what the procedure's first row does not.

    `place` names its row, `column` are its column's letters, where it is one cell. `kept`: its text stands.
    """

    place: str
    attribute: str
    text: str
    contradicts: bool = False
    column: str = ""
    kept: bool = False

    def __str__(self) -> str:
        """The cell in one line, for people."""
        what = ATTRIBUTE_WORDS.get(self.attribute)
        at = ", ".join(filter(None, (self.place, self.column and f"cột {self.column}", what)))
        if self.text == UNCOMPUTED:
            return f"{at}: công thức chưa có kết quả; hãy mở tệp bằng Excel, lưu lại rồi nhập lại"
        if is_error(self.text):
            return f"{at}: ô báo lỗi {self.text}"
        why = "không hiểu, giữ nguyên văn" if self.kept else "không hiểu, để trống"
        if self.contradicts:
            why = "khác dòng trước của cùng thủ tục, không dùng"
        return f'{at}: "{excerpt(self.text, _SHOWN)}" {why}'


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """What a file says.

    `procedures` are by code, or by `nameless_key` for rows without a valid one. `levels` are those that
    the file speaks of, `None` for all. `columns` are the attributes that at least one cell speaks of;
    a list whose ways come from a BCCI column alone does not speak of `ways`
    (`catalogue_columns.POSTAL_ALONE`). `rows` counts procedure rows, repeated ones too. `leftovers` are
    headings that nobody knows, `skipped` the totals and closing words with their places,
    `skipped_sheets` the sheets without headings, `hidden_sheets` those that hold a list and are hidden, and
    `struck` the places of procedures that are struck through.
    """

    name: str
    procedures: Mapping[str, Procedure]
    problems: tuple[RowProblem, ...] = ()
    levels: frozenset[str] | None = None
    columns: tuple[str, ...] = ()
    leftovers: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    skipped_sheets: tuple[str, ...] = ()
    hidden_sheets: tuple[str, ...] = ()
    rows: int = 0
    unread: tuple[Unread, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    struck: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What of the file is not in the list as a person sees it, one line each; bad codes are findings."""
        return (
            *(
                f'{self.name}: không đọc trang tính "{name}" (không có dòng tiêu đề)'
                for name in self.skipped_sheets
            ),
            *(f'{self.name}: không đọc trang tính "{name}" (đang ẩn)' for name in self.hidden_sheets),
            *(
                f'{self.name}: không đọc cột "{excerpt(name, _SHOWN)}" (tiêu đề lạ)'
                for name in self.leftovers
            ),
            *(str(cell) for cell in self.unread),
            *(
                f'{place}: "{excerpt(text, _SHOWN)}" không phải thủ tục (dòng cộng, ghi chú), bỏ qua'
                for place, text in self.skipped
            ),
            *(
                f"{place}: mã hoặc tên bị gạch ngang, vẫn đọc như đang còn; nếu đã bãi bỏ, hãy xóa dòng này"
                for place in self.struck
            ),
        )


def read_catalogue(path: Path, *, level: str | None = None) -> CatalogueFile:
    """Reads .xlsx, .xls or .csv as the department's list.

    With `level` the file speaks of that level alone: rows that name no level get it. Raises
    `WorkbookError` (one line): cannot be read, no heading row in the first 20 rows of any sheet, no rows,
    a row of another level than `level`; and `InputError` for a level that does not exist.
    """
    path = Path(path)
    if level is not None and level not in LEVELS:
        raise InputError(f"cấp {level!r} không có; chọn một trong {', '.join(LEVELS)}")
    sheets = read_tables(path, hidden=True)
    read, skipped_sheets = _read_sheets(path, [sheet for sheet in sheets if not sheet.hidden])
    collected = _Collected(path.name)
    for sheet in read:
        for row in sheet.rows:
            collected.add(row, level)
    if not collected.rows:
        raise NoRows(f"{path.name}: không có dòng thủ tục nào dưới dòng tiêu đề")
    return CatalogueFile(
        name=path.name,
        procedures=collected.procedures,
        problems=collected.all_problems(),
        levels=None if level is None else frozenset({level}),
        columns=tuple(name for name in ATTRIBUTE_NAMES if name in collected.columns),
        leftovers=tuple(dict.fromkeys(heading for sheet in read for heading in sheet.unknown)),
        sheets=tuple(sheet.name for sheet in read),
        skipped_sheets=skipped_sheets,
        hidden_sheets=tuple(sheet.name for sheet in sheets if sheet.hidden and find_layout(sheet)),
        rows=collected.rows,
        unread=tuple(collected.unread),
        skipped=tuple(
            (place_of(path.name, sheet.name, number), text)
            for sheet in read
            for number, text in sheet.skipped
        ),
        struck=tuple(
            place_of(path.name, row.sheet, row.number) for sheet in read for row in sheet.rows if row.struck
        ),
    )


def _read_sheets(path: Path, sheets: Iterable[Sheet]) -> tuple[list[SheetRows], tuple[str, ...]]:
    read: list[SheetRows] = []
    without: list[str] = []
    layout: Layout | None = None
    for sheet in sheets:
        own = sheet_layout(sheet, layout)
        if own is None:
            without.append(sheet.name)
            continue
        if own.beside is not None:
            raise WorkbookError(
                f"{place_of(path.name, sheet.name, own.first)}: có hai bảng cạnh nhau (bảng thứ hai từ cột "
                f"{column_letters(own.beside)}); hãy chuyển bảng thứ hai xuống dưới hoặc sang trang tính khác"
            )
        layout = own
        read.append(read_rows(sheet, own))
    if not read:
        raise WorkbookError(
            f'{path.name}: không thấy dòng tiêu đề (cần cột "Tên thủ tục hành chính") trong {HEADING_ROWS} '
            "dòng đầu của trang tính nào"
        )
    return read, tuple(without)


@dataclass(slots=True)
class _Collected:
    """Procedures by key, as the rows come."""

    file: str
    procedures: dict[str, Procedure] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    invalid: dict[str, list[tuple[str, Procedure]]] = field(default_factory=dict)
    repeated: dict[str, list[tuple[str, Procedure]]] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    unread: list[Unread] = field(default_factory=list)
    rows: int = 0

    def add(self, row: CatalogueRow, level: str | None) -> None:
        place = place_of(self.file, row.sheet, row.number)
        procedure = self._procedure(row, place)
        if level is not None:
            procedure = _at_level(procedure, level, place)
        self.unread += [Unread(place, role, text, column=at) for at, role, text in row.faulty]
        self.rows += 1
        self.columns |= _spoken(procedure)
        levels = procedure.executing_levels
        key = procedure.code or nameless_key(procedure.name, levels, procedure.field)
        if procedure.code is None and procedure.local_code is not None:
            self.invalid.setdefault(key, []).append((place, procedure))
        first = self.procedures.get(key)
        if first is None:
            self.procedures[key] = procedure
            self.places[key] = place
        elif procedure.code and _apart(first, procedure):
            self._join(key, first, procedure, place)
        else:
            self.repeated.setdefault(key, []).append((place, procedure))

    def _procedure(self, row: CatalogueRow, place: str) -> Procedure:
        answers = read_answers(row.texts, row.notes, whole=True)
        values = answers.values | _identity(row)
        kept = _of_the_record(row)
        for cell in answers.unread:
            if cell.attribute not in kept:
                column = row.columns.get(cell.role, "")
                self.unread.append(Unread(place, cell.attribute, cell.text, column=column, kept=cell.kept))
        values |= kept
        raw = dict(values.pop("raw", ()))
        for name in ("field", "state"):
            if values.get(name) is None and (given := getattr(row, name)):
                values[name] = canonical(given)
                if name in RAW_TEXTS:
                    raw[name] = given
        if values.get("executing_levels") is None:
            values["executing_levels"] = row.levels or name_identity(values["name"]).levels or None
        return Procedure(**({"row": row.at} | values), raw=tuple(sorted(raw.items())))

    def _join(self, key: str, first: Procedure, other: Procedure, place: str) -> None:
        """The same code in the sections of two levels is one procedure at both; the first words stand."""
        for name in ATTRIBUTE_NAMES:
            mine, theirs = getattr(first, name), getattr(other, name)
            if name != "executing_levels" and None not in (mine, theirs) and mine != theirs:
                self.unread.append(Unread(place, name, value_text(theirs) or "", contradicts=True))
        levels = (first.executing_levels or frozenset()) | (other.executing_levels or frozenset())
        joined = merge(other, first)
        self.procedures[key] = replace(joined, executing_levels=levels, row=f"{first.row}; {other.row}")

    def all_problems(self) -> tuple[RowProblem, ...]:
        problems = [
            _problem(FindingKind.INVALID_CODE, key, rows, _invalid_reason(rows), self.places[key])
            for key, rows in self.invalid.items()
        ]
        problems += [
            _problem(
                FindingKind.DUPLICATE_CODE,
                key,
                rows,
                _repeated_reason(key, self.places[key]),
                self.places[key],
            )
            for key, rows in self.repeated.items()
        ]
        return tuple(problems)


def _identity(row: CatalogueRow) -> dict[str, Any]:
    """Code, name, and the texts of which the raw form is kept."""
    values: dict[str, Any] = {"name": canonical(row.texts.get("name", "")), "code": None, "local_code": None}
    raw = {}
    for attribute in RAW_TEXTS:
        text = row.texts.get(attribute, "")
        if text.strip():
            values[attribute] = canonical(text)
            raw[attribute] = text
    values["raw"] = tuple(raw.items())
    cell = row.code
    if cell is None or (isinstance(cell, str) and matching_key(cell) in _NO_CODE):
        return values
    if not row.sheet and isinstance(cell, str) and _SHORTENED.fullmatch(canonical(cell)):
        cell = float(canonical(cell).replace(",", "."))
    code = parse_code(cell) if isinstance(cell, str | int | float) else None
    if code is None:
        values["local_code"] = canonical(cell_string(cell))
    else:
        values["code"], values["local_code"] = code.core, code.local
    return values


def _of_the_record(row: CatalogueRow) -> dict[str, Any]:
    """What the export's packed record says of the cells that nobody changed since."""
    packed = row.texts.get("record", "")
    record = unpack(packed) if packed else None
    if record is None:
        return {}
    changed = {
        attribute
        for column in COLUMNS
        if not still_says(record, column.role, row.texts.get(column.role, ""))
        for attribute in column.attributes
    }
    known = {attribute for column in COLUMNS for attribute in column.attributes}
    values = {attribute: getattr(record, attribute) for attribute in known - changed}
    raw = {name: text for name, text in record.raw if name not in changed}
    raw |= {
        name: row.texts[name] for name in RAW_TEXTS if name in changed and row.texts.get(name, "").strip()
    }
    place = {} if record.row is None else {"row": record.row}
    return values | place | {"raw": tuple(raw.items())}


def _at_level(procedure: Procedure, level: str, place: str) -> Procedure:
    levels = procedure.executing_levels
    if not levels:
        return replace(procedure, executing_levels=frozenset({level}))
    if level not in levels:
        said = ", ".join(level_label(one) for one in LEVELS if one in levels)
        raise WorkbookError(
            f"{place}: dòng này ghi {said}, nhưng tệp được nhập riêng cho {level_label(level)}",
            "level",
        )
    return procedure


def _apart(first: Procedure, other: Procedure) -> bool:
    """Whether two rows of one code are about different levels; unknown levels may meet."""
    mine, theirs = first.executing_levels, other.executing_levels
    return bool(mine) and bool(theirs) and not (mine or frozenset()) & (theirs or frozenset())


def _spoken(procedure: Procedure) -> set[str]:
    spoken = {name for name in ATTRIBUTE_NAMES if getattr(procedure, name) is not None}
    if procedure.ways == frozenset({"postal"}):
        spoken.discard("ways")
    return spoken


def _invalid_reason(rows: list[tuple[str, Procedure]]) -> str:
    codes = ", ".join(dict.fromkeys(f'"{procedure.local_code}"' for _, procedure in rows))
    return f"mã {codes} không đúng dạng 1.012345"


def _repeated_reason(key: str, first: str) -> str:
    if key.startswith("~"):
        return f"trùng tên, cấp và lĩnh vực với {first}"
    return f"mã {key} đã có ở {first}"


def _problem(
    rule: FindingKind, key: str, rows: list[tuple[str, Procedure]], reason: str, first: str
) -> RowProblem:
    """One problem a subject, however many rows: it is one discrepancy for as long as it holds."""
    procedure = rows[0][1]
    return RowProblem(
        rule=rule,
        subject=key,
        code=procedure.code,
        name=procedure.name or None,
        place="; ".join(place for place, _ in rows),
        reason=reason,
        division=procedure.division,
        evidence={
            "first": first,
            "rows": [place for place, _ in rows],
            "records": [to_record(one) for _, one in rows],
        },
    )
