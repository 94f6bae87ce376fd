"""Three levels of text identity: raw (as received), canonical (as shown), matching key (as compared).

Canonical text is free of what a keyboard, a portal or a PDF put there by accident. The key is what two
texts share that say the same: case, tone placement, punctuation and known abbreviations are gone from it,
a digit, a negation or a diacritic that alters a word never is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_INVISIBLE = (0x00AD, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065),
              *range(0x2066, 0x206A), 0xFEFF)  # fmt: skip
_BLANKS = (0x0085, 0x00A0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
_CLEANED = (
    dict.fromkeys(_INVISIBLE)
    | dict.fromkeys(_BLANKS, " ")
    | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | str.maketrans("ÐƉðɖ", "ĐĐđđ")
    | dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣"), "-")
    | dict.fromkeys(map(ord, "“”„‟«»″❝❞"), '"')
    | dict.fromkeys(map(ord, "‘’‚‛′´`ʼ❛❜"), "'")
    | {ord("…"): "..."}
)
_CYRILLIC = str.maketrans("АВЕЅІЈКМНОРСТУХасеоріјѕухһԁ", "ABESIJKMHOPCTYXaceopijsyxhd")
_GREEK = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοντ", "ABEZHIKMNOPTYXovt")
_LOOK_ALIKES = {**_CYRILLIC, **_GREEK}

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_QUALITIES = "\u0302\u0306\u031b"
_TONE_BEFORE_QUALITY = re.compile(f"([{_TONES}]+)([{_QUALITIES}]+)")

_BLANK_RUNS = re.compile(r"\s+")
_LIST_NUMBER = re.compile(r"^\s*\d{1,3}[.)]\s+(?=\w)")
_SEPARATOR = re.compile(r"(?<=\d)\s*(-)\s*(?=\d)|(?<=\d)([.,/:])(?=\d)")
_WORDS = re.compile(r"\d+(?:[-.,/:]\d+)*|[^\W\d_]+|[^\w\s]|_", re.UNICODE)

ABBREVIATIONS = {
    "ubnd": "ủy ban nhân dân",
    "hđnd": "hội đồng nhân dân",
    "tthc": "thủ tục hành chính",
    "bhxh": "bảo hiểm xã hội",
    "bhyt": "bảo hiểm y tế",
    "bhtn": "bảo hiểm thất nghiệp",
    "dvc": "dịch vụ công",
    "gcn": "giấy chứng nhận",
}
"""Written out in keys: administrative abbreviations that have one reading only."""

_ONSETS = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx]"
_SYLLABLE = re.compile(rf"(?P<onset>{_ONSETS})?(?P<vowels>[aeiouyâêôăơư]+)(?P<coda>ch|ng|nh|[cmnpt])?")
_PREFIX = re.compile(r"^(?:thủ tục )+(?=\S)")
_LEVEL = r"cấp\s+(?:trung\s+ương|bộ|tỉnh|huyện|xã)"
_PLACE = r"(?:(?:thực hiện |áp dụng )?(?:tại|ở)\s+)?"
_SUFFIX = re.compile(
    rf"\s*(?:\(\s*{_PLACE}(?P<in>{_LEVEL}(?:\s*(?:,|;|/|-|và|hoặc)\s*{_LEVEL})*)\s*\)"
    rf"|\s-\s*(?P<after>{_LEVEL}))[\s.;,]*$"
)
_SUFFIX_NAMES = {
    "trung ương": "ministry",
    "bộ": "ministry",
    "tỉnh": "province",
    "huyện": "district",
    "xã": "commune",
}


@dataclass(frozen=True, slots=True)
class NameIdentity:
    """What a name says, without the levels that a suffix such as "(cấp tỉnh)" tells beside it."""

    key: str
    levels: frozenset[str] = frozenset()


@lru_cache(maxsize=50_000)
def canonical(raw: str) -> str:
    """The text as it is shown: composed letters, one kind of blank, dash and quote, Latin letters only."""
    text = raw.translate(_CLEANED)
    if not text.isascii():
        text = unicodedata.normalize("NFD", text).translate(_LOOK_ALIKES)
        text = _TONE_BEFORE_QUALITY.sub(r"\2\1", text)
        text = unicodedata.normalize("NFC", text)
    return _BLANK_RUNS.sub(" ", text).strip()


@lru_cache(maxsize=50_000)
def matching_key(text: str) -> str:
    """What is compared. Numbers keep their separators ("10,5" is not "105"), words their diacritics."""
    shown = _LIST_NUMBER.sub("", canonical(text))
    lowered = unicodedata.normalize("NFC", shown.casefold())
    joined = _SEPARATOR.sub(lambda found: found.group(1) or found.group(2), lowered)
    words = (_keyed(word) for word in _WORDS.findall(joined))
    return " ".join(word for word in words if word)


def squeezed_key(text: str) -> str:
    """The key without blanks, for words that a PDF broke: "gi ấy ch ứng nh ận"."""
    return matching_key(text).replace(" ", "")


def name_identity(name: str) -> NameIdentity:
    """The key without "thủ tục" before it and a level in brackets after it, and those levels."""
    shown = canonical(name)
    lowered = unicodedata.normalize("NFC", shown.casefold())
    found = _SUFFIX.search(lowered)
    levels: frozenset[str] = frozenset()
    if found and found.start() > 0:
        told = found.group("in") or found.group("after")
        levels = frozenset(level for word, level in _SUFFIX_NAMES.items() if re.search(rf"\b{word}\b", told))
        lowered = lowered[: found.start()]
    key = matching_key(lowered)
    return NameIdentity(_PREFIX.sub("", key), levels)


def name_key(name: str) -> str:
    """`name_identity(name).key`."""
    return name_identity(name).key


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Lower case without accents, for searching: "ho so" finds "hồ sơ"."""
    decomposed = unicodedata.normalize("NFD", canonical(text).casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare.replace("đ", "d"))


_ALPHABET = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", 100)}
_TONE_ORDER = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def sort_key(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Vietnamese alphabetical order: letters first, then tones."""
    letters: list[int] = []
    tones: list[int] = []
    for sign in unicodedata.normalize("NFD", canonical(text).casefold()):
        if sign in _TONE_ORDER and letters:
            tones[-1] = _TONE_ORDER[sign]
        elif unicodedata.combining(sign) and letters:
            whole = unicodedata.normalize("NFC", _last_letter(letters) + sign)
            letters[-1] = _ALPHABET.get(whole, letters[-1])
        else:
            letters.append(_ALPHABET.get(sign, ord(sign) if ord(sign) < 100 else ord(sign) + 200))
            tones.append(0)
    return tuple(letters), tuple(tones)


def excerpt(text: str, limit: int = 160) -> str:
    """At most `limit` signs, cut at a blank where one is near."""
    if len(text) <= limit:
        return text
    cut = text[: max(limit - 1, 0)]
    blank = cut.rfind(" ")
    return (cut[:blank] if blank > limit * 2 // 3 else cut).rstrip() + "…"


def _last_letter(letters: list[int]) -> str:
    return next((letter for letter, place in _ALPHABET.items() if place == letters[-1]), "")


@lru_cache(maxsize=100_000)
def _keyed(word: str) -> str:
    """One word of a key; empty for punctuation."""
    first = word[0]
    if not first.isalnum():
        meant = unicodedata.category(first)[0] == "S" or first in "%&@#*"
        return word if meant and first not in "^~|¨¯" else ""
    return ABBREVIATIONS.get(word) or _with_tone_in_place(word)


def _with_tone_in_place(word: str) -> str:
    """The word with its tone mark on the vowel where older spelling puts it (hòa, thủy)."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    tones = [sign for sign in decomposed if sign in _TONES]
    if len(tones) != 1:
        return word
    bare = unicodedata.normalize("NFC", decomposed.replace(tones[0], ""))
    place = _tone_place(bare)
    if place is None:
        return word
    return unicodedata.normalize("NFC", bare[: place + 1] + tones[0] + bare[place + 1 :])


def _tone_place(bare: str) -> int | None:
    """Index of the letter that carries the tone of a syllable without one; `None` when it is no syllable."""
    found = _SYLLABLE.fullmatch(bare)
    if found is None:
        return None
    start, vowels = found.start("vowels"), found.group("vowels")
    marked = [index for index, vowel in enumerate(vowels) if vowel in "âêôăơư"]
    if marked:
        return start + marked[-1]
    if len(vowels) == 1:
        return start
    if found.group("coda"):
        return start + len(vowels) - 1
    return start + (0 if len(vowels) == 2 else 1)
