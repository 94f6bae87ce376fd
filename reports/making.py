"""Draws the built-in Word templates anew: `python -m reports.making`. A test holds the files to this.

The templates are the department's to replace: what each may name is in docs/papers.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from reports.documents import NAMES, TEMPLATES, timeless
from reports.drawing import CENTRE, LEFT, Paper
from reports.making_papers import (
    decentralisation,
    form_06,
    form_ii07b,
    not_eligible,
    par_index,
    reminder,
)
from reports.making_report import report


def decision() -> Paper:
    """Tờ trình, draft decision and annexes."""
    paper = Paper()
    paper.head("{{ ubnd_hoa }}", "{{ so_hoa }}", "…/TTr-{{ ky_hieu }}")
    paper.title(
        "TỜ TRÌNH",
        "Về việc công bố Danh mục thủ tục hành chính {{ cac_loai }} lĩnh vực {{ linh_vuc }} "
        "thuộc phạm vi chức năng quản lý của {{ so_ten }}",
    )
    paper.text("Kính gửi: Chủ tịch {{ ubnd }}.", align=CENTRE, before=12)
    for each in _BASES:
        paper.text(f"Căn cứ {each};", italic=True)
    paper.text(
        "Căn cứ Quyết định số {{ so_bo }} {{ ngay_bo }} của Bộ trưởng {{ bo }} công bố thủ tục hành chính "
        "{{ cac_loai }} thuộc phạm vi chức năng quản lý của {{ bo }};",
        italic=True,
    )
    paper.text(
        "{{ so }} kính trình Chủ tịch {{ ubnd }} xem xét, ban hành Quyết định công bố Danh mục "
        "{{ tong }} thủ tục hành chính, gồm:"
    )
    paper.tag("{%p for dong in dem %}")
    paper.text("- {{ dong }};", before=3)
    paper.tag("{%p endfor %}")
    paper.tag("{%p if co_chuyen_cap %}")
    paper.text(
        "Trong đó {{ chuyen_cap }} thủ tục hành chính thay đổi cấp thực hiện, được nêu cả ở phần mới ban "
        "hành và phần bị bãi bỏ, có ghi chú."
    )
    paper.tag("{%p endif %}")
    paper.text(
        "Quyết định số {{ so_bo }} có hiệu lực: {{ ngay_hieu_luc }}. Hạn công bố của tỉnh: {{ han }} "
        "({{ can_cu_han }})."
    )
    paper.text(
        "Nội dung chi tiết tại dự thảo Quyết định và {{ so_phu_luc }} kèm theo. Những ô ghi “…” là nội dung "
        "danh mục và Cổng Dịch vụ công quốc gia chưa cho biết, phòng chuyên môn bổ sung trước khi trình."
    )
    paper.text("Kính trình Chủ tịch {{ ubnd }} xem xét, quyết định./.", keep=True)
    paper.signed(("- Như trên;", "- Văn phòng UBND {{ cap }};", "- Lưu: VT, VP."), ("GIÁM ĐỐC",))
    paper.section(landscape=False)
    paper.head("", "{{ ubnd_day_du_hoa }}", "…/QĐ-UBND")
    paper.text("DỰ THẢO", align=LEFT, bold=True, indent=False, size=12)
    paper.title(
        "QUYẾT ĐỊNH",
        "Về việc công bố Danh mục thủ tục hành chính {{ cac_loai }} lĩnh vực {{ linh_vuc }} "
        "thuộc phạm vi chức năng quản lý của {{ so_ten }}",
        before=4,
    )
    paper.text("CHỦ TỊCH {{ ubnd | upper }}", align=CENTRE, bold=True, indent=False, before=10)
    paper.text("Căn cứ Luật Tổ chức chính quyền địa phương …;", italic=True)
    for each in _BASES:
        paper.text(f"Căn cứ {each};", italic=True)
    paper.text(
        "Căn cứ Quyết định số {{ so_bo }} {{ ngay_bo }} của Bộ trưởng {{ bo }};",
        italic=True,
    )
    paper.text(
        "Theo đề nghị của Giám đốc {{ so }} tại Tờ trình số …/TTr-{{ ky_hieu }} ngày … tháng … năm ….",
        italic=True,
    )
    paper.text("QUYẾT ĐỊNH:", align=CENTRE, bold=True, indent=False, before=10)
    paper.text(
        lead="Điều 1. ",
        words="Công bố kèm theo Quyết định này Danh mục {{ tong }} thủ tục hành chính {{ cac_loai }} "
        "lĩnh vực {{ linh_vuc }} thuộc phạm vi chức năng quản lý của {{ so_ten }} ({{ so_phu_luc }}).",
    )
    paper.text("Quyết định này có hiệu lực kể từ ngày … tháng … năm ….", lead="Điều 2. ")
    paper.tag("{%p if quyet_dinh_cu %}")
    paper.text("Bãi bỏ các thủ tục hành chính tương ứng đã được công bố tại:")
    paper.tag("{%p for cu in quyet_dinh_cu %}")
    paper.text("- {{ cu }};", before=3)
    paper.tag("{%p endfor %}")
    paper.tag("{%p endif %}")
    paper.text(
        "{{ so }} phối hợp với các cơ quan liên quan cập nhật, công khai thủ tục hành chính trên Cơ sở dữ "
        "liệu quốc gia về thủ tục hành chính trong 05 ngày làm việc kể từ ngày ký, niêm yết tại nơi tiếp "
        "nhận và xây dựng quy trình nội bộ theo quy định.",
        lead="Điều 3. ",
    )
    paper.text(
        "Chánh Văn phòng {{ ubnd }}; Giám đốc {{ so }}; Thủ trưởng các sở, ban, ngành; Chủ tịch Ủy ban nhân "
        "dân các xã, phường và các tổ chức, cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này./.",
        lead="Điều 4. ",
        keep=True,
    )
    paper.signed(
        ("- Như Điều 4;", "- {{ bo }};", "- Chủ tịch, các PCT UBND {{ cap }};", "- Lưu: VT, …"), ("CHỦ TỊCH",)
    )
    paper.section(landscape=True)
    paper.tag("{%p for phu_luc_nay in phu_luc %}")
    paper.text("Phụ lục {{ phu_luc_nay.so }}", align=CENTRE, bold=True, indent=False, before=12, keep=True)
    paper.text("{{ phu_luc_nay.ten }}", align=CENTRE, bold=True, indent=False, before=0, keep=True)
    paper.text(
        "THUỘC PHẠM VI CHỨC NĂNG QUẢN LÝ CỦA {{ so_ten | upper }}",
        align=CENTRE,
        bold=True,
        indent=False,
        before=0,
        keep=True,
    )
    paper.text(
        "(Kèm theo Quyết định số …/QĐ-UBND ngày … tháng … năm … của Chủ tịch {{ ubnd }})",
        align=CENTRE,
        italic=True,
        indent=False,
        before=0,
        keep=True,
    )
    _annexes(paper)
    paper.tag("{%p endfor %}")
    return paper


def _annexes(paper: Paper) -> None:
    rows, title = "x in phu_luc_nay.dong", "x.nhom"
    paper.tag("{%p if phu_luc_nay.loai == 'new' %}")
    paper.table(
        (
            ("STT", 1.2), ("Mã TTHC", 1.9), ("Tên thủ tục hành chính", 5.2), ("Thời hạn theo quy định", 2.6),
            ("Thời hạn sau cắt giảm", 2.2), ("Địa điểm thực hiện", 2.6), ("Phí, lệ phí", 2.3),
            ("Cách thức thực hiện (BCCI)", 2.3), ("DVC trực tuyến", 1.8), ("Căn cứ pháp lý", 4.3),
        ),
        rows,
        ("{{ x.stt }}", "{{ x.ma }}", "{{ x.ten }}", "{{ x.thoi_han }}", "{{ x.cat_giam }}",
         "{{ x.dia_diem }}", "{{ x.phi }}", "{{ x.cach_thuc }}", "{{ x.muc_do }}", "{{ x.can_cu }}"),
        size=10.5,
        title=title,
    )  # fmt: skip
    paper.tag("{%p endif %}")
    paper.tag("{%p if phu_luc_nay.loai == 'changed' %}")
    paper.table(
        (
            ("STT", 1.2), ("Mã TTHC", 1.9), ("Tên thủ tục hành chính", 3.6),
            ("Nội dung sửa đổi, bổ sung", 2.5), ("Văn bản sửa đổi, bổ sung", 2.7),
            ("Thời hạn theo quy định", 2.2), ("Thời hạn sau cắt giảm", 2.0), ("Địa điểm thực hiện", 2.0),
            ("Phí, lệ phí", 1.8), ("Cách thức thực hiện (BCCI)", 2.0),
            ("DVC trực tuyến", 1.5), ("Căn cứ pháp lý", 3.0),
        ),
        rows,
        ("{{ x.stt }}", "{{ x.ma }}", "{{ x.ten }}", "{{ x.sua_doi }}", "{{ x.van_ban_sua }}",
         "{{ x.thoi_han }}", "{{ x.cat_giam }}", "{{ x.dia_diem }}", "{{ x.phi }}", "{{ x.cach_thuc }}",
         "{{ x.muc_do }}", "{{ x.can_cu }}"),
        size=9.5,
        title=title,
    )  # fmt: skip
    paper.tag("{%p endif %}")
    paper.tag("{%p if phu_luc_nay.loai == 'repealed' %}")
    paper.table(
        (
            ("STT", 1.2), ("Mã TTHC", 2.2), ("Tên thủ tục hành chính", 8.6),
            ("Văn bản quy định việc bãi bỏ", 5.6), ("Quyết định của tỉnh đã công bố", 4.6), ("Ghi chú", 4.2),
        ),
        rows,
        ("{{ x.stt }}", "{{ x.ma }}", "{{ x.ten_goc }}", "{{ x.van_ban_bai_bo }}", "{{ x.qd_tinh }}",
         "{{ x.ghi_chu }}"),
        size=11,
        title=title,
    )  # fmt: skip
    paper.tag("{%p endif %}")


_BASES = (
    "Nghị định số 63/2010/NĐ-CP ngày 08 tháng 6 năm 2010 của Chính phủ về kiểm soát thủ tục hành chính, được "
    "sửa đổi, bổ sung tại Nghị định số 48/2013/NĐ-CP và Nghị định số 92/2017/NĐ-CP",
)

DRAWN: Mapping[str, Callable[[], Paper]] = {
    "report": report,
    "reminder": reminder,
    "not-eligible": not_eligible,
    "decentralisation": decentralisation,
    "par-index": par_index,
    "form-ii07b": form_ii07b,
    "form-06": form_06,
    "decision": decision,
}
"""Each template's drawing, by what it is for."""


def drawn(name: str) -> bytes:
    """A template's file as bytes, the same each time."""
    from datetime import datetime
    from io import BytesIO

    document: Any = DRAWN[name]().document
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "rasoat", NAMES[name], ""
    properties.created = properties.modified = datetime(2026, 1, 1)
    buffer = BytesIO()
    document.save(buffer)
    return timeless(buffer.getvalue())


def main(folder: Path = TEMPLATES) -> None:
    """Write every template."""
    for name in DRAWN:
        (folder / NAMES[name]).write_bytes(drawn(name))


if __name__ == "__main__":
    main()
