"""Differences of two texts, word by word, for display side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from procedures.values.text import matching_key

MAX_WORDS = 1500
"""Longer texts are shown as they are: comparing them takes longer than reading."""

_WORD = re.compile(r"\S+|\s+")


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A part of a text; `differs`: the other text does not have it there."""

    text: str
    differs: bool


def diff_words(text: str, other: str) -> tuple[TextPiece, ...]:
    """Return pieces that together are `text`; words that differ only in spelling are the same."""
    left, right = _WORD.findall(text), _WORD.findall(other)
    if len(left) > MAX_WORDS or len(right) > MAX_WORDS:
        return (TextPiece(text, text != other),) if text else ()
    pieces: list[TextPiece] = []
    matcher = SequenceMatcher(None, _keys(left), _keys(right), autojunk=False)
    for kind, start, end, _, _ in matcher.get_opcodes():
        words = "".join(left[start:end])
        if words:
            _add(pieces, TextPiece(words, kind != "equal" and not words.isspace()))
    return tuple(pieces)


def _keys(words: Sequence[str]) -> list[str]:
    return [" " if word.isspace() else matching_key(word) or word for word in words]


def _add(pieces: list[TextPiece], piece: TextPiece) -> None:
    if pieces and pieces[-1].differs == piece.differs:
        pieces[-1] = TextPiece(pieces[-1].text + piece.text, piece.differs)
    else:
        pieces.append(piece)
