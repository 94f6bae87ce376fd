"""Processing times: what is certain becomes a value with its unit, the rest stays a text."""

from __future__ import annotations

import math

import pytest

from procedures.durations import ProcessingTime, format_time, from_portal, longer_than, parse_times

DAY, WORKING = "day", "working_day"


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("07 ngày làm việc", 7, WORKING),
        ("05 ngày (làm việc) kể từ ngày nhận đủ hồ sơ", 5, WORKING),
        ("15 ngày làm việc kể từ ngày 01/7/2025", 15, WORKING),
        ("Không quá 10 ngày", 10, DAY),
        ("30 Ngày", 30, DAY),
        ("60 (sáu mươi) ngày", 60, DAY),
        ("2,5 ngày", 2.5, DAY),
        ("1 tháng", 1, "month"),
        ("24 giờ", 24, "hour"),
        ("Không quá một (01) ngày làm việc", 1, WORKING),
        ("10 ngày kể từ ngày làm việc tiếp theo", 10, DAY),
        ("1.000 ngày", 1000, DAY),
    ],
)
def test_a_time_that_is_certain(text: str, amount: float, unit: str) -> None:
    (time,) = parse_times(text)
    assert (time.way, time.amount, time.unit, time.text) == (None, amount, unit, text)


@pytest.mark.parametrize(
    "text",
    [
        "xã 4 + Sở 3 = 07 ngày làm việc",
        "45 ngày (trong đó xã 10 ngày)",
        "10-15 ngày",
        "7 ngày làm việc; 3 ngày đối với trường hợp khác",
        "30 ngày\n15 ngày làm việc",
        "Không quy định",
        "Trong ngày",
        "12 giờ làm việc",
        "20 ngày làm việc (cắt giảm từ 30 ngày)",
        "Giảm 5 ngày",
        "-5 ngày",
        "1 ngày rưỡi",
        "05 ngày (không phải ngày làm việc)",
        "10 ngày, hồ sơ phức tạp mười lăm ngày",
        "Trường hợp không phải xác minh: trong thời hạn 02 ngày làm việc.",
        "Ngày 20 tháng cuối quý",
        "Trước ngày 31 tháng 12 năm 2025",
        "Trực tiếp: 10 ngày; Trực tiếp: 12 ngày",
        "Trực tuyến: 5 ngày; 10 ngày",
        "5 ngày\nĐối với hồ sơ khác: theo quy định",
        "- Tiếp nhận hồ sơ: 03 ngày làm việc.\n- Kiểm tra, đánh giá thực tế: 08 ngày.",
    ],
)
def test_a_time_that_is_not_certain_is_never_invented(text: str) -> None:
    (time,) = parse_times(text)
    assert (time.amount, time.unit) == (None, None)
    assert time.text


def test_each_way_of_submission_has_its_own_time() -> None:
    times = parse_times("Trực tiếp: 10 ngày; Trực tuyến: 8 ngày làm việc; Bưu chính công ích: 10 ngày")
    assert [(time.way, time.amount, time.unit) for time in times] == [
        ("direct", 10, DAY),
        ("online", 8, WORKING),
        ("postal", 10, DAY),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Trực tuyến: 8 ngày, trực tiếp: 10 ngày",
        "- Trực tuyến: 8 ngày\n- Trực tiếp: 10 ngày",
        "Nộp trực tuyến: 8 ngày\nnộp trực tiếp 10 ngày",
    ],
)
def test_ways_are_told_apart_however_they_are_listed(text: str) -> None:
    assert [(time.way, time.amount) for time in parse_times(text)] == [("online", 8), ("direct", 10)]


def test_one_time_for_two_ways_is_a_time_of_each() -> None:
    times = parse_times("Trực tiếp, trực tuyến: 10 ngày")
    assert [(time.way, time.amount, time.unit) for time in times] == [
        ("direct", 10, DAY),
        ("online", 10, DAY),
    ]


def test_a_line_that_a_cell_wrapped_is_one_sentence() -> None:
    (time,) = parse_times("05 ngày\nlàm việc\n(kể từ ngày nhận đủ hồ sơ)")
    assert (time.amount, time.unit) == (5, WORKING)


@pytest.mark.parametrize(
    ("one", "other", "longer"),
    [
        ((8, DAY), (7, DAY), True),
        ((7, DAY), (7, DAY), False),
        ((7, WORKING), (8, WORKING), False),
        ((9, DAY), (7, WORKING), None),
        ((1, "month"), (20, DAY), None),
        ((None, None), (7, DAY), None),
    ],
)
def test_only_times_of_one_unit_are_compared(
    one: tuple[float | None, str | None], other: tuple[float | None, str | None], longer: bool | None
) -> None:
    assert longer_than(ProcessingTime(None, *one), ProcessingTime(None, *other)) is longer


def test_the_portal_s_unit_other_is_no_unit() -> None:
    assert from_portal("direct", 1.0, "OTHER", "theo lịch").unit is None
    assert from_portal("direct", 60.0, "WORKING_DAY") == ProcessingTime("direct", 60, WORKING)
    assert from_portal("direct", None, "DAY").amount is None


def test_a_time_in_words_reads_back() -> None:
    for time in (
        ProcessingTime(None, 7, WORKING),
        ProcessingTime(None, 2.5, DAY),
        ProcessingTime(None, 1, "year"),
    ):
        (again,) = parse_times(format_time(time))
        assert (again.amount, again.unit) == (time.amount, time.unit)


def test_a_time_survives_json() -> None:
    time = ProcessingTime("online", 2.5, DAY, "2,5 ngày")
    assert ProcessingTime.from_json(time.to_json()) == time


@pytest.mark.parametrize("text", ["9" * 5000 + " ngày", "9" * 400 + ",5 ngày làm việc", "1" * 7 + " tháng"])
def test_more_digits_than_a_time_can_have_are_no_time(text: str) -> None:
    (time,) = parse_times(text)
    assert (time.amount, time.unit, time.text) == (None, None, text)


@pytest.mark.parametrize("amount", [math.inf, math.nan])
def test_a_number_without_end_reaches_the_gate_that_refuses_it(amount: float) -> None:
    told = from_portal("direct", amount, "DAY").amount
    assert told is not None
    assert not math.isfinite(told)
