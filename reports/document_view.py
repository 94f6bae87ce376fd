"""A Word document as a page shows it: its parts, each a sequence of paragraphs and tables. No formatting."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from procedures.values.text import fold

TITLE = re.compile(r"(TỜ TRÌNH|QUYẾT ĐỊNH|PHỤ LỤC(?: \w+)?):?", re.IGNORECASE)
"""The line that says what a part is."""


@dataclass(frozen=True, slots=True)
class ViewParagraph:
    """A paragraph; `is_heading`: all of it is bold, or it says what the part is."""

    text: str
    is_heading: bool = False
    is_centred: bool = False


@dataclass(frozen=True, slots=True)
class ViewTable:
    """A table by its rows; a cell that spans several columns is one cell with their number.

    `is_layout`: it has no head that repeats; such tables only place texts beside each other.
    """

    rows: tuple[tuple[tuple[str, int], ...], ...]
    is_layout: bool


@dataclass(frozen=True, slots=True)
class ViewPart:
    """What begins on a page of its own, as the document or an annex does; `title`: what it says it is."""

    title: str | None
    blocks: tuple[ViewParagraph | ViewTable, ...]

    @property
    def anchor(self) -> str:
        """Return the part's place on a page: "to-trinh", "phu-luc-1"."""
        return "-".join(fold(self.title or "").split())


def view_parts(document: bytes) -> list[ViewPart]:
    """Return the parts of a .docx file: what its sections and forced page breaks set apart."""
    from docx import Document

    parts: list[list[ViewParagraph | ViewTable]] = [[]]
    for block, begins, ends in _blocks(Document(BytesIO(document)).element.body):
        if begins and parts[-1]:
            parts.append([])
        if block is not None:
            parts[-1].append(block)
        if ends and parts[-1]:
            parts.append([])
    return [ViewPart(_title(blocks), tuple(blocks)) for blocks in parts if blocks]


def _blocks(body: Any) -> Iterator[tuple[ViewParagraph | ViewTable | None, bool, bool]]:
    """Yield each block, None where it is empty, and whether it begins or ends a part."""
    from docx.oxml.ns import qn

    for element in body.iterchildren(qn("w:p"), qn("w:tbl")):
        if element.tag == qn("w:tbl"):
            yield _table(element), False, False
            continue
        properties = element.find(qn("w:pPr"))
        begins = properties is not None and properties.find(qn("w:pageBreakBefore")) is not None
        ends = properties is not None and properties.find(qn("w:sectPr")) is not None
        yield _paragraph(element, properties), begins, ends


def _paragraph(element: Any, properties: Any) -> ViewParagraph | None:
    from docx.oxml.ns import qn

    text = _text(element).strip()
    if not text:
        return None
    runs = [run for run in element.iterchildren(qn("w:r")) if _text(run).strip()]
    bold = bool(runs) and all(_is_bold(run) for run in runs)
    alignment = None if properties is None else properties.find(qn("w:jc"))
    centred = alignment is not None and alignment.get(qn("w:val")) == "center"
    return ViewParagraph(text, bold or _names_part(text), centred)


def _is_bold(run: Any) -> bool:
    from docx.oxml.ns import qn

    mark = run.find(f"{qn('w:rPr')}/{qn('w:b')}")
    return mark is not None and mark.get(qn("w:val")) not in ("0", "false")


def _table(element: Any) -> ViewTable:
    from docx.oxml.ns import qn

    rows = []
    head = False
    for row in element.iterchildren(qn("w:tr")):
        head = head or row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        cells = []
        for cell in row.iterchildren(qn("w:tc")):
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            text = "\n".join(_text(paragraph).strip() for paragraph in cell.iterchildren(qn("w:p")))
            cells.append((text.strip(), 1 if span is None else int(span.get(qn("w:val")))))
        rows.append(tuple(cells))
    return ViewTable(tuple(rows), is_layout=not head)


def _text(element: Any) -> str:
    from docx.oxml.ns import qn

    words = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " "}
    return "".join(
        (each.text or "") if each.tag == qn("w:t") else words[each.tag]
        for each in element.iter(qn("w:t"), *words)
    )


def _names_part(text: str) -> bool:
    return TITLE.fullmatch(text.partition("\n")[0].strip()) is not None


def _title(blocks: Sequence[ViewParagraph | ViewTable]) -> str | None:
    """Return what the part says that it is, in the words of its heading."""
    for block in blocks:
        if isinstance(block, ViewParagraph) and block.is_heading and _names_part(block.text):
            first = block.text.splitlines()[0].strip().rstrip(":")
            return first[:1] + first[1:].lower() if first.isupper() else first
    return None
