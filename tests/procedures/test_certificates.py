"""An official reads why a night counts, or why it does not, without knowing how it was read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from procedures.snapshot import Certificate
from procedures.wording.certificates import (
    certificate_lines,
    certificate_summary,
    state_consequence,
    verdict_line,
)

WHOLE = Certificate(
    declared_total=1293,
    listed=1293,
    distinct_codes=1293,
    pages=13,
    first_page_again=True,
    shape="a1b2c3d4",
    shape_before="a1b2c3d4",
    details_due=44,
    details_read=44,
    taken_over=12,
    present=1290,
    unpublished=3,
    lacking=2,
    of_last=1288,
    expect_min=1000,
    expect_max=2000,
    expect_drop=0.05,
    requests=60,
    bytes=1_234_567,
)


def told(certificate: Certificate) -> dict[str, str]:
    return {line.what: line.says for line in certificate_lines(certificate)}


def test_a_whole_reading_says_of_each_thing_that_was_looked_at_that_it_was_right() -> None:
    assert told(WHOLE) == {
        "Danh sách": "cổng báo 1.293 thủ tục, liệt kê đủ 1.293 trên 13 trang",
        "Đọc lại trang đầu": "giống lần đầu: danh sách không đổi trong khi đọc",
        "Mã thủ tục": "1.293 mã khác nhau, không mã nào lặp lại",
        "Chi tiết": "44 thủ tục đến lượt, đọc được 44 (12 lấy lại từ lần đọc bị ngắt cùng ngày), không sót",
        "Kiểm lại bản ghi": "44 bản ghi đúng là của thủ tục đã hỏi",
        "Khoảng chờ đợi": "1.290 thủ tục đang công khai (03 đã dừng công khai), trong khoảng 1.000 đến 2.000",
        "So với lần đủ trước": "vắng 02 trên 1.288 thủ tục (0,16 %), cho phép đến 5,00 %",
        "Cấu trúc dữ liệu": "dấu a1b2c3d4, như lần đọc đủ trước",
        "Đã hỏi cổng": "60 yêu cầu, nhận về 1,2 MB",
    }


@pytest.mark.parametrize(
    ("change", "what", "says"),
    [
        ({"slowest_rate": 0.125}, "Nhịp hỏi", "chậm nhất 0,12 yêu cầu một giây"),
        ({"slowest_rate": 1.0}, "Nhịp hỏi", "chậm nhất 1 yêu cầu một giây"),
        ({"unchanged": 40}, "Không gửi lại", "40 bản ghi cổng báo không đổi"),
        ({"refused": True}, "Để yên", "cổng đã từ chối"),
        ({"listed": 1280}, "Danh sách", "chỉ liệt kê được 1.280 trên 13 trang, còn thiếu 13"),
        ({"listed": 1294}, "Danh sách", "cổng báo 1.293 thủ tục nhưng liệt kê tới 1.294 trên 13 trang"),
        (
            {"declared_total": None},
            "Danh sách",
            "liệt kê được 1.293 thủ tục trên 13 trang, cổng không báo tổng số",
        ),
        ({"lost_pages": ("trang 2 (cổng trả lời 500)",)}, "Trang bị mất", "trang 2 (cổng trả lời 500)"),
        ({"first_page_again": False}, "Đọc lại trang đầu", "khác lần đầu: danh sách đã đổi trong khi đọc"),
        ({"first_page_again": None}, "Đọc lại trang đầu", "không đọc lại, vì chưa đọc hết danh sách"),
        (
            {"repeated_codes": ("1.000001", "?x", *(f"2.00000{n}" for n in range(6)))},
            "Mã thủ tục",
            "07 mã có ở hai mục trở lên (1.000001, 2.000000, 2.000001, 2.000002, 2.000003 … và 02 nữa)",
        ),
        ({"details_read": 41, "details_failed": 3}, "Chi tiết", "không đọc được 03"),
        ({"details_due": 0}, "Chi tiết", "không thủ tục nào đến lượt đọc chi tiết"),
        ({"wrong_codes": 2}, "Kiểm lại bản ghi", "02 bản ghi là của thủ tục khác, không nạp"),
        ({"quarantined": 1}, "Chờ kiểm tra", "01 bản ghi chưa nạp, thủ tục vẫn coi như còn"),
        ({"present": 900, "unpublished": 0}, "Khoảng chờ đợi", "900 thủ tục đang công khai, NGOÀI khoảng"),
        ({"lacking": 200}, "So với lần đủ trước", "vắng 200 trên 1.288 thủ tục (15,53 %), QUÁ 5,00 %"),
        ({"shape_before": "ffff"}, "Cấu trúc dữ liệu", "khác lần đọc đủ trước"),
        ({"leftovers": {"viewCount": "7"}}, "Trường chưa dùng", "01 trường của cổng: viewCount"),
        ({"retries": 4}, "Đã hỏi cổng", "60 yêu cầu, 04 lần phải hỏi lại"),
        ({"notes": ("trang 100 mục không đọc được",)}, "Ghi chú", "trang 100 mục không đọc được"),
    ],
)
def test_what_was_wrong_is_said_where_it_was_looked_at(
    change: dict[str, object], what: str, says: str
) -> None:
    assert says in told(replace(WHOLE, **change))[what]


@pytest.mark.parametrize(
    "change", [{"lost_pages": ("trang 2",)}, {"listed": 1200, "present": 1200}, {"first_page_again": False}]
)
def test_a_list_that_is_not_whole_is_not_held_against_what_was_expected(change: dict[str, object]) -> None:
    lines = told(replace(WHOLE, lacking=900, **change))
    assert lines["Khoảng chờ đợi"] == "không xét, vì danh sách chưa đọc đủ"
    assert "So với lần đủ trước" not in lines


def test_of_a_portal_that_showed_nothing_nothing_is_counted() -> None:
    refused = Certificate(requests=2, lacking=143, of_last=143, expect_min=100, expect_max=400)
    assert told(refused) == {
        "Danh sách": "không đọc được thủ tục nào",
        "Đã hỏi cổng": "02 yêu cầu, nhận về 0,0 MB",
    }
    assert certificate_summary(refused) == "không đọc được thủ tục nào"


def test_an_imported_list_has_rows_and_no_portal() -> None:
    lines = told(Certificate(listed=86, distinct_codes=84))
    assert lines == {"Danh sách": "86 dòng", "Mã thủ tục": "84 mã khác nhau, không mã nào lặp lại"}
    assert certificate_summary(Certificate(listed=86)) == "86 dòng"


def test_one_line_says_whether_the_list_and_the_records_are_whole() -> None:
    assert certificate_summary(WHOLE) == (
        "cổng báo 1.293 thủ tục, liệt kê đủ 1.293 trên 13 trang; "
        "đọc được chi tiết của 44 trên 44 thủ tục đến lượt; 60 yêu cầu"
    )
    assert certificate_summary(None) == "chưa đọc xong lần nào"


@pytest.mark.parametrize(
    ("state", "baseline", "says"),
    [
        ("complete", True, "Đủ: lần đọc này được dùng cả để biết thủ tục nào không còn công khai"),
        ("partial", True, "Dữ liệu lấy chưa đủ: vì sao; phần đọc được đã nạp; không thủ tục nào bị"),
        ("partial", False, "Dữ liệu lấy chưa đủ: vì sao; chưa nạp gì, vì lần đọc đầu tiên phải đủ"),
        ("blocked", True, "Cổng từ chối truy cập: vì sao; không nạp gì; số liệu của lần đọc"),
        ("held", True, "Tạm giữ chờ xác nhận: vì sao; chưa nạp gì cho tới khi có người xem và cho qua"),
        ("failed", False, "Không đọc được: vì sao; không nạp gì; nguồn này chưa có số liệu nào"),
        (None, False, "chưa đọc xong"),
    ],
)
def test_the_verdict_says_what_follows(state: str | None, baseline: bool, says: str) -> None:
    assert verdict_line(state, "vì sao" if state else None, baseline=baseline).says.startswith(says)
    assert (state_consequence(state, baseline=baseline) is None) == (state in ("complete", None))
