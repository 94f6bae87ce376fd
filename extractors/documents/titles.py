"""Titles over lists: what kind of list they head, and how many procedures they print.

"PHẦN I: DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH (87 thủ tục)" is a part of new procedures, and 87 is its
certificate. A title with several kinds ("mới ban hành, sửa đổi, bổ sung và bãi bỏ") decides none of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from procedures.office.documents import PartKind
from procedures.text import canonical

_BEGINS = re.compile(
    r"^(?:PHỤ LỤC|PHẦN(?:\s+THỨ)?\s+[IVX\d\w]|DANH MỤC|MỤC\s+[IVX\d]|CHƯƠNG\s+[IVX\d]|BIỂU\b|"
    r"(?:[IVX]{1,5}|[A-ZĐ]|\d{1,2}(?:\.\d{1,2})*)\s*[.:)/]\s*\S|(?:THỦ TỤC HÀNH CHÍNH|TTHC)\b|LĨNH VỰC\b|"
    r"(?:BAN HÀNH MỚI|MỚI BAN HÀNH|SỬA ĐỔI|BÃI BỎ|BỊ BÃI BỎ|ĐƯỢC THAY THẾ|THAY THẾ)\b)",
    re.I,
)
_OUTER = re.compile(r"^(?:PHỤ LỤC|PHẦN(?:\s+THỨ)?\s+[IVX\d\w]|DANH MỤC)", re.I)
_RANKS = (
    re.compile(r"PHỤ LỤC", re.I),
    re.compile(r"PHẦN\b", re.I),
    re.compile(r"DANH MỤC", re.I),
    re.compile(r"[IVX]{1,5}\s*[.:)/]"),
    re.compile(r"[A-ZĐ]\s*[.:)/]"),
    re.compile(r"\d"),
)
_BARE = re.compile(r"^(?:PHỤ LỤC|PHẦN|MỤC|CHƯƠNG)(?:\s+(?:SỐ\s+)?[IVX\d\w]{1,6})?\s*[.:]?$", re.I)
_ASIDE = re.compile(r"^\(?\s*(?:ban hành |công bố )?kèm theo\b", re.I)
_CLAUSES = re.compile(
    r"\b(?:thuộc|trong lĩnh vực|lĩnh vực|theo quy định|quy định tại|thực hiện|tại|do|của|trên địa bàn|"
    r"kèm theo|áp dụng)\b"
)
_LIST = re.compile(r"\bdanh mục (?:các )?(?:thủ tục|tthc)\b")
_PROCEDURES = r"(?:thủ tục hành chính|thủ tục|tthc)"
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
_CONTENT = re.compile(r"\bnội dung (?:cụ thể|chi tiết)\b|\bquy trình (?:nội bộ|giải quyết)\b")
_COUNT = re.compile(r"(?<![\d/.,])(\d{1,4})\s*(?:thủ tục(?: hành chính)?|tthc)\b", re.I)
_COUNT_ONLY = re.compile(r"[(:–-]\s*(?:gồm|có|tổng số|tổng(?: cộng)?)?\s*:?\s*(\d{1,4})\s*\)?\s*\.?$", re.I)


@dataclass(frozen=True, slots=True)
class Title:
    """One title. `kinds` are all its kinds, empty for a plain one; `outer`: a Phần, Phụ lục, Danh mục."""

    text: str
    kinds: frozenset[PartKind | None]
    declared: int | None
    outer: bool
    content: bool = False
    """It heads the procedures' full texts (nội dung cụ thể), which are no list."""
    rank: int = 9
    """0 Phụ lục, 1 Phần, 2 Danh mục; above that the style of numbering."""

    @property
    def lists(self) -> bool:
        """Whether it heads a list of procedures by its own words."""
        return bool(_LIST.search(self.text.casefold()))


def read_title(text: str) -> Title:
    """Return the title in a text."""
    clean = canonical(text)
    outer = bool(_OUTER.match(clean))
    content = bool(_CONTENT.search(clean.casefold())) and "danh mục" not in clean.casefold()
    rank = next((at for at, pattern in enumerate(_RANKS) if pattern.match(clean)), len(_RANKS))
    return Title(clean, kinds_in(clean), declared_in(clean), outer, content, rank)


def kinds_in(text: str) -> frozenset[PartKind | None]:
    """Return the kinds that a title names; `None` among them is a plain list beside another kind.

    "Sửa đổi, bổ sung hoặc thay thế" is one kind of article 14: a changed one.
    """
    folded = re.sub(r"\([^()]*\)", " ", canonical(text).casefold())
    list_at = folded.find("danh mục")
    start = list_at if list_at > 0 else 0
    clause = _CLAUSES.search(folded, start + 1)
    named = folded[: clause.start()] if clause else folded
    kinds: set[PartKind | None] = {kind for kind, words in _WORDS if words.search(named)}
    if PartKind.CHANGED in kinds:
        kinds.discard(PartKind.REPLACED)
    if not kinds and _DECENTRALISED.search(folded):
        kinds.add(PartKind.DECENTRALISED)
    if kinds and _ONE_AND_OTHER.search(named):
        kinds.add(None)
    return frozenset(kinds)


def declared_in(text: str) -> int | None:
    """Return how many procedures a title prints, `None` where it prints none or several counts."""
    clean = canonical(text)
    counts = {int(number) for number in _COUNT.findall(clean)}
    if not counts:
        counts = {int(number) for number in _COUNT_ONLY.findall(clean)}
    return counts.pop() if len(counts) == 1 else None


def titles_in(lines: Sequence[str]) -> list[Title]:
    """Return the titles among the lines over a table, each with its continuation lines."""
    groups: list[list[str]] = []
    aside = False
    for line in map(canonical, lines):
        if not line or line.isdigit():
            continue
        if aside:
            aside = ")" not in line
            continue
        if _ASIDE.match(line):
            aside = ")" not in line
            continue
        if groups and _BARE.match(groups[-1][-1]) and len(groups[-1]) == 1:
            groups[-1].append(line)
        elif _BEGINS.match(line) and not (groups and _goes_on(groups[-1][-1], line)):
            groups.append([line])
        elif groups:
            groups[-1].append(line)
    return [read_title(_joined(group)) for group in groups]


def _goes_on(before: str, line: str) -> bool:
    """Whether a title that ends within a phrase continues, whatever the next line begins with."""
    if _OUTER.match(line) and not before.endswith((",", ";")):
        return False
    if re.match(r"^(?:[IVX]{1,5}|[A-ZĐ]|\d{1,2})\s*[.:)/]", line):
        return False
    return not before.endswith((")", ".", ":"))


def _joined(group: Sequence[str]) -> str:
    if len(group) > 1 and _BARE.match(group[0]):
        return f"{group[0].rstrip(' .:')}: {' '.join(group[1:])}"
    return " ".join(group)
