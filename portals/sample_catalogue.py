"""A department's list in the form departments use, written by `write_sample_catalogue(path)`.

The rows are the real Nội vụ records of province and commune, as they were before decision 627/QĐ-BNV. The
list's errors are SCRIPTED, each in one named constant below: the rows of the abolished district level with
invented codes, bad and repeated codes, other times and levels. The same bytes come out every time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from portals.provincial_records import FULL, PARTIAL, SUFFIX, provincial_record
from portals.records import load_records

COLUMNS: tuple[tuple[str, int], ...] = (
    ("STT", 5),
    ("Mã TTHC", 24),
    ("Tên thủ tục hành chính", 60),
    ("Lĩnh vực", 24),
    ("Thời hạn giải quyết", 22),
    ("Phí, lệ phí", 16),
    ("Cơ quan thực hiện", 30),
    ("Mức độ DVC", 14),
    ("BCCI", 7),
    ("Phòng chuyên môn", 28),
    ("QĐ công bố", 16),
    ("Đủ điều kiện toàn trình", 14),
    ("Lý do chưa toàn trình", 30),
)
ASSOCIATIONS = "Quản lý nhà nước về hội, quỹ"
TITLES = (
    ("ỦY BAN NHÂN DÂN TỈNH HÀ TĨNH", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("SỞ NỘI VỤ", "Độc lập - Tự do - Hạnh phúc"),
)
TITLE = "DANH MỤC THỦ TỤC HÀNH CHÍNH THUỘC PHẠM VI QUẢN LÝ CỦA SỞ NỘI VỤ"
SUBTITLE = "(Kèm theo Công văn của Sở Nội vụ; số liệu rà soát nội bộ, dùng để minh họa)"

DIVISIONS = {
    "Người có công": "Phòng Người có công",
    "Việc làm": "Phòng Lao động, việc làm",
    "Quản lý lao động ngoài nước": "Phòng Lao động, việc làm",
    "Lao động": "Phòng Lao động, việc làm",
    "Lao động, tiền lương": "Phòng Lao động, việc làm",
    "An toàn, vệ sinh lao động": "Phòng Lao động, việc làm",
    "Bảo hiểm xã hội": "Phòng Bảo hiểm xã hội",
    ASSOCIATIONS: "Phòng Xây dựng chính quyền",
    "Văn thư và Lưu trữ nhà nước": "Trung tâm Lưu trữ lịch sử",
    "Thi đua - khen thưởng": "Ban Thi đua - Khen thưởng",
}
"""Divisions by field; scripted, as the department's own table is not public."""

PUBLISHED_BY_627 = ("1.013702", "1.013703", "1.013704", "1.013706", "1.013707", "1.013708", "1.013709")
NOT_YET_IN_THE_LIST = ("1.014753", "1.013734")
DISTRICT_ROWS: tuple[tuple[str, str, str], ...] = (
    ("1.999401", "Thủ tục công nhận ban vận động thành lập hội", "30 ngày làm việc"),
    ("1.999402", "Thủ tục thành lập hội", "60 ngày làm việc"),
    (
        "1.999403",
        "Thủ tục báo cáo tổ chức đại hội thành lập, đại hội nhiệm kỳ, đại hội bất thường của hội",
        "45 ngày làm việc",
    ),
    (
        "1.999404",
        "Thủ tục thông báo kết quả đại hội và phê duyệt đổi tên hội, phê duyệt điều lệ hội",
        "60 ngày làm việc",
    ),
    ("1.999405", "Thủ tục chia, tách; sáp nhập; hợp nhất hội", "60 ngày làm việc"),
    ("1.999406", "Thủ tục hội tự giải thể", "45 ngày làm việc"),
    (
        "1.999407",
        "Thủ tục cho phép hội hoạt động trở lại sau khi bị đình chỉ có thời hạn",
        "30 ngày làm việc",
    ),
    ("1.999411", "Thủ tục cấp giấy phép thành lập và công nhận điều lệ quỹ", "60 ngày"),
    (
        "1.999412",
        "Thủ tục công nhận quỹ đủ điều kiện hoạt động và công nhận thành viên Hội đồng quản lý quỹ; "
        "công nhận thay đổi, bổ sung thành viên Hội đồng quản lý quỹ",
        "60 ngày",
    ),
    ("1.999413", "Thủ tục công nhận điều lệ (sửa đổi, bổ sung) quỹ; đổi tên quỹ", "60 ngày"),
    ("1.999414", "Thủ tục cấp lại giấy phép thành lập và công nhận điều lệ quỹ", "60 ngày"),
    (
        "1.999415",
        "Thủ tục cho phép quỹ hoạt động trở lại sau khi bị tạm đình chỉ hoạt động",
        "60 ngày làm việc",
    ),
    ("1.999416", "Thủ tục hợp nhất, sáp nhập, chia, tách, mở rộng phạm vi hoạt động quỹ", "60 ngày"),
    ("1.999417", "Thủ tục quỹ tự giải thể", "60 ngày"),
)
"""The district's rows: names of Hà Nội's decision 963/QĐ-TTPVHCC (19 repealed), codes invented."""

NUMBER_INSTEAD_OF_CODE = "1.010820"
INVALID_CODE = ("1.014172", "1.0141722")
REPEATED = "1.010806"
WITHOUT_CODE = "1.010809"
UNKNOWN_WITHOUT_CODE = "Xác nhận quá trình tham gia dân công hỏa tuyến ở địa phương"
NOT_NATIONAL = ("1.999998", "Cấp giấy giới thiệu thăm viếng nghĩa trang liệt sĩ ngoài tỉnh")
RETYPED = {
    "1.012927": "Thủ tục công nhận  ban vận động thành lập hội (Cấp tỉnh)",
    "1.013750": "Thăm viếng mộ liệt sĩ .",
    "1.014163": "Hưởng trợ cấp ốm đau",
}
WRONG_LEVEL = "1.010808"
OTHER_ONLINE_LEVEL = {"1.014149": "Toàn trình", "1.012948": "Một phần"}
OTHER_TIME = {"1.012943": "45 ngày làm việc", "1.013746": "45 ngày"}

LEVEL_WORDS = {FULL: "Toàn trình", PARTIAL: "Một phần", "": ""}
REASON = "Phải có mặt tại cơ quan để thẩm tra, xác minh"


@dataclass(frozen=True, slots=True)
class Row:
    """One procedure of the list. `code` is a number where a spreadsheet made it one."""

    code: str | float
    name: str
    field: str
    time: str = ""
    fee: str = ""
    agency: str = ""
    online: str = ""
    posted: str = ""
    decision: str = ""
    eligible: str = ""
    reason: str = ""

    def cells(self, number: int) -> tuple[Any, ...]:
        """Return the row's cells in the order of `COLUMNS`."""
        division = DIVISIONS.get(self.field, "Văn phòng Sở")
        return (
            *(number, self.code, self.name, self.field, self.time, self.fee, self.agency, self.online),
            *(self.posted, division, self.decision, self.eligible, self.reason),
        )


@dataclass(frozen=True, slots=True)
class Section:
    """One level's part of the list."""

    title: str
    rows: tuple[Row, ...]


def write_sample_catalogue(path: Path) -> Path:
    """Write the sample workbook and return its path."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime(2026, 1, 5), "author": "Sở Nội vụ (mẫu)"})
        _write_sheet(book, sections())
    return path


def sections() -> tuple[Section, ...]:
    """Return the list by level: A province, B district (abolished), C commune."""
    province, commune = [], []
    for record in load_records(["G09"]):
        code = record["code"]
        if code in PUBLISHED_BY_627 or code in NOT_YET_IN_THE_LIST:
            continue
        row = _row(record)
        at_wrong_level = code == WRONG_LEVEL
        if record["isProvince"] and not at_wrong_level:
            province.append(row)
        if record["isWard"] or at_wrong_level:
            commune.append(row)
    return (
        Section("A. CẤP TỈNH", (*province, *_scripted_rows(province))),
        Section("B. CẤP HUYỆN", tuple(_district_row(*entry) for entry in DISTRICT_ROWS)),
        Section("C. CẤP XÃ", tuple(commune)),
    )


def _row(record: dict[str, Any]) -> Row:
    local = provincial_record(record, {"*": ""})
    code, online = record["code"], LEVEL_WORDS[local["online_level"]]
    online = OTHER_ONLINE_LEVEL.get(code, online)
    return Row(
        code=_code_as_typed(code),
        name=RETYPED.get(code, record["name"]),
        field=local["field"],
        time=OTHER_TIME.get(code, str(local["time"])),
        fee=local["fee"],
        agency=local["agency"],
        online=online,
        posted="x" if "Dịch vụ bưu chính công ích" in local["ways"] else "",
        decision=f"{900 + int(code[-2:])}/QĐ-UBND",
        eligible={"Toàn trình": "Có", "Một phần": "Không"}.get(online, ""),
        reason=REASON if online == "Một phần" and code.endswith("9") else "",
    )


def _code_as_typed(code: str) -> str | float:
    if code == NUMBER_INSTEAD_OF_CODE:
        return float(code)
    if code == INVALID_CODE[0]:
        return INVALID_CODE[1]
    if code == WITHOUT_CODE:
        return ""
    return code + SUFFIX if int(code[-1]) % 3 == 0 else code


def _scripted_rows(province: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows at the end of the province's part: a repeat, one unknown, one not national."""
    yield next(row for row in province if str(row.code).startswith(REPEATED))
    yield Row(code="", name=UNKNOWN_WITHOUT_CODE, field="Người có công", agency="Sở Nội vụ")
    yield Row(code=NOT_NATIONAL[0], name=NOT_NATIONAL[1], field="Người có công", agency="Sở Nội vụ")


def _district_row(code: str, name: str, time: str) -> Row:
    return Row(code, name, ASSOCIATIONS, time, agency="Ủy ban nhân dân cấp huyện", decision="512/QĐ-UBND")


def _write_sheet(book: xlsxwriter.Workbook, parts: Sequence[Section]) -> None:
    sheet = book.add_worksheet("Danh mục")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
    centred = book.add_format({"bold": True, "align": "center"})
    plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    last = len(COLUMNS) - 1
    for row, (left, right) in enumerate(TITLES):
        sheet.merge_range(row, 0, row, 3, left, centred)
        sheet.merge_range(row, 4, row, last, right, centred)
    sheet.merge_range(3, 0, 3, last, TITLE, centred)
    sheet.merge_range(4, 0, 4, last, SUBTITLE, centred)
    for column, (heading, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write(6, column, heading, bold)
    row, total = 7, 0
    for section in parts:
        sheet.merge_range(row, 0, row, last, section.title, bold)
        row += 1
        for number, (field, rows) in enumerate(_by_field(section.rows), 1):
            sheet.merge_range(row, 0, row, last, f"{_roman(number)}. LĨNH VỰC {field.upper()}", bold)
            row += 1
            for place, entry in enumerate(rows, 1):
                for column, value in enumerate(entry.cells(place)):
                    _write_cell(sheet, row, column, value, plain)
                row += 1
            total += len(rows)
    sheet.merge_range(row, 0, row, 2, f"Tổng cộng: {total} thủ tục", bold)


def _write_cell(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def _by_field(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    fields: dict[str, list[Row]] = {}
    for row in rows:
        fields.setdefault(row.field, []).append(row)
    return list(fields.items())


def _roman(number: int) -> str:
    tens, units = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[units]
