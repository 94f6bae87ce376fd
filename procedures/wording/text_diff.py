"""Differences of two texts, word by word, for display side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from procedures.values.text import matching_key

MAX_WORDS = 1500
"""Longer texts are shown as they are: comparing them takes longer than reading."""

WINDOW = 1000
"""Characters of long texts that are compared where only the first difference is shown."""

BEFORE = 100
"""Characters before the first difference that are kept."""

_WORD = re.compile(r"\s*\S+|\s+")
_AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})+(?!\S)")
_LEADING_ZEROS = re.compile(r"(?<![\d.,])0+(?=\d)")


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A part of a text; `differs`: the other text does not have it there."""

    text: str
    differs: bool = False


def diff_words(text: str, other: str) -> tuple[TextPiece, ...]:
    """Return pieces that together are `text`, those that differ marked.

    Words that differ only in spelling, and one number written in two ways ("07" and "7", "10.000" and
    "10000"), are the same. Texts whose differing middle is of more than `MAX_WORDS` differ in all of it.
    """
    left, right = _WORD.findall(text), _WORD.findall(other)
    keys, other_keys = _keys(left), _keys(right)
    start = _common_start(keys, other_keys)
    tail = _common_start(keys[start:][::-1], other_keys[start:][::-1])
    end, other_end = len(left) - tail, len(right) - tail
    pieces: list[TextPiece] = []
    _add(pieces, left[:start], differs=False)
    if max(end, other_end) - start > MAX_WORDS:
        _add(pieces, left[start:end], differs=True)
    else:
        matcher = SequenceMatcher(None, keys[start:end], other_keys[start:other_end], autojunk=False)
        for kind, first, last, _, _ in matcher.get_opcodes():
            words = slice(start + first, start + last)
            _add(pieces, left[words], differs=kind != "equal" and any(keys[words]))
    _add(pieces, left[end:], differs=False)
    return tuple(pieces)


def diff_first(text: str, other: str) -> tuple[TextPiece, ...]:
    """Return pieces of the part of `text` around its first difference, for where no more is shown."""
    if max(len(text), len(other)) <= WINDOW:
        return diff_words(text, other)
    start = text.rfind(" ", 0, max(0, _common_start(text, other) - BEFORE)) + 1
    part, other_part = text[start : start + WINDOW], other[start : start + WINDOW]
    pieces = diff_words(part, other_part)
    if any(piece.differs for piece in (*pieces, *diff_words(other_part, part))):
        return pieces
    return diff_words(text, other)  # what differs first is the spelling


def _keys(words: Sequence[str]) -> list[str]:
    """Return what to compare of each word; nothing is left of punctuation alone."""
    return [_number_key(matching_key(word)) for word in words]


def _number_key(key: str) -> str:
    if not key or not key[0].isdigit():
        return key
    return _LEADING_ZEROS.sub("", _AMOUNT.sub(lambda found: found[0].replace(".", ""), key))


def _common_start(keys: Sequence[str], others: Sequence[str]) -> int:
    for index, (key, other) in enumerate(zip(keys, others, strict=False)):
        if key != other:
            return index
    return min(len(keys), len(others))


def merged(pieces: Iterable[TextPiece]) -> tuple[TextPiece, ...]:
    """Return the same text without empty pieces, and neighbours of one kind as one."""
    together: list[TextPiece] = []
    for piece in pieces:
        _join(together, piece)
    return tuple(together)


def _add(pieces: list[TextPiece], words: Sequence[str], *, differs: bool) -> None:
    """Add words as one piece; the blank before a differing one is no part of the difference."""
    text = "".join(words)
    bare = text.lstrip() if differs else text
    _join(pieces, TextPiece(text[: len(text) - len(bare)]))
    _join(pieces, TextPiece(bare, differs))


def _join(pieces: list[TextPiece], piece: TextPiece) -> None:
    if not piece.text:
        return
    if pieces and pieces[-1].differs == piece.differs:
        pieces[-1] = TextPiece(pieces[-1].text + piece.text, piece.differs)
    else:
        pieces.append(piece)
