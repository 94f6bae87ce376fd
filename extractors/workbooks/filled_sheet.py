"""Takes back the workbook that a division filled in, however it was sorted, filtered, renamed or saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from extractors.workbooks.formats.tables import Sheet, read_tables
from extractors.workbooks.formats.xlsx_errors import is_error
from extractors.workbooks.sheet_cells import cell_string, column_letters
from procedures.errors import WorkbookError
from procedures.values.text import matching_key
from procedures.workbook_layout.division_sheets import (
    KEY_HEADING,
    SHEETS,
    FilledRow,
    SheetKey,
    SheetKind,
    unpack_key,
)

HEADING_ROWS = 30
"""Headings are looked for in so many rows: a person may have put something above them."""


def read_filled(path: Path) -> tuple[SheetKind, tuple[FilledRow, ...]]:
    """The kind of sheet, and its rows in their order, empty ones left out.

    Raises:
        WorkbookError: the file cannot be read, or is none of our sheets.
    """
    for sheet in read_tables(path):
        found = _headings(sheet)
        if found is None:
            continue
        at, columns = found
        mark = _mark(sheet, at, columns[KEY_HEADING])
        rows = [
            row for number in range(at + 1, len(sheet.rows)) if (row := _row(path, sheet, number, columns))
        ]
        kinds = Counter(row.key.kind for row in rows if row.key is not None)
        named = kinds.most_common(1)[0][0] if kinds else mark.kind if mark else ""
        kind = SHEETS.get(named)
        if kind is None:
            raise WorkbookError(
                f"{path.name}: cột {KEY_HEADING!r} trống hoặc đã bị sửa; hãy xuất lại tệp cho phòng"
            )
        by_key = {matching_key(column.heading): column.attribute for column in kind.columns}
        return kind, tuple(
            replace(
                row,
                texts=_by_attribute(row.texts, by_key),
                cells=_by_attribute(row.cells, by_key),
                mark=mark,
            )
            for row in rows
        )
    raise WorkbookError(
        f"{path.name}: không thấy cột {KEY_HEADING!r}; đây không phải tệp đã xuất cho phòng điền"
    )


def _row(path: Path, sheet: Sheet, number: int, columns: Mapping[str, int]) -> FilledRow | None:
    """A row with its cells by heading; None for an empty one."""
    texts = {
        heading: cell_string(sheet.cell(number, column)).strip()
        for heading, column in columns.items()
        if heading != KEY_HEADING
    }
    for heading, text in texts.items():
        if is_error(text):
            raise WorkbookError(
                f"{path.name}, trang {sheet.name}, dòng {number + 1}, cột {heading!r}: "
                f"ô không có giá trị ({text}); hãy sửa rồi lưu lại"
            )
    packed = cell_string(sheet.cell(number, columns[KEY_HEADING])).strip()
    if not packed and not any(texts.values()):
        return None
    key = unpack_key(packed) if packed else None
    return FilledRow(
        place=f"{sheet.name}!{number + 1}",
        texts=texts,
        key=key,
        has_damaged_key=bool(packed) and key is None,
        cells={heading: f"{sheet.name}!{column_letters(columns[heading])}{number + 1}" for heading in texts},
    )


def _mark(sheet: Sheet, headings: int, column: int) -> SheetKey | None:
    """The sheet's own mark, above the headings of its keys."""
    above = (unpack_key(cell_string(sheet.cell(row, column)).strip()) for row in range(headings))
    return next((key for key in above if key is not None and not key.subject), None)


def _headings(sheet: Sheet) -> tuple[int, Mapping[str, int]] | None:
    """The row of the headings and the column of each; None where the key's is not among them."""
    wanted = matching_key(KEY_HEADING)
    for number in range(min(HEADING_ROWS, len(sheet.rows))):
        texts = [cell_string(cell).strip() for cell in sheet.rows[number]]
        if wanted not in map(matching_key, texts):
            continue
        columns: dict[str, int] = {}
        for column, text in enumerate(texts):
            if text:
                name = KEY_HEADING if matching_key(text) == wanted else text
                columns.setdefault(name, column)
        return number, columns
    return None


def _by_attribute(texts: Mapping[str, str], by_key: Mapping[str, str]) -> dict[str, str]:
    return {
        by_key[matching_key(heading)]: text
        for heading, text in texts.items()
        if matching_key(heading) in by_key
    }
