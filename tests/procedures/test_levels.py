"""Levels of execution and of online service, in the words that lists and portals use."""

from __future__ import annotations

import pytest

from procedures.values.levels import (
    LEVELS,
    ONLINE_LEVELS,
    level_label,
    online_label,
    parse_levels,
    parse_online_level,
    parse_ways,
)


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("Cấp Bộ; Cấp Tỉnh; Cấp Xã", {"ministry", "province", "commune"}),
        ("A. CẤP TỈNH", {"province"}),
        ("xã, phường, đặc khu", {"commune"}),
        ("Cấp huyện, thị xã", {"district"}),
        ("Trung ương", {"ministry"}),
        ("Tỉnh", {"province"}),
        ("Cơ quan khác", {"other"}),
        ("Cấp Bộ/Tỉnh", {"ministry", "province"}),
        ("Cục Lãnh sự - Bộ Ngoại giao", {"ministry"}),
        ("tỉnh, thành phố trực thuộc Trung ương", {"province"}),
        ("huyện, thị xã, thành phố thuộc tỉnh", {"district"}),
        ("xã, phường thuộc tỉnh", {"commune"}),
        ("cán bộ cấp xã", {"commune"}),
        ("", set()),
    ],
)
def test_the_levels_that_a_wording_names(text: str, levels: set[str]) -> None:
    assert parse_levels(text) == levels


@pytest.mark.parametrize(
    "text",
    [
        "cán bộ",
        "Cán bộ y tế",
        "Bộ phận một cửa",
        "hợp tác xã",
        "Bảo hiểm xã hội",
        "nội bộ",
        "bộ hồ sơ",
        "II. LĨNH VỰC ĐƯỜNG BỘ",
        "câu lạc bộ",
    ],
)
def test_words_that_only_sound_like_a_level_name_none(text: str) -> None:
    assert parse_levels(text) == frozenset()


def test_a_social_insurance_of_the_province_is_of_the_province_alone() -> None:
    assert parse_levels("Bảo hiểm xã hội cấp tỉnh") == {"province"}


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_s_label_names_that_level(level: str) -> None:
    assert parse_levels(level_label(level)) == {level}


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Dịch vụ công trực tuyến toàn trình", "full"),
        ("Dịch vụ công trực tuyến một phần", "partial"),
        ("Một phần (chưa toàn trình)", "partial"),
        ("Chỉ cung cấp thông tin", "information"),
        ("Không", "none"),
        ("Mức độ 4", "full"),
        ("DVC trực tuyến mức độ 3", "partial"),
        ("mức 2", "information"),
        (1, "information"),
        (4.0, "full"),
        (5, None),
        (0, "none"),
        ("DVCTT MĐ4", "full"),
        ("Mức độ 3, 4", "full"),  # a procedure with services of both kinds counts at the higher level
        ("Mức độ 34", None),
        ("Trực tiếp", "none"),
        ("Trực tiếp, trực tuyến toàn trình", "full"),
        ("chưa toàn trình", None),
        ("Toàn trình: không", None),
        ("Toàn trình: không; Một phần: có", "partial"),
        ("Đủ điều kiện toàn trình", None),  # eligible, which is not yet offered
        ("Không có thông tin", None),
        ("Không cung cấp thông tin", "none"),
        ("không đủ điều kiện toàn trình", None),
        (None, None),
    ],
)
def test_online_levels_in_new_words_and_old_numbers(text: str | float | None, level: str | None) -> None:
    assert parse_online_level(text) == level


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_levels_of_proactive_services_are_another_scale(number: int) -> None:
    assert parse_online_level(f"Dịch vụ công chủ động mức độ {number}") is None


@pytest.mark.parametrize("level", ONLINE_LEVELS)
def test_an_online_level_s_label_names_that_level(level: str) -> None:
    assert parse_online_level(online_label(level)) == level


def test_ways_of_submission() -> None:
    assert parse_ways("Trực tiếp; trực tuyến; dịch vụ BCCI") == {"direct", "online", "postal"}
    assert parse_ways("Nộp qua bưu chính công ích") == {"postal"}
