"""What a finding differs in, short enough for a cell of the list: the old value beside the new one.

Old is what the department's list says; new is what the national portal says, else the provincial one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from procedures.finding_kinds import FindingKind
from procedures.wording.item_contrast import Contrast, contrast_items
from procedures.wording.readable_values import (
    ATTRIBUTE_OF_KIND,
    items_in_words,
    side_value_in_words,
    value_items,
)
from procedures.wording.text_diff import TextPiece, diff_words, merged
from procedures.wording.words import excerpt

SIDES = ("catalogue", "national", "provincial")
"""The sides of a finding, in the order people read them."""

LIMIT = 64
"""Characters of each value in a cell, about."""

CONTEXT = 20
"""Characters left before and after a difference."""

CHANGE_LIMIT, CHANGE_CONTEXT = 240, 60
"""The same where each value has a line of its own."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Both values in pieces, and the sides that have them; without sides they are words."""

    old: tuple[TextPiece, ...]
    new: tuple[TextPiece, ...]
    old_side: str | None = None
    new_side: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a finding says besides its values. `due`: the deadline as people read it."""

    successor_code: str | None = None
    decision_number: str | None = None
    due: str | None = None


def difference_cell(
    kind: str,
    attribute: str | None,
    values: Mapping[str, str | None],
    circumstances: Circumstances | None = None,
) -> Difference:
    """Return what to show of a finding; `values` are those of its sides, as stored."""
    stated = tuple((side, value) for side in SIDES if (value := values.get(side)) is not None)
    return _cell(kind, attribute, stated, circumstances or Circumstances())


@lru_cache(maxsize=4096)
def _cell(
    kind: str, attribute: str | None, sides: tuple[tuple[str, str], ...], circumstances: Circumstances
) -> Difference:
    stated = dict(sides)
    in_words = _IN_WORDS.get(kind)
    if in_words is not None:
        old, new = in_words(stated, circumstances)
        return Difference(_plain(old), _plain(new))
    if kind == FindingKind.OVERLAP:
        one, _, other = stated.get("catalogue", "").partition("\n")
        return Difference(shorten(diff_words(one, other)), shorten(diff_words(other, one)))
    return _of_sides(kind, ATTRIBUTE_OF_KIND.get(kind, attribute), stated)


def change_cell(attribute: str | None, old: str | None, new: str | None) -> Contrast:
    """Return the values before and after a change, as stored, short enough for a line each."""
    before, after = value_items(attribute, old), value_items(attribute, new)
    contrast = contrast_items(attribute, before, after)
    old_pieces, new_pieces = _only_new_items(before, after, contrast, CHANGE_LIMIT)
    return (
        shorten(old_pieces, CHANGE_LIMIT, CHANGE_CONTEXT),
        shorten(new_pieces, CHANGE_LIMIT, CHANGE_CONTEXT),
    )


def shorten(pieces: Sequence[TextPiece], limit: int = LIMIT, context: int = CONTEXT) -> tuple[TextPiece, ...]:
    """Return at most about `limit` characters: what differs first, and some words before and after it."""
    if _length(pieces) <= limit:
        return tuple(pieces)
    pieces = merged(pieces)
    if not _marked(pieces):
        return (TextPiece(excerpt("".join(piece.text for piece in pieces), limit)),)
    short: list[TextPiece] = []
    left = limit
    for index, piece in enumerate(pieces):
        if left <= 0:
            return merged([*short, TextPiece(" …")])
        if piece.differs:
            kept = excerpt(piece.text, max(left, context))
        else:
            kept = _context(piece.text, context, first=index == 0, last=index == len(pieces) - 1)
        short.append(TextPiece(kept, piece.differs))
        left -= len(kept)
    return tuple(short)


def _context(text: str, context: int, *, first: bool, last: bool) -> str:
    if len(text) <= (context if first or last else 2 * context):
        return text
    before = "" if first else text[:context].rpartition(" ")[0] + " "
    after = "" if last else " " + text[-context:].partition(" ")[2]
    return f"{before}…{after}"


def _of_sides(kind: str, attribute: str | None, stated: Mapping[str, str]) -> Difference:
    old_side = next((side for side in ("catalogue", "provincial") if side in stated), None)
    others = [side for side in ("national", "provincial") if side in stated and side != old_side]
    if old_side is None or not others:
        return _of_one_side(kind, attribute, stated)
    items = {side: items_in_words(kind, attribute, value) for side, value in stated.items()}
    contrasts = {side: contrast_items(attribute, items[old_side], items[side], brief=True) for side in others}
    new_side = next((side for side in others if _differ(contrasts[side])), others[0])
    old, new = _only_new_items(items[old_side], items[new_side], contrasts[new_side], LIMIT)
    return Difference(shorten(old), shorten(new), old_side, new_side)


def _only_new_items(before: Sequence[str], after: Sequence[str], contrast: Contrast, limit: int) -> Contrast:
    """Leave what stays out of long lists of which one has only more items than the other."""
    old, new = contrast
    if len(before) > 1 and _length(old) > limit and not _marked(old) and _marked(new):
        return (), (TextPiece("thêm: "), *_only_marked(new))
    if len(after) > 1 and _length(new) > limit and not _marked(new) and _marked(old):
        return (TextPiece("bỏ: "), *_only_marked(old)), ()
    return contrast


def _of_one_side(kind: str, attribute: str | None, stated: Mapping[str, str]) -> Difference:
    side = next(iter(stated), None)
    text = side_value_in_words(kind, attribute, stated[side]) if side else ""
    pieces = _plain(excerpt(text, LIMIT))
    if side == "national":
        return Difference((), pieces, None, side)
    return Difference(pieces, _plain(_ALONE.get(kind, "")), side, None)


def _differ(contrast: Contrast) -> bool:
    return _marked(contrast[0]) or _marked(contrast[1])


def _marked(pieces: Sequence[TextPiece]) -> bool:
    return any(piece.differs for piece in pieces)


def _only_marked(pieces: Sequence[TextPiece]) -> list[TextPiece]:
    marked = [piece for piece in pieces if piece.differs]
    return [each for piece in marked for each in (TextPiece("; "), piece)][1:]


def _length(pieces: Sequence[TextPiece]) -> int:
    return sum(len(piece.text) for piece in pieces)


def _plain(text: str) -> tuple[TextPiece, ...]:
    return (TextPiece(text),) if text else ()


_ALONE: Mapping[str, str] = {
    FindingKind.EXECUTING_LEVEL_MISMATCH: "cấp huyện đã kết thúc từ 01/07/2025",
    FindingKind.PARTIAL_WITHOUT_REASON: "chưa nêu lý do chưa toàn trình",
    FindingKind.SERVICE_NOT_POSTED: "chưa đăng trên cổng quốc gia",
    FindingKind.INVALID_CODE: "mã không đúng dạng 1.012345",
    FindingKind.DUPLICATE_CODE: "mã đứng ở hai dòng của cùng một cấp",
}
"""What is to be said where only one side has a value."""

Words = Callable[[Mapping[str, str], Circumstances], tuple[str, str]]


def _new_from_ministry(_values: Mapping[str, str], about: Circumstances) -> tuple[str, str]:
    decision = f" theo {about.decision_number}" if about.decision_number else ""
    return "chưa có trong danh mục", f"Bộ đã công bố{decision}{_due(about)}"


def _announcement_overdue(values: Mapping[str, str], about: Circumstances) -> tuple[str, str]:
    decision = values.get("national", "quyết định của Bộ")
    return f"chưa công bố đủ theo {decision}", f"quá hạn {about.due}" if about.due else "quá hạn"


def _due(about: Circumstances) -> str:
    return f", hạn {about.due}" if about.due else ""


def _repealed(values: Mapping[str, str], about: Circumstances) -> tuple[str, str]:
    decision = about.decision_number
    return _still_listed(
        values
    ), f"bãi bỏ theo {decision}" if decision else "không còn công khai, nghi bãi bỏ"


def _replaced(values: Mapping[str, str], about: Circumstances) -> tuple[str, str]:
    return _still_listed(values), f"thay bằng {about.successor_code or 'thủ tục khác'}"


def _still_listed(values: Mapping[str, str]) -> str:
    places = {"catalogue": "trong danh mục", "provincial": "trên cổng tỉnh"}
    listed = [words for side, words in places.items() if side in values]
    return f"còn {' và '.join(listed)}"


def _missing_code(values: Mapping[str, str], _about: Circumstances) -> tuple[str, str]:
    likely = values.get("national")
    return "chưa có mã", f"có thể là {likely}" if likely else "chưa ghép được với mã nào"


_IN_WORDS: Mapping[str, Words] = {
    FindingKind.NEW_FROM_MINISTRY: _new_from_ministry,
    FindingKind.NOT_IN_CATALOGUE: lambda _values, _about: ("chưa có trong danh mục", "có trên cổng tỉnh"),
    FindingKind.NOT_ON_NATIONAL_PORTAL: lambda _values, _about: (
        "có trong danh mục",
        "không có trên cổng quốc gia",
    ),
    FindingKind.NOT_ON_PROVINCIAL_PORTAL: lambda _values, _about: (
        "có trong danh mục",
        "không có trên cổng tỉnh",
    ),
    FindingKind.REPEALED_STILL_LISTED: _repealed,
    FindingKind.REPLACED_STILL_LISTED: _replaced,
    FindingKind.MISSING_CODE: _missing_code,
    FindingKind.ANNOUNCEMENT_OVERDUE: _announcement_overdue,
}
"""By kind: the words for findings whose values are names or numbers, not values that differ."""
