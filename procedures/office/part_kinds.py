"""Kinds of parts: what a part of a list, a row or a cell calls its procedures (new, changed, repealed).

One set of words for decisions and for the lists that departments keep.
"""

from __future__ import annotations

import re

from procedures.office.documents import PartKind
from procedures.values.text import canonical, matching_key

_PROCEDURES = r"(?:thủ tục hành chính|thủ tục|tthc)"
_CLAUSES = re.compile(
    r"\b(?:thuộc|trong lĩnh vực|lĩnh vực|theo quy định|quy định tại|thực hiện|tại|do|của|trên địa bàn|"
    r"kèm theo|áp dụng)\b"
)
_ONE_AND_OTHER = re.compile(rf"{_PROCEDURES}\s*(?:,|;|và)\s*(?:danh mục )?(?:các )?{_PROCEDURES}\b")
_WORDS: tuple[tuple[PartKind, re.Pattern[str]], ...] = (
    (PartKind.REPEALED, re.compile(r"\b(?:bãi bỏ|hủy bỏ|huỷ bỏ|hết hiệu lực)\b")),
    (PartKind.REPLACED, re.compile(r"\bthay thế\b")),
    (PartKind.CHANGED, re.compile(r"\b(?:sửa đổi|bổ sung)\b")),
    (PartKind.NEW, re.compile(r"\b(?:mới ban hành|ban hành mới|ban hành lần đầu|công bố mới)\b")),
)
_DECENTRALISED = re.compile(
    r"\b(?:được phân cấp|phân cấp (?:cho|giải quyết|thẩm quyền)|thực hiện phân cấp|đã phân cấp|"
    rf"phân cấp {_PROCEDURES}|{_PROCEDURES} phân cấp)\b"
)
_NOT_IN_FORCE = re.compile(
    rf"(?!.*\bmột phần\b)(?:(?:đã|bị|được|{_PROCEDURES}) )*"
    r"(?:bãi bỏ|hủy bỏ|hủy công khai|hết hiệu lực|không còn hiệu lực|không còn áp dụng|ngừng áp dụng)"
    rf"(?: {_PROCEDURES})?(?:\W*(?:theo|tại|bởi|từ|kể từ|ngày|do|vì|quyết định|qđ|\d{{1,2}}/\d)\b.*|\W*)"
    r"|repealed|expired|abolished"
)


_TEXT = r"(?:tên )?(?:căn cứ |các )?(?:vbqppl|văn bản(?: qppl| quy phạm pháp luật)?)"
REPEALING_HEADINGS = (
    rf"^{_TEXT}\b(?!.*(?:sửa đổi|thay thế)).*\b(?:bãi bỏ|hủy bỏ)",
    r"^(?:căn cứ|lý do|nội dung)(?: pháp lý)?(?: của)?(?: việc)? (?:bãi bỏ|hủy bỏ)",
)
"""Patterns of keys of the headings of columns that name the repealing texts of a list."""


def is_repealing_heading(heading: str) -> bool:
    """Return whether a column names the texts that repeal its procedures."""
    key = matching_key(heading)
    return any(re.search(pattern, key) for pattern in REPEALING_HEADINGS)


def is_not_in_force(text: str) -> bool:
    """Return whether a row's own text ends it: "Bãi bỏ", "Đã hết hiệu lực từ 01/7/2025", "repealed".

    What ends in part is in force, and so is what is only planned to end ("dự kiến bãi bỏ").
    """
    return any(_NOT_IN_FORCE.fullmatch(matching_key(line)) for line in text.splitlines())


def part_kinds_of(text: str) -> frozenset[PartKind | None]:
    """Return the kinds that a title names; `None` among them is a plain list beside another kind.

    "Sửa đổi, bổ sung hoặc thay thế" is one kind of article 14: a changed one.
    """
    title = re.sub(r"\([^()]*\)", " ", canonical(text).casefold())
    before = title.find("danh mục")
    start = before if before > 0 else 0
    clause = _CLAUSES.search(title, start + 1)
    beginning = title[: clause.start()] if clause else title
    kinds: set[PartKind | None] = {kind for kind, words in _WORDS if words.search(beginning)}
    if PartKind.CHANGED in kinds:
        kinds.discard(PartKind.REPLACED)
    if not kinds and _DECENTRALISED.search(title):
        kinds.add(PartKind.DECENTRALISED)
    if kinds and _ONE_AND_OTHER.search(beginning):
        kinds.add(None)
    return frozenset(kinds)
