"""Names of divisions (phòng, ban, đơn vị trực thuộc): which is meant, and which were meant and mistyped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from procedures.text import fold, matching_key

LONGEST = 200
"""Signs of a name."""

_MARK = re.compile(r"\w|[ivx]+|\w*\d\w*")
"""A word that tells one division from another by itself: "Phòng A", "Phòng 2", "Phòng Nghiệp vụ III"."""

_OPENINGS = ("phòng", "ban", "đơn vị")
_LIKE = 60
_OFFERED = 3


def same_name(name: str, known: Iterable[str]) -> str | None:
    """The known division that a name is another writing of."""
    key = matching_key(name)
    return next((each for each in known if matching_key(each) == key), None)


def mistyped(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known divisions that a slip of the keyboard makes this name of.

    That is: without its accents or its first word ("Phòng"), or with a letter or two that are wrong, missing
    or too many. Names that a number or a single letter tells apart are two divisions.
    """
    plain, bare = _plain(name), _bare(name)
    return tuple(each for each in known if _is_slip(plain, _plain(each)) or _is_slip(bare, _bare(each)))


def like_names(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known divisions that a name resembles most, the nearest first."""
    plain = fold(name)
    rated = sorted(((fuzz.ratio(plain, fold(each)), each) for each in known), reverse=True)
    return tuple(each for likeness, each in rated if likeness >= _LIKE)[:_OFFERED]


def _is_slip(one: str, other: str) -> bool:
    if one == other:
        return True
    if all(_MARK.fullmatch(word) for word in (*_apart(one, other), *_apart(other, one))):
        return False
    allowed = 1 if min(len(one), len(other)) < 8 else 2
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed


def _apart(one: str, other: str) -> list[str]:
    """The words that only the first one has."""
    return list((Counter(one.split()) - Counter(other.split())).elements())


def _plain(name: str) -> str:
    return " ".join(fold(matching_key(name)).split())


def _bare(name: str) -> str:
    plain = _plain(name)
    for opening in map(fold, _OPENINGS):
        if plain.startswith(f"{opening} "):
            return plain[len(opening) + 1 :]
    return plain
