"""The discrepancy table (Bảng sai lệch) as a workbook: a summary, one row a finding, and the same for A4."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from procedures.wording.case_titles import case_title
from procedures.wording.readable_values import side_value_in_words
from procedures.wording.words import ATTRIBUTE_LABELS, KIND_TITLES, SEVERITIES, STATUSES, count, day_text
from reports.print_pages import wrapped_lines
from reports.workbooks import BATCH, MAX_LINES, Cell, Table, TableColumn, write_workbook

Rows = Sequence[Mapping[str, Any]]
"""Rows of `v_finding`."""

COLUMNS: Mapping[str, TableColumn] = {
    "finding_id": TableColumn("Số", 6, "number"),
    "kind": TableColumn("Loại sai lệch", 18),
    "severity": TableColumn("Mức độ", 11),
    "status": TableColumn("Trạng thái", 12),
    "code": TableColumn("Mã TTHC", 12),
    "name": TableColumn("Tên thủ tục hành chính", 30),
    "attribute": TableColumn("Nội dung", 13),
    "catalogue_value": TableColumn("Danh mục của Sở", 24),
    "national_value": TableColumn("Cổng DVC quốc gia", 24),
    "provincial_value": TableColumn("Cổng DVC tỉnh", 24),
    "successor_code": TableColumn("Mã thay thế", 12),
    "division": TableColumn("Phòng, ban, đơn vị", 16),
    "due_date": TableColumn("Hạn", 11),
    "case_id": TableColumn("Nhóm việc", 22),
}
"""The columns of `v_finding` that people read, in order."""

NOT_ON_PORTAL = "theo tệp quyết định, chưa có trên cổng"
"""Added to the national side's value where only a decision that was read has it."""

PRINTED: tuple[TableColumn, ...] = (
    TableColumn("Số", 6),
    TableColumn("Loại sai lệch, nội dung", 23),
    TableColumn("Thủ tục hành chính", 38),
    TableColumn("Danh mục của Sở", 26),
    TableColumn("Cổng DVC quốc gia", 26),
    TableColumn("Cổng DVC tỉnh", 26),
    TableColumn("Phòng, ban, đơn vị; hạn", 19),
)
"""The columns of the sheet that is printed: few enough for A4."""

PRINT_CUT = "… (xem tiếp ở trang “Sai lệch”)"

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
    """Write `rows` of `v_finding` to `path`; `notes` (how recent the data is) go on the summary.

    Findings of one case stand together, where the first of them does.
    """
    rows = rows_by_case(rows)
    summary = summary_table(
        Counter((row["kind"], row["severity"]) for row in rows),
        title="BẢNG SAI LỆCH DANH MỤC THỦ TỤC HÀNH CHÍNH",
        notes=(department, *notes),
    )
    table = Table(
        name="Sai lệch",
        title="Bảng sai lệch",
        columns=tuple(COLUMNS.values()),
        rows=finding_rows(rows),
        plain=True,
    )
    printed = Table(
        name="Bản in",
        title="BẢNG SAI LỆCH DANH MỤC THỦ TỤC HÀNH CHÍNH",
        notes=(department, *notes),
        columns=PRINTED,
        rows=map(printed_cells, finding_rows(rows)),
    )
    write_workbook(path, (summary, table, printed), title="Bảng sai lệch", author=department, created=as_of)


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


def rows_by_case(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return rows of `v_finding` case by case, those of several with the `case_title` that they share."""
    cases: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        cases.setdefault(row["case_id"], []).append(row)
    ordered: list[Mapping[str, Any]] = []
    for case_id, members in cases.items():
        title = case_title(case_id, members[0]) if len(members) > 1 else None
        ordered += [{**row, "case_title": title} for row in members] if title else members
    return ordered


def finding_rows(
    rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = COLUMNS
) -> Iterator[tuple[Cell, ...]]:
    """Yield each row of `v_finding` in words that people read; many are made at a time, column by column."""
    readers = [_READERS[name] for name in columns]
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield from zip(*(read(batch) for read in readers), strict=True)


def printed_cells(row: Sequence[Cell]) -> list[Cell]:
    """Return a row of `finding_rows` in the columns of `PRINTED`; what is too long is cut with a mark."""
    words = dict(zip(COLUMNS, row, strict=True))
    due = f"hạn {day_text(words['due_date'])}" if isinstance(words["due_date"], date) else None
    successor = f"Mã thay thế: {words['successor_code']}" if words["successor_code"] else None
    cells = (
        (words["finding_id"],),
        (words["kind"], words["attribute"], f"{words['severity']}, {str(words['status']).lower()}"),
        (words["code"], words["name"], successor),
        (words["catalogue_value"],),
        (words["national_value"],),
        (words["provincial_value"],),
        (words["division"] or "Chưa giao", due),
    )
    return [
        _fitted("\n".join(str(part) for part in parts if part), column.width)
        for parts, column in zip(cells, PRINTED, strict=True)
    ]


def _fitted(text: str, width: int) -> str:
    """Return the text as far as a row of `MAX_LINES` lines holds it."""
    if wrapped_lines(text, width) <= MAX_LINES:
        return text
    kept = text[: MAX_LINES * width]
    while wrapped_lines(kept + PRINT_CUT, width) > MAX_LINES:
        kept = kept[: -max(1, width // 4)]
    return kept.rstrip() + PRINT_CUT


def _summary_rows(counts: Mapping[tuple[str, str], int]) -> Iterator[list[Cell]]:
    for kind, words in KIND_TITLES.items():
        numbers = [counts.get((kind, severity), 0) for severity in SEVERITIES]
        if sum(numbers):
            yield [words, *numbers, sum(numbers)]


def _from_document(row: Mapping[str, Any]) -> bool:
    """Return whether the national side's value is from a decision that was read, and on no portal yet."""
    evidence = row.get("evidence") or ""
    return '"document"' in evidence and "document" in json.loads(evidence)


def _reader(name: str) -> Callable[[Rows], Iterable[Cell]]:
    """Return the function that makes the cells of this column, one for each row."""
    value = itemgetter(name)
    if name == "case_id":
        return lambda rows: [row.get("case_title") for row in rows]
    if name == "due_date":
        return lambda rows: [None if day is None else date.fromisoformat(day) for day in map(value, rows)]
    if name == "national_value":
        return _national_values
    if name.endswith("_value"):
        return lambda rows: _side_values(rows, name)
    if name in _WORDS:
        words = _WORDS[name]
        return lambda rows: [words.get(each, each) for each in map(value, rows)]
    return lambda rows: map(value, rows)


def _side_values(rows: Rows, name: str) -> list[str | None]:
    return [
        None if (value := row[name]) is None else side_value_in_words(row["kind"], row["attribute"], value)
        for row in rows
    ]


def _national_values(rows: Rows) -> list[str | None]:
    return [
        f"{words} ({NOT_ON_PORTAL})" if words is not None and _from_document(row) else words
        for row, words in zip(rows, _side_values(rows, "national_value"), strict=True)
    ]


_READERS: Mapping[str, Callable[[Rows], Iterable[Cell]]] = {name: _reader(name) for name in COLUMNS}
