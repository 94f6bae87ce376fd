"""Levels at which a procedure is carried out, levels of online service, and ways of submission."""

from __future__ import annotations

import re
from collections.abc import Mapping

from procedures.text import canonical, matching_key

LEVELS: tuple[str, ...] = ("ministry", "province", "district", "commune", "other")
"""From the centre down; `district` ended on 1/7/2025 and is kept for rows that still say it."""

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
    "bộ": "ministry",
    "tỉnh": "province",
    "thành phố": "province",
    "huyện": "district",
    "quận": "district",
    "thị xã": "district",
    "xã": "commune",
    "phường": "commune",
    "thị trấn": "commune",
    "đặc khu": "commune",
    "cơ quan khác": "other",
}
_LEVEL = re.compile(
    r"\b(trung ương|cơ quan khác|thành phố|thị xã|thị trấn|đặc khu|tỉnh|huyện|quận|phường"
    r"|(?<!cán )(?<!nội )(?<!toàn )(?<!đồng )(?<!tiến )(?<!số )bộ(?! phận| máy| đội| hồ sơ| luật)"
    r"|(?<!tác )xã(?! hội| viên))\b"
)
"""Not the words that only sound like a level: cán bộ, bộ phận, hợp tác xã, xã hội."""
_DIGIT = re.compile(r"\b(?:mức độ|mức|cấp độ)?\s*([1-4])(?:[.,]0+)?\b")
_OLD: Mapping[str, str] = {"1": "information", "2": "information", "3": "partial", "4": "full"}
_WAYS: Mapping[str, tuple[str, ...]] = {
    "direct": ("trực tiếp", "direct"),
    "online": ("trực tuyến", "online", "điện tử", "môi trường mạng", "qua mạng"),
    "postal": ("bưu chính", "bcci", "bưu điện", "postal"),
}


def parse_levels(text: str) -> frozenset[str]:
    """The levels that a wording names: "Cấp tỉnh; Cấp xã", "A. CẤP TỈNH", "xã, phường, đặc khu"."""
    return frozenset(_LEVEL_WORDS[word] for word in _LEVEL.findall(matching_key(text)))


def parse_online_level(value: str | float | None) -> str | None:
    """The level of online service that a cell says, by new words or the old levels 1 to 4; else `None`.

    Old levels: 1 and 2 → information, 3 → partial, 4 → full. The levels of proactive services (decree
    224/2026/NĐ-CP, article 16) are another scale and give `None`.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _OLD.get(f"{value:g}")
    key = matching_key(value)
    if not key or "chủ động" in key:
        return None
    if "toàn trình" in key and not re.search(r"\b(?:chưa|không)\b.*toàn trình", key):
        return "full"
    if "một phần" in key:
        return "partial"
    if "thông tin" in key:
        return "information"
    digit = _DIGIT.fullmatch(key) or re.search(r"\bmức(?: độ)? ([1-4])\b", key)
    if digit:
        return _OLD[digit[1]]
    if key in ("không", "chưa", "0", "không có") or key.startswith(
        ("không cung cấp", "chưa cung cấp", "trực tiếp")
    ):
        return "none"
    return None


def online_rank(level: str) -> int:
    """Place in `ONLINE_LEVELS`, for comparing."""
    return ONLINE_LEVELS.index(level)


def level_label(level: str) -> str:
    """The level in words people read."""
    return _LEVEL_LABELS[level]


def online_label(level: str) -> str:
    """The level of online service in words people read."""
    return _ONLINE_LABELS[level]


def parse_ways(text: str) -> frozenset[str]:
    """The ways of submission that a wording names."""
    key = matching_key(canonical(text))
    return frozenset(way for way, words in _WAYS.items() if any(word in key for word in words))
