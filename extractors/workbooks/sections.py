"""Rows that head a part of a list: "A. CẤP TỈNH", "II. LĨNH VỰC NGƯỜI CÓ CÔNG".

They give their level or field to the rows below. Which part lies within which is told by their numbering:
"A" over "I" over "1", in whatever order the list uses them; a level begins a new part, so it ends the
field before it, unless it is numbered as a part of that field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from procedures.levels import parse_levels
from procedures.text import canonical, matching_key

REPEALED = "Bãi bỏ"
"""State of the rows under a heading such as "DANH MỤC TTHC BỊ BÃI BỎ"."""

_MARKERS = (
    ("part", re.compile(r"^(?:phần|mục|chương)\s+(?:[ivxlc]+|\d+|thứ \w+)\b\s*[.:)/–-]*\s*", re.I)),
    ("roman", re.compile(r"^[IVX]+\s*[.:)/–-]+\s*(?=\S)")),
    ("letter", re.compile(r"^[A-ZĐ]\s*[.:)/–-]+\s*(?=\S)")),
    ("number", re.compile(r"^\d{1,3}(?:\.\d{1,3})*\s*[.:)/–-]+\s*(?=\D)")),
    ("dash", re.compile(r"^[-–—•*+]\s*(?=\S)")),
)
_ALONE = (
    ("roman", re.compile(r"^[IVX]+[.:)]?$")),
    ("letter", re.compile(r"^[A-ZĐ][.:)]?$")),
    ("number", re.compile(r"^\d{1,3}(?:\.\d{1,3})*[.:)]?$")),
)
_COUNT = re.compile(
    r"\s*(?:[:(–-]\s*)+(?:gồm|có|tổng số|tổng)?\s*:?\s*\d+\s*(?:tthc|thủ tục(?: hành chính)?)?\s*\)?\s*$",
    re.I,
)
_FIELD = re.compile(r"\blĩnh vực\b\s*[:–-]?\s*", re.I)
_LEVEL_WORD = r"(?:bộ|trung ương|tỉnh|thành phố(?! (?:trực )?thuộc tỉnh)|huyện|xã)"
_FIELD_END = re.compile(
    r"\s*[-–,;(:]*\s*(?:\(|\bthuộc (?:phạm vi|thẩm quyền|trách nhiệm)|"
    r"\b(?:do|của|tại) (?:ubnd|ủy ban|uỷ ban)|"
    rf"\b(?:thực hiện )?(?:tại |ở )?(?:ubnd |ủy ban nhân dân )?cấp {_LEVEL_WORD}\b)",
    re.I,
)
_LEVELS = re.compile(
    rf"\b(?:cấp|ủy ban nhân dân(?: cấp)?) {_LEVEL_WORD}\b"
    rf"(?: (?:và |và cấp |cấp )?{_LEVEL_WORD}\b)*(?: phường(?: đặc khu)?)?"
)
_DEPARTMENT = re.compile(r"\bthẩm quyền(?: giải quyết| tiếp nhận)? của (?:giám đốc )?sở\b")
_FILLER = re.compile(
    r"\b(?:danh mục|thủ tục hành chính|thủ tục|tthc|các|thuộc|thẩm quyền|giải quyết|tiếp nhận|của|do|tại|ở|"
    r"thực hiện|phạm vi|chức năng|quản lý(?: nhà nước)?|áp dụng|chung|nội bộ|trên địa bàn|sở \w+(?: \w+)?|"
    r"giám đốc|chủ tịch|mới|ban hành|được|sửa đổi|bổ sung|thay thế|bị|hủy bỏ|bãi bỏ|hoặc|và|công bố|trong|"
    r"ủy ban nhân dân|tỉnh \w+ \w+|phường|đặc khu|cấp chính quyền|cấp|phần|a|b|c|i|ii|iii)\b"
)


@dataclass(frozen=True, slots=True)
class Section:
    """What a section row says; `marker` is the kind of its numbering. No `levels` at all: of several."""

    marker: str
    levels: frozenset[str] | None = None
    field: str | None = None
    state: str | None = None


@dataclass(slots=True)
class Sections:
    """The parts of a sheet that the present row lies in, outermost first."""

    open: list[Section] = field(default_factory=list)

    def enter(self, section: Section) -> None:
        """Ends the parts beside or within which the new one cannot lie, and opens it."""
        kinds = [part.marker for part in self.open]
        if section.marker in kinds:
            at = kinds.index(section.marker)
            beside = self.open[at]
            if section.levels is None and section.state is None and beside.levels and not beside.field:
                at += 1  # a field under a level that is numbered alike
            del self.open[at:]
        if not section.marker:
            self._enter_unnumbered(section)
        self.open.append(section)

    def _enter_unnumbered(self, section: Section) -> None:
        if section.levels is not None or section.state is not None:
            self.open = [part for part in self.open if part.marker == "base"]
        else:
            self.open = [part for part in self.open if part.field is None or part.levels is not None]

    @property
    def levels(self) -> frozenset[str] | None:
        """The innermost level said."""
        return next((part.levels for part in reversed(self.open) if part.levels is not None), None)

    @property
    def field(self) -> str | None:
        """The innermost field said since the last level of an outer part."""
        return next((part.field for part in reversed(self.open) if part.field is not None), None)

    @property
    def state(self) -> str | None:
        """`Bãi bỏ` within a list of what is repealed."""
        return next((part.state for part in reversed(self.open) if part.state is not None), None)


def alone(text: str) -> str | None:
    """The kind of a numbering that stands in a cell of its own ("II", "A.", "3")."""
    return next((kind for kind, pattern in _ALONE if pattern.match(text.strip())), None)


def title_section(text: str) -> Section | None:
    """What a sheet's name or a title above the headings says; only what is beyond doubt."""
    section = read_section(text)
    if section is None or (section.levels is None and section.field is None):
        return None
    return Section("base", section.levels, section.field)


def read_section(text: str, marker: str | None = None, *, heading_like: bool = False) -> Section | None:
    """The section that a text heads, `None` where it may be a procedure's name.

    `marker` is the numbering found in a cell of its own; `heading_like` is True for a text merged over
    the table or in capitals, that is: a heading even where it names neither level nor field.
    """
    shown = canonical(text)
    if not marker:
        marker, shown = _split_marker(shown)
    shown = _COUNT.sub("", shown).strip(" .:;–-")
    if not shown:
        return None
    field_text, rest = _split_field(shown)
    key = matching_key(rest)
    levels = _levels(key)
    residue = _FILLER.sub(" ", _LEVELS.sub(" ", key)).split()
    state = REPEALED if re.search(r"\b(?:bãi bỏ|hủy bỏ)\b", key) and "thay thế" not in key else None
    if not field_text and not levels and marker in ("roman", "letter", "part") and "liên thông" in key:
        return Section(marker, frozenset(), None, state)
    if state and key.startswith("danh mục"):
        return Section(marker, levels, field_text, state)
    if field_text or (levels and not residue):
        return (
            None
            if residue and not heading_like and marker in ("", "number")
            else Section(marker, levels, field_text, state)
        )
    if marker in ("roman", "letter", "part") or heading_like:
        if not residue:
            return Section(marker, levels, None, state)
        return Section(marker, levels, _without_level(shown) if levels else shown, None)
    return None


def _split_marker(text: str) -> tuple[str, str]:
    for kind, pattern in _MARKERS:
        found = pattern.match(text)
        if found:
            return kind, text[found.end() :]
    return "", text


def _split_field(text: str) -> tuple[str | None, str]:
    """The field's name after the words "lĩnh vực", and the text without it."""
    found = _FIELD.search(text)
    if not found:
        return None, text
    tail = text[found.end() :]
    end = _FIELD_END.search(tail)
    name = tail[: end.start()] if end else tail
    name = name.strip(" .,:;–-")
    return (name or None), f"{text[: found.start()]} {tail[end.start() :] if end else ''}"


def _levels(key: str) -> frozenset[str] | None:
    """The levels named in a section's key."""
    if key in ("tỉnh", "huyện", "xã", "trung ương", "bộ"):
        return parse_levels(key) or None
    found: set[str] = set()
    for match in _LEVELS.finditer(key):
        found |= parse_levels(match[0].replace("ủy ban nhân dân", "cấp").replace("cấp cấp", "cấp")) or set()
    if not found and _DEPARTMENT.search(key):
        found.add("province")
    return frozenset(found) or None


def _without_level(text: str) -> str | None:
    """A section's text without its words about the level ("CẤP TỈNH - NGƯỜI CÓ CÔNG")."""
    rest = re.sub(rf"\(?\bcấp {_LEVEL_WORD}\b\)?", " ", text, flags=re.I)
    return canonical(rest).strip(" .,:;–-()") or None
