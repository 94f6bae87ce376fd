"""A record that was turned away, in words: what of it has a label, without the names of its fields."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from procedures.wording.readable_values import value_in_words
from procedures.wording.words import ATTRIBUTE_LABELS


def record_lines(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and value of each attribute that a record states; a group of rows gives all its rows."""
    return [line for part in _parts(record) for line in _lines(part)]


def _parts(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the rows that a finding about a file names, or the record itself."""
    evidence = record.get("evidence")
    rows = evidence.get("records") if isinstance(evidence, Mapping) else None
    if isinstance(rows, list) and rows:
        place = record.get("place")
        if isinstance(place, str):
            yield {"place": place}
        yield from (row for row in rows if isinstance(row, Mapping))
    else:
        yield record


def _lines(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if isinstance(record.get("place"), str):
        yield "Dòng trong tệp", str(record["place"])
    if isinstance(record.get("code"), str):
        yield "Mã thủ tục", record["code"]
    for name, label in ATTRIBUTE_LABELS.items():
        value = record.get(name)
        if name == "code" or value is None or value == "":
            continue
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
        words = value_in_words(name, text)
        if words:
            yield label, words
