"""A command line that is wrong is told so in Vietnamese, whatever the library that reads it says."""

from __future__ import annotations

import pytest

from rasoat.cli import USAGE_ERRORS, app
from rasoat.usage_words import usage_words


@pytest.mark.parametrize(
    "line, words",
    [
        ("sync --sorce x", "--sorce: không có tùy chọn này; có phải --json, --source?"),
        ("release", "thiếu SNAPSHOT_ID"),
        ("quarantine dismiss 1 --reason x", "thiếu --by"),
        ("release một --by a --reason x", "SNAPSHOT_ID: phải là số nguyên"),
        ("release 1 --by", "--by: thiếu giá trị"),
        ("simulate --port 99999", "--port: phải từ 65535 trở xuống"),
        ("simulate --port -1", "--port: phải từ 0 trở lên"),
        ("sync thừa", "thừa: thừa"),
        ("sync --json=5", "--json: không nhận giá trị"),
        ("catalogue nhap", "không có lệnh 'nhap'"),
        (
            "user add x --role sếp",
            "--role: 'sếp' không có; dùng một trong: 'viewer', 'analyst', 'admin'",
        ),
    ],
)
def test_a_wrong_line_is_told_in_vietnamese(line: str, words: str) -> None:
    with pytest.raises(USAGE_ERRORS) as caught:
        app(line.split(), prog_name="rasoat", standalone_mode=False)
    assert usage_words(caught.value.format_message()) == words


def test_what_nobody_has_words_for_is_no_english() -> None:
    assert usage_words("Something new went wrong.") == "dòng lệnh không đúng"
    assert usage_words("Invalid value for '--x': odd.") == "--x: giá trị không hợp lệ"
