"""The periodic report as a workbook: a summary, the report's tables, and one sheet per kind of finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from procedures.finding_kinds import INFO_BY_KIND, FindingKind
from procedures.office.stages import STAGE_WORDS
from procedures.values.levels import LEVELS, level_label
from procedures.wording.words import ATTRIBUTE_LABELS, DUE_BASES, count, late_words
from procedures.workbook_layout.registers import FEEDBACK_STATES
from reports.assessment import assessment_tables
from reports.discrepancies import COLUMNS, finding_rows, summary_table
from reports.figures import UNKNOWN, Report, level_words, number_cell
from reports.workbooks import SHEET_ROWS, Table, TableColumn, write_workbook

Findings = Iterable[Mapping[str, Any]]
"""The `FINDING_COLUMNS` of unresolved findings, kind after kind in the order of `FINDING_KINDS`."""

FULL_KINDS = ("monthly", "quarterly")
"""Periods whose reports also have the indexes and forms."""

_OF_ONE_KIND = tuple(name for name in COLUMNS if name != "kind")

FINDING_COLUMNS = (*(name for name in COLUMNS if name != "case_id"), "evidence")
"""What is read of a finding: of cases only what `rows_by_case` knows has a title."""


def write_periodic(path: Path, report: Report, findings: Findings, *, sheet_rows: int = SHEET_ROWS) -> int:
    """Write the workbook of a report and return the number of rows of all its sheets."""
    return write_workbook(
        path,
        tables(report, findings),
        title=f"Báo cáo {report.period.label}",
        author=report.department,
        created=report.period.as_of,
        sheet_rows=sheet_rows,
    )


def tables(report: Report, findings: Findings) -> Iterator[Table]:
    """Yield the sheets in order; findings are read while their sheets are written."""
    yield summary_table(
        report.findings,
        title=f"BÁO CÁO RÀ SOÁT, ĐỐI CHIẾU THỦ TỤC HÀNH CHÍNH {report.period.label.upper()}",
        notes=(report.department, *summary_notes(report)),
    )
    yield _levels(report)
    yield _fields(report)
    yield _changes(report)
    yield _decisions(report)
    yield _divisions(report)
    yield _feedback(report)
    if report.period.kind in FULL_KINDS:
        yield from assessment_tables(report)
    for kind, rows in groupby(findings, key=itemgetter("kind")):
        about = INFO_BY_KIND[FindingKind(kind)]
        yield Table(
            name=about.sheet,
            title=about.title,
            columns=tuple(COLUMNS[name] for name in _OF_ONE_KIND),
            rows=finding_rows(rows, _OF_ONE_KIND),
            plain=True,
        )


def summary_notes(report: Report) -> list[str]:
    """Return the period, the age of each source's data, and how many findings opened and were resolved."""
    period = report.period
    running = " (kỳ đang chạy)" if period.running else ""
    return [
        f"Kỳ báo cáo: từ {period.first:%d/%m/%Y} đến {period.last:%d/%m/%Y}{running}; "
        f"số liệu đến {period.as_of:%H:%M ngày %d/%m/%Y}",
        *(
            f"{each.name}: {each.state}"
            + (f", số liệu của {each.as_of:%H:%M ngày %d/%m/%Y}" if each.as_of else ", chưa có số liệu đủ")
            + (f", {count(each.procedures)} thủ tục" if each.procedures is not None else "")
            for each in report.sources
        ),
        *report.notes,
        f"Trong kỳ: {count(sum(report.opened.values()))} sai lệch mới, "
        f"{count(sum(report.resolved.values()))} sai lệch đã hết",
    ]


def _levels(report: Report) -> Table:
    return Table(
        name="Theo cấp",
        title="SỐ LƯỢNG THỦ TỤC HÀNH CHÍNH THEO CẤP THỰC HIỆN",
        notes=("Một thủ tục ở hai cấp được tính ở mỗi cấp, trong tổng số tính một lần.",),
        columns=(
            TableColumn("Cấp thực hiện", 22),
            *(TableColumn(each, 14, "number") for each in _LEVEL_COUNTS),
        ),
        rows=(
            [
                level_words(row.level),
                *(number_cell(row.known_count(count)) for count in _LEVEL_COUNTS.values()),
            ]
            for row in report.levels
        ),
    )


_LEVEL_COUNTS: Mapping[str, str] = {
    "TTHC": "procedures",
    "Đủ điều kiện toàn trình": "eligible_full",
    "Toàn trình": "online_full",
    "Một phần": "online_partial",
    "Chưa trực tuyến": "online_none",
    "Chưa ghi mức độ": "online_unstated",
    "Dưới toàn trình, chưa nêu lý do": "without_reason",
    "Qua BCCI": "postal",
    "Đã phân cấp": "decentralised",
    "Đề xuất phân cấp": "decentralisation_proposed",
    "Có trên Cổng DVC quốc gia": "on_national_portal",
}
"""The columns by level, each with its count of `v_kpi`."""


def _fields(report: Report) -> Table:
    levels = [level for level in LEVELS if any(row.by_level.get(level) for row in report.fields)]
    return Table(
        name="Theo lĩnh vực",
        title="SỐ LƯỢNG THỦ TỤC HÀNH CHÍNH THEO LĨNH VỰC",
        columns=(
            TableColumn("Lĩnh vực", 50),
            TableColumn("TTHC", 12, "number"),
            *(TableColumn(level_label(level), 14, "number") for level in levels),
        ),
        rows=(
            [row.field or UNKNOWN, row.procedures, *(number_cell(row.at_level(level)) for level in levels)]
            for row in report.fields
        ),
    )


def _changes(report: Report) -> Table:
    return Table(
        name="Thay đổi trong kỳ",
        title="THAY ĐỔI TRÊN CỔNG DỊCH VỤ CÔNG QUỐC GIA TRONG KỲ, THEO QUYẾT ĐỊNH",
        columns=(
            TableColumn("Quyết định của Bộ", 18),
            TableColumn("Ngày thấy", 12),
            TableColumn("Mã TTHC", 12),
            TableColumn("Tên thủ tục hành chính", 50),
            TableColumn("Thay đổi", 26),
            TableColumn("Phần thay đổi", 24),
            TableColumn("Mã thay thế", 12),
            TableColumn("Phòng, ban, đơn vị", 26),
        ),
        rows=(
            [
                row.decision_number or "Chưa rõ quyết định",
                row.day,
                row.code,
                row.name or UNKNOWN,
                row.change_words,
                "; ".join(ATTRIBUTE_LABELS.get(each, each) for each in row.attributes) or None,
                row.successor_code,
                row.division or UNKNOWN,
            ]
            for row in report.changes
        ),
    )


def _decisions(report: Report) -> Table:
    return Table(
        name="Quyết định của Bộ",
        title="TÌNH HÌNH CÔNG BỐ THEO QUYẾT ĐỊNH CỦA BỘ",
        columns=(
            TableColumn("Số quyết định", 18),
            TableColumn("Cơ quan ban hành", 20),
            TableColumn("Ngày ký", 12),
            TableColumn("Ngày hiệu lực", 12),
            TableColumn("Mới", 8, "number"),
            TableColumn("Sửa đổi", 8, "number"),
            TableColumn("Bãi bỏ", 8, "number"),
            TableColumn("Hạn công bố", 12),
            TableColumn("Căn cứ hạn", 24),
            TableColumn("Phòng, ban, đơn vị", 26),
            TableColumn("Giai đoạn", 16),
            TableColumn("Tình trạng", 16),
            TableColumn("Quyết định của tỉnh", 18),
            TableColumn("Ngày của tỉnh", 12),
            TableColumn("Chậm", 16),
            TableColumn("Gia hạn, trả lời", 26),
        ),
        rows=(
            [
                row.number,
                row.agency or UNKNOWN,
                row.signed_on or UNKNOWN,
                row.effective_on or UNKNOWN,
                row.new,
                row.changed,
                row.repealed,
                row.due or UNKNOWN,
                DUE_BASES["law" if row.by_law else "internal"] if row.due else None,
                row.division or "Chưa giao",
                STAGE_WORDS[row.stage],
                row.state_words,
                row.province_number or UNKNOWN,
                row.province_date or UNKNOWN,
                late_words(row.late_days) if row.late_days else None,
                row.respite_words,
            ]
            for row in report.decisions
        ),
    )


def _divisions(report: Report) -> Table:
    return Table(
        name="Tiến độ các phòng",
        title="TIẾN ĐỘ THEO PHÒNG, BAN, ĐƠN VỊ",
        columns=(
            TableColumn("Phòng, ban, đơn vị", 34),
            TableColumn("Sai lệch chưa xử lý", 14, "number"),
            TableColumn("Quá hạn", 12, "number"),
            TableColumn("Quyết định đang theo dõi", 14, "number"),
            TableColumn("Quyết định quá hạn", 40),
        ),
        rows=(
            [
                row.division or "Chưa giao",
                row.findings,
                row.overdue_findings,
                row.decisions,
                ", ".join(row.overdue_decisions) or None,
            ]
            for row in report.divisions
        ),
    )


def feedback_words(report: Report) -> str:
    """Return in words how much feedback came in the period, and how much of it was answered."""
    answered = sum(row.state == "answered" for row in report.feedback)
    waiting = sum(row.state == "open" for row in report.feedback)
    return (
        f"Trong kỳ nhận {count(len(report.feedback))} phản ánh, kiến nghị; đã trả lời {count(answered)}, "
        f"chưa trả lời {count(waiting)}"
    )


def _feedback(report: Report) -> Table:
    return Table(
        name="Phản ánh, kiến nghị",
        title="PHẢN ÁNH, KIẾN NGHỊ VỀ THỦ TỤC HÀNH CHÍNH NHẬN TRONG KỲ",
        notes=(feedback_words(report),),
        columns=(
            TableColumn("Số đến", 14),
            TableColumn("Ngày nhận", 12),
            TableColumn("Nguồn", 24),
            TableColumn("Mã TTHC", 12),
            TableColumn("Nội dung", 60),
            TableColumn("Phòng, ban, đơn vị", 26),
            TableColumn("Thời hạn", 12),
            TableColumn("Trạng thái", 16),
            TableColumn("Ngày trả lời", 12),
            TableColumn("Trả lời", 44),
        ),
        rows=(
            [
                row.number,
                row.received,
                row.source,
                row.code,
                row.content,
                row.division or "Chưa giao",
                row.deadline,
                FEEDBACK_STATES[row.state],
                row.answered,
                row.answer,
            ]
            for row in report.feedback
        ),
    )
