"""Executing agencies by kind and level, whatever the wording."""

from __future__ import annotations

import pytest

from procedures.agencies import field_key, same_agencies


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sở Nội Vụ", "Sở Nội vụ tỉnh Hà Tĩnh"),
        ("Sở Nội vụ", "Sở Nội vụ Thành phố Đồng Nai"),
        ("UBND cấp xã", "Ủy ban nhân dân xã, phường, thị trấn"),
        ("Sở Nội vụ\nUBND cấp xã", "UBND cấp xã; Sở Nội vụ; Sở Nội vụ"),
        ("Uỷ ban nhân dân cấp tỉnh", "Chủ tịch Ủy ban nhân dân cấp tỉnh"),
    ],
)
def test_the_same_agencies_in_other_words(one: str, other: str) -> None:
    assert same_agencies(one, other)
    assert same_agencies(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sở Nội vụ", "Sở Y tế"),
        ("Bộ Nội vụ", "Sở Nội vụ"),
        ("UBND cấp tỉnh", "UBND cấp xã"),
        ("Sở Nội vụ", "Sở Nội vụ; UBND cấp xã"),
    ],
)
def test_other_agencies(one: str, other: str) -> None:
    assert not same_agencies(one, other)


def test_a_field_is_compared_without_its_ministry() -> None:
    assert field_key("Người có công (Bộ Nội vụ)") == field_key("NGƯỜI CÓ CÔNG")
    assert field_key("Hội, quỹ (xã hội)") != field_key("Hội, quỹ")
