"""The workbook that a division fills in: locked identity, drop-downs, and a hidden key a row."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from procedures.errors import WorkbookError
from procedures.workbook_layout.division_sheets import (
    KEY_HEADING,
    Key,
    SheetKind,
    SheetRow,
    mark_of,
    pack_key,
)
from reports.workbooks import check_rows

TITLE_ROWS = 3
"""Rows above the headings: the title, for whom, and what to do."""

_TOLD = (
    "Chỉ điền các cột nền trắng. Được lọc, sắp xếp, thêm ghi chú ngoài bảng; không sửa cột ẩn cuối bảng. "
    "Ô để trống là chưa có ý kiến."
)

CHOICES_SHEET = "Lựa chọn"
"""The hidden sheet of what drop-downs offer."""

FREE_ROWS = 50
"""Rows below the last one in which drop-downs work too, and entries are added where a sheet grows."""

_ALLOWED = ("sort", "autofilter", "format_columns", "format_rows", "insert_rows", "delete_rows")


def write_sheet(
    path: Path, kind: SheetKind, rows: Iterable[SheetRow], *, owner: str, department: str, division: str
) -> int:
    """Write the sheet of one division; gives the number of its rows. The file appears whole or not at all.

    `owner` names the department and its database, so that another's sheet is not taken for this one.

    Raises:
        WorkbookError: the file cannot be written.
    """
    kept = list(rows)
    check_rows(path, len(kept), above=TITLE_ROWS + 1 + FREE_ROWS)
    draft = path.with_name(f".{path.name}.part")
    try:
        _write(draft, kind, kept, owner, f"{department}: {division}", division)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise WorkbookError(f"{path}: không ghi được ({error.strerror or error})") from None
    return len(kept)


def _write(path: Path, kind: SheetKind, rows: list[SheetRow], owner: str, head: str, division: str) -> None:
    import xlsxwriter

    with path.open("wb") as target, xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Điền")
        frame = {"text_wrap": True, "valign": "top", "border": 1}
        title = workbook.add_format({"bold": True, "font_size": 13})
        heading = workbook.add_format(
            {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1}
        )
        fixed = workbook.add_format(frame | {"bg_color": "#EDEDED"})
        free = workbook.add_format(frame | {"locked": False, "num_format": "@"})
        sheet.write_string(0, 0, kind.title, title)
        sheet.write_string(1, 0, head)
        sheet.write_string(2, 0, _TOLD)
        key_at = len(kind.columns)
        sheet.write_string(TITLE_ROWS - 1, key_at, pack_key(mark_of(kind, owner, division)))
        for at, column in enumerate(kind.columns):
            sheet.write_string(TITLE_ROWS, at, column.heading, heading)
            sheet.set_column(at, at, column.width)
        sheet.write_string(TITLE_ROWS, key_at, KEY_HEADING, heading)
        sheet.set_column(key_at, key_at, 10, None, {"hidden": True})
        for number, row in enumerate(rows, start=TITLE_ROWS + 1):
            texts = {column.attribute: row.texts.get(column.attribute, "") for column in kind.columns}
            for at, column in enumerate(kind.columns):
                form = fixed if column.locked else free
                text = texts[column.attribute]
                sheet.write_string(number, at, text, form) if text else sheet.write_blank(
                    number, at, None, form
                )
            key = Key(kind=kind.name, subject=row.subject, division=division, owner=owner, base=texts)
            sheet.write_string(number, key_at, pack_key(key))
        last = TITLE_ROWS + len(rows)
        if kind.grows:
            for number in range(last + 1, last + 1 + FREE_ROWS):
                for at in range(len(kind.columns)):
                    sheet.write_blank(number, at, None, free)
        _offer(workbook, sheet, kind, last + FREE_ROWS)
        sheet.autofilter(TITLE_ROWS, 0, max(last, TITLE_ROWS + 1), key_at)
        sheet.freeze_panes(TITLE_ROWS + 1, 2)
        sheet.protect(
            "",
            dict.fromkeys(_ALLOWED, True),
        )
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.repeat_rows(TITLE_ROWS)
        sheet.fit_to_pages(1, 0)


def _offer(workbook: Any, sheet: Any, kind: SheetKind, last: int) -> None:
    """Drop-downs down to the row `last`, each of the cells of a hidden sheet.

    Choices written into the rule itself part at every comma, their own ones too, and hold 255 signs in all.
    """
    from xlsxwriter.utility import xl_col_to_name

    offered = [(at, column) for at, column in enumerate(kind.columns) if column.choices]
    if not offered:
        return
    lists = workbook.add_worksheet(CHOICES_SHEET)
    lists.hide()
    for place, (at, column) in enumerate(offered):
        lists.write_column(0, place, column.choices)
        letters = xl_col_to_name(place, col_abs=True)
        sheet.data_validation(
            TITLE_ROWS + 1,
            at,
            last,
            at,
            {
                "validate": "list",
                "source": f"='{CHOICES_SHEET}'!{letters}$1:{letters}${len(column.choices)}",
                "error_type": "stop" if column.strict else "information",
                "error_title": "Chọn trong danh sách",
                "error_message": f"{column.heading}: hãy chọn một mục có sẵn."[:255],
            },
        )
