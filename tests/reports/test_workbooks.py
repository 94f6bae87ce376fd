"""Workbooks hold what they were given, whatever somebody wrote into a name, and nothing is lost or run."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from procedures.errors import WorkbookError
from procedures.model import Procedure
from reports.catalogue_export import write_catalogue
from reports.workbooks import CELL_LIMIT, CUT_MARK, Cell, Table, TableColumn, printable_text, write_workbook

AT = datetime.fromisoformat("2026-11-23T02:00:00+07:00")
COLUMNS = (
    TableColumn("Mã", 12),
    TableColumn("Tên", 40),
    TableColumn("Số", 10, "number"),
    TableColumn("Hạn", 12),
)


def table(rows: list[list[Cell]], **changes: object) -> Table:
    values = {"name": "Bảng", "title": "BẢNG", "columns": COLUMNS, "rows": rows, "plain": True}
    return Table(**(values | changes))  # type: ignore[arg-type]  # a test's own values


def written(path: Path, *tables: Table, sheet_rows: int = 1_048_576) -> openpyxl.Workbook:
    write_workbook(path, tables, title="T", author="Sở", created=AT, sheet_rows=sheet_rows)
    return openpyxl.load_workbook(path)


@pytest.mark.parametrize(
    "text",
    ("=1+1", '=HYPERLINK("http://x")', "+84", "-1", "@SUM(A1)", "http://x.vn", "{=A1}", "007"),
)
def test_what_people_wrote_is_text_and_never_a_formula_a_link_or_a_number(tmp_path: Path, text: str) -> None:
    sheet = written(tmp_path / "a.xlsx", table([[text, text, None, None]]))["Bảng"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == (text, "s")
    assert sheet["A2"].hyperlink is None
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_values_that_are_equal_and_no_text_keep_their_own_cells(tmp_path: Path) -> None:
    day = date(2026, 2, 5)
    old, day = date(1899, 1, 1), date(2026, 2, 5)
    values: list[Cell] = [1, True, 1.0, 0, False, None, "1", 1.5, day, "", old, float("nan"), "1"]
    sheet = written(tmp_path / "a.xlsx", table([[value, value, value, None] for value in values]))["Bảng"]
    shown = [1, "Có", 1, 0, "Không", None, "1", 1.5, datetime(2026, 2, 5), "", "01/01/1899", "…", "1"]
    for column in "ABC":
        cells = [cell.value for cell in sheet[column][1:]]
        assert [(type(cell), cell) for cell in cells] == [(type(cell), cell) for cell in shown]


@pytest.mark.parametrize("rows", (0, 1, 7, 8, 9, 16, 17))
def test_a_sheet_that_is_full_goes_on_and_loses_no_row(tmp_path: Path, rows: int) -> None:
    book = written(tmp_path / "a.xlsx", table([[str(n), None, n, None] for n in range(rows)]), sheet_rows=9)
    found = [row[2] for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [number for number in found if number is not None] == list(range(rows))


def test_signs_that_excel_refuses_are_taken_out(tmp_path: Path) -> None:
    hostile = "Thủ\x00 tục\x0b \ud800hủy\x1b\r\nbỏ\ufffe"
    sheet = written(tmp_path / "a.xlsx", table([["1", hostile, None, None]]))["Bảng"]
    assert sheet["B2"].value == "Thủ tục hủy\nbỏ"


@pytest.mark.parametrize("long", ("ạ" * 40_000, "😀" * 17_000, "a" * 32_766 + "😀"))
def test_a_text_too_long_for_a_cell_is_cut_with_a_mark(long: str) -> None:
    cut = printable_text(long)
    assert cut.endswith(CUT_MARK)
    assert len(cut.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert long.startswith(cut.removesuffix(CUT_MARK))


def test_a_text_that_just_fits_stays_whole(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", table([["1", "ạ" * CELL_LIMIT, None, None]]))["Bảng"]
    assert sheet["B2"].value == "ạ" * CELL_LIMIT


def test_dates_and_numbers_are_what_they_are(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["1", "tên", 1234, date(2026, 2, 5)],
        ["2", None, 0.5, date(1888, 1, 2)],
        ["3", "x", float("nan"), None],
    ]
    sheet = written(tmp_path / "a.xlsx", table(rows))["Bảng"]
    assert (sheet["C2"].value, sheet["D2"].value) == (1234, datetime(2026, 2, 5))
    assert (sheet["D2"].number_format, sheet["D2"].is_date) == ("dd/mm/yyyy", True)
    assert (sheet["B3"].value, sheet["C3"].value, sheet["D3"].value) == (None, 0.5, "02/01/1888")
    assert sheet["C4"].value == "…"


def test_a_sheet_is_ready_to_be_filtered_and_printed(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", table([["1", "tên", 1, None]] * 3))["Bảng"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:D4")
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.column_dimensions["B"].width == pytest.approx(40, abs=1)


def test_rows_beyond_a_sheet_go_on_in_the_next_and_both_say_so(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [[str(n), "tên", n, None] for n in range(25)]
    book = written(tmp_path / "a.xlsx", table(rows), sheet_rows=11)
    assert book.sheetnames == ["Bảng", "Bảng (2)", "Bảng (3)"]
    assert book["Bảng"]["A11"].value == "Còn tiếp ở trang tính “Bảng (2)”"
    assert "tiếp theo, phần 2" in book["Bảng (2)"].oddHeader.center.text
    kept = [
        row[2] for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True) if row[2] is not None
    ]
    assert kept == list(range(25))


@pytest.mark.parametrize(("number", "sheets"), ((10, 1), (11, 2), (0, 1)))
def test_a_sheet_that_is_just_full_makes_no_empty_second(tmp_path: Path, number: int, sheets: int) -> None:
    book = written(tmp_path / "a.xlsx", table([["1", "tên", 1, None]] * number), sheet_rows=11)
    assert len(book.sheetnames) == sheets


def test_names_of_sheets_are_what_excel_takes(tmp_path: Path) -> None:
    long = "Không còn công khai trên Cổng: [nghi bãi bỏ]"
    book = written(tmp_path / "a.xlsx", table([], name=long), table([], name=long), table([], name="'?'"))
    assert len({name.casefold() for name in book.sheetnames}) == 3
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_the_same_values_give_the_same_bytes_and_no_draft_is_left(tmp_path: Path) -> None:
    for name in ("a", "b"):
        written(tmp_path / f"{name}.xlsx", table([["1", "tên", 1, date(2026, 2, 5)]]))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").mkdir()
    with pytest.raises(WorkbookError, match=r"a\.xlsx: không ghi được"):
        written(tmp_path / "a.xlsx", table([]))


def test_a_list_to_be_read_back_is_never_parted_nor_cut_short_without_a_word(tmp_path: Path) -> None:
    row = (Procedure(name="Thành lập hội"), None, None)
    with pytest.raises(WorkbookError, match=r"1\.048\.576 dòng, một trang tính chỉ chứa được 1\.048\.575"):
        write_catalogue(tmp_path / "a.xlsx", [row] * 1_048_576)
    assert list(tmp_path.iterdir()) == []
