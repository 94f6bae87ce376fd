"""Ways of writing the same text, and of making it say something else."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

# Ways of writing the same text. Each gives the text back unchanged where it has nothing to bite on.


def _tones(text: str, table: dict[str, str]) -> str:
    return re.sub("|".join(table), lambda found: table[found[0]], text)


_OLD_TONES = {
    "òa": "oà",
    "óa": "oá",
    "ỏa": "oả",
    "õa": "oã",
    "ọa": "oạ",
    "ủy": "uỷ",
    "úy": "uý",
    "ùy": "uỳ",
    "ụy": "uỵ",
}
"""Not before a further letter, where the mark stands on the second vowel in both spellings."""


def _older_tones(text: str) -> str:
    table = "|".join(_OLD_TONES)
    return re.sub(rf"({table})(?!\w)", lambda found: _OLD_TONES[found[1]], unicodedata.normalize("NFC", text))


def _newer_tones(text: str) -> str:
    back = {old: new for new, old in _OLD_TONES.items()}
    return re.sub(
        rf"(?<![qQgG])({'|'.join(back)})(?!\w)",
        lambda found: back[found[1]],
        unicodedata.normalize("NFC", text),
    )


def _swapped_marks(text: str) -> str:
    """Tone before quality: the order of marks that some keyboards type."""
    apart = unicodedata.normalize("NFD", text)
    return re.sub("([\u0302\u0306\u031b])([\u0300\u0301\u0303\u0309\u0323])", r"\2\1", apart)


def _cyrillic(text: str) -> str:
    return text.replace("a", "\u0430", 1).replace("o", "\u043e", 1)


def _in_the_middle(sign: str) -> Callable[[str], str]:
    def write(text: str) -> str:
        place = text.find(" ", len(text) // 2)
        return text if place < 0 else text[: place - 1] + sign + text[place - 1 :]

    return write


def _full_width(text: str) -> str:
    return re.sub(r"\d", lambda found: chr(ord(found[0]) + 0xFEE0), text)


WRITINGS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "small letters": str.lower,
    "each word capitalised": lambda text: " ".join(word[:1].upper() + word[1:] for word in text.split(" ")),
    "tones the older way": _older_tones,
    "tones the newer way": _newer_tones,
    "the look-alike Ð": lambda text: text.replace("Đ", "Ð").replace("đ", "ð"),
    "Cyrillic letters": _cyrillic,
    "dashes": lambda text: re.sub(r"(?<=\s)-(?=\s)", "–", text),
    "a hyphen that does not break": lambda text: re.sub(r"(?<=\w)-(?=\w)", "\u2011", text),
    "quotes": lambda text: (
        text.replace("“", '"').replace("”", '"') if "“" in text else text.replace('"', "”")
    ),
    "full-width digits": _full_width,
    "decomposed letters": lambda text: unicodedata.normalize("NFD", text),
    "marks in another order": _swapped_marks,
    "a blank that does not break": lambda text: text.replace(" ", "\u00a0", 2),
    "blanks doubled": lambda text: text.replace(" ", "  "),
    "a line break": lambda text: text.replace(" ", "\r\n", 1),
    "a tab": lambda text: text.replace(" ", "\t", 1),
    "a zero-width blank": _in_the_middle("\u200b"),
    "a soft hyphen": _in_the_middle("\u00ad"),
    "a full stop": lambda text: text + ".",
    "a blank and a full stop": lambda text: text + " .",
    "blanks around": lambda text: f" {text} ",
    "a mark of byte order": lambda text: "\ufeff" + text,
    "a number in front": lambda text: "1.\t" + text if text[:1].isalnum() else text,
}
"""In the order in which several of them are applied."""


def _procedure_in_front(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).casefold()
    return text if plain.startswith("thủ tục") else f"Thủ tục {text[:1].lower()}{text[1:]}"


OF_LONG_TEXTS = [key for key in WRITINGS if key != "a number in front"]
"""A long text stands behind its own label, where a number is part of what it says."""


def written_otherwise(dice: random.Random, text: str, *, long: bool = False, name: bool = False) -> str:
    """The text in one other writing, or in up to four at once."""
    chosen = dice.sample(OF_LONG_TEXTS if long else list(WRITINGS), dice.choice((1, 1, 2, 3, 4)))
    for key in (key for key in WRITINGS if key in chosen):
        text = WRITINGS[key](text)
    if name and dice.random() < 0.1 and "a number in front" not in chosen:
        text = _procedure_in_front(text)
    return text


# Ways of making it say something else.

_SIGNS = "áàảãạế ềểệố ồổộấ ầẩậí ịó ú ờởợư ô ơ â ".replace(" ", "")
_OTHERS = "àảãạáề ểệếồ ổộốầ ẩậấị ìò ụ ởợờu o o a ".replace(" ", "")
_OTHER_TONE = dict(zip(_SIGNS, _OTHERS, strict=True))


def one_diacritic(dice: random.Random, text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    places = [place for place, sign in enumerate(text) if sign in _OTHER_TONE]
    if not places:
        return text + " mới"
    place = dice.choice(places)
    return text[:place] + _OTHER_TONE[text[place]] + text[place + 1 :]


def one_digit(dice: random.Random, text: str) -> str:
    """Not of the number of a list in front, which says nothing of the thing."""
    number = re.match(r"\s*\d{1,3}[.)]\s", text)
    start = number.end() if number else 0
    places = [place.start() for place in re.finditer(r"[1-8]", text) if place.start() >= start]
    if not places:
        return one_diacritic(dice, text)
    place = dice.choice(places)
    return text[:place] + str(int(text[place]) + 1) + text[place + 1 :]


def one_word_more(dice: random.Random, text: str) -> str:
    words = text.split(" ")
    words.insert(dice.randint(1, len(words)), dice.choice(("không", "chưa", "lại", "bổ sung", "lần hai")))
    return " ".join(words)


def said_otherwise(dice: random.Random, text: str) -> str:
    return dice.choice((one_diacritic, one_digit, one_word_more))(dice, text)
