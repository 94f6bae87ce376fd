"""Files that people write with an editor: text whatever mark Notepad puts before it, and TOML in it."""

from __future__ import annotations

import codecs
import re
import tomllib
from typing import Any

from procedures.errors import SettingsError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

_SYNTAX = (
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
"""What the reader of TOML says (in English) of a mistake, and how it is said to people."""

_CURLY = "\u201c\u201d\u201e\u2018\u2019"


def marked_encoding(data: bytes) -> str | None:
    """The encoding that a byte order mark tells."""
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def encoding_of(data: bytes) -> str:
    """The encoding of a text: by its mark, by the zeros of UTF-16 without one, else UTF-8."""
    marked = marked_encoding(data)
    if marked is not None:
        return marked
    head = data[:1024]
    if b"\0" not in head:
        return "utf-8"
    return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"


def text_of(data: bytes, name: str) -> str:
    """The text of a file.

    Raises:
        SettingsError: it is in none of Unicode's encodings; names the file and the line.
    """
    encoding = encoding_of(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SettingsError(
            f"{name}: dòng {line}: không phải văn bản UTF-8; mở bằng Notepad, chọn Save as, "
            "Encoding: UTF-8 rồi lưu lại"
        ) from error


def toml_of(data: bytes, name: str) -> dict[str, Any]:
    """What a TOML file says.

    Raises:
        SettingsError: it is no TOML; names the file, the line and the column.
    """
    text = text_of(data, name)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name}: không đọc được TOML ({_mistake(text, str(error))})") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{name}: không đọc được TOML (số quá dài, hoặc ngoặc lồng quá sâu)") from error


def _mistake(text: str, told: str) -> str:
    """A mistake of TOML's syntax in words, with its place."""
    words = next((words for sign, words in _SYNTAX if re.match(sign, told)), "sai cú pháp")
    lines = text.replace("\r\n", "\n").split("\n")
    line, column = len(lines), len(lines[-1]) + 1
    place = _PLACE.search(told)
    if place is not None and place[1] is not None:
        line, column = int(place[1]), int(place[2])
    if any(sign in _CURLY for sign in lines[line - 1]):
        words = 'dùng ngoặc kép thẳng ("), không dùng “ ”'
    return f"dòng {line}, cột {column}: {words}"
