"""Levels at which a procedure is carried out, levels of online service, and ways of submission."""

from __future__ import annotations

import re
from collections.abc import Mapping

from procedures.values.text import canonical, matching_key

LEVELS: tuple[str, ...] = ("ministry", "province", "district", "commune", "other")
"""From the centre down; `district` ended on 1/7/2025 and is kept for rows that still have it."""

ONLINE_LEVELS: tuple[str, ...] = ("none", "information", "partial", "full")
"""From the lowest up (decree 42/2022/NĐ-CP, article 4; older lists say levels 1 to 4)."""

_LEVEL_LABELS: Mapping[str, str] = {
    "ministry": "Cấp Bộ",
    "province": "Cấp tỉnh",
    "district": "Cấp huyện",
    "commune": "Cấp xã",
    "other": "Cơ quan khác",
}
_ONLINE_LABELS: Mapping[str, str] = {
    "none": "Chưa cung cấp trực tuyến",
    "information": "Chỉ cung cấp thông tin",
    "partial": "Một phần",
    "full": "Toàn trình",
}
_LEVEL_WORDS: Mapping[str, str] = {
    "trung ương": "ministry",
    "tw": "ministry",
    "bộ": "ministry",
    "tỉnh": "province",
    "thành phố": "province",
    "thành phố thuộc tỉnh": "district",
    "huyện": "district",
    "quận": "district",
    "thị xã": "district",
    "xã": "commune",
    "phường": "commune",
    "thị trấn": "commune",
    "đặc khu": "commune",
    "cơ quan khác": "other",
}
_LEVEL_CODES: Mapping[str, str] = {
    "bo": "ministry",
    "tw": "ministry",
    "trung_uong": "ministry",
    "tinh": "province",
    "thanh_pho": "province",
    "huyen": "district",
    "xa": "commune",
    "phuong": "commune",
}
"""Words without accents, as tables of other systems write them."""
_MINISTRIES = (
    "nội vụ|tư pháp|xây dựng|công an|quốc phòng|ngoại giao|tài chính|công thương|y tế|nông nghiệp|nn và mt"
    "|giáo dục|khoa học|văn hóa|dân tộc|lao động|giao thông|tài nguyên|kế hoạch|thông tin"
)
_LEVEL = re.compile(
    r"\b(trung ương|cơ quan khác|thành phố thuộc tỉnh|thành phố|thị xã|thị trấn|đặc khu|tỉnh|huyện|quận"
    r"|phường|(?:(?<=^)|(?<=cấp )|(?<=^[a-z] )|(?<=và )|(?<=hoặc )|(?<=thuộc )|(?<=của )|(?<=các )|(?<=ương )"
    r"|(?<=tỉnh )|(?<=huyện )|(?<=xã )|(?<=phố )|(?<=phường )|(?<=khu ))"
    r"bộ(?! phận| máy| đội| hồ sơ| luật| môn| thủ tục)"
    rf"|(?<!cán )(?<!nội )bộ(?= (?:{_MINISTRIES})\b)"
    r"|(?<!tác )(?<!công )xã(?! hội| viên))\b"
)
"""Without words that only sound like a level: cán bộ, đường bộ, bộ phận, hợp tác xã, xã hội."""
_SUPERIOR_UNIT = re.compile(
    r"(?<=thành phố )trực thuộc trung ương"
    r"|(?<=xã )(?:trực )?thuộc (?:tỉnh|thành phố)|(?<=phường )(?:trực )?thuộc (?:tỉnh|thành phố)"
)
"""The unit that a place belongs to is not its level: "tỉnh, thành phố trực thuộc trung ương"."""
_DISTRICT_TOWN = re.compile(r"thành phố (?:trực )?thuộc tỉnh|(?<=thị xã )thành phố")
_DIGITS = re.compile(r"(?:\bmức(?: độ)?|\bcấp độ|\bmđ|^) ?((?:[1-4](?:[.,]0+)?\b(?:[-/,]| và | hoặc | )?)+)")
_BARE_DIGIT = re.compile(r"[1-4](?:[.,]0+)?")
_NOT_OFFERED = re.compile(
    r"\b(?:chưa|không)(?: \w+){0,4}? (?:toàn trình|một phần)\b|\b(?:toàn trình|một phần) (?:không|chưa)$"
    r"|\bđủ điều kiện(?: \w+){0,7}? toàn trình\b|\b(?:không|chưa) (?:có|cung cấp) thông tin\b"
)
"""Levels that a cell denies, and being eligible for a level, which is not yet offering it."""
_OLD_LEVELS: Mapping[str, str] = {"1": "information", "2": "information", "3": "partial", "4": "full"}
_WAYS: Mapping[str, tuple[str, ...]] = {
    "direct": ("trực tiếp", "direct"),
    "online": ("trực tuyến", "online", "điện tử", "môi trường mạng", "qua mạng"),
    "postal": ("bưu chính", "bcci", "bưu điện", "postal"),
}
_WAY = r"(?:qua )?(?:dịch vụ )?(?:trực tiếp|trực tuyến|bưu chính công ích|bưu chính|bcci|bưu điện)"
_NAMED_WAYS = re.compile(
    rf"^[-+•*\s]*(?:nộp )?(?:hồ sơ )?(?P<ways>{_WAY}(?:(?:\s*[,/&]\s*|\s+và\s+|\s+hoặc\s+){_WAY})*)"
    r"(?:\s*:\s*|\s+-\s+|\s+(?=\d))(?P<rest>\S.*)$",
    re.I | re.S,
)
NEXT_WAY = rf"(?<!tiếp)(?<!tuyến)(?<!chính)(?<!công ích)(?<!điện)(?<!bcci),\s*(?=(?:nộp )?{_WAY}\s*:)"
"""A comma before another way of submission and its colon: "Trực tuyến: 8 ngày, Trực tiếp: 10 ngày"."""


def parse_levels(text: str) -> frozenset[str]:
    """Return the levels that a wording names: "Cấp tỉnh; Cấp xã", "A. CẤP TỈNH", "xã, phường, đặc khu"."""
    key = re.sub(r"\bcấp t[ưw]\b", "trung ương", matching_key(text))
    key = _SUPERIOR_UNIT.sub("", _DISTRICT_TOWN.sub("thành phố thuộc tỉnh", key))
    return frozenset(_LEVEL_WORDS[word] for word in _LEVEL.findall(key))


def parse_level_codes(text: str) -> frozenset[str]:
    """Return the levels of a cell of codes alone: "tinh", "xa", "cap_tinh, cap_xa", "province"; else none."""
    words = [
        word
        for word in re.split(r"[\s,;/|+&]+", re.sub(r"\b(?:cap|va)[_ ]", "", text.strip().lower()))
        if word
    ]
    levels = [word if word in LEVELS else _LEVEL_CODES.get(word) for word in words]
    return frozenset(level for level in levels if level) if levels and all(levels) else frozenset()


def parse_online_level(value: str | float | None) -> str | None:
    """Return a cell's level of online service, by new words or the old levels 1 to 4; else `None`.

    Old levels: 1 and 2 → information, 3 → partial, 4 → full; of several the highest counts. The levels of
    proactive services (decree 224/2026/NĐ-CP, article 16) are another scale and give `None`.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return "none" if value == 0 else _OLD_LEVELS.get(f"{value:g}")
    key = matching_key(value)
    if not key or "chủ động" in key:
        return None
    parts = (_NOT_OFFERED.sub(" ", matching_key(part)).strip() for part in re.split(r"[;\n]|,\s", value))
    if offered := [level for level in map(_offered_level, parts) if level]:
        return max(offered, key=online_rank)
    if key in ("không", "chưa", "0", "không có") or key.startswith(
        ("không cung cấp", "chưa cung cấp", "trực tiếp")
    ):
        return "none"
    return None


def _offered_level(key: str) -> str | None:
    if "toàn trình" in key:
        return "full"
    if "một phần" in key:
        return "partial"
    if "thông tin" in key:
        return "information"
    digits = "".join(re.sub(r"[.,]0+\b", "", found) for found in _DIGITS.findall(key))
    levels = [_OLD_LEVELS[digit] for digit in re.findall(r"[1-4]", digits)]
    if not levels or (key[0].isdigit() and not _BARE_DIGIT.fullmatch(key)):
        return None
    return max(levels, key=online_rank)


def online_rank(level: str) -> int:
    """Return the position in `ONLINE_LEVELS`, for comparing."""
    return ONLINE_LEVELS.index(level)


def level_label(level: str) -> str:
    """Return the level in words people read."""
    return _LEVEL_LABELS[level]


def online_label(level: str) -> str:
    """Return the level of online service in words people read."""
    return _ONLINE_LABELS[level]


def parse_ways(text: str) -> frozenset[str]:
    """Return the ways of submission that a wording names."""
    key = matching_key(canonical(text))
    return frozenset(way for way, words in _WAYS.items() if any(word in key for word in words))


def split_ways(text: str) -> tuple[tuple[str | None, ...], str]:
    """Return the ways named before a value, in their order, and the value: "Trực tiếp, trực tuyến: 10 ngày".

    `(None,)` where none is named.
    """
    found = _NAMED_WAYS.match(text)
    if not found:
        return (None,), text
    words = re.split(r"\s*[,/&]\s*|\s+và\s+|\s+hoặc\s+", found["ways"])
    return tuple(dict.fromkeys(way for word in words for way in sorted(parse_ways(word)))), found["rest"]
