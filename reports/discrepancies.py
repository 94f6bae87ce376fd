"""The discrepancy table (Bảng sai lệch) as a workbook: a summary sheet, then one row a finding."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from procedures.wording.readable_values import side_value_in_words
from procedures.wording.words import ATTRIBUTE_LABELS, KIND_TITLES, SEVERITIES, STATUSES, count
from reports.workbooks import Cell, Table, TableColumn, write_workbook

COLUMNS: Mapping[str, TableColumn] = {
    "finding_id": TableColumn("Số", 7, "number"),
    "kind": TableColumn("Loại sai lệch", 34),
    "severity": TableColumn("Mức độ", 12),
    "status": TableColumn("Trạng thái", 13),
    "code": TableColumn("Mã TTHC", 12),
    "name": TableColumn("Tên thủ tục hành chính", 60),
    "attribute": TableColumn("Nội dung", 22),
    "catalogue_value": TableColumn("Danh mục của Sở", 36),
    "national_value": TableColumn("Cổng DVC quốc gia", 36),
    "provincial_value": TableColumn("Cổng DVC tỉnh", 36),
    "successor_code": TableColumn("Mã thay thế", 12),
    "division": TableColumn("Phòng, ban, đơn vị", 22),
    "due_date": TableColumn("Hạn", 12),
}
"""The columns of `v_finding` that people read, in order."""

NOT_ON_PORTAL = "theo tệp quyết định, chưa có trên cổng"
"""Added to the national side's value where only a decision that was read has it."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": KIND_TITLES,
    "severity": SEVERITIES,
    "status": STATUSES,
    "attribute": ATTRIBUTE_LABELS,
}


def write_discrepancies(
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    *,
    department: str,
    as_of: datetime,
    notes: Sequence[str],
) -> None:
    """Write `rows` of `v_finding` to `path`; `notes` (how recent the data is) go on the summary."""
    summary = summary_table(
        Counter((row["kind"], row["severity"]) for row in rows),
        title="BẢNG SAI LỆCH DANH MỤC THỦ TỤC HÀNH CHÍNH",
        notes=(department, *notes),
    )
    table = Table(
        name="Sai lệch",
        title="Bảng sai lệch",
        columns=tuple(COLUMNS.values()),
        rows=map(finding_cells, rows),
        plain=True,
    )
    write_workbook(path, (summary, table), title="Bảng sai lệch", author=department, created=as_of)


def summary_table(counts: Mapping[tuple[str, str], int], *, title: str, notes: Sequence[str]) -> Table:
    """Return the table of findings by kind and severity; `counts` are by both."""
    total = sum(counts.values())
    return Table(
        name="Tổng hợp",
        title=title,
        notes=(*notes, f"Tổng số: {count(total)} sai lệch chưa xử lý"),
        columns=(
            TableColumn("Loại sai lệch", 60),
            *(TableColumn(word, 14, "number") for word in SEVERITIES.values()),
            TableColumn("Cộng", 14, "number"),
        ),
        rows=_summary_rows(counts),
    )


def finding_cells(row: Mapping[str, Any], columns: Iterable[str] = COLUMNS) -> list[Cell]:
    """Return one row of `v_finding` in words that people read."""
    return [_cell(row, name) for name in columns]


def _summary_rows(counts: Mapping[tuple[str, str], int]) -> Iterator[list[Cell]]:
    for kind, words in KIND_TITLES.items():
        numbers = [counts.get((kind, severity), 0) for severity in SEVERITIES]
        if sum(numbers):
            yield [words, *numbers, sum(numbers)]


def _from_document(row: Mapping[str, Any]) -> bool:
    """Return whether the national side's value is from a decision that was read, and on no portal yet."""
    evidence = row.get("evidence") or ""
    return '"document"' in evidence and "document" in json.loads(evidence)


def _cell(row: Mapping[str, Any], name: str) -> Cell:
    value: Cell = row[name]
    if not isinstance(value, str):
        return value
    if name == "due_date":
        return date.fromisoformat(value)
    if name.endswith("_value"):
        words = side_value_in_words(row["kind"], row["attribute"], value)
        return f"{words} ({NOT_ON_PORTAL})" if name == "national_value" and _from_document(row) else words
    return _WORDS.get(name, {}).get(value, value)
