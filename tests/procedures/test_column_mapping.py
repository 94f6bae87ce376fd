"""What a person says of the columns of a file holds for every file of that shape."""

from __future__ import annotations

import pytest

from procedures.errors import InputError
from procedures.workbook_layout.column_mapping import (
    SKIP,
    ColumnMapping,
    SeenColumn,
    heading_key,
    headings_shape,
    role_named,
)

HEADINGS = ("STT", "Tên TTHC (*)", "Mức độ cung cấp")
MAPPING = ColumnMapping(headings_shape(HEADINGS), HEADINGS)


def test_files_of_one_form_have_one_shape_whatever_their_stars_blanks_and_case() -> None:
    assert headings_shape(("stt", " TÊN  TTHC * ", "Mức độ cung cấp", "")) == MAPPING.shape
    assert headings_shape(("STT", "Tên TTHC", "Mức độ")) != MAPPING.shape
    assert heading_key("Tên TTHC (*)") == heading_key("TÊN TTHC")


def test_a_heading_has_the_role_that_a_person_gave_until_it_is_taken_back() -> None:
    mapping = MAPPING.with_role("Mức độ cung cấp", "online_level").with_role("STT", SKIP)
    assert (mapping.role("MỨC ĐỘ CUNG CẤP *"), mapping.role("STT"), mapping.role("Tên")) == (
        "online_level",
        SKIP,
        None,
    )
    assert mapping.without_heading("stt").role("STT") is None
    assert mapping.without_heading("stt").role("Mức độ cung cấp") == "online_level"
    with pytest.raises(InputError, match="cột 'STT': không có nội dung 'muc_do'; chọn một trong skip, stt"):
        MAPPING.with_role("STT", "muc_do")


def test_a_value_means_what_a_person_said_line_by_line_in_words_or_by_a_code() -> None:
    mapping = MAPPING.with_meaning("Mức độ cung cấp", "MĐ4", "full").with_meaning("Cấp", "T", "province")
    assert mapping.meaning("mức độ cung cấp", "mđ4\nMĐ3") == "Toàn trình\nMĐ3"
    assert mapping.meaning("Cấp", "t") == "Cấp tỉnh"
    assert mapping.meaning("STT", "MĐ4") == "MĐ4"
    assert mapping.with_meaning("Cấp", "x", "Cấp xã").to_json() == {
        "roles": {},
        "values": {
            heading_key("Mức độ cung cấp"): {"mđ 4": "Toàn trình"},
            heading_key("Cấp"): {"t": "Cấp tỉnh", "x": "Cấp xã"},
        },
    }
    assert mapping.without_heading("Cấp").meaning("Cấp", "T") == "T"


@pytest.mark.parametrize(
    "words, role",
    [
        ("online_level", "online_level"),
        ("Số thứ tự", "stt"),
        ("BỎ QUA", SKIP),
        ("skip", SKIP),
        ("lệ phí", "fee:fee"),
    ],
)
def test_a_role_is_named_by_its_name_or_its_label(words: str, role: str) -> None:
    assert role_named(words) == role


def test_a_role_that_does_not_exist_is_refused_in_words() -> None:
    with pytest.raises(
        InputError, match="'Mức phạt': cột không đọc thành nội dung này được; chọn một trong skip"
    ):
        role_named("Mức phạt")


@pytest.mark.parametrize(
    "role, how, guess, words",
    [
        ("stt", "known", None, "Số thứ tự"),
        ("fee:fee", "person", None, "Lệ phí (đã chọn)"),
        (None, "skip", None, "Bỏ qua (đã chọn)"),
        (None, "aside", None, "Không lưu"),
        (None, "unknown", "note", "Chưa đọc; đoán: Ghi chú (chỉ xem có ghi bãi bỏ không)"),
        (None, "unknown", None, "Chưa đọc"),
    ],
)
def test_a_column_says_what_it_is_taken_for(
    role: str | None, how: str, guess: str | None, words: str
) -> None:
    column = SeenColumn("Sheet1", "C", "Cột", ("a", "b"), role, how, guess)
    assert column.said == words
    assert column.to_json() == {
        "sheet": "Sheet1",
        "column": "C",
        "heading": "Cột",
        "samples": ["a", "b"],
        "role": role,
        "how": how,
        "guess": guess,
    }
