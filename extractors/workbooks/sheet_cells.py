"""Cells of a sheet in words, and where they stand, for people."""

from __future__ import annotations

from datetime import date

from extractors.workbooks.formats.tables import Cell


def cell_string(cell: Cell) -> str:
    """A cell as text: dates as dd/mm/yyyy, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "có" if cell else "không"
    if isinstance(cell, date):
        return f"{cell.day:02d}/{cell.month:02d}/{cell.year:04d}"
    return cell if isinstance(cell, str) else str(cell)


def place_of(file: str, sheet: str, row: int) -> str:
    """Where a row stands, for people; `row` from 1."""
    return f"{file}, sheet {sheet}, dòng {row}" if sheet else f"{file}, dòng {row}"


def column_letters(column: int) -> str:
    """A column as spreadsheets name it: A for 0, AB for 27."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
