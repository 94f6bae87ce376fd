"""Papers as they leave the office: what they print, on which paper, and what stays inside."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pypdfium2
import pypdfium2.raw
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table

from procedures.errors import SettingsError
from procedures.workbook_layout.division_sheets import SHEETS, SheetRow
from reports.administrative import write_administrative
from reports.decision_drafts import OPEN_CELLS, write_draft
from reports.discrepancies import COLUMNS, PRINT_CUT, PRINTED, write_discrepancies
from reports.office_papers import write_paper
from reports.print_pages import FONT_SIZE, LINE_HEIGHT, SMALLEST_PRINT, PrintPage, print_page, wrapped_lines
from reports.sheets import TITLE_ROWS, write_sheet
from reports.word_files import TEMPLATE_FILES, TEMPLATE_FOLDER
from tests.machine import end_without, find_program
from tests.papers import opened, paragraphs, words
from tests.reports.test_drafts import DRAFT
from tests.reports.test_office_papers import facts, report, rows

A4, A3 = 9, 8
LONG_NAME = "THỦ TỤC BÁO CÁO TỔ CHỨC ĐẠI HỘI THÀNH LẬP, ĐẠI HỘI NHIỆM KỲ, ĐẠI HỘI BẤT THƯỜNG CỦA HỘI"
FINDING = {
    **dict.fromkeys(COLUMNS),
    "finding_id": 7,
    "kind": "replaced_still_listed",
    "severity": "critical",
    "status": "open",
    "code": "1.999402",
    "name": LONG_NAME,
    "successor_code": "1.013703",
    "division": "Phòng A",
    "due_date": "2026-02-04",
    "case_id": "finding:0a",
}


def remarks(path: Path) -> list[str]:
    return [each.text for each in opened(path).comments]


def test_the_chairman_reads_no_internal_remark_and_those_who_prepare_the_draft_do(tmp_path: Path) -> None:
    write_draft(tmp_path / "a.docx", DRAFT)
    told = words(tmp_path / "a.docx")
    assert "phòng chuyên môn" not in told
    assert "hạn nội bộ" not in told.lower()
    assert remarks(tmp_path / "a.docx") == ["Hạn nội bộ của Sở: 04/07/2025.", OPEN_CELLS]
    anchors = opened(tmp_path / "a.docx").element.body.iter(qn("w:commentReference"))
    assert len(list(anchors)) == 2, "each comment hangs on words of the Tờ trình"


def test_a_date_that_the_law_sets_is_told_to_the_chairman(tmp_path: Path) -> None:
    write_draft(tmp_path / "a.docx", replace(DRAFT, by_law=True))
    assert "Hạn công bố của tỉnh: 04/07/2025 (theo Nghị định số 63/2010/NĐ-CP)." in " ".join(
        paragraphs(tmp_path / "a.docx")
    )
    assert remarks(tmp_path / "a.docx") == [OPEN_CELLS]


def test_a_remark_in_the_head_of_a_page_is_refused_as_word_has_none_there(tmp_path: Path) -> None:
    document = Document(str(TEMPLATE_FOLDER / TEMPLATE_FILES["decision"]))
    document.sections[0].header.paragraphs[0].add_run("{{ so | nhan_xet }}")
    document.save(str(tmp_path / TEMPLATE_FILES["decision"]))
    with pytest.raises(SettingsError, match="nhan_xet chỉ dùng được trong thân văn bản"):
        write_draft(tmp_path / "a.docx", DRAFT, tmp_path)
    assert not (tmp_path / "a.docx").exists()


@pytest.mark.parametrize("name", sorted(TEMPLATE_FILES.values()))
def test_no_row_of_a_table_breaks_across_pages(name: str) -> None:
    for table in Document(str(TEMPLATE_FOLDER / name)).tables:
        for row in table.rows:
            assert row._tr.xpath("./w:trPr/w:cantSplit"), [cell.text for cell in row.cells]


def annex_heads(path: Path) -> list[str]:
    """The titles that begin a page of their own."""
    return [
        each.text for each in opened(path).paragraphs if each.paragraph_format.page_break_before and each.text
    ]


def test_each_annex_begins_a_page(tmp_path: Path) -> None:
    write_draft(tmp_path / "a.docx", DRAFT)
    assert annex_heads(tmp_path / "a.docx") == ["Phụ lục 1", "Phụ lục 2", "Phụ lục 3"]


def after_the_signature(path: Path) -> list[str]:
    """The paragraphs, and the first heading of each table, below the signature."""
    found: list[str] | None = None
    for block in opened(path).iter_inner_content():
        text = block.rows[0].cells[0].text if isinstance(block, Table) else block.text
        if found is not None and text.strip():
            found.append(text)
        if text.startswith("Nơi nhận:"):
            found = []
    assert found is not None
    return found


def test_long_lists_of_the_report_follow_its_signature_and_are_named_before_it(tmp_path: Path) -> None:
    write_administrative(tmp_path / "a.docx", report(rows()))
    behind = after_the_signature(tmp_path / "a.docx")
    assert (
        [each for each in behind if each.startswith("Phụ lục")]
        == [
            "Phụ lục I",
            "Phụ lục II",
            "Phụ lục III",
        ]
        == annex_heads(tmp_path / "a.docx")
    )
    assert behind[1:4:2] == ["THAY ĐỔI THEO QUYẾT ĐỊNH CỦA BỘ", "Mã TTHC"]
    assert behind[5] == "TIẾN ĐỘ CÔNG BỐ THEO QUYẾT ĐỊNH CỦA BỘ"
    assert behind[9] == "THỦ TỤC CHƯA ĐẠT CHỈ SỐ THEO QUYẾT ĐỊNH 766/QĐ-TTg"
    told = paragraphs(tmp_path / "a.docx")
    assert "Danh sách thủ tục chưa đạt chỉ số tại Phụ lục III." in told


def test_a_report_without_lists_has_no_annex(tmp_path: Path) -> None:
    write_administrative(tmp_path / "a.docx", report(rows(), changes=(), decisions=(), indexes=()))
    assert after_the_signature(tmp_path / "a.docx") == []
    assert "Phụ lục" not in words(tmp_path / "a.docx")


def test_what_the_reminder_lists_is_its_annex(tmp_path: Path) -> None:
    write_paper(tmp_path / "a.docx", "reminder", facts())
    assert after_the_signature(tmp_path / "a.docx")[0] == "Phụ lục"
    assert "danh sách tại Phụ lục kèm theo" in words(tmp_path / "a.docx")
    write_paper(tmp_path / "b.docx", "reminder", facts(open_tasks=()))
    assert after_the_signature(tmp_path / "b.docx") == []


@pytest.mark.parametrize(
    ("widths", "page"),
    [
        ([60, 60, 40], PrintPage(A4, 1)),
        ([60, 60, 60, 50], PrintPage(A3, 1)),
        ([100, 100, 100], PrintPage(A3, 2)),
        ([20] * 60, PrintPage(A3, 6)),
    ],
)
def test_a_list_is_printed_on_the_smallest_paper_that_keeps_it_legible(
    widths: list[int], page: PrintPage
) -> None:
    assert print_page(widths) == page


def discrepancies(path: Path, **changes: object) -> openpyxl.Workbook:
    write_discrepancies(
        path,
        [{**FINDING, **changes}],
        department="Sở Nội vụ",
        as_of=datetime(2026, 2, 5, tzinfo=UTC),
        notes=(),
    )
    return openpyxl.load_workbook(path)


def test_findings_of_one_case_stand_together_in_the_workbook_under_one_name(tmp_path: Path) -> None:
    members = [
        {**FINDING, "finding_id": number, "case_id": case}
        for number, case in enumerate(("decision:627/QĐ-BNV", "finding:0a", "decision:627/QĐ-BNV", "codes:x"))
    ]
    write_discrepancies(
        tmp_path / "a.xlsx", members, department="Sở", as_of=datetime(2026, 2, 3, tzinfo=UTC), notes=()
    )
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Sai lệch"]
    heading, *lines = sheet.iter_rows(values_only=True)
    assert heading[-1] == "Nhóm việc"
    assert [(line[0], line[-1]) for line in lines] == [
        (0, "Quyết định 627/QĐ-BNV"),
        (2, "Quyết định 627/QĐ-BNV"),
        (1, None),
        (3, None),
    ]


def test_the_discrepancy_table_is_printed_on_a4_and_all_its_columns_on_a3(tmp_path: Path) -> None:
    book = discrepancies(tmp_path / "a.xlsx")
    assert book.sheetnames == ["Tổng hợp", "Sai lệch", "Bản in"]
    for name, paper, inches in (("Sai lệch", A3, 16.54), ("Bản in", A4, 11.69)):
        sheet = book[name]
        setup = sheet.page_setup
        assert (setup.orientation, int(setup.paperSize), setup.fitToHeight) == ("landscape", paper, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert setup.fitToWidth in (None, 1)
        width = sum(each.width * 7.4 for each in sheet.column_dimensions.values()) / 96
        room = inches - sheet.page_margins.left - sheet.page_margins.right
        size = sheet["A2"].font.size if name == "Sai lệch" else sheet["B5"].font.size
        assert size * min(1, room / width) >= SMALLEST_PRINT, name


def test_a_printed_finding_says_all_that_its_row_says(tmp_path: Path) -> None:
    *_, cells = discrepancies(tmp_path / "a.xlsx", catalogue_value=None)["Bản in"].values
    assert cells[:3] == (
        "7",
        "Đã được thay thế nhưng còn trong danh mục\nNghiêm trọng, mới",
        f"1.999402\n{LONG_NAME}\nMã thay thế: 1.013703",
    )
    assert cells[-1] == "Phòng A\nhạn 04/02/2026"


def test_a_text_that_paper_cannot_hold_is_cut_with_a_word_of_where_the_rest_is(tmp_path: Path) -> None:
    *_, cells = discrepancies(tmp_path / "a.xlsx", name="Tên rất dài " * 200)["Bản in"].values
    assert str(cells[2]).endswith(PRINT_CUT)
    assert wrapped_lines(str(cells[2]), PRINTED[2].width) <= 12


@pytest.mark.parametrize("name", sorted(SHEETS))
def test_a_divisions_sheet_is_as_high_as_its_names_and_printed_legibly(tmp_path: Path, name: str) -> None:
    kind = SHEETS[name]
    texts = {column.attribute: "" for column in kind.columns}
    named = next(column for column in kind.columns if column.locked and column.width >= 40)
    row = SheetRow(subject="1.012942", texts=texts | {named.attribute: LONG_NAME})
    write_sheet(tmp_path / "a.xlsx", kind, [row], owner="H27", department="Sở", division="Phòng A")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    lines = wrapped_lines(LONG_NAME, named.width)
    assert lines > 1
    assert sheet.row_dimensions[TITLE_ROWS + 2].height == lines * LINE_HEIGHT
    assert int(sheet.page_setup.paperSize) == A3
    assert sheet.page_setup.fitToWidth in (None, 1)
    assert sheet["A5"].font.size == FONT_SIZE


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [("", 10, 1), ("một hai", 10, 1), ("một hai ba", 8, 2), ("một\nhai", 10, 2), ("a" * 25, 10, 3),
     ("MỘT HAI", 8, 2), ("MỘT BỐN", 9, 2), ("MỘT  HAI", 10, 2), ("a" * 25 + " b", 10, 3), ("ĐĐĐĐĐ a", 9, 1),
     ("một Hai Ba Bốn", 7, 3), ("A" * 20, 7, 4), ("một ", 3, 2)],
)  # fmt: skip
def test_lines_break_between_words_and_capitals_take_more_room(text: str, width: int, lines: int) -> None:
    assert wrapped_lines(text, width) == lines


def printed(folder: Path, *files: Path) -> list[pypdfium2.PdfDocument]:
    """The files as LibreOffice prints them."""
    program = find_program("soffice") if find_program("lowriter") else None
    if program is None:
        end_without("LibreOffice is missing on this machine")
    command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(folder), *map(str, files)], check=True, capture_output=True, timeout=180
    )
    return [pypdfium2.PdfDocument(folder / f"{file.stem}.pdf") for file in files]


def test_libreoffice_prints_the_papers_so(tmp_path: Path) -> None:
    """Annexes on top of pages, no remark, and letters of 9 points on A4 (scaled by whole percents)."""
    write_draft(tmp_path / "draft.docx", DRAFT)
    discrepancies(tmp_path / "table.xlsx", national_value="Thủ tục thành lập hội")
    draft, table = printed(tmp_path, tmp_path / "draft.docx", tmp_path / "table.xlsx")
    pages = [page.get_textpage().get_text_range() for page in draft]
    annexes = [page.partition("Phụ lục") for page in pages if "Kèm theo Quyết định" in page]
    assert [after.split()[0] for _, _, after in annexes] == ["1", "2", "3"]
    assert all(not before.strip() or before.strip().isdigit() for before, _, _ in annexes), "page numbers"
    assert "phòng chuyên môn" not in " ".join(pages)
    sheet = table[len(table) - 1]
    assert [round(side) for side in sheet.get_size()] == [842, 595]
    letters = sheet.get_textpage()
    sizes = [pypdfium2.raw.FPDFText_GetFontSize(letters, at) for at in range(letters.count_chars())]
    assert min(size for size in sizes if size > 1) >= SMALLEST_PRINT - 0.05
