"""What makes a value unfit to enter, one predicate at a time."""

import math
import re

import pytest

from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from validations import record_rules


@pytest.mark.parametrize(
    "name",
    [
        "Đăng ký kinh doanh 23/09",
        "Đăng ký kinh doanh 23/9.",
        "test",
        "Test thủ tục",
        "TTHC test 01",
        "Demo_cấp phép",
        "Thủ tục 123",
        "Thử",
        "Cấp giấy phép (kiểm thử)",
    ],
)
def test_a_trial_in_production_gives_itself_away_by_its_name(name):
    assert record_rules.test_mark(name, "651/QĐ-BXD") == name


@pytest.mark.parametrize(
    "name",
    [
        "Thủ tục Đề nghị gia hạn thời gian thử nghiệm",
        "Kiểm thử phần mềm y tế",
        "Tặng quà người có công nhân dịp 27/7",
        "Chế độ đối với người tham gia kháng chiến trước ngày 01/01",
        "Trợ cấp theo Nghị định số 23/09",
        "Cấp lại chứng chỉ trước 01/01/1995",
        "Hưởng trợ cấp từ 1/2",
        "Cấp giấy phép xây dựng tỷ lệ 1/50",
    ],
)
def test_a_real_name_that_resembles_a_trial_is_none(name):
    assert record_rules.test_mark(name, None) is None


def test_a_decision_of_nobody_marks_a_test_record():
    assert record_rules.test_mark("Cấp giấy phép", "Demo/QĐ-BCA") == "Demo/QĐ-BCA"
    assert record_rules.test_mark("Cấp giấy phép", "QĐ/0001-BCA") is None


@pytest.mark.parametrize(
    "kind, text",
    [
        ("mojibake", "Thủ tục hành chính".encode().decode("latin-1")),
        ("mojibake", "Cấp giấy phép".encode().decode("cp1252", "replace")),
        ("mojibake", "Thủ tục h\ufffdnh chính"),
        ("mojibake", "Th? t?c c?p gi?y phép"),
        ("tcvn3", "Thñ tôc hµnh chÝnh cÊp tØnh"),
        ("vni", "Thuû tuïc haønh chính caáp tænh"),
    ],
)
def test_broken_letters_are_told_by_how_they_were_broken(kind, text):
    assert record_rules.damage_kind(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "Thủ tục hành chính: MÃ SỐ «ĐÃ CẤP», á, à?",
        "THỦ TỤC THÀNH LẬP HỘI (CẤP TỈNH).",
        "Chứng nhận của tổ chức Müller và Söhne tại Việt Nam",
        "Giao dịch qua Open API",
        "Thu\u0309 tu\u0323c ha\u0300nh chi\u0301nh",
    ],
)
def test_readable_text_is_not_damaged(text):
    assert record_rules.damage_kind(text) is None


def test_the_first_damaged_text_is_named_with_its_beginning():
    assert record_rules.first_damage(["Thủ tục", None, "Thñ tôc hµnh chÝnh"]) == "tcvn3: Thñ tôc hµnh chÝnh"
    assert record_rules.first_damage(["Thủ tục", None]) is None


def test_vietnamese_without_accents_is_recognised_and_a_short_abbreviation_is_not():
    assert record_rules.lacks_accents("Cap giay phep xay dung")
    assert not record_rules.lacks_accents("Open API")
    assert not record_rules.lacks_accents("Cấp giấy phép xây dựng")


def test_a_name_all_in_capitals_is_shouted_and_an_abbreviation_is_not():
    assert record_rules.is_shouted("HƯỞNG TRỢ CẤP MAI TÁNG")
    assert not record_rules.is_shouted("UBND")
    assert not record_rules.is_shouted("Hưởng trợ cấp")


@pytest.mark.parametrize(
    "name, title",
    [
        ("Quyết định ban hành quy định mức hỗ trợ người có công", True),
        ("Nghị quyết số 182/2025/NQ-HĐND", True),
        ("Quyết định số 1404/QĐ-UBND", True),
        ("Quyết định chủ trương đầu tư dự án mua nhà ở", False),
        ("Quyết định đóng cửa mỏ khoáng sản (cấp Tỉnh)", False),
        (None, False),
    ],
)
def test_the_title_of_a_document_is_told_from_a_procedure_by_which_somebody_decides(name, title):
    assert record_rules.is_a_title(name) is title


def test_times_are_measured_in_days_and_what_is_no_number_is_endless():
    times = (
        ProcessingTime(way=None, amount=2, unit="month", text=None),
        ProcessingTime(way=None, amount=8, unit="hour", text=None),
        ProcessingTime(way=None, amount=None, unit=None, text="Không quy định"),
    )
    assert record_rules.time_range(times) == (pytest.approx(1 / 3), 60)
    assert record_rules.time_range(times[2:]) == (None, None)
    assert record_rules.time_range(None) == (None, None)
    endless = ProcessingTime(way=None, amount=math.nan, unit="day", text=None)
    assert record_rules.time_range((endless,)) == (math.inf, math.inf)


def test_fees_without_an_amount_have_no_range():
    fees = (
        Fee(way=None, type="fee", amount=-5_000, text=None),
        Fee(way=None, type="charge", amount=10_000, text=None),
        Fee(way=None, type=None, amount=None, text="Theo quy định"),
    )
    assert record_rules.fee_range(fees) == (-5_000, 10_000)
    assert record_rules.fee_range(fees[2:]) == (None, None)


@pytest.mark.parametrize(
    "number", ["651/QĐ-BXD", "963/QĐ-TTPVHCC", "12a/2026/QĐ-UBND", "627/QĐ-BNV", "16/2026/QĐ-UBND"]
)
def test_a_decision_number_of_the_usual_form_is_known(number):
    assert re.search(record_rules.DECISION_NUMBER, number)


@pytest.mark.parametrize(
    "number", ["569./QĐ-BXD", "SỐ 64/QĐ-NHNN", "3713/QD-BTP", "QĐ/0001-BTP", "QĐ2338-BTP"]
)
def test_decision_numbers_that_portals_really_show_in_other_forms_are_odd(number):
    assert not re.search(record_rules.DECISION_NUMBER, number)


@pytest.mark.parametrize(
    "code", ["1.01370", "0.013703", "1.013703\n", "1.013703.H27", "1,013703", "１.013703"]
)
def test_what_is_not_the_core_of_a_code_is_malformed(code):
    assert not re.search(record_rules.CODE, code)
