"""The exported list and a division's sheet after people sorted, retyped and saved them in LibreOffice."""

from __future__ import annotations

import random
import subprocess
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from extractors.workbooks.catalogue import read_catalogue
from extractors.workbooks.filled_sheet import read_filled
from portals.sample_catalogue import write_sample_catalogue
from procedures.errors import WorkbookError
from procedures.model import Procedure
from procedures.workbook_layout.division_sheets import (
    ELIGIBILITY_SHEET,
    TASK_SHEET,
    SheetColumn,
    SheetKind,
    SheetRow,
    compare_sheet,
    procedure_texts,
    sheet_mark,
)
from reports.catalogue_export import write_catalogue
from reports.sheets import write_sheet
from tests.machine import end_without, find_program

FORMATS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "xls": "xls:MS Excel 97"}


def saved(file: Path, folder: Path, suffix: str = "xlsx") -> Path:
    """The file as LibreOffice saves it."""
    program = find_program("soffice")
    if program is None:
        end_without("LibreOffice is missing on this machine")
    folder.mkdir()
    command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to"]
    subprocess.run(
        [*command, FORMATS[suffix], "--outdir", str(folder), str(file)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder / f"{file.stem}.{suffix}"


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Procedure]:
    """The sample list as it stands after an import."""
    file = write_sample_catalogue(tmp_path_factory.mktemp("sample") / "danh-muc.xlsx")
    return dict(read_catalogue(file).procedures)


@pytest.fixture
def exported(listed: dict[str, Procedure], tmp_path: Path) -> Path:
    file = tmp_path / "danh-muc.xlsx"
    write_catalogue(file, [(row, "code" if row.code else None, None) for row in listed.values()])
    return file


def said(procedures: dict[str, Procedure]) -> dict[str, Procedure]:
    return {key: replace(row, row=None) for key, row in procedures.items()}


@pytest.mark.parametrize("suffix", FORMATS)
def test_saved_again_the_list_says_the_same(
    exported: Path, listed: dict[str, Procedure], tmp_path: Path, suffix: str
) -> None:
    again = read_catalogue(saved(exported, tmp_path / "saved", suffix))
    assert said(dict(again.procedures)) == said(listed)
    as_written = read_catalogue(exported)
    assert [each.subject for each in again.problems] == [each.subject for each in as_written.problems]


def test_sorted_and_retyped_only_what_was_retyped_differs(
    exported: Path, listed: dict[str, Procedure], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(exported)
    sheet = book.active
    headings = [cell.value for cell in sheet[1]]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    random.Random(11).shuffle(rows)
    code, division = headings.index("Mã TTHC"), headings.index("Phòng chuyên môn")
    retyped = next(row for row in rows if row[code])
    retyped[division] = "Phòng Mới"
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    book.save(exported)
    again = said(dict(read_catalogue(saved(exported, tmp_path / "saved")).procedures))
    before = said(listed)
    assert again.keys() == before.keys()
    moved = [key for key in before if again[key] != before[key]]
    (key,) = moved
    assert again[key] == replace(before[key], division="Phòng Mới")


def test_an_error_in_a_divisions_sheet_empties_nothing_and_is_named(
    listed: dict[str, Procedure], tmp_path: Path
) -> None:
    standing = {key: procedure_texts(ELIGIBILITY_SHEET, row, None) for key, row in list(listed.items())[:2]}
    rows = [SheetRow(subject=key, texts=texts) for key, texts in standing.items()]
    file = tmp_path / "dieu-kien.xlsx"
    write_sheet(file, ELIGIBILITY_SHEET, rows, owner="H27", department="Sở Nội vụ", division="Phòng A")
    book = openpyxl.load_workbook(file)
    book.active["I6"] = "#REF!"
    book.save(file)
    with pytest.raises(WorkbookError, match=r"dieu-kien.xlsx, trang .*, dòng 6, cột 'Lộ trình': .*#REF!"):
        read_filled(file)


def test_a_divisions_sheet_comes_back_through_libreoffice(
    listed: dict[str, Procedure], tmp_path: Path
) -> None:
    standing = {key: procedure_texts(ELIGIBILITY_SHEET, row, None) for key, row in list(listed.items())[:20]}
    rows = [SheetRow(subject=key, texts=texts) for key, texts in standing.items()]
    file = tmp_path / "dieu-kien.xlsx"
    write_sheet(file, ELIGIBILITY_SHEET, rows, owner="H27", department="Sở Nội vụ", division="Phòng A")
    book = openpyxl.load_workbook(file)
    book.active["I6"] = "Quý I/2027"
    book.save(file)
    again = saved(file, tmp_path / "saved")
    kind, filled = read_filled(again)
    its = compare_sheet(kind, filled, standing)
    assert [(edit.attribute, edit.new) for edit in its.edits] == [("online_plan", "Quý I/2027")]
    assert its.touched == its.conflicts == its.refused == its.added == ()
    wanted = {column.heading: column.choices for column in ELIGIBILITY_SHEET.columns if column.choices}
    assert any("," in choice for choices in wanted.values() for choice in choices)
    for each in (file, again):
        assert offered(each) == wanted


def offered(file: Path) -> dict[str, tuple[str, ...]]:
    """What the drop-downs of a sheet offer, by the heading that they stand under."""
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    found = {}
    for rule in sheet.data_validations.dataValidation:
        name, cells = rule.formula1.lstrip("=").rsplit("!", 1)
        lists = book[name.strip("'$")]
        assert lists.sheet_state == "hidden"
        column = next(iter(rule.sqref.ranges)).min_col
        found[sheet.cell(4, column).value] = tuple(cell.value for (cell,) in lists[cells.replace("$", "")])
    return found


def test_choices_that_are_long_and_have_commas_are_offered_whole(tmp_path: Path) -> None:
    choices = tuple(f"Lý do {n}, nêu rõ, có căn cứ tại Điều {n}, Nghị định 224/2026/NĐ-CP" for n in range(12))
    column = SheetColumn("online_reason", "Lý do", 30, choices=choices)
    kind = SheetKind("eligibility", "Thử", (column,))
    write_sheet(tmp_path / "a.xlsx", kind, (), owner="H27", department="Sở Nội vụ", division="Phòng A")
    assert offered(tmp_path / "a.xlsx") == {"Lý do": choices}
    assert offered(saved(tmp_path / "a.xlsx", tmp_path / "saved")) == {"Lý do": choices}


def test_a_sheet_without_rows_is_known_by_its_mark(tmp_path: Path) -> None:
    file = tmp_path / "viec.xlsx"
    write_sheet(file, TASK_SHEET, (), owner="H27", department="Sở Nội vụ", division="Phòng A")
    assert read_filled(file) == (TASK_SHEET, ())
    book = openpyxl.load_workbook(file)
    sheet = book.active
    for column, text in zip("ABD", ("13/KH-SNV", "Việc đầu tiên", "30/11/2026"), strict=True):
        assert not sheet[f"{column}7"].protection.locked
        sheet[f"{column}7"] = text
    book.save(file)
    kind, (row,) = read_filled(saved(file, tmp_path / "saved"))
    assert (kind, row.key, row.has_damaged_key, row.place_of("deadline")) == (
        TASK_SHEET,
        None,
        False,
        "Điền!D7",
    )
    assert row.mark == sheet_mark(TASK_SHEET, "H27", "Phòng A")
