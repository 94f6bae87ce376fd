"""Vietnamese messages for invalid settings: words for each constraint of the settings' models."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from datetime import date, time
from typing import Any, Final

from procedures.wording.words import excerpt

SHOWN = 80
"""Characters of an invalid value that are repeated."""

_A_DATE = "phải là ngày như 2026-04-30, không đặt trong ngoặc kép"
_A_LIST = 'phải là danh sách trong ngoặc vuông, như ["a", "b"]'
_A_TABLE = "phải là một bảng, mở bằng dòng [tên]"
_A_WHOLE_NUMBER = "phải là số nguyên"
_A_NUMBER = "phải là số"
_A_TRUTH = "phải là true hoặc false"

TYPES: Final[Mapping[str, str]] = {
    "string_type": "phải là chữ trong ngoặc kép",
    "int_type": _A_WHOLE_NUMBER,
    "int_parsing": _A_WHOLE_NUMBER,
    "int_parsing_size": _A_WHOLE_NUMBER,
    "int_from_float": _A_WHOLE_NUMBER,
    "float_type": _A_NUMBER,
    "float_parsing": _A_NUMBER,
    "finite_number": _A_NUMBER,
    "bool_type": _A_TRUTH,
    "bool_parsing": _A_TRUTH,
    "tuple_type": _A_LIST,
    "frozen_set_type": _A_LIST,
    "dict_type": _A_TABLE,
    "dataclass_type": _A_TABLE,
    "model_type": _A_TABLE,
    "date_type": _A_DATE,
    "date_parsing": _A_DATE,
    "date_from_datetime_parsing": _A_DATE,
    "date_from_datetime_inexact": _A_DATE,
    "path_type": "phải là đường dẫn trong ngoặc kép",
    "ip_any_address": "phải là địa chỉ IP như 127.0.0.1",
    "literal_error": "phải là {expected}",
    "greater_than": "phải lớn hơn {gt}",
    "greater_than_equal": "phải từ {ge} trở lên",
    "less_than": "phải nhỏ hơn {lt}",
    "less_than_equal": "phải từ {le} trở xuống",
    "string_pattern_mismatch": "{pattern}",
}
"""By type of problem, what the value has to be; in braces the constraint's own values."""

UNKNOWN: Final = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
"""Problem types of settings that do not exist."""

PATTERNS: Final[Mapping[str, str]] = {
    r"^H\d{2}$": "phải là chữ H và hai chữ số, như H27",
    r"^([01]\d|2[0-3]):[0-5]\d$": "phải là giờ và phút, như 02:30",
    r"^[A-Za-z][A-Za-z0-9-]*$": "chỉ gồm chữ cái không dấu, chữ số và dấu gạch, như X-Remote-User",
}
"""Descriptions of the patterns of settings."""


def problem_words(problem: Mapping[str, Any], known: Collection[str] = ()) -> str:
    """Return one validation problem in words; `known` are the settings of the same table."""
    kind = problem["type"]
    if kind in UNKNOWN:
        close = difflib.get_close_matches(str(problem["loc"][-1]), known, n=1)
        return "không có thiết lập này" + (f", có phải {close[0]!r}?" if close else "")
    if kind == "missing":
        return "thiếu thiết lập này"
    if kind == "value_error":
        return str(problem["ctx"]["error"])
    invalid = f"giá trị {value_words(problem['input'])} không hợp lệ"
    if kind not in TYPES:
        return invalid
    return f"{invalid}, {TYPES[kind].format_map(_constraint(problem.get('ctx', {})))}"


def value_words(value: Any) -> str:
    """Return a value as `rasoat.toml` writes it, shortened."""
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "là một bảng"
        case list():
            return "là một danh sách"
        case date() | time():
            return value.isoformat()
        case str():
            return f"'{excerpt(value, SHOWN)}'"
    return excerpt(str(value), SHOWN)


def _constraint(context: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of the constraint in words."""
    words = {name: f"{each:g}" if isinstance(each, float) else str(each) for name, each in context.items()}
    if "expected" in words:
        choices = words["expected"].replace(" or ", ", ").split(", ")
        words["expected"] = ("một trong: " if len(choices) > 1 else "") + ", ".join(choices)
    if "pattern" in words:
        words["pattern"] = PATTERNS.get(words["pattern"], f"phải đúng dạng {words['pattern']}")
    return words
