"""The shapes in which decisions list procedures: parts, sections, headings, and what is never guessed."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.documents.blocks import RunningLine
from procedures.office.documents import AnnexRow, CitedDecision, NamedProcedure, PartKind
from tests.extractors.documents.blocks import HEAD, Blocks, holding, names

NAMED = ("STT", "Mã TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Lĩnh vực")
REPEALING = ("STT", "Mã TTHC", "Tên thủ tục hành chính", "Tên VBQPPL quy định việc bãi bỏ")
NEW = "DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH"
CHANGED = "DANH MỤC THỦ TỤC HÀNH CHÍNH ĐƯỢC SỬA ĐỔI, BỔ SUNG"
REPEALED = "DANH MỤC THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ"


def row(number, name, code="", days="10 ngày", field="Việc làm"):
    return (number, code, name, days, field)


# kinds


def test_titles_between_tables_begin_the_parts():
    document = (
        Blocks()
        .lines(
            "Phụ lục I", NEW, "(Kèm theo Quyết định số 1404/QĐ-UBND ngày 05/7/2025 của Chủ tịch UBND tỉnh)"
        )
        .table(NAMED, row(1, "Thành lập hội"))
        .lines("Phụ lục II", CHANGED)
        .table(NAMED, row(1, "Đổi tên hội"))
        .lines("Phụ lục III", REPEALED)
        .table(REPEALING, (1, "", "Giải thể hội", "Nghị định số 129/2025/NĐ-CP"))
        .read()
    )
    assert [(part.kind, part.title, names(part.rows)) for part in document.parts] == [
        (PartKind.NEW, f"Phụ lục I: {NEW}", ["Thành lập hội"]),
        (PartKind.CHANGED, f"Phụ lục II: {CHANGED}", ["Đổi tên hội"]),
        (PartKind.REPEALED, f"Phụ lục III: {REPEALED}", ["Giải thể hội"]),
    ]
    assert not document.held


def test_section_rows_of_one_table_begin_the_parts():
    document = (
        Blocks()
        .lines("DANH MỤC THỦ TỤC HÀNH CHÍNH LĨNH VỰC VIỆC LÀM")
        .table(
            NAMED,
            ("A", "THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH", None, None, None),
            ("I", "Cấp tỉnh", None, None, None),
            row(1, "Cấp giấy phép"),
            ("B", "THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ (02 thủ tục)", None, None, None),
            ("I", "Cấp xã", None, None, None),
            row(1, "Thu hồi giấy phép"),
            row(2, "Gia hạn giấy phép"),
        )
        .read()
    )
    assert [(part.kind, part.declared, names(part.rows)) for part in document.parts] == [
        (PartKind.NEW, None, ["Cấp giấy phép"]),
        (PartKind.REPEALED, 2, ["Thu hồi giấy phép", "Gia hạn giấy phép"]),
    ]
    assert [row.executing_levels for row in document.rows] == [{"province"}, {"commune"}, {"commune"}]


def test_a_ministrys_numbered_lists_lie_in_its_first_part_and_its_full_texts_are_no_list():
    document = (
        Blocks(
            (
                "BỘ NỘI VỤ",
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                "Số: 627/QĐ-BNV",
                "Hà Nội, ngày 20 tháng 6 năm 2025",
                "QUYẾT ĐỊNH",
                "Về việc công bố thủ tục hành chính mới ban hành, được sửa đổi, bổ sung, bị bãi bỏ",
                "BỘ TRƯỞNG BỘ NỘI VỤ",
                "Căn cứ Nghị định số 25/2025/NĐ-CP của Bộ Nội vụ;",
                "Điều 1. Công bố kèm theo Quyết định này 01 thủ tục hành chính mới ban hành, 02 thủ tục hành "
                "chính bị bãi bỏ.",
                "Điều 2. Quyết định này có hiệu lực thi hành kể từ ngày 01 tháng 7 năm 2025.",
                "Nơi nhận:",
            )
        )
        .lines("PHẦN I. DANH MỤC THỦ TỤC HÀNH CHÍNH", "1. Danh mục thủ tục hành chính mới ban hành")
        .table(
            NAMED, ("A", "Thủ tục hành chính cấp xã", None, None, None), row(1, "Thành lập hội", "1.013703")
        )
        .lines("2. Danh mục thủ tục hành chính bị bãi bỏ")
        .table(
            REPEALING,
            (1, "1.003879", "Thành lập hội", "Nghị định 129"),
            (2, "", "Đổi tên hội", "Nghị định 129"),
        )
        .lines("PHẦN II. NỘI DUNG CỤ THỂ CỦA TỪNG THỦ TỤC HÀNH CHÍNH", "1. Thành lập hội")
        .table(("STT", "Tên thành phần hồ sơ", "Số lượng"), (1, "Đơn đề nghị", "01 bản chính"))
        .read()
    )
    assert [(part.kind, names(part.rows)) for part in document.parts] == [
        (PartKind.NEW, ["Thành lập hội"]),
        (PartKind.REPEALED, ["Thành lập hội", "Đổi tên hội"]),
    ]
    assert (document.role, document.issuer) == ("ministry", "Bộ Nội vụ")
    assert (document.number, document.effective_date) == ("627/QĐ-BNV", date(2025, 7, 1))
    assert not document.held


def test_a_title_without_a_kind_within_repealed_ones_heads_repealed_ones():
    document = (
        Blocks()
        .lines("PHỤ LỤC II", REPEALED, "PHẦN A. CẤP TỈNH")
        .table(("STT", "Tên thủ tục hành chính", "Lĩnh vực"), (1, "Cấp giấy phép", "Việc làm"))
        .lines("PHẦN B. CẤP XÃ")
        .table(("STT", "Tên thủ tục hành chính", "Lĩnh vực"), (1, "Thu hồi giấy phép", "Việc làm"))
        .read()
    )
    assert {part.kind for part in document.parts} == {PartKind.REPEALED}
    assert len(document.rows) == 2


def test_columns_about_repealing_make_a_part_repealed_where_no_title_says_otherwise():
    document = (
        Blocks()
        .lines("PHỤ LỤC", "DANH MỤC THỦ TỤC HÀNH CHÍNH")
        .table(REPEALING, (1, "", "Giải thể hội", "Nghị định số 129/2025/NĐ-CP"))
        .read()
    )
    assert [part.kind for part in document.parts] == [PartKind.REPEALED]


@pytest.mark.parametrize(
    "title",
    [
        "DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH, BỊ BÃI BỎ",
        "DANH MỤC THỦ TỤC HÀNH CHÍNH, THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ",
    ],
)
def test_a_title_of_several_kinds_gives_its_rows_none_and_holds_the_decision(title):
    document = Blocks().lines("PHỤ LỤC", title).table(NAMED, row(1, "Thành lập hội")).read()
    assert [part.kind for part in document.parts] == [None]
    assert "không rõ mỗi thủ tục thuộc loại nào" in holding(document)[0]


def test_a_title_that_its_columns_contradict_gives_its_rows_no_kind():
    document = (
        Blocks().lines("PHỤ LỤC", NEW).table(REPEALING, (1, "", "Giải thể hội", "Nghị định số 129")).read()
    )
    assert [part.kind for part in document.parts] == [None]
    assert "tiêu đề cột nói bãi bỏ" in holding(document)[0]


def test_changed_or_replaced_is_the_one_kind_of_article_14():
    title = "DANH MỤC THỦ TỤC HÀNH CHÍNH ĐƯỢC SỬA ĐỔI, BỔ SUNG HOẶC THAY THẾ"
    document = Blocks().lines(title).table(NAMED, row(1, "Thành lập hội")).read()
    assert [part.kind for part in document.parts] == [PartKind.CHANGED]
    assert not document.held


def test_a_decision_without_a_date_is_held():
    head = [line for line in HEAD if not line.startswith("Hà Tĩnh, ngày")]
    document = Blocks(head).lines(NEW).table(NAMED, row(1, "Thành lập hội")).read()
    assert (document.number, document.date) == ("1404/QĐ-UBND", None)
    assert "không rõ số hoặc ngày của quyết định" in holding(document)


def test_a_plain_list_takes_its_kind_from_the_decisions_own_title_or_is_in_force():
    plain = Blocks().lines("DANH MỤC THỦ TỤC HÀNH CHÍNH").table(NAMED, row(1, "Thành lập hội")).read()
    assert [part.kind for part in plain.parts] == [PartKind.IN_FORCE]
    head = [text.replace("công bố thủ tục", "công bố danh mục thủ tục") for text in HEAD]
    head[5] = "Về việc công bố thủ tục hành chính được phân cấp giải quyết lĩnh vực nội vụ"
    document = Blocks(head).lines("DANH MỤC THỦ TỤC HÀNH CHÍNH").table(NAMED, row(1, "Thành lập hội")).read()
    assert [part.kind for part in document.parts] == [PartKind.DECENTRALISED]


def test_a_note_that_calls_one_row_repealed_holds_the_decision():
    document = (
        Blocks()
        .lines(CHANGED)
        .table((*NAMED, "Ghi chú"), (*row(1, "Thành lập hội"), "Bãi bỏ từ 01/7/2025"))
        .read()
    )
    assert 'ô ghi "Bãi bỏ từ 01/7/2025" trong phần không phải bãi bỏ' in holding(document)[0]


# old and new


def test_old_and_new_stand_in_one_row_of_what_is_replaced():
    document = (
        Blocks()
        .lines("DANH MỤC THỦ TỤC HÀNH CHÍNH ĐƯỢC THAY THẾ")
        .table(
            (
                "STT",
                "Số hồ sơ TTHC",
                "Tên thủ tục hành chính được thay thế",
                "Tên thủ tục hành chính thay thế",
                "Lĩnh vực",
            ),
            (1, "1.003879", "Thủ tục thành lập hội", "Thành lập hội (cấp xã)", "Hội"),
        )
        .read()
    )
    [found] = document.rows
    assert (found.name, found.code, found.replaces) == (
        "Thành lập hội (cấp xã)",
        None,
        (NamedProcedure("Thủ tục thành lập hội", "1.003879"),),
    )
    assert document.parts[0].kind is PartKind.REPLACED
    assert not document.held


def test_merged_headings_tell_which_code_is_old():
    document = (
        Blocks()
        .lines("DANH MỤC THỦ TỤC HÀNH CHÍNH ĐƯỢC THAY THẾ")
        .table(
            ("STT", "TTHC được thay thế", None, "TTHC thay thế", None, "Lĩnh vực"),
            (..., "Mã TTHC", "Tên TTHC", "Mã TTHC", "Tên TTHC", ...),
            (1, "1.003879", "Thành lập hội cũ", "1.013703", "Thành lập hội", "Hội"),
            (2, "1.003880", "Đổi tên hội cũ", "1.013704", "Đổi tên hội", "Hội"),
            (..., "1.003881", "Đổi điều lệ hội cũ", ..., ..., ...),
        )
        .read()
    )
    assert [(each.code, each.name, each.replaces) for each in document.rows] == [
        ("1.013703", "Thành lập hội", (NamedProcedure("Thành lập hội cũ", "1.003879"),)),
        (
            "1.013704",
            "Đổi tên hội",
            (NamedProcedure("Đổi tên hội cũ", "1.003880"), NamedProcedure("Đổi điều lệ hội cũ", "1.003881")),
        ),
    ]


def test_one_name_under_replaced_without_times_may_be_the_old_one_and_is_no_guess():
    document = (
        Blocks()
        .lines("DANH MỤC THỦ TỤC HÀNH CHÍNH ĐƯỢC THAY THẾ")
        .table(("STT", "Tên thủ tục hành chính", "Lĩnh vực"), (1, "Thành lập hội", "Hội"))
        .read()
    )
    assert document.parts[0].kind is None
    assert "thay thế" in holding(document)[0]


# cells


def test_times_by_rule_and_after_the_cut_stand_beside_each_other():
    document = (
        Blocks()
        .lines("SỬA ĐỔI, BỔ SUNG")
        .table(
            (
                "STT",
                "Mã số",
                "Tên thủ tục hành chính",
                "Thời hạn giải quyết",
                None,
                "Dịch vụ công trực tuyến",
                None,
            ),
            (..., ..., ..., "Theo quy định", "Sau cắt giảm", "Toàn trình", "Một phần"),
            ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"),
            ("LĨNH VỰC CÔNG CHỨC", None, None, None, None, None, None),
            (1, "1.0141\n11", "Thủ tục thi tuyển công chức", "140 ngày", "70 ngày", "", "x"),
        )
        .read()
    )
    [found] = document.rows
    assert (found.code, found.field) == ("1.014111", "CÔNG CHỨC")
    assert (found.time_by_rule, found.time_after_cut) == ("140 ngày", "70 ngày")
    assert [(time.amount, time.unit) for time in found.processing_time] == [(70, "day")]
    assert found.online_level == "partial"
    assert document.parts[0].kind is PartKind.CHANGED


def test_a_row_may_have_its_own_effective_date_and_the_annex_that_it_stood_in():
    document = (
        Blocks()
        .lines(REPEALED)
        .table(
            (
                "STT",
                "Thứ tự TTHC bị bãi bỏ tại Quyết định công bố danh mục",
                "Tên thủ tục hành chính",
                "Ngày hiệu lực",
            ),
            (
                1,
                "Số 12 tại Phụ lục kèm theo Quyết định số 95/QĐ-UBND ngày 14/02/2025",
                "Giải thể hội",
                "01/7/2025",
            ),
            (2, "Thứ tự 3, Phụ lục II Quyết định số 96/QĐ-UBND", "Đổi tên hội", "khi có hướng dẫn"),
        )
        .read()
    )
    first, second = document.rows
    assert first.effective_date == date(2025, 7, 1)
    assert first.annex_row == AnnexRow(
        "12",
        CitedDecision("95/QĐ-UBND", date(2025, 2, 14)),
        "Số 12 tại Phụ lục kèm theo Quyết định số 95/QĐ-UBND ngày 14/02/2025",
    )
    assert (second.annex_row.number, second.annex_row.decision) == ("3", CitedDecision("96/QĐ-UBND"))
    assert second.effective_date is None
    assert "khi có hướng dẫn" in holding(document)[0]


def test_a_cell_merged_over_several_procedures_speaks_of_each():
    document = (
        Blocks()
        .lines(NEW)
        .table(
            ("STT", "Tên thủ tục hành chính", "Địa điểm thực hiện"),
            (1, "Thành lập hội", "Trung tâm Phục vụ hành chính công"),
            (2, "Đổi tên hội", ...),
            (3, "Giải thể hội", "Ủy ban nhân dân cấp xã"),
        )
        .read()
    )
    assert [each.place for each in document.rows] == [
        "Trung tâm Phục vụ hành chính công",
        "Trung tâm Phục vụ hành chính công",
        "Ủy ban nhân dân cấp xã",
    ]


def test_words_that_the_file_itself_broke_are_mended_where_no_other_reading_is_possible():
    document = Blocks().lines(NEW).table(NAMED, row(1, "Cấp gi ấy ch ứng nh ận hành ngh ề")).read()
    assert document.rows[0].name == "Cấp giấy chứng nhận hành nghề"


def test_a_level_over_kinds_is_that_of_each_kind_below_it():
    heading = ("STT", "Tên thủ tục hành chính", "Thời hạn giải quyết")
    document = (
        Blocks()
        .lines("PHỤ LỤC", "DANH MỤC THỦ TỤC HÀNH CHÍNH", "A. CẤP TỈNH", "I. MỚI BAN HÀNH")
        .table(heading, ("1", "Lĩnh vực Hội", None), (1, "Thành lập hội", "5 ngày"))
        .lines("II. BỊ BÃI BỎ")
        .table(heading, (1, "Giải thể hội", "5 ngày"))
        .lines("B. CẤP XÃ", "I. MỚI BAN HÀNH")
        .table(heading, (1, "Đổi tên hội", "5 ngày"))
        .read()
    )
    assert [(part.kind, part.rows[0].executing_levels, part.rows[0].field) for part in document.parts] == [
        (PartKind.NEW, {"province"}, "Hội"),
        (PartKind.REPEALED, {"province"}, None),
        (PartKind.NEW, {"commune"}, None),
    ]


@pytest.mark.parametrize("marker", ["I", "A", "1"])
def test_no_field_or_level_ends_what_is_repealed_whatever_it_is_numbered_by(marker):
    document = (
        Blocks()
        .lines("DANH MỤC THỦ TỤC HÀNH CHÍNH")
        .table(
            NAMED,
            (marker, "THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ", None, None, None),
            ("A", "CẤP TỈNH", None, None, None),
            ("I", "Lĩnh vực Hội", None, None, None),
            row(1, "Thành lập hội", field=""),
            ("II", "Lĩnh vực Quỹ", None, None, None),
            row(2, "Thành lập quỹ", field=""),
            ("B", "CẤP XÃ", None, None, None),
            row(3, "Đổi tên quỹ", field=""),
        )
        .read()
    )
    assert [part.kind for part in document.parts] == [PartKind.REPEALED]
    assert [(each.executing_levels, each.field) for each in document.rows] == [
        ({"province"}, "Hội"),
        ({"province"}, "Quỹ"),
        ({"commune"}, None),
    ]


def test_a_new_part_ends_level_and_field_of_the_part_before():
    document = (
        Blocks()
        .lines("Phụ lục I", NEW)
        .table(
            ("STT", "Tên thủ tục hành chính", "Thời hạn giải quyết"),
            ("A", "CẤP XÃ", None),
            ("I", "Lĩnh vực Việc làm", None),
            (1, "Thành lập hội", "10 ngày"),
        )
        .lines("Phụ lục II", CHANGED)
        .table(("STT", "Tên thủ tục hành chính", "Thời hạn giải quyết"), (1, "Đổi tên hội", "10 ngày"))
        .read()
    )
    assert [(each.executing_levels, each.field) for each in document.rows] == [
        ({"commune"}, "Việc làm"),
        (None, None),
    ]


# rows over pages


def test_a_row_that_runs_over_a_page_is_one_procedure_with_or_without_its_headings_again():
    heading = ("STT", "Tên thủ tục hành chính", "Căn cứ pháp lý")
    for again in ((), (heading,)):
        document = (
            Blocks(page=1)
            .lines(NEW)
            .table(heading, (1, "Cấp giấy phép hoạt động của tổ chức", "- Luật Việc làm số"))
            .turn()
            .table(
                *again,
                ("", "hành nghề luật sư", "74/2025/QH15;\n- Nghị định số 128"),
                (2, "Gia hạn", "- Luật"),
            )
            .read()
        )
        assert [(each.name, each.page, each.row) for each in document.rows] == [
            ("Cấp giấy phép hoạt động của tổ chức hành nghề luật sư", 1, 1),
            ("Gia hạn", 2, 2),
        ]
        assert document.rows[0].legal_basis == "- Luật Việc làm số 74/2025/QH15;\n- Nghị định số 128"


def test_a_name_cut_before_a_capital_letter_goes_on_after_the_page():
    heading = ("STT", "Tên thủ tục hành chính", "Căn cứ pháp lý")
    document = (
        Blocks(page=1)
        .lines(NEW)
        .table(heading, (1, "Cấp phép cho tổ chức của", "Luật Việc làm"))
        .turn()
        .table(heading, ("", "Việt Nam ở nước ngoài", ""), (2, "Gia hạn", "Luật Việc làm"))
        .read()
    )
    assert names(document.rows) == ["Cấp phép cho tổ chức của Việt Nam ở nước ngoài", "Gia hạn"]


def test_a_field_alone_at_the_top_of_a_page_heads_what_follows():
    heading = ("STT", "Tên thủ tục hành chính", "Căn cứ pháp lý")
    document = (
        Blocks(page=1)
        .lines(NEW)
        .table(heading, (1, "Thành lập hội", "Luật Việc làm"))
        .turn()
        .table(heading, ("", "Lĩnh vực Quỹ", ""), (2, "Thành lập quỹ", "Luật Việc làm"))
        .read()
    )
    assert [(each.name, each.field) for each in document.rows] == [
        ("Thành lập hội", None),
        ("Thành lập quỹ", "Quỹ"),
    ]


def test_an_unnumbered_row_within_a_page_is_no_part_of_the_one_above():
    document = (
        Blocks()
        .lines(NEW)
        .table(NAMED, row(1, "Thành lập hội"), row("", "Đổi tên hội"), row(2, "Giải thể"))
        .read()
    )
    assert names(document.rows) == ["Thành lập hội", "Đổi tên hội", "Giải thể"]
    assert any("không có số thứ tự" in text for text in holding(document))


# certificate


def test_printed_counts_of_parts_sections_articles_and_totals_are_checked():
    head = list(HEAD)
    head[8] = "Điều 1. Công bố kèm theo Quyết định này 04 thủ tục hành chính mới ban hành lĩnh vực việc làm."
    document = (
        Blocks(head)
        .lines(f"{NEW} (03 thủ tục)")
        .table(
            ("STT", "Tên thủ tục hành chính", "Thời hạn giải quyết"),
            ("I", "Lĩnh vực Việc làm (01 thủ tục)", None),
            (1, "Thành lập hội", "10 ngày"),
            (2, "Đổi tên hội", "10 ngày"),
            ("", "Tổng cộng: 05 thủ tục", None),
        )
        .read()
    )
    told = " ".join(holding(document))
    for words in ("ghi 03 thủ tục, đọc được 02", "ghi 01 thủ tục, đọc được 02", "ghi 04", "ghi 05 thủ tục"):
        assert words in told


def test_one_count_of_several_kinds_is_that_of_all_their_rows():
    head = list(HEAD)
    head[8] = (
        "Điều 1. Công bố kèm theo Quyết định này 03 thủ tục hành chính mới ban hành, được sửa đổi, bổ sung, "
        "bị bãi bỏ thuộc phạm vi quản lý của Sở Nội vụ."
    )
    lists = (
        Blocks(head)
        .lines("Phụ lục I", NEW)
        .table(NAMED, row(1, "Thành lập hội"))
        .lines("Phụ lục II", CHANGED)
        .table(NAMED, row(1, "Đổi tên hội"))
        .lines("Phụ lục III", REPEALED)
    )
    assert holding(lists.table(REPEALING, (1, "", "Giải thể hội", "Nghị định số 129")).read()) == []
    head[8] = head[8].replace("03 thủ tục", "04 thủ tục")
    lists.blocks[8] = RunningLine(head[8])
    assert "ghi 04 thủ tục, đọc được 03" in holding(lists.read())[0]


def test_a_letter_before_the_decision_is_no_document():
    letter = ("UBND TỈNH HÀ TĨNH", "Số: 11/TTr-SNV", "TỜ TRÌNH", "Về việc công bố thủ tục hành chính")
    [document] = (
        Blocks(letter, page=1).turn().lines(*HEAD, NEW).table(NAMED, row(1, "Thành lập hội")).read_all()
    )
    assert document.number == "1404/QĐ-UBND"


def test_a_total_in_two_cells_is_no_procedure():
    document = (
        Blocks()
        .lines(NEW)
        .table(NAMED, row(1, "Thành lập hội"), ("", "", "Tổng cộng", "02 thủ tục", ""))
        .read()
    )
    assert names(document.rows) == ["Thành lập hội"]
    assert "ghi 02 thủ tục, đọc được 01" in holding(document)[0]


def test_a_gap_in_the_numbers_may_be_a_lost_row_and_holds_the_decision():
    document = (
        Blocks()
        .lines(NEW)
        .table(NAMED, row(1, "Thành lập hội"), row(3, "Đổi tên hội"), row(5, "Giải thể"))
        .read()
    )
    assert any("số thứ tự nhảy từ 1 sang 3" in text for text in holding(document))


def test_numbers_that_begin_again_in_each_section_are_no_gap():
    document = (
        Blocks()
        .lines(NEW)
        .table(
            NAMED,
            ("I", "Lĩnh vực Việc làm", None, None, None),
            row(1, "Thành lập hội"),
            row(2, "Đổi tên hội"),
            ("II", "Lĩnh vực Hội", None, None, None),
            row(1, "Giải thể hội"),
        )
        .read()
    )
    assert not document.held


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (row(1, "Thành lập hội", "1.01370"), "không hiểu mã"),
        (row(1, "Thành lập hội", "1.013703; 1.013704"), "nhiều mã"),
        (row(1, "", "1.013703"), "không có tên thủ tục"),
    ],
)
def test_a_code_or_name_that_cannot_be_read_holds_the_decision(cells, words):
    document = Blocks().lines(NEW).table(NAMED, cells).read()
    assert words in holding(document)[0]


def test_a_cell_that_is_no_whole_answer_is_told_and_is_no_value():
    levelled = ("STT", "Tên thủ tục hành chính", "Mức độ dịch vụ công trực tuyến")
    document = Blocks().lines(NEW).table(levelled, (1, "Thành lập hội", "một phần hoặc toàn trình")).read()
    assert document.rows[0].online_level is None
    assert any('không hiểu "một phần hoặc toàn trình"' in remark.text for remark in document.remarks)


def test_a_table_among_the_lists_that_nobody_understands_holds_the_decision():
    document = (
        Blocks()
        .lines("Phụ lục I", NEW)
        .table(NAMED, row(1, "Thành lập hội"))
        .lines("Phụ lục II", REPEALED)
        .table(("Cột A", "Cột B", "Cột C"), ("x", "y", "z"), ("x", "y", "z"))
        .read()
    )
    assert "không có tiêu đề cột nào nhận ra được" in holding(document)[0]


def test_signatures_below_a_list_are_no_rows_of_it():
    document = (
        Blocks()
        .lines(NEW)
        .table(NAMED, row(1, "Thành lập hội"))
        .lines("./.")
        .table(("Nơi nhận:\n- Như Điều 2", "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"))
        .read()
    )
    assert names(document.rows) == ["Thành lập hội"]
    assert not document.held


def test_a_piece_of_another_width_is_told_and_never_dropped():
    document = (
        Blocks(page=1)
        .lines(NEW)
        .table(NAMED, row(1, "Thành lập hội"))
        .turn()
        .table((2, "Đổi tên", "5 ngày"))
        .read()
    )
    assert names(document.rows) == ["Thành lập hội"]
    assert "trang 2: bảng" in holding(document)[0]


def test_another_lists_headings_within_one_table_lose_no_row_above_them():
    document = (
        Blocks()
        .lines("DANH MỤC THỦ TỤC HÀNH CHÍNH")
        .table(NAMED, ("A", "MỚI BAN HÀNH", None, None, None), row(1, "Thành lập hội"))
        .table(
            row(2, "Đổi tên hội"),
            ("B", "BỊ BÃI BỎ", None, None, None),
            (*REPEALING, ""),
            (1, "", "Giải thể hội", "Nghị định số 129", ""),
        )
        .read()
    )
    assert [(part.kind, names(part.rows)) for part in document.parts] == [
        (PartKind.NEW, ["Thành lập hội", "Đổi tên hội"]),
        (PartKind.REPEALED, ["Giải thể hội"]),
    ]


def test_a_heading_that_nobody_knows_keeps_its_cells_as_they_are():
    document = Blocks().lines(NEW).table((*NAMED, "Mã QR"), (*row(1, "Thành lập hội"), "abc")).read()
    assert [(cell.heading, cell.text) for cell in document.rows[0].cells][-1] == ("Mã QR", "abc")
    assert any('không hiểu cột "Mã QR"' in remark.text for remark in document.remarks)
    assert not document.held


# several decisions


def test_several_decisions_in_one_file_are_several_documents():
    other = [text.replace("1404", "1405").replace("05 tháng 7", "06 tháng 7") for text in HEAD]
    both = Blocks(page=1).lines("Phụ lục", NEW).table(NAMED, row(1, "Thành lập hội")).turn()
    both.lines(*other).turn().lines("Phụ lục", REPEALED)
    both.table(REPEALING, (1, "", "Giải thể hội", "Nghị định số 129"))
    assert [(each.number, each.date, names(each.rows)) for each in both.read_all()] == [
        ("1404/QĐ-UBND", date(2025, 7, 5), ["Thành lập hội"]),
        ("1405/QĐ-UBND", date(2025, 7, 6), ["Giải thể hội"]),
    ]


def test_annexes_without_heads_are_parted_by_the_numbers_over_them():
    over = "(Kèm theo Quyết định số {} ngày 05/7/2025 của Chủ tịch Ủy ban nhân dân tỉnh Hà Tĩnh)"
    both = (
        Blocks(())
        .lines("Phụ lục", NEW, over.format("1404/QĐ-UBND"))
        .table(NAMED, row(1, "Thành lập hội"))
        .lines("Phụ lục", REPEALED, over.format("1405/QĐ-UBND"))
        .table(REPEALING, (1, "", "Giải thể hội", "Nghị định số 129"))
    )
    first, second = both.read_all()
    assert (first.number, first.issuer) == ("1404/QĐ-UBND", "Ủy ban nhân dân tỉnh Hà Tĩnh")
    assert (second.number, [part.kind for part in second.parts]) == ("1405/QĐ-UBND", [PartKind.REPEALED])
    assert first.held
    assert second.held


def test_a_plain_list_without_a_head_is_held_for_its_head_alone():
    document = Blocks(()).lines("DANH MỤC THỦ TỤC HÀNH CHÍNH").table(NAMED, row(1, "Thành lập hội")).read()
    assert [part.kind for part in document.parts] == [PartKind.IN_FORCE]
    assert document.held
    assert not document.lists_held


def test_a_form_of_an_annex_with_the_nations_motto_is_no_other_decision():
    document = (
        Blocks()
        .lines("Phụ lục", NEW)
        .table(NAMED, row(1, "Thành lập hội"))
        .lines(
            "PHẦN II. NỘI DUNG CỤ THỂ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: 12/QĐ-UBND", "QUYẾT ĐỊNH",
            "Về việc cho phép thành lập hội",
        )
        .read()
    )  # fmt: skip
    assert document.number == "1404/QĐ-UBND"
