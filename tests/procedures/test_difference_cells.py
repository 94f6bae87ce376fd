"""What the list of findings shows of a difference: the old value beside the new one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.finding_kinds import FINDING_KINDS, FindingKind
from procedures.model import Paper, value_text
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from procedures.wording.difference_cells import (
    CONTEXT,
    LIMIT,
    Circumstances,
    Difference,
    difference_cell,
    shorten,
)
from procedures.wording.item_contrast import contrast_items
from procedures.wording.text_diff import TextPiece

MISMATCH = FindingKind.ATTRIBUTE_MISMATCH


def days(amount: int, way: str | None = None) -> ProcessingTime:
    return ProcessingTime(way, amount, "working_day")


def written(pieces: tuple[TextPiece, ...]) -> str:
    """The pieces with what differs in brackets of their own."""
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces)


def contrast(attribute: str, catalogue: object, national: object, kind: str = MISMATCH) -> tuple[str, str]:
    values = {"catalogue": value_text(catalogue), "national": value_text(national)}
    shown = difference_cell(kind, attribute, values)
    assert (shown.old_side, shown.new_side) == ("catalogue", "national")
    return written(shown.old), written(shown.new)


@pytest.mark.parametrize(
    ("attribute", "old", "new", "shown"),
    [
        ("processing_time", (days(45),), (days(35),), ("[45] ngày làm việc", "[35] ngày làm việc")),
        (
            "processing_time",
            (days(45),),
            (days(35, "direct"), days(35, "online"), days(35, "postal")),
            ("[45] ngày làm việc", "[35] ngày làm việc"),
        ),
        (
            "processing_time",
            (days(60),),
            (days(45, "online"), days(60, "direct")),
            ("60 ngày làm việc", "[45 ngày làm việc (Trực tuyến)]; 60 ngày làm việc (Trực tiếp)"),
        ),
        (
            "processing_time",
            (days(60, "direct"), days(45, "online")),
            (days(45, "online"), days(60, "direct")),
            (
                "60 ngày làm việc (Trực tiếp); 45 ngày làm việc (Trực tuyến)",
                "45 ngày làm việc (Trực tuyến); 60 ngày làm việc (Trực tiếp)",
            ),
        ),
        ("fee", (Fee(None, "fee", 10_000),), (Fee(None, "fee", 0),), ("[10.000 đồng]", "[Không]")),
        (
            "fee",
            (Fee("direct", "fee", 30_000), Fee("online", "fee", 15_000)),
            (Fee("direct", "fee", 30_000), Fee("online", "fee", 0)),
            (
                "30.000 đồng (Trực tiếp); [15.000 đồng] (Trực tuyến)",
                "30.000 đồng (Trực tiếp); [Không] (Trực tuyến)",
            ),
        ),
        (
            "ways",
            frozenset({"direct", "postal"}),
            frozenset({"direct"}),
            ("Trực tiếp; [Bưu chính công ích]", "Trực tiếp"),
        ),
        (
            "name",
            "Cấp giấy phép lần đầu",
            "Cấp lại giấy phép",
            ("Cấp giấy phép [lần đầu]", "Cấp [lại] giấy phép"),
        ),
        (
            "subjects",
            ("Công dân, tổ chức",),
            ("Tổ chức", "Công dân", "Cán bộ"),
            ("Công dân, tổ chức", "Tổ chức; Công dân; [Cán bộ]"),
        ),
        (
            "dossier",
            (Paper(name="Đơn", originals=1, copies=0), Paper(name="Ảnh", originals=None, copies=None)),
            (Paper(name="Ảnh", originals=2, copies=None), Paper(name="Đơn", originals=2, copies=0)),
            ("Đơn (Bản chính: [1;] Bản sao: 0); Ảnh", "Ảnh (Bản chính: 2); Đơn (Bản chính: [2;] Bản sao: 0)"),
        ),
        (
            "legal_bases",
            ("Nghị định số 63/2010/NĐ-CP ngày 08/6/2010", "Luật Lưu trữ 33/2024/QH15"),
            ("33/2024/QH15 về lưu trữ", "113/2025/NĐ-CP"),
            (
                "[Nghị định số 63/2010/NĐ-CP ngày 08/6/2010]; Luật Lưu trữ …",
                "33/2024/QH15 về lưu trữ; [113/2025/NĐ-CP]",
            ),
        ),
        (
            "legal_bases",
            ("Luật Hội",),
            ("126/2024/NĐ-CP",),
            ("Luật Hội", "126/2024/NĐ-CP"),
        ),
    ],
)
def test_only_what_one_side_lacks_is_marked(
    attribute: str, old: object, new: object, shown: tuple[str, str]
) -> None:
    assert contrast(attribute, old, new) == shown


def test_ways_that_one_side_leaves_out_are_no_difference() -> None:
    old, new = contrast_items("processing_time", ["45 ngày"], ["Trực tiếp: 35 ngày", "Trực tuyến: 35 ngày"])
    assert (written(old), written(new)) == ("[45] ngày", "[35] ngày (Trực tiếp, Trực tuyến)")


def test_a_level_is_marked_whole() -> None:
    level = FindingKind.EXECUTING_LEVEL_MISMATCH
    old, new = frozenset({"commune"}), frozenset({"province"})
    assert contrast("executing_levels", old, new, level) == ("[Cấp xã]", "[Cấp tỉnh]")
    both = frozenset({"province", "commune"})
    assert contrast("executing_levels", both, new, level) == ("[Cấp xã]; Cấp tỉnh", "Cấp tỉnh")


def test_online_levels_are_put_in_words() -> None:
    kind = FindingKind.ONLINE_OPPORTUNITY
    assert contrast("", "partial", "full", kind) == ("[Một phần]", "[Toàn trình]")


def test_a_document_that_came_to_a_long_list_is_named_alone() -> None:
    bases = tuple(f"Nghị định số {number}/2020/NĐ-CP" for number in range(1, 9))
    assert contrast("legal_bases", bases, (*bases, "9/2025/NĐ-CP")) == ("", "thêm: [9/2025/NĐ-CP]")
    assert contrast("legal_bases", bases, bases[:-1]) == ("bỏ: [Nghị định số 8/2020/NĐ-CP]", "")


def test_the_new_value_is_of_the_portal_that_differs() -> None:
    same, other = value_text((days(60),)), value_text((days(45),))
    shown = difference_cell(
        MISMATCH, "processing_time", {"catalogue": same, "national": same, "provincial": other}
    )
    assert (shown.new_side, written(shown.new)) == ("provincial", "[45] ngày làm việc")
    shown = difference_cell(MISMATCH, "processing_time", {"national": same, "provincial": other})
    assert (shown.old_side, shown.new_side) == ("provincial", "national")


@pytest.mark.parametrize(
    ("kind", "values", "about", "shown"),
    [
        (
            FindingKind.NEW_FROM_MINISTRY,
            {"national": "Thành lập hội"},
            Circumstances(decision_number="627/QĐ-BNV", due="20/11/2026"),
            ("chưa có trong danh mục", "Bộ đã công bố theo 627/QĐ-BNV, hạn 20/11/2026"),
        ),
        (
            FindingKind.NOT_ON_NATIONAL_PORTAL,
            {"catalogue": "Thành lập hội"},
            Circumstances(),
            ("có trong danh mục", "không có trên cổng quốc gia"),
        ),
        (
            FindingKind.REPLACED_STILL_LISTED,
            {"catalogue": "Thành lập hội", "provincial": "Thành lập hội"},
            Circumstances(successor_code="1.013714"),
            ("còn trong danh mục và trên cổng tỉnh", "thay bằng 1.013714"),
        ),
        (
            FindingKind.REPEALED_STILL_LISTED,
            {"provincial": "Thành lập hội"},
            Circumstances(),
            ("còn trên cổng tỉnh", "không còn công khai, nghi bãi bỏ"),
        ),
        (
            FindingKind.ANNOUNCEMENT_OVERDUE,
            {"national": "627/QĐ-BNV"},
            Circumstances(due="16/11/2026"),
            ("chưa công bố đủ theo 627/QĐ-BNV", "quá hạn 16/11/2026"),
        ),
        (
            FindingKind.MISSING_CODE,
            {"catalogue": "Đổi tên hồ sơ", "national": "1.000001"},
            Circumstances(),
            ("chưa có mã", "có thể là 1.000001"),
        ),
        (FindingKind.INCOMPLETE_RECORD, {"national": '["fee"]'}, Circumstances(), ("", "thiếu: Phí, lệ phí")),
        (
            FindingKind.PARTIAL_WITHOUT_REASON,
            {"catalogue": "partial"},
            Circumstances(),
            ("Một phần", "chưa nêu lý do chưa toàn trình"),
        ),
        (
            FindingKind.EXECUTING_LEVEL_MISMATCH,
            {"catalogue": '["district"]'},
            Circumstances(),
            ("Cấp huyện", "cấp huyện đã kết thúc từ 01/07/2025"),
        ),
        (
            FindingKind.DUPLICATE_CODE,
            {"catalogue": "1.000001"},
            Circumstances(),
            ("1.000001", "mã đứng ở hai dòng của cùng một cấp"),
        ),
        (
            FindingKind.OVERLAP,
            {"catalogue": "Cấp giấy phép\nCấp lại giấy phép"},
            Circumstances(),
            ("Cấp giấy phép", "Cấp [lại] giấy phép"),
        ),
    ],
)
def test_what_has_no_two_values_is_said_in_words(
    kind: str, values: dict[str, str | None], about: Circumstances, shown: tuple[str, str]
) -> None:
    cell = difference_cell(kind, None, values, about)
    assert (written(cell.old), written(cell.new)) == shown


def test_every_kind_says_something_even_of_values_that_are_none_of_it() -> None:
    for info in FINDING_KINDS:
        cell = difference_cell(info.kind, "fee", {"catalogue": "không rõ", "national": '{"a": 1}'})
        assert cell.old or cell.new, info.kind
        assert isinstance(difference_cell(info.kind, None, {}), Difference)


def test_a_long_text_is_cut_around_what_differs() -> None:
    before = "Người nộp hồ sơ phải có đủ các điều kiện sau đây theo quy định của pháp luật: "
    old = f"{before}đủ 18 tuổi; có nơi cư trú tại địa bàn tỉnh; không đang chấp hành án; có đủ sức khỏe"
    assert contrast("requirements", old, old.replace("18", "20")) == (
        "… của pháp luật: đủ [18] tuổi; có nơi cư …",
        "… của pháp luật: đủ [20] tuổi; có nơi cư …",
    )


@given(st.lists(st.builds(TextPiece, st.text("ab c", max_size=200), st.booleans()), max_size=12))
def test_a_cell_is_short_and_never_silent(pieces: list[TextPiece]) -> None:
    short = shorten(pieces)
    assert sum(len(piece.text) for piece in short) <= LIMIT + 4 * CONTEXT
    if any(piece.differs and piece.text for piece in pieces):
        assert any(piece.differs and piece.text for piece in short)
