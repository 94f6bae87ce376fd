"""Which passwords are acceptable: long enough, and not put together from a few things that anyone tries."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from procedures.errors import InputError
from procedures.values.text import fold

SHORTEST, LONGEST = 12, 200
"""Characters of a password."""

FEWEST_PARTS = 4
"""Parts that a password needs: familiar words and runs count as one each, other characters each by itself."""

SHORTEST_RUN = 3
"""Characters of a run of neighbouring keys, or of one key, that count as one part."""

_ROWS = (
    "1234567890-=",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
)
_COLUMNS = (
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "8ik,",
    "9ol.",
    "0p;/",
    "147",
    "258",
    "369",
)
_LINES: Final = tuple(each for line in (*_ROWS, *_COLUMNS) for each in (line, line[::-1]))
"""Keys that lie side by side, in either direction."""

_SHIFTED = str.maketrans('!@#$%^&*()_+{}:"<>?', "1234567890-=[];',./")
_DISGUISES = (
    str.maketrans("0134578@$!", "oieastbasi"),
    str.maketrans("0134578@$!", "oleastbasl"),
    str.maketrans("69", "bg"),
)
"""Digits and signs → the letters for which people write them."""


class _Part(Enum):
    """Kinds of parts of a password, with their words."""

    OWN = "tên đăng nhập hoặc tên cơ quan"
    COMMON = "từ hay dùng làm mật khẩu"
    RUN = "dãy phím liền nhau hoặc lặp lại"
    DIGITS = "chữ số"
    OTHER = "vài ký tự"


def check_password(password: str, name: str, department: str, common: Collection[str]) -> None:
    """Check a password, as it is hashed, against its length and what is tried first.

    `name` is the account's, `department` the office's; `common` are words that common passwords are made of,
    in lower case without marks.

    Raises:
        InputError: it is too short or long, or easy to guess; why is said, nothing of it repeated.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(f"Mật khẩu: cần từ {SHORTEST} đến {LONGEST} ký tự")
    if password.casefold() == name or len(set(password)) < 4:
        raise InputError("Mật khẩu: quá dễ đoán; đừng dùng tên đăng nhập hoặc vài ký tự lặp lại")
    parts = _parts(_repeated_unit(fold(password)), frozenset(own_words(name, department)), common)
    if parts.number < FEWEST_PARTS:
        words = ", ".join(kind.value for kind in _Part if kind in parts.kinds)
        raise InputError(
            f"Mật khẩu: quá dễ đoán, chỉ gồm {words}; hãy dùng một câu dài hơn hoặc ghép thêm vài từ khác"
        )


def own_words(name: str, department: str) -> Iterator[str]:
    """Yield the parts of an account's name and a department's as passwords have them: "sonoivu", "hatinh"."""
    yield from (
        each for each in (fold(name), *re.split(r"[\W\d_]+", fold(name))) if len(each) >= SHORTEST_RUN
    )
    syllables = re.findall(r"\w+", fold(department))
    yield "".join(syllable[0] for syllable in syllables)
    for first in range(len(syllables)):
        for end in range(first + 2, len(syllables) + 1):
            yield "".join(syllables[first:end])


def _repeated_unit(text: str) -> str:
    """Return what a text repeats throughout, else the text."""
    return text[: (text + text).find(text, 1)]


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of the beginning of a password: how many, of what kinds, and whether the last is a run."""

    number: int = 0
    kinds: frozenset[_Part] = frozenset()
    ends_in_run: bool = False

    def add(self, kind: _Part) -> _Parts:
        """Return these with another part; runs that follow each other ("1qaz2wsx") are one."""
        is_run = kind is _Part.RUN
        same = is_run and self.ends_in_run
        return _Parts(self.number + (not same), self.kinds | {kind}, is_run)


def _parts(text: str, own: Collection[str], common: Collection[str]) -> _Parts:
    """Return the least number of parts that make up a text."""
    letters = re.sub(r"\s", "", text)
    readings = (letters, *(letters.translate(each) for each in _DISGUISES))
    longest = max(map(len, (*own, *common, *_LINES)))
    best = [_Parts()]
    for end in range(1, len(letters) + 1):
        choices = [_with_character(letters, end - 1, best[end - 1])]
        for start in range(max(0, end - longest), end - SHORTEST_RUN + 1):
            kind = _span_kind(letters, readings, start, end, own, common)
            if kind is not None:
                choices.append(best[start].add(kind))
        best.append(min(choices, key=lambda choice: choice.number))
    return best[-1]


def _with_character(text: str, at: int, before: _Parts) -> _Parts:
    """Return the parts with one more character; a sign between others, and a further digit, cost nothing."""
    char, previous = text[at], text[at - 1] if at else ""
    if char.isdecimal():
        return before if previous.isdecimal() and _Part.DIGITS in before.kinds else before.add(_Part.DIGITS)
    if not char.isalnum() and (not previous or previous.isalnum()):
        return before
    return before.add(_Part.OTHER)


def _span_kind(
    text: str,
    readings: Collection[str],
    start: int,
    end: int,
    own: Collection[str],
    common: Collection[str],
) -> _Part | None:
    """Return what kind of familiar part the text between two places is; None where it is none."""
    span = text[start:end]
    if len(set(span)) == 1 or any(span.translate(_SHIFTED) in line for line in _LINES):
        return _Part.RUN
    words = [reading[start:end] for reading in readings]
    if any(word in own for word in words):
        return _Part.OWN
    return _Part.COMMON if any(word in common for word in words) else None
