"""What the plain registers keep of what people write."""

from __future__ import annotations

import pytest

from procedures.errors import InputError
from procedures.workbook_layout.registers import (
    CRITERIA,
    FEEDBACK,
    TASKS,
    check_entry,
    find_register,
    format_value,
    parse_value,
)


@pytest.mark.parametrize(
    ("register_", "heading", "said", "kept", "shown"),
    (
        (TASKS, "Thời hạn", "24/11/2026", "2026-11-24", "24/11/2026"),
        (TASKS, "Thời hạn", "2026-11-24", "2026-11-24", "24/11/2026"),
        (TASKS, "TRẠNG THÁI", "đã xong", "done", "Đã xong"),
        (TASKS, "result", " Đã có 5 dự thảo\n", "Đã có 5 dự thảo", "Đã có 5 dự thảo"),
        (CRITERIA, "Điểm tự chấm", "1,75", "1.75", "1,75"),
        (CRITERIA, "Điểm tối đa", "123456,5", "123456.5", "123456,5"),
        (CRITERIA, "Điểm tối đa", "1000000", "1000000", "1000000"),
        (FEEDBACK, "Mã TTHC", "1.012299.000.00.00.H27", "1.012299", "1.012299"),
        (FEEDBACK, "Mã TTHC", " ", None, ""),
    ),
)
def test_a_cell_is_kept_so_that_it_can_be_shown_and_sorted(register_, heading, said, kept, shown) -> None:
    column = register_.column(heading)
    assert parse_value(column, said, "x") == kept
    assert format_value(column, kept) == shown


@pytest.mark.parametrize(
    ("register_", "heading", "said"),
    (
        (TASKS, "Thời hạn", "31/02/2026"),
        (TASKS, "Thời hạn", "24/11/26"),
        (TASKS, "Thời hạn", "trước 24/11/2026"),
        (TASKS, "Thời hạn", "20261124"),
        (TASKS, "Trạng thái", "gần xong"),
        (CRITERIA, "Điểm tối đa", "hai"),
        (CRITERIA, "Điểm tối đa", "-1"),
        (CRITERIA, "Điểm tối đa", "5-7"),
        (CRITERIA, "Điểm tối đa", "1,5 hoặc 2"),
        (CRITERIA, "Điểm tối đa", "1e3"),
        (CRITERIA, "Điểm tối đa", "1_000"),
        (FEEDBACK, "Mã TTHC", "một mã"),
    ),
)
def test_a_cell_that_cannot_be_read_is_named_with_its_place(register_, heading, said) -> None:
    with pytest.raises(InputError, match=r"^Sheet1!7"):
        parse_value(register_.column(heading), said, "Sheet1!7")


def test_an_entry_says_what_it_must() -> None:
    with pytest.raises(InputError, match="thiếu 'Nội dung nhiệm vụ'"):
        check_entry(TASKS, {"document": "12/KH-UBND"}, "dòng 3")
    feedback = {"number": "1", "received": "2026-11-20", "content": "x", "answered": "2026-11-19"}
    with pytest.raises(InputError, match="trước ngày nhận"):
        check_entry(FEEDBACK, feedback, "dòng 3")
    with pytest.raises(InputError, match="lớn hơn điểm tối đa"):
        check_entry(CRITERIA, {"criterion": "1", "content": "x", "maximum": "1", "own_score": "2"}, "dòng 3")


def test_a_register_that_does_not_exist_is_answered_with_those_that_do() -> None:
    with pytest.raises(InputError, match="tasks, criteria, reviews, feedback"):
        find_register("plans")
