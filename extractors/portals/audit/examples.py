"""Examples of a field: the first in the order of text, whatever the order in which records arrive."""

from __future__ import annotations

from bisect import insort
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

KEPT = 4
"""Examples of a field that are kept, each of another record: so many may change overnight, and the first in
the order of text is still known."""


class Example(NamedTuple):
    """A value of a field, with the hash of the answer that it is from. A blank one comes after all others."""

    is_blank: bool
    text: str
    answer: str


class Examples:
    """The first few examples of a field; others come after them all.

    `settled_from`: no value that is this text or comes after it is among the first; `None` where it may be.
    """

    __slots__ = ("_first", "_others_after", "settled_from")

    def __init__(self, first: Iterable[Example] = (), others_after: Example | None = None) -> None:
        """Take examples in their order; `others_after`: those that are left out do not come before it."""
        self._first = list(first)
        self._others_after = others_after
        self.settled_from = self._settled_from()

    def add(self, text: str, answer: str) -> None:
        """Take an example where it is among the first."""
        first = self._first
        is_blank = not text or text.isspace()
        if len(first) == KEPT:
            if (is_blank, text) >= first[-1][:2]:
                return
            del first[-1]
        insort(first, Example(is_blank, text, answer))
        self.settled_from = self._settled_from()

    @property
    def text(self) -> str | None:
        """The first of them; `None` where none is known."""
        return self._first[0].text if self._first else None

    @property
    def is_lost(self) -> bool:
        """Whether there are examples, and which of them is the first is not known."""
        return not self._first and self._others_after is not None

    def of(self, answers: Container[str]) -> Examples:
        """Return the examples as far as they are from these answers."""
        return Examples((each for each in self._first if each.answer in answers), self._bound)

    def with_others(self, others: Examples | None) -> Examples:
        """Return these and others."""
        if others is None:
            return self
        bounds = [each for each in (self._bound, others._bound) if each is not None]
        bound = min(bounds, default=None)
        both = sorted([*self._first, *others._first])
        sure = both if bound is None else [each for each in both if each[:2] <= bound[:2]]
        return Examples(sure[:KEPT], sure[KEPT - 1] if len(sure) > KEPT else bound)

    @property
    def written(self) -> Sequence[object]:
        """The examples as JSON values."""
        bound = self._bound
        return [[list(each) for each in self._first], None if bound is None else list(bound)]

    @classmethod
    def read(cls, written: Sequence[object]) -> Examples:
        """Return what was written. Raises ValueError, TypeError."""
        first, bound = written
        if not isinstance(first, list):
            raise TypeError
        return cls(map(_example, first), None if bound is None else _example(bound))

    def _settled_from(self) -> str | None:
        first = self._first
        return first[-1].text if len(first) == KEPT and not first[-1].is_blank else None

    @property
    def _bound(self) -> Example | None:
        return self._others_after or (self._first[-1] if len(self._first) == KEPT else None)


def _example(written: object) -> Example:
    if not isinstance(written, list):
        raise TypeError
    is_blank, text, answer = written
    return Example(bool(is_blank), str(text), str(answer))
