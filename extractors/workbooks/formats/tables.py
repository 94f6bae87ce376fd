"""Bytes into rows: .xlsx, .xls and .csv by their content, whatever the file is called.

Formulas give the values that the program which saved the file computed; links to other files are
never followed. Every error is one line that names the file.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from extractors.workbooks.formats.encodings import decode, legacy_font
from extractors.workbooks.formats.xls import asks_for_password, sheets_here, sheets_of
from extractors.workbooks.formats.xlsx_limits import BLANK_ROWS, UnsafeWorkbook, bounded, is_xlsx
from extractors.workbooks.formats.xlsx_strikethrough import struck_cells
from procedures.errors import WorkbookError

Cell = str | int | float | bool | date | None
"""What a cell holds; `None` for an empty one. Dates are dates, whole numbers are `int`."""

Range = tuple[int, int, int, int]
"""Merged cells: first row, first column, last row, last column; all from 0."""

MAX_FILE_BYTES = 64 << 20
MAX_CSV_BYTES = 16 << 20
MAX_CSV_ROWS = 500_000
MAX_MERGED_CELLS = 500_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAMPLE = 400
MERGED_COLUMNS = 500
"""A merged range is known in so many of its columns."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `rows` start at the first row of the sheet; a row may be shorter than others.

    `struck`: cells that are struck through, by row and column from 0.
    """

    name: str
    rows: list[list[Cell]]
    merged: tuple[Range, ...] = ()
    hidden: bool = False
    struck: frozenset[tuple[int, int]] = frozenset()
    _tops: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        height = len(self.rows)
        for top, left, bottom, right in self.merged:
            for row in range(top, min(bottom, height - 1) + 1):
                for column in range(left, min(right, left + MERGED_COLUMNS) + 1):
                    self._tops[row, column] = (top, left)

    def cell(self, row: int, column: int) -> Cell:
        """What stands in a cell itself."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None

    def filled(self, row: int, column: int) -> Cell:
        """What a person sees there: merged cells show their first cell's value."""
        return self.cell(*self._tops.get((row, column), (row, column)))

    def continues(self, row: int, column: int) -> bool:
        """Whether the cell belongs to a merged one that began in a row above."""
        return self._tops.get((row, column), (row, column))[0] < row

    def spans(self, row: int, column: int) -> bool:
        """Whether the cell is merged with others to its left or right."""
        at = self._tops.get((row, column))
        return at is not None and any(
            self._tops.get((row, beside)) == at for beside in (column - 1, column + 1)
        )


def read_tables(path: Path, *, hidden: bool = False) -> list[Sheet]:
    """The visible sheets of a workbook, or the one table of a CSV file; with `hidden` the hidden sheets too.

    Raises `WorkbookError`: not there, too large, not a workbook, damaged, protected by a password,
    or typed for a legacy font.
    """
    path = Path(path)
    data = _bytes(path)
    if is_xlsx(data):
        safe = _safe(path, data)
        struck = struck_cells(safe)
        sheets = [replace(sheet, struck=struck.get(sheet.name, frozenset())) for sheet in _sheets(path, safe)]
    elif data.startswith(_OLE):
        sheets = _sheets(path, data, old=True)
    else:
        sheets = [_csv_sheet(path, data)]
    shown = [sheet for sheet in sheets if not sheet.hidden]
    if not shown:
        raise WorkbookError(f"{path.name}: không có trang tính nào hiện ra để đọc")
    font = legacy_font(_sample(shown))
    if font:
        raise WorkbookError(f"{path.name}: chữ gõ bằng phông cũ {font}; hãy chuyển sang Unicode rồi nhập lại")
    return sheets if hidden else shown


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise WorkbookError(f"{path.name}: tệp lớn hơn {MAX_FILE_BYTES >> 20} MB")
        data = path.read_bytes()
    except FileNotFoundError:
        raise WorkbookError(f"{path}: không có tệp này") from None
    except OSError as error:
        raise WorkbookError(f"{path}: không mở được ({error.strerror})") from None
    if not data.strip(b"\0 \r\n\t"):
        raise WorkbookError(f"{path.name}: tệp rỗng")
    return data


def _safe(path: Path, data: bytes) -> bytes:
    try:
        return bounded(data)
    except UnsafeWorkbook as unsafe:
        raise WorkbookError(f"{path.name}: không đọc được, {unsafe}") from None


def _sheets(path: Path, data: bytes, *, old: bool = False) -> list[Sheet]:
    try:
        read = sheets_of(data) if old else sheets_here(data)
    except BaseException as error:
        # The reader is compiled code: on damaged files it may panic, which is no `Exception`.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        if asks_for_password(error):
            raise WorkbookError(f"{path.name}: tệp có mật khẩu; hãy bỏ mật khẩu rồi nhập lại") from None
        raise WorkbookError(f"{path.name}: không đọc được như một bảng tính, tệp hỏng") from None
    return [_sheet(path, *each) for each in read]


def _sheet(
    path: Path,
    name: str,
    cells: list[list[object]],
    ranges: list[tuple[tuple[int, int], tuple[int, int]]],
    hidden: bool,
) -> Sheet:
    rows = _until_blank(cells)
    merged = tuple((top, left, bottom, right) for (top, left), (bottom, right) in ranges if top < len(rows))
    if sum(_size(each, len(rows)) for each in merged) > MAX_MERGED_CELLS:
        raise WorkbookError(f"{path.name}: trang {name!r} trộn quá nhiều ô")
    return Sheet(name, rows, merged, hidden)


def _size(merged: Range, height: int) -> int:
    """How many cells of a merged range are kept in mind."""
    top, left, bottom, right = merged
    return max(min(bottom, height - 1) - top + 1, 0) * max(min(right, left + MERGED_COLUMNS) - left + 1, 0)


def _until_blank(rows: Iterable[Sequence[object]]) -> list[list[Cell]]:
    """Rows up to the first long run of empty ones, without the empty ones at the end."""
    kept: list[list[Cell]] = []
    end = 0
    for number, row in enumerate(rows, start=1):
        cells = [_cell(value) for value in row]
        while cells and cells[-1] is None:
            cells.pop()
        kept.append(cells)
        if cells:
            end = number
        elif number - end > BLANK_ROWS:
            break
    return kept[:end]


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)


def _csv_sheet(path: Path, data: bytes) -> Sheet:
    head = data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta", b"<div", b"<head")):
        raise WorkbookError(
            f"{path.name}: là trang web, không phải bảng tính; hãy mở bằng Excel và lưu lại thành .xlsx"
        )
    if data.startswith(b"PK\x03\x04") or head.startswith((b"%pdf", b"{\\rtf")):
        raise WorkbookError(f"{path.name}: không phải bảng tính .xlsx, .xls hay .csv")
    if len(data) > MAX_CSV_BYTES:
        raise WorkbookError(f"{path.name}: tệp .csv lớn hơn {MAX_CSV_BYTES >> 20} MB")
    text = decode(data)
    if text is None or _binary(text):
        raise WorkbookError(f"{path.name}: không phải bảng tính .xlsx, .xls hay .csv")
    delimiter, text = _delimiter(text)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
        rows = _until_blank(islice(reader, MAX_CSV_ROWS + 1))
        if len(rows) > MAX_CSV_ROWS:
            raise WorkbookError(f"{path.name}: tệp .csv có hơn {MAX_CSV_ROWS} dòng")
        _closed(path, text, delimiter)
    except (csv.Error, TypeError, ValueError):  # `sep=` may name a sign that parts nothing
        raise WorkbookError(f"{path.name}: không đọc được như một tệp .csv") from None
    return Sheet("", rows)


def _closed(path: Path, text: str, delimiter: str) -> None:
    """A quotation mark that is never closed makes one cell of all the rows below it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for _ in reader:
            begins = reader.line_num + 1
    except csv.Error as error:
        if "unexpected end" in str(error) and begins < reader.line_num:
            raise WorkbookError(
                f"{path.name}, dòng {begins}: dấu ngoặc kép mở mà không đóng, các dòng sau dính vào một ô"
            ) from None


def _binary(text: str) -> bool:
    head = text[:4096]
    return sum(sign < " " and sign not in "\t\r\n\f" for sign in head) > len(head) // 200


def _delimiter(text: str) -> tuple[str, str]:
    """The sign that makes the largest table, rows of one width; Excel's `sep=;` line decides at once.

    Names are full of commas and section rows may be short, so neither rows nor columns alone tell.
    """
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[4], rest
    best = 0
    chosen = ","
    for sign in (",", ";", "\t"):
        try:
            rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign), 50))
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1)
        cells = max((width * times for width, times in widths.items()), default=0)
        if cells > best:
            best, chosen = cells, sign
    return chosen, text


def _sample(sheets: list[Sheet]) -> Iterable[str]:
    for sheet in sheets:
        for row in sheet.rows[:_SAMPLE]:
            for cell in row:
                if isinstance(cell, str):
                    yield cell
