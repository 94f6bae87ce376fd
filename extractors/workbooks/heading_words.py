"""The words under which offices head their columns: role → headings.

They stand beside those that the export writes (`catalogue_columns.COLUMNS`), and are compared without case,
stars, remarks in brackets and, where a heading has none, without accents.
"""

from __future__ import annotations

from collections.abc import Mapping

from procedures.workbook_layout.catalogue_columns import MATCHED_HEADING, RECORD_HEADING

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "stt": ("Index", "No", "No.", "STT", "TT", "Số TT", "Số thứ tự"),
    "code": (
        "Mã TTHC QG", "Mã QG", "Mã TTHC quốc gia", "Mã thủ tục hành chính quốc gia", "Mã TTHC (CSDLQG)",
        "Mã CSDLQG", "Mã số CSDLQG", "Code", "Procedure code", "Mã định danh TTHC", "Số hồ sơ TTHC",
        "Mã số TTHC", "Mã thủ tục", "Mã số", "Mã thủ tục hành chính", "Mã TTHC trên CSDLQG",
        "Mã số thủ tục hành chính", "Mã hồ sơ TTHC", "Mã số hồ sơ TTHC", "Mã số thủ tục", "Mã",
    ),
    "name": (
        "Tên hành chính", "Tên thủ tục hành chính (TTHC)", "Tên các thủ tục hành chính", "Tên TTHC/DVC",
        "Nội dung thủ tục hành chính", "Danh mục thủ tục hành chính", "Name", "Procedure name",
        "Tên quy trình/thủ tục hành chính", "Tên TTHC", "Tên thủ tục", "Tên", "Thủ tục hành chính",
        "Tên thủ tục hành chính/dịch vụ công",
    ),
    "field": (
        "Tên lĩnh vực TTHC", "Nhóm lĩnh vực", "Lĩnh vực/Ngành", "Ngành, lĩnh vực", "Lĩnh vực TTHC",
        "Tên lĩnh vực",
    ),
    "executing_levels": (
        "Cấp thực hiện/Thẩm quyền", "Cấp/thẩm quyền", "Cấp thực hiện thủ tục hành chính", "Cấp thẩm quyền",
        "Cấp thực hiện (tỉnh/xã)", "Cấp hành chính", "Cấp thực hiện TTHC", "Cấp giải quyết",
    ),
    "online_level": (
        "Mức độ cung cấp", "Mức độ cung cấp DVC", "Mức độ cung cấp dịch vụ công", "Mức độ dịch vụ",
        "Mức độ trực tuyến", "Hình thức dịch vụ công trực tuyến", "Mức DVC", "Loại DVC trực tuyến",
        "Loại dịch vụ công trực tuyến", "Mức độ cung cấp dịch vụ công trực tuyến", "Mức độ DVC",
        "Mức độ DVCTT", "Mức độ dịch vụ công trực tuyến", "Mức độ dịch vụ công", "Dịch vụ công trực tuyến",
        "Mức độ cung cấp DVCTT", "Toàn trình, một phần", "Toàn trình - một phần", "Toàn trình/Một phần",
    ),
    "processing_time": (
        "Thời gian thực hiện", "Thời hạn thực hiện", "Thời gian xử lý", "Tổng thời gian giải quyết",
        "Thời gian giải quyết TTHC", "Thời gian giải quyết", "Thời hạn", "Thời gian",
        "Thời hạn giải quyết TTHC",
    ),
    "fee": (
        "Mức phí, lệ phí", "Mức thu phí, lệ phí", "Phí, lệ phí (đồng)", "Mức phí", "Phí/lệ phí",
        "Phí và lệ phí", "Phí, lệ phí (nếu có)",
    ),
    "fee:charge": ("Phí",),
    "fee:fee": ("Lệ phí",),
    "agency": (
        "Cơ quan thực hiện TTHC", "Cơ quan trực tiếp thực hiện", "Cơ quan thực hiện/giải quyết",
        "Đơn vị giải quyết", "Cơ quan tiếp nhận và giải quyết", "Cơ quan giải quyết", "Đơn vị thực hiện",
    ),
    "division": (
        "Phòng phụ trách", "Phòng chuyên môn phụ trách", "Phòng chủ trì", "Bộ phận chuyên môn",
        "Phòng tham mưu", "Đơn vị", "Phòng, ban, đơn vị trực thuộc", "Phòng, ban", "Phòng",
        "Phòng chuyên môn, đơn vị trực thuộc", "Phòng/đơn vị",
    ),
    "decision": (
        "Quyết định số", "Số QĐ", "Số quyết định công bố TTHC", "Số, ký hiệu quyết định công bố",
        "QĐ công bố TTHC", "Quyết định công bố danh mục", "Quyết định công bố", "Số quyết định", "QĐ Công bố",
        "Quyết định", "Số quyết định công bố", "Số QĐ công bố", "Quyết định công bố TTHC",
    ),
    "decision:date": (
        "Ngày ban hành QĐ", "Ngày ký quyết định", "Ngày quyết định", "Ngày quyết định công bố", "Ngày QĐ",
        "Ngày công bố", "Ngày ban hành quyết định",
    ),
    "province_decision_number": (
        "Quyết định công bố của UBND tỉnh", "Quyết định của UBND tỉnh",
        "Quyết định công bố của Chủ tịch UBND tỉnh", "QĐ công bố của tỉnh",
    ),
    "decision_number": ("Quyết định của Bộ", "QĐ công bố của Bộ", "Quyết định công bố của Bộ, ngành"),
    "ways": (
        "Hình thức nộp", "Phương thức nộp hồ sơ", "Cách thức nộp hồ sơ", "Phương thức thực hiện", "Cách thức",
        "Hình thức nộp hồ sơ", "Hình thức thực hiện",
    ),
    "postal": (
        "BCCI Tiếp nhận", "Tiếp nhận qua BCCI", "Nhận hồ sơ qua BCCI", "Tiếp nhận hồ sơ qua dịch vụ BCCI",
        "Bưu chính công ích", "Dịch vụ BCCI", "Dịch vụ bưu chính công ích", "Qua dịch vụ BCCI",
        "Thực hiện qua BCCI", "Qua BCCI", "Tiếp nhận, trả kết quả qua BCCI",
    ),
    "decentralisation_state": ("Phân cấp",),
    "decentralised_to": ("Cơ quan được phân cấp",),
    "decentralisation_reason": ("Lý do phân cấp",),
    "delegated": ("Uỷ quyền",),
    "eligible_full_online": ("Đủ điều kiện cung cấp DVCTT toàn trình", "Đủ điều kiện DVCTT toàn trình"),
    "online_basis": ("Căn cứ pháp lý chưa toàn trình",),
    "online_plan": ("Lộ trình thực hiện", "Lộ trình toàn trình"),
    "legal_bases": (
        "Căn cứ pháp lý quy định TTHC", "Cơ sở pháp lý", "VBQPPL quy định TTHC", "Căn cứ pháp lý của TTHC",
        "Văn bản quy phạm pháp luật",
    ),
    "state": (
        "Trạng thái TTHC", "Trạng thái canonical", "Hiệu lực", "Tình trạng TTHC", "Trạng thái",
        "Tình trạng hiệu lực",
    ),
    "competent_authority": (
        "Thẩm quyền giải quyết", "Cơ quan có thẩm quyền quyết định", "Thẩm quyền quyết định",
        "Cơ quan có thẩm quyền giải quyết",
    ),
    "subjects": ("Đối tượng thực hiện TTHC", "Đối tượng"),
    "dossier": ("Thành phần hồ sơ TTHC", "Giấy tờ phải nộp", "Thành phần, số lượng hồ sơ", "Hồ sơ"),
    "requirements": ("Yêu cầu, điều kiện thực hiện", "Yêu cầu - điều kiện", "Yêu cầu điều kiện"),
    "results": ("Kết quả thực hiện TTHC", "Kết quả giải quyết TTHC", "Kết quả", "Kết quả giải quyết"),
    "url": (
        "Link truy cập", "URL", "Đường link", "Đường dẫn truy cập", "Địa chỉ truy cập", "Link TTHC",
        "Liên kết", "Link", "Địa chỉ",
    ),
    "kind": ("Loại TTHC",),
    "online:full": ("Toàn trình", "DVC toàn trình", "DVCTT toàn trình", "Dịch vụ công trực tuyến toàn trình"),
    "online:partial": ("Một phần", "DVC một phần", "DVCTT một phần", "Dịch vụ công trực tuyến một phần"),
    "level:ministry": ("Cấp bộ", "Cấp trung ương"),
    "level:province": ("Cấp tỉnh",),
    "level:district": ("Cấp huyện",),
    "level:commune": ("Cấp xã",),
    "time:local": (
        "Sau cắt giảm", "Thời gian sau cắt giảm", "Thời hạn sau cắt giảm", "Thời hạn giải quyết sau cắt giảm",
        "Thời gian giải quyết sau cắt giảm",
    ),
    "online:information": (
        "Cung cấp thông tin", "Chỉ cung cấp thông tin", "Cung cấp thông tin trực tuyến",
        "Dịch vụ cung cấp thông tin trực tuyến", "DVC cung cấp thông tin",
    ),
    "promulgating_agency": (
        "Bộ, ngành quản lý", "Bộ ngành quản lý", "Bộ quản lý", "Bộ, ngành", "Bộ/ngành quản lý",
    ),
    "change": (
        "Loại thay đổi", "Nội dung thay đổi", "Chi tiết thay đổi", "Hình thức công bố", "Loại công bố",
    ),
    "note": ("Ghi chú", "Lưu ý", "Ghi chú khác"),
    "ignored": (
        "Địa điểm thực hiện", "Địa chỉ tiếp nhận", "Địa điểm tiếp nhận", "Từ khóa", "Cơ quan phối hợp",
        "Cùng cấp", "02 cấp", "03 cấp", "Phi địa giới", "Phi địa giới hành chính", "BCCI Trả kết quả",
        "Trả kết quả qua BCCI", "Bộ phận Một cửa", "Dùng chung", "Mô tả",
    ),
    "matched": (MATCHED_HEADING,),
    "record": (RECORD_HEADING,),
}  # fmt: skip
"""Role → headings, besides those that the export writes (`catalogue_columns.COLUMNS`)."""

WAYS = {
    "way:direct": ("Trực tiếp", "Nộp trực tiếp"),
    "way:online": ("Trực tuyến", "Nộp trực tuyến"),
    "way:postal": ("BCCI", "Bưu chính công ích", "Bưu điện", "Bưu chính", "Dịch vụ bưu chính công ích",
                   "Qua dịch vụ BCCI", "Qua BCCI"),
}  # fmt: skip
TIMES = {
    "time:direct": WAYS["way:direct"],
    "time:online": WAYS["way:online"],
    "time:postal": WAYS["way:postal"],
    "time:rule": ("Theo quy định", "Quy định", "Theo quy định của pháp luật", "Thời hạn theo quy định"),
    "time:local": ("Sau cắt giảm", "Thực tế", "Sau khi cắt giảm", "Thời gian sau cắt giảm", "Cắt giảm còn"),
}
DECISIONS = {
    "decision": ("Số", "Số, ký hiệu", "Số quyết định", "Số QĐ", "Số hiệu"),
    "decision:date": ("Ngày", "Ngày, tháng", "Ngày ban hành", "Ngày ký", "Ngày quyết định", "Ngày tháng năm"),
    "decision_number": ("Của Bộ", "Bộ"),
    "province_decision_number": ("Của tỉnh", "Tỉnh", "UBND tỉnh"),
}
ANSWERS = {"eligible:yes": ("Có", "Đủ"), "eligible:no": ("Không", "Chưa", "Không đủ")}
DECENTRALISED = {
    "decentralised_to": ("Cho", "Cơ quan được phân cấp", "Cấp được phân cấp"),
    "decentralisation_state": ("Trạng thái", "Có/không", "Đã phân cấp"),
    "decentralisation_basis": ("Căn cứ", "Căn cứ pháp lý", "Văn bản"),
    "decentralisation_reason": ("Lý do", "Lý do chưa phân cấp"),
    "decentralisation_texts": ("Văn bản phải sửa", "Văn bản cần sửa"),
}
CHILDREN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ways": WAYS,
    "processing_time": TIMES,
    "fee": {"fee:charge": ("Phí",), "fee:fee": ("Lệ phí",)},
    "decision": DECISIONS,
    "eligible_full_online": ANSWERS,
    "decentralisation_state": DECENTRALISED,
}
