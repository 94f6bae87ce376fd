"""Processing times: what is certain becomes a value with its unit, the rest stays a text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from importlib import resources
from time import monotonic

import pytest

from procedures.values.durations import ProcessingTime, format_time, is_longer, parse_times, time_from_portal
from procedures.values.text import canonical

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
        ("15 ngày LV", 15, WORKING),
        ("10 ngày L.V kể từ ngày nhận đủ hồ sơ", 10, WORKING),
        ("05 ngày (LV)", 5, WORKING),
        ("15 NLV", 15, WORKING),
        ("05 ngày làm viêc", 5, WORKING),
        ("½ ngày", 0.5, DAY),
        ("1/2 ngày làm việc", 0.5, WORKING),
        ("0,5 ngày làm việc", 0.5, WORKING),
        ("1,5 tháng", 1.5, "month"),
        ("Tổng số 10 ngày", 10, DAY),
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
        "Ngay trong ngày",
        "Giải quyết ngay trong ngày, chậm nhất 03 ngày làm việc",
        "12 giờ LV",
        "2 tuần",
        "01 tháng 15 ngày",
        "5-7 ngày LV",
        "15 ngày; trường hợp phức tạp 30 ngày",
        "15 ngày; trường hợp phức tạp: mười lăm ngày",
        "10 ngày; hồ sơ phức tạp nửa tháng",
        "03 ngày làm việc; trường hợp đơn giản giải quyết ngay trong ngày",
        "03 ngày làm việc; trường hợp phải xác minh thì thời hạn giải quyết không quá 23 ngày.",
        "03 ngày làm việc; trường hợp phức tạp có thể kéo dài nhưng không quá 10",
        "03 ngày làm việc (đối với cấp xã), 05 ngày làm việc (đối với cấp tỉnh)",
        "10 ngày; trước ngày 31/12 hằng năm",
        "Trường hợp phải lấy ý kiến:\n- 10 ngày làm việc",
    ],
)
def test_a_time_that_is_not_certain_is_never_invented(text: str) -> None:
    (time,) = parse_times(text)
    assert (time.amount, time.unit) == (None, None)
    assert time.text


_REFUSED = "trường hợp không cấp phải trả lời bằng văn bản và nêu rõ lý do"


def _published() -> Iterator[tuple[str, float | None, str | None]]:
    """Times as ministries and Hà Nội published them, and what a person reads there ("-": no single time)."""
    for line in (
        resources.files(__package__).joinpath("real_times.tsv").read_text(encoding="utf-8").splitlines()
    ):
        read, text = line.split("\t")
        amount, _, unit = read.partition(" ")
        yield text.replace(" ⏎ ", "\n"), None if read == "-" else float(amount), unit or None


@pytest.mark.parametrize(("text", "amount", "unit"), _published())
def test_a_published_time_is_read_as_a_person_reads_it(text: str, amount: float, unit: str) -> None:
    (time,) = parse_times(text)
    assert (time.way, time.amount, time.unit) == (None, amount, unit)


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        (f"Trong 03 ngày làm việc kể từ ngày nhận đủ hồ sơ, Sở cấp giấy phép; {_REFUSED}.", 3, WORKING),
        (f"07 ngày làm việc, đối với {_REFUSED}", 7, WORKING),
        (f"30 ngày. {_REFUSED.capitalize()}.", 30, DAY),
        (
            "03 ngày làm việc; từ chối theo mẫu số 02 của Thông tư số 03/2025/TT-VPCP ngày 15/9/2025",
            3,
            WORKING,
        ),
        ("10 ngày theo khoản 2 Điều 5 Nghị định số 63/2010/NĐ-CP ngày 08/6/2010", 10, DAY),
        ("Nộp hồ sơ tại số 10 Tôn Thất Thuyết.\nThời hạn giải quyết:\n12 ngày", 12, DAY),
    ],
)
def test_a_clause_that_tells_no_time_is_no_second_time(text: str, amount: float, unit: str) -> None:
    (time,) = parse_times(text)
    assert (time.way, time.amount, time.unit) == (None, amount, unit)
    assert time.text == canonical(text), "the published words stay whole"


@pytest.mark.parametrize(
    "text",
    [
        "20 ngày làm việc đối với trường hợp đề chặt hạ, dịch chuyển có cây xanh cần bảo tồn",
        "Trường hợp rừng thuộc các bộ, ngành; khu vực quốc phòng: 20 ngày làm việc",
        "07 ngày làm việc (đối với trường hợp cấp mới)",
    ],
)
def test_the_time_of_one_case_is_not_the_procedure_s(text: str) -> None:
    assert parse_times(text) == (ProcessingTime(text=text),)


def test_what_follows_the_time_of_a_way_belongs_to_it() -> None:
    times = parse_times(f"Trực tiếp: 10 ngày; Trực tuyến: 08 ngày làm việc; {_REFUSED}")
    assert [(time.way, time.amount, time.unit) for time in times] == [
        ("direct", 10, DAY),
        ("online", 8, WORKING),
    ]
    assert times[1].text == f"08 ngày làm việc; {_REFUSED}"


@pytest.mark.parametrize("phrase", ["trường hợp ", "đối với hồ sơ: ", "1 ngày ", "số 1/2 ", "a. ", "; "])
def test_a_cell_of_any_length_is_read_at_once(phrase: str) -> None:
    started = monotonic()
    parse_times(phrase * 10_000)
    assert monotonic() - started < 5


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
        "Trực tuyến: 8 ngày. Trực tiếp: 10 ngày.",
        "Trực tuyến:\n8 ngày\nTrực tiếp:\n10 ngày",
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
    assert is_longer(ProcessingTime(None, *one), ProcessingTime(None, *other)) is longer


def test_the_portal_s_unit_other_is_no_unit() -> None:
    assert time_from_portal("direct", 1.0, "OTHER", "theo lịch").unit is None
    assert time_from_portal("direct", 60.0, "WORKING_DAY") == ProcessingTime("direct", 60, WORKING)
    assert time_from_portal("direct", None, "DAY").amount is None


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
    told = time_from_portal("direct", amount, "DAY").amount
    assert told is not None
    assert not math.isfinite(told)
