"""Makes the bytes of an .xlsx safe to hand to a reader that keeps whole sheets in memory.

The reader allocates the rectangle from the first to the last cell of a sheet: one stray cell in the
last row, or a file made to explode, would take gigabytes. Sheets are therefore streamed once, and cut
after a long run of empty rows.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

BLANK_ROWS = 1_000
"""A sheet ends after so many empty rows in a row."""
MAX_CELLS = 5_000_000
"""Cells of one sheet's rectangle."""
MAX_SHEET_BYTES = 256 << 20
"""XML of one sheet up to where it is cut."""
MAX_SCANNED_BYTES = 1 << 30
"""XML of one sheet in all, the empty tail included."""
MAX_OTHER_BYTES = 128 << 20
"""Everything else in the archive together (texts, styles, pictures)."""

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_BLOCK = 1 << 18


class UnsafeWorkbook(Exception):  # noqa: N818 - says what it is
    """Why the bytes are not handed on, in Vietnamese."""


@dataclass(slots=True)
class _Extent:
    """Where the cells with values lie, and after which byte the rest may be dropped."""

    row: int = 0
    column: int = 0
    first_column: int = 1 << 20
    last_row: int = 0
    last_column: int = 0
    end: int | None = None
    close: bytes = b"</sheetData>"


def is_xlsx(data: bytes) -> bool:
    """Whether the bytes are an Office Open XML workbook, whatever the file is called."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.lower() == "xl/workbook.xml" for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def bounded(data: bytes) -> bytes:
    """The same workbook with the empty tails of its sheets cut off; raises `UnsafeWorkbook`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            cut = _cut_sheets(archive)
            return data if not cut else _rewritten(archive, cut)
    except (zipfile.BadZipFile, expat.ExpatError, EOFError, ValueError, NotImplementedError, RuntimeError):
        raise UnsafeWorkbook("tệp hỏng") from None


def _cut_sheets(archive: zipfile.ZipFile) -> dict[str, bytes]:
    sheets = [info for info in archive.infolist() if _SHEET.fullmatch(info.filename)]
    others = sum(info.file_size for info in archive.infolist() if info not in sheets)
    if others > MAX_OTHER_BYTES or any(info.file_size > MAX_SCANNED_BYTES for info in sheets):
        raise UnsafeWorkbook("nội dung giải nén quá lớn")
    if sum(info.file_size for info in sheets) > 2 * MAX_SCANNED_BYTES:
        raise UnsafeWorkbook("nội dung giải nén quá lớn")
    cut: dict[str, bytes] = {}
    for info in sheets:
        with archive.open(info) as stream:
            extent = _scan(stream)
        if extent.last_row * (extent.last_column or 1) > MAX_CELLS:
            raise UnsafeWorkbook(
                f"có ô dữ liệu lạc tới dòng {extent.last_row}, cột {extent.last_column}; hãy xóa phần thừa"
            )
        if extent.end is not None:
            with archive.open(info) as stream:
                cut[info.filename] = _without_tail(stream, extent)
    return cut


def _scan(stream: IO[bytes]) -> _Extent:
    """Reads a sheet's XML up to its end or to the place where it may be cut."""
    extent = _Extent()
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if extent.end is not None:
            return  # what the block still holds lies behind the cut
        name = tag.rpartition(":")[2]
        if name == "row":
            extent.row = int(attributes.get("r", extent.row + 1))
            extent.column = 0
            if (extent.last_row and extent.row - extent.last_row > BLANK_ROWS) or (
                not extent.last_row and extent.row > BLANK_ROWS
            ):
                extent.end = parser.CurrentByteIndex
                prefix = tag[: -len("row")]
                extent.close = f"</{prefix}sheetData>".encode()
        elif name == "c":
            extent.column = _column(attributes["r"]) if "r" in attributes else extent.column + 1
        elif name in ("v", "is", "f"):
            extent.last_row = extent.row
            extent.last_column = max(extent.last_column, extent.column)

    parser.StartElementHandler = start
    read = 0
    while block := stream.read(_BLOCK):
        read += len(block)
        parser.Parse(block, False)
        if extent.end is not None:
            return extent
        if read > MAX_SHEET_BYTES:
            raise UnsafeWorkbook("trang tính quá lớn")
    parser.Parse(b"", True)
    return extent


def _column(reference: str) -> int:
    """The column's number of a reference such as `AB12`."""
    number = 0
    for sign in reference:
        if not sign.isalpha():
            break
        number = number * 26 + ord(sign.upper()) - 64
    return number


def _without_tail(stream: IO[bytes], extent: _Extent) -> bytes:
    """The sheet's XML without the rows after the cut; what follows them (merged ranges) is kept."""
    end = extent.end or 0
    head = stream.read(end)
    kept = b""
    while block := stream.read(_BLOCK):
        window = kept + block
        found = window.find(extent.close)
        if found >= 0:
            return head + window[found:] + stream.read(MAX_SHEET_BYTES)
        kept = window[-len(extent.close) :]
    raise UnsafeWorkbook("tệp hỏng")


def _rewritten(archive: zipfile.ZipFile, cut: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for info in archive.infolist():
            if info.filename in cut:
                copy.writestr(info.filename, cut[info.filename])
            elif info.filename.lower().endswith((".xml", ".rels")):
                copy.writestr(info.filename, archive.read(info))
    return target.getvalue()
