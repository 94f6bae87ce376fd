"""The workbook that a division fills in: locked identity, drop-downs, and a hidden key per row."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from procedures.errors import WorkbookError
from procedures.workbook_layout.division_sheets import (
    KEY_HEADING,
    SheetKey,
    SheetKind,
    SheetRow,
    pack_key,
    sheet_mark,
)
from reports.print_pages import FONT, fit_row, set_up_printing
from reports.workbooks import check_row_count

TITLE_ROWS = 3
"""Rows above the headings: the title, the addressee, and the instructions."""

_INSTRUCTIONS = (
    "Chỉ điền các cột nền trắng. Được lọc, sắp xếp, thêm ghi chú ngoài bảng; không sửa cột ẩn cuối bảng. "
    "Ô để trống là chưa có ý kiến."
)

CHOICES_SHEET = "Lựa chọn"
"""The hidden sheet with the choices of the drop-downs."""

FREE_ROWS = 50
"""Rows below the last one that have drop-downs too, and take new entries where a sheet grows."""

_PERMITTED = ("sort", "autofilter", "format_columns", "format_rows", "insert_rows", "delete_rows")


def write_sheet(
    path: Path, kind: SheetKind, rows: Iterable[SheetRow], *, owner: str, department: str, division: str
) -> int:
    """Write the sheet of one division, whole or not at all, and return the number of its rows.

    `owner` names the department and its database, so that another department's sheet is recognised.

    Raises:
        WorkbookError: the file cannot be written.
    """
    listed = list(rows)
    check_row_count(path, len(listed), above=TITLE_ROWS + 1 + FREE_ROWS)
    draft = path.with_name(f".{path.name}.part")
    try:
        _write(draft, kind, listed, owner, f"{department}: {division}", division)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise WorkbookError(f"{path}: không ghi được ({error.strerror or error})") from None
    return len(listed)


def _write(path: Path, kind: SheetKind, rows: list[SheetRow], owner: str, head: str, division: str) -> None:
    import xlsxwriter

    options = {"in_memory": True, "default_format_properties": FONT}
    with path.open("wb") as target, xlsxwriter.Workbook(target, options) as workbook:
        sheet = workbook.add_worksheet("Điền")
        frame = {"text_wrap": True, "valign": "top", "border": 1}
        title = workbook.add_format({"bold": True, "font_size": 14})
        heading = workbook.add_format(frame | {"bold": True, "align": "center", "valign": "vcenter"})
        fixed = workbook.add_format(frame | {"bg_color": "#EDEDED"})
        free = workbook.add_format(frame | {"locked": False, "num_format": "@"})
        sheet.write_string(0, 0, kind.title, title)
        sheet.write_string(1, 0, head)
        sheet.write_string(2, 0, _INSTRUCTIONS)
        key_at = len(kind.columns)
        sheet.write_string(TITLE_ROWS - 1, key_at, pack_key(sheet_mark(kind, owner, division)))
        for at, column in enumerate(kind.columns):
            sheet.write_string(TITLE_ROWS, at, column.heading, heading)
            sheet.set_column(at, at, column.width)
        fit_row(sheet, TITLE_ROWS, ((column.heading, column.width) for column in kind.columns))
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
            fit_row(sheet, number, ((texts[column.attribute], column.width) for column in kind.columns))
            key = SheetKey(kind=kind.name, subject=row.subject, division=division, owner=owner, base=texts)
            sheet.write_string(number, key_at, pack_key(key))
        last = TITLE_ROWS + len(rows)
        if kind.grows:
            for number in range(last + 1, last + 1 + FREE_ROWS):
                for at in range(len(kind.columns)):
                    sheet.write_blank(number, at, None, free)
        _add_choices(workbook, sheet, kind, last + FREE_ROWS)
        sheet.autofilter(TITLE_ROWS, 0, max(last, TITLE_ROWS + 1), key_at)
        sheet.freeze_panes(TITLE_ROWS + 1, 2)
        sheet.protect(
            "",
            dict.fromkeys(_PERMITTED, True),
        )
        set_up_printing(sheet, [column.width for column in kind.columns])
        sheet.repeat_rows(TITLE_ROWS)


def _add_choices(workbook: Any, sheet: Any, kind: SheetKind, last: int) -> None:
    """Add drop-downs down to the row `last`, each with the cells of a hidden sheet as its choices.

    Choices in the rule itself would be split at every comma, also at their own, and hold 255 characters.
    """
    from xlsxwriter.utility import xl_col_to_name

    with_choices = [(at, column) for at, column in enumerate(kind.columns) if column.choices]
    if not with_choices:
        return
    lists = workbook.add_worksheet(CHOICES_SHEET)
    lists.hide()
    for place, (at, column) in enumerate(with_choices):
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
