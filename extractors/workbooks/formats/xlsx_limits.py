"""Makes the bytes of an .xlsx safe to hand to a reader that keeps whole sheets in memory.

The reader allocates the rectangle from the first to the last cell of a sheet: one stray cell in the
last row, or a file made to explode, would take gigabytes. Sheets are therefore streamed once, and cut
after a long run of empty rows.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from extractors.workbooks.formats.xlsx_errors import as_text

BLANK_ROWS = 1_000
"""A sheet ends after so many empty rows in a row."""
MAX_CELLS = 5_000_000
"""Cells of all sheets' rectangles together."""
MAX_TEXT = 256 << 20
"""Signs in all cells together: a shared text is stored once and read once a cell."""
MAX_SHEET_BYTES = 256 << 20
"""XML of one sheet up to where it is cut."""
MAX_SCANNED_BYTES = 1 << 30
"""XML of one sheet in all, the empty tail included."""
MAX_OTHER_BYTES = 128 << 20
"""Everything else in the archive together (texts, styles, pictures)."""

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_TEXTS = re.compile(r"xl/sharedStrings\.xml", re.IGNORECASE)
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, expat.ExpatError, EOFError, OSError,
    ValueError, NotImplementedError, RuntimeError, LookupError,
)  # fmt: skip
"""What the standard library raises on damaged archives and parts."""
_BLOCK = 1 << 18


class UnsafeWorkbook(Exception):  # noqa: N818 - says what it is
    """Why the bytes are not handed on, in Vietnamese."""


@dataclass(slots=True)
class _Extent:
    """Where the cells with values lie, and after which byte the rest may be dropped."""

    row: int = 0
    column: int = 0
    last_row: int = 0
    last_column: int = 0
    text: int = 0
    end: int | None = None
    close: bytes = b"</sheetData>"


def is_xlsx(data: bytes) -> bool:
    """Whether the bytes are an Office Open XML workbook, whatever the file is called."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.lower() == "xl/workbook.xml" for name in archive.namelist())
    except _DAMAGE:
        return False


def bounded(data: bytes) -> bytes:
    """The same workbook with the empty tails of its sheets cut off; raises `UnsafeWorkbook`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheets = _sheets_of(archive)
            return _rewritten(archive, sheets, _cut_sheets(archive, sheets))
    except _DAMAGE:
        raise UnsafeWorkbook("tệp hỏng") from None


def _sheets_of(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    named = sheet_parts(archive)
    return [info for info in archive.infolist() if _SHEET.fullmatch(info.filename) or info.filename in named]


def _cut_sheets(archive: zipfile.ZipFile, sheets: Sequence[zipfile.ZipInfo]) -> dict[str, bytes]:
    others = sum(info.file_size for info in archive.infolist() if info not in sheets)
    if others > MAX_OTHER_BYTES or any(info.file_size > MAX_SCANNED_BYTES for info in sheets):
        raise UnsafeWorkbook("nội dung giải nén quá lớn")
    if sum(info.file_size for info in sheets) > 2 * MAX_SCANNED_BYTES:
        raise UnsafeWorkbook("nội dung giải nén quá lớn")
    lengths = _text_lengths(archive)
    cut: dict[str, bytes] = {}
    cells = text = 0
    for info in sheets:
        with archive.open(info) as stream:
            extent = _scan(stream, lengths)
        cells += extent.last_row * (extent.last_column or 1)
        text += extent.text
        if text > MAX_TEXT:
            raise UnsafeWorkbook("nội dung giải nén quá lớn")
        if cells > MAX_CELLS:
            raise UnsafeWorkbook(
                f"có ô dữ liệu lạc tới dòng {extent.last_row}, cột {extent.last_column}; hãy xóa phần thừa"
            )
        if extent.end is not None:
            with archive.open(info) as stream:
                cut[info.filename] = _without_tail(stream, extent)
    return cut


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Parts that the workbook calls its sheets, wherever in the archive they lie, with the sheets' names."""
    names = {name.lower(): name for name in archive.namelist()}
    called: dict[str, str] = {}
    targets: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            title = attributes.get("name", "")
            ids = (value for name, value in attributes.items() if name.rpartition(":")[2] == "id")
            called.update(dict.fromkeys(ids, title))
        elif "Target" in attributes:
            targets[attributes.get("Id", "")] = attributes["Target"]

    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        if part in names:
            parser = _parser()
            parser.StartElementHandler = start
            parser.Parse(_small(archive, names[part]), True)
    paths = {
        posixpath.normpath(posixpath.join("/xl", target)).lstrip("/").lower(): called[number]
        for number, target in targets.items()
        if number in called
    }
    return {names[path]: title for path, title in paths.items() if path in names}


def _text_lengths(archive: zipfile.ZipFile) -> Sequence[int]:
    """Signs of each shared text, by its number."""
    name = next((name for name in archive.namelist() if _TEXTS.fullmatch(name)), None)
    lengths: list[int] = []
    if name is None:
        return lengths

    def start(tag: str, _attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "si":
            lengths.append(0)

    def text(signs: str) -> None:
        if lengths:
            lengths[-1] += len(signs)

    parser = _parser()
    parser.StartElementHandler, parser.CharacterDataHandler = start, text
    parser.Parse(_small(archive, name), True)
    return lengths


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part that is no sheet; how large it says it is was looked at before."""
    with archive.open(name) as stream:
        return stream.read(MAX_OTHER_BYTES)


def _parser() -> expat.XMLParserType:
    """A parser that takes no document type: no entities, whatever they would grow to."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.buffer_text = True
    return parser


def _no_doctype(*_: object) -> None:
    raise UnsafeWorkbook("tệp hỏng: có khai báo DOCTYPE, bảng tính thật không có")


def _scan(stream: IO[bytes], lengths: Sequence[int]) -> _Extent:
    """Reads a sheet's XML up to its end or to the place where it may be cut."""
    extent = _Extent()
    parser = _parser()
    shared = inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal shared, inside
        inside = False
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
            shared = attributes.get("t") == "s"
            row, extent.column = place_of_cell(attributes.get("r"), extent.row, extent.column + 1)
            if row != extent.row:
                raise UnsafeWorkbook("tệp hỏng: có ô ghi sai số dòng")
        elif name in ("v", "is", "f"):
            extent.last_row = max(extent.last_row, extent.row)
            extent.last_column = max(extent.last_column, extent.column)
            inside = shared and name == "v"

    def text(signs: str) -> None:
        if inside and signs.isdecimal() and len(signs) < 9 and int(signs) < len(lengths):
            extent.text += lengths[int(signs)]

    parser.StartElementHandler, parser.CharacterDataHandler = start, text
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


def place_of_cell(reference: str | None, row: int, column: int) -> tuple[int, int]:
    """Row and column, from 1, of a reference such as `AB12`; where the cell has none they are those given."""
    if reference is None:
        return row, column
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(reference)
    number = 0
    for sign in found[1].upper():
        number = number * 26 + ord(sign) - 64
    return int(found[2]), number


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


def _rewritten(archive: zipfile.ZipFile, sheets: Sequence[zipfile.ZipInfo], cut: dict[str, bytes]) -> bytes:
    parts = {info.filename for info in sheets}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for info in archive.infolist():
            if info.filename in parts:
                copy.writestr(info.filename, as_text(cut.get(info.filename) or archive.read(info)))
            elif info.filename.lower().endswith((".xml", ".rels")):
                copy.writestr(info.filename, archive.read(info))
    return target.getvalue()
