"""Differences of two lists: what only one of them has is marked, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from procedures.attributes import ATTRIBUTES_BY_NAME, Compare, ValueType
from procedures.values.document_numbers import LEGAL_NUMBER, document_numbers
from procedures.values.text import matching_key
from procedures.wording.readable_values import ways_by_value
from procedures.wording.text_diff import TextPiece, diff_first, diff_words, merged

MAX_PAIRS = 64
"""Of lists with more pairs to compare, each item is marked whole."""

_ALIKE = 0.5
_COUNTS = re.compile(r"(?P<head>.+) \((?P<detail>(?:Bản chính|Bản sao): \d+(?:; Bản sao: \d+)?)\)", re.DOTALL)
_PART = re.compile(r"[,;()\n]")

Contrast = tuple[tuple[TextPiece, ...], tuple[TextPiece, ...]]
Diff = Callable[[str, str], Sequence[TextPiece]]


@dataclass(frozen=True, slots=True)
class _Item:
    """An item of a list. `detail`: ways or copies, which the other list may leave out."""

    head: str
    detail: str | None = None

    @property
    def text(self) -> str:
        return self.head if self.detail is None else f"{self.head} ({self.detail})"


def contrast_items(
    attribute: str | None, old: Sequence[str], new: Sequence[str], *, brief: bool = False
) -> Contrast:
    """Return both lists in pieces, marking what the other does not have.

    `brief`: without the ways of submission where they tell nothing of the difference, and of long texts
    only the part around the first difference.
    """
    diff = diff_first if brief else diff_words
    declared = ATTRIBUTES_BY_NAME.get(attribute or "")
    if declared is None:
        return _contrast_plain(_plain(old), _plain(new), diff)
    if declared.compare is Compare.LEGAL_BASES:
        return _mark_documents(old, new), _mark_documents(new, old)
    if declared.compare is Compare.TEXTS:
        return _contrast_parts(old, new, diff)
    itemise = _ITEMISE.get(declared.type, _plain)
    left, right = itemise(old), itemise(new)
    if brief and declared.type in (ValueType.TIMES, ValueType.FEES):
        left, right = _without_idle_ways(left, right)
    return _contrast_plain(left, right, None if declared.type in (ValueType.LEVELS, ValueType.WAYS) else diff)


def _plain(items: Iterable[str]) -> list[_Item]:
    return [_Item(item) for item in items]


def _with_ways(items: Iterable[str]) -> list[_Item]:
    return [_Item(value, ", ".join(ways) or None) for value, ways in ways_by_value(items).items()]


def _with_counts(items: Iterable[str]) -> list[_Item]:
    found = [(item, _COUNTS.fullmatch(item)) for item in items]
    return [_Item(match["head"], match["detail"]) if match else _Item(item) for item, match in found]


def _without_idle_ways(left: list[_Item], right: list[_Item]) -> tuple[list[_Item], list[_Item]]:
    """Leave the ways out where each list has one value for all of them, and one list names no way."""
    if len(left) == len(right) == 1 and None in (left[0].detail, right[0].detail):
        return [_Item(left[0].head)], [_Item(right[0].head)]
    return left, right


def _contrast_plain(left: Sequence[_Item], right: Sequence[_Item], diff: Diff | None) -> Contrast:
    """Contrast items; without `diff` none of them is seen as another's new form."""
    keyed, other_keyed = ([(matching_key(item.head), item) for item in items] for items in (left, right))
    only_left = [item for key, item in keyed if not _is_among(key, item, other_keyed)]
    only_right = [item for key, item in other_keyed if not _is_among(key, item, keyed)]
    return _contrast_rest(left, right, only_left, only_right, diff)


def _contrast_rest(
    left: Sequence[_Item],
    right: Sequence[_Item],
    only_left: Sequence[_Item],
    only_right: Sequence[_Item],
    diff: Diff | None,
) -> Contrast:
    old: dict[_Item, Sequence[TextPiece]] = {}
    new: dict[_Item, Sequence[TextPiece]] = {}
    if diff is not None:
        for item, other in _pairs(only_left, only_right).items():
            old[item] = _contrast_pair(item, other, diff)
            new[other] = _contrast_pair(other, item, diff)
    return _pieces(left, only_left, old), _pieces(right, only_right, new)


def _is_among(key: str, item: _Item, others: Sequence[tuple[str, _Item]]) -> bool:
    return any(
        key == other_key and (None in (item.detail, other.detail) or item.detail == other.detail)
        for other_key, other in others
    )


def _pairs(left: Sequence[_Item], right: Sequence[_Item]) -> dict[_Item, _Item]:
    """Return which item became which: one alone that became one, else those that resemble each other."""
    if len(left) == len(right) == 1:
        return {left[0]: right[0]}
    if len(left) * len(right) > MAX_PAIRS:
        return {}
    alike = sorted(
        ((_likeness(one, other), one.text, other.text, one, other) for one in left for other in right),
        key=lambda each: (-each[0], *each[1:3]),
    )
    pairs: dict[_Item, _Item] = {}
    for likeness, _, _, one, other in alike:
        if likeness >= _ALIKE and one not in pairs and other not in pairs.values():
            pairs[one] = other
    return pairs


def _likeness(one: _Item, other: _Item) -> float:
    return SequenceMatcher(None, one.text.split(), other.text.split(), autojunk=False).ratio()


def _pieces(
    items: Iterable[_Item], differing: Sequence[_Item], marked: Mapping[_Item, Sequence[TextPiece]]
) -> tuple[TextPiece, ...]:
    return _joined(marked.get(item, (TextPiece(item.text, item in differing),)) for item in items)


def _contrast_pair(item: _Item, other: _Item, diff: Diff) -> Sequence[TextPiece]:
    if item.detail is not None and other.detail is None:
        return [*diff(item.head, other.head), TextPiece(f" ({item.detail})")]
    return diff(item.text, other.head if item.detail is None else other.text)


def _mark_documents(items: Sequence[str], others: Sequence[str]) -> tuple[TextPiece, ...]:
    """Mark the documents that the other list does not name, by their numbers: titles vary by source.

    A document named by title alone is compared only where no list has a number.
    """
    known, numbers = document_numbers(others), document_numbers(items)
    if not known and not numbers:
        keys = {matching_key(other) for other in others}
        return _joined([TextPiece(item, matching_key(item) not in keys)] for item in items)
    if not known or not numbers:
        return _joined([TextPiece(item)] for item in items)
    return _joined(_mark_numbers(item, known) for item in items)


def _mark_numbers(item: str, known: frozenset[str]) -> list[TextPiece]:
    """Mark the item where all its numbers are unknown, else those that are."""
    upper = item.upper()
    found = list(LEGAL_NUMBER.finditer(upper)) if len(upper) == len(item) else []
    missing = [match for match in found if match[0] not in known]
    if len(missing) == len(found):
        return [TextPiece(item, bool(found))]
    pieces, start = [], 0
    for match in missing:
        pieces += [TextPiece(item[start : match.start()]), TextPiece(item[slice(*match.span())], True)]
        start = match.end()
    return [*pieces, TextPiece(item[start:])]


def _contrast_parts(old: Sequence[str], new: Sequence[str], diff: Diff) -> Contrast:
    """Contrast lists of which each source cuts the items its own way: "Công dân, tổ chức" is two."""
    left, right = _plain(old), _plain(new)
    one, other = _part_keys(old), _part_keys(new)
    only_left = [item for item in left if not _part_keys([item.head]) <= other]
    only_right = [item for item in right if not _part_keys([item.head]) <= one]
    return _contrast_rest(left, right, only_left, only_right, diff)


def _part_keys(items: Iterable[str]) -> set[str]:
    return {key for item in items for part in _PART.split(item) if (key := matching_key(part))}


def _joined(listed: Iterable[Sequence[TextPiece]]) -> tuple[TextPiece, ...]:
    pieces: list[TextPiece] = []
    for item in listed:
        pieces += [TextPiece("; "), *item] if pieces else item
    return merged(pieces)


_ITEMISE: Mapping[ValueType, Callable[[Iterable[str]], list[_Item]]] = {
    ValueType.TIMES: _with_ways,
    ValueType.FEES: _with_ways,
    ValueType.PAPERS: _with_counts,
}
"""For values whose items have a detail: how to tell it from the rest."""
