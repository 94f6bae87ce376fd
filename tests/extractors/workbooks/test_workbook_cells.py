"""What the cells of a department's list say: codes, attributes, and files of one level."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from extractors.workbooks.catalogue import read_catalogue
from procedures.errors import InputError, WorkbookError
from procedures.values.keys import codeless_key
from tests.extractors.workbook_files import HEAD, column, only

# codes


@pytest.mark.parametrize(
    "cell", ["1.012299", 1.012299, " 1.012299 ", "1.012299.000.00.00.H27", "1.012299.H27"]
)
def test_a_code_is_its_core_however_it_is_written(book, cell):
    assert only(book([HEAD, [1, cell, "Thành lập hội"]])).code == "1.012299"


def test_a_code_that_became_a_number_keeps_six_decimals(book):
    assert only(book([HEAD, [1, 1.0123, "Thành lập hội"]])).code == "1.012300"


def test_the_local_suffix_is_kept_beside_the_code(book):
    assert only(book([HEAD, [1, "1.012299.000.00.00.H27", "Thành lập hội"]])).local_code == (
        "1.012299.000.00.00.H27"
    )


def test_a_row_with_a_bad_code_stays_without_one_and_becomes_a_problem(book):
    file = book([HEAD, [1, "1.12345", "Thành lập hội", "Hội"]])
    procedure = only(file)
    assert (procedure.code, procedure.local_code) == (None, "1.12345")
    [problem] = file.problems
    assert problem.rule == "invalid_code"
    assert problem.subject == codeless_key("Thành lập hội", None, "Hội") == next(iter(file.procedures))
    assert problem.place == "danh-muc.xlsx, sheet Danh mục, dòng 2"
    assert '"1.12345"' in problem.reason


@pytest.mark.parametrize("cell", ["", "Chưa có", "-", "…"])
def test_a_row_without_a_code_is_kept_under_its_name_level_and_field(book, cell):
    file = book([HEAD, [1, cell, "Thành lập hội", "Hội"]])
    assert list(file.procedures) == [codeless_key("Thành lập hội", None, "Hội")]
    assert file.problems == ()
    assert only(file).local_code is None


def test_one_code_in_two_level_sections_is_one_procedure_at_both(book):
    file = book(
        [
            HEAD,
            ["A. CẤP TỈNH"],
            [1, "1.000001", "Thành lập hội", "Hội"],
            ["B. CẤP XÃ"],
            [1, "1.000001", "Thành lập hội", "Hội", "30 ngày làm việc"],
        ]
    )
    assert only(file).executing_levels == {"province", "commune"}
    assert only(file).processing_time is not None
    assert only(file).row == "Danh mục!3; Danh mục!5"
    assert file.problems == ()


def test_what_the_second_level_says_otherwise_is_named(book):
    file = book(
        [HEAD, ["A. CẤP TỈNH"], [1, "1.000001", "Thành lập hội"], ["B. CẤP XÃ"], [1, "1.000001", "Lập hội"]]
    )
    assert only(file).name == "Thành lập hội"
    assert [(one.attribute, one.text) for one in file.unread] == [("name", "Lập hội")]


def test_one_code_twice_at_one_level_is_a_problem_and_the_first_stands(book):
    file = book(
        [
            HEAD,
            ["A. CẤP TỈNH"],
            [1, "1.000001", "Thành lập hội"],
            [2, "1.000001.H27", "Giải thể hội"],
            [3, "1.000001", "Đổi tên hội"],
        ]
    )
    assert only(file).name == "Thành lập hội"
    [problem] = file.problems
    assert (problem.rule, problem.subject, problem.name) == ("duplicate_code", "1.000001", "Giải thể hội")
    assert problem.place == ("danh-muc.xlsx, sheet Danh mục, dòng 4; danh-muc.xlsx, sheet Danh mục, dòng 5")
    assert [record["name"] for record in problem.evidence["records"]] == ["Giải thể hội", "Đổi tên hội"]
    assert file.rows == 3


def test_a_row_without_level_may_meet_any_level(book):
    rows = [["Mã TTHC", "Tên TTHC", "Cấp thực hiện"], ["1.000001", "A", "Cấp tỉnh"], ["1.000001", "A", ""]]
    assert [problem.rule for problem in book(rows).problems] == ["duplicate_code"]


def test_two_equal_rows_without_code_are_a_problem_not_a_loss(book):
    file = book([HEAD, [1, "", "Thành lập hội", "Hội"], [2, "", "THÀNH LẬP  HỘI", "Hội"]])
    [problem] = file.problems
    assert (problem.rule, problem.code) == ("duplicate_code", None)
    assert "dòng 2" in problem.reason


# attributes


def test_an_empty_cell_says_nothing(book):
    procedure = column(book, "Phí, lệ phí", "")
    assert procedure.fee is None
    assert procedure.processing_time is None


def test_khong_under_fees_is_an_amount_of_zero(book):
    [fee] = column(book, "Phí, lệ phí", "Không").fee
    assert fee.amount == 0


def test_phi_and_le_phi_in_columns_of_their_own_are_told_apart(book):
    file = book(
        [["Mã TTHC", "Tên TTHC", "Phí", "Lệ phí"], ["1.000001", "Thành lập hội", "Không", "10.000 đồng"]]
    )
    assert [(fee.type, fee.amount) for fee in only(file).fee] == [("charge", 0), ("fee", 10_000)]


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        ("Toàn trình", "full"),
        ("Một phần", "partial"),
        ("Mức độ 4", "full"),
        (3, "partial"),
        ("Mức độ 2", "information"),
    ],
)
def test_online_levels_old_and_new_are_read_and_their_text_is_kept(book, cell, level):
    procedure = column(book, "Mức độ DVC", cell)
    assert (procedure.online_level, procedure.online_level_text) == (level, str(cell))


def test_a_cell_that_cannot_be_read_is_named_and_says_nothing(book):
    file = book([["Mã TTHC", "Tên TTHC", "Ủy quyền"], ["1.000001", "Thành lập hội", "xem phụ lục"]])
    assert only(file).delegated is None
    [unread] = file.unread
    assert (unread.attribute, unread.text) == ("delegated", "xem phụ lục")
    assert unread.place.endswith("dòng 2")


def test_only_whole_answers_are_answers_and_the_others_are_named_by_row_and_column(book):
    heads = ["Mã TTHC", "Tên TTHC", "Mức độ DVC", "Thời hạn giải quyết", "Đủ điều kiện toàn trình", "BCCI"]
    file = book([heads, ["1.000001", "Thành lập hội", "toàn trình?", "khoảng 30 ngày", "có thể", "x"]])
    its = only(file)
    assert (its.eligible_full_online, its.online_level, its.online_level_text) == (None, None, None)
    assert its.ways == {"postal"}
    assert [(time.amount, time.text) for time in its.processing_time] == [(None, "khoảng 30 ngày")]
    at = "danh-muc.xlsx, sheet Danh mục, dòng 2, cột"
    assert set(file.remarks) == {
        f'{at} C, Mức độ DVC trực tuyến: "toàn trình?" không hiểu, để trống',
        f'{at} D, Thời hạn giải quyết: "khoảng 30 ngày" không hiểu, giữ nguyên văn',
        f'{at} E, Đủ điều kiện toàn trình: "có thể" không hiểu, để trống',
    }


@pytest.mark.parametrize("tick", ["x", "X", "có", "✓"])
def test_bcci_adds_the_postal_way(book, tick):
    assert column(book, "BCCI", tick).ways == {"postal"}


def test_a_list_with_bcci_alone_does_not_speak_of_the_ways(book):
    file = book([["Mã TTHC", "Tên TTHC", "BCCI"], ["1.000001", "Thành lập hội", "x"]])
    assert "ways" not in file.columns


def test_no_bcci_says_nothing_of_the_ways(book):
    assert column(book, "BCCI", "không").ways is None


def test_bcci_beside_a_column_of_ways_completes_it(book):
    file = book(
        [
            ["Mã TTHC", "Tên TTHC", "Cách thức thực hiện", "BCCI"],
            ["1.000001", "Lập hội", "Trực tiếp; trực tuyến", "x"],
        ]
    )
    assert only(file).ways == {"direct", "online", "postal"}
    assert "ways" in file.columns


@pytest.mark.parametrize(
    ("cell", "ministry", "province"),
    [
        ("1274/QĐ-UBND", None, "1274/QĐ-UBND"),
        ("963/QĐ-TTPVHCC", None, "963/QĐ-TTPVHCC"),
        ("12/QĐ-BQLKKT", None, "12/QĐ-BQLKKT"),
        ("627/QĐ-BNV", "627/QĐ-BNV", None),
        ("QĐ số 55/QĐ-BTP", "55/QĐ-BTP", None),
        ("627/QĐ-BNV; 1404/QĐ-UBND", "627/QĐ-BNV", "1404/QĐ-UBND"),
        ("1274", None, "1274"),
    ],
)
def test_the_provinces_decision_is_never_read_as_the_ministrys(book, cell, ministry, province):
    procedure = column(book, "QĐ Công bố", cell)
    assert (procedure.decision_number, procedure.province_decision_number) == (ministry, province)


def test_a_decision_never_takes_the_date_of_another_cells_decision(book):
    heads = ["Mã TTHC", "Tên TTHC", "Quyết định công bố", "QĐ công bố của tỉnh"]
    procedure = only(book([heads, ["1.000001", "Thành lập hội", "QĐ 627 ngày 20/6/2025", "1404/QĐ-UBND"]]))
    assert (procedure.province_decision_number, procedure.province_decision_date) == ("1404/QĐ-UBND", None)


def test_a_decisions_date_is_read_with_its_number(book):
    procedure = column(
        book, "Quyết định công bố", "627/QĐ-BNV ngày 20/6/2025; 1404/QĐ-UBND ngày 05 tháng 7 năm 2025"
    )
    assert procedure.decision_date == date(2025, 6, 20)
    assert procedure.province_decision_date == date(2025, 7, 5)


def test_a_decisions_date_may_stand_in_a_column_of_its_own(book):
    file = book(
        [
            ["Mã TTHC", "Tên TTHC", "Quyết định công bố", ""],
            ["", "", "Số", "Ngày"],
            ["1.000001", "Thành lập hội", "1404/QĐ-UBND", date(2025, 7, 5)],
        ],
        merges=[(0, 2, 0, 3)],
    )
    assert only(file).province_decision_date == date(2025, 7, 5)
    assert only(file).decision_date is None


@pytest.mark.parametrize(("cell", "answer"), [("Có", True), ("x", True), ("Không", False), ("", None)])
def test_eligibility_has_three_answers(book, cell, answer):
    assert column(book, "Đủ điều kiện toàn trình", cell).eligible_full_online is answer


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("x", "decided"),
        ("Đã phân cấp", "decided"),
        ("Đề xuất phân cấp", "proposed"),
        ("Chưa phân cấp", "none"),
    ],
)
def test_decentralisation_has_three_states(book, cell, state):
    assert column(book, "Phân cấp", cell).decentralisation_state == state


def test_delegation_is_another_thing_than_decentralisation(book):
    procedure = column(book, "Ủy quyền", "Có")
    assert (procedure.delegated, procedure.decentralisation_state) == (True, None)


def test_legal_bases_are_parted_by_semicolons_and_lines(book):
    assert column(book, "Căn cứ pháp lý", "- Luật A;\n- Nghị định B; Thông tư C").legal_bases == (
        "Luật A",
        "Nghị định B",
        "Thông tư C",
    )


def test_the_raw_texts_of_name_field_and_agency_are_kept(book):
    file = book(
        [
            ["Tên TTHC", "Lĩnh vực", "Cơ quan thực hiện"],
            ["Thành lập  hội ", "Hội\u00a0quỹ", "Sở Nội Vụ\nUBND xã"],
        ]
    )
    procedure = only(file)
    assert procedure.name == "Thành lập hội"
    assert procedure.raw_text("name") == "Thành lập  hội "
    assert procedure.raw_text("field") == "Hội\u00a0quỹ"
    assert procedure.raw_text("agency") == "Sở Nội Vụ\nUBND xã"


def test_published_states_are_known_by_the_offices_words(book):
    assert column(book, "Tình trạng", "Công khai").state == "ACTIVE"
    assert column(book, "Tình trạng", "Đã công bố").state == "ACTIVE"
    assert column(book, "Tình trạng", "Hết hiệu lực một phần").state == "Hết hiệu lực một phần"


def test_columns_are_the_attributes_that_some_cell_speaks_of(book):
    file = book([["Mã TTHC", "Tên TTHC", "Lĩnh vực", "Phí"], ["1.000001", "Thành lập hội", "Hội", ""]])
    assert file.columns == ("name", "field")


# one level alone


def test_rows_without_a_level_get_the_one_that_the_file_is_imported_for(book):
    file = book([HEAD, [1, "1.000001", "Thành lập hội"]], level="commune")
    assert only(file).executing_levels == {"commune"}
    assert file.levels == {"commune"}


def test_a_row_of_another_level_refuses_the_file_by_name(book):
    with pytest.raises(WorkbookError, match=r"danh-muc.xlsx, sheet Danh mục, dòng 3: .*riêng cho Cấp xã"):
        book([HEAD, ["A. CẤP TỈNH"], [1, "1.000001", "Thành lập hội"]], level="commune")


def test_a_row_at_that_level_and_another_keeps_both(book):
    rows = [["Mã TTHC", "Tên TTHC", "Cấp thực hiện"], ["1.000001", "Thành lập hội", "Cấp Tỉnh; Cấp Xã"]]
    assert only(book(rows, level="commune")).executing_levels == {"province", "commune"}


def test_a_level_that_does_not_exist_is_wrong_use(book):
    with pytest.raises(InputError, match="village"):
        book([HEAD, [1, "1.000001", "Thành lập hội"]], level="village")


# files


def test_a_list_without_rows_is_refused(book):
    with pytest.raises(WorkbookError, match=r"danh-muc.xlsx: không có dòng thủ tục nào"):
        book([HEAD])


def test_an_old_xls_with_merged_cells_is_read_alike(tmp_path):
    path = tmp_path / "cu.xls"
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Danh mục")
    sheet.write_merge(0, 0, 0, 2, "DANH MỤC THỦ TỤC HÀNH CHÍNH")
    for at, row in enumerate([["Mã số", "Tên", "Lĩnh vực"], [1.0123, "Thành lập hội", "Hội"]], start=1):
        for where, cell in enumerate(row):
            sheet.write(at, where, cell)
    sheet.write(3, 0, "1.000002")
    sheet.write(3, 1, "Giải thể hội")
    sheet.merge(2, 3, 2, 2)
    workbook.save(str(path))
    assert {code: p.field for code, p in read_catalogue(path).procedures.items()} == {
        "1.012300": "Hội",
        "1.000002": "Hội",
    }


def test_a_csv_list_is_read_with_its_sections(tmp_path):
    path = tmp_path / "danh-muc.csv"
    path.write_text(
        'Mã TTHC;Tên TTHC;Phí;Lĩnh vực\n"A. CẤP TỈNH";;;\n1.000001;"Lập; hội";Không;Hội\n', "utf-8-sig"
    )
    procedure = only(read_catalogue(path))
    assert (procedure.name, procedure.executing_levels, procedure.row) == ("Lập; hội", {"province"}, "3")


@pytest.mark.parametrize(
    ("cell", "code"),
    [("1.0123", "1.012300"), ("1,0123", "1.012300"), ("1.012345", "1.012345"), ("1.01230", None)],
)
def test_a_csv_code_that_lost_its_closing_zeros_as_a_number_gets_them_back(tmp_path, cell, code):
    path = tmp_path / "danh-muc.csv"
    path.write_text(f"Mã TTHC;Tên TTHC\n{cell};Thành lập hội\n", "utf-8")
    assert only(read_catalogue(path)).code == code


def test_a_ministrys_own_export_is_read_whole():
    file = read_catalogue(Path(__file__).parents[2] / "golden/exports/danh-sach-tthc-BoTuPhap.xlsx")
    assert (file.rows, len(file.procedures), file.problems) == (271, 271, ())
    assert file.leftovers == ()
    assert file.procedures["1.014966"].agency == "Chủ tịch ủy ban nhân dân cấp tỉnh Sở Tư Pháp"
    assert file.procedures["1.014966"].promulgating_agency == "Bộ Tư pháp"


def test_cells_without_a_value_are_told_by_row_and_column(tmp_path):
    path = tmp_path / "danh-muc.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.title = "A"
    for row in (
        ["Mã TTHC", "Tên TTHC", "Phí", "Thời hạn giải quyết"],
        ["1.000001", "Thành lập hội", "#REF!", "=5*2"],
        ["#N/A", "Giải thể hội", "0", "10 ngày"],
    ):
        workbook.active.append(row)
    workbook.save(path)
    file = read_catalogue(path)
    at = "danh-muc.xlsx, sheet A, dòng"
    assert file.remarks[:2] == (
        f"{at} 2, cột C: ô báo lỗi #REF!",
        f"{at} 2, cột D, Thời hạn giải quyết: công thức chưa có kết quả; hãy mở tệp bằng Excel, lưu lại rồi "
        "nhập lại",
    )
    assert (file.procedures["1.000001"].fee, file.procedures["1.000001"].processing_time) == (None, None)
    assert [problem.reason for problem in file.problems] == ['mã "#N/A" không đúng dạng 1.012345']


def test_rows_that_are_struck_through_are_read_and_named(tmp_path):
    crossed, plain = InlineFont(strike=True), InlineFont()
    whole = CellRichText(TextBlock(crossed, "Giải thể "), TextBlock(crossed, "hội"))
    part = CellRichText(TextBlock(crossed, "Đổi tên hội"), TextBlock(plain, "Đổi tên quỹ"))
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "A"
    for row in (
        ["Danh mục của Sở"],
        ["STT", "Mã TTHC", "Tên TTHC", "Phí"],
        [1, "1.000001", "Thành lập hội", None],
        [2, "1.000002", whole, None],
        [3, "1.000003", part, None],
        [4, "1.000004", "Chia hội", "10 ngày"],
        [5, "1.000005", "Sáp nhập hội", None],
    ):
        sheet.append(row)
    sheet["C7"].font = Font(bold=True, strike=False)
    path = tmp_path / "danh-muc.xlsx"
    for cell, rows in ((None, [4]), ("D6", [4]), ("B3", [3, 4])):
        if cell is not None:
            sheet[cell].font = Font(bold=True, strike=True)
        workbook.save(path)
        file = read_catalogue(path)
        assert len(file.procedures) == 5
        struck = [line.partition(":") for line in file.remarks if "gạch ngang" in line]
        assert [place for place, *_ in struck] == [f"danh-muc.xlsx, sheet A, dòng {row}" for row in rows]


def test_a_shared_text_that_is_struck_through_is_named_wherever_it_stands(tmp_path):
    path = tmp_path / "danh-muc.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        crossed = workbook.add_format({"font_strikeout": True})
        sheet = workbook.add_worksheet("A")
        sheet.write_row(0, 0, ["Mã TTHC", "Tên TTHC"])
        for row, code in enumerate(("1.000001", "1.000002"), start=1):
            sheet.write(row, 0, code)
            sheet.write_rich_string(row, 1, crossed, "Giải thể", crossed, " hội")
    struck = [line for line in read_catalogue(path).remarks if "gạch ngang" in line]
    assert [line.partition(":")[0][-6:] for line in struck] == ["dòng 2", "dòng 3"]
