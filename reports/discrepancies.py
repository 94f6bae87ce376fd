"""The discrepancy table (Bảng sai lệch) as a workbook: a summary sheet, then one row a finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from procedures.text import excerpt
from procedures.wording import readable_side
from procedures.words import ATTRIBUTES, FINDING_KINDS, SEVERITIES, STATUSES, count

CELL_LIMIT = 32_767
"""The longest text that a cell of an Excel workbook can hold."""

COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("finding_id", "Số", 7),
    ("kind", "Loại sai lệch", 34),
    ("severity", "Mức độ", 12),
    ("status", "Trạng thái", 13),
    ("code", "Mã TTHC", 12),
    ("name", "Tên thủ tục hành chính", 60),
    ("attribute", "Nội dung", 22),
    ("catalogue_value", "Danh mục của Sở", 36),
    ("national_value", "Cổng DVC quốc gia", 36),
    ("provincial_value", "Cổng DVC tỉnh", 36),
    ("successor_code", "Mã thay thế", 12),
    ("division", "Phòng, ban, đơn vị", 22),
    ("due_date", "Hạn", 12),
)

LINE_HEIGHT = 15.0
"""Points a line of text takes."""

MOST_LINES = 12
"""Longer texts are read by opening the cell."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": FINDING_KINDS,
    "severity": SEVERITIES,
    "status": STATUSES,
    "attribute": ATTRIBUTES,
}


def write_discrepancies(
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    *,
    department: str,
    as_of: datetime,
    notes: Sequence[str] = (),
) -> None:
    """Write `rows` of `v_finding` to `path`; `notes` (a source held back, say) stand on the summary."""
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties({"title": "Bảng sai lệch", "author": department})
        formats = {
            "title": workbook.add_format({"bold": True, "font_size": 14}),
            "head": workbook.add_format(
                {"bold": True, "bg_color": "#D9E2EC", "border": 1, "text_wrap": True}
            ),
            "text": workbook.add_format({"text_wrap": True, "valign": "top", "border": 1}),
            "date": workbook.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "border": 1}),
        }
        _summary(workbook, formats, rows, department, as_of, notes)
        _table(workbook, formats, rows)


def _summary(
    workbook: Any,
    formats: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    department: str,
    as_of: datetime,
    notes: Sequence[str],
) -> None:
    sheet = workbook.add_worksheet("Tổng hợp")
    sheet.set_column(0, 0, 60)
    sheet.set_column(1, 5, 14)
    sheet.write_string(0, 0, "BẢNG SAI LỆCH DANH MỤC THỦ TỤC HÀNH CHÍNH", formats["title"])
    sheet.write_string(1, 0, department)
    sheet.write_string(2, 0, f"Số liệu đến {as_of:%H:%M ngày %d/%m/%Y}")
    line = 3
    for note in notes:
        sheet.write_string(line, 0, note)
        line += 1
    line += 1
    for column, title in enumerate(("Loại sai lệch", *SEVERITIES.values(), "Cộng")):
        sheet.write_string(line, column, title, formats["head"])
    counts = Counter((row["kind"], row["severity"]) for row in rows)
    for kind in (kind for kind in FINDING_KINDS if any(row["kind"] == kind for row in rows)):
        line += 1
        numbers = [counts[kind, severity] for severity in SEVERITIES]
        sheet.write_string(line, 0, FINDING_KINDS[kind], formats["text"])
        for column, number in enumerate((*numbers, sum(numbers)), start=1):
            sheet.write_number(line, column, number, formats["text"])
    sheet.write_string(line + 2, 0, f"Tổng số: {count(len(rows))} sai lệch chưa xử lý")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _table(workbook: Any, formats: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    sheet = workbook.add_worksheet("Sai lệch")
    for column, (_, title, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, formats["head"])
    for line, row in enumerate(rows, start=1):
        height = 1
        for column, (key, _, width) in enumerate(COLUMNS):
            value = row[key]
            if key.endswith("_value") and value is not None:
                value = readable_side(row["kind"], row["attribute"], value)
            height = max(height, _lines(_WORDS.get(key, {}).get(value, value), width))
            _cell(sheet, formats, line, column, key, value)
        sheet.set_row(line, LINE_HEIGHT * min(height, MOST_LINES))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _lines(value: Any, width: int) -> int:
    """How many lines a wrapped text takes; not every program fits the rows by itself."""
    if not isinstance(value, str):
        return 1
    return sum(1 + len(part) // max(width - 1, 1) for part in value.split("\n"))


def _cell(sheet: Any, formats: Mapping[str, Any], line: int, column: int, key: str, value: Any) -> None:
    if value is None:
        sheet.write_blank(line, column, None, formats["text"])
    elif key == "due_date":
        sheet.write_datetime(
            line, column, datetime.combine(date.fromisoformat(value), datetime.min.time()), formats["date"]
        )
    elif isinstance(value, int):
        sheet.write_number(line, column, value, formats["text"])
    else:
        text = _WORDS.get(key, {}).get(value, value)
        sheet.write_string(line, column, _fit(text), formats["text"])


def _fit(text: str) -> str:
    clean = "".join(sign for sign in text if sign in "\n\t" or ord(sign) >= 32)
    return clean if len(clean) <= CELL_LIMIT else excerpt(clean, CELL_LIMIT)
