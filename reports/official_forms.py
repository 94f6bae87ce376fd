"""Forms of procedure control: figures from the lists, and open cells for what the lists do not contain.

Their columns are those of report screens that name the forms; UNVERIFIED against the circular.
"""

from __future__ import annotations

from collections.abc import Mapping

from reports.administrative import form_values
from reports.figures import UNKNOWN
from reports.paper_values import OfficePaper, PaperData, shared_values
from reports.workbooks import TableColumn


def form_ii07b(facts: PaperData) -> OfficePaper:
    """Build form II.07b: number of procedures, with open cells for what the lists do not contain."""
    values = form_values(facts.report)
    row = {
        "stt": "1",
        "don_vi": facts.report.department,
        "tong": values["bieu_tong"],
        "tinh": values["bieu_tinh"],
        "xa": values["bieu_xa"],
        **dict.fromkeys(("mc", "mc_tinh", "mc_xa", "qt", "qt_tinh", "qt_xa"), UNKNOWN),
    }
    return OfficePaper(
        template="form-ii07b",
        title="BIỂU II.07b: TỔNG HỢP SỐ LƯỢNG THỦ TỤC HÀNH CHÍNH",
        values={**shared_values(facts), **values, "dong": [row]},
        columns={
            "stt": TableColumn("STT", 6),
            "don_vi": TableColumn("Đơn vị", 36),
            "tong": TableColumn("Tổng TTHC", 12),
            "tinh": TableColumn("Cấp tỉnh", 12),
            "xa": TableColumn("Cấp xã", 12),
            "mc": TableColumn("Một cửa: tổng", 12),
            "mc_tinh": TableColumn("BPMC cấp tỉnh", 12),
            "mc_xa": TableColumn("BPMC cấp xã", 12),
            "qt": TableColumn("Quy trình nội bộ: tổng", 12),
            "qt_tinh": TableColumn("Quy trình cấp tỉnh", 12),
            "qt_xa": TableColumn("Quy trình cấp xã", 12),
        },
    )


def form_06(facts: PaperData) -> OfficePaper:
    """Build form 06: dossiers by field, all to be filled in from the one-stop system."""
    open_cells = dict.fromkeys(_DOSSIERS, UNKNOWN)
    rows = [
        {"stt": str(number), "linh_vuc": row.field or UNKNOWN, **open_cells}
        for number, row in enumerate(facts.report.fields, 1)
    ]
    return OfficePaper(
        template="form-06",
        title="BIỂU 06: TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
        values={**shared_values(facts), "dong": rows},
        columns={
            "stt": TableColumn("STT", 6),
            "linh_vuc": TableColumn("Lĩnh vực", 40),
            **{key: TableColumn(words, 11) for key, words in _DOSSIERS.items()},
        },
        notes=("Đơn vị tính: số hồ sơ TTHC. Ô “…” lấy từ hệ thống một cửa, danh mục không cho biết.",),
    )


_DOSSIERS: Mapping[str, str] = {
    "nhan": "Nhận: tổng",
    "nhan_tt": "Trực tuyến",
    "nhan_khac": "Trực tiếp, BCCI",
    "ky_truoc": "Từ kỳ trước",
    "xong": "Đã giải quyết: tổng",
    "som": "Trước hạn",
    "dung": "Đúng hạn",
    "muon": "Quá hạn",
    "dang": "Đang giải quyết: tổng",
    "con_han": "Trong hạn",
    "het_han": "Quá hạn ",
}
