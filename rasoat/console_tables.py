"""Tables for people on standard output, and the same rows as JSON, CSV or a workbook."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from procedures.errors import InputError
from procedures.wording.readable_values import ATTRIBUTE_OF_KIND, side_value_in_words
from procedures.wording.words import (
    ATTRIBUTE_LABELS,
    CHANGE_KINDS,
    KIND_TITLES,
    RUN_STATES,
    SEVERITIES,
    SNAPSHOT_STATES,
    count,
    with_key,
)
from rasoat.column_tables import print_columns
from rasoat.console import console
from steps.terminal import json_text

if TYPE_CHECKING:
    from settings.configuration import Configuration
    from steps.nights.reporting.run_summary import Summary

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of a CSV cell that a spreadsheet would run as a formula."""

MAX_REMARKS = 20
"""Number of remarks about an imported file that are printed; `--json` has all."""

EXCLUDED: Mapping[str, str] = {"code": "Mã", "agency": "Cơ quan", "field": "Lĩnh vực"}

Row = Mapping[str, Any]


def write_findings(configuration: Configuration, rows: Sequence[Row], form: str, out: Path | None) -> None:
    """Print `rows` of `v_finding`, or write them to `out`. A workbook needs a file."""
    if form == "xlsx":
        if out is None:
            raise InputError("--format xlsx: cần --out TỆP.xlsx")
        from reports.discrepancies import write_discrepancies
        from steps.findings.finding_queries import data_as_of

        _check_folder(out)
        as_of, notes = data_as_of(configuration)
        write_discrepancies(out, rows, department=configuration.department.name, as_of=as_of, notes=notes)
        print(f"Đã ghi {count(len(rows))} sai lệch vào {out}", file=sys.stderr)
        return
    if form == "table" and out is None:
        print_findings(rows)
        return
    text = {"json": as_json, "csv": as_csv, "table": _as_text}[form](rows)
    if out is None and form == "json":
        print(json_text([dict(row) for row in rows]))
    elif out is None:
        sys.stdout.write(text)
    else:
        _check_folder(out)
        out.write_text(text, encoding="utf-8-sig" if form == "csv" else "utf-8")


def as_json(rows: Sequence[Row]) -> str:
    """Return an array of `v_finding` rows as JSON."""
    return json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=1) + "\n"


def as_csv(rows: Sequence[Row]) -> str:
    """Return CSV with a heading row, without formulas."""
    from steps.findings.finding_queries import FINDING_COLUMNS

    return csv_of(FINDING_COLUMNS, rows)


def csv_of(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return CSV of these columns with a heading row, without formulas."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_safe(row[column]) for column in columns])
    return target.getvalue()


def print_findings(rows: Sequence[Row], limit: int | None = None) -> None:
    """Print the discrepancy table, most severe first."""
    console().print(_findings_table(rows[:limit]))
    if limit is not None and len(rows) > limit:
        print(f"… và {count(len(rows) - limit)} sai lệch nữa")


def print_summary(summary: Summary) -> None:
    """Print a run: each source's state, the changes, and the findings."""
    screen = console()
    as_of = f"số liệu đến {summary.as_of:%H:%M %d/%m/%Y}"
    run = "Xem thử" if summary.dry_run else f"Lần chạy {summary.run_id}"
    print(f"{run} — {RUN_STATES[summary.status]} — {as_of}")
    table = Table(show_lines=False)
    for heading in ("Nguồn", "Dữ liệu", "Thủ tục", "Yêu cầu"):
        table.add_column(heading)
    kinds = [kind for kind in CHANGE_KINDS if any(getattr(each, kind) for each in summary.sources.values())]
    for kind in kinds:
        table.add_column(CHANGE_KINDS[kind], justify="right")
    for name, each in summary.sources.items():
        numbers = [str(getattr(each, kind)) for kind in kinds]
        title = with_key(summary.title(name), name)
        table.add_row(title, SNAPSHOT_STATES[each.state], str(each.procedures), str(each.requests), *numbers)
    screen.print(table)
    for name, each in summary.sources.items():
        if each.reason:
            print(f"{summary.title(name)}: {SNAPSHOT_STATES[each.state]} — {each.reason}")
        if each.quarantined:
            print(f"{summary.title(name)}: {count(each.quarantined)} bản ghi chờ kiểm tra")
    for trouble in summary.troubles:
        print(f"Kho dữ liệu: {trouble}")
    for remark in summary.remarks[:MAX_REMARKS]:
        print(remark)
    if summary.remarks[MAX_REMARKS:]:
        print(f"… và {count(len(summary.remarks) - MAX_REMARKS)} lưu ý nữa về tệp (xem đủ bằng --json)")
    if summary.tables:
        print_columns(summary.tables)
        print(
            "Cột đọc sai hoặc chưa đọc: chọn bằng rasoat catalogue columns --file TỆP "
            '--set "TIÊU ĐỀ=NỘI DUNG"'
        )
    findings = summary.findings
    print(
        f"Sai lệch: {count(findings['opened'])} mới, {count(findings['resolved'])} đã hết, "
        f"{count(findings['open'])} chưa xử lý"
    )
    if any(summary.alerts.values()):
        print(f"Thư: {count(summary.alerts['queued'])} mới, {count(summary.alerts['sent'])} đã gửi")
    if summary.dry_run:
        print("Chỉ xem thử: chưa ghi gì vào cơ sở dữ liệu")
    else:
        print(summary.headline)


def print_quarantine(configuration: Configuration, rows: Sequence[Row], states: Mapping[str, str]) -> None:
    """Print the records of `rasoat quarantine list`."""
    table = Table(show_lines=False)
    table.add_column("Số", justify="right")
    for heading in ("Nguồn", "Mã"):
        table.add_column(heading, no_wrap=True)
    for heading, width in (("Tên thủ tục", 44), ("Vì sao", 60), ("Trạng thái", 18)):
        table.add_column(heading, max_width=width)
    for row in rows:
        name = row["record"].get("name")
        table.add_row(
            str(row["quarantine_id"]),
            configuration.source_name(row["source"]),
            row["code"] or "",
            _short(name if isinstance(name, str) else None, 80),
            _short(row["reason"], 160),
            states[row["state"]] + (f" ({row['decided_by']})" if row["decided_by"] else ""),
        )
    console().print(table)
    print(f"{count(len(rows))} bản ghi")


def print_exclusions(rows: Sequence[Row]) -> None:
    """Print the exclusions of `rasoat scope list`."""
    table = Table(show_lines=False)
    for heading in ("Loại", "Giá trị", "Người thực hiện", "Lý do"):
        table.add_column(heading)
    for row in rows:
        kind = next(each for each in EXCLUDED if row[each])
        table.add_row(EXCLUDED[kind], row[kind], row["actor"], row["reason"])
    console().print(table)
    print(f"{count(len(rows))} mục đang được loại trừ")


def _findings_table(rows: Sequence[Row]) -> Table:
    table = Table(show_lines=False)
    table.add_column("Số", justify="right")
    table.add_column("Mức độ")
    table.add_column("Loại sai lệch", max_width=30)
    table.add_column("Mã", no_wrap=True)
    table.add_column("Tên thủ tục", max_width=40)
    table.add_column("Danh mục | quốc gia | tỉnh", max_width=46)
    for row in rows:
        attribute = ATTRIBUTE_LABELS.get(row["attribute"] or "", "")
        table.add_row(
            str(row["finding_id"]),
            SEVERITIES[row["severity"]],
            KIND_TITLES[row["kind"]] + (f": {attribute}" if row["kind"] == "attribute_mismatch" else ""),
            row["code"] or "",
            _short(row["name"], 80),
            _side_values(row),
        )
    return table


def _side_values(row: Row) -> str:
    """Return the attribute's values on the three sides, else the successor and the due date."""
    if row["attribute"] or row["kind"] in (*ATTRIBUTE_OF_KIND, "incomplete_record"):
        sides = (row[f"{side}_value"] for side in ("catalogue", "national", "provincial"))
        return " | ".join(
            _short(side_value_in_words(row["kind"], row["attribute"], value)) for value in sides
        )
    notes = []
    if row["successor_code"]:
        notes.append(f"thay bằng {row['successor_code']}")
    if row["due_date"]:
        notes.append(f"hạn {date.fromisoformat(row['due_date']):%d/%m/%Y}")
    return "; ".join(notes)


def _as_text(rows: Sequence[Row]) -> str:
    console = Console(file=io.StringIO(), width=160, no_color=True)
    console.print(_findings_table(rows))
    file = console.file
    return file.getvalue() if isinstance(file, io.StringIO) else ""


def _short(value: str | None, limit: int = 40) -> str:
    text = " ".join(value.split()) if value else "—"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _check_folder(out: Path) -> None:
    if not out.absolute().parent.is_dir():
        raise InputError(f"--out {out}: không có thư mục {out.absolute().parent}")
