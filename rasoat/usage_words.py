"""Usage errors in Vietnamese, translated from the English ones of the command line library."""

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
"""Pattern of a message, its translation, and what is added if the second group is there."""

_VALUES: Final = (
    (r"(?:Value error, )?('.*?') is not one of (.+?)\.?", "{0} không có; dùng một trong: {1}"),
    (r"Input should be less than or equal to (\S+)", "phải từ {0} trở xuống"),
    (r"Input should be greater than or equal to (\S+)", "phải từ {0} trở lên"),
    (r"(\S+) is not in the range (\S+?)\.?", "{0} nằm ngoài khoảng {1}"),
    (r"Input should be a valid integer.*|.* is not a valid integer\.?", "phải là số nguyên"),
    (r"Input should be a valid number.*|.* is not a valid float\.?", "phải là số"),
    (r"Input should be a valid boolean.*|.* is not a valid boolean\.?", "phải là có hoặc không"),
)
"""Pattern of a message about a value, and its translation."""


def usage_words(message: str) -> str:
    """Return the message in Vietnamese in one line; an unknown message only names the value."""
    text = " ".join(message.split())
    value = re.fullmatch(r"Invalid value(?: for '?(.+?)'?)?: (.+)", text)
    if value is not None:
        return f"{value[1]}: {_value_words(value[2])}" if value[1] else _value_words(value[2])
    for pattern, words, more in _USES:
        match = re.fullmatch(pattern, text)
        if match is not None:
            groups = [group or "" for group in match.groups()]
            return words.format(*groups) + (more.format(*groups) if groups[1] else "")
    return "dòng lệnh không đúng"


def _value_words(text: str) -> str:
    for pattern, words in _VALUES:
        match = re.fullmatch(pattern, text)
        if match is not None:
            return words.format(*match.groups())
    return "giá trị không hợp lệ"
