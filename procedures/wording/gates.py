"""The gates in Vietnamese words: what each expectation requires, and the consequence when it is not met."""

from __future__ import annotations

from collections.abc import Mapping

SUITES: Mapping[str, str] = {
    "listing": "Cửa 1. Danh sách vừa đọc",
    "drift": "Cửa 1. Cấu trúc dữ liệu của cổng so với lần đủ trước",
    "records": "Cửa 2. Từng bản ghi trước khi nạp",
    "warehouse": "Cửa 3. Kho dữ liệu sau khi nạp",
}
"""The suites in the order of a night."""

EXPECTATIONS: Mapping[str, str] = {
    "listing_not_empty": "Danh sách có ít nhất một thủ tục",
    "key_present": "Mỗi dòng nhận diện được",
    "presence_present": "Mỗi dòng rõ đã đọc được hay chưa",
    "code_well_formed": "Mã thủ tục đúng dạng như 1.012299",
    "name_present": "Thủ tục có tên",
    "codes_distinct": "Mã thủ tục trong danh sách khác nhau",
    "state_present": "Dòng có tình trạng",
    "expected_range": "Số thủ tục nằm trong khoảng dự kiến",
    "max_drop": "Phần thủ tục mất đi so với lần đủ trước không quá mức cho phép",
    "labels_known": "Nhận ra các trường (nhãn) mà cổng cho xem",
    "labels_known_as_usual": "Nhận ra các trường (nhãn) nhiều như thường lệ",
    "details_failed_as_usual": "Chi tiết không đọc được không nhiều hơn thường lệ",
    "quarantined_as_usual": "Bản ghi bị giữ lại khi đọc không nhiều hơn thường lệ",
    "no_code_repeated": "Không mã nào được liệt kê nhiều lần",
    "field_renamed": "Không trường nào bị đổi tên",
    "field_missing": "Không trường nào biến mất",
    "field_retyped": "Không trường nào đổi kiểu dữ liệu",
    "field_new": "Không có trường mới mà chương trình chưa biết",
    "not_a_test_record": "Không phải bản ghi thử nghiệm",
    "text_readable": "Tên, lĩnh vực, cơ quan là chữ tiếng Việt đọc được",
    "name_length": "Tên thủ tục dài vừa phải (không quá 800 ký tự)",
    "levels_known": "Cấp thực hiện có trong danh sách cấp",
    "time_not_negative": "Thời hạn giải quyết không âm",
    "time_sane": "Thời hạn giải quyết không quá 10 năm",
    "fee_not_negative": "Phí, lệ phí không âm",
    "fee_sane": "Phí, lệ phí không quá 10 tỷ đồng",
    "decision_not_ahead": "Ngày quyết định không ở tương lai",
    "agency_known": "Rõ cơ quan ban hành hoặc cơ quan thực hiện",
    "details_readable": "Nội dung là chữ đọc được",
    "name_accented": "Tên thủ tục có dấu",
    "decision_not_ancient": "Ngày quyết định không trước năm 2007",
    "decision_number_form": "Số quyết định theo mẫu số/QĐ-CƠ QUAN",
    "name_not_shouted": "Tên thủ tục không viết toàn chữ in hoa",
    "name_on_one_line": "Tên thủ tục nằm trên một dòng",
    "name_no_title": "Tên thủ tục không phải tên một văn bản",
    "agency_of_no_province": "Cơ quan thực hiện của thủ tục do Bộ công bố không mang tên một tỉnh",
    "no_rule_takes_half": "Không quy tắc nào loại quá nửa số bản ghi",
    "no_field_emptied": "Không trường nào bị để trống ở quá nửa số thủ tục đã có",
    "one_current_version": "Mỗi thủ tục có nhiều nhất một phiên bản hiện hành",
    "one_current_of_code": "Mỗi mã đứng ở nhiều nhất một bản ghi hiện hành của một nguồn",
    "validity_apart": "Thời gian hiệu lực của các phiên bản không chồng nhau",
    "validity_in_order": "Phiên bản hết hiệu lực sau khi bắt đầu",
    "views_answer": "Các bảng xem dữ liệu đều trả lời",
    "pointers_lead_somewhere": "Sai lệch chỉ tới thủ tục có trong kho dữ liệu",
    "gate_open": "Kho dữ liệu nhất quán",
    "unchanged": "Không khác lần đạt gần nhất, không cần kiểm tra lại",
}

READING_RULES: Mapping[str, str] = {
    "state_unreadable": "Đọc được tình trạng của dòng",
    "name_missing": "Bản ghi có tên thủ tục",
    "code_malformed": "Bản ghi có mã đúng dạng như 1.012299",
    "wrong_code": "Bản ghi đúng là của thủ tục đã hỏi",
    "duplicate_code": "Mỗi mã chỉ ở một dòng của danh sách",
    "invalid_code": "Mã của dòng đúng dạng như 1.012299",
}
"""The same for a record that is quarantined while a portal or a workbook is read."""

SHARE_EXPECTATIONS = frozenset(
    {
        "codes_distinct",
        "max_drop",
        "labels_known",
        "labels_known_as_usual",
        "details_failed_as_usual",
        "quarantined_as_usual",
    }
)
"""Expectations whose observed value is a share of 1."""

CONSEQUENCES: Mapping[str, str] = {
    "critical": "đóng cửa: nguồn không được nạp đêm nay, dữ liệu của lần đủ trước được giữ nguyên",
    "high": "bản ghi chờ kiểm tra, phiên bản đang có được giữ nguyên",
    "medium": "ghi nhận, vẫn nạp",
    "low": "ghi nhận, vẫn nạp",
}
"""Consequences by severity when an expectation of the first two gates is not met."""

AFTER_LOAD_CONSEQUENCES: Mapping[str, str] = {
    "critical": "lần chạy hoàn thành nhưng cần xem lại kho dữ liệu (mã thoát 3)",
    "medium": "ghi nhận",
}
"""The same for the gate after load, when everything is in the database."""


def expectation_text(expectation: str) -> str:
    """Return what an expectation or the reading requires, in words; its own name where there are none."""
    return EXPECTATIONS.get(expectation) or READING_RULES.get(expectation, expectation)


def gate_consequence(suite: str, severity: str) -> str:
    """Return the consequence when it is not met."""
    words = AFTER_LOAD_CONSEQUENCES if suite == "warehouse" else CONSEQUENCES
    return words.get(severity, "")
