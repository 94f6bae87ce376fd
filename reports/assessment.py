"""Sheets of a department's assessment: shares, indexes, forms, overlaps and PAR INDEX criteria."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from procedures.indicators import TOTAL
from procedures.wording.words import PARTIAL_REASONS, share_text
from reports.figures import UNKNOWN, Report, level_words, number_cell
from reports.workbooks import Cell, Table, TableColumn


def assessment_tables(report: Report) -> Iterator[Table]:
    """Yield the further sheets of monthly and quarterly reports."""
    yield _shares(report)
    yield _indexes(report)
    yield _failing(report)
    yield _form(report)
    yield _overlaps(report)
    yield _criteria(report)


def _shares(report: Report) -> Table:
    """Return each indicator level by level; all levels together have a number and never a share."""
    return Table(
        name="Chỉ tiêu",
        title="DỊCH VỤ CÔNG TRỰC TUYẾN, BƯU CHÍNH CÔNG ÍCH, PHÂN CẤP",
        notes=("Tỷ lệ tính riêng từng cấp. Thủ tục ở hai cấp được tính ở mỗi cấp. “…”: danh mục chưa ghi.",),
        columns=(
            TableColumn("Chỉ tiêu", 60),
            TableColumn("Cấp thực hiện", 18),
            TableColumn("Số lượng", 12, "number"),
            TableColumn("Trên tổng", 12, "number"),
            TableColumn("Tỷ lệ", 12, "share"),
        ),
        rows=_share_rows(report),
    )


_ONLINE: Mapping[str, tuple[str, str]] = {
    "Thủ tục trong danh mục": ("procedures", ""),
    "Đủ điều kiện toàn trình": ("eligible", "procedures"),
    "Đã cung cấp toàn trình trên số đủ điều kiện": ("done", "eligible"),
    "Chưa đủ điều kiện toàn trình": ("not_eligible", "procedures"),
    "Chưa đủ điều kiện, chưa nêu lý do": ("refused_without_reason", "not_eligible"),
    "Chưa xác định điều kiện": ("undeclared", "procedures"),
    "Dưới toàn trình, chưa nêu lý do": ("without_reason", "below_full"),
}
"""Indicators of full online service, each with the counts it divides; an empty name: no share."""


def _share_row(words: str, level: str, part: int | None, whole: int | None, *, alone: bool) -> list[Cell]:
    if alone:
        return [words, level_words(level), number_cell(part), None, None]
    return [words, level_words(level), number_cell(part), number_cell(whole), share_cell(part, whole)]


def _share_rows(report: Report) -> Iterator[list[Cell]]:
    online, plan = report.online, report.decentralisation
    rows = (*online.levels, online)
    for words, (part, whole) in _ONLINE.items():
        for row in rows:
            alone = not whole or row.level == TOTAL
            total = getattr(row, whole) if whole else None
            yield _share_row(words, row.level, getattr(row, part), total, alone=alone)
    for row in rows:
        for reason, number in row.by_reason.items():
            words = f"Lý do: {PARTIAL_REASONS.get(reason, 'lý do khác')}"
            yield _share_row(words, row.level, number, row.not_eligible, alone=row.level == TOTAL)
    for each in report.levels:
        words, alone = "Thực hiện qua bưu chính công ích", each.level == TOTAL
        yield _share_row(words, each.level, each.known_count("postal"), each.procedures, alone=alone)
    target = share_text(round(100 * plan.target), 100)
    words = f"Đã phân cấp trên TTHC cấp tỉnh (mục tiêu {target})"
    yield _share_row(words, "province", plan.decided, plan.procedures, alone=False)
    yield _share_row("Đề xuất phân cấp", "province", plan.proposed, plan.procedures, alone=False)
    words = "Còn thiếu để đạt mục tiêu phân cấp"
    yield _share_row(words, "province", plan.missing, None, alone=True)


def share_cell(part: int | None, whole: int | None) -> float | str:
    """Return a share from 0 to 1; "N/A" where the whole is 0, "…" where a number is unknown."""
    if whole == 0 and part is not None:
        return "N/A"
    return UNKNOWN if part is None or whole is None else part / whole


def _indexes(report: Report) -> Table:
    return Table(
        name="Chỉ số 766",
        title="CÁC CHỈ SỐ THEO QUYẾT ĐỊNH 766/QĐ-TTg TÍNH ĐƯỢC TỪ DANH MỤC",
        notes=("Mẫu số bằng 0: N/A. Các chỉ số 1.4, 3.2, 3.3 cần số liệu hồ sơ, không tính từ danh mục.",),
        columns=(
            TableColumn("Chỉ số", 16),
            TableColumn("Nội dung", 60),
            TableColumn("Tử số", 10, "number"),
            TableColumn("Mẫu số", 10, "number"),
            TableColumn("Tỷ lệ", 12, "share"),
            TableColumn("Phần điểm", 12, "share"),
            TableColumn("Chưa đạt", 10, "number"),
            TableColumn("Cách tính", 60),
        ),
        rows=(
            [
                each.number,
                each.title,
                number_cell(each.numerator),
                number_cell(each.denominator),
                share_cell(each.numerator, each.denominator),
                UNKNOWN if each.score_share is None else each.score_share,
                UNKNOWN if each.numerator is None else len(each.failing),
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
            TableColumn("Chỉ số", 16),
            TableColumn("Mã TTHC", 12),
            TableColumn("Tên thủ tục hành chính", 60),
            TableColumn("Phòng, ban, đơn vị", 26),
            TableColumn("Vì sao", 50),
        ),
        rows=(
            [index.number, each.code or UNKNOWN, each.name, each.division or UNKNOWN, each.reason]
            for index in report.indexes
            for each in index.failing
        ),
        plain=True,
    )


def _form(report: Report) -> Table:
    total = report.total
    unknown: list[Cell] = [UNKNOWN] * 6
    return Table(
        name="II.07b",
        title="BIỂU II.07b: TỔNG HỢP SỐ LƯỢNG THỦ TỤC HÀNH CHÍNH",
        notes=(
            "Cột “…” danh mục không cho biết, phòng chuyên môn điền. Không còn cột cấp huyện từ 01/7/2025.",
        ),
        columns=(
            TableColumn("STT", 6, "number"),
            TableColumn("Đơn vị", 40),
            TableColumn("Thuộc thẩm quyền: Tổng", 14, "number"),
            TableColumn("Cấp tỉnh", 12, "number"),
            TableColumn("Cấp xã", 12, "number"),
            TableColumn("Một cửa: Tổng", 14, "number"),
            TableColumn("BPMC cấp tỉnh", 12, "number"),
            TableColumn("BPMC cấp xã", 12, "number"),
            TableColumn("Quy trình nội bộ: Tổng", 14, "number"),
            TableColumn("Cấp tỉnh ", 12, "number"),
            TableColumn("Cấp xã ", 12, "number"),
        ),
        rows=[
            [
                1,
                report.department,
                UNKNOWN if total is None else total.procedures,
                number_cell(report.at_level("province")),
                number_cell(report.at_level("commune")),
                *unknown,
            ]
        ],
    )


def _overlaps(report: Report) -> Table:
    return Table(
        name="Đề xuất đơn giản hóa",
        title="THỦ TỤC CÓ THỂ TRÙNG LẶP, CHỒNG CHÉO ĐỀ XUẤT RÀ SOÁT, ĐƠN GIẢN HÓA",
        columns=(
            TableColumn("Mã TTHC", 12),
            TableColumn("Tên thủ tục hành chính", 50),
            TableColumn("Mã TTHC liên quan", 12),
            TableColumn("Tên thủ tục liên quan", 50),
            TableColumn("Kết luận", 24),
            TableColumn("Kiến nghị", 50),
            TableColumn("Phòng, ban, đơn vị", 26),
        ),
        rows=(
            [
                row.code or UNKNOWN,
                row.name,
                row.other_code or UNKNOWN,
                row.other_name or UNKNOWN,
                "Chồng chéo (đã xác nhận)" if row.confirmed else "Có thể trùng lặp, chờ xác nhận",
                row.proposal or UNKNOWN,
                row.division or UNKNOWN,
            ]
            for row in report.overlaps
        ),
    )


def _criteria(report: Report) -> Table:
    return Table(
        name="PAR INDEX",
        title="TỰ CHẤM ĐIỂM CÁC TIÊU CHÍ CẢI CÁCH HÀNH CHÍNH VỀ THỦ TỤC HÀNH CHÍNH",
        columns=(
            TableColumn("Tiêu chí", 12),
            TableColumn("Nội dung", 60),
            TableColumn("Điểm tối đa", 10, "number"),
            TableColumn("Điểm tự chấm", 10, "number"),
            TableColumn("Số liệu kiểm chứng", 36),
            TableColumn("Tài liệu kiểm chứng", 36),
            TableColumn("Phòng, ban, đơn vị", 26),
        ),
        rows=(
            [
                row.number,
                row.content or UNKNOWN,
                UNKNOWN if row.maximum is None else row.maximum,
                UNKNOWN if row.own_score is None else row.own_score,
                row.figure,
                row.evidence or UNKNOWN,
                row.division or UNKNOWN,
            ]
            for row in report.criteria
        ),
    )
