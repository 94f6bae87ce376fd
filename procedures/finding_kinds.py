"""The registry of kinds of findings: all properties of each are declared here once.

How to add a kind: `docs/development.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """The kinds of `v_finding`."""

    NEW_FROM_MINISTRY = "new_from_ministry"
    NOT_IN_CATALOGUE = "not_in_catalogue"
    NOT_ON_NATIONAL_PORTAL = "not_on_national_portal"
    NOT_ON_PROVINCIAL_PORTAL = "not_on_provincial_portal"
    REPEALED_STILL_LISTED = "repealed_still_listed"
    REPLACED_STILL_LISTED = "replaced_still_listed"
    ATTRIBUTE_MISMATCH = "attribute_mismatch"
    EXECUTING_LEVEL_MISMATCH = "executing_level_mismatch"
    ONLINE_LEVEL_MISMATCH = "online_level_mismatch"
    ONLINE_OPPORTUNITY = "online_opportunity"
    SLOWER_THAN_NATIONAL = "slower_than_national"
    MISSING_CODE = "missing_code"
    INCOMPLETE_RECORD = "incomplete_record"
    PARTIAL_WITHOUT_REASON = "partial_without_reason"
    SERVICE_NOT_POSTED = "service_not_posted"
    OVERLAP = "overlap"
    INVALID_CODE = "invalid_code"
    DUPLICATE_CODE = "duplicate_code"
    ANNOUNCEMENT_OVERDUE = "announcement_overdue"


class Severity(StrEnum):
    """The severity of a finding."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


SEVERITY_WEIGHTS: Mapping[str, int] = {each.value: place for place, each in enumerate(Severity)}
"""The place of each severity among them, 0 the weightiest: what lists are sorted by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingKindInfo:
    """One kind of finding: its words, its legal basis, its severity, and what can be done with it."""

    kind: FindingKind
    title: str
    sheet: str
    """Name of its sheet in a workbook: at most 31 characters."""
    severity: Severity
    meaning: str
    rests_on: str
    """The legal source, or that it is the program's own rule."""
    to_do: str
    attribute: str | None = None
    """The attribute that it always concerns, whether or not the finding names it."""
    takes_value: bool = False
    """It depends on the value of one attribute; the catalogue can take a portal's value."""
    not_reflected: bool = False
    """It shows that the catalogue does not reflect an amendment yet."""


_CONSISTENT = (
    "Nghị định 63/2010/NĐ-CP, Điều 26 khoản 2 (đã sửa đổi, bổ sung): dữ liệu trên Cơ sở dữ liệu quốc gia, "
    "cổng của tỉnh và nơi niêm yết phải thống nhất, đồng bộ"
)
_OWN_RULE = "Quy tắc đối chiếu của chương trình, không phải quy định của pháp luật"

FINDING_KINDS: tuple[FindingKindInfo, ...] = (
    FindingKindInfo(
        kind=FindingKind.NEW_FROM_MINISTRY,
        title="Bộ đã công bố, tỉnh chưa công bố",
        sheet="Bộ công bố, tỉnh chưa",
        severity=Severity.HIGH,
        meaning=(
            "Bộ, ngành đang theo dõi đã công khai một thủ tục do cấp tỉnh hoặc cấp xã thực hiện, "
            "nhưng danh mục của Sở chưa có."
        ),
        rests_on=(
            "Nghị định 63/2010/NĐ-CP, Điều 13 và Điều 15: Chủ tịch UBND tỉnh công bố chậm nhất 05 ngày trước "
            "ngày văn bản có hiệu lực. Khi chưa biết ngày hiệu lực, hạn hiển thị là hạn nội bộ của Sở"
        ),
        to_do="Giao phòng tham mưu Tờ trình công bố; sau khi tỉnh công bố thì cập nhật danh mục.",
    ),
    FindingKindInfo(
        kind=FindingKind.NOT_IN_CATALOGUE,
        title="Có trên cổng tỉnh, chưa có trong danh mục",
        sheet="Chưa có trong danh mục",
        severity=Severity.MEDIUM,
        meaning="Cổng của tỉnh đang công khai thủ tục này, danh mục của Sở thì không có.",
        rests_on=_CONSISTENT,
        to_do=(
            "Xác định thủ tục có thuộc phạm vi của Sở không; bổ sung danh mục hoặc đề nghị gỡ khỏi cổng tỉnh."
        ),
    ),
    FindingKindInfo(
        kind=FindingKind.NOT_ON_NATIONAL_PORTAL,
        title="Có trong danh mục, không có trên Cổng DVC quốc gia",
        sheet="Không có trên Cổng quốc gia",
        severity=Severity.MEDIUM,
        meaning=(
            "Danh mục có thủ tục này; danh sách đủ của Cổng DVC quốc gia không có, "
            "hỏi theo mã cũng không thấy."
        ),
        rests_on=_CONSISTENT,
        to_do="Kiểm tra mã; nếu mã đúng, đề nghị nhập và công khai trên Cơ sở dữ liệu quốc gia.",
    ),
    FindingKindInfo(
        kind=FindingKind.NOT_ON_PROVINCIAL_PORTAL,
        title="Có trong danh mục, không có trên cổng tỉnh",
        sheet="Không có trên cổng tỉnh",
        severity=Severity.LOW,
        meaning="Danh mục có thủ tục này; danh sách đủ của cổng tỉnh không có.",
        rests_on=(
            "Nghị định 224/2026/NĐ-CP, Điều 15: hệ thống của tỉnh chỉ cung cấp dịch vụ chưa có trên hệ thống "
            "tập trung, nên riêng việc này chưa chắc là sai sót"
        ),
        to_do="Chỉ xử lý khi thủ tục lẽ ra do hệ thống của tỉnh cung cấp; nếu không thì bỏ qua và ghi lý do.",
    ),
    FindingKindInfo(
        kind=FindingKind.REPEALED_STILL_LISTED,
        title="Không còn công khai trên Cổng (nghi bãi bỏ) nhưng còn trong danh mục",
        sheet="Nghi bãi bỏ, còn danh mục",
        severity=Severity.HIGH,
        meaning="Thủ tục không còn công khai trên Cổng DVC quốc gia nhưng danh mục hoặc cổng tỉnh vẫn còn.",
        rests_on=_CONSISTENT,
        to_do="Tìm quyết định bãi bỏ của Bộ. Khi chưa có số quyết định, đây mới là nghi bãi bỏ.",
    ),
    FindingKindInfo(
        kind=FindingKind.REPLACED_STILL_LISTED,
        title="Đã được thay thế nhưng còn trong danh mục",
        sheet="Đã thay thế, còn danh mục",
        severity=Severity.HIGH,
        meaning=(
            "Thủ tục đã được thay bằng thủ tục khác (xem mã thay thế) nhưng danh mục hoặc cổng tỉnh "
            "vẫn còn mã cũ."
        ),
        rests_on=_CONSISTENT,
        to_do="Thay mã cũ bằng mã mới trong danh mục; tham mưu công bố nếu tỉnh chưa công bố.",
    ),
    FindingKindInfo(
        kind=FindingKind.ATTRIBUTE_MISMATCH,
        title="Nội dung không khớp",
        sheet="Nội dung không khớp",
        severity=Severity.MEDIUM,
        meaning="Các bên ghi khác nhau về nội dung này.",
        rests_on=_CONSISTENT,
        to_do=(
            "Xem từng bên và bản gốc; sửa bên sai. Nếu khác biệt là đúng (ví dụ phí do HĐND tỉnh quy định), "
            "bỏ qua và ghi lý do."
        ),
        takes_value=True,
        not_reflected=True,
    ),
    FindingKindInfo(
        kind=FindingKind.EXECUTING_LEVEL_MISMATCH,
        title="Cấp thực hiện không khớp",
        sheet="Cấp thực hiện không khớp",
        severity=Severity.HIGH,
        meaning="Các bên ghi cấp thực hiện khác nhau, hoặc dòng vẫn ghi cấp huyện đã kết thúc từ 01/07/2025.",
        rests_on=(
            "Nghị quyết 202/2025/QH15; Nghị định 128/2025/NĐ-CP và 129/2025/NĐ-CP về phân quyền, "
            "phân định thẩm quyền"
        ),
        to_do="Sửa cấp thực hiện theo quyết định công bố mới nhất.",
        attribute="executing_levels",
        takes_value=True,
        not_reflected=True,
    ),
    FindingKindInfo(
        kind=FindingKind.ONLINE_LEVEL_MISMATCH,
        title="Mức độ dịch vụ công trực tuyến không khớp",
        sheet="Mức trực tuyến không khớp",
        severity=Severity.MEDIUM,
        meaning="Các bên ghi mức độ dịch vụ công trực tuyến khác nhau.",
        rests_on=_CONSISTENT,
        to_do="Đối chiếu với quyết định phê duyệt danh mục dịch vụ công trực tuyến của tỉnh; sửa bên sai.",
        attribute="online_level",
        takes_value=True,
    ),
    FindingKindInfo(
        kind=FindingKind.ONLINE_OPPORTUNITY,
        title="Có thể nâng mức độ trực tuyến",
        sheet="Có thể nâng trực tuyến",
        severity=Severity.MEDIUM,
        meaning="Cổng DVC quốc gia cho làm trực tuyến ở mức cao hơn mức ghi trong danh mục.",
        rests_on=_OWN_RULE,
        to_do="Xem xét nâng mức độ trực tuyến, hoặc ghi lý do chưa nâng.",
        attribute="online_level",
        takes_value=True,
    ),
    FindingKindInfo(
        kind=FindingKind.SLOWER_THAN_NATIONAL,
        title="Thời hạn giải quyết dài hơn quy định của Bộ",
        sheet="Thời hạn dài hơn",
        severity=Severity.HIGH,
        meaning=(
            "Thời hạn giải quyết trong danh mục dài hơn thời hạn của Bộ. "
            "Ngắn hơn là cắt giảm hợp lệ, không báo."
        ),
        rests_on=_CONSISTENT,
        to_do="Sửa thời hạn cho không dài hơn quy định của Bộ.",
        attribute="processing_time",
        takes_value=True,
        not_reflected=True,
    ),
    FindingKindInfo(
        kind=FindingKind.MISSING_CODE,
        title="Chưa có mã thủ tục",
        sheet="Chưa có mã",
        severity=Severity.MEDIUM,
        meaning="Dòng của danh mục chưa có mã, và không ghép được chắc chắn với mã nào.",
        rests_on=_OWN_RULE,
        to_do="Chọn hoặc ghi mã đúng ở mục “Xác nhận mã”; chương trình nhớ cho những lần sau.",
    ),
    FindingKindInfo(
        kind=FindingKind.INCOMPLETE_RECORD,
        title="Thiếu bộ phận tạo thành thủ tục",
        sheet="Thiếu bộ phận tạo thành",
        severity=Severity.MEDIUM,
        meaning="Bản ghi trên Cổng DVC quốc gia thiếu một trong bảy bộ phận mà Cổng kiểm tra.",
        rests_on="Nghị định 63/2010/NĐ-CP, Điều 8 khoản 2; cách tính chỉ số 1.3 của Quyết định 766/QĐ-TTg",
        to_do="Đề nghị cơ quan công bố bổ sung phần còn thiếu.",
    ),
    FindingKindInfo(
        kind=FindingKind.PARTIAL_WITHOUT_REASON,
        title="Trực tuyến một phần, chưa công khai lý do",
        sheet="Một phần, chưa nêu lý do",
        severity=Severity.MEDIUM,
        meaning="Danh mục ghi trực tuyến một phần mà không có lý do chưa toàn trình.",
        rests_on="Nghị định 224/2026/NĐ-CP, Điều 14: dịch vụ trực tuyến một phần phải công khai lý do",
        to_do="Ghi lý do, căn cứ và lộ trình vào danh mục.",
        attribute="online_level",
    ),
    FindingKindInfo(
        kind=FindingKind.SERVICE_NOT_POSTED,
        title="Chưa có dịch vụ công tương ứng trên Cổng DVC quốc gia",
        sheet="Chưa có dịch vụ công",
        severity=Severity.MEDIUM,
        meaning=(
            "Danh mục ghi có dịch vụ trực tuyến; cơ quan của tỉnh chưa đăng dịch vụ đó trên Cổng DVC quốc "
            "gia, hoặc đăng ở mức thấp hơn."
        ),
        rests_on=_CONSISTENT,
        to_do="Đề nghị đăng dịch vụ, hoặc sửa mức độ trong danh mục.",
        attribute="online_level",
    ),
    FindingKindInfo(
        kind=FindingKind.OVERLAP,
        title="Có thể trùng lặp, chồng chéo",
        sheet="Có thể trùng lặp",
        severity=Severity.MEDIUM,
        meaning=(
            "Hai thủ tục của danh mục có tên, hồ sơ hoặc căn cứ gần như nhau. "
            "Cùng tên ở hai cấp là hợp lệ, không báo."
        ),
        rests_on=_OWN_RULE + ". Chỉ nói “chồng chéo” sau khi có người xác nhận",
        to_do="So hai thủ tục; xác nhận nếu đúng là trùng, bỏ qua và ghi lý do nếu không.",
    ),
    FindingKindInfo(
        kind=FindingKind.INVALID_CODE,
        title="Mã thủ tục không hợp lệ",
        sheet="Mã không hợp lệ",
        severity=Severity.MEDIUM,
        meaning="Mã trong tệp danh mục không đúng dạng 1.012345.",
        rests_on=_OWN_RULE,
        to_do="Sửa mã trong danh mục rồi nhập lại.",
    ),
    FindingKindInfo(
        kind=FindingKind.DUPLICATE_CODE,
        title="Mã thủ tục bị lặp",
        sheet="Mã bị lặp",
        severity=Severity.MEDIUM,
        meaning="Một mã đứng ở hai dòng của cùng một cấp trong danh mục.",
        rests_on=_OWN_RULE,
        to_do="Giữ một dòng, hoặc sửa mã của dòng kia, rồi nhập lại.",
    ),
    FindingKindInfo(
        kind=FindingKind.ANNOUNCEMENT_OVERDUE,
        title="Quá hạn tham mưu công bố",
        sheet="Quá hạn công bố",
        severity=Severity.HIGH,
        meaning="Đã quá hạn tham mưu công bố theo quyết định của Bộ.",
        rests_on="Nghị định 63/2010/NĐ-CP, Điều 15; hạn nội bộ của Sở khi chưa biết ngày văn bản có hiệu lực",
        to_do="Giao phòng tham mưu Tờ trình ngay, hoặc ghi quyết định của tỉnh vào sổ theo dõi công bố.",
    ),
)
"""Every kind, in the order people read them."""

INFO_BY_KIND: Mapping[FindingKind, FindingKindInfo] = {each.kind: each for each in FINDING_KINDS}

VALUE_KINDS = frozenset(each.kind for each in FINDING_KINDS if each.takes_value)
"""Kinds of findings that depend on the value of one attribute."""
