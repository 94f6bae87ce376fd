"""A Word document (.docx) as lines and rows of tables.

Read from its XML parts, as a person sees it: text inserted with tracked changes is there and deleted text is
not, generated numbers are written out, and text boxes and content controls are read. No other part, picture
or link is ever opened.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from extractors.bounded_reader import FileRefused
from extractors.documents.blocks import Block, Cell, DocumentContent, RunningLine, TableRow
from extractors.documents.symbols import symbol
from extractors.documents.word.numbering import Numbering, W, list_of, read_numbering

MAX_PART = 128 << 20
"""Bytes of one part's XML."""
MAX_PARTS = 5_000
MAX_COLUMN = 200
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, etree.XMLSyntaxError, EOFError, OSError, KeyError,
    ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip
_TRANSPARENT = frozenset(
    f"{W}{name}"
    for name in (
        "sdt",
        "sdtContent",
        "customXml",
        "ins",
        "moveTo",
        "smartTag",
        "hyperlink",
        "fldSimple",
        "dir",
        "bdo",
    )
)
"""Wrappers whose content is read as if they were not there."""

Progress = Callable[[int, int], None]


def is_docx(data: bytes) -> bool:
    """Whether the bytes are a Word document of the new kind, whatever the file is called."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.lower() == "word/document.xml" for name in archive.namelist())
    except _DAMAGE:
        return False


def read_docx(data: bytes, progress: Progress = lambda _done, _total: None) -> DocumentContent:
    """Return the document's lines and rows; raises `Refused`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MAX_PARTS:
                raise FileRefused("tệp Word có quá nhiều phần")
            body = _part(archive, "word/document.xml")
            numbering = read_numbering(
                _part(archive, "word/numbering.xml"), _part(archive, "word/styles.xml")
            )
    except _DAMAGE:
        raise FileRefused("tệp Word hỏng") from None
    if body is None:
        raise FileRefused("tệp Word hỏng")
    return _Reader(numbering).read(body, progress)


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """Return a part's XML; raises `Refused` for one that is too large or declares entities."""
    info = next((each for each in archive.infolist() if each.filename.lower() == name), None)
    if info is None:
        return None
    if info.file_size > MAX_PART:
        raise FileRefused("nội dung tệp Word giải nén quá lớn")
    with archive.open(info) as stream:
        raw = stream.read(MAX_PART + 1)
    if len(raw) > MAX_PART:
        raise FileRefused("nội dung tệp Word giải nén quá lớn")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(raw, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise FileRefused("tệp Word hỏng: có khai báo DOCTYPE, tệp Word thật không có")
    return root


@dataclass(slots=True)
class _Text:
    """The text of a paragraph or a cell while it is collected."""

    parts: list[str] = field(default_factory=list)
    struck: bool = False
    boxes: list[etree._Element] = field(default_factory=list)


class _Reader:
    """A reader that walks the body of a document in reading order."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.blocks: list[Block] = []
        self.tables = 0
        self.page = 1
        self.rendered = False
        """Whether Word marked where its pages ended."""
        self.broken = False
        """The author just began a page, so that Word's own mark of it is the same page."""

    def read(self, root: etree._Element, progress: Progress) -> DocumentContent:
        body = root.find(f"{W}body")
        children = list(body) if body is not None else []
        for at, element in enumerate(children):
            self._block(element)
            if at % 50 == 0:
                progress(at, len(children))
        progress(len(children), len(children))
        if not self.rendered:
            return DocumentContent(tuple(_without_page(block) for block in self.blocks))
        return DocumentContent(tuple(self.blocks), self.page)

    def _block(self, element: etree._Element) -> None:
        if element.tag == f"{W}p":
            text = self._paragraph(element)
            for box in text.boxes:
                for inner in box:
                    self._block(inner)
            for line in "".join(text.parts).split("\n"):
                if line.strip():
                    self.blocks.append(RunningLine(line, self.page))
            self._section_end(element)
        elif element.tag == f"{W}tbl":
            self._table(element)
        elif element.tag in _TRANSPARENT:
            for inner in element:
                self._block(inner)

    def _section_end(self, paragraph: etree._Element) -> None:
        section = paragraph.find(f"{W}pPr/{W}sectPr")
        if section is None:
            return
        kind = section.find(f"{W}type")
        if kind is None or kind.get(f"{W}val", "nextPage") in ("nextPage", "oddPage", "evenPage"):
            self._new_page()

    def _new_page(self) -> None:
        self.page += 1
        self.broken = True

    # paragraphs

    def _paragraph(self, paragraph: etree._Element) -> _Text:
        text = _Text()
        properties = paragraph.find(f"{W}pPr")
        style = None if properties is None else properties.find(f"{W}pStyle")
        number, level = list_of(properties)
        if properties is not None and properties.find(f"{W}pageBreakBefore") is not None:
            self._new_page()
        label = self.numbering.label(number, level, None if style is None else style.get(f"{W}val"))
        if label:
            text.parts.append(f"{label} ")
        self._inline(paragraph, text)
        return text

    def _inline(self, element: etree._Element, text: _Text) -> None:
        for inner in element:
            if inner.tag == f"{W}r":
                self._run(inner, text)
            elif inner.tag in _TRANSPARENT:
                self._inline(inner, text)

    def _run(self, run: etree._Element, text: _Text) -> None:
        properties = run.find(f"{W}rPr")
        if properties is not None and _is_on(properties.find(f"{W}vanish")):
            return
        before = len(text.parts)
        for inner in run:
            self._of_run(inner, text)
        strikes = properties is not None and (
            _is_on(properties.find(f"{W}strike")) or _is_on(properties.find(f"{W}dstrike"))
        )
        if strikes and "".join(text.parts[before:]).strip():
            text.struck = True

    def _of_run(self, inner: etree._Element, text: _Text) -> None:
        name = str(inner.tag).removeprefix(W)
        if name == "t":
            if inner.text and inner.text.strip():
                self.broken = False
            text.parts.append(inner.text or "")
        elif name == "tab":
            text.parts.append("\t")
        elif name in ("br", "cr"):
            if inner.get(f"{W}type") == "page":
                self._new_page()
            text.parts.append("\n")
        elif name == "lastRenderedPageBreak":
            self.rendered = True
            if not self.broken:
                self.page += 1
            self.broken = False
        elif name == "noBreakHyphen":
            text.parts.append("-")
        elif name == "sym":
            text.parts.append(symbol(inner.get(f"{W}char", "")))
        elif inner.tag == f"{_MC}AlternateContent":
            choice = inner.find(f"{_MC}Choice")
            text.boxes += _boxes(choice if choice is not None else inner)
        elif name in ("pict", "drawing", "object"):
            text.boxes += _boxes(inner)

    # tables

    def _table(self, table: etree._Element) -> None:
        self.tables += 1
        number = self.tables
        rows: list[TableRow] = []
        merged: dict[int, tuple[int, int]] = {}
        for element in _rows(table):
            cells: list[Cell] = []
            page: int | None = None
            column = _skipped(element)
            for cell in _cells(element):
                properties = cell.find(f"{W}tcPr")
                span = _span(properties)
                text, at = self._cell(cell)
                page = page or at
                if _continues(properties) and column in merged:
                    row, place = merged[column]
                    rows[row] = _deeper(rows[row], place)
                else:
                    cells.append(Cell("".join(text.parts).strip("\n"), column, span, 1, text.struck))
                    if _begins_merge(properties):
                        merged[column] = (len(rows), len(cells) - 1)
                    else:
                        merged.pop(column, None)
                column = min(column + span, MAX_COLUMN)
            rows.append(TableRow(tuple(cells), number, page or self.page))
        self.blocks += rows

    def _cell(self, cell: etree._Element) -> tuple[_Text, int | None]:
        """Return a cell's text, and the page where that text begins."""
        whole = _Text()
        page: int | None = None
        for element in _inside(cell):
            if element.tag == f"{W}tbl":
                lines = [
                    " ".join(self._cell(each)[0].parts) for row in _rows(element) for each in _cells(row)
                ]
                text = _Text(["\n".join(line for line in lines if line.strip())])
            else:
                text = self._paragraph(element)
                for box in text.boxes:
                    for inner in box.iter(f"{W}p"):
                        text.parts.append("\n" + "".join(self._paragraph(inner).parts))
            if "".join(text.parts).strip():
                page = page or self.page
            whole.parts += [*text.parts, "\n"]
            whole.struck |= text.struck
        while whole.parts and whole.parts[-1] == "\n":
            whole.parts.pop()
        return whole, page


def _without_page(block: Block) -> Block:
    """Return a block without page, for a document in which Word did not mark page ends."""
    return RunningLine(block.text) if isinstance(block, RunningLine) else TableRow(block.cells, block.table)


def _deeper(row: TableRow, place: int) -> TableRow:
    cells = list(row.cells)
    cell = cells[place]
    cells[place] = Cell(cell.text, cell.column, cell.span, cell.rows + 1, cell.struck)
    return TableRow(tuple(cells), row.table, row.page)


def _boxes(element: etree._Element) -> list[etree._Element]:
    return list(element.iter(f"{W}txbxContent"))


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for element in table:
        if element.tag == f"{W}tr":
            if element.find(f"{W}trPr/{W}del") is None:
                yield element
        elif element.tag in _TRANSPARENT:
            yield from _rows(element)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for element in row:
        if element.tag == f"{W}tc":
            yield element
        elif element.tag in _TRANSPARENT:
            yield from _cells(element)


def _inside(cell: etree._Element) -> Iterator[etree._Element]:
    for element in cell:
        if element.tag in (f"{W}p", f"{W}tbl"):
            yield element
        elif element.tag in _TRANSPARENT:
            yield from _inside(element)


def _skipped(row: etree._Element) -> int:
    before = row.find(f"{W}trPr/{W}gridBefore")
    return 0 if before is None else _count(before, 0)


def _span(properties: etree._Element | None) -> int:
    span = None if properties is None else properties.find(f"{W}gridSpan")
    return 1 if span is None else max(_count(span, 1), 1)


def _count(element: etree._Element, otherwise: int) -> int:
    text = element.get(f"{W}val", "")
    return min(int(text), MAX_COLUMN) if text.isascii() and text.isdecimal() and len(text) < 9 else otherwise


def _continues(properties: etree._Element | None) -> bool:
    merge = None if properties is None else properties.find(f"{W}vMerge")
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _begins_merge(properties: etree._Element | None) -> bool:
    merge = None if properties is None else properties.find(f"{W}vMerge")
    return merge is not None and merge.get(f"{W}val") == "restart"


def _is_on(element: etree._Element | None) -> bool:
    return element is not None and element.get(f"{W}val", "true") not in ("0", "false", "off")
