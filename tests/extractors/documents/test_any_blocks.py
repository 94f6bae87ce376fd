"""Whatever lines and tables a file gives, reading them ends in documents, or in words that refuse it."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.bounded_reader import FileRefused
from extractors.documents.blocks import Cell, DocumentContent, RunningLine, TableRow
from extractors.documents.decision_reader import documents_of
from procedures.office.documents import Document, PartKind

WORDS = (
    "", " ", "1", "2.", "II\nI", "A", "(1)", "STT", "TT", "Mã TTHC", "1.013703", "1.0137\n03", "x",
    "Tên thủ tục hành chính", "Tên TTHC được thay thế", "Thời hạn giải quyết", "Theo quy định",
    "Sau cắt giảm",
    "05 ngày làm việc", "Lĩnh vực", "Lĩnh vực Hội (02 thủ tục)", "CẤP TỈNH", "Thành lập hội", "Bãi bỏ",
    "Tổng cộng", "Ghi chú: không", "Tên VBQPPL quy định việc bãi bỏ", "PHỤ LỤC I", "NỘI DUNG CỤ THỂ",
    "PHẦN II: DANH MỤC THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ (01 thủ tục)", "DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "QUYẾT ĐỊNH", "Về việc công bố thủ tục hành chính",
    "Số: 12/QĐ-UBND", "Hà Tĩnh, ngày 31 tháng 02 năm 2025", "Nơi nhận:", "Căn cứ Luật;", "Số 3 tại Phụ lục",
    "(Kèm theo Quyết định số 13/QĐ-UBND ngày 01/7/2025 của Chủ tịch UBND tỉnh)",
    "Điều 1. Công bố 03 thủ tục hành chính mới ban hành.", "Điều 2. Quyết định này có hiệu lực từ ngày ký.",
)  # fmt: skip
TEXT = st.sampled_from(WORDS) | st.text(max_size=30)
PAGE = st.integers(1, 4)
LINE = st.builds(RunningLine, TEXT, PAGE)


@st.composite
def tables(draw):
    number, page = draw(st.integers(1, 6)), draw(PAGE)
    rows = []
    for _ in range(draw(st.integers(1, 6))):
        column, cells = 0, []
        for _ in range(draw(st.integers(1, 6))):
            span = draw(st.integers(1, 3))
            cells.append(Cell(draw(TEXT), column, span, draw(st.integers(1, 3)), draw(st.booleans())))
            column += span
        rows.append(TableRow(tuple(cells), number, page))
    return rows


@given(st.lists(st.one_of(LINE.map(lambda line: [line]), tables()), max_size=25), st.booleans())
@settings(max_examples=120, deadline=None, derandomize=True)
def test_any_lines_and_tables_make_documents_or_are_refused(groups, paged):
    blocks = tuple(block for group in groups for block in group)
    try:
        documents = documents_of(DocumentContent(blocks, 4, paged=paged))
    except FileRefused as refused:
        assert "\n" not in str(refused)
        return
    assert documents
    for document in documents:
        assert Document.from_json(json.loads(json.dumps(document.to_json()))) == document
        assert document.parts or document.held
        assert all("\n" not in remark.text for remark in document.remarks)
        for part in document.parts:
            assert part.rows
            assert all(row.row == at for at, row in enumerate(part.rows, start=1))
            if "BÃI BỎ" in part.title and "MỚI" not in part.title:
                assert part.kind in (PartKind.REPEALED, None)
