"""A PDF with a text layer as lines and rows of tables, by pdfium (`pypdfium2`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from extractors.bounded_reader import FileRefused
from extractors.documents.blocks import Block, Cell, DocumentContent, RunningLine, TableRow
from extractors.documents.pdf.column_edges import unify_columns
from extractors.documents.pdf.glyphs import Glyph, OverfullPage, PageDrawing, read_page
from extractors.documents.pdf.grid import Grid, Region, find_grids
from extractors.documents.pdf.lines import VisualLine, paragraphs, visual_lines

MAX_PAGES = 1_000
"""Pages of one file; the longest decision seen has 192."""
MAX_GLYPHS = 6_000_000
"""Characters of one file: fifteen hundred full pages."""
PADDING = 11.5
"""Points that a cell leaves free at both sides together (Word: 10.8)."""
_LEAST_CHARACTERS = 20
"""A page with fewer characters of its own is a picture; a page number or a stamp is not text."""
_BROKEN_SHARE = 0.05

Progress = Callable[[int, int], None]


def open_pdf(data: bytes) -> Any:
    """Return the open document; raises `Refused` when it is protected, damaged or too long."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        password = (
            getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower()
        )
        raise FileRefused(
            "tệp có mật khẩu; hãy bỏ mật khẩu rồi đọc lại" if password else "tệp PDF hỏng"
        ) from None
    pages = len(document)
    if pages > MAX_PAGES:
        raise FileRefused(
            f"tệp có {pages:,} trang, nhiều hơn {MAX_PAGES:,} trang; hãy tách tệp".replace(",", ".")
        )
    if not pages:
        raise FileRefused("tệp PDF không có trang nào")
    return document


def read_pdf(data: bytes, progress: Progress = lambda _done, _total: None) -> DocumentContent:
    """Return the document's lines and rows; raises `Refused`."""
    document = open_pdf(data)
    blocks: list[Block] = []
    pictures: list[int] = []
    edges: dict[int, tuple[float, ...]] = {}
    characters = unmapped = 0
    for number in range(1, len(document) + 1):
        try:
            own, drawing = _drawing(document, number)
        except OverfullPage:
            raise FileRefused(f"trang {number} có quá nhiều nét vẽ, không đọc được") from None
        except pypdfium2.PdfiumError:
            raise FileRefused(f"trang {number} hỏng") from None
        if own < _LEAST_CHARACTERS or drawing.recognised:
            pictures.append(number)
        if not drawing.recognised:
            blocks += _blocks(drawing, number, edges)
        characters += len(drawing.glyphs)
        unmapped += drawing.unmapped
        if characters > MAX_GLYPHS:
            raise FileRefused("tệp có quá nhiều chữ")
        progress(number, len(document))
    if unmapped > _BROKEN_SHARE * max(characters, 1):
        raise FileRefused(
            "phông chữ trong tệp PDF không ghi chữ nào là chữ nào; hãy xuất lại từ tệp Word gốc"
        )
    return DocumentContent(unify_columns(blocks, edges), len(document), tuple(pictures), paged=True)


def open_page(document: Any, number: int) -> Any:
    """Return a page, from 1, with its stamps and form fields drawn into it."""
    page = document[number - 1]
    if pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS:
        page.close()
        page = document[number - 1]
    return page


def _drawing(document: Any, number: int) -> tuple[int, PageDrawing]:
    """Return the number of the page's characters without its stamps, and its contents with them."""
    bare = document[number - 1]
    text = bare.get_textpage()
    own = text.count_chars()
    text.close()
    bare.close()
    page = open_page(document, number)
    try:
        return own, read_page(page)
    finally:
        page.close()


def _blocks(drawing: PageDrawing, page: int, edges: dict[int, tuple[float, ...]]) -> list[Block]:
    """Return the page's lines and rows in reading order; add each table's column edges to `edges`."""
    found = find_grids(drawing.horizontal, drawing.vertical)
    inside: list[dict[Region, list[Glyph]]] = [{} for _ in found]
    outside: list[Glyph] = []
    smallest_first = sorted(range(len(found)), key=lambda number: found[number].area)
    for glyph in drawing.glyphs:
        middle = (glyph.left + glyph.right) / 2
        for number in smallest_first:
            if region := found[number].region(middle, glyph.middle):
                inside[number].setdefault(region, []).append(glyph)
                break
        else:
            outside.append(glyph)
    placed: list[tuple[float, float, list[Block]]] = [
        (line.base, line.left, [RunningLine(line.text, page)]) for line in visual_lines(outside, columns=True)
    ]
    for grid, texts in zip(found, inside, strict=True):
        if texts:
            table = len(edges) + 1
            edges[table] = grid.xs
            placed.append((grid.ys[0], grid.xs[0], list(_rows(grid, texts, page, table))))
    placed.sort(key=lambda each: each[:2])
    return [block for _, _, blocks in placed for block in blocks]


def _rows(grid: Grid, texts: dict[Region, list[Glyph]], page: int, table: int) -> list[TableRow]:
    lines = {region: visual_lines(glyphs) for region, glyphs in texts.items()}
    room = _room(grid, lines)
    rows: list[TableRow] = []
    for number in range(len(grid.ys) - 1):
        cells = [
            Cell(paragraphs(lines.get(region, ()), room[region]), region.column, region.columns, region.rows)
            for region in grid.regions
            if region.row == number
        ]
        rows.append(TableRow(tuple(sorted(cells, key=lambda cell: cell.column)), table, page))
    return rows


def _room(grid: Grid, lines: dict[Region, list[VisualLine]]) -> dict[Region, float]:
    """Return how wide a line may be in each cell: the widest in any cell of the same columns."""
    widest: dict[tuple[int, int], float] = {}
    for region, texts in lines.items():
        at = (region.column, region.columns)
        longest = max((line.right - line.left for line in texts), default=0.0)
        widest[at] = max(widest.get(at, 0.0), longest)
    return {
        region: max(
            widest.get((region.column, region.columns), 0.0),
            grid.xs[region.column + region.columns] - grid.xs[region.column] - PADDING,
        )
        for region in grid.regions
    }
