"""The common form of every document format: lines of text and rows of tables, in reading order.

A `Line` is one line of running text (in a PDF one visual line or one column of it, in Word one paragraph), a
`Row` one row of a table with its cells. A cell's `text` keeps its author's line ends; those that come
from the width of the column are blanks.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunningLine:
    """One line of running text; `page` from 1, `None` where the format does not say."""

    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its first column from 0 and how many columns and rows it is merged over."""

    text: str
    column: int
    span: int = 1
    rows: int = 1
    struck: bool = False
    """Some of its text is struck through."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table: the cells that begin in it. Tables are numbered in reading order."""

    cells: tuple[Cell, ...]
    table: int
    page: int | None = None


Block = RunningLine | TableRow


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """A whole document as it was read.

    `pages` is `None` where the format has none. `pictures` are the pages without any text (a scan, or text
    drawn as curves). `paged`: each page begins a new table, and a row may continue on the next page.
    """

    blocks: tuple[Block, ...]
    pages: int | None = None
    pictures: tuple[int, ...] = ()
    paged: bool = False
