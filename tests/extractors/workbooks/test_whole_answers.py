"""Only whole answers are answers: what more a cell says, nobody reads a yes, a level or a number into it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.workbooks.cell_values import read_answers
from extractors.workbooks.whole_answers import yes_or_no
from procedures.values.levels import LEVELS, ONLINE_LEVELS, level_label, online_label
from procedures.workbook_layout.catalogue_columns import COLUMNS, DECENTRALISATION_LABELS, YES_NO_LABELS
from procedures.workbook_layout.division_sheets import SHEETS

ELIGIBLE = "eligible_full_online"


def read(attribute: str, text: str, role: str | None = None) -> object:
    """The attribute that a cell of a list gives, None where it is named as unread."""
    answers = read_answers({role or attribute: text}, {}, whole=True)
    assert (attribute in answers.values) != any(cell.attribute == attribute for cell in answers.unread)
    assert all((cell.role, cell.text != "") == (role or attribute, True) for cell in answers.unread)
    return answers.values.get(attribute)


@pytest.mark.parametrize(
    ("attribute", "text", "answer"),
    [
        (ELIGIBLE, "Có", True),
        (ELIGIBLE, " x ", True),
        (ELIGIBLE, "Đủ điều kiện", True),
        (ELIGIBLE, "Đủ ĐK", True),
        (ELIGIBLE, "Có đủ điều kiện cung cấp DVCTT toàn trình.", True),
        (ELIGIBLE, "không", False),
        (ELIGIBLE, "Chưa đủ điều kiện", False),
        (ELIGIBLE, "–", False),
        ("delegated", "Đã uỷ quyền", True),
        ("delegated", "Không ủy quyền", False),
        ("decentralisation_state", "Đã phân cấp", "decided"),
        ("decentralisation_state", "đang đề xuất phân cấp", "proposed"),
        ("decentralisation_state", "chưa được phân cấp", "none"),
        ("decentralisation_state", "x", "decided"),
        ("online_level", "Dịch vụ công trực tuyến toàn trình", "full"),
        ("online_level", "Mức độ 3, 4", "full"),
        ("online_level", "Một phần (chưa toàn trình)", "partial"),
        ("online_level", "0", "none"),
        ("executing_levels", "Cấp tỉnh; Cấp xã", frozenset({"province", "commune"})),
        ("executing_levels", "Cấp xã (không phụ thuộc địa giới hành chính)", frozenset({"commune"})),
        ("executing_levels", "UBND cấp tỉnh hoặc cấp xã", frozenset({"province", "commune"})),
    ],
)
def test_a_whole_answer_is_taken(attribute: str, text: str, answer: object) -> None:
    assert read(attribute, text) == answer


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        *((ELIGIBLE, text) for text in ("có thể", "có?", "Có, nếu sửa thông tư", "chưa rõ", "đang xem xét")),
        *((ELIGIBLE, text) for text in ("Có và không", "Có\nKhông", "không (chưa chắc)", "đã phân cấp", "2")),
        *(("delegated", text) for text in ("có thể", "đủ điều kiện", "xem phụ lục")),
        *(("decentralisation_state", text) for text in ("có thể", "không đề xuất", "đủ điều kiện", "đồng ý")),
        *(("decentralisation_state", text) for text in ("đề xuất?", "đã phân cấp một số nội dung")),
        *(("online_level", text) for text in ("toàn trình?", "một phần hoặc toàn trình", "có thể")),
        *(("online_level", text) for text in ("Toàn trình/Một phần", "mức 3 hoặc 4", "dự kiến toàn trình")),
        *(("executing_levels", text) for text in ("cấp tỉnh?", "không phải cấp xã", "cấp tỉnh hay cấp xã")),
        *(("ways", text) for text in ("Trực tiếp, không qua bưu chính",)),
        *(("decision_date", text) for text in ("khoảng 20/6/2025", "20/6/2025?")),
    ],
)
def test_anything_else_says_nothing_and_is_named(attribute: str, text: str) -> None:
    assert read(attribute, text) is None


@pytest.mark.parametrize(
    ("attribute", "text", "named"),
    [
        *(
            ("processing_time", text, True)
            for text in ("5-7", "30 ngày hoặc 45", "khoảng 30 ngày", "30 ngày?")
        ),
        *(("processing_time", text, True) for text in ("10 đến 15 ngày làm việc", "7; 10")),
        *(("fee", text, True) for text in ("10.000 - 20.000 đồng", "khoảng 10.000 đồng")),
        ("processing_time", "Ngay trong ngày làm việc", False),
        ("processing_time", "15 ngày đối với hồ sơ mới, 5 ngày đối với hồ sơ cấp lại", False),
        ("fee", "Theo quy định của Bộ Tài chính", False),
    ],
)
def test_of_several_numbers_none_is_chosen_and_their_text_stands(
    attribute: str, text: str, named: bool
) -> None:
    answers = read_answers({attribute: text}, {}, whole=True)
    (value,) = answers.values[attribute]
    assert (value.amount, value.text) == (None, text)
    assert [(cell.text, cell.kept) for cell in answers.unread] == [(text, True)] * named


@pytest.mark.parametrize("text", ["30 ngày làm việc", "Trực tiếp: 5 ngày; Trực tuyến: 3 ngày", "08 giờ"])
def test_one_number_a_way_is_an_answer(text: str) -> None:
    answers = read_answers({"processing_time": text}, {}, whole=True)
    assert all(time.amount and time.unit for time in answers.values["processing_time"])
    assert answers.unread == []


@pytest.mark.parametrize(
    ("role", "text", "attribute", "value"),
    [
        ("online:full", "x", "online_level", "full"),
        ("online:full", "Toàn trình", "online_level", "full"),
        ("online:full", "có thể", "online_level", None),
        ("level:commune", "UBND xã", "executing_levels", frozenset({"commune"})),
        ("level:province", "Sở Nội vụ", "executing_levels", frozenset({"province"})),
        ("level:commune", "một số xã?", "executing_levels", None),
        ("way:postal", "BCCI", "ways", frozenset({"postal"})),
        ("postal", "có", "ways", frozenset({"postal"})),
        ("postal", "không qua BCCI", "ways", None),
        ("postal", "Không\nCó", "ways", frozenset({"postal"})),
        ("postal", "Có\ncó thể", "ways", None),
        ("postal", "có thể", "ways", None),
        ("eligible:yes", "x", ELIGIBLE, True),
        ("eligible:no", "có thể", ELIGIBLE, None),
    ],
)
def test_a_tick_is_a_mark_an_answer_or_what_its_heading_says(
    role: str, text: str, attribute: str, value: object
) -> None:
    assert read(attribute, text, role) == value


def test_a_portal_s_own_wording_is_read_for_what_it_names() -> None:
    told = {"online_level": "Toàn trình (từ 01/7/2025)"}
    assert read_answers(told, {}).values["online_level"] == "full"
    answers = read_answers(told, {}, whole=True)
    assert answers.values == {}, "not even its text: the cell is left open"


def test_what_we_write_ourselves_is_a_whole_answer() -> None:
    for level in ONLINE_LEVELS:
        assert read("online_level", online_label(level)) == level
    for level in LEVELS:
        assert read("executing_levels", level_label(level)) == {level}
    for state, words in DECENTRALISATION_LABELS.items():
        assert read("decentralisation_state", words) == state
    for answer, words in YES_NO_LABELS.items():
        for attribute in (ELIGIBLE, "delegated"):
            assert read(attribute, words) is answer
    offered = {
        (column.attribute, choice)
        for kind in SHEETS.values()
        if not kind.grows
        for column in kind.columns
        for choice in column.choices
    }
    assert all(read(attribute, choice) is not None for attribute, choice in offered)
    assert {attribute for attribute, _ in offered} < {column.role for column in COLUMNS}


more = st.sampled_from(
    ["có thể", "?", "hoặc", "nếu", "tùy", "dự kiến", "một số", "…", "(xem lại)", "chưa rõ"]
)


@given(st.sampled_from(["Có", "x", "Đủ điều kiện", "Không", "Chưa đủ điều kiện"]), more, st.booleans())
def test_an_answer_with_a_doubt_beside_it_is_none(answer: str, doubt: str, before: bool) -> None:
    text = f"{doubt} {answer}" if before else f"{answer} {doubt}"
    assert yes_or_no(text, ELIGIBLE) is None
