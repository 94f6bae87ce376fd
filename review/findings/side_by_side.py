"""One finding in words: what each of the three sides says, and the parts of its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from procedures.wording.difference_cells import SIDES, Circumstances, Difference, difference_cell
from procedures.wording.item_contrast import contrast_items
from procedures.wording.places import place_words
from procedures.wording.readable_values import (
    ATTRIBUTE_OF_KIND,
    group_ways,
    items_in_words,
    side_value_in_words,
)
from procedures.wording.text_diff import TextPiece
from procedures.wording.words import day_text
from warehouse.db.column_values import from_json


def three_sides(row: Mapping[str, Any]) -> list[tuple[str, tuple[TextPiece, ...] | None]]:
    """Return each side's value in pieces, marking what another side with a value does not have."""
    kind, attribute = row["kind"], row["attribute"]
    values = {side: value for side in SIDES if (value := row[f"{side}_value"]) is not None}
    sides: list[tuple[str, tuple[TextPiece, ...] | None]] = []
    for side in SIDES:
        other = next((name for name in values if name != side), None)
        if side not in values:
            sides.append((side, None))
        elif other is None:
            text = group_ways(attribute, side_value_in_words(kind, attribute, values[side]))
            sides.append((side, (TextPiece(text),) if text else ()))
        else:
            one, another = (items_in_words(kind, attribute, values[name]) for name in (side, other))
            concerned = ATTRIBUTE_OF_KIND.get(kind, attribute)
            sides.append((side, contrast_items(concerned, one, another)[0]))
    return sides


def difference_of(row: Mapping[str, Any]) -> Difference:
    """Return what a row of the list shows of its finding's difference."""
    circumstances = Circumstances(
        successor_code=row["successor_code"],
        decision_number=from_json(row["evidence"]).get("decision_number"),
        due=day_text(date.fromisoformat(row["due_date"])) if row["due_date"] else None,
    )
    values = {side: row[f"{side}_value"] for side in SIDES}
    return difference_cell(row["kind"], row["attribute"], values, circumstances)


def links(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the portal pages that the evidence names; only addresses that a browser may follow."""
    addresses = []
    for side in SIDES:
        place = evidence.get(side)
        url = place.get("url") if isinstance(place, Mapping) else None
        if isinstance(url, str) and url.startswith(("http://", "https://")):
            addresses.append((str(evidence[side].get("source", side)), url))
    return addresses


LINES: Mapping[str, str] = {
    "decision_number": "Quyết định của Bộ",
    "due_basis": "Căn cứ của hạn",
    "reason": "Vì sao",
    "place": "Dòng trong tệp",
    "first": "Dòng trước đó",
    "state": "Tình trạng trên cổng",
    "look_up": "Hỏi cổng theo mã",
    "lacking": "Phần còn thiếu",
    "codes": "Các mã",
    "waiting": "Mã còn chờ công bố",
    "agency": "Cơ quan",
    "through": "Trước đó được thay bằng",
}
"""Parts of evidence that are shown in words; the rest is in the record as it is."""

VALUE_WORDS: Mapping[str, str] = {
    "not_found": "không tìm thấy",
    "internal": "hạn nội bộ của Sở",
    "law": "Nghị định 63/2010/NĐ-CP",
    "INACTIVE": "Dừng công khai",
}


def lines(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the parts of the evidence that have words, each with its value."""
    labelled = []
    for name, words in LINES.items():
        value = evidence.get(name)
        if isinstance(value, list):
            value = ", ".join(str(each) for each in value)
        if value not in (None, ""):
            labelled.append((words, VALUE_WORDS.get(str(value), str(value))))
    row = evidence.get("catalogue")
    if isinstance(row, Mapping) and row.get("row"):
        labelled.append(("Dòng trong danh mục", place_words(str(row["row"]))))
    return labelled
