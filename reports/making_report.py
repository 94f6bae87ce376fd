"""The drawing of the built-in template of the periodic report."""

from __future__ import annotations

from reports.drawing import CENTRE, LEFT, Paper


def report() -> Paper:
    """The administrative report of a period."""
    paper = Paper()
    paper.head("{{ ubnd_hoa }}", "{{ so_hoa }}", "…/BC-{{ ky_hieu }}", date="{{ ngay }}")
    paper.title(
        "BÁO CÁO",
        "Kết quả rà soát, đối chiếu và tình hình công bố, công khai thủ tục hành chính {{ ky }}",
    )
    paper.text("Kính gửi: {{ noi_gui }}.", align=CENTRE, before=12)
    paper.text(
        "{{ so }} báo cáo kết quả rà soát, đối chiếu thủ tục hành chính (TTHC) thuộc phạm vi quản "
        "lý, kỳ từ ngày "
        "{{ tu_ngay }} đến ngày {{ den_ngay }}, số liệu đến {{ so_lieu_den }} như sau:"
    )
    _numbers(paper)
    _changes(paper)
    _progress(paper)
    paper.tag("{%p if day_du %}")
    _online(paper)
    _reviewed(paper)
    _indexes(paper)
    paper.tag("{%p endif %}")
    paper.text("Trên đây là báo cáo của {{ so_ten }}./.", before=10, keep=True)
    paper.signed(
        ("- Như trên;", "- Lãnh đạo Sở;", "- Các phòng, ban, đơn vị trực thuộc;", "- Lưu: VT, VP."),
        ("GIÁM ĐỐC",),
    )
    return paper


def _numbers(paper: Paper) -> None:
    _part(paper, "I. SỐ LƯỢNG THỦ TỤC HÀNH CHÍNH")
    paper.text("Danh mục của Sở hiện có {{ tong_tthc }} TTHC. Nguồn số liệu:")
    paper.tag("{%p for x in nguon %}")
    paper.text("- {{ x }};", before=2)
    paper.tag("{%p endfor %}")
    _caption(paper, "Bảng 1. Theo cấp thực hiện")
    paper.table(
        (
            ("Cấp thực hiện", 2.4), ("TTHC", 1.8), ("Toàn trình", 1.6), ("Một phần", 1.6),
            ("Chưa trực tuyến", 1.8), ("Chưa ghi mức độ", 1.8),
            ("BCCI", 1.6), ("Đã phân cấp", 1.6), ("Trên Cổng DVC quốc gia", 2.0),
        ),
        "x in cap",
        ("{{ x.ten }}", "{{ x.so }}", "{{ x.toan_trinh }}", "{{ x.mot_phan }}", "{{ x.chua }}",
         "{{ x.chua_ghi }}", "{{ x.bcci }}",
         "{{ x.phan_cap }}", "{{ x.tren_cong }}"),
        first_left=True,
        numbers=True,
    )  # fmt: skip
    _caption(paper, "Bảng 2. Theo lĩnh vực")
    paper.table(
        (("STT", 1.2), ("Lĩnh vực", 9.0), ("TTHC", 2.0), ("Cấp tỉnh", 2.0), ("Cấp xã", 2.0)),
        "x in linh_vuc",
        ("{{ x.stt }}", "{{ x.ten }}", "{{ x.so }}", "{{ x.tinh }}", "{{ x.xa }}"),
    )
    paper.text(
        "Một thủ tục ở hai cấp được tính ở mỗi cấp, trong tổng số tính một lần.",
        italic=True,
        size=12,
        before=2,
    )


def _changes(paper: Paper) -> None:
    _part(paper, "II. THAY ĐỔI TRONG KỲ")
    paper.text(
        "Trên Cổng Dịch vụ công quốc gia có {{ so_thay_doi }} lượt thay đổi. Đối chiếu với danh "
        "mục: {{ moi }} sai "
        "lệch mới, {{ het }} sai lệch đã hết, còn {{ con }} sai lệch chưa xử lý."
    )
    paper.tag("{%p if thay_doi %}")
    _caption(paper, "Bảng 3. Thay đổi theo quyết định của Bộ")
    paper.table(
        (("Mã TTHC", 2.1), ("Tên thủ tục hành chính", 6.4), ("Thay đổi", 3.2), ("Phần thay đổi", 2.5),
         ("Ngày", 2.2)),
        "x in thay_doi",
        ("{{ x.ma }}", "{{ x.ten }}", "{{ x.thay_doi }}", "{{ x.phan }}", "{{ x.ngay }}"),
        size=11,
        title="x.nhom",
    )  # fmt: skip
    paper.tag("{%p endif %}")
    paper.tag("{%p if sai_lech %}")
    _caption(paper, "Bảng 4. Sai lệch theo loại")
    paper.table(
        (("Loại sai lệch", 9.4), ("Còn", 2.2), ("Mới trong kỳ", 2.4), ("Đã hết", 2.2)),
        "x in sai_lech",
        ("{{ x.ten }}", "{{ x.con }}", "{{ x.moi }}", "{{ x.het }}"),
        first_left=True,
        numbers=True,
    )
    paper.tag("{%p endif %}")


def _progress(paper: Paper) -> None:
    _part(paper, "III. TIẾN ĐỘ CÔNG BỐ VÀ XỬ LÝ")
    paper.tag("{%p if quyet_dinh %}")
    _caption(paper, "Bảng 5. Theo quyết định của Bộ")
    paper.table(
        (
            ("Quyết định", 2.6), ("Ngày", 2.2), ("Nội dung", 2.6), ("Hạn", 2.6), ("Phòng, ban, đơn vị", 2.6),
            ("Giai đoạn, tình trạng", 2.2), ("Quyết định của tỉnh", 1.8),
        ),
        "x in quyet_dinh",
        ("{{ x.so }}", "{{ x.ngay }}", "{{ x.noi_dung }}", "{{ x.han }}", "{{ x.phong }}",
         "{{ x.giai_doan }}\n{{ x.tinh_trang }}", "{{ x.qd_tinh }}"),
        size=11,
    )  # fmt: skip
    paper.tag("{%p endif %}")
    paper.tag("{%p if phong %}")
    _caption(paper, "Bảng 6. Theo phòng, ban, đơn vị")
    paper.table(
        (
            ("Phòng, ban, đơn vị", 5.4), ("Sai lệch chưa xử lý", 2.6), ("Quá hạn", 2.0),
            ("Quyết định đang theo dõi", 2.6), ("Quyết định quá hạn", 3.6),
        ),
        "x in phong",
        ("{{ x.ten }}", "{{ x.sai_lech }}", "{{ x.qua_han }}", "{{ x.quyet_dinh }}", "{{ x.qd_qua_han }}"),
        first_left=True,
        numbers=True,
    )  # fmt: skip
    paper.tag("{%p endif %}")
    paper.tag("{%p if phong_qua_han %}")
    paper.text("Việc quá hạn:")
    paper.tag("{%p for x in phong_qua_han %}")
    paper.text("- {{ x }};", before=2)
    paper.tag("{%p endfor %}")
    paper.tag("{%p else %}")
    paper.text("Không có việc quá hạn.")
    paper.tag("{%p endif %}")
    paper.text("{{ phan_anh_tong }}.")
    paper.tag("{%p if phan_anh %}")
    _caption(paper, "Phản ánh, kiến nghị nhận trong kỳ")
    paper.table(
        (("Số đến", 2.0), ("Ngày nhận", 2.2), ("Mã TTHC", 2.1), ("Nội dung", 5.4),
         ("Phòng, ban, đơn vị", 2.6), ("Tình trạng", 2.1)),
        "x in phan_anh",
        ("{{ x.so }}", "{{ x.ngay }}", "{{ x.ma }}", "{{ x.noi_dung }}", "{{ x.phong }}",
         "{{ x.tinh_trang }}"),
        size=11,
    )  # fmt: skip
    paper.tag("{%p endif %}")


def _online(paper: Paper) -> None:
    _part(paper, "IV. TRỰC TUYẾN, BƯU CHÍNH CÔNG ÍCH, PHÂN CẤP")
    paper.text(
        "Đủ điều kiện cung cấp dịch vụ công trực tuyến toàn trình: {{ du_dieu_kien }} thủ tục; đã "
        "cung cấp toàn trình: {{ toan_trinh }}. Chưa đủ điều kiện: {{ chua_du_dieu_kien }} thủ tục, "
        "trong đó {{ chua_neu_ly_do }} thủ tục chưa nêu lý do; chưa xác định: {{ chua_xac_dinh }} thủ tục. "
        "Đang cung cấp dưới toàn trình mà chưa nêu lý do: {{ duoi_toan_trinh_chua_neu_ly_do }} thủ tục.",
        lead="1. Trực tuyến. ",
    )
    _caption(paper, "Bảng 7. Điều kiện trực tuyến toàn trình theo cấp")
    paper.table(
        (
            ("Cấp thực hiện", 2.2), ("TTHC", 1.7), ("Đủ điều kiện", 3.4), ("Đã toàn trình", 3.6),
            ("Chưa đủ điều kiện", 1.7), ("Chưa xác định", 1.7), ("Dưới toàn trình, chưa nêu lý do", 2.0),
        ),
        "x in dieu_kien",
        ("{{ x.ten }}", "{{ x.so }}", "{{ x.du }}", "{{ x.toan_trinh }}", "{{ x.chua_du }}",
         "{{ x.chua_ke_khai }}", "{{ x.thieu_ly_do }}"),
        first_left=True,
        numbers=True,
    )  # fmt: skip
    paper.text(
        "Tỷ lệ tính riêng từng cấp; tổng số gồm các cấp nên không có tỷ lệ. Ô “…”: danh mục chưa ghi.",
        italic=True,
        size=12,
        before=2,
    )
    paper.tag("{%p for x in ly_do %}")
    paper.text("- {{ x }};", before=2)
    paper.tag("{%p endfor %}")
    paper.tag("{%p if thieu_ly_do_theo_phong %}")
    paper.text("Dưới toàn trình, chưa nêu lý do, theo phòng:")
    paper.tag("{%p for x in thieu_ly_do_theo_phong %}")
    paper.text("- {{ x }};", before=2)
    paper.tag("{%p endfor %}")
    paper.tag("{%p endif %}")
    paper.text("Thực hiện qua bưu chính công ích: {{ bcci }}.", lead="2. Bưu chính công ích. ")
    paper.text(
        "Đã phân cấp {{ phan_cap }} thủ tục cấp tỉnh; mục tiêu {{ muc_tieu }} ({{ phan_cap_can }} "
        "thủ tục), còn "
        "thiếu {{ phan_cap_thieu }} thủ tục; đang đề xuất {{ phan_cap_de_xuat }} thủ tục. Ủy "
        "quyền (không tính là "
        "phân cấp): {{ uy_quyen }} thủ tục.",
        lead="3. Phân cấp. ",
    )


def _reviewed(paper: Paper) -> None:
    _part(paper, "V. RÀ SOÁT, ĐƠN GIẢN HÓA")
    paper.tag("{%p if chong_cheo %}")
    _caption(paper, "Bảng 8. Thủ tục đề xuất rà soát, đơn giản hóa")
    paper.table(
        (("STT", 1.2), ("Thủ tục", 4.6), ("Thủ tục liên quan", 4.6), ("Kết luận", 2.6), ("Kiến nghị", 3.2)),
        "x in chong_cheo",
        ("{{ x.stt }}", "{{ x.mot }}", "{{ x.hai }}", "{{ x.ket_luan }}", "{{ x.kien_nghi }}"),
        size=11,
    )
    paper.tag("{%p else %}")
    paper.text("Kỳ này chưa phát hiện thủ tục có thể trùng lặp, chồng chéo.")
    paper.tag("{%p endif %}")


def _indexes(paper: Paper) -> None:
    _part(paper, "VI. CHỈ SỐ THEO QUYẾT ĐỊNH 766/QĐ-TTg")
    paper.text("Các chỉ số tính được từ danh mục; 1.4, 3.2, 3.3 cần số liệu hồ sơ nên không nêu ở đây.")
    _caption(paper, "Bảng 9. Chỉ số")
    paper.table(
        (("Chỉ số", 2.2), ("Nội dung", 6.8), ("Tử số", 1.6), ("Mẫu số", 1.6), ("Tỷ lệ", 2.0),
         ("Phần điểm", 2.0)),
        "x in chi_so",
        ("{{ x.so }}", "{{ x.ten }}", "{{ x.tu }}", "{{ x.mau }}", "{{ x.ty_le }}", "{{ x.diem }}"),
        size=11,
    )  # fmt: skip
    _part(paper, "VII. TIÊU CHÍ CẢI CÁCH HÀNH CHÍNH (PAR INDEX)")
    _caption(paper, "Bảng 10. Tự chấm điểm")
    paper.table(
        (
            ("Tiêu chí", 2.0), ("Nội dung", 4.4), ("Điểm tối đa", 1.6), ("Tự chấm", 1.6), ("Số liệu", 3.8),
            ("Tài liệu kiểm chứng", 2.8),
        ),
        "x in tieu_chi",
        ("{{ x.so }}", "{{ x.ten }}", "{{ x.toi_da }}", "{{ x.tu_cham }}", "{{ x.so_lieu }}",
         "{{ x.tai_lieu }}"),
        size=11,
    )  # fmt: skip
    _part(paper, "VIII. BIỂU II.07b: TỔNG HỢP SỐ LƯỢNG TTHC")
    form(paper, size=9.5)
    paper.tag("{%p if chua_dat %}")
    _part(paper, "DANH SÁCH THỦ TỤC CHƯA ĐẠT CHỈ SỐ")
    paper.table(
        (("Mã TTHC", 2.1), ("Tên thủ tục hành chính", 7.0), ("Phòng, ban, đơn vị", 3.4), ("Vì sao", 3.8)),
        "x in chua_dat",
        ("{{ x.ma }}", "{{ x.ten }}", "{{ x.phong }}", "{{ x.vi_sao }}"),
        size=11,
        title="x.nhom",
    )
    paper.tag("{%p endif %}")


def form(paper: Paper, *, size: float, wide: float = 1.0) -> None:
    """Form II.07b: what lists tell, and open cells for the rest."""
    blank = "…"
    paper.table(
        (
            ("STT", 1.2 * wide), ("Đơn vị", 2.8 * wide), ("Tổng TTHC", 1.5 * wide), ("Cấp tỉnh", 1.2 * wide),
            ("Cấp xã", 1.2 * wide), ("Một cửa: tổng", 1.5 * wide), ("BPMC tỉnh", 1.5 * wide),
            ("BPMC xã", 1.5 * wide), ("Quy trình nội bộ: tổng", 1.6 * wide), ("Cấp tỉnh", 1.2 * wide),
            ("Cấp xã", 1.2 * wide),
        ),
        "x in [1]",
        ("{{ x }}", "{{ so_ten }}", "{{ bieu_tong }}", "{{ bieu_tinh }}", "{{ bieu_xa }}", *[blank] * 6),
        size=size,
    )  # fmt: skip


def _part(paper: Paper, words: str) -> None:
    paper.text(words, align=LEFT, bold=True, before=10, keep=True)


def _caption(paper: Paper, words: str) -> None:
    paper.text(words, align=CENTRE, italic=True, indent=False, before=6, keep=True, size=13)
