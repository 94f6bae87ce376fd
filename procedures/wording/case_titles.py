"""Cases in words: what the cause is, and what its findings are. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from procedures.values.text import matching_key
from procedures.wording.readable_values import side_value_in_words
from procedures.wording.words import ATTRIBUTE_LABELS, KIND_TITLES, excerpt

SHORT_KINDS: Mapping[str, str] = {
    "new_from_ministry": "mới",
    "not_in_catalogue": "chưa có trong danh mục",
    "not_on_national_portal": "không có trên Cổng DVC quốc gia",
    "not_on_provincial_portal": "không có trên cổng tỉnh",
    "repealed_still_listed": "bị bãi bỏ",
    "replaced_still_listed": "được thay thế",
    "attribute_mismatch": "khác nội dung",
    "executing_level_mismatch": "khác cấp thực hiện",
    "online_level_mismatch": "khác mức trực tuyến",
    "online_opportunity": "có thể nâng mức trực tuyến",
    "slower_than_national": "thời hạn dài hơn",
    "missing_code": "chưa có mã",
    "incomplete_record": "thiếu bộ phận",
    "partial_without_reason": "chưa nêu lý do",
    "service_not_posted": "chưa có dịch vụ công",
    "overlap": "có thể trùng lặp",
    "invalid_code": "mã không hợp lệ",
    "duplicate_code": "mã bị lặp",
    "announcement_overdue": "quá hạn",
}
"""Each kind of finding in the few words that follow a number: "13 được thay thế"."""

_PLACES = {kind: place for place, kind in enumerate(SHORT_KINDS)}

_SIDES: Mapping[str, str] = {
    "catalogue": "danh mục",
    "national": "Cổng quốc gia",
    "provincial": "cổng tỉnh",
}

_MEMBER = ("kind", "attribute", "code", "name", "division", "evidence", *(f"{side}_value" for side in _SIDES))
"""What a title takes of a finding."""

LONGEST_NAME = 120
"""Characters of a procedure's name, or of a value, within a title."""


def case_title(case_id: str, member: Mapping[str, Any] | None = None) -> str:
    """Return what a case is about, by its key and any of its findings (a row of `v_finding`).

    Without one it says less: the key tells the cause, not every name.
    """
    member = member or dict.fromkeys(_MEMBER)
    cause, _, rest = case_id.partition(":")
    match cause:
        case "decision":
            return f"Quyết định {rest}"
        case "incomplete":
            return f"Cổng DVC quốc gia thiếu {_lacking(member)}{_of_agency(member)}"
        case "baseline":
            return f"Đã công bố từ trước, danh mục chưa có{_of_agency(member)}"
        case "reasons":
            return f"Trực tuyến một phần, chưa nêu lý do: {_division(rest, member)}"
        case "absent":
            return f"Không có trên cổng nào: {_procedure(member) or rest}"
        case "unpublished":
            return "Không có trên cổng tỉnh"
        case "online":
            return f"Mức độ trực tuyến: {_procedure(member) or rest}"
        case "renamed":
            words = f"{_attribute(rest.partition(':')[0])} ghi khác nhau"
            return ": ".join(filter(None, (words, _values(member))))
        case "column":
            role, _, attribute = rest.partition(":")
            return _column(role, attribute)
        case "codes":
            return f"Mã trong danh mục cần sửa: {_division(rest, member)}"
        case "portal":
            return f"Cổng tỉnh ghi khác: {_attribute(rest.rpartition(':')[2]).lower()}"
        case _:
            return _single(member)


def case_breakdown(counts: Mapping[str, int]) -> str:
    """Return how many findings of each kind there are, the most first: "13 được thay thế, 1 mới"."""
    by_number = sorted(counts.items(), key=lambda item: (-item[1], _PLACES[item[0]]))
    return ", ".join(f"{number} {SHORT_KINDS[kind]}" for kind, number in by_number if number)


def _column(role: str, attribute: str) -> str:
    if attribute == "code":
        return "Nhiều dòng của danh mục không có mã hợp lệ: có thể đọc nhầm cột"
    side = _SIDES.get(role, role)
    return f"{_attribute(attribute)}: {side} khác các bên ở nhiều thủ tục, có thể đọc nhầm cột"


def _attribute(name: str) -> str:
    return "Mã thủ tục" if name == "code" else ATTRIBUTE_LABELS.get(name, name)


def _lacking(member: Mapping[str, Any]) -> str:
    parts = _evidence(member).get("lacking")
    return ", ".join(map(str, parts)) if isinstance(parts, list) and parts else "bộ phận tạo thành"


def _of_agency(member: Mapping[str, Any]) -> str:
    agency = _evidence(member).get("agency")
    return f": {excerpt(str(agency), LONGEST_NAME)}" if agency else ""


def _division(key: str, member: Mapping[str, Any]) -> str:
    """Return the division's name as the list has it, unless the finding was given to another one."""
    division = member["division"] or ""
    if matching_key(division) == key and key:
        return str(division)
    return key[:1].upper() + key[1:] if " " in key else "chưa rõ phòng"


def _procedure(member: Mapping[str, Any]) -> str:
    name = excerpt(member["name"] or "", LONGEST_NAME)
    return " ".join(filter(None, (member["code"], name)))


def _values(member: Mapping[str, Any]) -> str:
    kind, attribute = member["kind"], member["attribute"]
    words = (
        f"{side} “{excerpt(side_value_in_words(kind, attribute, value) or '', LONGEST_NAME)}”"
        for role, side in _SIDES.items()
        if (value := member[f"{role}_value"])
    )
    return ", ".join(words)


def _single(member: Mapping[str, Any]) -> str:
    title, procedure = KIND_TITLES.get(member["kind"], "Một sai lệch"), _procedure(member)
    return f"{title}: {procedure}" if procedure else title


def _evidence(member: Mapping[str, Any]) -> Mapping[str, Any]:
    evidence = member["evidence"]
    parsed = json.loads(evidence) if isinstance(evidence, str) else evidence
    return parsed if isinstance(parsed, Mapping) else {}
