"""Whatever is wrong with a setting is said in Vietnamese, in one line that names the file and the setting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError

from procedures.errors import SettingsError
from settings.environment import Environment, read_environment
from settings.error_messages import TYPES, UNKNOWN, problem_words
from settings.reading import SettingsFile, load_configuration

ENGLISH = re.compile(
    r"\b(should|must|input|valid|required|permitted|unable|expected|string|number|or)\b", re.I
)

MOMENT = datetime(2026, 4, 30, 10)
WRONG: tuple[Any, ...] = (
    *(5, -1, 0, 10**9, 10**30, 3.7, -0.5, float("inf"), float("nan"), True),
    *("", "chữ", "a b", "https://user:matkhau@proxy", "18:00-18:00"),
    *([], ["x"], [5], [[]], ["2026-13-45"], [MOMENT], {}, {"x": 1}),
    *(date(2026, 4, 30), MOMENT, time(10)),
)
"""Values that TOML can say, of every type and beyond every bound."""

Path_ = tuple[str, ...]


def tables(kind: Any, path: Path_ = ()) -> Iterator[tuple[Path_, tuple[str, ...]]]:
    """Every table of the settings, with the way to it and its names; of tables by name, and in lists, one."""
    if is_dataclass(kind):
        yield path, tuple(field.name for field in fields(kind))
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield path, tuple(kind.model_fields)
        for name, field in kind.model_fields.items():
            yield from tables(field.annotation, (*path, name))
    else:
        for each in get_args(kind):
            yield from tables(each, (*path, *{dict: ("*",), tuple: ("#",)}.get(get_origin(kind), ())))


def document(path: Path_, content: Any) -> Any:
    """The settings that have `content` at the end of that way."""
    for name in reversed(path):
        content = [content] if name == "#" else {"national" if name == "*" else name: content}
    return content


def problems(content: Any) -> list[dict[str, Any]]:
    try:
        SettingsFile.model_validate(content)
    except ValidationError as error:
        return error.errors()
    return []


TABLES = dict(tables(SettingsFile))
FIELDS = [(path, name) for path, names in TABLES.items() for name in names]


def test_the_walk_meets_every_table() -> None:
    assert {"alerts", "archive", "department", "reports", "retention", "schedule", "site"} <= {
        path[0] for path in TABLES if path
    }
    assert ("sources", "*", "expect") in TABLES
    assert TABLES["department", "swapped_days"] == ("off", "on")
    assert ("alerts", "to", "#") in TABLES


@pytest.mark.parametrize("path, name", FIELDS, ids=[".".join((*path, name)) for path, name in FIELDS])
def test_a_wrong_value_of_any_setting_is_told_without_a_word_of_english(path: Path_, name: str) -> None:
    found = [problem for value in WRONG for problem in problems(document((*path, name), value))]
    assert found, "no value is wrong"
    for problem in found:
        words = problem_words(problem)
        said = words.replace(str(problem.get("ctx", {}).get("expected", "\0")).replace(" or ", ", "), "")
        assert not ENGLISH.search(re.sub(r"'[^']*'|\S*://\S*", "", said)), words
        assert "\n" not in words
        assert problem["type"] in {*TYPES, *UNKNOWN, "missing", "value_error"}, problem["type"]


def refusal(folder: Path, text: str, encoding: str = "utf-8") -> str:
    file = folder / "rasoat.toml"
    file.write_bytes(text.encode(encoding))
    with pytest.raises(SettingsError) as caught:
        load_configuration(Environment(home=folder, config=file, _env_file=None))
    words = str(caught.value)
    assert words.startswith(f"{file}: ")
    return words.removeprefix(f"{file}: ")


@pytest.mark.parametrize(
    "text, words",
    [
        ("[department]\nprovince = 27", "department.province: giá trị 27 không hợp lệ, phải là chữ trong"),
        ('[department]\nprovince = "27"', "phải là chữ H và hai chữ số, như H27"),
        ("[department]\nannounce_within = 400", "giá trị 400 không hợp lệ, phải từ 365 trở xuống"),
        ("[department]\nnight = 22", "department.night: viết như '22:00-05:30', không phải 22"),
        (
            '[department.swapped_days]\noff = ["tết"]',
            "department.swapped_days.off.0: giá trị 'tết' không hợp lệ, phải là ngày như 2026-04-30",
        ),
        ("[department.swapped_days]\nof = []", "không có thiết lập này, có phải 'off'?"),
        ("[department]\nswapped_days = 5", "giá trị 5 không hợp lệ, phải là một bảng, mở bằng dòng [tên]"),
        ('[sources.expect]\nkinde = "html"', "sources.expect.kind: thiếu thiết lập này"),
        ('[sources.expect]\nkind = "html"\nprofil = ""', "có phải 'profile'?"),
        ('[sources.national]\nname = "a"\nkind = "html"', "sources.national.name: không có thiết lập này"),
        ('[sources.national]\nkind = "html"\nbase_url = "https://[x"', "phải là địa chỉ đầy đủ như https"),
        ("[sources.national]\nkind = 'html'\nexpect = {min = 5, max = 3}", ".expect: min 5 lớn hơn max 3"),
        ('[sources.national]\nkind = "api"', "phải là một trong: 'national-api', 'national-gateway'"),
        ("[sources.national]\n", "sources.national.kind: thiếu thiết lập này"),
        ("sources = 5", "sources: giá trị 5 không hợp lệ, phải là một bảng, mở bằng dòng [tên]"),
        ('[archive]\nurl = "archive"', "archive.url: phải là kho và thư mục trong kho, như s3://kho/rasoat"),
        ('[archive]\nurl = "s3://kho"', "archive.url: phải là kho và thư mục trong kho, như s3://kho/rasoat"),
        ('[archive]\nurl = "s3://a:b@kho"', "archive.url: không ghi khóa hay tùy chọn trong địa chỉ"),
        ("[archive]\nkeep_night = 5", "archive.keep_night: không có thiết lập này, có phải 'keep_nights'?"),
        ("[schedule]\ntime_out = 25", "giá trị 25 không hợp lệ, phải từ 24 trở xuống"),
        ("[department\nname = 1", "không đọc được TOML (dòng 1, cột 12: thiếu dấu ] sau tên bảng)"),
        ("[department]\nname = “Sở Nội vụ”", 'dòng 2, cột 8: dùng ngoặc kép thẳng ("), không dùng “ ”'),
        (
            '[sources.a]\nca_file = "C:\\Users\\an"',
            "dòng 2, cột 16: dấu \\ trong ngoặc kép phải viết hai lần",
        ),
        ("[department]\n[department]", "dòng 2, cột 12: bảng này đã có ở trên"),
        ("a = 1\na = 1", "dòng 2, cột 6: thiết lập này đã có ở trên"),
        ("a = " + "[" * 5000, "ngoặc lồng quá sâu"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_to_write(tmp_path: Path, text: str, words: str) -> None:
    assert words in refusal(tmp_path, text)


SETTINGS = '[department]\nname = "Sở Nội vụ tỉnh Hà Tĩnh"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_settings_saved_by_notepad_are_read_whatever_mark_they_bear(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "rasoat.toml"
    file.write_bytes(SETTINGS.replace("\n", "\r\n").encode(encoding))
    read = load_configuration(Environment(home=tmp_path, config=file, _env_file=None))
    assert read.department.name == "Sở Nội vụ tỉnh Hà Tĩnh"


def test_settings_in_an_old_code_page_are_refused_with_the_line(tmp_path: Path) -> None:
    words = refusal(
        tmp_path, '[department]\nname = "Ủy ban Hà Tĩnh"'.replace("Ủ", "U").replace("ĩ", "i"), "cp1258"
    )
    assert words.startswith("dòng 2: không phải văn bản UTF-8; mở bằng Notepad, chọn Save as")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_an_environment_file_saved_by_notepad_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    (tmp_path / ".env").write_bytes("RASOAT_HOME=/srv/Sở Nội vụ\r\nRASOAT_SMTP_URL=\r\n".encode(encoding))
    monkeypatch.chdir(tmp_path)
    read = read_environment()
    assert (read.home, read.smtp_url) == (Path("/srv/Sở Nội vụ"), None)


def test_a_variable_that_is_wrong_is_named_in_vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASOAT_LOG", "to")
    with pytest.raises(SettingsError) as caught:
        read_environment()
    words = "Biến môi trường RASOAT_LOG: giá trị 'to' không hợp lệ, phải là một trong: 'console', 'json'"
    assert str(caught.value) == words
