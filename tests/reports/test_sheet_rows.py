"""Rows written whole are, byte by byte, those that XlsxWriter writes cell by cell."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from reports.sheet_rows import SheetRows, date_cell, empty_cell, number_cell, style_of, text_cells

OPTIONS = {"constant_memory": True}
TEXTS = (
    "Thủ tục",
    "",
    "a & b < c > d",
    'nói "thế"',
    " đầu",
    "cuối ",
    "hai\ndòng",
    "cuối dòng\n",
    "\tthụt",
    "_x0041_",
    "_x00e9_ _xyz_",
    "=1+1",
    "http://x.vn",
    "007",
    "😀",
    "ngắt\xa0dòng",
    "x" * 32_767,
)
NUMBERS = (0, -1, 1234, 0.5, 1 / 3, 1e21, 10**15, 123_456_789_012_345, 0.1 + 0.2, -2.5e-7)
DAYS = (date(1900, 3, 1), date(2026, 2, 5), date(9999, 12, 31))


def by_cells(path: Path) -> None:
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        frame, numbers, day = (book.add_format({"num_format": code}) for code in ("@", "#,##0", "dd/mm/yyyy"))
        sheet = book.add_worksheet("Bảng")
        sheet.write_string(0, 0, "Mã", frame)
        sheet.set_row(2, 30)
        for line, (text, number) in enumerate(zip(TEXTS, NUMBERS * 2, strict=False), start=1):
            sheet.write_string(line, 0, text, frame)
            sheet.write_number(line, 1, number, numbers)
            sheet.write_datetime(line, 2, datetime.combine(DAYS[line % 3], time()), day)
            sheet.write_blank(line, 3, None, frame)
        sheet.write_string(len(TEXTS) + 1, 0, "Hết", frame)
        sheet.autofilter(0, 0, len(TEXTS), 3)


def by_rows(path: Path) -> None:
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        formats = [book.add_format({"num_format": code}) for code in ("@", "#,##0", "dd/mm/yyyy")]
        sheet = book.add_worksheet("Bảng")
        sheet.write_string(0, 0, "Mã", formats[0])
        frame, numbers, day = map(style_of, formats)
        cells = (
            text_cells(frame, TEXTS),
            [number_cell(numbers, number) for number, _ in zip(NUMBERS * 2, TEXTS, strict=False)],
            [date_cell(day, DAYS[line % 3]) for line, _ in enumerate(TEXTS, start=1)],
            [empty_cell(frame)] * len(TEXTS),
        )
        heights = [30 if line == 2 else None for line, _ in enumerate(TEXTS, start=1)]
        with SheetRows(sheet, columns=4, first=1) as rows:
            for first, end in ((0, 3), (3, 3), (3, len(TEXTS))):
                rows.write([column[first:end] for column in cells], heights[first:end])
        sheet.write_string(rows.next, 0, "Hết", formats[0])
        sheet.autofilter(0, 0, len(TEXTS), 3)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"}


def test_a_row_written_whole_is_the_row_that_xlsxwriter_writes_cell_by_cell(tmp_path: Path) -> None:
    by_cells(tmp_path / "a.xlsx")
    by_rows(tmp_path / "b.xlsx")
    assert parts(tmp_path / "a.xlsx") == parts(tmp_path / "b.xlsx")


@pytest.mark.parametrize("engine", ("openpyxl", "calamine"))
def test_programs_read_the_texts_that_were_written(tmp_path: Path, engine: str) -> None:
    by_rows(tmp_path / "a.xlsx")
    read = pd.read_excel(tmp_path / "a.xlsx", header=None, skiprows=1, engine=engine, keep_default_na=False)
    as_written = [(text, cell) for text, cell in zip(TEXTS, read[0], strict=False) if "_x" not in text]
    assert all(text == cell for text, cell in as_written), "escapes like _x0041_ are read differently"
    assert read[0].iloc[-1] == "Hết"


def test_a_text_like_the_marks_of_a_styled_one_stays_a_text(tmp_path: Path) -> None:
    """XlsxWriter takes it for its own marks, and the file for broken."""
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx"), OPTIONS) as book:
        with SheetRows(book.add_worksheet("Bảng"), columns=1, first=0) as rows:
            rows.write([text_cells("", ["<r>A & B</r>"])], [None])
    assert openpyxl.load_workbook(tmp_path / "a.xlsx")["Bảng"]["A1"].value == "<r>A & B</r>"
