"""Workbooks of plain tables: values in, one .xlsx out, with memory that does not grow with the rows.

What a portal or a person wrote is only ever text here: no formula, no link, no character that Excel rejects.
A text that is too long for a cell is cut with a mark; rows beyond a sheet's end continue on a further sheet,
and both sheets say so. The same values give the same bytes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any, Literal

from procedures.errors import WorkbookError
from procedures.wording.words import count
from reports.print_pages import FONT, fit_row, row_height, set_up_printing, wrapped_lines
from reports.sheet_rows import SheetRows, date_cell, empty_cell, number_cell, style_of, text_cells

CELL_LIMIT = 32_767
"""UTF-16 units that a cell of an Excel workbook can hold."""

SHEET_ROWS = 1_048_576
"""Rows of a sheet, including its headings."""

CUT_MARK = "… (đã cắt)"

FITTED_ROWS = 5_000
"""Rows of a table whose height is set: nobody prints more, and measuring texts is a good part of the work."""

BATCH = 1_000
"""Rows that are made into cells together, column by column: what is equal in a column is made once."""

MAX_LINES = 12
"""Most lines that a row is high; longer texts are read by opening the cell."""

TEXT_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Keeps XlsxWriter from interpreting texts."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_FIRST_MONTH = (1900, 3)
"""Excel counts a 29 February 1900, so earlier dates differ between programs."""

_NUMBERS = frozenset((bool, int, float))
"""Types of cells that may be equal and look different: 1, 1.0 and True."""

Cell = str | int | float | date | None
"""A value of a cell; None leaves it empty."""

ColumnKind = Literal["text", "number", "share"]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A heading and its width in characters; numbers of a `share` column are 0 to 1."""

    heading: str
    width: int = 18
    kind: ColumnKind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet. `rows` are read once; `title` and `notes` are above the headings.

    `plain` sheets have their headings in the first row instead, for filters and other programs.
    """

    name: str
    title: str
    columns: Sequence[TableColumn]
    rows: Iterable[Sequence[Cell]]
    notes: Sequence[str] = ()
    plain: bool = False


def write_workbook(
    path: Path,
    tables: Iterable[Table],
    *,
    title: str,
    author: str,
    created: datetime,
    sheet_rows: int = SHEET_ROWS,
) -> int:
    """Write the tables as sheets of `path`, whole or not at all, and return the number of rows.

    `created` is put into the file's properties in place of the clock; `sheet_rows` is the size of a sheet.

    Raises:
        WorkbookError: the file cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        options = {"constant_memory": True, "default_format_properties": FONT, **TEXT_OPTIONS}
        with xlsxwriter.Workbook(str(draft), options) as workbook:
            workbook.set_properties(
                {
                    "title": printable_text(title),
                    "author": printable_text(author),
                    "created": created.replace(tzinfo=None),
                }
            )
            writer = _Writer(workbook, sheet_rows)
            written = sum(writer.write(table) for table in tables)
        draft.replace(path)
    except (OSError, FileCreateError) as error:
        draft.unlink(missing_ok=True) if draft.parent.is_dir() else None
        cause = error.args[0] if isinstance(error, FileCreateError) and error.args else error
        reason = getattr(cause, "strerror", None) or error
        raise WorkbookError(f"{path}: không ghi được ({reason})") from None
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return written


def printable_text(text: str, limit: int = CELL_LIMIT) -> str:
    """Return the text without characters that Office rejects, cut with a mark where a cell cannot hold it."""
    if len(text) * 2 <= limit and text.isprintable():
        return text
    plain = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(plain) * 2 <= limit or _units(plain) <= limit:
        return plain
    head = plain[: limit - len(CUT_MARK)]
    while _units(head) > limit - len(CUT_MARK):
        head = head[: len(head) - max(1, (_units(head) - limit + len(CUT_MARK)) // 2)]
    return head + CUT_MARK


def _printable_texts(texts: Sequence[str]) -> Sequence[str]:
    """Return `printable_text` of each."""
    if max(map(len, texts), default=0) * 2 <= CELL_LIMIT and "".join(texts).isprintable():
        return texts
    return [printable_text(text) for text in texts]


def check_row_count(path: Path, number: int, above: int) -> None:
    """Check that `number` rows fit one sheet below `above` others: a list that is read back is never split.

    Raises:
        WorkbookError: they do not; XlsxWriter would silently drop the rest.
    """
    limit = SHEET_ROWS - above
    if number > limit:
        raise WorkbookError(f"{path}: {count(number)} dòng, một trang tính chỉ chứa được {count(limit)} dòng")


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


class _Writer:
    """Writer of the sheets of one workbook, one after the other."""

    def __init__(self, workbook: Any, sheet_rows: int) -> None:
        self._workbook = workbook
        self._sheet_rows = sheet_rows
        self._names: set[str] = set()
        frame = {"valign": "top", "border": 1}
        self._formats = {
            "title": workbook.add_format({"bold": True, "font_size": 14}),
            "note": workbook.add_format({"italic": True}),
            "head": workbook.add_format(
                {
                    "bold": True,
                    "bg_color": "#D9E2EC",
                    "border": 1,
                    "text_wrap": True,
                    "align": "center",
                    "valign": "vcenter",
                }
            ),
            "text": workbook.add_format(frame | {"text_wrap": True}),
            "number": workbook.add_format(frame | {"num_format": "#,##0"}),
            "decimal": workbook.add_format(frame | {"num_format": "#,##0.00"}),
            "share": workbook.add_format(frame | {"num_format": "0.00%"}),
            "date": workbook.add_format(frame | {"num_format": "dd/mm/yyyy"}),
        }
        self._styles = _Styles(self._formats)

    def write(self, table: Table) -> int:
        """Write all rows of a table, on as many sheets as needed, and return their number."""
        rows, written, part = iter(table.rows), 0, 1
        while True:
            sheet, top = self._sheet(table, part)
            with SheetRows(sheet, len(table.columns), top) as lines:
                last = self._sheet_rows - 1  # taken by the table's last row only, or a note
                while batch := list(islice(rows, max(0, min(BATCH, last - lines.next)))):
                    lines.write(*self._cells(table.columns, batch, fitted=written < FITTED_ROWS))
                    written += len(batch)
                ahead = list(islice(rows, 2))
                if len(ahead) == 1:
                    lines.write(*self._cells(table.columns, ahead, fitted=written < FITTED_ROWS))
                    written += 1
            sheet.autofilter(top - 1, 0, max(lines.next - 1, top), len(table.columns) - 1)
            if len(ahead) < 2:
                return written
            rows, part = chain(ahead, rows), part + 1
            note = f"Còn tiếp ở trang tính “{self._name(table.name, part)}”"
            sheet.write_string(lines.next, 0, note, self._formats["note"])

    def _sheet(self, table: Table, part: int) -> tuple[Any, int]:
        sheet = self._workbook.add_worksheet(self._reserve_name(table.name, part))
        for at, column in enumerate(table.columns):
            sheet.set_column(at, at, column.width)
        title = printable_text(table.title) + (f" (tiếp theo, phần {part})" if part > 1 else "")
        line = 0
        if not table.plain:
            sheet.write_string(0, 0, title, self._formats["title"])
            for note in table.notes:
                line += 1
                sheet.write_string(line, 0, printable_text(note), self._formats["note"])
            line += 2
        for at, column in enumerate(table.columns):
            sheet.write_string(line, at, printable_text(column.heading), self._formats["head"])
        fit_row(sheet, line, ((column.heading, column.width) for column in table.columns))
        sheet.freeze_panes(line + 1, 0)
        sheet.repeat_rows(line)
        set_up_printing(sheet, [column.width for column in table.columns])
        if table.plain:
            sheet.set_header(f"&C&B{_for_header(title)}")
        sheet.set_footer("&C&P/&N")
        return sheet, line + 1

    def _cells(
        self, columns: Sequence[TableColumn], rows: Sequence[Sequence[Cell]], *, fitted: bool
    ) -> tuple[list[list[str]], list[float | None]]:
        """Return the cells of rows by column, and the rows' heights where they are not those of one line."""
        cells: list[list[str]] = []
        lines: list[Iterable[int]] = [repeat(1, len(rows)), repeat(1)]
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            texts = list(dict.fromkeys([value for value in values if isinstance(value, str)]))
            shown = _printable_texts(texts)
            made: dict[Cell, str] = dict(zip(texts, self._text_cells(shown), strict=True))
            if len(texts) == len(values):
                cells.append(list(made.values()))
            else:
                cells.append(self._column_cells(column.kind, values, made))
            if fitted and max(map(len, shown), default=0) * 2 > column.width:
                lines_of = {
                    text: number
                    for text, each in zip(texts, shown, strict=True)
                    if (number := wrapped_lines(each, column.width)) > 1
                }
                if lines_of:
                    lines.append([lines_of.get(value, 1) for value in values])
        most = list(map(max, *lines))
        heights = {number: row_height((number,), MAX_LINES) for number in set(most)}
        return cells, [heights[number] for number in most]

    def _column_cells(self, kind: ColumnKind, values: Sequence[Cell], made: dict[Cell, str]) -> list[str]:
        """Return the cells of a column; `made` has those of its texts."""
        others = [value for value in values if not isinstance(value, str)]
        if _NUMBERS.isdisjoint(map(type, others)):
            made |= {value: self._cell(kind, value) for value in dict.fromkeys(others)}
            return [made[value] for value in values]
        return [made[value] if isinstance(value, str) else self._cell(kind, value) for value in values]

    def _text_cells(self, texts: Sequence[str]) -> list[str]:
        return text_cells(self._styles["text"], texts) if texts else []

    def _cell(self, kind: ColumnKind, value: int | float | date | None) -> str:
        """Return the cell of a value that is no text."""
        styles = self._styles
        if value is None:
            return empty_cell(styles["text"])
        if isinstance(value, bool):
            return self._text_cells(["Có" if value else "Không"])[0]
        if isinstance(value, date):
            if (value.year, value.month) >= _FIRST_MONTH:
                return date_cell(styles["date"], value)
            return self._text_cells([f"{value:%d/%m/}{value.year:04d}"])[0]
        if not math.isfinite(value):
            return self._text_cells(["…"])[0]
        if kind == "share":
            return number_cell(styles["share"], value)
        return number_cell(styles["number" if float(value).is_integer() else "decimal"], value)

    def _reserve_name(self, name: str, part: int) -> str:
        reserved = self._name(name, part)
        self._names.add(reserved.casefold())
        return reserved

    def _name(self, name: str, part: int) -> str:
        """Return a name that Excel accepts and no sheet has yet."""
        base = _NO_SHEET_NAME.sub(" ", printable_text(name)).strip().strip("'") or "Trang"
        for number in range(part, part + 1000):
            tail = f" ({number})" if number > 1 else ""
            candidate = base[: 31 - len(tail)].rstrip() + tail
            if candidate.casefold() not in self._names:
                return candidate
        raise ValueError(f"too many sheets of one name: {name!r}")


class _Styles(dict[str, str]):
    """The styles of cells by the names of their formats; a format that no cell has is not in the file."""

    def __init__(self, formats: Mapping[str, Any]) -> None:
        super().__init__()
        self._formats = formats

    def __missing__(self, name: str) -> str:
        self[name] = style_of(self._formats[name])
        return self[name]


def _for_header(text: str) -> str:
    """Escape &, which is a command in a print header, and cut the text to fit its 255 characters."""
    return text.replace("&", "&&")[:200]
