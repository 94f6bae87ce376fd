"""Values of the views in words people read: what `value_text` wrote as JSON, told in Vietnamese."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from procedures.attributes import BY_NAME, ValueType
from procedures.durations import ProcessingTime
from procedures.fees import Fee
from procedures.finding_kinds import FINDING_KINDS
from procedures.levels import level_label, online_label
from procedures.model import Paper
from procedures.text import excerpt
from procedures.wording.words import ATTRIBUTES
from procedures.workbook_layout.catalogue_columns import (
    DECENTRALISATION,
    STATES,
    WAYS,
    YES_NO,
    fee_text,
    paper_text,
    time_text,
)

SHOWN = 300
"""So many signs of each value stand in a line about a change."""


def readable(attribute: str | None, text: str | None) -> str:
    """The value in words; a text that is no value of that attribute is given back as it is."""
    return "; ".join(_parts(attribute, text))


def readable_side(kind: str, attribute: str | None, text: str | None) -> str:
    """What one side of a finding says, in words; some kinds speak of another thing than `attribute`."""
    if kind == "incomplete_record" and text:
        return "thiếu: " + ", ".join(ATTRIBUTES.get(part, part) for part in _listed(text))
    return readable(SPEAKS_OF.get(kind, attribute), text)


def readable_change(attribute: str | None, old: str | None, new: str | None) -> tuple[str, str]:
    """Both values in words, of lists only the items that differ."""
    before, after = _parts(attribute, old), _parts(attribute, new)
    if _type(attribute) in _ITEMS and before and after:
        gone = [part for part in before if part not in after]
        come = [part for part in after if part not in before]
        if gone or come:
            before, after = gone, come
    return "; ".join(before) or "—", "; ".join(after) or "—"


def change_words(attribute: str | None, old: str | None, new: str | None) -> str:
    """A change in one line: "25 ngày → 20 ngày", "thêm: Bản sao"; long texts are cut short."""
    before, after = (excerpt(text, SHOWN) for text in readable_change(attribute, old, new))
    if _type(attribute) in _ITEMS and old and new and "—" in (before, after):
        return f"thêm: {after}" if before == "—" else f"bỏ: {before}"
    return f"{before} → {after}"


def gathered(attribute: str | None, text: str) -> str:
    """Times or fees in words, equal ones told once: "60 ngày làm việc (Trực tiếp, Trực tuyến)"."""
    if _type(attribute) not in (ValueType.TIMES, ValueType.FEES):
        return text
    ways: dict[str, list[str]] = {}
    for part in text.split("; "):
        way, told, value = part.partition(": ")
        if told and way in WAYS.values():
            ways.setdefault(value, []).append(way)
        else:
            ways.setdefault(part, [])
    return "; ".join(f"{value} ({', '.join(its)})" if its else value for value, its in ways.items())


SPEAKS_OF: Mapping[str, str] = {
    each.kind.value: each.attribute for each in FINDING_KINDS if each.attribute is not None
}
"""Kinds of findings that always are about one attribute, some without naming it."""


def _parts(attribute: str | None, text: str | None) -> list[str]:
    if text is None:
        return []
    try:
        kind = _type(attribute)
        if kind in _ITEMS:
            values = [_ITEMS[kind](item) for item in json.loads(text)]
            return list(dict.fromkeys(value for value in values if value))
        if kind in _SINGLE:
            return [_SINGLE[kind](text)]
    except (ValueError, TypeError, KeyError, AttributeError):
        return _listed(text)
    return [text]


def _type(attribute: str | None) -> ValueType | None:
    declared = BY_NAME.get(attribute or "")
    return declared.type if declared else None


def _listed(text: str) -> list[str]:
    """The items of an array of texts (codes, say), or the text itself."""
    try:
        values = json.loads(text)
    except ValueError:
        return [text]
    plain = isinstance(values, list) and all(isinstance(value, str) for value in values)
    return values if plain else [text]


_ITEMS: Mapping[ValueType | None, Callable[[Any], str]] = {
    ValueType.LEVELS: level_label,
    ValueType.WAYS: lambda way: WAYS[way],
    ValueType.TIMES: lambda value: time_text(ProcessingTime.from_json(value)),
    ValueType.FEES: lambda value: fee_text(Fee.from_json(value)),
    ValueType.PAPERS: lambda value: paper_text(Paper(**value)),
    ValueType.TEXTS: str,
    ValueType.LINES: str,
}
"""Of values that are lists: what each item is in words."""

_SINGLE: Mapping[ValueType | None, Callable[[str], str]] = {
    ValueType.ONLINE_LEVEL: online_label,
    ValueType.STATE: lambda state: STATES.get(state, state),
    ValueType.YES_NO: lambda text: YES_NO[json.loads(text)],
    ValueType.DECENTRALISATION: lambda state: DECENTRALISATION[state],
    ValueType.DATE: lambda text: f"{date.fromisoformat(text):%d/%m/%Y}",
}
