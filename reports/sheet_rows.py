"""Rows of a sheet written whole: each is one piece of XML below what XlsxWriter wrote of the sheet.

XlsxWriter takes a row cell by cell, and looks at each several times; rows of a long table are alike, so that
here a cell is its style and its value. The XML is what XlsxWriter writes in its `constant_memory` mode, byte
by byte; styles, widths, filters, printing and the rest of the file remain its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

_LIKE_AN_ESCAPE = re.compile(r"(_x[0-9a-fA-F]{4}_)")
"""What programs would read as the escape of a control character."""

_EPOCH = date(1899, 12, 30).toordinal()
"""Day 0 of Excel's calendar, as it counts from March 1900 on."""


class SheetRows:
    """Writer of whole rows below what was written of a sheet in `constant_memory` mode."""

    def __init__(self, sheet: Any, columns: int, first: int) -> None:
        """Begin with the row `first` (from 0), below all that was written."""
        from xlsxwriter.utility import xl_col_to_name

        self._sheet = sheet
        self._letters = tuple(xl_col_to_name(at) for at in range(columns))
        self.next = first
        """The row that is written next."""
        sheet._write_single_row(first)  # what XlsxWriter still holds of the row before
        sheet._check_dimensions(first, columns - 1, ignore_row=True)

    def write(self, cells: Iterable[str], height: float | None = None) -> None:
        """Write the next row: a cell for each column, made by the functions below; `height` in points."""
        number = self.next + 1
        look = "" if height is None else f' ht="{height:.16g}" customHeight="1"'
        written = "".join(
            [f'<c r="{letter}{number}"{cell}' for letter, cell in zip(self._letters, cells, strict=True)]
        )
        self._sheet.fh.write(f'<row r="{number}"{look}>{written}</row>')
        self._sheet._check_dimensions(self.next, 0)
        self._sheet.previous_row = self.next = number


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


def text_cell(style: str, text: str) -> str:
    """Return a cell with a text, which has no character that XML cannot hold."""
    if "&" in text or "<" in text or ">" in text or "_x" in text or text != text.strip():
        return _escaped_cell(style, text)
    return f'{style} t="inlineStr"><is><t>{text}</t></is></c>'


def _escaped_cell(style: str, text: str) -> str:
    keep = ' xml:space="preserve"' if text != text.strip() else ""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = _LIKE_AN_ESCAPE.sub(r"_x005F\1", plain)
    return f'{style} t="inlineStr"><is><t{keep}>{plain}</t></is></c>'
