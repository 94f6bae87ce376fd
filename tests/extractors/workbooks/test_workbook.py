"""How a department's list is read, rule by rule, from workbooks as messy as people keep them."""

import pytest
import xlsxwriter

from extractors.workbooks.catalogue import read_catalogue
from procedures.errors import WorkbookError
from tests.extractors.workbook_files import HEAD, column, only, write_xlsx

# headings


def test_headings_are_found_below_titles_and_merged_banners(book):
    file = book(
        [
            ["ỦY BAN NHÂN DÂN TỈNH HÀ TĨNH"],
            ["DANH MỤC THỦ TỤC HÀNH CHÍNH"],
            ["(Kèm theo Quyết định số 12/QĐ-SNV)"],
            [],
            HEAD,
            [1, "1.000001", "Thành lập hội", "Hội", "30 ngày"],
        ],
        merges=[(0, 0, 0, 4), (1, 0, 1, 4)],
    )
    assert only(file).code == "1.000001"
    assert only(file).row == "Danh mục!6"


def test_a_heading_in_row_21_is_too_late(book):
    with pytest.raises(WorkbookError, match=r"danh-muc.xlsx: không thấy dòng tiêu đề .* 20 dòng đầu"):
        book([["x"]] * 20 + [HEAD, [1, "1.000001", "Thành lập hội", "Hội", ""]])


def test_headings_are_compared_by_matching_key(book):
    file = book(
        [["MÃ SỐ TTHC ", "Tên  thủ tục\nhành chính:", "LĨNH VỰC"], ["1.000001", "Thành lập hội", "Hội"]]
    )
    assert (only(file).code, only(file).field) == ("1.000001", "Hội")


def test_two_rows_of_headings_are_read_together(book):
    file = book(
        [
            ["Mã TTHC", "Tên TTHC", "Cách thức thực hiện", "", "", "Mức độ DVC trực tuyến", ""],
            ["", "", "Trực tiếp", "Trực tuyến", "BCCI", "Toàn trình", "Một phần"],
            ["1.000001", "Thành lập hội", "x", "", "x", "", "x"],
        ],
        merges=[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4), (0, 5, 0, 6)],
    )
    assert only(file).ways == {"direct", "postal"}
    assert only(file).online_level == "partial"


def test_two_rows_of_headings_are_read_without_merged_cells_too(book):
    file = book(
        [
            ["Mã TTHC", "Tên TTHC", "Thời hạn giải quyết", "", "Lĩnh vực"],
            ["", "", "Theo quy định", "Sau cắt giảm", ""],
            ["1.000001", "Thành lập hội", "140 ngày làm việc", "70 ngày làm việc", "Hội"],
        ]
    )
    [time] = only(file).processing_time
    assert (time.amount, time.unit) == (70, "working_day")
    assert only(file).field == "Hội"


def test_headings_that_nobody_knows_are_named(book):
    file = book([["Mã TTHC", "Tên TTHC", "Số hồ sơ năm 2025"], ["1.000001", "Thành lập hội", 12]])
    assert file.leftovers == ("Số hồ sơ năm 2025",)


def test_repeated_headings_and_numberings_of_columns_are_no_procedures(book):
    file = book(
        [
            HEAD,
            ["(1)", "(2)", "(3)", "(4)", "(5)"],
            [1, "1.000001", "Thành lập hội", "Hội", ""],
            HEAD,
            [2, "1.000002", "Giải thể hội", "Hội", ""],
        ]
    )
    assert list(file.procedures) == ["1.000001", "1.000002"]


def test_a_second_table_may_order_its_columns_otherwise(book):
    file = book(
        [
            ["Mã TTHC", "Tên TTHC", "Lĩnh vực"],
            ["1.000001", "Thành lập hội", "Hội"],
            ["Lĩnh vực", "Tên TTHC", "Mã TTHC"],
            ["Quỹ", "Giải thể quỹ", "1.000002"],
        ]
    )
    assert file.procedures["1.000002"].field == "Quỹ"


def test_a_second_table_is_known_though_its_code_and_name_changed_places(book):
    file = book(
        [
            ["STT", "Mã TTHC", "Tên TTHC", "Lĩnh vực"],
            [1, "1.000001", "Thành lập hội", "Hội"],
            ["TT", "Tên thủ tục", "Mã số", "Ghi chú"],
            [1, "Giải thể quỹ", "1.000002", ""],
        ]
    )
    assert (file.procedures["1.000002"].name, file.rows, file.problems) == ("Giải thể quỹ", 2, ())


def test_two_tables_beside_each_other_are_refused_by_row_and_column(book):
    heads = ["Mã TTHC", "Tên TTHC"]
    with pytest.raises(WorkbookError, match=r"danh-muc.xlsx, sheet Danh mục, dòng 1: .* từ cột D"):
        book([[*heads, "", *heads], ["1.000001", "Thành lập hội", "", "1.000002", "Giải thể quỹ"]])


def test_a_subtotal_ends_no_table_and_is_no_procedure(book):
    file = book(
        [
            HEAD,
            ["A", "CẤP TỈNH"],
            ["I", "Lĩnh vực hội"],
            [1, "1.000001", "Thành lập hội"],
            ["", "", "Cộng lĩnh vực hội: 01 thủ tục"],
            ["II", "Lĩnh vực quỹ"],
            [2, "1.000002", "Thành lập quỹ"],
            ["", "", "Cộng: 1"],
            ["B", "CẤP XÃ"],
            ["I", "Lĩnh vực quỹ xã hội"],
            [3, "1.000003", "Giải thể quỹ"],
        ]
    )
    assert file.rows == 3
    assert [each.field for each in file.procedures.values()] == ["hội", "quỹ", "quỹ xã hội"]
    assert file.procedures["1.000003"].executing_levels == {"commune"}


def test_the_unit_in_a_heading_belongs_to_the_numbers_below(book):
    [time] = column(book, "Thời hạn giải quyết (ngày làm việc)", 7).processing_time
    assert (time.amount, time.unit) == (7, "working_day")


# sheets


def test_every_sheet_with_headings_is_read_and_the_others_are_named(book):
    file = book(
        [["Mã TTHC", "Tên TTHC"], ["1.000001", "Thành lập hội"]],
        **{"Bìa": [["Sở Nội vụ"]], "Tờ 3": [["Tên TTHC", "Mã TTHC"], ["Giải thể hội", "1.000002"]]},
    )
    assert set(file.procedures) == {"1.000001", "1.000002"}
    assert file.skipped_sheets == ("Bìa",)


def test_a_sheet_that_goes_on_without_headings_is_read_like_the_one_before(book):
    file = book(
        [["Mã TTHC", "Tên TTHC"], ["1.000001", "Thành lập hội"]],
        Trang2=[["1.000002", "Giải thể hội"], ["1.000003", "Đổi tên hội"]],
    )
    assert set(file.procedures) == {"1.000001", "1.000002", "1.000003"}


def test_a_sheet_named_for_a_level_gives_it_to_its_rows(tmp_path):
    path = tmp_path / "hai-cap.xlsx"
    head = ["Mã TTHC", "Tên TTHC"]
    write_xlsx(path, {"Cấp tỉnh": [head, ["1.000001", "A hội"]], "Cấp xã": [head, ["1.000002", "B hội"]]})
    file = read_catalogue(path)
    assert file.procedures["1.000001"].executing_levels == {"province"}
    assert file.procedures["1.000002"].executing_levels == {"commune"}


def test_a_hidden_sheet_is_not_read_and_one_with_a_list_is_named(tmp_path):
    path = tmp_path / "an.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        for name, code in (("Nay", "1.000001"), ("Cũ", "1.000002")):
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, ["Mã TTHC", "Tên TTHC"])
            sheet.write_row(1, 0, [code, "Thành lập hội"])
            if name == "Cũ":
                sheet.hide()
        choices = workbook.add_worksheet("Lựa chọn")
        choices.write_column(0, 0, ["Có", "Không"])
        choices.hide()
    file = read_catalogue(path)
    assert list(file.procedures) == ["1.000001"]
    assert file.remarks == ('an.xlsx: không đọc trang tính "Cũ" (đang ẩn)',)


# sections


def test_section_rows_give_level_and_field_to_the_rows_below(book):
    file = book(
        [
            ["STT", "Mã TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết"],
            ["A. CẤP TỈNH"],
            ["I. LĨNH VỰC HỘI, QUỸ"],
            [1, "1.000001", "Thành lập hội"],
            ["II. LĨNH VỰC NGƯỜI CÓ CÔNG"],
            [1, "1.000002", "Trợ cấp một lần"],
            ["THỦ TỤC HÀNH CHÍNH CẤP XÃ"],
            [1, "1.000003", "Xác nhận"],
        ],
        merges=[(1, 0, 1, 3), (2, 0, 2, 3)],
    )
    said = {code: (set(p.executing_levels), p.field) for code, p in file.procedures.items()}
    assert said == {
        "1.000001": ({"province"}, "HỘI, QUỸ"),
        "1.000002": ({"province"}, "NGƯỜI CÓ CÔNG"),
        "1.000003": ({"commune"}, None),
    }


def test_the_level_of_a_city_that_is_a_province_is_the_provinces(book):
    file = book(
        [
            ["STT", "Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực"],
            ["A. THỦ TỤC HÀNH CHÍNH CẤP THÀNH PHỐ"],
            [1, "1.000001", "Thành lập hội", "Hội"],
            ["B. THỦ TỤC HÀNH CHÍNH THUỘC THẨM QUYỀN CỦA CẤP THÀNH PHỐ, CẤP XÃ"],
            [1, "1.000002", "Trợ cấp một lần", "Người có công"],
        ],
        merges=[(1, 0, 1, 3), (3, 0, 3, 3)],
    )
    assert {code: (set(p.executing_levels), p.field) for code, p in file.procedures.items()} == {
        "1.000001": ({"province"}, "Hội"),
        "1.000002": ({"province", "commune"}, "Người có công"),
    }


def test_a_section_may_stand_in_two_cells_with_a_count_beside_it(book):
    file = book(
        [
            HEAD,
            ["A", "", "CẤP TỈNH", "", 12],
            ["I", "", "Lĩnh vực Hội (12 TTHC)"],
            [1, "1.000001", "Thành lập hội"],
        ]
    )
    assert (only(file).executing_levels, only(file).field) == ({"province"}, "Hội")


def test_one_section_may_tell_both_level_and_field(book):
    file = book(
        [
            HEAD,
            ["", "", "THỦ TỤC HÀNH CHÍNH LĨNH VỰC HỘI THUỘC THẨM QUYỀN GIẢI QUYẾT CỦA UBND CẤP XÃ"],
            [1, "1.000001", "Thành lập hội"],
        ]
    )
    assert (only(file).executing_levels, only(file).field) == ({"commune"}, "HỘI")


def test_levels_numbered_within_a_field_keep_the_field(book):
    file = book(
        [
            HEAD,
            ["I", "", "LĨNH VỰC HỘI"],
            ["1.", "", "Cấp tỉnh"],
            [1, "1.000001", "Thành lập hội"],
            ["2.", "", "Cấp xã"],
            [1, "1.000002", "Thành lập hội ở xã"],
            ["II", "", "LĨNH VỰC QUỸ"],
            [1, "1.000003", "Thành lập quỹ"],
        ]
    )
    said = {code: (p.executing_levels, p.field) for code, p in file.procedures.items()}
    assert said["1.000001"] == ({"province"}, "HỘI")
    assert said["1.000002"] == ({"commune"}, "HỘI")
    assert said["1.000003"] == (None, "QUỸ")


def test_a_heading_in_capitals_over_the_table_is_a_field(book):
    file = book(
        [HEAD, ["NGƯỜI CÓ CÔNG"], [1, "1.000001", "Trợ cấp một lần"]],
        merges=[(1, 0, 1, 4)],
    )
    assert only(file).field == "NGƯỜI CÓ CÔNG"


def test_a_rows_own_level_and_field_go_before_the_sections(book):
    file = book(
        [
            ["Mã TTHC", "Tên TTHC", "Lĩnh vực", "Cấp thực hiện", "Phí"],
            ["A. CẤP TỈNH"],
            ["1.000001", "Thành lập hội", "Hội", "Cấp Tỉnh; Cấp Xã"],
        ]
    )
    assert (only(file).executing_levels, only(file).field) == ({"province", "commune"}, "Hội")


def test_rows_under_a_list_of_what_is_repealed_are_named_and_not_loaded(book):
    file = book(
        [
            HEAD,
            ["A. DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH"],
            [1, "1.000001", "Thành lập hội"],
            ["B. DANH MỤC THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ"],
            [1, "1.000002", "Giải thể hội"],
        ]
    )
    assert only(file).code == "1.000001"
    assert [(row.code, row.number) for row in file.ended] == [("1.000002", 5)]


@pytest.mark.parametrize("part", ["PHẦN II", "Phụ lục II", "PHẦN THỨ HAI", "Phụ lục số 02", "BIỂU 2:"])
def test_a_new_part_ends_the_level_and_field_of_the_part_before_and_is_no_field(book, part):
    file = book(
        [
            HEAD,
            ["PHẦN I. DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH"],
            ["A", "", "CẤP XÃ"],
            ["I", "", "Lĩnh vực hội"],
            [1, "1.000001", "Thành lập hội"],
            [part],
            ["DANH MỤC THỦ TỤC HÀNH CHÍNH ĐƯỢC SỬA ĐỔI, BỔ SUNG"],
            [1, "1.000002", "Giải thể hội"],
        ],
        merges=[(1, 0, 1, 4), (5, 0, 5, 4), (6, 0, 6, 4)],
    )
    said = {code: (each.executing_levels, each.field) for code, each in file.procedures.items()}
    assert said == {"1.000001": ({"commune"}, "hội"), "1.000002": (None, None)}


def test_what_is_repealed_stays_so_under_the_levels_and_fields_numbered_within_its_part(book):
    file = book(
        [
            HEAD,
            ["A", "", "DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH"],
            [1, "1.000001", "Thành lập hội"],
            ["B", "", "DANH MỤC THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ"],
            ["A", "", "CẤP TỈNH"],
            ["I", "", "Lĩnh vực hội"],
            [1, "1.000002", "Giải thể hội"],
            ["B", "", "CẤP XÃ"],
            [1, "1.000003", "Đổi tên hội"],
            ["C", "", "DANH MỤC THỦ TỤC HÀNH CHÍNH ĐƯỢC SỬA ĐỔI, BỔ SUNG"],
            [1, "1.000004", "Chia hội"],
        ]
    )
    assert list(file.procedures) == ["1.000001", "1.000004"]
    assert [row.code for row in file.ended] == ["1.000002", "1.000003"]


def test_a_level_without_a_number_does_not_end_the_part_of_what_is_repealed(book):
    file = book(
        [
            HEAD,
            [1, "1.000001", "Thành lập hội"],
            ["DANH MỤC THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ"],
            ["THỦ TỤC HÀNH CHÍNH CẤP XÃ"],
            [1, "1.000002", "Giải thể hội"],
            ["DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH"],
            [1, "1.000003", "Chia hội"],
        ],
        merges=[(row, 0, row, 4) for row in (2, 3, 5)],
    )
    assert {code: each.executing_levels for code, each in file.procedures.items()} == {
        "1.000001": None,
        "1.000003": None,
    }


def test_a_sheet_named_for_what_is_repealed_holds_no_procedure_in_force(tmp_path):
    path = tmp_path / "hai-trang.xlsx"
    head = ["Mã TTHC", "Tên TTHC"]
    write_xlsx(path, {"Còn hiệu lực": [head, ["1.000001", "A hội"]], "Bãi bỏ": [head, ["1.000002", "B hội"]]})
    file = read_catalogue(path)
    assert (only(file).code, [row.code for row in file.ended]) == ("1.000001", ["1.000002"])


def test_a_part_of_several_kinds_is_read_as_in_force_and_told(book):
    file = book(
        [
            HEAD,
            ["DANH MỤC THỦ TỤC HÀNH CHÍNH SỬA ĐỔI, BỔ SUNG VÀ BÃI BỎ"],
            [1, "1.000001", "Thành lập hội"],
        ],
        merges=[(1, 0, 1, 4)],
    )
    assert only(file).code == "1.000001"
    assert "không rõ dòng nào" in file.remarks[0]


def test_a_field_that_speaks_of_revoking_is_a_field(book):
    file = book([HEAD, ["II", "", "HỦY BỎ CHỨNG CHỈ"], [1, "1.000001", "Thành lập hội"]])
    assert (only(file).field, file.ended) == ("HỦY BỎ CHỨNG CHỈ", ())


def test_a_section_of_full_online_service_gives_its_level_and_no_field(book):
    file = book(
        [
            HEAD,
            ["A", "", "CẤP TỈNH"],
            ["I", "", "DỊCH VỤ CÔNG TOÀN TRÌNH"],
            ["1.", "", "Lĩnh vực hội"],
            [1, "1.000001", "Thành lập hội"],
            ["II", "", "DỊCH VỤ CÔNG TRỰC TUYẾN MỘT PHẦN (02 TTHC)"],
            [2, "1.000002", "Giải thể hội"],
            ["B", "", "CẤP XÃ"],
            [3, "1.000003", "Chia hội"],
        ]
    )
    said = {
        code: (set(each.executing_levels), each.online_level, each.field)
        for code, each in file.procedures.items()
    }
    assert said == {
        "1.000001": ({"province"}, "full", "hội"),
        "1.000002": ({"province"}, "partial", None),
        "1.000003": ({"commune"}, None, None),
    }


def test_the_name_of_a_city_beside_its_level_is_no_field(book):
    file = book([HEAD, ["A", "", "THỦ TỤC HÀNH CHÍNH CẤP THÀNH PHỐ HÀ NỘI"], [1, "1.000001", "Một hội"]])
    assert (only(file).executing_levels, only(file).field) == ({"province"}, None)


def test_a_procedure_whose_name_speaks_of_a_level_is_no_section(book):
    file = book([HEAD, [1, "", "Cấp giấy phép hoạt động trong lĩnh vực hội ở cấp tỉnh"]])
    assert only(file).name.startswith("Cấp giấy phép")


# rows that are no procedures


def test_totals_page_numbers_and_signatures_are_no_procedures(book):
    file = book(
        [
            HEAD,
            [1, "1.000001", "Thành lập hội"],
            ["", "", "12"],
            [2, "1.000002", "Giải thể hội"],
            ["Tổng cộng: 93"],
            ["", "", "", "Hà Tĩnh, ngày 05 tháng 02 năm 2026"],
            ["", "", "NGƯỜI LẬP BIỂU", "GIÁM ĐỐC"],
        ]
    )
    assert list(file.procedures) == ["1.000001", "1.000002"]
    assert [place for place, _ in file.skipped] == [
        f"danh-muc.xlsx, sheet Danh mục, dòng {row}" for row in (5, 6, 7)
    ]


def test_notes_below_the_list_are_no_procedures_and_are_told(book):
    file = book(
        [
            HEAD,
            [1, "1.000001", "Thành lập hội"],
            ["", "", "Ghi chú: (*) thủ tục mới"],
            ["", "", "(1) Thời hạn tính theo ngày làm việc"],
        ]
    )
    assert only(file).code == "1.000001"
    assert [text for _, text in file.skipped] == [
        "Ghi chú: (*) thủ tục mới",
        "(1) Thời hạn tính theo ngày làm việc",
    ]


def test_a_part_across_levels_takes_none_of_the_part_before(book):
    rows = [["B", "CẤP XÃ"], [1, "1.000001", "Một"], ["C", "TTHC LIÊN THÔNG"], [2, "1.000002", "Hai"]]
    procedures = book([HEAD, *rows]).procedures
    assert (procedures["1.000002"].executing_levels, procedures["1.000002"].field) == (None, None)


def test_a_list_of_what_is_repealed_needs_no_number_nor_capitals(book):
    rows = [[1, "1.000002", "Giải thể hội"], ["", "", "Danh mục thủ tục hành chính bị bãi bỏ"]]
    file = book([HEAD, *rows, [1, "1.000001", "Thành lập hội"]])
    assert (only(file).code, [row.code for row in file.ended]) == ("1.000002", ["1.000001"])


def test_a_procedure_that_begins_with_a_totals_word_stays(book):
    file = book([HEAD, [1, "", "Tổng hợp, đề nghị khen thưởng", "Thi đua", "20 ngày"]])
    assert only(file).field == "Thi đua"


# a procedure over several rows


def test_follow_on_rows_are_added_to_the_procedure_above(book):
    file = book(
        [
            ["Mã TTHC", "Tên TTHC", "Căn cứ pháp lý", "Đối tượng thực hiện", "Phí"],
            ["1.000001", "Thành lập hội", "Luật số 1/2020/QH14", "Công dân Việt Nam"],
            ["", "", "Nghị định 126/2024/NĐ-CP", "Công dân Việt Nam"],
            ["", "", "Nghị định 126/2024/NĐ-CP", "Tổ chức"],
            ["1.000002", "Giải thể hội"],
        ]
    )
    first = file.procedures["1.000001"]
    assert first.legal_bases == ("Luật số 1/2020/QH14", "Nghị định 126/2024/NĐ-CP")
    assert first.subjects == ("Công dân Việt Nam", "Tổ chức")
    assert file.rows == 2


def test_a_procedure_merged_over_rows_is_one_procedure(book):
    file = book(
        [
            ["Mã TTHC", "Tên TTHC", "Căn cứ pháp lý"],
            ["1.000001", "Thành lập hội", "Luật A"],
            ["", "", "Luật B"],
        ],
        merges=[(1, 0, 2, 0), (1, 1, 2, 1)],
    )
    assert only(file).legal_bases == ("Luật A", "Luật B")


def test_a_field_merged_over_many_procedures_holds_for_each(book):
    file = book(
        [["Lĩnh vực", "Mã TTHC", "Tên TTHC"], ["Hội", "1.000001", "A hội"], ["", "1.000002", "B hội"]],
        merges=[(1, 0, 2, 0)],
    )
    assert [p.field for p in file.procedures.values()] == ["Hội", "Hội"]
