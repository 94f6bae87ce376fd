"""Which division a name means, and when a known one was mistyped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.office.divisions import find_mistyped, find_same_name, find_similar_names

KNOWN = ("Phòng Tổ chức", "Phòng Người có công", "Phòng Lao động - Việc làm", "Văn phòng Sở", "Phòng 1")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Phòng Tổ chức", "Phòng Tổ chức"),
        ("phòng  TỔ CHỨC", "Phòng Tổ chức"),
        ("Phòng Lao động – Việc làm", "Phòng Lao động - Việc làm"),
        ("Phòng Tổ chúc", None),
        ("Phòng Việc làm", None),
    ],
)
def test_another_writing_of_a_name_is_the_same_division(name: str, meant: str | None) -> None:
    assert find_same_name(name, KNOWN) == meant


@pytest.mark.parametrize(
    "name",
    ["Phòng Tổ chúc", "Phong To chuc", "Phòng Tổ chứcc", "Tổ chức", "Phòng Người có côg", "Văn phồng Sở"],
)
def test_a_slip_of_the_keyboard_is_one(name: str) -> None:
    assert len(find_mistyped(name, KNOWN)) == 1


@pytest.mark.parametrize(
    "name", ["Phòng 2", "Phòng Việc làm", "Phòng Lao động", "Trung tâm Lưu trữ lịch sử", "Chi cục A"]
)
def test_another_division_is_no_slip(name: str) -> None:
    assert find_mistyped(name, KNOWN) == ()


def test_a_single_letter_or_number_tells_divisions_apart() -> None:
    assert find_mistyped("Phòng B", ["Phòng A"]) == ()
    assert find_mistyped("Phòng Nghiệp vụ 2", ["Phòng Nghiệp vụ 1", "Phòng Nghiệp vụ 3"]) == ()
    assert find_mistyped("Phòng Nghiệp vụ II", ["Phòng Nghiệp vụ I", "Phòng Nghiệp vụ III"]) == ()


def test_the_nearest_names_are_offered_first() -> None:
    assert find_similar_names("Phòng Tổ chúc", KNOWN)[0] == "Phòng Tổ chức"
    assert find_similar_names("xyz", KNOWN) == ()


@given(st.sampled_from(KNOWN), st.data())
def test_a_known_name_with_a_letter_left_out_is_never_taken_for_a_new_one(
    name: str, data: st.DataObject
) -> None:
    letters = [at for at, letter in enumerate(name) if letter.isalpha() and len(name) > 8]
    if not letters:
        return
    at = data.draw(st.sampled_from(letters))
    short = name[:at] + name[at + 1 :]
    assert find_same_name(short, KNOWN) or find_mistyped(short, KNOWN), short
