"""Names of divisions (phòng, ban, đơn vị trực thuộc): which one a name means, even when mistyped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from procedures.values.text import fold, matching_key

MAX_DIVISION_LENGTH = 200
"""Characters of a name."""

_MARK = re.compile(r"\w|[ivx]+|\w*\d\w*")
"""A word that distinguishes divisions by itself: "Phòng A", "Phòng 2", "Phòng Nghiệp vụ III"."""

_FIRST_WORDS = ("phòng", "ban", "đơn vị")
_MIN_LIKENESS = 60
_MAX_OFFERED = 3


def find_same_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known division that a name means, however it is spelled."""
    key = matching_key(name)
    return next((each for each in known if matching_key(each) == key), None)


def find_mistyped(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known divisions of which the name may be a mistyped form.

    That is: without accents or its first word ("Phòng"), or with a letter or two that are wrong, missing
    or too many. Names that differ by a number or a single letter are two divisions.
    """
    plain, bare = _plain(name), _bare(name)
    return tuple(each for each in known if _is_typo(plain, _plain(each)) or _is_typo(bare, _bare(each)))


def find_similar_names(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known divisions that a name resembles most, the nearest first."""
    plain = fold(name)
    rated = sorted(((fuzz.ratio(plain, fold(each)), each) for each in known), reverse=True)
    return tuple(each for likeness, each in rated if likeness >= _MIN_LIKENESS)[:_MAX_OFFERED]


def _is_typo(one: str, other: str) -> bool:
    if one == other:
        return True
    if all(_MARK.fullmatch(word) for word in (*_extra_words(one, other), *_extra_words(other, one))):
        return False
    allowed = 1 if min(len(one), len(other)) < 8 else 2
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed


def _extra_words(one: str, other: str) -> list[str]:
    """Return the words that only the first one has."""
    return list((Counter(one.split()) - Counter(other.split())).elements())


def _plain(name: str) -> str:
    return " ".join(fold(matching_key(name)).split())


def _bare(name: str) -> str:
    plain = _plain(name)
    for word in map(fold, _FIRST_WORDS):
        if plain.startswith(f"{word} "):
            return plain[len(word) + 1 :]
    return plain
