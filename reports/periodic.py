"""The periodic report as a workbook: a summary, the tables of the report, and one sheet a kind of finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from procedures.levels import LEVELS, level_label
from procedures.stages import STAGE_WORDS
from procedures.words import ATTRIBUTES, DECISION_STATES, FINDING_KINDS, PARTIAL_REASONS, count
from reconciliation.figures import TOTAL, KpiRow
from reports.discrepancies import COLUMNS, finding_cells, summary_table
from reports.figures import UNKNOWN, Report
from reports.workbooks import SHEET_ROWS, Cell, Column, Table, write_workbook

Findings = Callable[[str], Iterable[Mapping[str, Any]]]
"""Unresolved findings of one kind, row by row."""

SHORT: Mapping[str, str] = {
    "new_from_ministry": "Bộ công bố, tỉnh chưa",
    "not_in_catalogue": "Chưa có trong danh mục",
    "not_on_national_portal": "Không có trên Cổng quốc gia",
    "not_on_provincial_portal": "Không có trên cổng tỉnh",
    "repealed_still_listed": "Nghi bãi bỏ, còn danh mục",
    "replaced_still_listed": "Đã thay thế, còn danh mục",
    "attribute_mismatch": "Nội dung không khớp",
    "executing_level_mismatch": "Cấp thực hiện không khớp",
    "online_level_mismatch": "Mức trực tuyến không khớp",
    "online_opportunity": "Có thể nâng trực tuyến",
    "slower_than_national": "Thời hạn dài hơn",
    "missing_code": "Chưa có mã",
    "incomplete_record": "Thiếu bộ phận tạo thành",
    "partial_without_reason": "Một phần, chưa nêu lý do",
    "service_not_posted": "Chưa có dịch vụ công",
    "overlap": "Có thể trùng lặp",
    "invalid_code": "Mã không hợp lệ",
    "duplicate_code": "Mã bị lặp",
    "announcement_overdue": "Quá hạn công bố",
}
"""Names of sheets: Excel takes 31 signs."""

FULL_KINDS = ("monthly", "quarterly")
"""Periods whose reports have the indexes and forms too."""

_OF_ONE_KIND = tuple(name for name in COLUMNS if name != "kind")


def write_periodic(path: Path, report: Report, findings: Findings, *, sheet_rows: int = SHEET_ROWS) -> int:
    """Write the workbook of a report; gives the number of rows of all its sheets."""
    return write_workbook(
        path,
        tables(report, findings),
        title=f"Báo cáo {report.period.label}",
        author=report.department,
        created=report.period.as_of,
        sheet_rows=sheet_rows,
    )


def tables(report: Report, findings: Findings) -> Iterator[Table]:
    """The sheets in their order; those of findings are read as they are written."""
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
    if report.period.kind in FULL_KINDS:
        yield _shares(report)
        yield _indexes(report)
        yield _failing(report)
        yield _form(report)
        yield _overlaps(report)
        yield _criteria(report)
    for kind in FINDING_KINDS:
        if any(counted == kind and number for (counted, _), number in report.findings.items()):
            yield Table(
                name=SHORT[kind],
                title=FINDING_KINDS[kind],
                columns=tuple(COLUMNS[name] for name in _OF_ONE_KIND),
                rows=(finding_cells(row, _OF_ONE_KIND) for row in findings(kind)),
                plain=True,
            )


def summary_notes(report: Report) -> list[str]:
    """The period, how old each source's data is, and what came and went."""
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


def level_words(row: KpiRow) -> str:
    """The level of a row of figures in words."""
    return "Tổng số" if row.level == TOTAL else level_label(row.level)


def _levels(report: Report) -> Table:
    numbers = (
        "TTHC",
        "Đủ điều kiện toàn trình",
        "Toàn trình",
        "Một phần",
        "Chưa trực tuyến",
        "Một phần, chưa nêu lý do",
        "Qua BCCI",
        "Đã phân cấp",
        "Đề xuất phân cấp",
        "Có trên Cổng DVC quốc gia",
    )
    return Table(
        name="Theo cấp",
        title="SỐ LƯỢNG THỦ TỤC HÀNH CHÍNH THEO CẤP THỰC HIỆN",
        notes=("Một thủ tục ở hai cấp được tính ở mỗi cấp, trong tổng số tính một lần.",),
        columns=(Column("Cấp thực hiện", 22), *(Column(each, 14, "number") for each in numbers)),
        rows=(
            [
                level_words(row),
                row.procedures,
                row.eligible_full,
                row.online_full,
                row.online_partial,
                row.online_none,
                row.without_reason,
                row.postal,
                row.decentralised,
                row.decentralisation_proposed,
                UNKNOWN if row.on_national_portal is None else row.on_national_portal,
            ]
            for row in report.levels
        ),
    )


def _fields(report: Report) -> Table:
    shown = [level for level in LEVELS if any(row.by_level.get(level) for row in report.fields)]
    return Table(
        name="Theo lĩnh vực",
        title="SỐ LƯỢNG THỦ TỤC HÀNH CHÍNH THEO LĨNH VỰC",
        columns=(
            Column("Lĩnh vực", 50),
            Column("TTHC", 12, "number"),
            *(Column(level_label(level), 14, "number") for level in shown),
        ),
        rows=(
            [row.field or UNKNOWN, row.procedures, *(row.by_level.get(level, 0) for level in shown)]
            for row in report.fields
        ),
    )


def _changes(report: Report) -> Table:
    return Table(
        name="Thay đổi trong kỳ",
        title="THAY ĐỔI TRÊN CỔNG DỊCH VỤ CÔNG QUỐC GIA TRONG KỲ, THEO QUYẾT ĐỊNH",
        columns=(
            Column("Quyết định của Bộ", 18),
            Column("Ngày thấy", 12),
            Column("Mã TTHC", 12),
            Column("Tên thủ tục hành chính", 60),
            Column("Thay đổi", 34),
            Column("Phần thay đổi", 34),
            Column("Mã thay thế", 12),
            Column("Phòng, ban, đơn vị", 26),
        ),
        rows=(
            [
                row.decision_number or "Chưa rõ quyết định",
                row.day,
                row.code,
                row.name,
                row.what,
                "; ".join(ATTRIBUTES.get(each, each) for each in row.attributes) or None,
                row.successor_code,
                row.division,
            ]
            for row in report.changes
        ),
    )


def _decisions(report: Report) -> Table:
    return Table(
        name="Quyết định của Bộ",
        title="TÌNH HÌNH CÔNG BỐ THEO QUYẾT ĐỊNH CỦA BỘ",
        columns=(
            Column("Số quyết định", 18),
            Column("Cơ quan ban hành", 20),
            Column("Ngày ký", 12),
            Column("Ngày hiệu lực", 12),
            Column("Mới", 8, "number"),
            Column("Sửa đổi", 8, "number"),
            Column("Bãi bỏ", 8, "number"),
            Column("Hạn công bố", 12),
            Column("Căn cứ hạn", 24),
            Column("Phòng, ban, đơn vị", 26),
            Column("Giai đoạn", 16),
            Column("Tình trạng", 16),
            Column("Quyết định của tỉnh", 18),
            Column("Ngày của tỉnh", 12),
        ),
        rows=(
            [
                row.number,
                row.agency,
                row.signed_on,
                row.effective_on or UNKNOWN,
                row.new,
                row.changed,
                row.repealed,
                row.due,
                "theo Nghị định 63/2010/NĐ-CP" if row.by_law else "hạn nội bộ",
                row.division or "Chưa giao",
                STAGE_WORDS[row.stage],
                DECISION_STATES[row.state],
                row.province_number or UNKNOWN,
                row.province_date or UNKNOWN,
            ]
            for row in report.decisions
        ),
    )


def _divisions(report: Report) -> Table:
    return Table(
        name="Tiến độ các phòng",
        title="TIẾN ĐỘ THEO PHÒNG, BAN, ĐƠN VỊ",
        columns=(
            Column("Phòng, ban, đơn vị", 34),
            Column("Sai lệch chưa xử lý", 14, "number"),
            Column("Quá hạn", 12, "number"),
            Column("Quyết định đang theo dõi", 14, "number"),
            Column("Quyết định quá hạn", 40),
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


def _shares(report: Report) -> Table:
    online, down, total = report.online, report.decentralisation, report.total
    postal, procedures = (total.postal, total.procedures) if total else (0, 0)
    rows: list[tuple[str, int, int | None]] = [
        ("Thủ tục trong danh mục", online.procedures, None),
        ("Đủ điều kiện toàn trình", online.eligible, online.procedures),
        ("Đã cung cấp toàn trình trên số đủ điều kiện", online.done, online.eligible),
        ("Chưa đủ điều kiện toàn trình", online.not_eligible, online.procedures),
        ("Chưa xác định điều kiện", online.undeclared, online.procedures),
        ("Chưa đủ điều kiện, chưa nêu lý do", online.blanks, online.not_eligible),
        *(
            (f"Lý do: {PARTIAL_REASONS.get(reason, 'lý do khác')}", number, online.not_eligible)
            for reason, number in online.by_reason.items()
        ),
        ("Thực hiện qua bưu chính công ích", postal, procedures),
        (f"Đã phân cấp trên TTHC cấp tỉnh (mục tiêu {down.target:.0%})", down.decided, down.procedures),
        ("Đề xuất phân cấp", down.proposed, down.procedures),
        ("Còn thiếu để đạt mục tiêu phân cấp", down.missing, None),
    ]
    return Table(
        name="Chỉ tiêu",
        title="DỊCH VỤ CÔNG TRỰC TUYẾN, BƯU CHÍNH CÔNG ÍCH, PHÂN CẤP",
        columns=(
            Column("Chỉ tiêu", 60),
            Column("Số lượng", 12, "number"),
            Column("Trên tổng", 12, "number"),
            Column("Tỷ lệ", 12, "share"),
        ),
        rows=([words, part, whole, part / whole if whole else None] for words, part, whole in rows),
    )


def _indexes(report: Report) -> Table:
    return Table(
        name="Chỉ số 766",
        title="CÁC CHỈ SỐ THEO QUYẾT ĐỊNH 766/QĐ-TTg TÍNH ĐƯỢC TỪ DANH MỤC",
        notes=("Mẫu số bằng 0: N/A. Các chỉ số 1.4, 3.2, 3.3 cần số liệu hồ sơ, không tính từ danh mục.",),
        columns=(
            Column("Chỉ số", 16),
            Column("Nội dung", 60),
            Column("Tử số", 10, "number"),
            Column("Mẫu số", 10, "number"),
            Column("Tỷ lệ", 12, "share"),
            Column("Phần điểm", 12, "share"),
            Column("Chưa đạt", 10, "number"),
            Column("Cách tính", 60),
        ),
        rows=(
            [
                each.number,
                each.title,
                each.numerator,
                each.denominator,
                "N/A" if each.share is None else each.share,
                each.of_points,
                len(each.failing),
                each.note,
            ]
            for each in report.indexes
        ),
    )


def _failing(report: Report) -> Table:
    return Table(
        name="766 chưa đạt",
        title="THỦ TỤC CHƯA ĐẠT CHỈ SỐ THEO QUYẾT ĐỊNH 766/QĐ-TTg",
        columns=(
            Column("Chỉ số", 16),
            Column("Mã TTHC", 12),
            Column("Tên thủ tục hành chính", 60),
            Column("Phòng, ban, đơn vị", 26),
            Column("Vì sao", 50),
        ),
        rows=(
            [index.number, each.code, each.name, each.division, each.reason]
            for index in report.indexes
            for each in index.failing
        ),
        plain=True,
    )


def _form(report: Report) -> Table:
    found = {row.level: row.procedures for row in report.levels}
    unknown: list[Cell] = [UNKNOWN] * 6
    return Table(
        name="II.07b",
        title="BIỂU II.07b: TỔNG HỢP SỐ LƯỢNG THỦ TỤC HÀNH CHÍNH",
        notes=(
            "Cột “…” danh mục không cho biết, phòng chuyên môn điền. Không còn cột cấp huyện từ 01/7/2025.",
        ),
        columns=(
            Column("STT", 6, "number"),
            Column("Đơn vị", 40),
            Column("Thuộc thẩm quyền: Tổng", 14, "number"),
            Column("Cấp tỉnh", 12, "number"),
            Column("Cấp xã", 12, "number"),
            Column("Một cửa: Tổng", 14, "number"),
            Column("BPMC cấp tỉnh", 12, "number"),
            Column("BPMC cấp xã", 12, "number"),
            Column("Quy trình nội bộ: Tổng", 14, "number"),
            Column("Cấp tỉnh ", 12, "number"),
            Column("Cấp xã ", 12, "number"),
        ),
        rows=[
            [
                1,
                report.department,
                found.get(TOTAL, UNKNOWN),
                found.get("province", 0) if found else UNKNOWN,
                found.get("commune", 0) if found else UNKNOWN,
                *unknown,
            ]
        ],
    )


def _overlaps(report: Report) -> Table:
    return Table(
        name="Đề xuất đơn giản hóa",
        title="THỦ TỤC CÓ THỂ TRÙNG LẶP, CHỒNG CHÉO ĐỀ XUẤT RÀ SOÁT, ĐƠN GIẢN HÓA",
        columns=(
            Column("Mã TTHC", 12),
            Column("Tên thủ tục hành chính", 50),
            Column("Mã TTHC liên quan", 12),
            Column("Tên thủ tục liên quan", 50),
            Column("Kết luận", 24),
            Column("Kiến nghị", 50),
            Column("Phòng, ban, đơn vị", 26),
        ),
        rows=(
            [
                row.code,
                row.name,
                row.other_code,
                row.other_name or UNKNOWN,
                "Chồng chéo (đã xác nhận)" if row.confirmed else "Có thể trùng lặp, chờ xác nhận",
                row.proposal or UNKNOWN,
                row.division,
            ]
            for row in report.overlaps
        ),
    )


def _criteria(report: Report) -> Table:
    return Table(
        name="PAR INDEX",
        title="TỰ CHẤM ĐIỂM CÁC TIÊU CHÍ CẢI CÁCH HÀNH CHÍNH VỀ THỦ TỤC HÀNH CHÍNH",
        columns=(
            Column("Tiêu chí", 12),
            Column("Nội dung", 60),
            Column("Điểm tối đa", 10, "number"),
            Column("Điểm tự chấm", 10, "number"),
            Column("Số liệu kiểm chứng", 36),
            Column("Tài liệu kiểm chứng", 36),
            Column("Phòng, ban, đơn vị", 26),
        ),
        rows=(
            [
                row.number,
                row.content,
                UNKNOWN if row.maximum is None else row.maximum,
                UNKNOWN if row.own is None else row.own,
                row.figure,
                row.evidence or UNKNOWN,
                row.division,
            ]
            for row in report.criteria
        ),
    )
