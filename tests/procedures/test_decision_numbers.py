"""Whose decision a number is, however it was typed."""

import pytest

from procedures.values.decision_numbers import (
    DECISION_NUMBER,
    decision_numbers,
    may_hold_number,
    names_ministry,
    number_key,
)


@pytest.mark.parametrize(
    "number",
    [
        "627/QĐ-BNV",
        "1560/QĐ-LĐTBXH",
        "37/QĐ-BLĐTB&XH",
        "3713/QD-BTP",
        "QĐ/0001-BTP",
        "QĐ2338-BTP",
        "2267./QĐ-BXD",
        "5756/QĐ-BGDDT",
        "1299/QĐ-BNN-TCLN",
        "64/QĐ-NHNN",
        "2070/QĐ-TCHQ",
    ],
)
def test_a_ministrys_number_is_known_by_its_sign_also_of_ministries_that_ended(number):
    assert decision_numbers(f"Số {number} ngày 20/6/2025") == ([number], [])


@pytest.mark.parametrize("number", ["1274/QĐ-UBND", "963/QĐ-TTPVHCC", "12/QĐ-BQLKKT", "7/QĐ-SNV"])
def test_a_number_of_the_provinces_bodies_is_never_a_ministrys(number):
    assert decision_numbers(number) == ([], [number])


def test_a_wording_without_a_sign_may_still_name_the_ministry():
    assert names_ministry("QĐ số 627 của Bộ Nội vụ")
    assert not names_ministry("QĐ số 627 của UBND tỉnh")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SỐ 64/QĐ-NHNN", "64/QĐ-NHNN"),
        ("2267./QĐ-BXD", "2267/QĐ-BXD"),
        ("3713/QD-BTP", "3713 / QĐ - BTP"),
        ("QĐ2338-BTP", "2338/QĐ-BTP"),
    ],
)
def test_two_writings_of_one_number_have_one_key(one, other):
    assert number_key(one) == number_key(other)


def test_numbers_of_other_years_and_ministries_have_other_keys():
    keys = {number_key(text) for text in ("12/2024/QĐ-TTg", "12/QĐ-TTg", "12/QĐ-BNV", "13/QĐ-BNV", "12")}
    assert len(keys) == 5


@pytest.mark.parametrize(
    "number",
    ["627/QĐ-BNV", "3713/QD-BTP", "2267./QĐ-BXD", "12a/2026/QĐ-UBND", "QĐ/0001-BTP", "QD2338-BTP"],
)
def test_no_text_with_a_number_is_passed_over(number):
    assert DECISION_NUMBER.fullmatch(number)
    assert may_hold_number(f"theo {number} của Bộ")
    assert not may_hold_number("theo quyết định của Bộ")
