"""Executing agencies by kind and level, not by wording; fields without their ministry."""

from __future__ import annotations

import re
from dataclasses import dataclass

from procedures.text import canonical, matching_key

_LEVEL = re.compile(
    r"\bcấp (tỉnh|huyện|xã|trung ương|bộ)\b|\b(tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu)\b"
)
_LEVELS = {
    "trung ương": "ministry", "bộ": "ministry", "tỉnh": "province", "thành phố": "province",
    "huyện": "district", "quận": "district", "thị xã": "district",
    "xã": "commune", "phường": "commune", "thị trấn": "commune", "đặc khu": "commune",
}  # fmt: skip
_KINDS = (
    (re.compile(r"\b(?:ủy ban nhân dân|chủ tịch ủy ban nhân dân)\b"), "ủy ban nhân dân", None),
    (re.compile(r"\bhội đồng nhân dân\b"), "hội đồng nhân dân", None),
    (re.compile(r"\btrung tâm phục vụ hành chính công\b"), "trung tâm phục vụ hành chính công", None),
    (re.compile(r"^(sở .+)"), "", "province"),
    (re.compile(r"^(phòng .+)"), "", "commune"),
    (re.compile(r"^(bộ .+)"), "", "ministry"),
)
_PLACE = re.compile(r"\b(?:tỉnh|thành phố|tp|huyện|quận|thị xã|xã|phường|đặc khu)\b.*$")
_SPLIT = re.compile(r"[\n;]+|,(?=\s*(?:Sở|UBND|Ủy ban|Uỷ ban|Chủ tịch|Bộ|Phòng|Trung tâm|Cục|Ban|Công an)\b)")
_MINISTRY = re.compile(r"\s*\((?:Bộ|bộ|BỘ)\s[^()]*\)\s*$")


@dataclass(frozen=True, slots=True)
class AgencyKind:
    """What kind of agency a wording means, and at which level (`None`: not told)."""

    kind: str
    level: str | None = None


def agency_kind(text: str) -> AgencyKind:
    """The kind: "Sở Nội Vụ" and "Sở Nội vụ tỉnh Hà Tĩnh" are one, and so are "UBND cấp xã" and "UBND xã"."""
    key = matching_key(text)
    for pattern, name, level in _KINDS:
        found = pattern.search(key)
        if not found:
            continue
        if name:
            told = _LEVEL.search(key)
            return AgencyKind(name, _LEVELS[told[1] or told[2]] if told else None)
        return AgencyKind(_PLACE.sub("", found[1]).strip() or found[1], level)
    return AgencyKind(_PLACE.sub("", key).strip() or key)


def same_agencies(one: str, other: str) -> bool:
    """Whether two cells name the same kinds of agencies, whatever the order and wording."""
    left, right = _kinds(one), _kinds(other)
    if left == right:
        return True
    unlevelled = {each.kind for each in left} == {each.kind for each in right}
    return unlevelled and all(
        a.level == b.level or a.level is None or b.level is None
        for a in left
        for b in right
        if a.kind == b.kind
    )


def field_key(text: str) -> str:
    """Matching key of a field (lĩnh vực) without a trailing "(Bộ …)"."""
    return matching_key(_MINISTRY.sub("", canonical(text)))


def _kinds(text: str) -> frozenset[AgencyKind]:
    return frozenset(agency_kind(part) for part in _SPLIT.split(text) if canonical(part))
