"""Executing agencies by kind and level instead of wording; fields without their ministry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from procedures.values.text import canonical, matching_key

_COMMUNE = r"(?<!tác )xã(?! hội| viên)"
_LEVEL = re.compile(
    rf"\bcấp (tỉnh|huyện|{_COMMUNE}|trung ương|bộ)\b"
    rf"|\b(tỉnh|thành phố thuộc tỉnh|thành phố|tp|huyện|quận|thị xã|{_COMMUNE}|phường|thị trấn|đặc khu)\b"
)
_LEVELS = {
    "trung ương": "ministry", "bộ": "ministry", "tỉnh": "province", "thành phố": "province", "tp": "province",
    "huyện": "district", "quận": "district", "thị xã": "district", "thành phố thuộc tỉnh": "district",
    "xã": "commune", "phường": "commune", "thị trấn": "commune", "đặc khu": "commune",
}  # fmt: skip
_PREFIXES = r"^(?:(?:các|phó|chủ tịch|lãnh đạo|thường trực|bộ phận một cửa|của|tại) )*"
_KINDS = (
    (re.compile(rf"{_PREFIXES}ủy ban nhân dân\b"), "ủy ban nhân dân", None),
    (re.compile(rf"{_PREFIXES}hội đồng nhân dân\b"), "hội đồng nhân dân", None),
    (re.compile(r"\btrung tâm phục vụ hành chính công\b"), "trung tâm phục vụ hành chính công", None),
    (re.compile(r"^(sở .+)"), "", "province"),
    (re.compile(r"^(phòng .+)"), "", "commune"),
    (re.compile(r"^(bộ (?!phận).+)"), "", "ministry"),
)
_PLACE = re.compile(
    r"(?: (?:cấp|các|của|ở|tại))*"
    rf" (?:tỉnh|thành phố|tp|tphcm|huyện|quận|thị xã|{_COMMUNE}|phường|thị trấn|đặc khu)\b.*$"
)
PROVINCES = (
    "an giang|bà rịa vũng tàu|bạc liêu|bắc giang|bắc kạn|bắc ninh|bến tre|bình dương|bình định"
    "|bình phước|bình thuận|cà mau|cao bằng|cần thơ|đà nẵng|đắk lắk|đắk nông|điện biên|đồng nai"
    "|đồng tháp|gia lai|hà giang|hà nam|hà nội|hà tĩnh|hải dương|hải phòng|hậu giang|hòa bình"
    "|hồ chí minh|huế|hưng yên|khánh hòa|kiên giang|kon tum|lai châu|lạng sơn|lào cai|lâm đồng|long an"
    "|nam định|nghệ an|ninh bình|ninh thuận|phú thọ|phú yên|quảng bình|quảng nam|quảng ngãi|quảng ninh"
    "|quảng trị|sóc trăng|sơn la|tây ninh|thái bình|thái nguyên|thanh hóa|thừa thiên huế|tiền giang"
    "|trà vinh|tuyên quang|vĩnh long|vĩnh phúc|yên bái"
)
"""The provinces before and after the mergers of 1/7/2025 (resolution 202/2025/QH15)."""
_PROVINCE = re.compile(rf"^((?:sở|công an|bảo hiểm xã hội|thanh tra|ban quản lý) ?.*?) (?:{PROVINCES})$")
_NAMES_A_PROVINCE = re.compile(
    rf"\b(?:tỉnh|thành phố|tp) (?:{PROVINCES})\b|^(?:sở|ubnd|ủy ban nhân dân) .*\b(?:{PROVINCES})$"
)
_UNDER_A_TOWN = re.compile(r"thành phố trực thuộc tỉnh")
_FIRST_WORDS = (
    "sở|ubnd|ủy ban|uỷ ban|hđnd|hội đồng|chủ tịch|bộ|phòng|trung tâm|cục|tổng cục|chi cục|chi nhánh|ban"
    "|công an|cơ quan|cơ sở|đơn vị|cảng vụ|văn phòng|ngân hàng|bảo hiểm|thanh tra|biên phòng|tòa án|toà án"
    "|viện|trường|thủ tướng|chính phủ|kho bạc|hải quan|tổ chức|giám đốc|người đứng đầu|thi hành án|kiểm toán"
    "|khu quản lý"
)
_COMMA = re.compile(rf"\s*,\s*(?=[A-ZĐỦ])(?=(?i:{_FIRST_WORDS})\b)")
"""Only before a word that begins an agency: "Bộ Văn hóa, Thể thao và Du lịch" and "xã, phường" are one."""
_MINISTRY = re.compile(r"(?<=\S)[\s,-]*\(\s*bộ\s[^()]*\)[\s.;,]*$", re.I)


@dataclass(frozen=True, slots=True)
class AgencyKind:
    """What kind of agency a wording means, and at which level (`None`: unknown)."""

    kind: str
    level: str | None = None


def agency_kind(text: str) -> AgencyKind:
    """Return the kind, one for "Sở Nội Vụ" and "Sở Nội vụ tỉnh Hà Tĩnh", for "UBND cấp xã" and "UBND xã"."""
    key = matching_key(text)
    level_match = _LEVEL.search(_UNDER_A_TOWN.sub("thành phố thuộc tỉnh", key))
    named_level = _LEVELS[level_match[1] or level_match[2]] if level_match else None
    for pattern, name, level in _KINDS:
        if found := pattern.search(key):
            return AgencyKind(name, named_level) if name else AgencyKind(_without_place(found[1]), level)
    return AgencyKind(_without_place(key), named_level)


def _without_place(key: str) -> str:
    bare = _PLACE.sub("", key).strip() or key
    province_match = _PROVINCE.match(bare)
    return province_match[1] if province_match else bare


def split_agencies(text: str) -> tuple[str, ...]:
    """Return a cell's agencies, canonical, in order: split at lines, semicolons and some commas."""
    lines = filter(None, map(canonical, re.split(r"[\n;]+", text)))
    return tuple(part for line in lines for part in _COMMA.split(line) if part)


@lru_cache(maxsize=4096)
def names_province(text: str) -> str | None:
    """Return the first agency of a cell that names its province ("Sở Tư pháp Thành phố Hà Nội"), or None."""
    return next((each for each in split_agencies(text) if _NAMES_A_PROVINCE.search(matching_key(each))), None)


def field_key(text: str) -> str:
    """Return the matching key of a field (lĩnh vực) without a trailing "(Bộ …)"."""
    return matching_key(_MINISTRY.sub("", canonical(text)))
