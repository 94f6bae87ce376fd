"""Three levels of text identity: raw (as received), canonical (as shown), matching key (as compared).

Canonical text is free of what a keyboard, a portal or a PDF inserted by accident. The key is equal for two
texts of the same meaning: case, tone placement, punctuation and known abbreviations are removed from it,
a digit, a negation or a diacritic that alters a word never is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_INVISIBLE = (
    *(0x00AD, 0x034F, 0x061C, 0x180E, 0xFEFF),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x206A),
    *range(0xFE00, 0xFE10),
    *(0xFFFE, 0xFFFF),  # no character at all, and no cell of a workbook can hold it
)
_CONTROLS = (code for code in (*range(0x20), *range(0x7F, 0xA0)) if not chr(code).isspace())
_CLEANING = (
    dict.fromkeys((*_INVISIBLE, *_CONTROLS))
    | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | str.maketrans("ÐƉðɖ", "ĐĐđđ")
    | dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
    | dict.fromkeys(map(ord, "“”„‟«»″❝❞＂"), '"')
    | dict.fromkeys(map(ord, "‘’‚‛′´`ʼ❛❜＇｀"), "'")
    | {ord("…"): "..."}
)

_CYRILLIC = str.maketrans("АВЕЅІЈКМНОРСТУХҺасеоріјѕухһ", "ABESIJKMHOPCTYXHaceopijsyxh")
_GREEK = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧον", "ABEZHIKMNOPTYXov")
_LOOK_ALIKES = _CYRILLIC | _GREEK
_AMONG_LATIN = _LOOK_ALIKES | str.maketrans("вкмнт", "bkmht")
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_OTHER_ALPHABETS = "\u0370-\u03ff\u0400-\u052f"
_OTHER_LETTER = re.compile(f"[{_OTHER_ALPHABETS}]")
_LATIN_LETTER = re.compile(f"[{_LATIN}]")
_MIXED_WORD = re.compile(f"[{_LATIN}\u0300-\u036f{_OTHER_ALPHABETS}]+")

_VIETNAMESE = "".join(
    dict.fromkeys(
        letter
        for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
        for letter in unicodedata.normalize("NFC", base + tone)
    )
)
_CLEAN_LETTERS = f"\\t\\n\\r -_a-~đĐ{_VIETNAMESE}"
_CLEAN = re.compile(f"[{_CLEAN_LETTERS}]*")
_UNCLEAN = re.compile(f"[^{_CLEAN_LETTERS}]")
_SEPARATE = {
    chr(code): chr(code).translate(_CLEANING)
    for code in _CLEANING
    if unicodedata.is_normalized("NFD", chr(code))
}
_SEPARATE |= dict.fromkeys("\xa0\u2002\u2003\u2009\u202f\u3000", " ")
"""Characters that become the same beside any clean letter, which saves composing the whole text."""

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_QUALITIES = "\u0302\u0306\u031b"
_TONE_BEFORE_QUALITY = re.compile(f"([{_TONES}]+)([{_QUALITIES}]+)")

_LETTER = r"[^\W\d_]"
_LIST_NUMBER = re.compile(rf"^\d{{1,3}}[.)](?: (?=[ .:;\"'(-]{{0,3}}{_LETTER})|(?=[.]? ?{_LETTER}{{2}}))")
_RANGE = re.compile(r"(?<=\d) ?- ?(?=\d)")
_WORDS = re.compile(rf"\d+(?:[-.,/:]\d+)*|{_LETTER}+|[^\w\s]")

ABBREVIATIONS = {
    "ubnd": "ủy ban nhân dân",
    "hđnd": "hội đồng nhân dân",
    "tthc": "thủ tục hành chính",
    "bhxh": "bảo hiểm xã hội",
    "bhyt": "bảo hiểm y tế",
    "bhtn": "bảo hiểm thất nghiệp",
    "dvc": "dịch vụ công",
    "gcn": "giấy chứng nhận",
    "tw": "trung ương",
}
"""Administrative abbreviations with one meaning only, written out in keys."""

_MEANINGFUL = frozenset("%‰&@#*")
_MEANINGLESS = frozenset("^~|¨¯▪▫●○◦◆◇◊►▶▸❖➢➤✦☞")
"""Characters that are not punctuation in Unicode, but mark items of lists."""

_BLANK_IN_WORDS = re.compile(r"(?<!\d) | (?!\d)")
_VOWEL = re.compile(f"([aeiouy][{_QUALITIES}]*)([{_TONES}]*)")
_VOWEL_RUN = re.compile(f"(?:[aeiouy][{_QUALITIES}]*[{_TONES}]*){{2,}}")
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")

_ONSETS = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx]"
_SYLLABLE = re.compile(rf"(?P<onset>{_ONSETS})?(?P<vowels>[aeiouyâêôăơư]+)(?P<coda>ch|ng|nh|[cmnpt])?")
_PREFIX = re.compile(r"^(?:thủ tục (?:hành chính )?)+(?=\S)")
_LEVEL = r"cấp (?:trung ương|tw|bộ|tỉnh|huyện|xã)\b"
_PLACE = r"(?:(?:thực hiện |áp dụng )?(?:tại|ở) )?"
_OWN_CODE = r"(?P<code> ?\( ?[1-9]\.\d{6} ?\))?"
_SUFFIX = re.compile(
    rf" ?\( ?{_PLACE}(?P<in>{_LEVEL}(?:(?: ?[,;/-] ?| và | hoặc ){_LEVEL})*) ?\){_OWN_CODE}[ .;,]*$"
    rf"| ?- ?(?P<after>{_LEVEL})[ .;,]*$"
)
_ENDS_IN_LEVEL = re.compile(rf"{_LEVEL}$")
_SUFFIX_NAMES = {
    "trung ương": "ministry",
    "tw": "ministry",
    "bộ": "ministry",
    "tỉnh": "province",
    "huyện": "district",
    "xã": "commune",
}


@dataclass(frozen=True, slots=True)
class NameIdentity:
    """A name's key, without the levels that a suffix such as "(cấp tỉnh)" adds to it."""

    key: str
    levels: frozenset[str] = frozenset()


def canonical(raw: str) -> str:
    """Return the text as it is shown: composed letters, one kind of blank, dash and quote.

    Idempotent. Invisible and control characters are removed; a word in another alphabet stays.
    """
    if not _CLEAN.fullmatch(raw):
        strange = set(_UNCLEAN.findall(raw))
        if not strange <= _SEPARATE.keys():
            raw = unicodedata.normalize("NFC", raw)
            strange = set(_UNCLEAN.findall(raw))
            if not strange <= _SEPARATE.keys():
                return " ".join(_composed(raw.translate(_CLEANING)).split())
        for character in strange:
            raw = raw.replace(character, _SEPARATE[character])
    return _with_single_blanks(raw)


def _with_single_blanks(clean: str) -> str:
    """Return `" ".join(clean.split())` of a text of clean letters, most of which need nothing replaced."""
    for blank in "\n\r\t":
        clean = clean.replace(blank, " ")
    while "  " in clean:
        clean = clean.replace("  ", " ")
    return clean.strip(" ")


def matching_key(text: str) -> str:
    """Return the key to compare. Numbers keep separators ("10,5" is not "105"), words diacritics.

    Idempotent. Removed are case, the place of tone marks, punctuation outside numbers, a list number ("1. ");
    `ABBREVIATIONS` are written out.
    """
    return _key(text) if len(text) > _LONGEST_CACHED else _cached_key(text)


def squeezed_key(text: str) -> str:
    """Return the key without blanks, for words that a PDF broke: "gi ấy ch ứng nh ận".

    A blank between two numbers stays ("10 5" is not "105"). A break may split the vowels of a syllable, so
    each tone is put on the last possible vowel: "ho à" is "hòa".
    """
    joined = _BLANK_IN_WORDS.sub("", matching_key(text))
    if joined.isascii():
        return joined
    apart = _TONE_BEFORE_QUALITY.sub(r"\2\1", unicodedata.normalize("NFD", joined))
    return unicodedata.normalize("NFC", _VOWEL_RUN.sub(_with_late_tones, apart))


def name_identity(name: str) -> NameIdentity:
    """Return the key without "thủ tục" before it and without a level such as "(cấp tỉnh)" after it.

    Only a bare level is split off ("(cấp tỉnh)", "- cấp Trung ương"), never a bracket with
    more ("(thuộc thẩm quyền của UBND cấp tỉnh)"), and never all of the name. A code in brackets stays.
    """
    return _name_identity(name) if len(name) > _LONGEST_CACHED else _cached_name(name)


def name_key(name: str) -> str:
    """Return `name_identity(name).key`."""
    return name_identity(name).key


def fold(text: str) -> str:
    """Return lower case without accents, for searching: "ho so" finds "hồ sơ"."""
    decomposed = unicodedata.normalize("NFD", canonical(canonical(text).casefold()))
    bare = decomposed if decomposed.isascii() else _ACCENTS.sub("", decomposed).replace("đ", "d")
    return canonical(bare)


_ALPHABET = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", 100)}
_TONE_ORDER = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def sort_key(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return a key for Vietnamese alphabetical order: letters first, then tones."""
    letters: list[int] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFD", canonical(text).casefold()):
        if char in _TONE_ORDER and letters:
            tones[-1] = _TONE_ORDER[char]
        elif unicodedata.combining(char) and letters:
            whole = unicodedata.normalize("NFC", _last_letter(letters) + char)
            letters[-1] = _ALPHABET.get(whole, letters[-1])
        else:
            letters.append(_ALPHABET.get(char, ord(char) if ord(char) < 100 else ord(char) + 200))
            tones.append(0)
    return tuple(letters), tuple(tones)


def _composed(text: str) -> str:
    """Compose Latin letters of cleaned text from marks in any order and look-alikes of other alphabets."""
    decomposed = unicodedata.normalize("NFD", text)
    if _OTHER_LETTER.search(decomposed):
        decomposed = _MIXED_WORD.sub(_in_latin, decomposed)
    return unicodedata.normalize("NFC", _TONE_BEFORE_QUALITY.sub(r"\2\1", decomposed))


def _in_latin(found: re.Match[str]) -> str:
    """Return a word in Latin letters, when it has some or nothing but look-alikes: "Россия" stays."""
    word = found.group()
    if _LATIN_LETTER.search(word):
        return word.translate(_AMONG_LATIN)
    latin = word.translate(_LOOK_ALIKES)
    return word if _OTHER_LETTER.search(latin) else latin


def _with_late_tones(found: re.Match[str]) -> str:
    """Return a run of vowels with its tones, in their order, on the last of them."""
    vowels, tones = zip(*_VOWEL.findall(found.group()), strict=True)
    all_tones = "".join(tones)
    late = len(vowels) - len(all_tones)
    if late < 0:
        return found.group()
    return "".join(vowels[:late]) + "".join(map("".join, zip(vowels[late:], all_tones, strict=True)))


def _lower_case(text: str) -> str:
    lowered = text.casefold()
    return lowered if _CLEAN.fullmatch(lowered) else canonical(lowered)


def _key(text: str) -> str:
    lowered = _RANGE.sub("-", _LIST_NUMBER.sub("", _lower_case(canonical(text))))
    return " ".join(filter(None, map(_key_word, _WORDS.findall(lowered))))


def _name_identity(name: str) -> NameIdentity:
    lowered = _lower_case(canonical(name))
    levels: set[str] = set()
    while cut := _find_suffix(lowered):
        lowered = lowered[: cut.start()] + (cut["code"] or "")
        suffix = cut["in"] or cut["after"]
        levels.update(level for word, level in _SUFFIX_NAMES.items() if f"cấp {word}" in suffix)
    return NameIdentity(_PREFIX.sub("", _key(lowered)), frozenset(levels))


def _find_suffix(lowered: str) -> re.Match[str] | None:
    """Return a level after the name; `None` when nothing would be left, or when it ends a range of levels."""
    found = _SUFFIX.search(lowered)
    if found is None or not _key(lowered[: found.start()]):
        return None
    ends_a_range = found["after"] and _ENDS_IN_LEVEL.search(lowered[: found.start()])
    return None if ends_a_range else found


_LONGEST_CACHED = 400
"""Characters beyond which keys are not cached: tens of thousands of long texts would fill the memory."""
_cached_key = lru_cache(maxsize=1 << 15)(_key)
_cached_name = lru_cache(maxsize=1 << 15)(_name_identity)


def _last_letter(letters: list[int]) -> str:
    return next((letter for letter, place in _ALPHABET.items() if place == letters[-1]), "")


@lru_cache(maxsize=100_000)
def _key_word(word: str) -> str:
    """Return one word of a key; empty for punctuation."""
    if not word[0].isalnum():
        is_symbol = word in _MEANINGFUL or unicodedata.category(word)[0] in "SM"
        return word if is_symbol and word not in _MEANINGLESS else ""
    return ABBREVIATIONS.get(word) or _with_tone_in_place(word)


def _with_tone_in_place(word: str) -> str:
    """Return the word with its tone mark on the vowel where older spelling puts it (hòa, thủy)."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    tones = [char for char in decomposed if char in _TONES]
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
