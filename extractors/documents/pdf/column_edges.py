"""Common columns for a table that continues over pages of a PDF.

Its grid is found separately on each page, and a page whose rows use fewer columns has fewer of them. Pieces
that follow each other between the same outer edges get the columns of all of them together.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise

from extractors.documents.blocks import Block, Cell, RunningLine, TableRow

EDGE = 5.0
"""Points by which the outer edges of two pieces may differ."""
SNAP = 4.0
"""Points by which the same line may be displaced on another page."""

Edges = tuple[float, ...]


def unify_columns(blocks: Sequence[Block], edges: Mapping[int, Edges]) -> tuple[Block, ...]:
    """Return the blocks with the cells of such pieces numbered by common columns."""
    numbers: dict[int, list[int]] = {}
    for run in _runs(edges):
        places = _places([at for table in run for at in edges[table]])
        for table in run:
            numbers[table] = [_nearest(places, at) for at in edges[table]]
    return tuple(
        block if isinstance(block, RunningLine) else _renumbered(block, numbers[block.table])
        for block in blocks
    )


def _runs(edges: Mapping[int, Edges]) -> list[list[int]]:
    tables = sorted(edges)
    runs: list[list[int]] = [[tables[0]]] if tables else []
    for before, table in pairwise(tables):
        one, other = edges[before], edges[table]
        if abs(one[0] - other[0]) <= EDGE and abs(one[-1] - other[-1]) <= EDGE:
            runs[-1].append(table)
        else:
            runs.append([table])
    return runs


def _places(lines: Sequence[float]) -> list[float]:
    """Return the positions of the lines, those near each other as one."""
    groups: list[list[float]] = []
    for at in sorted(lines):
        if groups and at - groups[-1][-1] <= SNAP and at - groups[-1][0] <= 2 * SNAP:
            groups[-1].append(at)
        else:
            groups.append([at])
    return [sum(group) / len(group) for group in groups]


def _nearest(places: Sequence[float], at: float) -> int:
    right = bisect_left(places, at)
    beside = [place for place in (right - 1, right) if 0 <= place < len(places)]
    return min(beside, key=lambda place: abs(places[place] - at))


def _renumbered(row: TableRow, places: Sequence[int]) -> TableRow:
    cells = []
    for cell in row.cells:
        first, last = places[cell.column], places[cell.column + cell.span]
        cells.append(Cell(cell.text, first, max(last - first, 1), cell.rows, cell.struck))
    return TableRow(tuple(cells), row.table, row.page)
