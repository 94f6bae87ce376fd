"""The department's list as a workbook, in the layout that `rasoat catalogue import` reads back.

Every attribute has a column that people can edit (`procedures.workbook_layout.catalogue_columns`); a last,
hidden column holds each record exactly. A cell's text is always text: a name that begins with "=" is not a
formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from procedures.errors import WorkbookError
from procedures.model import Procedure
from procedures.workbook_layout.catalogue_columns import (
    CELL_LIMIT,
    COLUMNS,
    MATCHED_HEADING,
    RECORD_HEADING,
    CatalogueColumn,
    cell_text,
    pack_record,
)
from reports.print_pages import FONT, fit_row, set_up_printing
from reports.workbooks import MAX_LINES, check_row_count

SHEET = "Danh mục"
_STT_WIDTH = 6
_CODE_WIDTH = 14

Row = tuple[Procedure, str | None, str | None]
"""A procedure, how its code was found (`code`, `name`, `person` or `None`), and the code found."""


def write_catalogue(path: Path, rows: Iterable[Row], *, placed: bool = False) -> int:
    """Write the list to an .xlsx file and return the number of procedures.

    Where the code was matched by name the code cell stays empty and the code is written under "Mã khớp"; a
    code that a person confirmed is written as the row's code. `placed`: each record keeps its place in the
    office's own workbook, so that a reader of this file finds it there. The file appears whole or not at
    all. Raises `WorkbookError` where it cannot be written.
    """
    path = Path(path)
    listed = list(rows)
    check_row_count(path, len(listed), above=1)
    draft = path.with_name(f".{path.name}.part")
    try:
        _write(draft, listed, placed=placed)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True) if draft.parent.is_dir() else None
        raise WorkbookError(f"{path}: không ghi được ({error.strerror or error})") from None
    return len(listed)


def _write(path: Path, rows: Sequence[Row], *, placed: bool) -> None:
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"in_memory": True, "default_format_properties": FONT}
    with path.open("wb") as target, xlsxwriter.Workbook(target, options) as workbook:
        sheet = workbook.add_worksheet(SHEET)
        heading = workbook.add_format(
            {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1}
        )
        body = workbook.add_format({"text_wrap": True, "valign": "top", "border": 1})
        columns = [column for column in COLUMNS if column.always or _is_used(column, rows)]
        widths = [_STT_WIDTH, *(column.width for column in columns), _CODE_WIDTH]
        headings = ["STT", *(column.heading for column in columns), MATCHED_HEADING]
        packed = [_chunks(pack_record(procedure, placed=placed)) for procedure, _, _ in rows]
        hidden = max(map(len, packed), default=1)
        records = [RECORD_HEADING, *(f"{RECORD_HEADING} {number}" for number in range(2, hidden + 1))]
        for index, text in enumerate(headings + records):
            sheet.write_string(0, index, text, heading)
        for number, ((procedure, matched_by, matched_code), record) in enumerate(
            zip(rows, packed, strict=True), start=1
        ):
            sheet.write_number(number, 0, number, body)
            texts = [_cell(procedure, column, matched_by, matched_code) for column in columns]
            for index, text in enumerate(texts, start=1):
                sheet.write_string(number, index, text, body) if text else sheet.write_blank(
                    number, index, None, body
                )
            fit_row(sheet, number, zip(texts, widths[1:-1], strict=True), MAX_LINES)
            if matched_by == "name" and matched_code:
                sheet.write_string(number, len(columns) + 1, matched_code, body)
            for index, chunk in enumerate(record, start=len(headings)):
                sheet.write_string(number, index, chunk)
        for index, width in enumerate(widths):
            sheet.set_column(index, index, width)
        fit_row(sheet, 0, zip(headings, widths, strict=True))
        sheet.set_column(len(headings), len(headings) + hidden - 1, 4, None, {"hidden": True})
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, len(rows), len(headings) - 1)
        set_up_printing(sheet, widths, repeated=3)
        sheet.repeat_rows(0)


def _is_used(column: CatalogueColumn, rows: Sequence[Row]) -> bool:
    return any(cell_text(procedure, column.role) for procedure, _, _ in rows)


def _cell(
    procedure: Procedure, column: CatalogueColumn, matched_by: str | None, matched_code: str | None
) -> str:
    if column.role == "code" and procedure.code is None and matched_by == "person" and matched_code:
        return matched_code
    return cell_text(procedure, column.role)


def _chunks(text: str) -> list[str]:
    return [text[start : start + CELL_LIMIT] for start in range(0, len(text), CELL_LIMIT)]
