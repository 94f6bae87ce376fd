"""A draft as a page shows it: its parts, what they are called, and that nothing is lost."""

from __future__ import annotations

from io import BytesIO

import docx
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH

from procedures.values.durations import ProcessingTime
from reports.decision_drafts import AnnexRow, DecisionDraft, draft_bytes
from reports.document_view import ViewParagraph, ViewTable, view_parts


def draft(*rows: AnnexRow) -> bytes:
    return draft_bytes(
        DecisionDraft(
            department="Sở Nội vụ tỉnh Hà Tĩnh",
            number="627/QĐ-BNV",
            agency="Bộ Nội vụ",
            signed_on=None,
            effective_on=None,
            due=None,
            by_law=False,
            rows=rows,
        )
    )


def test_the_draft_is_seen_by_its_parts() -> None:
    time = (ProcessingTime(amount=30, unit="working_day"),)
    parts = view_parts(
        draft(
            AnnexRow(role="new", code="1.013702", name="Thành lập <b>hội</b>", time=time),
            AnnexRow(role="repealed", code="1.999401", name="Giải thể hội"),
        )
    )
    assert [(part.title, part.anchor) for part in parts] == [
        ("Tờ trình", "to-trinh"),
        ("Quyết định", "quyet-dinh"),
        ("Phụ lục 1", "phu-luc-1"),
        ("Phụ lục 2", "phu-luc-2"),
    ]
    (table,) = [block for block in parts[2].blocks if isinstance(block, ViewTable)]
    assert not table.is_layout
    texts = [text for text, _ in table.rows[-1]]
    assert ("1.013702" in texts, "Thành lập <b>hội</b>" in texts, "30 ngày làm việc" in texts) == (True,) * 3
    head = parts[0].blocks[0]
    assert isinstance(head, ViewTable)
    assert head.is_layout
    headings = [each.text for each in parts[0].blocks if isinstance(each, ViewParagraph) and each.is_heading]
    assert headings[0] == "TỜ TRÌNH"
    assert not any("có hiệu lực" in text for text in headings), "a sentence is no heading"


def test_a_departments_own_template_may_have_other_parts() -> None:
    document = docx.Document()
    document.add_paragraph("Phiếu trình")
    document.add_section(WD_SECTION.NEW_PAGE)
    title = document.add_paragraph()
    title.add_run("Quyết định").bold = True
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    plain = document.add_paragraph()
    plain.add_run("một dòng").bold = False
    buffer = BytesIO()
    document.save(buffer)
    first, second = view_parts(buffer.getvalue())
    assert (first.title, first.anchor, first.blocks) == (None, "", (ViewParagraph("Phiếu trình"),))
    assert second.title == "Quyết định"
    assert second.blocks == (ViewParagraph("Quyết định", True, True), ViewParagraph("một dòng"))
