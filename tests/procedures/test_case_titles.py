"""Cases as people read them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from procedures.finding_kinds import FINDING_KINDS
from procedures.wording.case_titles import SHORT_KINDS, case_breakdown, case_title


def member(**said: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "kind": "attribute_mismatch",
        "attribute": "agency",
        "code": "1.000001",
        "name": "Cấp thẻ",
        "division": "Phòng Hội, quỹ",
        "catalogue_value": "Sở Lao động",
        "national_value": "Sở Nội vụ",
        "provincial_value": None,
        "evidence": "{}",
    }
    return values | said


@pytest.mark.parametrize(
    ("case_id", "said", "title"),
    [
        ("decision:627/QĐ-BNV", {}, "Quyết định 627/QĐ-BNV"),
        (
            "incomplete:G09:agency",
            {"evidence": json.dumps({"lacking": ["cơ quan thực hiện"], "agency": "Bộ Nội vụ"})},
            "Cổng DVC quốc gia thiếu cơ quan thực hiện: Bộ Nội vụ",
        ),
        (
            "baseline:G09",
            {"evidence": {"agency": "Bộ Nội vụ"}},
            "Đã công bố từ trước, danh mục chưa có: Bộ Nội vụ",
        ),
        ("baseline:", {}, "Đã công bố từ trước, danh mục chưa có"),
        ("reasons:phòng hội quỹ", {}, "Trực tuyến một phần, chưa nêu lý do: Phòng Hội, quỹ"),
        (
            "reasons:phòng việc làm",
            {"division": "Văn phòng Sở"},
            "Trực tuyến một phần, chưa nêu lý do: Phòng việc làm",
        ),
        ("reasons:", {"division": None}, "Trực tuyến một phần, chưa nêu lý do: chưa rõ phòng"),
        ("absent:1.000001", {}, "Không có trên cổng nào: 1.000001 Cấp thẻ"),
        ("unpublished:provincial", {}, "Không có trên cổng tỉnh"),
        ("online:1.000001", {}, "Mức độ trực tuyến: 1.000001 Cấp thẻ"),
        (
            "renamed:agency:0a1b",
            {},
            "Cơ quan thực hiện ghi khác nhau: danh mục “Sở Lao động”, Cổng quốc gia “Sở Nội vụ”",
        ),
        (
            "column:catalogue:fee",
            {},
            "Phí, lệ phí: danh mục khác các bên ở nhiều thủ tục, có thể đọc nhầm cột",
        ),
        (
            "column:catalogue:code",
            {},
            "Nhiều dòng của danh mục không có mã hợp lệ: có thể đọc nhầm cột",
        ),
        ("codes:phòng hội quỹ", {}, "Mã trong danh mục cần sửa: Phòng Hội, quỹ"),
        ("portal:provincial:processing_time", {}, "Cổng tỉnh ghi khác: thời hạn giải quyết"),
        ("finding:0a1b", {}, "Nội dung không khớp: 1.000001 Cấp thẻ"),
        ("of a version to come", {"name": None, "code": None}, "Nội dung không khớp"),
    ],
)
def test_a_case_is_told_by_its_cause(case_id: str, said: dict[str, Any], title: str) -> None:
    assert case_title(case_id, member(**said)) == title


def test_what_a_case_holds_is_told_by_number() -> None:
    counts = {"announcement_overdue": 1, "new_from_ministry": 1, "replaced_still_listed": 13}
    assert case_breakdown(counts) == "13 được thay thế, 1 mới, 1 quá hạn"


def test_each_kind_has_its_few_words() -> None:
    assert list(SHORT_KINDS) == [each.kind for each in FINDING_KINDS]


@pytest.mark.parametrize(
    ("case_id", "title"),
    [
        ("decision:627/QĐ-BNV", "Quyết định 627/QĐ-BNV"),
        ("incomplete:G09:agency", "Cổng DVC quốc gia thiếu bộ phận tạo thành"),
        ("reasons:phòng hội quỹ", "Trực tuyến một phần, chưa nêu lý do: Phòng hội quỹ"),
        ("absent:1.000001", "Không có trên cổng nào: 1.000001"),
        ("online:1.000001", "Mức độ trực tuyến: 1.000001"),
        ("renamed:agency:0a1b", "Cơ quan thực hiện ghi khác nhau"),
        ("finding:0a1b", "Một sai lệch"),
        ("", "Một sai lệch"),
        ("column:of somebody:else:", "else:: of somebody khác các bên ở nhiều thủ tục, có thể đọc nhầm cột"),
    ],
)
def test_without_a_finding_the_key_tells_the_cause(case_id: str, title: str) -> None:
    assert case_title(case_id) == title
