"""Parts of the built-in Word templates, in the form of administrative papers (decree 30/2020/NĐ-CP).

A4, Times New Roman 13 to 14, left margin 30 mm; page numbers in the middle above, from the second page on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

FONT = "Times New Roman"
CENTRE, LEFT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY

Heading = tuple[str, float]
"""A table column: its heading and its width in centimetres."""


class Paper:
    """A template in the making; texts may hold docxtpl tags, one run each."""

    def __init__(self, *, landscape: bool = False) -> None:
        self.document: Any = Document()
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(14)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), FONT)
        style.paragraph_format.space_after = Pt(0)
        self._page(self.document.sections[0], landscape)

    def section(self, *, landscape: bool) -> None:
        """A new page, from which on the paper lies or stands."""
        self._page(self.document.add_section(WD_SECTION.NEW_PAGE), landscape)

    def head(self, above: str, office: str, symbol: str, *, place: str = "{{ noi }}", date: str = "") -> None:
        """The office to the left, the national heading to the right, number and date below."""
        table = self._plain_table((6.4, 10.0))
        left, right = table.rows[0].cells
        if above:
            self._line(left.paragraphs[0], above, size=13)
            self._line(left.add_paragraph(), office, size=13, bold=True)
        else:
            self._line(left.paragraphs[0], office, size=13, bold=True)
        self._rule(left, 2.2)
        self._line(right.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12.5, bold=True)
        self._line(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", size=13.5, bold=True)
        self._rule(right, 2.1)
        left, right = table.add_row().cells
        self._line(left.paragraphs[0], f"Số: {symbol}", size=13)
        self._line(right.paragraphs[0], f"{place}, {date or 'ngày … tháng … năm …'}", size=13.5, italic=True)

    def title(self, name: str, about: str = "", *, before: float = 14) -> None:
        """The paper's name and what it is about."""
        self.text(name, align=CENTRE, bold=True, before=before, indent=False)
        if about:
            self.text(about, align=CENTRE, bold=True, before=0, indent=False)
            self._rule(self.document, 6.3)

    def text(
        self,
        words: str,
        *,
        align: Any = BOTH,
        bold: bool = False,
        italic: bool = False,
        indent: bool = True,
        before: float = 6,
        size: float | None = None,
        keep: bool = False,
        lead: str = "",
    ) -> None:
        """A paragraph of the body; `lead` stands bold before it, `keep` holds it on the next one's page."""
        paragraph = self.document.add_paragraph()
        if lead:
            paragraph.add_run(lead).bold = True
        self._line(paragraph, words, size=size, bold=bold, italic=italic, align=align)
        form = paragraph.paragraph_format
        form.space_before = Pt(before)
        form.keep_with_next = keep
        if indent:
            form.first_line_indent = Cm(1.27)

    def tag(self, words: str) -> None:
        """A docxtpl tag of its own paragraph, which leaves no trace."""
        self.text(words, indent=False, before=0, size=2)

    def table(
        self,
        columns: Sequence[Heading],
        each: str,
        cells: Sequence[str],
        *,
        size: float = 12,
        title: str | None = None,
        last: Sequence[str] | None = None,
        first_left: bool = False,
        numbers: bool = False,
    ) -> None:
        """A table with a row for each of `each` ("x in rows"); rows with a `title` head a group.

        `last` is a row below all others. The first column is centred unless `first_left`, the others are
        where they hold `numbers`.
        """
        table = self.document.add_table(rows=1, cols=len(columns))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for cell, (heading, _) in zip(table.rows[0].cells, columns, strict=True):
            self._line(cell.paragraphs[0], heading, size=size, bold=True)
        self._repeat(table.rows[0])
        self._tag_row(table, f"{{%tr for {each} %}}", len(columns))
        if title is not None:
            self._tag_row(table, f"{{%tr if {title} %}}", len(columns))
            row = table.add_row()
            merged = row.cells[0].merge(row.cells[-1])
            self._line(merged.paragraphs[0], f"{{{{ {title} }}}}", size=size, bold=True, align=LEFT)
            merged.paragraphs[0].paragraph_format.keep_with_next = True
            self._whole(row)
            self._tag_row(table, "{%tr else %}", len(columns))
        places = (LEFT if first_left else CENTRE, CENTRE if numbers else LEFT)
        self._fill(table, cells, size, places)
        if title is not None:
            self._tag_row(table, "{%tr endif %}", len(columns))
        self._tag_row(table, "{%tr endfor %}", len(columns))
        if last is not None:
            self._fill(table, last, size, places, bold=True)
        for row in table.rows:
            for cell, (_, width) in zip(row.cells, columns, strict=True):
                if len({id(each._tc) for each in row.cells}) > 1:
                    cell.width = Cm(width)
        for column, (_, width) in zip(table.columns, columns, strict=True):
            column.width = Cm(width)

    def signed(self, recipients: Sequence[str], authority: Sequence[str], name: str = "…") -> None:
        """Recipients to the left, the signature to the right."""
        self.text("", indent=False, before=4, size=6, keep=True)
        table = self._plain_table((8.2, 8.2))
        left, right = table.rows[0].cells
        self._line(left.paragraphs[0], "Nơi nhận:", size=12, bold=True, italic=True, align=LEFT)
        for each in recipients:
            self._line(left.add_paragraph(), each, size=11, align=LEFT)
        for at, each in enumerate(authority):
            paragraph = right.paragraphs[0] if at == 0 else right.add_paragraph()
            self._line(paragraph, each, size=14, bold=True)
        for _ in range(4):
            right.add_paragraph()
        self._line(right.add_paragraph(), name, size=14, bold=True)
        self._whole(table.rows[0])

    def _fill(
        self, table: Any, cells: Sequence[str], size: float, places: tuple[Any, Any], *, bold: bool = False
    ) -> None:
        row = table.add_row()
        for at, (cell, words) in enumerate(zip(row.cells, cells, strict=True)):
            self._line(cell.paragraphs[0], words, size=size, bold=bold, align=places[min(at, 1)])

    def _tag_row(self, table: Any, words: str, columns: int) -> None:
        row = table.add_row()
        row.cells[0].merge(row.cells[columns - 1])
        self._line(row.cells[0].paragraphs[0], words, size=2)

    def _plain_table(self, widths: Sequence[float]) -> Any:
        table = self.document.add_table(rows=1, cols=len(widths))
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for cell, width in zip(table.rows[0].cells, widths, strict=True):
            cell.width = Cm(width)
        return table

    def _rule(self, where: Any, margin: float) -> None:
        """A thin line below a heading, shorter than its cell or page by `margin` centimetres at each side."""
        paragraph = where.add_paragraph()
        form = paragraph.paragraph_format
        form.left_indent = form.right_indent = Cm(margin)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(4)
        borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
        for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
            top.set(qn(f"w:{key}"), value)
        borders.append(top)
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )

    def _line(
        self,
        paragraph: Any,
        words: str,
        *,
        size: float | None = None,
        bold: bool = False,
        italic: bool = False,
        align: Any = CENTRE,
    ) -> None:
        run = paragraph.add_run(words)
        run.bold, run.italic = bold, italic
        if size is not None:
            run.font.size = Pt(size)
        paragraph.alignment = align

    def _page(self, section: Any, landscape: bool) -> None:
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Cm(29.7), Cm(21)) if landscape else (Cm(21), Cm(29.7))
        section.top_margin = section.bottom_margin = Cm(2)
        section.left_margin, section.right_margin = (Cm(2), Cm(1.5)) if landscape else (Cm(3), Cm(1.6))
        section.header_distance = Cm(1)
        section.different_first_page_header_footer = True
        section.header.is_linked_to_previous = False
        paragraph = section.header.paragraphs[0]
        if not paragraph.runs:
            self._number(paragraph)
        kind = OxmlElement("w:pgNumType")
        kind.set(qn("w:start"), "1")
        section._sectPr.append(kind)

    def _number(self, paragraph: Any) -> None:
        paragraph.alignment = CENTRE
        run = paragraph.add_run()
        run.font.size = Pt(13)
        for sort, text in (("begin", None), (None, "PAGE"), ("end", None)):
            if sort is None:
                part = OxmlElement("w:instrText")
                part.text = text
            else:
                part = OxmlElement("w:fldChar")
                part.set(qn("w:fldCharType"), sort)
            run._r.append(part)

    @staticmethod
    def _repeat(row: Any) -> None:
        """The row stands at the top of every page that the table is on."""
        properties = row._tr.get_or_add_trPr()
        for name in ("w:cantSplit", "w:tblHeader"):
            properties.append(OxmlElement(name))

    @staticmethod
    def _whole(row: Any) -> None:
        """The row is not parted by a page's end."""
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
