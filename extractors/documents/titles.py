"""Titles over lists: what kind of list they head, and how many procedures they print.

"PHẦN I: DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH (87 thủ tục)" is a part of new procedures, and 87 is its
certificate. A title with several kinds ("mới ban hành, sửa đổi, bổ sung và bãi bỏ") decides none of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from procedures.office.documents import PartKind
from procedures.office.part_kinds import part_kinds_of
from procedures.values.text import canonical

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
_LIST = re.compile(r"\bdanh mục (?:các )?(?:thủ tục|tthc)\b")
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
    return Title(clean, part_kinds_of(clean), declared_in(clean), outer, content, rank)


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
