"""Rows that head a part of a list: "A. CẤP TỈNH", "II. LĨNH VỰC NGƯỜI CÓ CÔNG".

They give their level, field, online level or kind to the rows below. Which part lies within which is told
by their numbering: "A" over "I" over "1", in whatever order the list uses them; a level begins a new part, so
it ends the field before it, unless it is numbered as a part of that field. A "PHẦN II" or "Phụ lục II" ends
whatever the part before it said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from procedures.office.documents import PartKind
from procedures.office.part_kinds import part_kinds_of
from procedures.values.agencies import PROVINCES
from procedures.values.levels import parse_levels, parse_online_level
from procedures.values.text import canonical, matching_key

REPEALED = "Bãi bỏ"
"""State of the rows under a heading such as "DANH MỤC TTHC BỊ BÃI BỎ"."""
IN_FORCE = ""
"""State of the rows under "DANH MỤC TTHC MỚI BAN HÀNH": they say so, and nothing else."""
IN_DOUBT = "?"
"""State of the rows under "DANH MỤC TTHC SỬA ĐỔI, BỔ SUNG VÀ BÃI BỎ": which of them, nobody says."""

_OUTER = ("base", "annex", "part")
"""Parts of a whole file, the outermost first: each ends what lay within those of its rank."""
_NUMERAL = r"(?:[ivxlc]+|\d{1,2}[a-z]?|[a-zđ])"
_ANNEX = rf"(?:phụ lục|biểu)(?:\s+(?:số\s+)?{_NUMERAL})?"
_PART = rf"phần\s+(?:thứ\s+\w+|{_NUMERAL})\b"
_MARKERS = (
    ("annex", re.compile(rf"^{_ANNEX}\s*(?:[.:)/–-]+\s*|$|(?=\bdanh mục\b))", re.I)),
    ("part", re.compile(rf"^{_PART}\s*[.:)/–-]*\s*", re.I)),
    ("chapter", re.compile(r"^(?:mục|chương)\s+(?:[ivxlc]+|\d+|thứ \w+)\b\s*[.:)/–-]*\s*", re.I)),
    ("roman", re.compile(r"^[IVX]+\s*[.:)/–-]+\s*(?=\S)")),
    ("letter", re.compile(r"^[A-ZĐ]\s*[.:)/–-]+\s*(?=\S)")),
    ("number", re.compile(r"^\d{1,3}(?:\.\d{1,3})*\s*[.:)/–-]+\s*(?=\D)")),
    ("dash", re.compile(r"^[-–—•*+]\s*(?=\S)")),
)
_ALONE = (
    ("annex", re.compile(rf"^{_ANNEX}[.:)]?$", re.I)),
    ("part", re.compile(rf"^{_PART}[.:)]?$", re.I)),
    ("roman", re.compile(r"^[IVX]+[.:)]?$")),
    ("letter", re.compile(r"^[A-ZĐ][.:)]?$")),
    ("number", re.compile(r"^\d{1,3}(?:\.\d{1,3})*[.:)]?$")),
)
_FIRST = re.compile(r"^(?:I|A|1|a)\b")
_NAMED = ("roman", "letter", "chapter", "part", "annex")
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
    r"hết hiệu lực|còn hiệu lực|đang|đã|"
    rf"ủy ban nhân dân|(?:tỉnh|thành phố) (?:{PROVINCES})|{PROVINCES}|"
    r"tỉnh \w+ \w+|phường|đặc khu|cấp chính quyền|cấp|phần|a|b|c|i|ii|iii)\b"
)
_ABOUT_PROCEDURES = re.compile(r"\b(?:thủ tục|tthc|danh mục)\b")
_ONLINE_NAMES = re.compile(r"\b(?:toàn trình|một phần|cung cấp thông tin)\b")
_ONLINE_WORDS = re.compile(
    r"\b(?:dịch vụ công trực tuyến|dịch vụ công|dvctt|dvc|trực tuyến|mức độ|toàn trình|một phần|"
    r"cung cấp thông tin|cung cấp)\b"
)


@dataclass(frozen=True, slots=True)
class Section:
    """What a section row says; `marker` is the kind of its numbering. No `levels` at all: of several.

    `first`: it is numbered I, A or 1, so that it begins a numbering of its own. `text` is the row's own.
    """

    marker: str
    levels: frozenset[str] | None = None
    field: str | None = None
    state: str | None = None
    online: str | None = None
    first: bool = False
    text: str = ""


@dataclass(slots=True)
class Sections:
    """The parts of a sheet that the present row lies in, outermost first."""

    open: list[Section] = field(default_factory=list)

    def enter(self, section: Section) -> None:
        """Ends the parts beside or within which the new one cannot lie, and opens it."""
        kinds = [part.marker for part in self.open]
        if section.marker in _OUTER:
            wider = _OUTER[: max(_OUTER.index(section.marker), 1)]
            self.open = [part for part in self.open if part.marker in wider]
        elif section.marker and section.marker in kinds:
            at = kinds.index(section.marker)
            beside = self.open[at]
            if _lies_within(section, beside) or (
                section.state is None
                and beside.state is not None
                and (section.first or section.marker in kinds[at + 1 :])
            ):
                at += 1
            del self.open[at:]
        if not section.marker:
            self._enter_unnumbered(section)
        self.open.append(section)

    def _enter_unnumbered(self, section: Section) -> None:
        kept = self.open
        if section.state is not None:
            kept = [part for part in kept if part.marker in _OUTER]
        elif section.levels is not None:
            kept = [part for part in kept if part.marker in _OUTER or part.state is not None]
        elif section.online is not None:
            at = next((at for at, part in enumerate(kept) if part.online), len(kept))
            kept = kept[:at]
        else:
            kept = _without_field(kept)
        self.open = kept

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
        """`REPEALED` within a list of what is repealed, `IN_DOUBT` where it lists other things beside."""
        return self.said_by.state if self.said_by else None

    @property
    def said_by(self) -> Section | None:
        """The innermost part that says what kind of procedures it lists."""
        return next((part for part in reversed(self.open) if part.state is not None), None)

    @property
    def online(self) -> str | None:
        """The innermost online level said."""
        return next((part.online for part in reversed(self.open) if part.online is not None), None)


def _lies_within(section: Section, beside: Section) -> bool:
    """A field under a level that is numbered alike."""
    plain = section.levels is None and section.state is None and section.online is None
    return plain and bool(beside.levels) and not beside.field


def _without_field(parts: list[Section]) -> list[Section]:
    """The parts without the last field and the online level within it."""
    at = next((at for at, part in enumerate(parts) if part.field and part.levels is None), len(parts))
    return parts[:at] + [
        part for part in parts[at:] if (part.field is None or part.levels is not None) and not part.online
    ]


def alone(text: str) -> str | None:
    """The kind of a numbering that stands in a cell of its own ("II", "A.", "3")."""
    return next((kind for kind, pattern in _ALONE if pattern.match(text.strip())), None)


def begins_numbering(text: str) -> bool:
    """Whether a text is numbered I, A or 1."""
    return bool(_FIRST.match(text.strip()))


def title_section(text: str, *, sheet_name: bool = False) -> Section | None:
    """What a sheet's name or a title above the headings says; only what is beyond doubt."""
    section = read_section(text)
    listed = sheet_name or (section is not None and section.marker in _OUTER) or _is_list(text)
    state = _state(part_kinds_of(text)) if listed else None
    if section is None:
        return None if state is None else Section("base", state=state, text=canonical(text))
    if section.marker in _OUTER:
        return replace(section, state=state)
    if section.levels is None and section.field is None and state is None and section.online is None:
        return None
    return replace(section, marker="base", state=state)


def _is_list(text: str) -> bool:
    return bool(re.match(r"(?:danh mục|thủ tục hành chính|các thủ tục)\b", matching_key(text)))


def read_section(
    text: str, marker: str | None = None, *, heading_like: bool = False, first: bool = False
) -> Section | None:
    """The section that a text heads, `None` where it may be a procedure's name.

    `marker` is the numbering found in a cell of its own, `first` whether it is the first of its kind;
    `heading_like` is True for a text merged over the table or in capitals, that is: a heading even where it
    names neither level nor field.
    """
    shown = whole = canonical(text)
    if not marker:
        marker, shown = _split_marker(shown)
        first = begins_numbering(whole)
    read = _read(marker, _COUNT.sub("", shown).strip(" .:;–-"), heading_like)
    return None if read is None else replace(read, first=first, text=whole)


def _read(marker: str, shown: str, heading_like: bool) -> Section | None:
    if not shown:
        return Section(marker) if marker in _OUTER else None
    field_text, rest = _split_field(shown)
    key = matching_key(rest)
    levels = _levels(key)
    residue = _FILLER.sub(" ", _LEVELS.sub(" ", key)).split()
    state = _state(part_kinds_of(shown)) if not residue or _ABOUT_PROCEDURES.search(key) else None
    named = marker in _NAMED or heading_like
    if not field_text and (online := _online(key, named=named)):
        return Section(marker, levels, None, state, online)
    if not field_text and not levels and marker in _NAMED and "liên thông" in key:
        return Section(marker, frozenset(), None, state)
    if state is not None and key.startswith("danh mục"):
        return Section(marker, levels, field_text, state)
    if field_text or (levels and not residue):
        return (
            None
            if residue and not heading_like and marker in ("", "number")
            else Section(marker, levels, field_text, state)
        )
    if not named:
        return None
    if not residue or state in (REPEALED, IN_DOUBT) or marker in _OUTER:
        return Section(marker, levels, None, state)
    return Section(marker, levels, _without_level(shown) if levels else shown, None)


def _state(kinds: frozenset[PartKind | None]) -> str | None:
    if not kinds:
        return None
    if kinds == {PartKind.REPEALED}:
        return REPEALED
    return IN_DOUBT if kinds & {PartKind.REPEALED, PartKind.REPLACED} else IN_FORCE


def _online(key: str, *, named: bool) -> str | None:
    """The online level of a section such as "DỊCH VỤ CÔNG TRỰC TUYẾN TOÀN TRÌNH", and of no other."""
    levels = set(_ONLINE_NAMES.findall(key))
    rest = _FILLER.sub(" ", _LEVELS.sub(" ", _ONLINE_WORDS.sub(" ", key))).split()
    if len(levels) != 1 or rest or not (named or levels <= {"toàn trình", "một phần"}):
        return None
    return parse_online_level(levels.pop())


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
