"""The plain registers of the office: their columns, and the rules for an entry.

`tasks`: what plans ask of the department; `criteria`: the PAR INDEX criteria with points; `reviews`: overlaps
and unreasonable times or papers that a person confirmed, as proposals to amend a text; `feedback`: citizens'
phản ánh, kiến nghị (decree 20/2008/NĐ-CP). Entries come from sheets and people and are never invented.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from procedures.errors import InputError
from procedures.values.codes import parse_code
from procedures.values.limits import check_length
from procedures.values.text import canonical, matching_key
from procedures.wording.words import day_text

ColumnType = Literal["text", "date", "number", "code", "choice"]


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """One column of a register: attribute, heading, sort of value; `choices` map codes to words."""

    attribute: str
    heading: str
    sort: ColumnType = "text"
    required: bool = False
    choices: Mapping[str, str] | None = None
    width: int = 24
    identity: bool = False
    """Part of the entry's identity: a division may not change it."""


@dataclass(frozen=True, slots=True)
class Register:
    """One register. `state` is the attribute with the state of an entry."""

    name: str
    title: str
    columns: tuple[RegisterColumn, ...]
    state: str
    deadline: str | None = "deadline"

    def column(self, name: str) -> RegisterColumn | None:
        """Return the column of an attribute or of a heading, however it is written."""
        key = matching_key(name)
        for column in self.columns:
            if name == column.attribute or matching_key(column.heading) == key:
                return column
        return None


_TASK_STATES = {"open": "Chưa xong", "done": "Đã xong", "dropped": "Không thực hiện"}
_REVIEW_STATES = {
    "proposed": "Dự kiến",
    "sent": "Đã kiến nghị",
    "accepted": "Được chấp thuận",
    "rejected": "Không được chấp thuận",
}
FEEDBACK_STATES = {"open": "Chưa trả lời", "answered": "Đã trả lời", "forwarded": "Đã chuyển"}
_PROBLEMS = {
    "overlap": "Trùng lặp, chồng chéo",
    "time": "Thời hạn chưa hợp lý",
    "dossier": "Hồ sơ chưa hợp lý",
    "other": "Khác",
}

TASKS = Register(
    "tasks",
    "Nhiệm vụ theo kế hoạch",
    (
        RegisterColumn("document", "Số văn bản", required=True, identity=True, width=20),
        RegisterColumn("content", "Nội dung nhiệm vụ", required=True, identity=True, width=60),
        RegisterColumn("division", "Phòng chuyên môn", identity=True),
        RegisterColumn("deadline", "Thời hạn", "date", identity=True, width=12),
        RegisterColumn("result", "Kết quả", width=44),
        RegisterColumn("state", "Trạng thái", "choice", choices=_TASK_STATES, width=16),
    ),
    "state",
)
CRITERIA = Register(
    "criteria",
    "Tiêu chí chỉ số cải cách hành chính",
    (
        RegisterColumn("criterion", "Mã tiêu chí", required=True, identity=True, width=12),
        RegisterColumn("content", "Tiêu chí", required=True, identity=True, width=60),
        RegisterColumn("maximum", "Điểm tối đa", "number", identity=True, width=10),
        RegisterColumn("own_score", "Điểm tự chấm", "number", width=10),
        RegisterColumn("points_lost", "Điểm mất", "number", width=10),
        RegisterColumn("cause", "Nguyên nhân", width=36),
        RegisterColumn("measure", "Giải pháp", width=36),
        RegisterColumn("division", "Phòng chuyên môn"),
        RegisterColumn("deadline", "Thời hạn", "date", width=12),
        RegisterColumn("evidence", "Tài liệu kiểm chứng", width=36),
        RegisterColumn("state", "Trạng thái", "choice", choices=_TASK_STATES, width=16),
    ),
    "state",
)
REVIEWS = Register(
    "reviews",
    "Kết quả rà soát, kiến nghị sửa đổi",
    (
        RegisterColumn("code", "Mã TTHC", "code", required=True, identity=True, width=14),
        RegisterColumn("other_code", "Mã TTHC liên quan", "code", width=14),
        RegisterColumn("problem", "Vấn đề", "choice", required=True, choices=_PROBLEMS),
        RegisterColumn("content", "Nội dung kiến nghị", required=True, width=60),
        RegisterColumn("document", "Văn bản cần sửa", required=True, width=36),
        RegisterColumn("article", "Điều, khoản"),
        RegisterColumn("addressee", "Nơi nhận kiến nghị", width=28),
        RegisterColumn("finding", "Sai lệch số", width=10),
        RegisterColumn("division", "Phòng chuyên môn"),
        RegisterColumn("state", "Trạng thái", "choice", choices=_REVIEW_STATES, width=18),
    ),
    "state",
    deadline=None,
)
FEEDBACK = Register(
    "feedback",
    "Phản ánh, kiến nghị",
    (
        RegisterColumn("number", "Số đến", required=True, identity=True, width=14),
        RegisterColumn("received", "Ngày nhận", "date", required=True, identity=True, width=12),
        RegisterColumn("source", "Nguồn", width=24),
        RegisterColumn("code", "Mã TTHC", "code", width=14),
        RegisterColumn("content", "Nội dung", required=True, width=60),
        RegisterColumn("finding", "Sai lệch số", width=10),
        RegisterColumn("division", "Phòng chuyên môn"),
        RegisterColumn("deadline", "Thời hạn", "date", width=12),
        RegisterColumn("answer", "Trả lời", width=44),
        RegisterColumn("answered", "Ngày trả lời", "date", width=12),
        RegisterColumn("state", "Trạng thái", "choice", choices=FEEDBACK_STATES, width=16),
    ),
    "state",
)
REGISTERS: Mapping[str, Register] = {each.name: each for each in (TASKS, CRITERIA, REVIEWS, FEEDBACK)}

Values = Mapping[str, str]
"""An entry: attribute → value as kept (ISO dates, codes of choices, plain digits); empty ones absent."""


def find_register(name: str) -> Register:
    """Return the register of that name; InputError names the existing ones."""
    found = REGISTERS.get(name)
    if found is None:
        raise InputError(f"{name}: không có sổ này, các sổ là: {', '.join(REGISTERS)}")
    return found


def parse_value(column: RegisterColumn, cell: str, where: str) -> str | None:
    """Return the stored value of a cell or an option; None where empty. InputError begins with `where`."""
    text = canonical(cell)
    if not text:
        return None
    match column.sort:
        case "date":
            return _date(text, where).isoformat()
        case "number":
            return _number(text, where)
        case "code":
            parsed = parse_code(text)
            if parsed is None:
                raise InputError(f"{where}: {text!r} không phải mã thủ tục như 1.012299")
            return parsed.core
        case "choice":
            return _choice(column, text, where)
    return cell.strip()


def format_value(column: RegisterColumn, value: str | None) -> str:
    """Return a stored value in the form for people."""
    if value is None:
        return ""
    if column.sort == "date":
        return day_text(date.fromisoformat(value))
    if column.sort == "number":
        return value.replace(".", ",")
    return (column.choices or {}).get(value, value)


def check_entry(sort: Register, values: Values, where: str) -> None:
    """Check that an entry is complete and consistent.

    Raises:
        InputError: names `where` and the column that is empty or too long, or the contradiction.
    """
    for column in sort.columns:
        if column.required and not values.get(column.attribute):
            raise InputError(f"{where}: thiếu {column.heading!r}")
    check_length(values.get("division"), f"{where}: tên phòng, ban, đơn vị")
    received, answered = values.get("received"), values.get("answered")
    if received and answered and answered < received:
        raise InputError(f"{where}: ngày trả lời trước ngày nhận")
    maximum, own = values.get("maximum"), values.get("own_score")
    if maximum and own and float(own) > float(maximum):
        raise InputError(f"{where}: điểm tự chấm {own} lớn hơn điểm tối đa {maximum}")


def parse_day(text: str, where: str) -> date:
    """Return a day written 2026-11-24 or 24/11/2026; InputError begins with `where`."""
    return _date(canonical(text), where)


_DAY = re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})")
_ISO_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_NUMBER = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,6})?")


def _date(text: str, where: str) -> date:
    found = _DAY.fullmatch(text) or _ISO_DAY.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError as error:
        raise InputError(f"{where}: {text!r} không phải ngày như 24/11/2026") from error


def _number(text: str, where: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise InputError(f"{where}: {text!r} không phải số")
    value = float(text.replace(",", "."))
    if not 0 <= value <= 1_000_000:
        raise InputError(f"{where}: {text!r} ngoài khoảng cho phép")
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _choice(column: RegisterColumn, text: str, where: str) -> str:
    for code, words in (column.choices or {}).items():
        if text == code or matching_key(text) == matching_key(words):
            return code
    known = "; ".join((column.choices or {}).values())
    raise InputError(f"{where}: {text!r} không phải một trong: {known}")
