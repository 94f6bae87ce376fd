"""Bytes into rows: by content, in any encoding, and within bounds whatever the file holds."""

import io
import tracemalloc
import zipfile
from unicodedata import normalize

import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.workbooks.formats import xlsx_limits
from extractors.workbooks.formats.encodings import decode, legacy_font
from extractors.workbooks.formats.tables import read_tables
from extractors.workbooks.formats.xlsx_errors import UNCOMPUTED
from procedures.errors import WorkbookError

TEXT = "Mã TTHC,Tên thủ tục hành chính\n1.000001,Thủ tục xét tặng danh hiệu của Ủy ban\n"
ROWS = [["Mã TTHC", "Tên thủ tục hành chính"], ["1.000001", "Thủ tục xét tặng danh hiệu của Ủy ban"]]


def xlsx(*rows):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return data.getvalue()


def with_sheet(xml):
    """A workbook whose first sheet is the given XML."""
    source, target = io.BytesIO(xlsx(["x"])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            is_sheet = info.filename == "xl/worksheets/sheet1.xml"
            new.writestr(info.filename, xml if is_sheet else old.read(info))
    return target.getvalue()


def sheet_xml(rows, tail=""):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData>{tail}</worksheet>'


def text_cell(reference, text):
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


@pytest.fixture
def table(tmp_path):
    def read(data, name="danh-muc.xlsx"):
        path = tmp_path / name
        path.write_bytes(data)
        [sheet] = read_tables(path)
        return sheet

    return read


# by content


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.csv", "a"])
def test_a_wrong_extension_is_read_by_its_content(table, name):
    workbook = xlwt.Workbook()
    workbook.add_sheet("A").write(0, 0, "Tên")
    old = io.BytesIO()
    workbook.save(old)
    assert table(xlsx(["Tên"]), name).rows == [["Tên"]]
    assert table(old.getvalue(), name).rows == [["Tên"]]
    assert table(b"T\xc3\xaan\n", name).rows == [["Tên"]]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "rỗng"),
        (b" \r\n", "rỗng"),
        (b"PK\x03\x04 and nothing more", "không phải bảng tính"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "hỏng"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "trang web"),
        (b"%PDF-1.7 ...", "không phải bảng tính"),
        (bytes(range(256)) * 8, "không phải bảng tính"),
    ],
)
def test_what_is_no_workbook_is_refused_in_one_line_with_its_name(table, data, word):
    with pytest.raises(WorkbookError) as refused:
        table(data)
    assert str(refused.value).startswith("danh-muc.xlsx: ")
    assert word in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(WorkbookError, match=r"khong-co.xlsx: không có tệp này"):
        read_tables(tmp_path / "khong-co.xlsx")


def test_a_folder_is_no_workbook(tmp_path):
    with pytest.raises(WorkbookError, match="không mở được"):
        read_tables(tmp_path)


# Written once: a workbook carries the time of its writing, and its length moves with the clock.
WHOLE = xlsx(*ROWS, [1.5, True, "=1+1"])


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_workbook_gives_rows_or_one_line(tmp_path_factory, data):
    whole = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("hong") / "hong.xlsx"
    path.write_bytes(whole[: data.draw(st.integers(1, len(whole)))])
    try:
        assert read_tables(path)
    except WorkbookError as error:
        assert "\n" not in str(error)


# encodings of CSV


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_csv_is_read_in_any_unicode_encoding(table, encoding):
    assert table(TEXT.encode(encoding), "a.csv").rows == ROWS


def test_csv_is_read_in_windows_1258(table):
    # The code page writes most tones as marks of their own after the letter.
    letters = {"ủ": "ủ", "ụ": "ụ", "ế": "ế", "ặ": "ặ", "ệ": "ệ", "Ủ": "Ủ", "ã": "ã", "í": "í"}
    data = b"".join(_windows_1258(letters.get(sign, sign)) for sign in normalize("NFC", TEXT))
    assert table(data, "a.csv").rows == ROWS


def _windows_1258(text):
    try:
        return text.encode("cp1258")
    except UnicodeEncodeError:
        base, *marks = normalize("NFD", text)
        for split in range(len(marks), -1, -1):
            stem = normalize("NFC", base + "".join(marks[:split]))
            try:
                return stem.encode("cp1258") + "".join(marks[split:]).encode("cp1258")
            except UnicodeEncodeError:
                continue
        tone = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
        shape = [mark for mark in marks if mark not in tone]
        return normalize("NFC", base + "".join(shape)).encode("cp1258") + "".join(tone).encode("cp1258")


TCVN3 = "M· TTHC,Tªn thñ tôc hµnh chÝnh\n1.000001,Thñ tôc xÐt tÆng danh hiÖu cña ñy ban nh©n d©n\n"
VNI = (
    "Maõ TTHC,Teân thuû tuïc haønh chính\n1.000001,Thuû tuïc xeùt taëng danh hieäu cuûa uûy ban nhaân daân\n"
)


@pytest.mark.parametrize(("text", "font"), [(TCVN3, "TCVN3"), (VNI, "VNI")])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-16"])
def test_text_typed_for_a_legacy_font_is_refused_by_name(table, text, font, encoding):
    with pytest.raises(WorkbookError, match=f"a.csv: .*{font}.*Unicode"):
        table(text.encode(encoding), "a.csv")


def test_a_legacy_font_is_recognised_inside_a_workbook_too(table):
    with pytest.raises(WorkbookError, match="TCVN3"):
        table(xlsx(*[line.split(",") for line in TCVN3.splitlines()]))


def test_real_vietnamese_is_never_taken_for_a_legacy_font():
    text = "Öffentlich, “nhà” «trích» 20 µg, ½ ngày, Đắk Lắk ® © hoà thuỷ quý ỷ"
    assert legacy_font([TEXT, text]) is None
    assert decode(text.encode()) == text


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_the_delimiter_is_found(table, sign):
    lines = [f'"Mã"{sign}"Tên"', f'1.000001{sign}"Cấp, đổi; cấp lại\tthẻ"', f'1.000002{sign}"Một, hai"']
    assert table("\r\n".join(lines).encode(), "a.csv").rows == [
        ["Mã", "Tên"],
        ["1.000001", "Cấp, đổi; cấp lại\tthẻ"],
        ["1.000002", "Một, hai"],
    ]


def test_commas_in_names_and_short_section_rows_hide_no_delimiter(table):
    lines = ["TT;Mã TTHC;Tên;Phí, lệ phí", "I;Lĩnh vực: Hội, quỹ", "1;1,012301;Chia, tách;Không"]
    lines += ["II;Lĩnh vực: Văn thư, lưu trữ", "2;1,012302;Cấp, cấp lại;Không", "Ghi chú: a, b"]
    rows = table("\n".join(lines).encode(), "a.csv").rows
    assert rows[2] == ["1", "1,012301", "Chia, tách", "Không"]


def test_a_quotation_mark_that_is_never_closed_swallows_no_rows_in_silence(table):
    with pytest.raises(WorkbookError, match=r"danh-muc.csv, dòng 2: dấu ngoặc kép mở mà không đóng"):
        table(('Mã TTHC,Tên\n1.000001,"Một\n1.000002,Hai\n').encode(), "danh-muc.csv")


def test_excels_own_line_about_the_delimiter_is_obeyed(table):
    assert table(b"sep=|\r\nA|B,C\r\n", "a.csv").rows == [["A", "B,C"]]


# what cells hold


def test_formulas_give_their_values_and_text_stays_text(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_formula(0, 0, "=1+2", None, 3)
        sheet.write_formula(0, 1, "='[khac.xlsx]Sheet1'!A1", None, "Hội")
        sheet.write_string(0, 2, "=1+2")
    [sheet] = read_tables(path)
    assert sheet.rows == [[3, "Hội", "=1+2"]]


def test_a_formula_that_gave_no_text_is_empty_and_one_without_a_value_is_told(table):
    cells = (
        text_cell("A1", "x")
        + '<c r="B1" t="str"><f>IF(1,"","x")</f><v></v></c><c r="C1" s="1"><f t="shared" si="0"/></c>'
        + '<c r="D1" t="e"><f>A1/0</f><v>#DIV/0!</v></c>'
    )
    assert table(with_sheet(sheet_xml(f'<row r="1">{cells}</row>'))).rows == [
        ["x", None, UNCOMPUTED, "#DIV/0!"]
    ]


def test_merged_cells_show_their_first_value(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.merge_range(0, 0, 0, 2, "ngang")
        sheet.merge_range(1, 0, 2, 0, "dọc")
        sheet.write(2, 1, "x")
    [sheet] = read_tables(path)
    assert [sheet.filled(0, column) for column in range(3)] == ["ngang"] * 3
    assert (sheet.filled(2, 0), sheet.cell(2, 0)) == ("dọc", None)
    assert sheet.continues(2, 0)
    assert not sheet.continues(0, 1)
    assert sheet.spans(0, 1)
    assert not sheet.spans(1, 0)


# bounds


def test_a_million_empty_rows_cost_little(table):
    empty = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(2, 1_048_577))
    data = with_sheet(
        sheet_xml(
            f'<row r="1">{text_cell("A1", "Tên")}</row>{empty}',
            '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>',
        )
    )
    del empty
    tracemalloc.start()
    sheet = table(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sheet.rows == [["Tên"]]
    assert sheet.merged == ((0, 0, 0, 1),)
    assert peak < 64 << 20


def test_a_stray_cell_in_the_last_row_is_left_behind(table):
    xml = sheet_xml(
        f'<row r="1">{text_cell("A1", "Tên")}</row><row r="1048576">{text_cell("XFD1048576", "lạc")}</row>'
    )
    assert table(with_sheet(xml)).rows == [["Tên"]]


def test_a_cell_that_strays_too_far_is_named(table):
    rows = "".join(f'<row r="{row}">{text_cell(f"XFD{row}", "x")}</row>' for row in (1, 900))
    with pytest.raises(WorkbookError, match=r"dòng 900, cột 16384"):
        table(with_sheet(sheet_xml(rows)))


def test_a_few_hundred_blank_rows_do_not_end_a_list(table):
    xml = sheet_xml(f'<row r="1">{text_cell("A1", "Tên")}</row><row r="900">{text_cell("A900", "Hội")}</row>')
    rows = table(with_sheet(xml)).rows
    assert (len(rows), rows[-1]) == (900, ["Hội"])


def test_a_zip_bomb_is_refused_unopened(table, monkeypatch):
    monkeypatch.setattr(xlsx_limits, "MAX_OTHER_BYTES", 1 << 20)
    bomb = io.BytesIO(xlsx(["Tên"]))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(8 << 20))
    assert len(bomb.getvalue()) < 32 << 10
    with pytest.raises(WorkbookError, match="giải nén quá lớn"):
        table(bomb.getvalue())


def test_a_bomb_inside_a_sheet_is_refused_while_it_is_streamed(table, monkeypatch):
    monkeypatch.setattr(xlsx_limits, "MAX_SHEET_BYTES", 4 << 20)
    with pytest.raises(WorkbookError, match="quá lớn"):
        table(with_sheet(sheet_xml(f'<row r="1">{text_cell("A1", "x" * (8 << 20))}</row>')))


def test_entities_in_a_sheet_are_not_expanded(table):
    laughs = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 20}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    xml = laughs + "]>" + sheet_xml(f'<row r="1">{text_cell("A1", "&i;")}</row>')
    with pytest.raises(WorkbookError, match="hỏng"):
        table(with_sheet(xml))


def test_a_file_beyond_the_limit_is_refused(table, monkeypatch):
    monkeypatch.setattr("extractors.workbooks.formats.tables.MAX_FILE_BYTES", 1 << 10)
    with pytest.raises(WorkbookError, match="lớn hơn"):
        table(bytes(2 << 10))
