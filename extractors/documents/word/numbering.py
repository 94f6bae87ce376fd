"""Numbers that Word generates: "1.", "II.", "Điều 3." are not in the text, only in list definitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 20
"""Base styles that are followed."""
_LARGEST = 3_999


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its first number, its form, and the text around the number."""

    start: int = 1
    form: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and the current number of each."""

    lists: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, Mapping[int, Level]] = field(default_factory=dict)
    restarts: Mapping[tuple[str, int], int] = field(default_factory=dict)
    styles: Mapping[str, tuple[str | None, int | None, str | None]] = field(default_factory=dict)
    """Style → (list, level, style that it is based on)."""
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def label(self, number: str | None, level: int | None, style: str | None) -> str:
        """Return the label of the next paragraph of a list, empty where it is in none."""
        number, level = self._own(number, level, style)
        if number is None or number == "0" or number not in self.lists:
            return ""
        family = self.lists[number]
        levels = self.levels.get(family, {})
        definition = levels.get(level)
        if definition is None:
            return ""
        counts = self._counts.setdefault(family, {})
        if number not in self._begun:
            self._begun.add(number)
            for (listed, at), start in self.restarts.items():
                if listed == number:
                    counts[at] = start - 1
        counts[level] = counts.get(level, definition.start - 1) + 1
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        return _written(definition, level, levels, counts)

    def _own(self, number: str | None, level: int | None, style: str | None) -> tuple[str | None, int]:
        for _ in range(_DEEPEST):
            if style is None or (number is not None and level is not None):
                break
            listed, depth, style = self.styles.get(style, (None, None, None))
            number = listed if number is None else number
            level = depth if level is None else level
        return number, level or 0


def read_numbering(numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
    """Return the lists that `numbering.xml` and `styles.xml` define."""
    lists: dict[str, str] = {}
    levels: dict[str, dict[int, Level]] = {}
    restarts: dict[tuple[str, int], int] = {}
    for each in numbering if numbering is not None else ():
        if each.tag == f"{W}abstractNum":
            levels[_value(each, "abstractNumId")] = dict(map(_level, each.findall(f"{W}lvl")))
        elif each.tag == f"{W}num":
            family = each.find(f"{W}abstractNumId")
            number = _value(each, "numId")
            if family is not None:
                lists[number] = _value(family, "val")
            for override in each.findall(f"{W}lvlOverride"):
                start = override.find(f"{W}startOverride")
                if start is not None:
                    restarts[number, _whole(_value(override, "ilvl"))] = _whole(_value(start, "val"), 1)
    return Numbering(lists, levels, restarts, dict(_styles(styles)))


def _styles(styles: etree._Element | None) -> list[tuple[str, tuple[str | None, int | None, str | None]]]:
    styles_by_id = []
    for style in styles.findall(f"{W}style") if styles is not None else ():
        based = style.find(f"{W}basedOn")
        number, level = list_of(style.find(f"{W}pPr"))
        styles_by_id.append(
            (_value(style, "styleId"), (number, level, None if based is None else _value(based, "val")))
        )
    return styles_by_id


def list_of(properties: etree._Element | None) -> tuple[str | None, int | None]:
    """Return the list and the level that a paragraph's properties name."""
    listed = None if properties is None else properties.find(f"{W}numPr")
    if listed is None:
        return None, None
    number, level = listed.find(f"{W}numId"), listed.find(f"{W}ilvl")
    return (
        None if number is None else _value(number, "val"),
        None if level is None else _whole(_value(level, "val")),
    )


def _level(level: etree._Element) -> tuple[int, Level]:
    start, form, text = (level.find(f"{W}{name}") for name in ("start", "numFmt", "lvlText"))
    return _whole(_value(level, "ilvl")), Level(
        1 if start is None else _whole(_value(start, "val"), 1),
        "decimal" if form is None else _value(form, "val"),
        "" if text is None else _value(text, "val"),
    )


def _written(definition: Level, level: int, levels: Mapping[int, Level], counts: Mapping[int, int]) -> str:
    if definition.form == "bullet":
        return "-"
    text = definition.text
    for at in range(level + 1):
        form = levels[at].form if at in levels else "decimal"
        start = levels[at].start if at in levels else 1
        text = text.replace(f"%{at + 1}", _number(counts.get(at, start), form))
    return text


def _number(number: int, form: str) -> str:
    match form:
        case "none":
            return ""
        case "decimalZero":
            return f"{number:02d}"
        case "upperRoman" | "lowerRoman" if 0 < number <= _LARGEST:
            return _roman(number) if form == "upperRoman" else _roman(number).lower()
        case "upperLetter" | "lowerLetter" if number > 0:
            letter = chr(ord("A") + (number - 1) % 26) * min((number - 1) // 26 + 1, 4)
            return letter if form == "upperLetter" else letter.lower()
    return str(number)


def _roman(number: int) -> str:
    written = ""
    for value, letters in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
        (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        written += letters * (number // value)
        number %= value
    return written


def _value(element: etree._Element, name: str) -> str:
    return str(element.get(f"{W}{name}", ""))


def _whole(text: str, otherwise: int = 0) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else otherwise
