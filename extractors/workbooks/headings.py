"""Which column of a workbook says what: headings known by their matching key.

Offices head the same column in many ways and over two rows ("Cách thức thực hiện" over "Trực tiếp",
"Trực tuyến"). A heading that nobody knows is named in the result, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from extractors.workbooks.tables import Cell, Sheet
from procedures.levels import parse_levels, parse_online_level
from procedures.text import canonical, matching_key
from procedures.workbook_layout.catalogue_columns import COLUMNS, MATCHED_HEADING, RECORD_HEADING

HEADING_ROWS = 20
"""Headings are looked for in so many rows at the top of a sheet."""
_LONGEST = 90

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "stt": ("STT", "TT", "Số TT", "Số thứ tự"),
    "code": ("Mã số TTHC", "Mã thủ tục", "Mã số", "Mã thủ tục hành chính", "Mã TTHC trên CSDLQG",
             "Mã số thủ tục hành chính", "Mã hồ sơ TTHC", "Mã số hồ sơ TTHC", "Mã số thủ tục", "Mã"),
    "name": ("Tên TTHC", "Tên thủ tục", "Tên", "Thủ tục hành chính", "Tên thủ tục hành chính/dịch vụ công"),
    "field": ("Ngành, lĩnh vực", "Lĩnh vực TTHC", "Tên lĩnh vực"),
    "executing_levels": ("Cấp thực hiện TTHC", "Cấp giải quyết"),
    "online_level": ("Mức độ cung cấp dịch vụ công trực tuyến", "Mức độ DVC", "Mức độ DVCTT",
                     "Mức độ dịch vụ công trực tuyến", "Mức độ dịch vụ công", "Dịch vụ công trực tuyến",
                     "Mức độ cung cấp DVCTT", "Toàn trình, một phần", "Toàn trình - một phần",
                     "Toàn trình/Một phần"),
    "processing_time": ("Thời gian giải quyết", "Thời hạn", "Thời gian", "Thời hạn giải quyết TTHC"),
    "fee": ("Phí/lệ phí", "Phí và lệ phí", "Phí, lệ phí (nếu có)"),
    "fee:charge": ("Phí",),
    "fee:fee": ("Lệ phí",),
    "agency": ("Cơ quan giải quyết", "Đơn vị thực hiện"),
    "division": ("Phòng tham mưu", "Đơn vị", "Phòng, ban, đơn vị trực thuộc", "Phòng, ban", "Phòng",
                 "Phòng chuyên môn, đơn vị trực thuộc", "Phòng/đơn vị"),
    "decision": ("Quyết định công bố", "Số quyết định", "QĐ Công bố", "Quyết định", "Số quyết định công bố",
                 "Số QĐ công bố", "Quyết định công bố TTHC"),
    "decision:date": ("Ngày quyết định", "Ngày quyết định công bố", "Ngày QĐ", "Ngày công bố",
                      "Ngày ban hành quyết định"),
    "province_decision_number": ("Quyết định công bố của UBND tỉnh", "Quyết định của UBND tỉnh",
                                 "Quyết định công bố của Chủ tịch UBND tỉnh", "QĐ công bố của tỉnh"),
    "decision_number": ("Quyết định của Bộ", "QĐ công bố của Bộ", "Quyết định công bố của Bộ, ngành"),
    "ways": ("Cách thức", "Hình thức nộp hồ sơ", "Hình thức thực hiện"),
    "postal": ("Bưu chính công ích", "Dịch vụ BCCI", "Dịch vụ bưu chính công ích", "Qua dịch vụ BCCI",
               "Thực hiện qua BCCI", "Qua BCCI", "Tiếp nhận, trả kết quả qua BCCI"),
    "decentralisation_state": ("Phân cấp",),
    "decentralised_to": ("Cơ quan được phân cấp",),
    "decentralisation_reason": ("Lý do phân cấp",),
    "delegated": ("Uỷ quyền",),
    "eligible_full_online": ("Đủ điều kiện cung cấp DVCTT toàn trình", "Đủ điều kiện DVCTT toàn trình"),
    "online_basis": ("Căn cứ pháp lý chưa toàn trình",),
    "online_plan": ("Lộ trình thực hiện", "Lộ trình toàn trình"),
    "legal_bases": ("Căn cứ pháp lý của TTHC", "Văn bản quy phạm pháp luật"),
    "state": ("Trạng thái", "Tình trạng hiệu lực"),
    "competent_authority": (
        "Thẩm quyền giải quyết", "Cơ quan có thẩm quyền quyết định", "Thẩm quyền quyết định",
        "Cơ quan có thẩm quyền giải quyết",
    ),
    "subjects": ("Đối tượng",),
    "dossier": ("Thành phần, số lượng hồ sơ", "Hồ sơ"),
    "requirements": ("Yêu cầu, điều kiện thực hiện", "Yêu cầu - điều kiện", "Yêu cầu điều kiện"),
    "results": ("Kết quả", "Kết quả giải quyết"),
    "url": ("Liên kết", "Link", "Địa chỉ"),
    "kind": ("Loại TTHC",),
    "online:full": ("Toàn trình", "DVC toàn trình", "DVCTT toàn trình", "Dịch vụ công trực tuyến toàn trình"),
    "online:partial": ("Một phần", "DVC một phần", "DVCTT một phần", "Dịch vụ công trực tuyến một phần"),
    "level:ministry": ("Cấp bộ", "Cấp trung ương"),
    "level:province": ("Cấp tỉnh",),
    "level:district": ("Cấp huyện",),
    "level:commune": ("Cấp xã",),
    "time:local": ("Sau cắt giảm", "Thời gian sau cắt giảm", "Thời hạn sau cắt giảm",
                   "Thời hạn giải quyết sau cắt giảm", "Thời gian giải quyết sau cắt giảm"),
    "ignored": ("Địa điểm thực hiện", "Ghi chú"),
    "matched": (MATCHED_HEADING,),
    "record": (RECORD_HEADING,),
}  # fmt: skip
"""Role → headings, besides those that the export writes (`catalogue_columns.COLUMNS`)."""

_SINGLE = frozenset({"stt", "code", "name", "record", "matched"})
_WAYS = {
    "way:direct": ("Trực tiếp", "Nộp trực tiếp"),
    "way:online": ("Trực tuyến", "Nộp trực tuyến"),
    "way:postal": ("BCCI", "Bưu chính công ích", "Bưu điện", "Bưu chính", "Dịch vụ bưu chính công ích",
                   "Qua dịch vụ BCCI", "Qua BCCI"),
}  # fmt: skip
_TIMES = {
    "time:direct": _WAYS["way:direct"],
    "time:online": _WAYS["way:online"],
    "time:postal": _WAYS["way:postal"],
    "time:rule": ("Theo quy định", "Quy định", "Theo quy định của pháp luật", "Thời hạn theo quy định"),
    "time:local": ("Sau cắt giảm", "Thực tế", "Sau khi cắt giảm", "Thời gian sau cắt giảm", "Cắt giảm còn"),
}
_DECISIONS = {
    "decision": ("Số", "Số, ký hiệu", "Số quyết định", "Số QĐ", "Số hiệu"),
    "decision:date": ("Ngày", "Ngày, tháng", "Ngày ban hành", "Ngày ký", "Ngày quyết định", "Ngày tháng năm"),
    "decision_number": ("Của Bộ", "Bộ"),
    "province_decision_number": ("Của tỉnh", "Tỉnh", "UBND tỉnh"),
}
_ANSWERS = {"eligible:yes": ("Có", "Đủ"), "eligible:no": ("Không", "Chưa", "Không đủ")}
_DECENTRALISED = {
    "decentralised_to": ("Cho", "Cơ quan được phân cấp", "Cấp được phân cấp"),
    "decentralisation_state": ("Trạng thái", "Có/không", "Đã phân cấp"),
    "decentralisation_basis": ("Căn cứ", "Căn cứ pháp lý", "Văn bản"),
    "decentralisation_reason": ("Lý do", "Lý do chưa phân cấp"),
    "decentralisation_texts": ("Văn bản phải sửa", "Văn bản cần sửa"),
}
_CHILDREN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ways": _WAYS,
    "processing_time": _TIMES,
    "fee": {"fee:charge": ("Phí",), "fee:fee": ("Lệ phí",)},
    "decision": _DECISIONS,
    "eligible_full_online": _ANSWERS,
    "decentralisation_state": _DECENTRALISED,
}

_NOTE = re.compile(r"\s*(?:\([^()]*\)|\[[^][]*\]|\*+)\s*$")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table: `roles` and `notes` (what a heading adds in brackets) by column.

    `first` is the row below the headings, `unknown` are headings that no reader knows, `beside` is the first
    column of a second table that stands beside this one.
    """

    roles: Mapping[int, str]
    notes: Mapping[int, str]
    unknown: tuple[str, ...]
    first: int
    beside: int | None = None

    def column(self, role: str) -> int | None:
        """The first column of a role."""
        return next((column for column, known in self.roles.items() if known == role), None)


def find_layout(sheet: Sheet) -> Layout | None:
    """The headings of a sheet's first table, `None` where its first rows have none."""
    best: Layout | None = None
    for row in range(min(HEADING_ROWS, len(sheet.rows))):
        layout = layout_at(sheet, row)
        if layout and (best is None or len(set(layout.roles.values())) > len(set(best.roles.values()))):
            best = layout
    return best


def layout_at(sheet: Sheet, row: int) -> Layout | None:
    """The layout that a row gives if it is a row of headings (it names at least the procedure's name)."""
    width = max(len(sheet.rows[row]), len(sheet.rows[row + 1]) if row + 1 < len(sheet.rows) else 0)
    texts = {column: _text(sheet.filled(row, column)) for column in range(width)}
    roles = {column: role for column, text in texts.items() if text and (role := role_of(text))}
    if "name" not in roles.values() or _title(sheet, row, roles):
        return None
    below = _children(sheet, row, texts, roles)
    headings = dict(texts)
    if below is not None:
        for column, (parent, text) in below.items():
            headings[column] = f"{parent} / {text}" if parent else text
            known = _child_role(role_of(parent) if parent else None, text) or (parent and role_of(parent))
            roles.pop(column, None)
            if known:
                roles[column] = known
    roles, doubled = _without_doubles(sheet, row, roles)
    unknown = [canonical(text) for column, text in headings.items() if text and column not in roles]
    again = {role_of(headings[column]) for column in doubled}
    return Layout(
        roles=roles,
        notes={column: note for column in roles if (note := _note(headings[column]))},
        unknown=tuple(dict.fromkeys(unknown + [canonical(headings[column]) for column in doubled])),
        first=row + (1 if below is None else 2),
        beside=min(doubled) if {"code", "name"} <= again else None,
    )


@lru_cache(maxsize=4096)
def role_of(heading: str) -> str | None:
    """The role of a heading, with or without a remark in brackets."""
    if len(heading) > _LONGEST:
        return None
    known = _known()
    text = canonical(heading)
    while text:
        role = known.get(matching_key(text))
        if role:
            return role
        shorter = _NOTE.sub("", text)
        if shorter == text:
            return "record" if text.startswith(RECORD_HEADING) else None
        text = shorter
    return None


@lru_cache(maxsize=1)
def _known() -> Mapping[str, str]:
    known = {matching_key(column.heading): column.role for column in COLUMNS}
    for role, headings in SYNONYMS.items():
        known.update({matching_key(heading): role for heading in headings})
    return known


def _title(sheet: Sheet, row: int, roles: Mapping[int, str]) -> bool:
    """A lone "Thủ tục hành chính" merged over the table is its title, no heading."""
    return len(set(roles.values())) == 1 and all(sheet.spans(row, column) for column in roles)


def _children(
    sheet: Sheet, row: int, texts: Mapping[int, str], roles: Mapping[int, str]
) -> dict[int, tuple[str, str]] | None:
    """The second row of headings, as column → (heading above, own heading); `None` if there is none.

    It has nothing of its own under the name and the code, and stands under wide or empty headings.
    """
    if row + 1 >= len(sheet.rows):
        return None
    own = {
        column: text
        for column in range(len(sheet.rows[row + 1]))
        if not sheet.continues(row + 1, column) and (text := _text(sheet.cell(row + 1, column)))
    }
    if len(own) < 2 or any(roles.get(column) in ("name", "code", "stt") for column in own):
        return None
    below: dict[int, tuple[str, str]] = {}
    parent = ""
    for column in range(max(*texts, *own) + 1):
        parent = texts.get(column) or parent
        if column in own:
            if role_of(parent) in ("name", "code"):
                parent = ""
            below[column] = (parent, own[column])
    spread = any(not texts.get(column) or sheet.spans(row, column) for column in own)
    return below if spread else None


def _child_role(parent: str | None, text: str) -> str | None:
    if parent in ("decision_number", "province_decision_number"):
        role = _named(_DECISIONS, text)
        if role == "decision:date":
            return "decision_date" if parent == "decision_number" else "province_decision_date"
        return parent
    if parent == "executing_levels":
        levels = parse_levels(text)
        return f"level:{next(iter(levels))}" if len(levels) == 1 else None
    if parent == "online_level":
        level = parse_online_level(text)
        return f"online:{level}" if level else None
    return (_named(_CHILDREN[parent], text) if parent and parent in _CHILDREN else None) or role_of(text)


def _named(names: Mapping[str, tuple[str, ...]], text: str) -> str | None:
    key = matching_key(_NOTE.sub("", canonical(text)))
    return next((role for role, known in names.items() if key in map(matching_key, known)), None)


def _without_doubles(
    sheet: Sheet, row: int, roles: Mapping[int, str]
) -> tuple[dict[int, str], tuple[int, ...]]:
    """A second column of a role that can only be said once is left out, and named as unknown."""
    kept: dict[int, str] = {}
    doubled = []
    for column in sorted(roles):
        role = roles[column]
        if role in _SINGLE - {"record"} and role in kept.values():
            if not (sheet.spans(row, column) and kept.get(column - 1) == role):
                doubled.append(column)
            continue
        kept[column] = role
    return kept, tuple(doubled)


def _note(heading: str) -> str:
    found = re.search(r"\(([^()]*)\)", heading)
    return canonical(found[1]) if found else ""


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else ""
