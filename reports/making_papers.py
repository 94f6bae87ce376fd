"""The drawings of the built-in templates of the office's other papers."""

from __future__ import annotations

from collections.abc import Sequence

from reports.drawing import CENTRE, Paper
from reports.making_report import form


def not_eligible() -> Paper:
    """The list of procedures not eligible for full online service."""
    paper = _list(
        "DANH MỤC",
        "Thủ tục hành chính chưa đủ điều kiện cung cấp dịch vụ công trực tuyến toàn trình",
        "(Nghị định số 224/2026/NĐ-CP, Điều 14; số liệu đến {{ so_lieu_den }}; {{ tong }} thủ tục, trong "
        "đó {{ thieu }} thủ tục chưa nêu lý do)",
    )
    paper.table(
        (
            ("STT", 1.2), ("Mã TTHC", 2.1), ("Tên thủ tục hành chính", 6.4), ("Lĩnh vực", 3.0),
            ("Lý do", 4.0), ("Căn cứ", 3.6), ("Lộ trình", 2.4), ("Phòng, ban, đơn vị", 3.2),
        ),
        "x in dong",
        _cells("stt", "ma", "ten", "linh_vuc", "ly_do", "can_cu", "lo_trinh", "phong"),
        size=11.5,
    )  # fmt: skip
    return _closed(paper)


def decentralisation() -> Paper:
    """The decentralisation plan."""
    paper = _list(
        "PHƯƠNG ÁN",
        "Phân cấp giải quyết thủ tục hành chính thuộc thẩm quyền của {{ so_ten }}",
        "(Số liệu đến {{ so_lieu_den }})",
    )
    paper.table(
        (
            ("STT", 1.2), ("Mã TTHC", 2.1), ("Tên thủ tục hành chính", 6.2), ("Phân cấp cho", 3.2),
            ("Căn cứ", 3.8), ("Văn bản phải sửa", 3.4), ("Lý do", 3.2), ("Phòng, ban, đơn vị", 2.8),
        ),
        "x in dong",
        _cells("stt", "ma", "ten", "cho", "can_cu", "van_ban", "ly_do", "phong"),
        size=11.5,
        title="x.nhom",
        last=("", "", "Đã phân cấp trên tổng số TTHC cấp tỉnh: {{ tong_ket }}", "", "", "", "", ""),
    )  # fmt: skip
    return _closed(paper)


def reminder() -> Paper:
    """The notice to divisions."""
    paper = Paper()
    paper.head("{{ ubnd_hoa }}", "{{ so_hoa }}", "…/TB-{{ ky_hieu }}", date="{{ ngay }}")
    paper.title("THÔNG BÁO", "Đôn đốc xử lý công việc về thủ tục hành chính")
    paper.text("Kính gửi: {{ noi_nhan }}.", align=CENTRE, before=12)
    paper.tag("{%p if dong %}")
    paper.text(
        "Theo số liệu đối chiếu đến {{ so_lieu_den }}, còn {{ tong }} việc về thủ tục hành chính chưa xử lý "
        "xong, trong đó {{ qua_han }} việc quá hạn. {{ so }} đề nghị khẩn trương xử lý và báo cáo kết quả, "
        "cụ thể:"
    )
    paper.table(
        (
            ("STT", 1.2), ("Mã TTHC, số quyết định", 2.6), ("Tên", 5.4), ("Việc phải làm", 3.4), ("Hạn", 2.2),
            ("Tình trạng", 1.8),
        ),
        "x in dong",
        _cells("stt", "ma", "ten", "viec", "han", "tinh_trang"),
        size=11,
        title="x.nhom",
    )  # fmt: skip
    paper.tag("{%p else %}")
    paper.text("Theo số liệu đối chiếu đến {{ so_lieu_den }}, không còn việc nào chưa xử lý xong.")
    paper.tag("{%p endif %}")
    paper.text("Trường hợp vướng mắc, đề nghị phản ánh về Văn phòng {{ so }} để tổng hợp./.", keep=True)
    paper.signed(("- Như trên;", "- Lãnh đạo Sở;", "- Lưu: VT, VP."), ("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG"))
    return paper


def par_index() -> Paper:
    """The self-scoring table."""
    paper = _list(
        "BẢNG TỰ CHẤM ĐIỂM",
        "Các tiêu chí về thủ tục hành chính của Chỉ số cải cách hành chính (PAR INDEX), {{ ky }}",
        "(Số liệu đến {{ so_lieu_den }})",
    )
    paper.table(
        (
            ("Tiêu chí", 2.0), ("Nội dung", 6.2), ("Điểm tối đa", 1.8), ("Tự chấm", 1.8), ("Số liệu", 3.6),
            ("Tài liệu kiểm chứng", 4.0), ("Nguyên nhân mất điểm", 3.6), ("Phòng, ban, đơn vị", 2.9),
        ),
        "x in dong",
        _cells("so", "ten", "toi_da", "tu_cham", "so_lieu", "tai_lieu", "nguyen_nhan", "phong"),
        size=11.5,
        last=("", "Tổng điểm tự chấm", "", "{{ tong_diem }}", "", "", "", ""),
    )  # fmt: skip
    return _closed(paper)


def form_ii07b() -> Paper:
    """Form II.07b alone."""
    paper = _list("BIỂU II.07b", "Tổng hợp số lượng thủ tục hành chính, {{ ky }}", "(Đơn vị tính: TTHC)")
    form(paper, size=12, wide=1.55)
    return _closed(paper)


def form_06() -> Paper:
    """Form 06, to be filled in."""
    paper = _list(
        "BIỂU 06",
        "Tình hình, kết quả giải quyết thủ tục hành chính, {{ ky }}",
        "(Đơn vị tính: số hồ sơ TTHC)",
    )
    paper.table(
        (
            ("STT", 1.2), ("Lĩnh vực, công việc giải quyết theo cấp", 5.6), ("Nhận: tổng", 1.7),
            ("Trực tuyến", 1.7), ("Trực tiếp, BCCI", 1.7), ("Từ kỳ trước", 1.6), ("Đã giải quyết: tổng", 1.9),
            ("Trước hạn", 1.6), ("Đúng hạn", 1.6), ("Quá hạn", 1.6), ("Đang giải quyết: tổng", 2.0),
            ("Trong hạn", 1.6), ("Quá hạn", 1.6),
        ),
        "x in dong",
        _cells("stt", "linh_vuc", "nhan", "nhan_tt", "nhan_khac", "ky_truoc", "xong", "som", "dung", "muon",
               "dang", "con_han", "het_han"),
        size=11,
    )  # fmt: skip
    return _closed(paper)


def _list(name: str, about: str, below: str) -> Paper:
    """The head of a list that lies on its side."""
    paper = Paper(landscape=True)
    paper.head("{{ ubnd_hoa }}", "{{ so_hoa }}", "…/{{ ky_hieu }}-VP", date="{{ ngay }}")
    paper.title(name, about)
    paper.text(below, align=CENTRE, italic=True, indent=False, before=2, size=13)
    paper.text("", indent=False, before=2, size=6)
    return paper


def _closed(paper: Paper) -> Paper:
    paper.signed(("- Văn phòng {{ ubnd }};", "- Lưu: VT, VP."), ("GIÁM ĐỐC",))
    return paper


def _cells(*names: str) -> Sequence[str]:
    return tuple(f"{{{{ x.{name} }}}}" for name in names)
