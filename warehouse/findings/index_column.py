"""One column of the index of findings: its values by place, and a byte for each where few are different."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

_BYTES = 256
"""Different values of a column up to which each has a byte of its own."""

_TO_DIGITS = bytes.maketrans(b"\0\1", b"01")


class Splice(NamedTuple):
    """A piece of the column before, from `begin` to `end`, and the row that follows it, if one does."""

    begin: int
    end: int | None
    row: Sequence[Any] | None


class IndexColumn:
    """Values by place. Conditions are looked up value by value, not finding by finding."""

    __slots__ = ("_coded", "_codes", "_order", "values")

    def __init__(self, values: list[Any]) -> None:
        """Take the values by place; they are not to be changed any more."""
        self.values = values
        self._codes: dict[Any, int] | None = None  # until a condition is asked for
        self._coded = b""
        self._order: Sequence[int] | None = None

    def distinct(self) -> frozenset[Any]:
        """Return the values that it has."""
        codes, coded = self._encoded()
        if coded:
            return frozenset([value for value, code in codes.items() if code in coded])
        return frozenset(codes)

    def order(self) -> Sequence[int]:
        """Return the places in the order of their values, those without one last."""
        if self._order is None:
            values = self.values
            with_value = [place for place, value in enumerate(values) if value is not None]
            with_value.sort(key=values.__getitem__)
            self._order = with_value + [place for place, value in enumerate(values) if value is None]
        return self._order

    def mask(self, holds: Callable[[Any], bool]) -> int:
        """Return the bitmap of the places whose value fulfils a condition."""
        codes, coded = self._encoded()
        if not coded:
            wanted = set(filter(holds, codes))
            return to_mask(bytes(map(wanted.__contains__, self.values)))
        wanted_codes = bytearray(_BYTES)
        for value, code in codes.items():
            wanted_codes[code] = holds(value)
        return to_mask(coded.translate(wanted_codes))

    def replaced(self, values: Mapping[int, Any]) -> IndexColumn:
        """Return the column with other values at some places."""
        column = IndexColumn(list(self.values))
        for place, value in values.items():
            column.values[place] = value
        codes, coded = self._codes, bytearray(self._coded)
        if codes is not None and coded:
            codes = _with_codes(codes, values.values())
            if len(codes) <= _BYTES:
                for place, value in values.items():
                    coded[place] = codes[value]
                column._codes, column._coded = codes, bytes(coded)
        return column

    def spliced(self, splices: Sequence[Splice], number: int) -> IndexColumn:
        """Return the column made of these pieces; of rows it has the value of that number."""
        values: list[Any] = []
        for begin, end, row in splices:
            values += self.values[begin:end]
            if row is not None:
                values.append(row[number])
        column = IndexColumn(values)
        codes, coded = self._codes, bytearray()
        if codes is not None and self._coded:
            codes = _with_codes(codes, [row[number] for _, _, row in splices if row is not None])
            if len(codes) <= _BYTES:
                for begin, end, row in splices:
                    coded += self._coded[begin:end]
                    if row is not None:
                        coded.append(codes[row[number]])
                column._codes, column._coded = codes, bytes(coded)
        return column

    def _encoded(self) -> tuple[dict[Any, int], bytes]:
        """Return a number for each different value, and a byte for each place, none where they are many."""
        codes, coded = self._codes, self._coded
        if codes is None:
            codes = {value: code for code, value in enumerate(dict.fromkeys(self.values))}
            coded = bytes(map(codes.__getitem__, self.values)) if len(codes) <= _BYTES else b""
            self._coded, self._codes = coded, codes
        return codes, coded


def to_mask(bits: bytes) -> int:
    """Return the bitmap of a byte for each place, which is 0 or 1."""
    return int(bits[::-1].translate(_TO_DIGITS) or b"0", 2)


def _with_codes(codes: Mapping[Any, int], values: Sequence[Any] | Any) -> dict[Any, int]:
    """Return the codes with further ones for values that have none."""
    after = dict(codes)
    for value in values:
        after.setdefault(value, len(after))
    return after
