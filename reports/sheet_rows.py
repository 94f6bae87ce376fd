"""Rows of a sheet written whole, many at a time: XML below what XlsxWriter wrote of the sheet.

XlsxWriter takes a row cell by cell, and looks at each several times; rows of a long table are alike, so that
here a cell is its style and its value. The XML is what XlsxWriter writes in its `constant_memory` mode, byte
by byte; styles, widths, filters, printing and the rest of the file remain its own. It has no public way to
hand in a row: inner names of it are used here and nowhere else, and a test lays the rows beside its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import chain, repeat
from typing import Any, Self

_LIKE_AN_ESCAPE = re.compile(r"(_x[0-9a-fA-F]{4}_)")
"""What programs would read as the escape of a control character."""

_EPOCH = date(1899, 12, 30).toordinal()
"""Day 0 of Excel's calendar, as it counts from March 1900 on."""


class SheetRows:
    """Writer of whole rows below what was written of a sheet in `constant_memory` mode.

    The sheet is XlsxWriter's again at the end of the block: with SheetRows(…) as rows.
    """

    def __init__(self, sheet: Any, columns: int, first: int) -> None:
        """Begin with the row `first` (from 0), below all that was written."""
        from xlsxwriter.utility import xl_col_to_name

        self._sheet = sheet
        self._openings = tuple(f'<c r="{xl_col_to_name(at)}' for at in range(columns))
        self.next = first
        """The row that is written next."""

    def __enter__(self) -> Self:
        self._sheet._write_single_row(self.next)  # what XlsxWriter still holds of the row before
        return self

    def write(self, cells: Sequence[Sequence[str]], heights: Sequence[float | None]) -> None:
        """Write the next rows, one for each of `heights` (in points).

        `cells` are of each column one for each row, made by the functions below.
        """
        first = self.next + 1
        numbers = [f'{number}"' for number in range(first, first + len(heights))]
        starts = [
            f'<row r="{number}>'
            if height is None
            else f'<row r="{number} ht="{height:.16g}" customHeight="1">'
            for number, height in zip(numbers, heights, strict=True)
        ]
        columns = [
            part
            for opening, column in zip(self._openings, cells, strict=True)
            for part in (repeat(opening), numbers, column)
        ]
        rows = zip(starts, *columns, repeat("</row>"))
        self._sheet.fh.write("".join(chain.from_iterable(rows)))
        self.next += len(heights)

    def __exit__(self, *raised: object) -> None:
        self._sheet._check_dimensions(self.next - 1, len(self._openings) - 1)
        self._sheet.previous_row = self.next


def style_of(cell_format: Any) -> str:
    """Return the style of a cell as an attribute; the format takes its place in the workbook with this."""
    return f' s="{cell_format._get_xf_index()}"'


def empty_cell(style: str) -> str:
    """Return a cell that has a style and nothing in it."""
    return f"{style}/>"


def number_cell(style: str, value: float) -> str:
    """Return a cell with a finite number."""
    return f"{style}><v>{value:.16G}</v></c>"


def date_cell(style: str, day: date) -> str:
    """Return a cell with a day from 1 March 1900 on."""
    return f"{style}><v>{day.toordinal() - _EPOCH}</v></c>"


def text_cells(style: str, texts: Sequence[str]) -> list[str]:
    """Return a cell with each of the texts, which have no character that XML cannot hold."""
    whole = "".join(texts)
    if any(sign in whole for sign in ("&", "<", ">", "_x")) or list(texts) != list(map(str.strip, texts)):
        return [_escaped_cell(style, text) for text in texts]
    return [f'{style} t="inlineStr"><is><t>{text}</t></is></c>' for text in texts]


def _escaped_cell(style: str, text: str) -> str:
    keep = ' xml:space="preserve"' if text != text.strip() else ""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = _LIKE_AN_ESCAPE.sub(r"_x005F\1", plain)
    return f'{style} t="inlineStr"><is><t{keep}>{plain}</t></is></c>'
