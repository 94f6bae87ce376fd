"""Sheets by which a department is judged: shares, indexes, forms, overlaps and PAR INDEX criteria."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.words import PARTIAL_REASONS
from reconciliation.figures import TOTAL
from reports.figures import UNKNOWN, Report
from reports.workbooks import Cell, Column, Table


def judged_tables(report: Report) -> Iterator[Table]:
    """The sheets of monthly and quarterly reports."""
    yield _shares(report)
    yield _indexes(report)
    yield _failing(report)
    yield _form(report)
    yield _overlaps(report)
    yield _criteria(report)


def _shares(report: Report) -> Table:
    online, down, total = report.online, report.decentralisation, report.total
    postal, procedures = (total.postal, total.procedures) if total else (0, 0)
    handed = report.decentralisation if "decentralisation_state" in report.told else None
    rows: list[tuple[str, int | None, int | None]] = [
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
        ("Thực hiện qua bưu chính công ích", postal if "ways" in report.told else None, procedures),
        (
            f"Đã phân cấp trên TTHC cấp tỉnh (mục tiêu {down.target:.0%})",
            None if handed is None else handed.decided,
            down.procedures,
        ),
        ("Đề xuất phân cấp", None if handed is None else handed.proposed, down.procedures),
        ("Còn thiếu để đạt mục tiêu phân cấp", None if handed is None else handed.missing, None),
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
        rows=(
            [
                words,
                UNKNOWN if part is None else part,
                whole,
                part / whole if whole and part is not None else None,
            ]
            for words, part, whole in rows
        ),
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
