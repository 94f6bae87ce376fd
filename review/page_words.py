"""Words of the site alone, besides those of `procedures.wording.words`."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.office.accounts import Role

ROLES: Mapping[Role, str] = {
    Role.VIEWER: "người xem",
    Role.ANALYST: "chuyên viên",
    Role.ADMIN: "quản trị",
}

ACTIONS: Mapping[str, str] = {
    "opened": "phát hiện",
    "reopened": "mở lại",
    "resolved": "không còn sai lệch",
    "moved": "giá trị thay đổi",
    "ignored": "vẫn bỏ qua",
    "status": "đổi trạng thái",
    "matched": "xác nhận mã",
    "assigned": "giao việc",
    "undone": "hoàn tác",
    "noted": "ghi chú",
    "feedback": "ghi phản ánh, kiến nghị",
    "withdrawn": "rút lần chạy đã ghi",
}

DUES: Mapping[str, str] = {"overdue": "Đã quá hạn", "week": "Trong 7 ngày tới", "none": "Không có hạn"}

SORTS: Mapping[str, str] = {
    "weight": "Nặng trước",
    "due": "Hạn gần trước",
    "newest": "Mới phát hiện trước",
    "code": "Theo mã",
}

COLUMNS: Mapping[str, str] = {
    "procedure": "Thủ tục",
    "field": "Lĩnh vực",
    "difference": "Khác nhau",
    "severity": "Mức độ",
    "status": "Trạng thái",
    "owner": "Phòng, người",
    "due": "Hạn",
}
"""The columns of the list of findings that a person may show or leave out, in their order."""

_LIVE_CHECK = (
    "nhờ người quản trị máy chủ chạy phép kiểm tra thật từng cổng (lệnh doctor với lựa chọn live, nêu trong "
    "tài liệu vận hành); phép này hỏi cổng một lần và nói cổng trả lời gì."
)

STEPS: Mapping[str, tuple[str, ...]] = {
    "blocked": (
        "Mở cổng bằng trình duyệt trên một máy khác. Nếu không ai vào được: cổng đang bảo trì, chờ đêm sau.",
        f"Nếu người khác vào được: {_LIVE_CHECK}",
        "Gửi câu trả lời đó cho đơn vị vận hành cổng, đề nghị cho máy chủ của Sở đọc dữ liệu công khai. "
        "Chương trình không tìm cách vượt qua.",
        "Trong lúc chờ, nhờ người quản trị cho đọc danh sách tải từ cổng bằng trình duyệt.",
    ),
    "failed": (
        f"Nếu các nguồn khác vẫn đọc được, cổng đang hỏng hoặc đã đổi cách trả lời: {_LIVE_CHECK}",
        "Nếu không nguồn nào đọc được: kiểm tra mạng của máy chủ.",
    ),
}
"""What to do one after another where a portal was not read, by the state of the snapshot."""
LISTED_COUNTS: Mapping[str, str] = {
    "online_full": "Toàn trình",
    "online_partial": "Một phần",
    "online_none": "Chưa trực tuyến",
    "online_unstated": "Chưa ghi mức độ",
    "without_reason": "Dưới toàn trình, chưa có lý do",
    "postal": "Bưu chính công ích",
    "decentralised": "Đã phân cấp",
    "on_national_portal": "Có trên Cổng DVC quốc gia",
}
"""Figures of the catalogue, in the order of the morning page, by which procedures are listed."""

WHAT_TO_DO: Mapping[str, str] = {
    "partial": "Phần đã đọc vẫn được nạp; không thủ tục nào bị coi là mất. Đêm sau chương trình đọc lại.",
    "blocked": "Cổng không cho chương trình vào; số liệu cũ vẫn được giữ. Nếu kéo dài, nhờ người quản trị "
    "cho đọc danh sách tải từ cổng bằng trình duyệt.",
    "held": "Danh sách đủ nhưng khác thường. Xem từng thủ tục sẽ mất, thêm, đổi; nếu đúng là như vậy, "
    "quản trị cho qua và ghi lý do.",
    "failed": "Không đọc được cổng; số liệu cũ vẫn được giữ. Nhờ người quản trị kiểm tra mạng và cổng.",
}
