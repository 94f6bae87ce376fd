"""The columns of a decision's table and their roles.

The headings are those of department lists (`extractors.workbooks.headings`) and those of decisions alone:
what a procedure replaces, where another annex lists it, the text that changes it, its effective date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from extractors.documents.blocks import Cell, TableRow
from extractors.workbooks.headings import role_of
from procedures.office.part_kinds import REPEALING_HEADINGS
from procedures.values.levels import parse_levels
from procedures.values.text import canonical, matching_key

_LONGEST_HEADING = 200
_PROCEDURE = r"(?:thủ tục hành chính|thủ tục)"
_STATE = (
    r"(?:mới ban hành|ban hành mới|được công bố|(?:được |bị )?(?:sửa đổi|bổ sung)"
    r"|(?:được |bị )?(?:sửa đổi bổ sung|bãi bỏ|hủy bỏ)|(?:được )?(?:phân cấp|chuẩn hóa)"
    r"|nội bộ|công bố)"
)
_TEXT = r"(?:tên )?(?:căn cứ |các )?(?:vbqppl|văn bản(?: qppl| quy phạm pháp luật)?)"
_OLD = r"(?:(?:được|bị) thay thế|cũ|trước đây|đã công bố)"
_TERM = r"^(?:thời hạn|thời gian)(?: giải quyết)?"
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        ("stt", r"^(?:stt|tt|số tt|số thứ tự)$"),
        ("annex_row", r"^(?:số )?thứ tự .*(?:quyết định|phụ lục|danh mục)"),
        ("old:name", rf"^(?:tên )?{_PROCEDURE}(?: hành chính)? {_OLD}$"),
        ("old:code", rf"^(?:mã|mã số|số hồ sơ|mã hồ sơ)(?: số)?(?: của)?(?: {_PROCEDURE})? {_OLD}$"),
        ("new:name", rf"^(?:tên )?{_PROCEDURE} (?:thay thế|mới)$"),
        ("new:code", rf"^(?:mã|mã số|số hồ sơ|mã hồ sơ)(?: số)?(?: {_PROCEDURE})? (?:thay thế|mới)$"),
        ("code", rf"^(?:số hồ sơ|mã hồ sơ|mã số hồ sơ|mã|mã số)(?: {_PROCEDURE})?(?: {_STATE})?$"),
        ("name", rf"^(?:tên )?{_PROCEDURE}(?: {_STATE})*(?: hoặc {_STATE})?$|^tên$"),
        *(("repealing", pattern) for pattern in REPEALING_HEADINGS),
        ("amending", rf"^{_TEXT}\b"),
        ("content", r"^(?:nội dung|lý do|phần)(?: được)? (?:sửa đổi|thay đổi|bổ sung|thay thế)"),
        ("effective", r"^(?:ngày|thời điểm|thời gian)(?: bắt đầu)?(?: có)? hiệu lực|^hiệu lực"),
        ("time:rule", rf"{_TERM}(?: \w+){{0,3}}? theo quy định|^theo quy định"),
        ("time:local", rf"{_TERM}(?: \w+){{0,3}}? (?:sau|được|đã|sau khi) cắt giảm"),
        ("time:local", r"^(?:sau|sau khi) cắt giảm|^cắt giảm còn"),
        ("time:cut", r"cắt giảm$|^tỷ lệ cắt giảm|^(?:số )?thời gian cắt giảm|^số ngày cắt giảm"),
        ("time", r"^(?:thời hạn|thời gian)\b(?!.*hiệu lực)"),
        ("place", r"^(?:địa điểm|nơi)\b"),
        ("ways", r"^(?:cách thức|hình thức)\b"),
        ("fee:charge", r"^phí$"),
        ("fee:fee", r"^lệ phí$"),
        ("fee", r"^(?:mức )?(?:phí|lệ phí)\b"),
        ("legal", r"^căn cứ\b|^cơ sở pháp lý"),
        ("decision", r"^(?:số )?(?:quyết định|qđ)\b.*|^số,? ?(?:ký hiệu )?quyết định"),
        ("field", r"^(?:tên )?(?:ngành )?lĩnh vực\b(?: \w+){0,2}$"),
        ("levels", r"^cấp (?:thực hiện|giải quyết)\b"),
        ("authority", r"^(?:cơ quan )?(?:có )?thẩm quyền\b|^phân cấp cho"),
        ("authority", r"^(?:cơ quan |cấp )?được (?:phân cấp|ủy quyền)"),
        ("agency", r"^(?:cơ quan|đơn vị)\b"),
        ("online", r"^(?:mức độ|dịch vụ công|dvc)\b"),
        ("note", r"^ghi chú"),
    )
)  # fmt: skip
_SHARED = {
    "processing_time": "time", "time:rule": "time:rule", "time:local": "time:local", "legal_bases": "legal",
    "executing_levels": "levels", "online_level": "online", "ways": "ways", "fee": "fee", "agency": "agency",
    "fee:charge": "fee:charge", "fee:fee": "fee:fee", "competent_authority": "authority",
    "decision_number": "decision", "province_decision_number": "decision", "stt": "stt",
    "online:full": "online:full", "online:partial": "online:partial", "postal": "postal",
    "level:ministry": "level:ministry", "level:province": "level:province",
    "level:district": "level:district", "level:commune": "level:commune", "subjects": "subjects",
    "way:direct": "way:direct", "way:online": "way:online", "way:postal": "way:postal",
    "time:direct": "time:direct", "time:online": "time:online", "time:postal": "time:postal",
}  # fmt: skip
"""Roles of the department's lists → the same roles in a decision."""
_COLUMN_NUMBER = re.compile(r"^\(?\s*(?:\d{1,2}|[a-zA-Z])\s*\)?(?:\s*=.*)?$")
_WAYS = ("trực tiếp", "trực tuyến", "bcci", "bưu chính công ích", "dịch vụ bưu chính công ích")


@dataclass(frozen=True, slots=True)
class DocumentColumn:
    """One column: the words of its heading, its role where known, and the fields of the grid it covers."""

    heading: str
    role: str | None
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class DocumentColumns:
    """The columns of a table, and the number of rows of their headings."""

    columns: tuple[DocumentColumn, ...]
    rows: int

    def column_of(self, cell: Cell) -> DocumentColumn | None:
        """Return the column with most of a cell, the first of several; a number's only if in no other."""
        best, most = None, (False, 0)
        for column in self.columns:
            shared = min(column.last, cell.column + cell.span) - max(column.first, cell.column)
            rank = (column.role != "stt", shared)
            if shared > 0 and rank > most:
                best, most = column, rank
        return best

    def columns_spanned(self, cell: Cell) -> int:
        """Return the number of columns with a role that a cell reaches over."""
        return sum(
            column.first < cell.column + cell.span and cell.column < column.last
            for column in self.columns
            if column.role
        )

    def has(self, role: str) -> bool:
        """Whether some column has this role."""
        return any(column.role == role for column in self.columns)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Headings without a known role."""
        return tuple(column.heading for column in self.columns if column.heading and not column.role)

    @property
    def repeals(self) -> bool:
        """Whether a heading says that the procedures below are repealed."""
        return any(
            column.role == "repealing"
            or (
                column.role in ("name", "annex_row")
                and re.search(r"bãi bỏ|hủy bỏ", matching_key(column.heading))
            )
            for column in self.columns
        )


def find_columns(rows: Sequence[TableRow], at: int) -> DocumentColumns | None:
    """Return the columns headed by the rows from `at` on, `None` where they head no list of procedures."""
    height = _height(rows, at)
    if height is None:
        return None
    stacked = _stack_headings(rows[at : at + height])
    columns = [
        DocumentColumn(" / ".join(texts), _role(texts), first, last)
        for (first, last), texts in stacked.items()
        if texts
    ]
    columns = _separate_old_and_new(_merge_neighbours(columns))
    roles = {column.role for column in columns}
    if not roles & {"name", "new:name", "old:name"} or len(roles - {None}) < 2:
        return None
    numbered = at + height < len(rows) and is_numbering(rows[at + height])
    return DocumentColumns(tuple(columns), height + numbered)


def is_numbering(row: TableRow) -> bool:
    """Whether a row only numbers the columns: "(1)", "(2)", "(3)"."""
    texts = [text for cell in row.cells if (text := canonical(cell.text))]
    return len(texts) > 2 and all(map(_COLUMN_NUMBER.match, texts)) and _ascends(texts)


def _ascends(texts: Sequence[str]) -> bool:
    numbers = [int(match[0]) for text in texts if (match := re.search(r"\d+", text))]
    return len(numbers) < 2 or (numbers == sorted(set(numbers)) and numbers[-1] - numbers[0] < len(texts) + 3)


def _height(rows: Sequence[TableRow], at: int) -> int | None:
    """Return the number of heading rows: a row of headings, and those below that divide them further."""
    cells = [cell for cell in rows[at].cells if canonical(cell.text)]
    if len(cells) < 2 or any(len(cell.text) > _LONGEST_HEADING for cell in cells):
        return None
    roles = [_role([cell.text]) for cell in cells]
    named = {"name", "old:name", "new:name"} & set(roles) or _is_over_names(rows, at)
    if not named or sum(role is not None for role in roles) * 2 < len(cells):
        return None
    height = max(cell.rows for cell in cells)
    while at + height < len(rows) and rows[at + height].table == rows[at].table and height < 4:
        below = [cell for cell in rows[at + height].cells if canonical(cell.text)]
        if len(below) < 2 or not _are_below(cells, below):
            break
        height += max(cell.rows for cell in below)
    return height


def _is_over_names(rows: Sequence[TableRow], at: int) -> bool:
    """Whether headings such as "TTHC được thay thế" are over "Mã" and "Tên" in the row below."""
    if at + 1 >= len(rows) or rows[at + 1].table != rows[at].table:
        return False
    wide = [cell for cell in rows[at].cells if cell.span > 1]
    return bool(wide) and any(_role([cell.text]) == "name" for cell in rows[at + 1].cells)


def _are_below(above: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Whether the cells divide the wide headings above them and nothing else."""
    for cell in below:
        if len(cell.text) > _LONGEST_HEADING:
            return False
        parent = next((up for up in above if up.column <= cell.column < up.column + up.span), None)
        if parent is None or (parent.span < 2 and canonical(parent.text)):
            return False
        if cell.column + cell.span > parent.column + parent.span or _known_role(parent.text) == "stt":
            return False
        if _role([parent.text, cell.text]) is None or canonical(cell.text).isdigit():
            return False
    parents = {up.column for cell in below for up in above if up.column <= cell.column < up.column + up.span}
    return len(parents) < len(below)


def _stack_headings(rows: Sequence[TableRow]) -> dict[tuple[int, int], list[str]]:
    """Return the headings over each narrowest column, from the top down."""
    cells = [cell for row in rows for cell in row.cells]
    edges = sorted({edge for cell in cells for edge in (cell.column, cell.column + cell.span)})
    stacked: dict[tuple[int, int], list[str]] = {}
    for first, last in pairwise(edges):
        texts = [
            canonical(cell.text)
            for cell in cells
            if cell.column <= first and last <= cell.column + cell.span and canonical(cell.text)
        ]
        stacked[first, last] = texts
    return stacked


def _merge_neighbours(columns: Sequence[DocumentColumn]) -> list[DocumentColumn]:
    """Merge neighbours under one heading, except numbers: "TT" may head two columns."""
    joined: list[DocumentColumn] = []
    for column in columns:
        last = joined[-1] if joined else None
        if last and last.heading == column.heading and last.last == column.first and column.role != "stt":
            joined[-1] = DocumentColumn(last.heading, last.role, last.first, column.last)
        else:
            joined.append(column)
    return joined


def _separate_old_and_new(columns: Sequence[DocumentColumn]) -> list[DocumentColumn]:
    """Return the roles of a table with old and new procedures: a plain code belongs to the name after it."""
    roles = [column.role for column in columns]
    if "new:name" not in roles and "old:name" not in roles:
        return list(columns)
    separated: list[DocumentColumn] = []
    for at, column in enumerate(columns):
        role = column.role
        if role in ("new:name", "new:code"):
            role = role.removeprefix("new:")
        elif role == "code":
            names = [each for each in roles[at:] if each in ("old:name", "new:name", "name")]
            role = "old:code" if names[:1] == ["old:name"] else "code"
        elif role == "name":
            role = "name" if "new:name" not in roles else None
        separated.append(DocumentColumn(column.heading, role, column.first, column.last))
    if "name" not in [column.role for column in separated]:
        plain = {"old:name": "name", "old:code": "code"}
        separated = [
            DocumentColumn(each.heading, plain.get(each.role or "", each.role), each.first, each.last)
            for each in separated
        ]
    return separated


@lru_cache(maxsize=4096)
def _known_role(heading: str) -> str | None:
    key = matching_key(re.sub(r"\([^()]*\)|\[[^][]*\]|\*+", " ", heading)) or matching_key(heading)
    for role, pattern in _RULES:
        if pattern.search(key):
            return role
    return _SHARED.get(role_of(heading) or "")


def _role(texts: Sequence[str]) -> str | None:
    """Return the role of the innermost heading, given the headings above it."""
    headings = [text for text in map(canonical, texts) if text]
    if not headings:
        return None
    if len(headings) == 1:
        return _known_role(headings[0])
    above, own = matching_key(headings[0]), matching_key(headings[-1])
    if _is_old(above) or _is_new(above):
        side = "old:" if _is_old(above) else "new:"
        inner = _known_role(headings[-1])
        return f"{side}{inner}" if inner in ("name", "code") else inner
    parent = _known_role(headings[0])
    if parent and parent.startswith("time"):
        return _time_role(own) or parent
    if parent == "levels" and len(levels := parse_levels(headings[-1])) == 1:
        return f"level:{next(iter(levels))}"
    if parent == "ways" and own in _WAYS:
        return {"trực tiếp": "way:direct", "trực tuyến": "way:online"}.get(own, "way:postal")
    if parent == "fee":
        return {"phí": "fee:charge", "lệ phí": "fee:fee"}.get(own, "fee")
    if own in ("toàn trình", "một phần"):
        return "online:full" if own == "toàn trình" else "online:partial"
    return _known_role(headings[-1]) or parent


def _time_role(key: str) -> str | None:
    if "cắt giảm" in key or key in ("thực tế", "của tỉnh", "thực hiện tại tỉnh"):
        return (
            "time:local" if re.search(r"sau|còn|thực tế", key) or key == "thực hiện tại tỉnh" else "time:cut"
        )
    if "quy định" in key:
        return "time:rule"
    return {"trực tiếp": "time:direct", "trực tuyến": "time:online"}.get(key)


def _is_old(key: str) -> bool:
    return bool(re.search(rf"{_PROCEDURE} {_OLD}$", key))


def _is_new(key: str) -> bool:
    return bool(re.search(rf"{_PROCEDURE} (?:thay thế|mới)$", key))
