"""Values of the views in Vietnamese words, from the JSON that `value_text` wrote."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from procedures.attributes import ATTRIBUTES_BY_NAME, ValueType
from procedures.finding_kinds import FINDING_KINDS
from procedures.model import Paper
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from procedures.values.levels import level_label, online_label
from procedures.wording.words import ATTRIBUTE_LABELS, excerpt
from procedures.workbook_layout.catalogue_columns import (
    DECENTRALISATION_LABELS,
    STATE_LABELS,
    WAY_LABELS,
    YES_NO_LABELS,
    fee_text,
    paper_text,
    time_text,
)

MAX_VALUE_LENGTH = 300
"""The most characters of each value in a line about a change."""


def value_in_words(attribute: str | None, text: str | None) -> str:
    """Return the value in words; a text that is not a value of that attribute is returned as it is."""
    if text is not None and attribute not in _PUT_IN_WORDS:
        return text
    return "; ".join(_parts(attribute, text))


def side_value_in_words(kind: str, attribute: str | None, text: str | None) -> str:
    """Return one side's value of a finding in words; some kinds concern another thing than `attribute`."""
    if kind == "incomplete_record" and text:
        return "thiếu: " + ", ".join(ATTRIBUTE_LABELS.get(part, part) for part in _text_items(text))
    return value_in_words(ATTRIBUTE_OF_KIND.get(kind, attribute), text)


def change_in_words(attribute: str | None, old: str | None, new: str | None) -> tuple[str, str]:
    """Return both values in words, of lists only the items that differ."""
    before, after = _parts(attribute, old), _parts(attribute, new)
    if _type(attribute) in _ITEMS and before and after:
        removed = [part for part in before if part not in after]
        added = [part for part in after if part not in before]
        if removed or added:
            before, after = removed, added
    return "; ".join(before) or "—", "; ".join(after) or "—"


def change_words(attribute: str | None, old: str | None, new: str | None) -> str:
    """Return a change in one line: "25 ngày → 20 ngày", "thêm: Bản sao"; long texts are cut short."""
    before, after = (excerpt(text, MAX_VALUE_LENGTH) for text in change_in_words(attribute, old, new))
    if _type(attribute) in _ITEMS and old and new and "—" in (before, after):
        return f"thêm: {after}" if before == "—" else f"bỏ: {before}"
    return f"{before} → {after}"


def group_ways(attribute: str | None, text: str) -> str:
    """Return times or fees in words, equal ones once: "60 ngày làm việc (Trực tiếp, Trực tuyến)"."""
    if _type(attribute) not in (ValueType.TIMES, ValueType.FEES):
        return text
    ways = ways_by_value(text.split("; "))
    return "; ".join(f"{value} ({', '.join(names)})" if names else value for value, names in ways.items())


def ways_by_value(items: Iterable[str]) -> dict[str, list[str]]:
    """Return the ways of submission that have each time or fee; none where the item names no way."""
    ways: dict[str, list[str]] = {}
    for item in items:
        way, separator, value = item.partition(": ")
        if separator and way in WAY_LABELS.values():
            ways.setdefault(value, []).append(way)
        else:
            ways.setdefault(item, [])
    return ways


def items_in_words(kind: str, attribute: str | None, text: str | None) -> list[str]:
    """Return the items of one side's value of a finding in words; a value that is no list is one item."""
    return _parts(ATTRIBUTE_OF_KIND.get(kind, attribute), text)


def value_items(attribute: str | None, text: str | None) -> list[str]:
    """Return the items of an attribute's value in words; a value that is no list is one item."""
    return _parts(attribute, text)


ATTRIBUTE_OF_KIND: Mapping[str, str] = {
    each.kind.value: each.attribute for each in FINDING_KINDS if each.attribute is not None
}
"""Kinds of findings that always concern one attribute, some without naming it."""


def _parts(attribute: str | None, text: str | None) -> list[str]:
    if text is None:
        return []
    try:
        kind = _type(attribute)
        if kind in _ITEMS and text.startswith("["):
            values = [_ITEMS[kind](item) for item in json.loads(text)]
            return list(dict.fromkeys(value for value in values if value))
        if kind in _SINGLE:
            return [_SINGLE[kind](text)]
    except (ValueError, TypeError, KeyError, AttributeError):
        return _text_items(text)
    return [text]


def _type(attribute: str | None) -> ValueType | None:
    declared = ATTRIBUTES_BY_NAME.get(attribute or "")
    return declared.type if declared else None


def _text_items(text: str) -> list[str]:
    """Return the items of an array of texts (codes, say), or the text itself."""
    if not text.startswith("["):
        return [text]
    try:
        values = json.loads(text)
    except ValueError:
        return [text]
    plain = isinstance(values, list) and all(isinstance(value, str) for value in values)
    return values if plain else [text]


_ITEMS: Mapping[ValueType | None, Callable[[Any], str]] = {
    ValueType.LEVELS: level_label,
    ValueType.WAYS: lambda way: WAY_LABELS[way],
    ValueType.TIMES: lambda value: time_text(ProcessingTime.from_json(value)),
    ValueType.FEES: lambda value: fee_text(Fee.from_json(value)),
    ValueType.PAPERS: lambda value: paper_text(Paper(**value)),
    ValueType.TEXTS: str,
    ValueType.LINES: str,
}
"""For values that are lists: how to put an item in words."""

_SINGLE: Mapping[ValueType | None, Callable[[str], str]] = {
    ValueType.ONLINE_LEVEL: online_label,
    ValueType.STATE: lambda state: STATE_LABELS.get(state, state),
    ValueType.YES_NO: lambda text: YES_NO_LABELS[json.loads(text)],
    ValueType.DECENTRALISATION: lambda state: DECENTRALISATION_LABELS[state],
    ValueType.DATE: lambda text: f"{date.fromisoformat(text):%d/%m/%Y}",
}

_PUT_IN_WORDS = frozenset(
    name for name, attribute in ATTRIBUTES_BY_NAME.items() if attribute.type in (*_ITEMS, *_SINGLE)
)
"""Attributes whose values are other words than their texts."""
