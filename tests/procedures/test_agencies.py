"""Executing agencies by kind and level, whatever the wording."""

from __future__ import annotations

import pytest

from procedures.agencies import AgencyKind, agency_kind, field_key, same_agencies


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sở Nội Vụ", "Sở Nội vụ tỉnh Hà Tĩnh"),
        ("Sở Nội vụ", "Sở Nội vụ Thành phố Đồng Nai"),
        ("UBND cấp xã", "Ủy ban nhân dân xã, phường, thị trấn"),
        ("Sở Nội vụ\nUBND cấp xã", "UBND cấp xã; Sở Nội vụ; Sở Nội vụ"),
        ("Sở Nội vụ", "Sở Nội vụ Hà Tĩnh"),
        ("Sở Xây dựng", "Sở Xây dựng - TP.HCM"),
        ("Bảo hiểm xã hội tỉnh", "Bảo hiểm xã hội cấp Tỉnh"),
        ("Ủy ban nhân dân xã/phường/thị trấn", "Ủy ban Nhân dân\xa0xã,\xa0phường,\xa0thị trấn."),
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
        ("Công an xã", "Công an tỉnh"),
        ("Phòng Văn hóa", "Phòng Văn hóa - Xã hội"),
        ("Cơ quan chuyên môn thuộc UBND cấp tỉnh", "UBND cấp tỉnh"),
    ],
)
def test_other_agencies(one: str, other: str) -> None:
    assert not same_agencies(one, other)


def test_xa_hoi_in_a_name_is_no_place() -> None:
    assert agency_kind("Sở Lao động - Thương binh và Xã hội tỉnh Hà Tĩnh") == AgencyKind(
        "sở lao động thương binh và xã hội", "province"
    )
    assert agency_kind("Ngân hàng Chính sách xã hội") == AgencyKind("ngân hàng chính sách xã hội")
    assert agency_kind("Liên minh Hợp tác xã tỉnh") == AgencyKind("liên minh hợp tác xã", "province")


def test_a_field_is_compared_without_its_ministry() -> None:
    assert field_key("Người có công (Bộ Nội vụ)") == field_key("NGƯỜI CÓ CÔNG")
    assert field_key("Người có công ( bộ Nội vụ ).") == field_key("Người có công")
    assert field_key("(Bộ Nội vụ)") != ""
    assert field_key("Hội, quỹ (xã hội)") != field_key("Hội, quỹ")
