"""Two texts side by side: what differs is marked, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.wording.readable_values import group_ways
from procedures.wording.text_diff import MAX_WORDS, TextPiece, diff_first, diff_words

texts = st.text(alphabet=st.sampled_from("aăâ Bđ60\n\t,.(="), max_size=60)


def marked(text: str, other: str) -> list[str]:
    return [piece.text for piece in diff_words(text, other) if piece.differs]


@given(texts, texts)
def test_the_pieces_together_are_the_text(text: str, other: str) -> None:
    assert "".join(piece.text for piece in diff_words(text, other)) == text


@given(texts)
def test_a_text_differs_from_itself_nowhere(text: str) -> None:
    assert marked(text, text) == []


@pytest.mark.parametrize(
    ("text", "other", "differs"),
    [
        ("60 ngày làm việc", "45 ngày làm việc", ["60"]),
        ("Cấp lại giấy phép", "Cấp giấy phép", ["lại"]),
        ("THÀNH LẬP HỘI.", "Thành lập hội", []),
        ("07 ngày làm việc", "7 ngày", ["làm việc"]),
        ("10.000 đồng/hồ sơ", "10000 đồng", ["đồng/hồ sơ"]),
        ("từ 01/07/2025", "từ 1/7/2025", []),
        ("Lưu trữ - cấp tỉnh", "Lưu trữ cấp tỉnh", []),
        ("05 ngày ở xã, 10 ngày ở tỉnh", "10 ngày ở xã, 05 ngày ở tỉnh", ["05", "10"]),
        ("không quá 10,05 ngày", "không quá 10,5 ngày", ["10,05"]),
        ("không quá 10,5 ngày", "không quá 105 ngày", ["10,5"]),
        ("Một", "", ["Một"]),
        ("", "Một", []),
    ],
)
def test_words_that_differ_are_marked_and_writing_is_not(text: str, other: str, differs: list[str]) -> None:
    assert marked(text, other) == differs


def test_texts_too_long_to_compare_are_shown_whole() -> None:
    long = "từ " * (MAX_WORDS + 1)
    assert [piece.text for piece in diff_words(long, "chữ")] == [long]


def test_of_long_texts_only_what_lies_between_equal_ends_counts() -> None:
    ends = "từ " * MAX_WORDS
    assert marked(f"{ends}45 ngày {ends}", f"{ends}35 ngày {ends}") == ["45"]


def test_the_first_difference_of_a_long_text_is_found_also_behind_other_spelling() -> None:
    same = "hồ sơ hợp lệ " * 200
    assert [each for each in diff_first(f"{same}45 ngày", f"{same}35 ngày") if each.differs] == [
        TextPiece("45", True)
    ]
    spelt = f"HỒ SƠ {same}45 ngày", f"hồ sơ {same}35 ngày"
    assert [each.text for each in diff_first(*spelt) if each.differs] == ["45"]


def test_equal_times_of_several_ways_are_told_once() -> None:
    told = "Trực tiếp: 60 ngày làm việc; Trực tuyến: 60 ngày làm việc; Bưu chính công ích: 50 ngày làm việc"
    assert group_ways("processing_time", told) == (
        "60 ngày làm việc (Trực tiếp, Trực tuyến); 50 ngày làm việc (Bưu chính công ích)"
    )
    assert group_ways("name", told) == told
    assert group_ways("fee", "Không") == "Không"
