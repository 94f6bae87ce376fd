"""What is wrong with a setting, in Vietnamese: each constraint of the settings' models has its words here."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from datetime import date, time
from typing import Any, Final

from procedures.text import excerpt

SHOWN = 80
"""Signs of a wrong value that are repeated."""

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
"""By the kind of a problem, what the value has to be; in braces what the constraint itself says."""

UNKNOWN: Final = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
"""Problems with a setting that there is not."""

PATTERNS: Final[Mapping[str, str]] = {
    r"^H\d{2}$": "phải là chữ H và hai chữ số, như H27",
    r"^[A-Za-z][A-Za-z0-9-]*$": "chỉ gồm chữ cái không dấu, chữ số và dấu gạch, như X-Remote-User",
}
"""What the patterns of settings ask for."""


def problem_words(problem: Mapping[str, Any], known: Collection[str] = ()) -> str:
    """One problem that the models found, in words; `known` are the settings there are beside it."""
    kind = problem["type"]
    if kind in UNKNOWN:
        close = difflib.get_close_matches(str(problem["loc"][-1]), known, n=1)
        return "không có thiết lập này" + (f", có phải {close[0]!r}?" if close else "")
    if kind == "missing":
        return "thiếu thiết lập này"
    if kind == "value_error":
        return str(problem["ctx"]["error"])
    wrong = f"giá trị {value_words(problem['input'])} không hợp lệ"
    if kind not in TYPES:
        return wrong
    return f"{wrong}, {TYPES[kind].format_map(_constraint(problem.get('ctx', {})))}"


def value_words(value: Any) -> str:
    """A value as `rasoat.toml` writes it, as far as it is short."""
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
    """What the constraint says of itself, ready to be read."""
    told = {name: f"{each:g}" if isinstance(each, float) else str(each) for name, each in context.items()}
    if "expected" in told:
        choices = told["expected"].replace(" or ", ", ").split(", ")
        told["expected"] = ("một trong: " if len(choices) > 1 else "") + ", ".join(choices)
    if "pattern" in told:
        told["pattern"] = PATTERNS.get(told["pattern"], f"phải đúng dạng {told['pattern']}")
    return told
