"""The names of the real records kept in the tree, and ways to retype them that mean the same."""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "portals" / "data"
LEVEL_FLAGS = ("isMinistry", "isProvince", "isWard", "isOtherAgency")

Retyping = Callable[[str], str]


@cache
def records() -> tuple[dict[str, Any], ...]:
    """Every record of the five ministries, as the portal sends it."""
    found: list[dict[str, Any]] = []
    for source in ("national", "noivu"):
        with gzip.open(DATA / f"{source}.jsonl.gz", "rt", encoding="utf-8") as lines:
            found.extend(json.loads(line) for line in lines)
    return tuple(found)


@cache
def names() -> tuple[str, ...]:
    return tuple(record["name"] for record in records())


def executing_levels(record: dict[str, Any]) -> frozenset[str]:
    return frozenset(flag for flag in LEVEL_FLAGS if record[flag])


TONES = "\u0300\u0301\u0303\u0309\u0323"
_OPEN = r"(?![a-zA-Z\u0302\u0306\u031b])"
_ON_LAST = re.compile(rf"(?<![qQ])(?:(o)([ae])|(u)(y))([{TONES}]){_OPEN}", re.IGNORECASE)
_ON_FIRST = re.compile(rf"(?:(o)([{TONES}])([ae])|(u)([{TONES}])(y)){_OPEN}", re.IGNORECASE)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def tone_on_first_vowel(name: str) -> str:
    """hòa, khỏe, thủy; quý stays."""
    return _composed(_ON_LAST.sub(r"\1\3\5\2\4", _decomposed(name)))


def tone_on_last_vowel(name: str) -> str:
    """hoà, khoẻ, thuỷ."""
    return _composed(_ON_FIRST.sub(r"\1\4\3\6\2\5", _decomposed(name)))


def tones_before_qualities(name: str) -> str:
    """Marks as some keyboards send them: e, acute, circumflex for ế."""
    return re.sub(rf"([\u0302\u0306\u031b])([{TONES}])", r"\2\1", _decomposed(name))


def dots_after_qualities(name: str) -> str:
    return re.sub("\u0323([\u0302\u0306])", "\\1\u0323", _decomposed(name))


def every_other(name: str, sign: str) -> str:
    """`sign` typed between letters throughout."""
    return sign.join(name[start : start + 3] for start in range(0, len(name), 3))


def swapping(signs: str, others: str) -> Retyping:
    return lambda name: name.translate(str.maketrans(signs, others))


RETYPINGS: dict[str, Retyping] = {
    "decomposed letters": _decomposed,
    "composed letters": _composed,
    "tones typed before the quality marks": tones_before_qualities,
    "dots typed after the quality marks": dots_after_qualities,
    "tone on the first vowel": tone_on_first_vowel,
    "tone on the last vowel": tone_on_last_vowel,
    "no-break spaces": lambda name: name.replace(" ", "\u00a0"),
    "narrow and wide spaces": lambda name: name.replace(" ", "\u202f\u3000"),
    "double blanks": lambda name: name.replace(" ", "  "),
    "line breaks": lambda name: name.replace(" ", "\r\n", 3),
    "tabs": lambda name: name.replace(" ", "\t"),
    "blanks around": lambda name: f" \t{name} \n",
    "zero-width spaces": lambda name: every_other(name, "\u200b"),
    "soft hyphens": lambda name: every_other(name, "\u00ad"),
    "word joiners and direction marks": lambda name: every_other(name, "\u2060\u200e"),
    "a byte order mark": lambda name: "\ufeff" + name,
    "control characters": lambda name: every_other(name, "\x02"),
    "upper case": str.upper,
    "lower case": str.lower,
    "title case": str.title,
    "Icelandic eth for đ": swapping("Đđ", "Ðð"),
    "African d for Đ": swapping("Đ", "Ɖ"),
    "Cyrillic look-alikes": swapping("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ"),
    "Greek look-alikes": swapping("oABEHIKMNOPTX", "οΑΒΕΗΙΚΜΝΟΡΤΧ"),
    "long dashes": swapping("-", "–"),
    "longer dashes": swapping("-–", "——"),
    "no-break hyphens": swapping("-", "\u2011"),
    "minus signs": swapping("-", "\u2212"),
    "curly quotes": lambda name: re.sub('"([^"]*)"', "“\\1”", name),
    "straight quotes": swapping("“”", '""'),
    "angle quotes": swapping("“”", "«»"),
    "full-width digits": swapping("0123456789", "０１２３４５６７８９"),
    "full-width brackets": swapping("(),;:", "（），；："),
    "a full stop at the end": lambda name: name + ".",
    "a full stop after a blank": lambda name: name + " .",
    "a semicolon at the end": lambda name: name + ";",
    "an ellipsis at the end": lambda name: name + "…",
    "a list number in front": lambda name: "1.\t" + name,
    "a list number without a blank": lambda name: "12." + name,
    "a list number with a bracket": lambda name: "7) " + name,
    "no commas": lambda name: re.sub(r",(?=\s)", "", name),
    "semicolons for commas": lambda name: re.sub(r",(?=\s)", ";", name),
    "slashes between blanks": lambda name: re.sub(r"(?<=[^\W\d])/(?=[^\W\d])", " / ", name),
    "the committee written out": lambda name: re.sub(r"\bUBND\b", "Uỷ ban nhân dân", name),
    "the committee abbreviated": lambda name: re.sub(r"\b[UỦ]ỷ? ban nhân dân\b", "UBND", name),
}
"""Each says what it does; none changes what a name means."""

NAME_RETYPINGS: dict[str, Retyping] = {
    "thủ tục in front": lambda name: "Thủ tục " + name,
    "thủ tục in capitals in front": lambda name: "THỦ TỤC " + name,
    "thủ tục hành chính in front": lambda name: "Thủ tục hành chính " + name,
    "TTHC in front": lambda name: "TTHC: " + name,
    "a list number and thủ tục in front": lambda name: "3. Thủ tục: " + name,
}
"""The same for names as identities; `matching_key` hears these."""
