"""The department's own list (danh mục) from a workbook: the source `catalogue`.

A list is read as people keep it. Nothing of it is lost: a row with a bad or a repeated code, a heading or
a cell that cannot be read, a row taken for a total: each is named in the result with its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from extractors.workbooks.catalogue_file import CatalogueFile, NoRows
from extractors.workbooks.catalogue_merge import Collected
from extractors.workbooks.catalogue_rows import SheetRows, read_rows, sheet_layout
from extractors.workbooks.column_preview import seen_sheets
from extractors.workbooks.formats.tables import Sheet, read_tables
from extractors.workbooks.headings import HEADING_ROWS, Layout, find_layout
from extractors.workbooks.national_export import split_export
from extractors.workbooks.sheet_cells import column_letters, place_of
from procedures.attributes import ATTRIBUTE_NAMES
from procedures.errors import InputError, WorkbookError
from procedures.values.levels import LEVELS
from procedures.workbook_layout.column_mapping import NO_MAPPINGS, FileShape, Mappings


def read_catalogue(
    path: Path, *, level: str | None = None, repealed: bool = False, mappings: Mappings = NO_MAPPINGS
) -> CatalogueFile:
    """Reads .xlsx, .xls or .csv as the department's list.

    Rows that are not in force (by their state or their part) are named, and no procedures; with `repealed`
    they are read like the others. `mappings` are what people said of columns, by the shape of their files.

    With `level` the file speaks of that level alone: rows that name no level get it. Raises
    `WorkbookError` (one line): cannot be read, no heading row in the first 20 rows of any sheet, no rows,
    a row of another level than `level`; and `InputError` for a level that does not exist.
    """
    path = Path(path)
    if level is not None and level not in LEVELS:
        raise InputError(f"cấp {level!r} không có; chọn một trong {', '.join(LEVELS)}")
    sheets = read_tables(path, hidden=True)
    lists, parts, others = split_export([sheet for sheet in sheets if not sheet.hidden])
    read, skipped_sheets = _read_sheets(path, lists, mappings)
    collected = Collected(path.name, repealed)
    for sheet in read:
        for row in sheet.rows:
            collected.add(row, level)
    if not collected.rows:
        raise NoRows(f"{path.name}: không có dòng thủ tục nào dưới dòng tiêu đề")
    if not collected.procedures:
        raise NoRows(f"{path.name}: {collected.rows} dòng đều ghi bãi bỏ, hết hiệu lực; không có gì để nhập")
    collected.finish()
    collected.join(parts)
    return CatalogueFile(
        name=path.name,
        procedures=collected.procedures,
        problems=collected.all_problems(),
        levels=None if level is None else frozenset({level}),
        columns=tuple(name for name in ATTRIBUTE_NAMES if name in collected.columns),
        leftovers=tuple(dict.fromkeys(heading for sheet in read for heading in sheet.unknown)),
        sheets=tuple(sheet.name for sheet in read),
        skipped_sheets=skipped_sheets,
        part_sheets=tuple(part.sheet.name for part in parts),
        other_sheets=tuple(others),
        hidden_sheets=tuple(sheet.name for sheet in sheets if sheet.hidden and find_layout(sheet, mappings)),
        rows=collected.rows,
        unread=tuple(collected.unread),
        skipped=tuple(
            (place_of(path.name, sheet.name, number), text)
            for sheet in read
            for number, text in sheet.skipped
        ),
        tables=tuple({each.shape: each for sheet in read for each in reversed(sheet.tables)}.values()),
        mappings=tuple({each.shape: each for sheet in read for each in sheet.mappings}.values()),
        ended=tuple(collected.ended),
        notes=tuple(collected.notes()),
        struck=tuple(
            place_of(path.name, row.sheet, row.number) for sheet in read for row in sheet.rows if row.struck
        ),
    )


def see_columns(path: Path, mappings: Mappings = NO_MAPPINGS) -> tuple[FileShape, ...]:
    """The columns of a list as a person is shown them, also where no row of headings is known.

    Raises `WorkbookError`: the file cannot be read.
    """
    lists, _parts, _others = split_export(read_tables(Path(path)))
    return seen_sheets(lists, mappings)


def _read_sheets(
    path: Path, sheets: Iterable[Sheet], mappings: Mappings
) -> tuple[list[SheetRows], tuple[str, ...]]:
    read: list[SheetRows] = []
    without: list[str] = []
    layout: Layout | None = None
    for sheet in sheets:
        own = sheet_layout(sheet, layout, mappings)
        if own is None:
            without.append(sheet.name)
            continue
        if own.beside is not None:
            raise WorkbookError(
                f"{place_of(path.name, sheet.name, own.first)}: có hai bảng cạnh nhau (bảng thứ hai từ cột "
                f"{column_letters(own.beside)}); hãy chuyển bảng thứ hai xuống dưới hoặc sang trang tính khác"
            )
        layout = own
        read.append(read_rows(sheet, own, mappings))
    if not read:
        raise WorkbookError(
            f'{path.name}: không thấy dòng tiêu đề (cần cột "Tên thủ tục hành chính") trong {HEADING_ROWS} '
            "dòng đầu của trang tính nào"
        )
    return read, tuple(without)
