"""Lists as other offices keep them (`tests/golden/cases`): each is read rightly, or refused in words."""

import json
from datetime import date
from pathlib import Path

import pytest

from extractors.portals.national_record import parse_detail
from extractors.workbooks.catalogue import read_catalogue
from procedures.errors import WorkbookError
from procedures.model import Paper
from tests.extractors.workbook_files import HEAD, column, only

CASES = Path(__file__).parents[2] / "golden/cases"


def case(name):
    return read_catalogue(CASES / name)


def test_the_repealed_part_of_a_decision_is_not_loaded_and_takes_nothing_of_the_part_before():
    file = case("phan-bai-bo.xlsx")
    assert {code: (each.executing_levels, each.field) for code, each in file.procedures.items()} == {
        "1.014113": ({"province"}, "Công chức"),
        "1.010801": ({"province", "commune"}, "Người có công"),
        "1.013703": ({"commune"}, "Hội"),
    }
    assert file.leftovers == ()
    assert file.remarks == (
        "phan-bai-bo.xlsx, sheet Phụ lục: 02 thủ tục không còn hiệu lực theo phần "
        '"PHẦN II: DANH MỤC THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ (02 thủ tục)", không đưa vào danh mục: '
        "1.014116 (dòng 16), 1.013723 (dòng 17)",
    )


def test_codes_that_lost_their_point_are_read_and_told():
    file = case("ma-mat-dau-cham.xlsx")
    assert list(file.procedures) == ["2.000648", "1.013420", "1.013703", "1.003980"]
    assert file.problems == ()
    assert [remark.rpartition("dòng ")[2] for remark in file.remarks] == [
        '2: mã "2000648" mất dấu chấm, đọc là 2.000648',
        '3: mã "1013420" mất dấu chấm, đọc là 1.013420',
        '4: mã "1013703" mất dấu chấm, đọc là 1.013703',
    ]


def test_codes_within_names_are_read_and_told_and_the_names_are_without_them():
    file = case("ma-trong-ten.xlsx")
    assert {code: (each.name, each.local_code) for code, each in file.procedures.items()} == {
        "1.010736": ("Tham vấn trong đánh giá tác động môi trường (cấp xã)", "1.010736"),
        "1.012790": ("Đính chính Giấy chứng nhận đã cấp", "1.012790.000.00.00.H41"),
        "1.013703": ("Thành lập hội", "1.013703"),
    }
    assert all("lấy từ tên thủ tục" in remark for remark in file.remarks)
    assert len(file.remarks) == 3


def test_a_ministrys_decision_in_a_common_column_is_never_the_provinces():
    procedures = case("quyet-dinh-cua-bo.xlsx").procedures
    assert {code: (each.decision_number, each.decision_date) for code, each in procedures.items()} == {
        "1.001193": ("QĐ/0001-BTP", date(2019, 8, 1)),
        "1.005136": ("3713/QD-BTP", date(2019, 8, 1)),
        "1.000105": ("1560/QĐ-LĐTBXH", date(2018, 10, 15)),
        "1.013703": ("627/QĐ-BNV", date(2025, 6, 20)),
    }
    assert {each.province_decision_number for each in procedures.values()} == {None}


def test_nor_under_a_heading_that_calls_it_the_provinces(book):
    for cell in ("2267./QĐ-BXD", "QĐ số 627 của Bộ Nội vụ"):
        procedure = column(book, "Quyết định công bố của UBND tỉnh", cell)
        assert (procedure.decision_number, procedure.province_decision_number) == (cell, None)


def test_columns_of_marks_are_marks_and_levels_may_be_codes():
    file = case("dau-x.xlsx")
    said = {
        code: (each.executing_levels, each.online_level, each.fee, each.state)
        for code, each in file.procedures.items()
    }
    assert said == {
        "1.013703": ({"commune"}, "full", None, "ACTIVE"),
        "1.014113": ({"province"}, "partial", None, "ACTIVE"),
        "2.001263": (None, "full", None, "ACTIVE"),
        "1.014199": ({"commune"}, "partial", None, "ACTIVE"),
    }
    assert file.procedures["1.013703"].province_decision_number == "1274/QĐ-UBND"
    assert file.leftovers == ()
    assert file.remarks == (
        'dau-x.xlsx, sheet Sheet1: 01 thủ tục không còn hiệu lực theo tình trạng "Bãi bỏ", không đưa vào '
        "danh mục: 1.014116 (dòng 5)",
        "dau-x.xlsx: cột Phí chỉ đánh dấu, không nói nội dung nên không dùng để so",
        "dau-x.xlsx: cột Lệ phí chỉ đánh dấu, không nói nội dung nên không dùng để so",
        'dau-x.xlsx, sheet Sheet1, dòng 4, cột G, Cấp thực hiện: "lien_thong" không hiểu, để trống',
    )


def test_the_column_of_what_is_only_information_gives_that_level(book):
    assert column(book, "Cung cấp thông tin", "X").online_level == "information"


@pytest.mark.parametrize("heading", ["Quyết định", "Thời hạn giải quyết", "Kết quả", "Căn cứ pháp lý"])
def test_a_mark_where_words_are_asked_for_is_no_text(book, heading):
    procedure = column(book, heading, "x")
    said = (procedure.province_decision_number, procedure.processing_time, procedure.results)
    assert (*said, procedure.legal_bases) == (None, None, None, None)


def test_one_code_for_several_cases_is_one_procedure():
    file = case("mot-ma-nhieu-truong-hop.xlsx")
    assert (list(file.procedures), file.problems, file.rows) == (["1.010781", "1.010774"], (), 3)
    procedure = file.procedures["1.010774"]
    assert procedure.name == 'Cấp Bằng "Tổ quốc ghi công"'
    assert procedure.row == "Sheet1!3; Sheet1!4"
    cases = dict(procedure.raw)["cases"].splitlines()
    assert ["điểm a" in cases[0], "điểm b" in cases[1], len(cases)] == [True, True, 2]
    assert len(file.remarks) == 1
    assert "1.010774 có 2 trường hợp" in file.remarks[0]


def test_times_that_vary_by_case_are_kept_as_words_and_told(book):
    file = book(
        [
            HEAD,
            [1, "1.000001", "Cấp giấy phép lao động (trường hợp cấp mới)", "Lao động", "10 ngày"],
            [2, "1.000001", "Cấp giấy phép lao động (trường hợp cấp lại)", "Lao động", "05 ngày"],
            [3, "1.000001", "Cấp giấy phép lao động (trường hợp cấp lại)", "Lao động", "05 ngày"],
        ]
    )
    [time] = only(file).processing_time
    assert (time.amount, time.text) == (
        None,
        "Khác nhau theo trường hợp. Cấp giấy phép lao động (trường hợp cấp mới): 10 ngày | "
        "Cấp giấy phép lao động (trường hợp cấp lại): 05 ngày",
    )
    assert only(file).name == "Cấp giấy phép lao động"
    assert "thời hạn giải quyết khác nhau theo trường hợp, không đem so" in file.remarks[0]
    assert [problem.place[-6:] for problem in file.problems] == ["dòng 4"]


def test_two_other_procedures_of_one_code_are_still_a_problem(book):
    rows = [
        [1, "1.000001", "Cấp giấy chứng nhận đăng ký doanh nghiệp tư nhân"],
        [2, "1.000001", "Cấp giấy chứng nhận đăng ký công ty cổ phần"],
    ]
    assert [problem.rule for problem in book([HEAD, *rows]).problems] == ["duplicate_code"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.011516 (được thay bằng 1.012345)", "1.011516"),
        ("1.012345 (thay thế 1.011516)", "1.012345"),
        ("1.011516 (mới)", "1.011516"),
    ],
)
def test_a_code_with_words_beside_it_is_understood_and_told(book, cell, code):
    file = book([HEAD, [1, cell, "Thành lập hội"]])
    assert (list(file.procedures), file.problems) == ([code], ())
    assert cell in file.remarks[0]


@pytest.mark.parametrize("cell", ["1.011516, 1.012345", "1.011516\n1.012345"])
def test_two_codes_in_a_cell_are_told_apart_in_words(book, cell):
    file = book([HEAD, [1, cell, "Thành lập hội"]])
    [problem] = file.problems
    assert problem.reason == "ô mã ghi nhiều mã (1.011516, 1.012345); hãy tách mỗi mã một dòng"


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Tình trạng", "Hết hiệu lực"),
        ("Trạng thái", "Bãi bỏ theo QĐ 3500/QĐ-UBND"),
        ("Ghi chú", "Đã bãi bỏ"),
        ("Loại thay đổi", "repealed"),
        ("Văn bản quy định việc bãi bỏ", "Nghị định số 37/2026/NĐ-CP"),
    ],
)
def test_a_row_that_says_so_itself_is_not_in_force(book, heading, cell):
    file = book(
        [["Mã TTHC", "Tên TTHC", heading], ["1.000001", "Thành lập hội", cell], ["1.000002", "Chia hội", ""]]
    )
    assert (only(file).code, [row.code for row in file.ended]) == ("1.000002", ["1.000001"])


@pytest.mark.parametrize("cell", ["Hết hiệu lực một phần", "Dự kiến bãi bỏ", "Bãi bỏ thành phần hồ sơ giấy"])
def test_what_ends_in_part_or_is_meant_to_end_is_in_force(book, cell):
    assert column(book, "Ghi chú", cell).code == "1.000001"


def test_a_list_of_nothing_but_repealed_rows_is_refused_in_words(book):
    with pytest.raises(WorkbookError, match="1 dòng đều ghi bãi bỏ, hết hiệu lực"):
        column(book, "Trạng thái", "Bãi bỏ")


def test_a_code_both_in_force_and_repealed_in_one_file_stays_and_is_told(book):
    rows = [["1.000001", "Thành lập hội", "Công khai"], ["1.000001", "Thành lập hội", "Bãi bỏ"]]
    file = book([["Mã TTHC", "Tên TTHC", "Trạng thái"], *rows])
    assert (only(file).state, file.problems) == ("ACTIVE", ())
    assert "đọc là còn hiệu lực" in file.remarks[-1]


def test_a_time_in_a_whole_sentence_is_its_time():
    times = {code: each.processing_time for code, each in case("thoi-han-ca-cau.xlsx").procedures.items()}
    assert {code: [(time.amount, time.unit) for time in said] for code, said in times.items()} == {
        "1.013703": [(3, "working_day")],
        "1.014113": [(3, "working_day")],
    }


def test_starred_headings_with_notes_are_known():
    file = case("tieu-de-dau-sao.csv")
    said = {
        code: (each.executing_levels, each.online_level, each.ways, each.promulgating_agency)
        for code, each in file.procedures.items()
    }
    assert said == {
        "1.014352": ({"commune"}, "full", {"postal"}, "Bộ Nội vụ"),
        "2.001661": ({"commune"}, "partial", None, "Bộ Y tế"),
        "1.014947": ({"commune"}, None, None, "Bộ Nội vụ"),
        "1.010736": ({"commune"}, None, None, "Bộ Nông nghiệp và Môi trường"),
        "1.115131": ({"commune"}, None, None, "UBND tỉnh An Giang"),
    }
    assert file.leftovers == ("Căn cứ pháp lý / Quyết định", "Nội dung đưa vào mã QR (URL / Văn bản)")


def test_a_list_of_names_alone_keeps_every_name_without_a_code():
    file = case("chi-ten.csv")
    assert [each.code for each in file.procedures.values()] == [None, None]
    assert (file.leftovers, file.problems) == ((), ())


def test_a_list_of_changes_drops_what_was_repealed_and_names_levels_that_it_codes_otherwise():
    file = case("theo-doi-thay-doi.csv")
    assert (only(file).code, only(file).executing_levels) == ("1.014111", None)
    assert [row.code for row in file.ended] == ["1.014116"]
    assert any('"shared_including_commune" không hiểu' in remark for remark in file.remarks)


def test_the_national_databases_sheets_are_joined_by_code_and_no_duplicates():
    file = case("csdlqg-nhieu-trang.xlsx")
    assert (list(file.procedures), file.problems, file.rows) == (["1.000288", "1.001193"], (), 2)
    school, birth = file.procedures.values()
    assert (school.ways, birth.ways) == ({"direct", "postal"}, {"direct", "online"})
    assert [(time.way, time.amount, time.unit) for time in birth.processing_time] == [
        ("direct", 1, "working_day"),
        ("online", 1, "working_day"),
    ]
    assert {(time.amount, time.text) for time in school.processing_time} == {
        (None, "02 tháng và 15 ngày làm việc")
    }
    assert [(fee.way, fee.type, fee.amount) for fee in birth.fee] == [
        ("direct", "fee", 0),
        ("online", "fee", 0),
    ]
    assert school.dossier == (
        Paper(name="Báo cáo tự đánh giá", originals=1),
        Paper(name="Công văn đăng ký đánh giá ngoài", originals=1),
    )
    assert (school.results, birth.results) == (("Bằng công nhận đạt chuẩn quốc gia",), ("Giấy khai sinh",))
    assert birth.legal_bases == ("60/2014/QH13 — Luật 60/2014/QH13",)
    assert school.steps == ("Trường mầm non gửi hồ sơ đến Ủy ban nhân dân cấp xã.",)
    assert (birth.decision_number, birth.province_decision_number) == ("QĐ/0001-BTP", None)
    assert set(file.part_sheets) == {"Cách thức thực hiện", "Trình tự thực hiện", "TPHS", "KQTH", "CCPL"}
    assert file.leftovers == ("Cơ quan được ủy quyền",)


def test_a_sheet_of_another_level_beside_the_list_is_a_list_though_it_names_no_field(book):
    head = ["Mã TTHC", "Tên TTHC", "Thời hạn giải quyết", "Phí, lệ phí"]
    file = book(
        [["Mã TTHC", "Tên TTHC", "Lĩnh vực", "Cấp thực hiện"], ["1.000001", "A hội", "Hội", "Cấp tỉnh"]],
        **{"Cấp xã": [head, ["1.000002", "B hội", "10 ngày", "Không"]]},
    )
    assert (set(file.procedures), file.part_sheets) == ({"1.000001", "1.000002"}, ())


def test_a_national_record_may_name_its_agency_as_a_group_alone():
    data = json.loads((CASES / "chi-tiet-nhom-co-quan.json").read_text("utf-8"))["data"]
    procedure = parse_detail(data, "https://dichvucong.gov.vn")
    assert procedure.agency == "Ủy ban nhân dân cấp xã"
    assert procedure.executing_levels == {"commune"}
    assert (procedure.decision_number, procedure.decision_date) == ("QĐ/0001-BTP", date(2019, 8, 1))


def test_headings_without_accents_or_with_underlines_are_known(book):
    file = book([["ma_tthc", "TEN THU TUC", "linh_vuc"], ["1.000001", "Thành lập hội", "Hội"]])
    assert (only(file).code, only(file).field, file.leftovers) == ("1.000001", "Hội", ())


def test_a_list_that_is_only_amended_keeps_the_repealed_rows_that_it_had(tmp_path):
    path = tmp_path / "danh-muc.csv"
    path.write_text("Mã TTHC,Tên TTHC,Trạng thái\n1.000001,Thành lập hội,Bãi bỏ\n", encoding="utf-8")
    assert only(read_catalogue(path, repealed=True)).state == "Bãi bỏ"
