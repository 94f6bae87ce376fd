"""Executing agencies by kind and level, whatever the wording."""

from __future__ import annotations

import pytest

from procedures.values.agencies import AgencyKind, agency_kind, field_key, names_province, split_agencies
from tests.procedures.real_names import records


def kinds(cell: str) -> set[AgencyKind]:
    return {agency_kind(part) for part in split_agencies(cell)}


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
        ("Cảng vụ hàng hải, Cảng vụ Đường thủy nội địa", "Cảng vụ đường thủy nội địa; Cảng vụ hàng hải"),
        ("Sở Nội vụ, Ủy ban nhân dân cấp xã", "UBND cấp xã; Sở Nội vụ"),
        ("SỞ NỘI VỤ, UBND CẤP XÃ", "UBND cấp xã,Sở Nội vụ"),
        ("ỦY BAN NHÂN DÂN XÃ, PHƯỜNG, ĐẶC KHU", "UBND cấp xã"),
    ],
)
def test_the_same_agencies_in_other_words(one: str, other: str) -> None:
    assert kinds(one) == kinds(other)


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
        ("Ủy ban nhân dân cấp tỉnh, Hội đồng nhân dân tỉnh", "Ủy ban nhân dân cấp tỉnh"),
        ("Chủ tịch Ủy ban nhân dân xã, Chi nhánh Văn phòng đăng ký đất đai", "Chủ tịch Ủy ban nhân dân xã"),
        ("Ngân hàng Nhà nước Việt Nam, Ngân hàng Nhà nước Khu vực", "Ngân hàng Nhà nước Việt Nam"),
    ],
)
def test_other_agencies(one: str, other: str) -> None:
    assert kinds(one) != kinds(other)


@pytest.mark.parametrize(
    "text",
    [
        "Bộ Văn hóa, Thể thao và Du lịch",
        "BỘ VĂN HÓA, THỂ THAO VÀ DU LỊCH",
        "Cục Quản lý Đê điều và Phòng, Chống thiên tai - Bộ NN và MT",
        "Trung tâm Chất lượng, Chế biến và Phát triển thị trường vùng 1",
        "Bộ, cơ quan ngang Bộ",
        "Sở Tài chính các tỉnh, thành phố",
    ],
)
def test_a_comma_within_a_name_parts_nothing(text: str) -> None:
    assert split_agencies(text) == (text,)


def test_the_order_of_the_real_agencies_of_a_cell_is_no_difference() -> None:
    cells = {each["name"] for record in records() for each in record["departmentsExecuting"] if each}
    several = [cell for cell in cells if len(split_agencies(cell)) > 1]
    assert len(several) > 60
    for cell in several:
        turned = "; ".join(reversed(split_agencies(cell)))
        assert kinds(cell) == kinds(turned), cell


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


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Sở Nội vụ; Sở Tư pháp Thành phố Hà Nội", "Sở Tư pháp Thành phố Hà Nội"),
        ("UBND cấp xã - tỉnh Quảng Trị", "UBND cấp xã - tỉnh Quảng Trị"),
        ("Sở Nội vụ Hà Nội", "Sở Nội vụ Hà Nội"),
        ("Sở Nội vụ", None),
        ("UBND cấp tỉnh, UBND cấp xã", None),
        ("Bảo hiểm xã hội cấp Tỉnh", None),
        ("Ủy ban nhân dân tỉnh, thành phố", None),
    ],
)
def test_an_agency_that_names_its_province_is_told_from_one_of_any(text: str, named: str | None) -> None:
    assert names_province(text) == named
