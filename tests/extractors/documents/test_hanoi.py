"""Real decisions of Hà Nội of 27/6/2025: every row of 963 against the list that people made of it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pypdf
import pytest

from extractors.documents import page_picture, read_decisions
from extractors.documents.blocks import Cell, DocumentContent, RunningLine, TableRow
from extractors.documents.decision_reader import documents_of
from procedures.errors import DocumentError
from procedures.office.documents import CitedDecision, Document, PartKind
from procedures.values.agencies import field_key
from procedures.values.text import matching_key, squeezed_key

GOLDEN = Path(__file__).parents[2] / "golden" / "hanoi"
KINDS = {"new": PartKind.NEW, "amended": PartKind.CHANGED, "repealed": PartKind.REPEALED}
LEVELS = {
    "Liên thông cơ quan trung ương": None,
    "Cấp tỉnh": {"province"},
    "Cấp xã": {"commune"},
    "Cấp huyện": {"district"},
}
CUT_IN_THE_LIST = {("11", "legal_basis"), ("12", "legal_basis"), ("13", "legal_basis"), ("14", "legal_basis"),
                   ("18", "legal_basis"), ("39", "legal_basis"), ("30", "method")}  # fmt: skip
"""Cells of the annex of new procedures of which the list has only the part after or before a page's end."""
SHIFTED_IN_THE_LIST = {"31", "32"}
"""Rows of that annex whose last columns the list has moved by one; the pages say what the test below says."""


def golden(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()


@pytest.fixture(scope="module")
def decision() -> Document:
    told: list[tuple[int, int]] = []
    [document] = read_decisions(golden("decision_963.pdf"), "963.pdf", lambda at, of: told.append((at, of)))
    assert told == [(page, 58) for page in range(1, 59)]
    return document


@pytest.fixture(scope="module")
def listed() -> dict[PartKind, list[dict[str, str]]]:
    with (GOLDEN / "decision_963.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {kind: [row for row in rows if row["kind"] == word] for word, kind in KINDS.items()}


def test_every_row_of_every_part_of_963_is_read_and_no_other(decision, listed):
    assert [(part.kind, len(part.rows)) for part in decision.parts] == [
        (PartKind.NEW, 41),
        (PartKind.CHANGED, 53),
        (PartKind.REPEALED, 19),
    ]
    for part in decision.parts:
        for row, line in zip(part.rows, listed[part.kind], strict=True):
            assert matching_key(row.name) == matching_key(line["name"])
            assert row.number == line["appendix_stt"]
            assert row.page == int(line["page"])
            assert row.code is None


def test_level_and_field_of_963_come_from_section_rows_and_columns(decision, listed):
    for part in decision.parts:
        for row, line in zip(part.rows, listed[part.kind], strict=True):
            assert row.executing_levels == LEVELS[line["level"]]
            assert field_key(row.field) == field_key(line["field"])


def cells(row) -> dict[str, str]:
    said = {cell.heading: cell.text for cell in row.cells}
    return {
        "time_limit": said.get("Thời hạn giải quyết", ""),
        "place": row.place or "",
        "method": said.get("Cách thức thực hiện", ""),
        "legal_basis": row.legal_basis or "",
        "previous_decision": next((said[each] for each in said if each.startswith("Quyết định đã")), ""),
    }


def test_the_other_cells_of_963_say_what_the_list_says(decision, listed):
    differ = Counter()
    for part in decision.parts:
        for row, line in zip(part.rows, listed[part.kind], strict=True):
            if part.kind is PartKind.NEW and row.number in SHIFTED_IN_THE_LIST:
                continue
            for column, text in cells(row).items():
                read, known = squeezed_key(text), squeezed_key(line[column])
                if part.kind is PartKind.NEW and (row.number, column) in CUT_IN_THE_LIST:
                    assert known in read
                    assert known != read
                else:
                    differ[column] += read != known
    assert sum(differ.values()) == 0, differ


def test_a_row_that_the_list_shifted_reads_as_its_page_says(decision):
    row = decision.parts[0].rows[30]
    assert row.number == "31"
    assert row.place == "Hội Chữ thập đỏ quản lý người bị tai nạn."
    assert cells(row)["time_limit"].startswith("- Trong thời hạn 10 ngày, kể từ ngày người bị tai nạn")
    assert cells(row)["method"].startswith("Nộp hồ sơ trực tiếp hoặc qua bưu điện tại Hội Chữ thập đỏ")
    assert row.legal_basis.startswith(
        "- Thông tư liên tịch số 02/2013/TTLT-BNV-BLĐTBXH-BTC-BYT ngày 09/7/2013"
    )


def test_number_and_date_of_963_stand_over_its_annexes_and_its_pages_of_curves_hold_it(decision):
    assert (decision.number, decision.date) == ("963/QĐ-TTPVHCC", date(2025, 6, 27))
    assert (decision.role, decision.issuer) == ("province", "Trung tâm Phục vụ hành chính công")
    assert decision.pictures == (1, 2, 3)
    assert decision.held
    assert "trang 1–3 chỉ có hình, không có chữ để đọc" in [remark.text for remark in decision.remarks]
    assert CitedDecision("627/QĐ-BNV", date(2025, 6, 20)) in decision.cites


def test_a_number_that_is_mistyped_is_told_and_loses_no_row(decision):
    told = [remark for remark in decision.remarks if "số thứ tự" in remark.text]
    assert len(told) == 1
    assert "số 47" in told[0].text
    assert "đúng ra là 37" in told[0].text
    assert not told[0].holds


def test_the_announcement_that_a_repealed_row_stood_in_is_kept(decision):
    last = decision.parts[2].rows[-1]
    assert last.decision == CitedDecision("6672/QĐ-UBND", date(2024, 12, 26))
    assert "627/QĐ-BNV" in last.legal_basis


def test_a_decision_whose_annex_is_another_file_says_so_and_is_held():
    [document] = read_decisions(golden("decision_947.pdf"), "947.pdf")
    assert (document.number, document.date) == ("947/QĐ-TTPVHCC", date(2025, 6, 27)), "stamped, not typed"
    assert document.effective_date == date(2025, 7, 1)
    assert document.effective_article.startswith("Điều 3. Quyết định này có hiệu lực kể từ ngày 01/7/2025.")
    assert document.issuer == "Trung tâm Phục vụ hành chính công thành phố Hà Nội"
    assert CitedDecision("364/QĐ-BDTTG", date(2025, 6, 24)) in document.cites
    assert document.replaced == (CitedDecision("269/QĐ-TTPVHCC", date(2025, 3, 20)),)
    assert document.parts == ()
    assert document.held
    assert "không có bảng thủ tục nào" in document.remarks[0].text


def test_pages_that_are_pictures_are_refused_in_words():
    with pytest.raises(DocumentError, match=r"^phuong\.pdf: tệp chỉ có ảnh chụp, không có lớp chữ gốc"):
        read_decisions(golden("pictures_only.pdf"), "phuong.pdf")


def test_a_page_is_drawn_with_its_stamps_and_one_that_is_not_there_is_named():
    drawn = page_picture(golden("decision_947.pdf"), "947.pdf", 1)
    assert drawn.startswith(b"\x89PNG")
    assert len(drawn) > 100_000
    with pytest.raises(DocumentError, match=r"947\.pdf: không có trang 3, tệp có 2 trang"):
        page_picture(golden("decision_947.pdf"), "947.pdf", 3)


READ_IN_A_PROCESS = """
import resource, sys
from pathlib import Path
from extractors.documents import read_decisions
[document] = read_decisions(Path(sys.argv[1]).read_bytes(), "dai.pdf")
print(document.pages, len(document.rows), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_a_long_decision_is_read_within_a_minute_and_500_mib(decision, tmp_path):
    """The pages of 963 until there are 192; in a process whose only child is the reader."""
    writer = pypdf.PdfWriter()
    for _ in range(4):
        writer.append(io.BytesIO(golden("decision_963.pdf")))
    for _ in range(len(writer.pages) - 192):
        writer.remove_page(len(writer.pages) - 1)
    writer.write(tmp_path / "dai.pdf")
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", READ_IN_A_PROCESS, str(tmp_path / "dai.pdf")],
        check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert time.monotonic() - began < 60
    pages, rows, kibibytes = map(int, done.stdout.split())
    assert pages == 192
    assert rows > 3 * len(decision.rows)
    assert kibibytes < 500 << 10


def blocks_of(name: str) -> DocumentContent:
    """The lines and rows of a long decision as its 192 pages gave them."""
    kept = json.loads(gzip.decompress(golden(name)))
    blocks = [
        RunningLine(each[1], each[0])
        if len(each) == 2
        else TableRow(tuple(Cell(text, at, span, rows) for at, span, rows, text in each[2]), each[1], each[0])
        for each in kept["blocks"]
    ]
    return DocumentContent(tuple(blocks), kept["pages"], paged=True)


def test_a_count_that_its_rows_do_not_meet_is_told_and_holds_the_decision():
    """Section B of decision 954 prints "(09 thủ tục)" over its five; every other count of it is met."""
    [document] = documents_of(blocks_of("decision_954_blocks.json.gz"))
    assert [(part.kind, part.declared, len(part.rows)) for part in document.parts] == [
        (PartKind.NEW, 87, 87),
        (PartKind.REPEALED, 76, 76),
    ]
    assert [remark.text for remark in document.remarks if remark.holds] == [
        '"THỦ TỤC HÀNH CHÍNH THUỘC THẨM QUYỀN GIẢI QUYẾT CỦA CẤP THÀNH PHỐ, CẤP XÃ (09…" '
        "ghi 09 thủ tục, đọc được 05"
    ]


def test_a_repealed_row_without_a_code_keeps_the_row_of_the_annex_that_it_points_to():
    [document] = documents_of(blocks_of("decision_954_blocks.json.gz"))
    row = document.parts[1].rows[8]
    assert row.name == "Cấp lại giấy phép hoạt động khám bệnh, chữa bệnh"
    assert row.annex_row.number == "12"
    assert row.annex_row.decision == CitedDecision("95/QĐ-TTPVHCC", date(2025, 2, 14))


def test_numerals_broken_over_lines_and_two_numbers_under_one_heading_are_read():
    """Its third field is numbered "II⏎I", and "TT" heads two columns of numbers."""
    [document] = documents_of(blocks_of("decision_954_blocks.json.gz"))
    new = document.parts[0].rows
    fields = list(dict.fromkeys(row.field for row in new))
    assert fields[:3] == ["Khám bệnh, chữa bệnh", "Y, Dược cổ truyền", "trang thiết bị y tế"]
    assert [row.number.rstrip(".") for row in new] == [str(number) for number in range(1, 88)]
    assert Counter(tuple(sorted(row.executing_levels)) for row in new) == {
        ("province",): 73,
        ("commune", "province"): 5,
        ("commune",): 9,
    }
