"""Columns by hand: what a person is shown of a file's columns, and what a person's word makes of them."""

import pytest

from extractors.workbooks.catalogue import read_catalogue, see_columns
from extractors.workbooks.column_preview import guess
from procedures.errors import InputError
from procedures.workbook_layout.column_mapping import ColumnMapping, headings_shape, role_named
from tests.extractors.workbook_files import only, write_xlsx

HEAD = ["Mã TTHC", "Tên TTHC", "Hình thức cung ứng", "Cột lạ", "Ghi chú"]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "danh-muc.xlsx"
    rows = [
        ["1.000001", "Thành lập hội", "A", "x"],
        ["1.000002", "Giải thể hội", "B", ""],
        ["1.000003", "Chia hội", "A", ""],
    ]
    write_xlsx(path, {"Danh mục": [HEAD, *rows]})
    return path


def mapping(headings=HEAD):
    return ColumnMapping(headings_shape(headings), tuple(headings))


def test_each_column_is_shown_with_three_values_and_what_it_is_taken_for(file):
    [table] = see_columns(file)
    assert [(each.letters, each.heading, each.samples, each.role, each.how) for each in table.columns] == [
        ("A", "Mã TTHC", ("1.000001", "1.000002", "1.000003"), "code", "known"),
        ("B", "Tên TTHC", ("Thành lập hội", "Giải thể hội", "Chia hội"), "name", "known"),
        ("C", "Hình thức cung ứng", ("A", "B"), None, "unknown"),
        ("D", "Cột lạ", ("x",), None, "unknown"),
        ("E", "Ghi chú", (), "note", "known"),
    ]
    assert read_catalogue(file).tables == (table,)


def test_a_persons_word_on_a_column_and_on_its_values_is_read(file):
    said = mapping().with_role("HÌNH THỨC  CUNG ỨNG (*)", "online_level").with_role("Cột lạ", "skip")
    said = said.with_meaning("Hình thức cung ứng", "a", "full").with_meaning(
        "Hình thức cung ứng", "B", "Một phần"
    )
    content = read_catalogue(file, mappings={said.shape: said})
    levels = {code: each.online_level for code, each in content.procedures.items()}
    assert levels == {"1.000001": "full", "1.000002": "partial", "1.000003": "full"}
    assert (content.leftovers, content.remarks, content.mappings) == ((), (), (said,))
    assert [each.how for each in content.tables[0].columns[2:4]] == ["person", "skip"]


def test_it_is_remembered_for_files_of_that_shape_alone(file, tmp_path):
    said = mapping().with_role("Cột lạ", "skip")
    other = tmp_path / "khac.xlsx"
    write_xlsx(other, {"A": [["Mã TTHC", "Tên TTHC", "Cột lạ"], ["1.000001", "Thành lập hội", "x"]]})
    assert read_catalogue(other, mappings={said.shape: said}).leftovers == ("Cột lạ",)


def test_the_shape_of_a_form_does_not_hang_on_stars_blanks_and_case():
    assert headings_shape(["Mã TTHC (*)", " TÊN  TTHC*", ""]) == headings_shape(["mã tthc", "Tên TTHC"])
    assert headings_shape(["Mã TTHC", "Tên TTHC"]) != headings_shape(["Tên TTHC", "Mã TTHC"])


def test_a_file_without_a_known_row_of_headings_is_shown_and_read_by_a_persons_word(tmp_path):
    path = tmp_path / "la.csv"
    path.write_text("Danh sách\nSố hiệu,Nội dung công việc\n1.000001,Thành lập hội\n", encoding="utf-8")
    [table] = see_columns(path)
    assert table.headings == ("Số hiệu", "Nội dung công việc")
    assert table.columns[0].guess == "code"
    said = ColumnMapping(table.shape, table.headings).with_role("Nội dung công việc", "name")
    said = said.with_role("Số hiệu", "code")
    assert only(read_catalogue(path, mappings={said.shape: said})).code == "1.000001"


@pytest.mark.parametrize(
    ("heading", "values", "role"),
    [
        ("Cột 5", ["Toàn trình", "Một phần", ""], "online_level"),
        ("Cột 5", ["https://dichvucong.gov.vn/a", "https://dichvucong.gov.vn/b"], "url"),
        ("Cột 5", ["10 ngày làm việc", "05 ngày"], "processing_time"),
        ("Cột 5", ["Cấp tỉnh", "Cấp xã"], "executing_levels"),
        ("Căn cứ pháp lý kèm theo", [], "legal_bases"),
        ("Tên lĩnh vực theo công bố", ["Hội"], "field"),
        ("Cột 5", ["x", "x"], None),
        ("Cột 5", ["Nguyễn Thị Lan"], None),
    ],
)
def test_what_is_unknown_is_guessed_at_by_heading_and_by_content(heading, values, role):
    assert guess(heading, [value for value in values if value]) == role


def test_a_guess_says_that_it_is_one_and_nothing_is_read_by_it(tmp_path):
    path = tmp_path / "danh-muc.csv"
    path.write_text("Mã TTHC,Tên TTHC,Cột 5\n1.000001,Thành lập hội,Toàn trình\n", encoding="utf-8")
    content = read_catalogue(path)
    assert content.tables[0].columns[2].said == "Chưa đọc; đoán: Mức độ DVC trực tuyến"
    assert only(content).online_level is None


def test_a_role_is_named_by_its_word_or_its_label():
    assert role_named("online_level") == role_named("Mức độ DVC trực tuyến") == "online_level"
    assert role_named("Bỏ qua") == "skip"
    with pytest.raises(InputError, match="'mức lạ'"):
        role_named("mức lạ")
