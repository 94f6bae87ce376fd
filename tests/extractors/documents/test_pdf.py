"""Where a PDF's words, lines and cells stand, however its maker drew them."""

from __future__ import annotations

import io

import docx
import pypdf
import pypdfium2
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from pypdf.generic import NameObject, NumberObject

from extractors.documents.blocks import Cell, TableRow
from extractors.documents.decision_reader import documents_of
from extractors.documents.pdf.column_edges import unify_columns
from extractors.documents.pdf.glyphs import Glyph, RuledLine, read_page
from extractors.documents.pdf.grid import Region, find_grids
from extractors.documents.pdf.lines import VisualLine, paragraphs, visual_lines
from extractors.documents.pdf.reader import read_pdf
from tests.extractors.documents.drawing import (
    Decision,
    Procedure,
    Section,
    Table,
    head,
    landscape,
    office_makes,
    saved,
    word,
)
from tests.extractors.documents.rawpdf import page_of

NAME = "Cấp giấy chứng nhận lương y cho người nước ngoài, người gốc Việt Nam định cư ở nước ngoài"
BASIS = "Thông tư liên tịch số 17/1999/TTLT-BLĐTBXH-BTC-BTCCBCP ngày 21/7/1999 của liên Bộ"
HEADINGS = ("Mã TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Căn cứ pháp lý")
PLAIN = Decision(
    tables=(
        Table(
            ("PHỤ LỤC", "DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH"),
            HEADINGS,
            (
                Section("I", "Lĩnh vực Y tế"),
                Procedure(
                    NAME,
                    "1.014111",
                    {"Thời hạn giải quyết": "07 ngày làm việc", "Căn cứ pháp lý": f"- {BASIS};\n- {BASIS}."},
                ),
                Procedure("Thu hồi giấy chứng nhận", "1.014113", {"Thời hạn giải quyết": "07 ngày làm việc"}),
            ),
        ),
    )
)


def oddly_drawn() -> bytes:
    """Words parted by wider letters, white boxes behind text, lines under words, cells in the middle."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(13)
    head(document, PLAIN)
    landscape(document)
    document.add_paragraph("DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH")
    drawn = document.add_table(0, 3, style="Table Grid")
    for text, cell in zip(
        ("STT", "Tên thủ tục hành chính", "Căn cứ pháp lý"), drawn.add_row().cells, strict=True
    ):
        cell.text = text
    number, name, basis = drawn.add_row().cells
    number.text = "1"
    number.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    _broken(name.paragraphs[0], NAME)
    name.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    run = basis.paragraphs[0].add_run(f"{BASIS}; {BASIS}")
    run.font.underline = True
    run._r.get_or_add_rPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="FFFFFF"/>'))
    return saved(document)


def _broken(paragraph, text: str) -> None:
    """After each letter with a mark of its own there is a little more room than within a word."""
    for letter in text:
        run = paragraph.add_run(letter)
        if ord(letter) > 0x1E00:
            space = f'<w:spacing {nsdecls("w")} w:val="30"/>'
            run._r.get_or_add_rPr().append(parse_xml(space))


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> dict[str, bytes]:
    files = {"plain": word(PLAIN), "odd": oddly_drawn()}
    return office_makes(files, "pdf", tmp_path_factory.mktemp("in"))


def turned(data: bytes, degrees: int, *, by_content: bool) -> bytes:
    """Every page turned: in its drawing alone, or in its drawing and back by how it is shown."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    for page in writer.pages:
        page.rotate(degrees)
        page.transfer_rotation_to_content()
        if not by_content:
            page[NameObject("/Rotate")] = NumberObject(-degrees % 360)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def rows_of(data: bytes) -> list[tuple[object, ...]]:
    [document] = documents_of(read_pdf(data))
    return [(row.code, row.name, row.field, row.legal_basis) for row in document.rows]


EXPECTED = [
    ("1.014111", NAME, "Y tế", f"- {BASIS};\n- {BASIS}."),
    ("1.014113", "Thu hồi giấy chứng nhận", "Y tế", None),
]


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("by_content", [True, False], ids=["as drawn", "turned back to be read"])
def test_a_page_reads_the_same_whichever_way_it_is_turned(printed, degrees, by_content):
    assert rows_of(turned(printed["plain"], degrees, by_content=by_content)) == EXPECTED


def test_words_parted_by_wide_letters_are_words(printed):
    assert rows_of(printed["odd"])[0][1] == NAME


def test_lines_under_words_and_white_boxes_part_no_cells(printed):
    rows = [block for block in read_pdf(printed["odd"]).blocks if isinstance(block, TableRow)]
    assert [len(row.cells) for row in rows] == [3, 3]
    assert rows_of(printed["odd"])[0][3] == f"{BASIS}; {BASIS}"


def test_what_rules_a_page_is_thin_or_stroked_and_seen():
    """Two black lines and the four sides of a stroked box; no white line, no shading, no dot, no curve."""
    content = (
        b"0 0 0 rg 10 700 200 0.5 re f 10 500 0.5 200 re f "
        b"1 1 1 rg 10 650 200 0.5 re f 0.9 0.9 0.9 rg 10 600 200 30 re f 0 0 0 rg 10 590 1 1 re f "
        b"0 0 0 RG 300 400 100 50 re S 300 300 m 320 350 380 350 400 300 c S 1 1 1 RG 300 200 m 400 200 l S"
    )
    [page] = pypdfium2.PdfDocument(page_of(content))
    drawing = read_page(page)
    assert [(round(rule.at), rule.start, rule.end) for rule in drawing.horizontal] == [
        (142, 10, 210),
        (442, 300, 400),
        (392, 300, 400),
    ]
    assert [(round(rule.at), rule.start, rule.end) for rule in drawing.vertical] == [
        (10, 142, 342),
        (400, 392, 442),
        (300, 392, 442),
    ]


# signs into lines


def signs(*runs: tuple[str, float]) -> list[Glyph]:
    """Signs of 10 points each 5 wide; each run begins after so much room."""
    glyphs, at = [], 0.0
    for text, room in runs:
        at += room
        for letter in text:
            glyphs.append(Glyph(letter, at, at + 5, 90, 100, 98, 10))
            at += 5
    return glyphs


def line(*runs: tuple[str, float]) -> str:
    [only] = visual_lines(signs(*runs))
    return only.text


def test_room_between_signs_is_a_blank_where_it_is_as_wide_as_the_lines_own_blanks():
    assert line(("gi", 0), ("ấy", 1.2), (" ", 0), ("phép", 0), (" ", 0), ("mới", 0)) == "giấy phép mới"
    assert line(("bị", 0), (" ", 0), ("bãi", 0), (" ", 0), ("bỏ", 0), ("hay", 5)) == "bị bãi bỏ hay"


def test_room_alone_parts_words_on_a_line_without_blanks():
    assert line(("bãi", 0), ("bỏ", 2.5)) == "bãi bỏ"
    assert line(("gi", 0), ("ấy", 1.2)) == "giấy"


def test_a_blank_in_the_text_that_takes_no_room_is_none():
    narrow = [Glyph(" ", 10, 10, 90, 100, 98, 10)]
    [only] = visual_lines([*signs(("gi", 0), ("ấy", 0)), *narrow])
    assert only.text == "giấy"


def test_a_line_ends_where_the_author_ended_it_and_not_where_the_column_did():
    lines = [
        VisualLine("- Không quá 10", 0, 70, 10, 10, 5),
        VisualLine("ngày làm việc.", 0, 66, 20, 10, 20),
        VisualLine("- Cấp xã", 0, 40, 30, 10, 5),
        VisualLine("số 9/TTLT-", 0, 75, 40, 10, 10),
        VisualLine("BLĐTBXH", 0, 40, 50, 10, 40),
    ]
    assert paragraphs(lines, 80) == "- Không quá 10 ngày làm việc.\n- Cấp xã\nsố 9/TTLT-BLĐTBXH"


# lines into cells


def test_cells_are_merged_where_no_line_parts_them():
    across = [RuledLine(0, 0, 90), RuledLine(20, 0, 90), RuledLine(40, 30, 90), RuledLine(60, 0, 90)]
    down = [RuledLine(0, 0, 60), RuledLine(30, 0, 60), RuledLine(60, 20, 60), RuledLine(90, 0, 60)]
    [grid] = find_grids(across, down)
    assert set(grid.regions) == {
        Region(0, 0, 1, 1),
        Region(0, 1, 1, 2),
        Region(1, 0, 2, 1),
        Region(1, 1, 1, 1),
        Region(1, 2, 1, 1),
        Region(2, 1, 1, 1),
        Region(2, 2, 1, 1),
    }


def test_a_table_left_open_at_the_end_of_a_page_is_closed_there():
    [grid] = find_grids(
        [RuledLine(0, 0, 60), RuledLine(20, 0, 60)],
        [RuledLine(0, 0, 50), RuledLine(30, 0, 50), RuledLine(60, 0, 50)],
    )
    assert grid.ys == (0, 20, 50)
    assert len(grid.regions) == 4


def test_pieces_of_a_table_on_two_pages_have_one_set_of_columns():
    wide = (
        TableRow((Cell("STT", 0, 2), Cell("Tên", 2)), 1, 1),
        TableRow((Cell("1", 0), Cell("1", 1), Cell("a", 2)), 1, 1),
    )
    narrow = TableRow((Cell("A", 0), Cell("b", 1)), 2, 2)
    blocks = unify_columns([*wide, narrow], {1: (10, 30, 50, 200), 2: (11, 51, 199)})
    assert [(cell.text, cell.column, cell.span) for cell in blocks[2].cells] == [("A", 0, 2), ("b", 2, 1)]
    apart = unify_columns([*wide, narrow], {1: (10, 30, 50, 200), 2: (60, 90, 199)})
    assert apart[2] == narrow


def test_a_frame_and_a_line_under_a_word_are_no_tables():
    frame = [RuledLine(0, 0, 60), RuledLine(80, 0, 60)], [RuledLine(0, 0, 80), RuledLine(60, 0, 80)]
    assert find_grids(*frame) == []
    assert find_grids([RuledLine(10, 5, 25)], []) == []
