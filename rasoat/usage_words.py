"""What is wrong with a command line, in Vietnamese: the library that reads it says so in English."""

from __future__ import annotations

import re
from typing import Final

_USES: Final = (
    (
        r"No such option: (\S+)(?: \(Possible options: (.+)\))?",
        "{0}: không có tùy chọn này",
        "; có phải {1}?",
    ),
    (r"No such option: (\S+)(?: Did you mean (.+)\?)?", "{0}: không có tùy chọn này", "; có phải {1}?"),
    (r"No such command '(.+?)'\.(.*)", "không có lệnh '{0}'", ""),
    (r"Missing (?:argument|option|parameter) '(.+?)'\.(.*)", "thiếu {0}", ""),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)(.*)", "thừa: {0}", ""),
    (r"Option '(.+?)' requires (?:an argument|\d+ arguments)\.(.*)", "{0}: thiếu giá trị", ""),
    (r"Option '(.+?)' does not take a value\.(.*)", "{0}: không nhận giá trị", ""),
)
"""A complaint, its words, and what is added where the second part is there."""

_VALUES: Final = (
    (r"(?:Value error, )?('.*?') is not one of (.+?)\.?", "{0} không có; dùng một trong: {1}"),
    (r"Input should be less than or equal to (\S+)", "phải từ {0} trở xuống"),
    (r"Input should be greater than or equal to (\S+)", "phải từ {0} trở lên"),
    (r"(\S+) is not in the range (\S+?)\.?", "{0} nằm ngoài khoảng {1}"),
    (r"Input should be a valid integer.*|.* is not a valid integer\.?", "phải là số nguyên"),
    (r"Input should be a valid number.*|.* is not a valid float\.?", "phải là số"),
    (r"Input should be a valid boolean.*|.* is not a valid boolean\.?", "phải là có hoặc không"),
)
"""What is wrong with a value."""


def usage_words(complaint: str) -> str:
    """The complaint in one line; what nobody has words for yet says no more than which value it is about."""
    text = " ".join(complaint.split())
    value = re.fullmatch(r"Invalid value(?: for '?(.+?)'?)?: (.+)", text)
    if value is not None:
        return f"{value[1]}: {_value_words(value[2])}" if value[1] else _value_words(value[2])
    for pattern, words, more in _USES:
        found = re.fullmatch(pattern, text)
        if found is not None:
            groups = [each or "" for each in found.groups()]
            return words.format(*groups) + (more.format(*groups) if groups[1] else "")
    return "dòng lệnh không đúng"


def _value_words(text: str) -> str:
    for pattern, words in _VALUES:
        found = re.fullmatch(pattern, text)
        if found is not None:
            return words.format(*found.groups())
    return "giá trị không hợp lệ"
