"""Lines and rows as a format's reader gives them, written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from extractors.documents.blocks import Block, Cell, DocumentContent, RunningLine, TableRow
from extractors.documents.decision_reader import documents_of
from procedures.office.documents import Document

HEAD = (
    "UBND TỈNH HÀ TĨNH",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Số: 1404/QĐ-UBND",
    "Hà Tĩnh, ngày 05 tháng 7 năm 2025",
    "QUYẾT ĐỊNH",
    "Về việc công bố thủ tục hành chính lĩnh vực nội vụ",
    "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH HÀ TĨNH",
    "Căn cứ Quyết định số 627/QĐ-BNV ngày 20/6/2025 của Bộ Nội vụ;",
    "Điều 1. Công bố kèm theo Quyết định này thủ tục hành chính của Ủy ban nhân dân tỉnh Hà Tĩnh.",
    "Điều 2. Quyết định này có hiệu lực kể từ ngày ký.",
    "Nơi nhận:",
)


class Blocks:
    """Gathers lines and tables; each table has a number of its own."""

    def __init__(self, head: Sequence[str] = HEAD, *, page: int | None = None) -> None:
        self.page = page
        self.blocks: list[Block] = [RunningLine(text, page) for text in head]
        self.tables = 0

    def lines(self, *texts: str) -> Blocks:
        self.blocks += [RunningLine(text, self.page) for text in texts]
        return self

    def turn(self) -> Blocks:
        """The next page."""
        self.page = (self.page or 0) + 1
        return self

    def table(self, *rows: Sequence[object]) -> Blocks:
        """Cells as texts; `None` is covered by the cell to its left, `...` by the one above."""
        self.tables += 1
        drawn: list[list[Cell]] = []
        for row in rows:
            cells: list[Cell] = []
            for column, text in enumerate(row):
                if text is ...:
                    _deepen(drawn, column)
                elif text is None:
                    last = cells[-1]
                    cells[-1] = Cell(last.text, last.column, last.span + 1, last.rows)
                else:
                    cells.append(Cell(str(text), column))
            drawn.append(cells)
        self.blocks += [TableRow(tuple(cells), self.tables, self.page) for cells in drawn]
        return self

    def read(self) -> Document:
        [document] = self.read_all()
        return document

    def read_all(self) -> tuple[Document, ...]:
        return documents_of(DocumentContent(tuple(self.blocks), self.page, paged=self.page is not None))


def _deepen(drawn: list[list[Cell]], column: int) -> None:
    for cells in reversed(drawn):
        for at, cell in enumerate(cells):
            if cell.column <= column < cell.column + cell.span:
                if cell.column == column:
                    cells[at] = Cell(cell.text, cell.column, cell.span, cell.rows + 1)
                return


def names(rows: Iterable) -> list[str]:
    return [row.name for row in rows]


def holding(document: Document) -> list[str]:
    return [remark.text for remark in document.remarks if remark.holds]
