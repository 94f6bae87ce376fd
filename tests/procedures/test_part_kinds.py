"""What titles, rows and cells call their procedures: new, changed, replaced, repealed, handed down."""

from __future__ import annotations

import pytest

from procedures.office.documents import PartKind
from procedures.office.part_kinds import is_not_in_force, is_repealing_heading, part_kinds_of


@pytest.mark.parametrize(
    "title, kinds",
    [
        ("DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH", {PartKind.NEW}),
        ("Danh mục thủ tục hành chính được sửa đổi, bổ sung hoặc thay thế", {PartKind.CHANGED}),
        ("Thủ tục hành chính được thay thế", {PartKind.REPLACED}),
        ("PHẦN II. DANH MỤC TTHC BỊ BÃI BỎ THUỘC THẨM QUYỀN CỦA SỞ", {PartKind.REPEALED}),
        ("Thủ tục hành chính phân cấp cho Ủy ban nhân dân cấp xã", {PartKind.DECENTRALISED}),
        ("Danh mục thủ tục hành chính thuộc phạm vi quản lý", set()),
        ("Danh mục thủ tục mới ban hành và thủ tục hành chính bãi bỏ", {PartKind.NEW, PartKind.REPEALED}),
        ("Danh mục thủ tục hành chính và thủ tục hành chính bãi bỏ", {PartKind.REPEALED, None}),
        ("Danh mục thủ tục hành chính trong lĩnh vực bãi bỏ thuế quan", set()),
    ],
)
def test_a_title_names_the_kinds_of_its_part(title: str, kinds: set[PartKind | None]) -> None:
    assert part_kinds_of(title) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "Bãi bỏ",
        "Đã hết hiệu lực từ 01/7/2025",
        "TTHC bị hủy bỏ theo QĐ 12/QĐ-UBND",
        "repealed",
        "ghi chú\nbãi bỏ",
    ],
)
def test_a_row_says_itself_that_it_is_not_in_force(text: str) -> None:
    assert is_not_in_force(text)


@pytest.mark.parametrize(
    "text", ["", "Còn hiệu lực", "dự kiến bãi bỏ", "Bãi bỏ một phần", "thay thế thủ tục bãi bỏ"]
)
def test_what_ends_in_part_or_may_end_is_in_force(text: str) -> None:
    assert not is_not_in_force(text)


@pytest.mark.parametrize(
    "heading, names_it",
    [
        ("Tên VBQPPL quy định việc bãi bỏ TTHC", True),
        ("Căn cứ pháp lý của việc bãi bỏ", True),
        ("Văn bản sửa đổi, bãi bỏ", False),
        ("Căn cứ pháp lý", False),
    ],
)
def test_a_column_that_names_the_repealing_texts_is_known_by_its_heading(
    heading: str, names_it: bool
) -> None:
    assert is_repealing_heading(heading) is names_it
