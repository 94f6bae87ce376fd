"""An index of findings in memory, by which lists of many are filtered, counted and sorted in milliseconds.

Of each value that is asked for there is a bitmap: an integer with a bit for each finding, in the order of the
list (weight, kind, number). What several conditions select is the intersection of their bitmaps, and how many
that are is how many bits it has. An index does not change: `moved` returns the next one, which shares with it
whatever people cannot change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, islice
from typing import Any, Literal, TypeVar, cast

T = TypeVar("T")

Sort = Literal["weight", "due", "newest", "code"]

MOVED = ("status", "acting", "person", "deadline", "division", "day")
"""Columns that people change; the others are changed by runs alone.

`acting` and `deadline` are what lists filter by, `division` and `day` what they show.
"""

COLUMNS = ("finding_id", "weight", "kind", *MOVED, "code", "field", "levels", "sources", "case_id")
"""What an index holds of each finding."""

_MOST_ANSWERS = 2_000
_MOST_MASKS = 1_000
_FEW_VALUES = 100
"""Values of a column up to which each is counted by its own bitmap."""

_BATCH = 1_000

_TO_DIGITS, _TO_BITS = bytes.maketrans(b"\0\1", b"01"), bytes.maketrans(b"01", b"\0\1")


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
        self._columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
        known: dict[Any, Any] = {}  # each value once, as many have the same
        each = iter(rows)
        while batch := list(islice(each, _BATCH)):
            for column, values in zip(self._columns.values(), zip(*batch, strict=True), strict=True):
                column.extend(map(known.setdefault, values, values))
        self.places_by_number = {number: place for place, number in enumerate(self._columns["finding_id"])}
        self._masks: dict[tuple[str, Hashable], tuple[Part, int]] = {}
        self._orders: dict[Sort, Sequence[int]] = {}
        self._of_runs: dict[Hashable, int] = {}
        self._answers: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        """Return how many findings there are."""
        return len(self.places_by_number)

    @property
    def every(self) -> int:
        """Return the bitmap of all findings."""
        return (1 << len(self)) - 1

    def column(self, name: str) -> Sequence[Any]:
        """Return a column's values by place."""
        return self._columns[name]

    def mask(self, part: Part) -> int:
        """Return the bitmap of what fulfils a condition."""
        key = part.column, part.key
        known = self._masks.get(key)
        if known is None:
            wanted = set(filter(part.holds, self.distinct(part.column)))
            known = part, _to_mask(bytes(map(wanted.__contains__, self._columns[part.column])))
            _keep(self._masks, key, known, _MOST_MASKS)
        return known[1]

    def mask_of_runs(self, key: Hashable, load: Callable[[], Iterable[int]]) -> int:
        """Return the bitmap of the findings that `load` names; what people change must not matter to it."""
        known = self._of_runs.get(key)
        if known is None:
            bits = bytearray(len(self))
            for number in load():
                if number in self.places_by_number:  # else a run opened it just now
                    bits[self.places_by_number[number]] = 1
            known = _to_mask(bytes(bits))
            _keep(self._of_runs, key, known, _MOST_MASKS)
        return known

    def places(self, mask: int, sort: Sort = "weight") -> Iterator[int]:
        """Return the places of a bitmap's findings in the order of the list."""
        bits, order = self._bits(mask), self._order(sort)
        return compress(order, bits if sort == "weight" else map(bits.__getitem__, order))

    def numbers(self, mask: int, sort: Sort, *, offset: int = 0, limit: int | None = None) -> list[int]:
        """Return the numbers of a bitmap's findings, or of a page of them."""
        end = None if limit is None else offset + limit
        numbers = self._columns["finding_id"]
        return [numbers[place] for place in islice(self.places(mask, sort), offset, end)]

    def values(self, mask: int, name: str) -> Iterator[Any]:
        """Return a column's values of a bitmap's findings."""
        return compress(self._columns[name], self._bits(mask))

    def distinct(self, name: str) -> frozenset[Any]:
        """Return the values that a column has."""
        return self.answer(("distinct", name), lambda: frozenset(self._columns[name]))

    def counts(self, mask: int, name: str) -> Mapping[Any, int]:
        """Return how many of a bitmap's findings have each value of a column."""
        distinct = self.distinct(name)
        if len(distinct) > _FEW_VALUES:
            return Counter(self.values(mask, name))
        counts = {value: (mask & self.mask(equals(name, value))).bit_count() for value in distinct}
        return {value: number for value, number in counts.items() if number}

    def answer(self, key: Hashable, find: Callable[[], T]) -> T:
        """Return what `find` returns, or returned under this key before; it must not be changed."""
        try:
            return cast(T, self._answers[key])
        except KeyError:
            found = find()
            _keep(self._answers, key, found, _MOST_ANSWERS)
            return found

    def moved(self, rows: Iterable[Sequence[Any]]) -> FindingIndex:
        """Return the index with these findings as they are now: rows of their number and `MOVED`."""
        after = object.__new__(FindingIndex)
        after.places_by_number, after._of_runs, after._answers = self.places_by_number, self._of_runs, {}
        after._orders = dict(self._orders)
        after._columns = self._columns | {name: list(self._columns[name]) for name in MOVED}
        after._masks = dict(self._masks)
        for number, *values in rows:
            place = self.places_by_number[number]
            for name, value in zip(MOVED, values, strict=True):
                if value != after._columns[name][place]:
                    after._columns[name][place] = value
                    after._set(name, place, value)
                    if name == "deadline":
                        after._orders.pop("due", None)
        return after

    def _set(self, column: str, place: int, value: Any) -> None:
        bit = 1 << place
        for key, (part, mask) in self._masks.items():
            if part.column == column:
                self._masks[key] = part, mask | bit if part.holds(value) else mask & ~bit

    def _bits(self, mask: int) -> bytes:
        """Return a byte for each finding: 1 where the bitmap has it."""
        return format(mask, f"0{len(self)}b")[::-1].encode().translate(_TO_BITS)

    def _order(self, sort: Sort) -> Sequence[int]:
        if sort == "weight":
            return range(len(self))
        if sort not in self._orders:
            self._orders[sort] = self._sorted(sort)
        return self._orders[sort]

    def _sorted(self, sort: Sort) -> Sequence[int]:
        if sort == "newest":
            return sorted(range(len(self)), key=self._columns["finding_id"].__getitem__, reverse=True)
        column = self._columns["deadline" if sort == "due" else "code"]
        with_value = [place for place, value in enumerate(column) if value is not None]
        with_value.sort(key=column.__getitem__)
        return with_value + [place for place, value in enumerate(column) if value is None]


def _to_mask(bits: bytes) -> int:
    return int(bits[::-1].translate(_TO_DIGITS) or b"0", 2)


def _keep(known: dict[Any, Any], key: Hashable, value: Any, most: int) -> None:
    if len(known) >= most:
        known.clear()
    known[key] = value
