"""The Vietnamese words for each code of the public interface.

One place, so that the command line, workbooks, mail and pages say the same. `công bố` (a decision
announces), `công khai` (the database shows) and `cung cấp dịch vụ công` are always distinguished.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from procedures import attributes, finding_kinds

KIND_TITLES: Mapping[str, str] = {each.kind.value: each.title for each in finding_kinds.FINDING_KINDS}

CHANGE_KINDS: Mapping[str, str] = {
    "new": "Mới công khai",
    "changed": "Thay đổi nội dung",
    "cosmetic": "Chỉ khác cách viết",
    "missing": "Không thấy trên Cổng đêm nay",
    "repealed": "Không còn công khai trên Cổng (nghi bãi bỏ)",
    "replaced": "Được thay thế",
    "level_transfer": "Thay đổi cấp thực hiện",
    "reinstated": "Công khai trở lại",
}

SEVERITIES: Mapping[str, str] = {
    "critical": "Nghiêm trọng",
    "high": "Cao",
    "medium": "Trung bình",
    "low": "Thấp",
}

STATUSES: Mapping[str, str] = {
    "open": "Mới",
    "confirmed": "Đã xác nhận",
    "in_progress": "Đang xử lý",
    "resolved": "Đã xử lý",
    "ignored": "Bỏ qua",
}

PARTIAL_REASONS: Mapping[str, str] = {
    "presence": "Phải hiện diện tại cơ quan giải quyết",
    "field_check": "Phải thẩm tra, xác minh tại hiện trường",
    "fault": "Sự cố kỹ thuật chưa khắc phục ngay được",
    "technical": "Vấn đề kỹ thuật khác",
}
"""The reasons for partial online service of decree 224/2026/NĐ-CP, article 14."""

DUE_BASES: Mapping[str, str] = {"law": "theo Nghị định 63/2010/NĐ-CP", "internal": "hạn nội bộ"}
"""The basis of a deadline to announce."""

DECISION_ROLES: Mapping[str, str] = {
    "new": "mới ban hành",
    "changed": "sửa đổi, bổ sung",
    "repealed": "bị bãi bỏ",
}
"""What a ministry's decision made of a procedure."""

PART_KINDS: Mapping[str, str] = {
    "new": "mới ban hành",
    "changed": "được sửa đổi, bổ sung",
    "replaced": "được thay thế",
    "repealed": "bị bãi bỏ",
    "decentralised": "được phân cấp",
    "in_force": "danh mục",
}
"""What a part of a decision does with its procedures."""

DOCUMENT_STATES: Mapping[str, str] = {
    "read": "đã đọc, chờ xác nhận",
    "held": "tạm giữ chờ người xem",
    "confirmed": "đang dùng",
    "withdrawn": "đã rút",
}
"""States of a decision that was read from a file."""

DECIDED_BY: Mapping[str | None, str] = {
    "ministry": "quyết định của Bộ",
    "province": "quyết định của tỉnh",
    None: "chưa rõ của Bộ hay của tỉnh",
}
"""Who issued the decision in a file."""

LEDGER_ATTRIBUTES: Mapping[str, str] = {
    "stage": "bước",
    "division": "phòng",
    "person": "người",
    "leader": "lãnh đạo phụ trách",
    "role": "nội dung",
    "submission_number": "số Tờ trình",
    "submission_date": "ngày Tờ trình",
    "published_on": "ngày công khai",
    "effective_date": "ngày có hiệu lực",
    "code": "mã",
    "kind": "loại",
    "levels": "cấp",
    "state": "trạng thái",
    "number": "số",
    "date": "ngày",
    "issuer": "cơ quan ban hành",
    "cites": "quyết định được công bố",
}
"""Attributes of the announcement ledger that people change, besides `ATTRIBUTES`."""

ASSIGNED_BY: Mapping[str, str] = {
    "code": "mã",
    "field": "lĩnh vực",
    "agency": "cơ quan thực hiện",
    "ministry": "cơ quan ban hành",
}
"""What an assignment rule may concern."""

SNAPSHOT_STATES: Mapping[str, str] = {
    "complete": "Đủ",
    "partial": "Dữ liệu lấy chưa đủ",
    "blocked": "Cổng từ chối truy cập",
    "held": "Tạm giữ chờ xác nhận",
    "failed": "Không đọc được",
    "withdrawn": "Đã rút",
}

RUN_STATES: Mapping[str, str] = {
    "complete": "Hoàn thành",
    "degraded": "Hoàn thành, có nguồn chưa đủ",
    "failed": "Không thành công",
    "withdrawn": "Đã rút",
}

RUN_KINDS: Mapping[str, str] = {
    "sync": "Đối chiếu hằng đêm",
    "import": "Nhập danh mục",
    "release": "Cho qua lần lấy dữ liệu tạm giữ",
    "decision": "Dùng quyết định đọc từ tệp",
}
"""What a run was for."""

DECISION_STATES: Mapping[str, str] = {
    "pending": "Chưa công bố",
    "announced": "Đã công bố",
    "overdue": "Quá hạn",
}
"""States of a line of the announcement ledger."""

ATTRIBUTE_LABELS: Mapping[str, str] = {each.name: each.label for each in attributes.ATTRIBUTES}
"""Labels of every attribute, of the catalogue too; the headings of workbook columns."""

SIDE_LABELS: Mapping[str, str] = {
    "catalogue": "Danh mục của Sở",
    "national": "Cổng DVC quốc gia",
    "provincial": "Cổng DVC tỉnh",
}

SOURCE_LABELS: Mapping[str, str] = {
    **SIDE_LABELS,
    "services": "Dịch vụ công trên Cổng DVC quốc gia",
    "warehouse": "Kho dữ liệu",
    "document": "Tệp quyết định đã đọc",
}
"""What is read and checked: the sides, the services, the warehouse after every load, decisions in files."""


def with_key(title: str, name: str) -> str:
    """Return what people call a source beside the name by which settings and commands know it."""
    return title if title.endswith(f"({name})") else f"{title} ({name})"


def late_words(days: int) -> str:
    """Return by how many days something was late: "muộn 1 ngày"."""
    return f"muộn {days:,} ngày".replace(",", ".")


def day_text(day: date | None) -> str:
    """Return a date as officials write it, "05/02/2026"; "…" where unknown."""
    return "…" if day is None else f"{day.day:02}/{day.month:02}/{day.year:04}"


def share_text(part: int | None, whole: int | None) -> str:
    """Return a share as reports write it, "33,33 %"; "…" of 0, or where either is unknown."""
    return "…" if part is None or not whole else f"{100 * part / whole:.2f} %".replace(".", ",")


def part_text(part: int | None, whole: int | None) -> str:
    """Return a part and its share: "31/93 = 33,33 %"; "…/93" where unknown, "N/A" of 0."""
    if whole is None:
        return "…"
    if part is None:
        return f"…/{count(whole)}"
    return f"{count(part)}/{count(whole)} = {share_text(part, whole)}" if whole else "N/A"


def age_text(age: timedelta) -> str:
    """Return how long ago or ahead, in hours for two days, in days from then on: "cách đây 05 giờ"."""
    hours = int(abs(age).total_seconds() // 3600)
    amount = f"{count(hours)} giờ" if hours < 48 else f"{count(hours // 24)} ngày"
    return f"còn {amount} nữa mới tới" if age < timedelta(0) and hours else f"cách đây {amount}"


def count(number: int) -> str:
    """Return a number as reports write it: two digits below ten, dots between thousands ("02", "1.234")."""
    return f"{number:02d}" if number < 10 else f"{number:,}".replace(",", ".")


def size_text(size: int) -> str:
    """Return a number of bytes for people: "71,4 GB", "12,3 MB", below a million "345 kB"."""
    if size >= 1_000_000_000:
        text = f"{size / 1e9:,.1f} GB"
    else:
        text = f"{size / 1e6:,.1f} MB" if size >= 1_000_000 else f"{-(-size // 1000)} kB"
    return text.translate(str.maketrans(",.", ".,"))


def count_text(number: int | None) -> str:
    """Return a number as reports write it; "…" where unknown."""
    return "…" if number is None else count(number)


def excerpt(text: str, limit: int = 160) -> str:
    """Return at most `limit` characters, cut at a blank where one is near."""
    if len(text) <= limit:
        return text
    cut = text[: max(limit - 1, 0)]
    blank = cut.rfind(" ")
    return (cut[:blank] if blank > limit * 2 // 3 else cut).rstrip() + "…"
