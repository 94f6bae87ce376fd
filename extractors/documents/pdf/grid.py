"""Tables of a PDF page from its ruled lines: which rectangle of the page is which cell.

Lines that touch make one table. Where the line between two fields of its grid is absent, they are one merged
cell; the outer border is assumed, since a table that continues on the next page is often left open.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractors.documents.pdf.glyphs import OverfullPage, RuledLine

SNAP = 2.5
"""Points: lines nearer than this are one line."""
REACH = 3.5
"""Points: lines up to this far from each other touch."""
MOST_FIELDS = 20_000
"""Fields of the grids of one page."""


@dataclass(frozen=True, slots=True)
class Region:
    """A cell of a grid: its first row and column, and how many of them it is merged over."""

    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's vertical lines (`xs`), horizontal lines (`ys`), and its cells by their fields."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    regions: tuple[Region, ...]
    _at: dict[tuple[int, int], Region]

    def region(self, x: float, y: float) -> Region | None:
        """Return the cell around a point, `None` outside the table."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        column = min(bisect_right(self.xs, x) - 1, len(self.xs) - 2)
        row = min(bisect_right(self.ys, y) - 1, len(self.ys) - 2)
        return self._at[row, column]

    @property
    def area(self) -> float:
        """The area in square points."""
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])


def find_grids(horizontal: Iterable[RuledLine], vertical: Iterable[RuledLine]) -> list[Grid]:
    """Return the tables that the lines make, from the top down; a frame around one field is no table."""
    across, down = _joined(horizontal), _joined(vertical)
    if len(across) * len(down) > 4_000_000:
        raise OverfullPage
    tables = [grid for rows, columns in _touching(across, down) if (grid := _grid(rows, columns))]
    return sorted(tables, key=lambda grid: grid.ys[0])


def _joined(rules: Iterable[RuledLine]) -> list[RuledLine]:
    """Return lines at one position and end to end as one line each."""
    joined: list[RuledLine] = []
    for line in _snapped(sorted(rules, key=lambda rule: rule.at)):
        for rule in sorted(line, key=lambda each: each.start):
            last = joined[-1] if joined else None
            if last and last.at == rule.at and rule.start <= last.end + REACH:
                joined[-1] = RuledLine(last.at, last.start, max(last.end, rule.end))
            else:
                joined.append(rule)
    return joined


def _snapped(rules: Sequence[RuledLine]) -> list[list[RuledLine]]:
    """Return groups of lines at one position, each line given that same position."""
    groups: list[list[RuledLine]] = []
    for rule in rules:
        if groups and rule.at - groups[-1][-1].at <= SNAP and rule.at - groups[-1][0].at <= 2 * SNAP:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    places = [sum(rule.at for rule in group) / len(group) for group in groups]
    return [
        [RuledLine(at, rule.start, rule.end) for rule in group]
        for at, group in zip(places, groups, strict=True)
    ]


def _touching(
    across: list[RuledLine], down: list[RuledLine]
) -> list[tuple[list[RuledLine], list[RuledLine]]]:
    """Return the lines of each table: those that touch, directly or through others."""
    parents = list(range(len(across) + len(down)))

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    for row, line in enumerate(across):
        for column, wall in enumerate(down, start=len(across)):
            if _covers(line, wall.at) and _covers(wall, line.at):
                parents[root(row)] = root(column)
    tables: dict[int, tuple[list[RuledLine], list[RuledLine]]] = {}
    for row, line in enumerate(across):
        tables.setdefault(root(row), ([], []))[0].append(line)
    for column, wall in enumerate(down, start=len(across)):
        tables.setdefault(root(column), ([], []))[1].append(wall)
    return [(rows, columns) for rows, columns in tables.values() if rows and columns]


def _covers(rule: RuledLine, at: float) -> bool:
    return rule.start - REACH <= at <= rule.end + REACH


def _grid(rows: list[RuledLine], columns: list[RuledLine]) -> Grid | None:
    xs = _places([wall.at for wall in columns], [(line.start, line.end) for line in rows])
    ys = _places([line.at for line in rows], [(wall.start, wall.end) for wall in columns])
    high, wide = len(ys) - 1, len(xs) - 1
    if high * wide > MOST_FIELDS:
        raise OverfullPage
    if high < 1 or wide < 1 or high * wide < 2:
        return None
    walls = _walls(columns, xs, ys)
    floors = _walls(rows, ys, xs)
    at: dict[tuple[int, int], Region] = {}
    for row in range(high):
        for column in range(wide):
            if (row, column) not in at:
                region = _region(row, column, high, wide, walls, floors, at)
                for y in range(region.row, region.row + region.rows):
                    for x in range(region.column, region.column + region.columns):
                        at[y, x] = region
    regions = tuple(dict.fromkeys(at.values()))
    return Grid(xs, ys, regions, at) if len(regions) > 1 else None


def _places(lines: list[float], ends: list[tuple[float, float]]) -> tuple[float, ...]:
    """Return where a grid is divided: at its lines, and at its outermost ends where no line closes it."""
    places = sorted(set(lines))
    first, last = min(start for start, _ in ends), max(end for _, end in ends)
    if first < places[0] - 2 * REACH:
        places.insert(0, first)
    if last > places[-1] + 2 * REACH:
        places.append(last)
    return tuple(places)


def _walls(rules: list[RuledLine], places: Sequence[float], across: Sequence[float]) -> set[tuple[int, int]]:
    """Return the (place, field) pairs that have a line; `places` are the lines' positions."""
    numbers = {at: number for number, at in enumerate(places)}
    walls = set()
    for rule in rules:
        for field in range(len(across) - 1):
            if _covers(rule, (across[field] + across[field + 1]) / 2):
                walls.add((numbers[rule.at], field))
    return walls


def _region(
    row: int,
    column: int,
    high: int,
    wide: int,
    walls: set[tuple[int, int]],
    floors: set[tuple[int, int]],
    occupied: dict[tuple[int, int], Region],
) -> Region:
    """Return the merged cell that begins in a field, extended up to a wall, then down to a floor."""
    columns = 1
    while (
        column + columns < wide
        and (column + columns, row) not in walls
        and (row, column + columns) not in occupied
    ):
        columns += 1
    rows = 1
    while row + rows < high and all(
        (row + rows, x) not in floors and (row + rows, x) not in occupied
        for x in range(column, column + columns)
    ):
        if any((x, row + rows) in walls for x in range(column + 1, column + columns)):
            break
        rows += 1
    return Region(row, column, rows, columns)
