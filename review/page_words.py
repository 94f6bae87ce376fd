"""The site's own words, beside `procedures.wording.words`: what each kind of finding says, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from procedures.office.accounts import Role


@dataclass(frozen=True, slots=True)
class Help:
    """A kind of finding for people: what it means, on which rule it rests, and what to do about it."""

    means: str
    source: str
    do: str


CONSISTENT = (
    "Nghị định 63/2010/NĐ-CP, Điều 26 khoản 2 (đã sửa đổi, bổ sung): dữ liệu trên Cơ sở dữ liệu quốc gia, "
    "cổng của tỉnh và nơi niêm yết phải thống nhất, đồng bộ"
)
OWN_RULE = "Quy tắc đối chiếu của chương trình, không phải quy định của pháp luật"

KINDS: Mapping[str, Help] = {
    "new_from_ministry": Help(
        "Bộ, ngành đang theo dõi đã công khai một thủ tục do cấp tỉnh hoặc cấp xã thực hiện, "
        "nhưng danh mục của Sở chưa có.",
        "Nghị định 63/2010/NĐ-CP, Điều 13 và Điều 15: Chủ tịch UBND tỉnh công bố chậm nhất 05 ngày trước "
        "ngày văn bản có hiệu lực. Khi chưa biết ngày hiệu lực, hạn hiển thị là hạn nội bộ của Sở",
        "Giao phòng tham mưu Tờ trình công bố; sau khi tỉnh công bố thì cập nhật danh mục.",
    ),
    "not_in_catalogue": Help(
        "Cổng của tỉnh đang công khai thủ tục này, danh mục của Sở thì không có.",
        CONSISTENT,
        "Xác định thủ tục có thuộc phạm vi của Sở không; bổ sung danh mục hoặc đề nghị gỡ khỏi cổng tỉnh.",
    ),
    "not_on_national_portal": Help(
        "Danh mục có thủ tục này; danh sách đủ của Cổng DVC quốc gia không có, hỏi theo mã cũng không thấy.",
        CONSISTENT,
        "Kiểm tra mã; nếu mã đúng, đề nghị nhập và công khai trên Cơ sở dữ liệu quốc gia.",
    ),
    "not_on_provincial_portal": Help(
        "Danh mục có thủ tục này; danh sách đủ của cổng tỉnh không có.",
        "Nghị định 224/2026/NĐ-CP, Điều 15: hệ thống của tỉnh chỉ cung cấp dịch vụ chưa có trên hệ thống tập "
        "trung, nên riêng việc này chưa chắc là sai sót",
        "Chỉ xử lý khi thủ tục lẽ ra do hệ thống của tỉnh cung cấp; nếu không thì bỏ qua và ghi lý do.",
    ),
    "repealed_still_listed": Help(
        "Thủ tục không còn công khai trên Cổng DVC quốc gia nhưng danh mục hoặc cổng tỉnh vẫn còn.",
        CONSISTENT,
        "Tìm quyết định bãi bỏ của Bộ. Khi chưa có số quyết định, đây mới là nghi bãi bỏ.",
    ),
    "replaced_still_listed": Help(
        "Thủ tục đã được thay bằng thủ tục khác (xem mã thay thế) nhưng danh mục hoặc cổng tỉnh "
        "vẫn còn mã cũ.",
        CONSISTENT,
        "Thay mã cũ bằng mã mới trong danh mục; tham mưu công bố nếu tỉnh chưa công bố.",
    ),
    "attribute_mismatch": Help(
        "Các bên ghi khác nhau về nội dung này.",
        CONSISTENT,
        "Xem từng bên và bản gốc; sửa bên sai. Nếu khác biệt là đúng (ví dụ phí do HĐND tỉnh quy định), "
        "bỏ qua và ghi lý do.",
    ),
    "executing_level_mismatch": Help(
        "Các bên ghi cấp thực hiện khác nhau, hoặc dòng vẫn ghi cấp huyện đã kết thúc từ 01/7/2025.",
        "Nghị quyết 202/2025/QH15; Nghị định 128/2025/NĐ-CP và 129/2025/NĐ-CP về phân quyền, "
        "phân định thẩm quyền",
        "Sửa cấp thực hiện theo quyết định công bố mới nhất.",
    ),
    "online_level_mismatch": Help(
        "Các bên ghi mức độ dịch vụ công trực tuyến khác nhau.",
        CONSISTENT,
        "Đối chiếu với quyết định phê duyệt danh mục dịch vụ công trực tuyến của tỉnh; sửa bên sai.",
    ),
    "online_opportunity": Help(
        "Cổng DVC quốc gia cho làm trực tuyến ở mức cao hơn mức ghi trong danh mục.",
        OWN_RULE,
        "Xem xét nâng mức độ trực tuyến, hoặc ghi lý do chưa nâng.",
    ),
    "slower_than_national": Help(
        "Thời hạn giải quyết trong danh mục dài hơn thời hạn của Bộ. Ngắn hơn là cắt giảm hợp lệ, không báo.",
        CONSISTENT,
        "Sửa thời hạn cho không dài hơn quy định của Bộ.",
    ),
    "missing_code": Help(
        "Dòng của danh mục chưa có mã, và không ghép được chắc chắn với mã nào.",
        OWN_RULE,
        "Chọn hoặc ghi mã đúng ở mục “Xác nhận mã”; chương trình nhớ cho những lần sau.",
    ),
    "incomplete_record": Help(
        "Bản ghi trên Cổng DVC quốc gia thiếu một trong bảy bộ phận mà Cổng kiểm tra.",
        "Nghị định 63/2010/NĐ-CP, Điều 8 khoản 2; cách tính chỉ số 1.3 của Quyết định 766/QĐ-TTg",
        "Đề nghị cơ quan công bố bổ sung phần còn thiếu.",
    ),
    "partial_without_reason": Help(
        "Danh mục ghi trực tuyến một phần mà không có lý do chưa toàn trình.",
        "Nghị định 224/2026/NĐ-CP, Điều 14: dịch vụ trực tuyến một phần phải công khai lý do",
        "Ghi lý do, căn cứ và lộ trình vào danh mục.",
    ),
    "service_not_posted": Help(
        "Danh mục ghi có dịch vụ trực tuyến; cơ quan của tỉnh chưa đăng dịch vụ đó trên Cổng DVC quốc gia, "
        "hoặc đăng ở mức thấp hơn.",
        CONSISTENT,
        "Đề nghị đăng dịch vụ, hoặc sửa mức độ trong danh mục.",
    ),
    "overlap": Help(
        "Hai thủ tục của danh mục có tên, hồ sơ hoặc căn cứ gần như nhau. "
        "Cùng tên ở hai cấp là hợp lệ, không báo.",
        OWN_RULE + ". Chỉ nói “chồng chéo” sau khi có người xác nhận",
        "So hai thủ tục; xác nhận nếu đúng là trùng, bỏ qua và ghi lý do nếu không.",
    ),
    "invalid_code": Help(
        "Mã trong tệp danh mục không đúng dạng 1.012345.", OWN_RULE, "Sửa mã trong danh mục rồi nhập lại."
    ),
    "duplicate_code": Help(
        "Một mã đứng ở hai dòng của cùng một cấp trong danh mục.",
        OWN_RULE,
        "Giữ một dòng, hoặc sửa mã của dòng kia, rồi nhập lại.",
    ),
    "announcement_overdue": Help(
        "Đã quá hạn tham mưu công bố theo quyết định của Bộ.",
        "Nghị định 63/2010/NĐ-CP, Điều 15; hạn nội bộ của Sở khi chưa biết ngày văn bản có hiệu lực",
        "Giao phòng tham mưu Tờ trình ngay, hoặc ghi quyết định của tỉnh vào sổ theo dõi công bố.",
    ),
}

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

WHAT_TO_DO: Mapping[str, str] = {
    "partial": "Phần đã đọc vẫn được nạp; không thủ tục nào bị coi là mất. Đêm sau chương trình đọc lại.",
    "blocked": "Cổng không cho chương trình vào; số liệu cũ vẫn được giữ. Nếu kéo dài, nhờ người quản trị "
    "cho đọc danh sách tải từ cổng bằng trình duyệt.",
    "held": "Danh sách đủ nhưng khác thường. Xem từng thủ tục sẽ mất, thêm, đổi; nếu đúng là như vậy, "
    "quản trị cho qua và ghi lý do.",
    "failed": "Không đọc được cổng; số liệu cũ vẫn được giữ. Nhờ người quản trị kiểm tra mạng và cổng.",
}
