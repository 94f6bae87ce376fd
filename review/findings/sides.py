"""One finding in words: what each of the three sides says, and what its evidence rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procedures.wording.text_diff import Piece, contrast
from procedures.wording.values import gathered, readable_side

SIDES = ("catalogue", "national", "provincial")


def three_sides(row: Mapping[str, Any]) -> list[tuple[str, tuple[Piece, ...] | None]]:
    """Each side's value in pieces: marked is what another side that speaks does not have."""
    words = {
        side: gathered(row["attribute"], readable_side(row["kind"], row["attribute"], value))
        for side in SIDES
        if (value := row[f"{side}_value"]) is not None
    }
    told: list[tuple[str, tuple[Piece, ...] | None]] = []
    for side in SIDES:
        text = words.get(side)
        other = next((its for name, its in words.items() if name != side), text)
        told.append((side, None if text is None or other is None else contrast(text, other)))
    return told


def links(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pages of portals that the evidence names; only addresses that a browser may follow."""
    found = []
    for side in SIDES:
        place = told.get(side)
        url = place.get("url") if isinstance(place, Mapping) else None
        if isinstance(url, str) and url.startswith(("http://", "https://")):
            found.append((str(told[side].get("source", side)), url))
    return found


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
"""Parts of evidence that are told in words; the rest stands in the record as it is."""

ANSWERS: Mapping[str, str] = {
    "not_found": "không tìm thấy",
    "internal": "hạn nội bộ của Sở",
    "law": "Nghị định 63/2010/NĐ-CP",
    "INACTIVE": "Dừng công khai",
}


def lines(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The parts of the evidence that have words, each with its value."""
    spoken = []
    for name, words in LINES.items():
        value = told.get(name)
        if isinstance(value, list):
            value = ", ".join(str(each) for each in value)
        if value not in (None, ""):
            spoken.append((words, ANSWERS.get(str(value), str(value))))
    row = told.get("catalogue")
    if isinstance(row, Mapping) and row.get("row"):
        spoken.append(("Dòng trong danh mục", str(row["row"])))
    return spoken
