"""Files that people write with an editor: text with or without a byte order mark, and TOML."""

from __future__ import annotations

import codecs
import re
import tomllib
from typing import Any

from procedures.errors import SettingsError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

_SYNTAX_WORDS = (
    (r"Expected '=' after a key", "thiếu dấu = sau tên thiết lập"),
    (r"Expected newline or end of document", "sau giá trị còn chữ thừa; mỗi thiết lập đứng riêng một dòng"),
    (
        r"Invalid statement|Invalid initial",
        "không phải tên = giá trị hay [bảng]; tên có dấu đặt trong ngoặc kép",
    ),
    (r"Invalid value", "giá trị không đọc được; chữ phải đặt trong ngoặc kép"),
    (r"Invalid date or datetime", "ngày giờ không có thật; viết như 2026-04-30"),
    (r"Cannot declare .* twice|Cannot redefine namespace", "bảng này đã có ở trên"),
    (r"Cannot overwrite a value|Duplicate inline table key", "thiết lập này đã có ở trên"),
    (r"Cannot mutate immutable namespace", "bảng viết trong { } không thêm được ở chỗ khác"),
    (r"Expected '\]+' at the end", "thiếu dấu ] sau tên bảng"),
    (r"Unclosed array", "danh sách chưa đóng bằng dấu ]"),
    (r"Unclosed inline table", "bảng chưa đóng bằng dấu }"),
    (r"Unterminated string|Expected ", "chữ chưa đóng bằng ngoặc kép"),
    (
        r"Unescaped '\\\\'|Invalid hex value",
        r"dấu \ trong ngoặc kép phải viết hai lần (\\), hoặc dùng nháy đơn",
    ),
    (r"Illegal character|Escaped character|Found invalid character", "có ký tự không được phép"),
)
"""The TOML reader's English messages and their Vietnamese wording for people."""

_CURLY_QUOTES = "\u201c\u201d\u201e\u2018\u2019"


def bom_encoding(data: bytes) -> str | None:
    """Return the encoding that a byte order mark indicates."""
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)), None)


def detect_encoding(data: bytes) -> str:
    """Return the encoding of a text: by its mark, by the zeros of UTF-16 without one, else UTF-8."""
    marked = bom_encoding(data)
    if marked is not None:
        return marked
    head = data[:1024]
    if b"\0" not in head:
        return "utf-8"
    return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"


def decode_text(data: bytes, name: str) -> str:
    """Return the text of a file.

    Raises:
        SettingsError: it is in none of Unicode's encodings; names the file and the line.
    """
    encoding = detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SettingsError(
            f"{name}: dòng {line}: không phải văn bản UTF-8; mở bằng Notepad, chọn Save as, "
            "Encoding: UTF-8 rồi lưu lại"
        ) from error


def parse_toml(data: bytes, name: str) -> dict[str, Any]:
    """Return the content of a TOML file.

    Raises:
        SettingsError: it is not TOML; names the file, the line and the column.
    """
    text = decode_text(data, name)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name}: không đọc được TOML ({_error_words(text, str(error))})") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{name}: không đọc được TOML (số quá dài, hoặc ngoặc lồng quá sâu)") from error


def _error_words(text: str, message: str) -> str:
    """Return a syntax error of TOML in words, with its place."""
    words = next((words for sign, words in _SYNTAX_WORDS if re.match(sign, message)), "sai cú pháp")
    lines = text.replace("\r\n", "\n").split("\n")
    line, column = len(lines), len(lines[-1]) + 1
    place = _PLACE.search(message)
    if place is not None and place[1] is not None:
        line, column = int(place[1]), int(place[2])
    if any(sign in _CURLY_QUOTES for sign in lines[line - 1]):
        words = 'dùng ngoặc kép thẳng ("), không dùng “ ”'
    return f"dòng {line}, cột {column}: {words}"
