"""Takes back the workbook that a division filled in, however it was sorted, filtered, renamed or saved."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from extractors.catalogue_rows import cell_string
from extractors.tables import Sheet, read_tables
from extractors.xlsx_errors import is_error
from procedures.errors import WorkbookError
from procedures.sheets import KEY_HEADING, SHEETS, FilledRow, SheetKind, unpack_key
from procedures.text import matching_key

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
        key_at = columns[KEY_HEADING]
        rows = []
        kinds: dict[str, int] = {}
        for number in range(at + 1, len(sheet.rows)):
            texts = {
                heading: cell_string(sheet.cell(number, column)).strip()
                for heading, column in columns.items()
                if column != key_at
            }
            for heading, text in texts.items():
                if is_error(text):
                    raise WorkbookError(
                        f"{path.name}, trang {sheet.name}, dòng {number + 1}, cột {heading!r}: "
                        f"ô không có giá trị ({text}); hãy sửa rồi lưu lại"
                    )
            packed = cell_string(sheet.cell(number, key_at)).strip()
            if not packed and not any(texts.values()):
                continue
            key = unpack_key(packed) if packed else None
            if key is not None:
                kinds[key.kind] = kinds.get(key.kind, 0) + 1
            rows.append((f"{sheet.name}!{number + 1}", texts, key, bool(packed) and key is None))
        kind = SHEETS.get(max(kinds, key=lambda name: kinds[name], default=""))
        if kind is None:
            raise WorkbookError(
                f"{path.name}: cột {KEY_HEADING!r} trống hoặc đã bị sửa; hãy xuất lại tệp cho phòng"
            )
        by_key = {matching_key(column.heading): column.attribute for column in kind.columns}
        return kind, tuple(
            FilledRow(place=place, texts=_by_attribute(texts, by_key), key=key, spoilt=spoilt)
            for place, texts, key, spoilt in rows
        )
    raise WorkbookError(
        f"{path.name}: không thấy cột {KEY_HEADING!r}; đây không phải tệp đã xuất cho phòng điền"
    )


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
