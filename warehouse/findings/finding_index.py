"""An index of findings in memory, by which lists of many are filtered, counted and sorted in milliseconds.

Of each value that is asked for there is a bitmap: an integer with a bit for each finding, in the order of the
list (weight, kind, number). What several conditions select is the intersection of their bitmaps, and how many
that are is how many bits it has. An index does not change: `changed` returns the next one, which shares with
it what is the same in both.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, islice
from typing import Any, Literal, TypeVar

from warehouse.db.answers import Answers
from warehouse.findings.index_column import IndexColumn, Splice

T = TypeVar("T")

Sort = Literal["weight", "due", "newest", "code"]

COLUMNS = (
    *("finding_id", "weight", "kind", "status", "acting", "person", "deadline", "division", "day"),
    *("code", "field", "levels", "sources", "case_id"),
)
"""What an index holds of each finding.

`acting` and `deadline` are what lists filter by, `division` and `day` what they show.
"""

_OF_PEOPLE = frozenset({"status", "acting", "person", "deadline", "division", "day"})
"""Columns that people change; the others are changed by runs alone."""

_MOST_ANSWERS = 2_000
_MOST_MASKS = 1_000
_MOST_COUNTS = 20
_FEW_VALUES = 100
"""Values of a column up to which each is counted by its own bitmap."""

_BATCH = 1_000

_TO_BITS = bytes.maketrans(b"01", b"\0\1")


@dataclass(frozen=True, slots=True)
class Part:
    """A condition on one column; `key` tells it from others on the same column."""

    column: str
    key: Hashable
    holds: Callable[[Any], bool]


def equals(column: str, value: Any) -> Part:
    """Return the condition that a column has that value."""
    return Part(column, ("equals", value), lambda each: bool(each == value))


class FindingIndex:
    """Findings as of a moment. About 300 bytes each, and of each bitmap a bit."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        """Index rows of `COLUMNS`, in the order of weight, kind and number."""
        values: dict[str, list[Any]] = {name: [] for name in COLUMNS}
        known: dict[Any, Any] = {}  # each value once, as many have the same
        each = iter(rows)
        while batch := list(islice(each, _BATCH)):
            for column, its in zip(values.values(), zip(*batch, strict=True), strict=True):
                column.extend(map(known.setdefault, its, its))
        self._fill({name: IndexColumn(its) for name, its in values.items()})

    def _fill(self, columns: Mapping[str, IndexColumn]) -> None:
        self._columns = columns
        self.places_by_number = {number: place for place, number in enumerate(self.column("finding_id"))}
        self._masks: dict[tuple[str, Hashable], tuple[Part, int]] = {}
        self._of_runs = Answers(_MOST_MASKS)
        self._forget()

    def _forget(self) -> None:
        """Forget what people's changes matter to."""
        self._answers, self._counts = Answers(_MOST_ANSWERS), Answers(_MOST_COUNTS)

    def __len__(self) -> int:
        """Return how many findings there are."""
        return len(self.places_by_number)

    @property
    def every(self) -> int:
        """Return the bitmap of all findings."""
        return (1 << len(self)) - 1

    def column(self, name: str) -> Sequence[Any]:
        """Return a column's values by place."""
        return self._columns[name].values

    def mask(self, part: Part) -> int:
        """Return the bitmap of what fulfils a condition."""
        key = part.column, part.key
        known = self._masks.get(key)
        if known is None:
            known = part, self._columns[part.column].mask(part.holds)
            if len(self._masks) >= _MOST_MASKS:
                self._masks.clear()
            self._masks[key] = known
        return known[1]

    def mask_of_runs(self, key: Hashable, load: Callable[[], Iterable[int]]) -> int:
        """Return the bitmap of the findings that `load` names; what people change must not matter to it."""

        def find() -> int:
            places = map(self.places_by_number.get, load())
            return self._bitmap(place for place in places if place is not None)  # a run opened it just now

        return self.answer_of_runs(("mask", key), find)

    def answer_of_runs(self, key: Hashable, find: Callable[[], T]) -> T:
        """Return an `answer` to which what people change does not matter: it is kept until the next run."""
        return self._of_runs.get(key, find)

    def places(self, mask: int, sort: Sort = "weight") -> Iterator[int]:
        """Return the places of a bitmap's findings in the order of the list."""
        bits, order = self.bits(mask), self._order(sort)
        return compress(order, bits if sort == "weight" else map(bits.__getitem__, order))

    def numbers(self, mask: int, sort: Sort, *, offset: int = 0, limit: int | None = None) -> list[int]:
        """Return the numbers of a bitmap's findings, or of a page of them."""
        end = None if limit is None else offset + limit
        numbers = self.column("finding_id")
        return [numbers[place] for place in islice(self.places(mask, sort), offset, end)]

    def values(self, mask: int, name: str) -> Iterator[Any]:
        """Return a column's values of a bitmap's findings."""
        return compress(self.column(name), self.bits(mask))

    def distinct(self, name: str) -> frozenset[Any]:
        """Return the values that a column has."""
        return self.answer(("distinct", name), self._columns[name].distinct)

    def counts(self, mask: int, name: str) -> Mapping[Any, int]:
        """Return how many of a bitmap's findings have each value of a column."""
        distinct = self.distinct(name)
        if len(distinct) > _FEW_VALUES:
            return self._counts.get((name, mask), lambda: Counter(self.values(mask, name)))
        counts = {value: (mask & self.mask(equals(name, value))).bit_count() for value in distinct}
        return {value: number for value, number in counts.items() if number}

    def answer(self, key: Hashable, find: Callable[[], T]) -> T:
        """Return what `find` returns, or returned under this key before; it must not be changed."""
        return self._answers.get(key, find)

    def changed(self, rows: Iterable[Sequence[Any]], *, by_run: bool) -> FindingIndex:
        """Return the index with these findings, rows of `COLUMNS`, as they are now or in addition.

        `by_run`: a run came to its end or changed them, so that what `mask_of_runs` knows is forgotten.
        """
        places = self.places_by_number
        new = [row for row in map(tuple, rows) if row[0] not in places or self._row(places[row[0]]) != row]
        new.sort(key=_order_key)
        inserted, replaced = list(map(self._place_of, new)), [places.get(row[0]) for row in new]
        after = object.__new__(FindingIndex)
        if inserted != replaced:
            splices = _splices(new, inserted, [place for place in replaced if place is not None])
            columns = enumerate(self._columns.items())
            after._fill({name: column.spliced(splices, number) for number, (name, column) in columns})
            return after
        after._forget()
        after.places_by_number = places
        after._columns, after._masks = self._columns, dict(self._masks)
        for number, name in enumerate(COLUMNS):
            values = {
                place: row[number]
                for place, row in zip(inserted, new, strict=True)
                if row[number] != self.column(name)[place]
            }
            if values:
                after._replace(name, values)
                by_run = by_run or name not in _OF_PEOPLE
        after._of_runs = Answers(_MOST_MASKS) if by_run else self._of_runs
        return after

    def _replace(self, name: str, values: Mapping[int, Any]) -> None:
        """Give the findings of some places other values in a column."""
        self._columns = {**self._columns, name: self._columns[name].replaced(values)}
        touched = self._bitmap(values)
        for key, (part, mask) in self._masks.items():
            if part.column == name:
                held = self._bitmap(place for place, value in values.items() if part.holds(value))
                self._masks[key] = part, mask & ~touched | held

    def _place_of(self, row: Sequence[Any]) -> int:
        """Return the place before which a row belongs; its own where it stays."""
        place = self.places_by_number.get(row[0])
        if place is not None and self._order_key_at(place) == _order_key(row):
            return place
        return bisect_left(range(len(self)), _order_key(row), key=self._order_key_at)

    def _row(self, place: int) -> tuple[Any, ...]:
        return tuple([column.values[place] for column in self._columns.values()])

    def _order_key_at(self, place: int) -> tuple[int, str, int]:
        columns = self._columns
        return (
            columns["weight"].values[place],
            columns["kind"].values[place],
            columns["finding_id"].values[place],
        )

    def _bitmap(self, places: Iterable[int]) -> int:
        bits = bytearray(len(self) // 8 + 1)
        for place in places:
            bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")

    def bits(self, mask: int) -> bytes:
        """Return a byte for each finding: 1 where the bitmap has it."""
        return format(mask, f"0{len(self)}b")[::-1].encode().translate(_TO_BITS)

    def _order(self, sort: Sort) -> Sequence[int]:
        if sort == "weight":
            return range(len(self))
        if sort == "newest":
            return self.answer(("order", sort), lambda: self._columns["finding_id"].order()[::-1])
        column = self._columns["deadline" if sort == "due" else "code"]
        return self.answer(("order", sort), column.order)


def _order_key(row: Sequence[Any]) -> tuple[int, str, int]:
    number, weight, kind = row[:3]
    return weight, kind, number


def _splices(
    new: Sequence[tuple[Any, ...]], inserted: Sequence[int], gone: Iterable[int]
) -> Sequence[Splice]:
    """Return the pieces of which columns consist with some places gone and new rows before others."""
    cuts: list[tuple[int, int, tuple[Any, ...] | None]] = [
        (place, 0, row) for place, row in zip(inserted, new, strict=True)
    ]
    cuts += [(place, 1, None) for place in gone]
    cuts.sort(key=lambda cut: cut[:2])  # rows for the same place stay in their order
    splices, begin = [], 0
    for place, width, row in cuts:
        splices.append(Splice(begin, place, row))
        begin = place + width
    return [*splices, Splice(begin, None, None)]
