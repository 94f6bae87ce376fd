"""What a person sees in a Word document is what is read of it."""

from __future__ import annotations

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

from extractors.documents.blocks import RunningLine, TableRow
from extractors.documents.decision_reader import documents_of
from extractors.documents.word.reader import read_docx
from tests.extractors.documents.drawing import saved

HEADINGS = ("STT", "Tên thủ tục hành chính", "Thời hạn giải quyết")


def table(document, *rows):
    drawn = document.add_table(0, len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, text in zip(drawn.add_row().cells, row, strict=True):
            cell.text = text
    return drawn


def read(document):
    return read_docx(saved(document))


def lines(content) -> list[str]:
    return [block.text for block in content.blocks if isinstance(block, RunningLine)]


def texts(content) -> list[list[str]]:
    return [[cell.text for cell in block.cells] for block in content.blocks if isinstance(block, TableRow)]


def numbered(paragraph, number: int, level: int = 0) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
    )


def lists(document, *levels: tuple[str, str]) -> int:
    """A list of its own with these forms and texts by level; its number."""
    numbering = document.part.numbering_part.element
    drawn = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    family = 900 + len(numbering)
    abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{family}">{drawn}</w:abstractNum>'
    numbering.insert(0, parse_xml(abstract))
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{family}"><w:abstractNumId w:val="{family}"/></w:num>')
    )
    return family


def test_numbers_that_word_makes_stand_in_their_cells():
    document = docx.Document()
    sections, rows = lists(document, ("upperRoman", "%1.")), lists(document, ("decimal", "%1"))
    drawn = table(document, HEADINGS, ("", "Lĩnh vực Hội", ""), ("", "Thành lập hội", "5 ngày"),
                  ("", "Đổi tên hội", "5 ngày"))  # fmt: skip
    drawn.rows[1].cells[1].merge(drawn.rows[1].cells[2])
    for row, number in ((1, sections), (2, rows), (3, rows)):
        numbered(drawn.rows[row].cells[0].paragraphs[0], number)
    content = read(document)
    assert [row[0].strip() for row in texts(content)[1:]] == ["I.", "1", "2"]
    [document] = documents_of(content)
    assert [(row.number, row.field) for row in document.rows] == [("1", "Hội"), ("2", "Hội")]


def test_lists_count_on_by_level_and_begin_again_below():
    document = docx.Document()
    number = lists(document, ("decimal", "Điều %1."), ("lowerLetter", "%2)"), ("decimalZero", "%1.%2.%3"))
    for text, level in (("một", 0), ("hai", 0), ("a", 1), ("b", 1), ("sâu", 2), ("ba", 0), ("lại a", 1)):
        numbered(document.add_paragraph(text), number, level)
    assert lines(read(document)) == [
        "Điều 1. một", "Điều 2. hai", "a) a", "b) b", "2.b.01 sâu", "Điều 3. ba",
        "a) lại a",
    ]  # fmt: skip


def test_deleted_text_and_rows_are_gone_and_inserted_text_is_there():
    document = docx.Document()
    paragraph = document.add_paragraph("Số: ")
    space = nsdecls("w")
    paragraph._p.append(parse_xml(f"<w:del {space}><w:r><w:delText>12</w:delText></w:r></w:del>"))
    paragraph._p.append(parse_xml(f"<w:ins {space}><w:r><w:t>14</w:t></w:r></w:ins>"))
    hidden = paragraph.add_run("99")
    hidden.font.hidden = True
    drawn = table(document, HEADINGS, ("1", "Thành lập hội", "5 ngày"), ("2", "Giải thể hội", "5 ngày"))
    drawn.rows[2]._tr.get_or_add_trPr().append(OxmlElement("w:del"))
    content = read(document)
    assert lines(content) == ["Số: 14"]
    assert [row[1] for row in texts(content)] == ["Tên thủ tục hành chính", "Thành lập hội"]


def test_content_controls_and_text_boxes_are_read_once():
    document = docx.Document()
    space = nsdecls("w")
    body = document.element.body
    body.insert(0, parse_xml(
        f"<w:sdt {space}><w:sdtContent><w:p><w:r><w:t>Số: 14/QĐ-UBND</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    ))  # fmt: skip
    box = "<w:txbxContent><w:p><w:r><w:t>Phụ lục I</w:t></w:r></w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    document.add_paragraph("")._p.append(parse_xml(
        f"<w:r {space} {mc}><mc:AlternateContent>"
        f"<mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    ))  # fmt: skip
    assert lines(read(document)) == ["Số: 14/QĐ-UBND", "Phụ lục I"]


def test_merged_cells_are_known_by_columns_and_rows():
    document = docx.Document()
    drawn = table(document, ("a", "b", "c"), ("d", "e", "f"), ("g", "h", "i"))
    drawn.cell(0, 1).merge(drawn.cell(0, 2)).text = "bc"
    drawn.cell(1, 0).merge(drawn.cell(2, 0)).text = "dg"
    rows = [block for block in read(document).blocks if isinstance(block, TableRow)]
    assert [[(cell.text, cell.column, cell.span, cell.rows) for cell in row.cells] for row in rows] == [
        [("a", 0, 1, 1), ("bc", 1, 2, 1)],
        [("dg", 0, 1, 2), ("e", 1, 1, 1), ("f", 2, 1, 1)],
        [("h", 1, 1, 1), ("i", 2, 1, 1)],
    ]


def test_pages_are_those_that_word_noted_and_none_where_it_noted_none():
    document = docx.Document()
    document.add_paragraph("một")
    plain = saved(document)
    assert read_docx(plain).pages is None
    run = document.add_paragraph("").add_run("hai")
    run._r.insert(0, OxmlElement("w:lastRenderedPageBreak"))
    document.add_page_break()
    run = document.add_paragraph("").add_run("ba")
    run._r.insert(0, OxmlElement("w:lastRenderedPageBreak"))
    content = read(document)
    assert content.pages == 3
    assert [(block.text, block.page) for block in content.blocks] == [("một", 1), ("hai", 2), ("ba", 3)]


def test_a_ticked_box_of_a_font_of_signs_is_a_tick():
    document = docx.Document()
    drawn = table(
        document, ("STT", "Tên thủ tục hành chính", "Toàn trình", "Một phần"), ("1", "Thành lập hội", "", "")
    )
    space = nsdecls("w")
    drawn.rows[1].cells[2].paragraphs[0]._p.append(
        parse_xml(f'<w:r {space}><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>')
    )
    [found] = documents_of(read(document))
    assert found.rows[0].online_level == "full"


def test_a_name_that_is_struck_through_is_read_and_held():
    document = docx.Document()
    drawn = table(document, HEADINGS, ("1", "", "5 ngày"))
    drawn.rows[1].cells[1].paragraphs[0].add_run("Thành lập hội").font.strike = True
    [found] = documents_of(read(document))
    assert found.rows[0].name == "Thành lập hội"
    assert any("gạch ngang" in remark.text for remark in found.remarks if remark.holds)


def test_a_line_broken_softly_within_a_cell_is_one_name():
    document = docx.Document()
    drawn = table(document, HEADINGS, ("1", "", "5 ngày"))
    run = drawn.rows[1].cells[1].paragraphs[0].add_run("Thành lập")
    run.add_break()
    run.add_text("hội")
    [found] = documents_of(read(document))
    assert found.rows[0].name == "Thành lập hội"
