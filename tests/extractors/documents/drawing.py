"""Decisions as offices write them: a described one as Word, and by LibreOffice as PDF, .doc or .odt."""

from __future__ import annotations

import io
import random
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt

from tests.machine import end_without, find_program

FILTERS = {"pdf": "pdf:writer_pdf_Export", "doc": "doc:MS Word 97", "odt": "odt:writer8", "rtf": "rtf"}


@dataclass(frozen=True)
class Procedure:
    """One row: its texts by heading, and which number it has."""

    name: str
    code: str = ""
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """A row merged over the table: a marker in the number's column, and words."""

    marker: str
    text: str


@dataclass(frozen=True)
class Table:
    """A list: the titles over it, its headings ("A / B" are two rows of headings), and what stands below."""

    titles: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[Section | Procedure, ...]
    two_numbers: bool = False
    repeat: bool = True


@dataclass(frozen=True)
class Decision:
    """A whole decision."""

    number: str = "1404/QĐ-UBND"
    place: str = "Hà Tĩnh"
    day: str = "ngày 05 tháng 7 năm 2025"
    agency: tuple[str, ...] = ("ỦY BAN NHÂN DÂN", "TỈNH HÀ TĨNH")
    authority: str = "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH HÀ TĨNH"
    title: str = "Về việc công bố danh mục thủ tục hành chính lĩnh vực nội vụ"
    grounds: tuple[str, ...] = (
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16/6/2025;",
        "Căn cứ Quyết định số 627/QĐ-BNV ngày 20/6/2025 của Bộ Nội vụ về việc công bố thủ tục hành chính;",
        "Theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 11/TTr-SNV của Ủy ban nhân dân tỉnh Hà Tĩnh.",
    )
    articles: tuple[str, ...] = (
        "Điều 1. Công bố kèm theo Quyết định này danh mục thủ tục hành chính.",
        "Điều 2. Quyết định này có hiệu lực thi hành kể từ ngày 10 tháng 7 năm 2025.",
    )
    tables: tuple[Table, ...] = ()


def procedures_of(table: Table) -> list[Procedure]:
    return [row for row in table.rows if isinstance(row, Procedure)]


def word(decision: Decision) -> bytes:
    """The decision as .docx."""
    document = docx.Document()
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(12)
    head(document, decision)
    if decision.tables:
        landscape(document)
    for table in decision.tables:
        for title in table.titles:
            document.add_paragraph(title)
        draw(document, table)
    document.add_paragraph("./.")
    return saved(document)


def head(document, decision: Decision) -> None:
    letterhead = document.add_table(1, 2)
    left, right = letterhead.rows[0].cells
    left.text = "\n".join((*decision.agency, f"Số: {decision.number}"))
    right.text = (
        f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n{decision.place}, {decision.day}"
    )
    for text in ("QUYẾT ĐỊNH", decision.title, decision.authority, *decision.grounds, "QUYẾT ĐỊNH:"):
        document.add_paragraph(text)
    for text in decision.articles:
        document.add_paragraph(text)
    document.add_paragraph("Nơi nhận:")
    document.add_paragraph("- Như Điều 2;")


def landscape(document) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Cm(1.5)


def draw(document, table: Table):
    """The table with its headings in one or two rows, one or two columns of numbers under one heading."""
    numbers = 2 if table.two_numbers else 1
    two_rows = any(" / " in heading for heading in table.headings)
    drawn = document.add_table(0, numbers + len(table.headings), style="Table Grid")
    _headings(drawn, table, numbers, 2 if two_rows else 1)
    running = own = 0
    for row in table.rows:
        cells = drawn.add_row().cells
        if isinstance(row, Section):
            cells[numbers - 1].text = row.marker
            cells[numbers].merge(cells[-1]).text = row.text
            own = 0
            continue
        running, own = running + 1, own + 1
        cells[0].text = str(running)
        if numbers == 2:
            cells[1].text = str(own)
        for cell, heading in zip(cells[numbers:], table.headings, strict=True):
            cell.text = value(row, heading)
    return drawn


def value(row: Procedure, heading: str) -> str:
    if heading == "Tên thủ tục hành chính":
        return row.name
    return row.code if heading.startswith("Mã") else row.texts.get(heading, "")


def _headings(drawn, table: Table, numbers: int, height: int) -> None:
    rows = [drawn.add_row() for _ in range(height)]
    for row in rows:
        if table.repeat:
            mark = OxmlElement("w:tblHeader")
            row._tr.get_or_add_trPr().append(mark)
    top = rows[0].cells
    stt = top[0].merge(rows[-1].cells[numbers - 1])
    stt.text = "TT" if table.two_numbers else "STT"
    at = numbers
    for group in _groups(table.headings):
        above = group[0].split(" / ")[0]
        if height == 2 and " / " in group[0]:
            top[at].merge(top[at + len(group) - 1]).text = above
            for offset, heading in enumerate(group):
                rows[1].cells[at + offset].text = heading.split(" / ")[1]
        else:
            top[at].merge(rows[-1].cells[at]).text = above
        at += len(group)


def _groups(headings: Sequence[str]) -> Iterable[list[str]]:
    groups: list[list[str]] = []
    for heading in headings:
        above, _, below = heading.partition(" / ")
        if groups and below and groups[-1][0].partition(" / ")[0] == above:
            groups[-1].append(heading)
        else:
            groups.append([heading])
    return groups


def saved(document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def office_makes(files: dict[str, bytes], kind: str, folder: Path) -> dict[str, bytes]:
    """The files (name without suffix → .docx bytes) as LibreOffice saves them, all in one session."""
    program = find_program("soffice") if find_program("lowriter") else None
    if program is None:
        end_without("LibreOffice Writer is missing on this machine")
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.docx").write_bytes(data)
    command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to"]
    sources = [str(folder / f"{name}.docx") for name in files]
    subprocess.run(
        [*command, FILTERS[kind], "--outdir", str(folder / kind), *sources],
        check=True,
        capture_output=True,
        timeout=240,
    )
    return {name: (folder / kind / f"{name}.{kind}").read_bytes() for name in files}


# a known list at random

_VERBS = ("Cấp", "Cấp lại", "Gia hạn", "Thu hồi", "Công nhận", "Thủ tục thành lập", "Đăng ký", "Phê duyệt")
_THINGS = (
    "giấy phép hoạt động", "giấy chứng nhận lương y", "thẻ hội viên", "quỹ xã hội, quỹ từ thiện",
    "danh hiệu “Bà mẹ Việt Nam anh hùng”", "hợp đồng lao động đối với người lao động làm việc ở nước ngoài",
    "tổ chức phi chính phủ (cấp tỉnh)", "chế độ ưu đãi người có công với cách mạng",
)  # fmt: skip
_ENDS = (
    "", " theo Nghị định số 129/2025/NĐ-CP", " thuộc thẩm quyền giải quyết của Ủy ban nhân dân cấp xã",
    " đối với trường hợp hồ sơ nộp từ ngày 01 tháng 01 năm 2024 đến thời điểm kiểm tra đánh giá năng lực",
    " và/hoặc người đại diện theo pháp luật, kể cả trường hợp chia, tách, hợp nhất, sáp nhập",
)  # fmt: skip
_FIELDS = ("Người có công", "Việc làm", "Quản lý nhà nước về hội, quỹ", "Thi đua, khen thưởng", "Văn thư")
_BASES = (
    "Luật Việc làm số 74/2025/QH15 ngày 16/6/2025",
    "Nghị định số 128/2025/NĐ-CP ngày 11 tháng 6 năm 2025 của Chính phủ quy định về phân quyền, phân cấp",
    "Thông tư liên tịch số 17/1999/TTLT-BLĐTBXH-BTC ngày 21/7/1999",
)
ROMAN = ("I", "II", "III", "IV", "V", "VI")
KINDS = {
    "new": "mới ban hành",
    "changed": "được sửa đổi, bổ sung",
    "repealed": "bị bãi bỏ",
    "decentralised": "được phân cấp giải quyết",
}
_COLUMNS = {
    "repealed": ("Tên văn bản QPPL quy định việc bãi bỏ",),
    "new": ("Thời hạn giải quyết", "Địa điểm thực hiện", "Phí, lệ phí", "Căn cứ pháp lý"),
    "changed": (
        "Thời hạn giải quyết / Theo quy định", "Thời hạn giải quyết / Sau cắt giảm", "Cách thức thực hiện",
        "Căn cứ pháp lý",
    ),
    "decentralised": ("Thời hạn giải quyết", "Căn cứ pháp lý"),
}  # fmt: skip


def random_decision(seed: int) -> Decision:
    """A decision with two to four lists at random; the same seed gives the same one."""
    draw_ = random.Random(seed)
    kinds = draw_.sample(sorted(KINDS), draw_.randint(2, len(KINDS)))
    tables = tuple(
        random_table(draw_, kind, f"PHẦN {ROMAN[at]}. DANH MỤC THỦ TỤC HÀNH CHÍNH {KINDS[kind].upper()}")
        for at, kind in enumerate(kinds)
    )
    return Decision(number=f"{draw_.randint(100, 4000)}/QĐ-UBND", tables=tables)


def random_table(draw_: random.Random, kind: str, title: str) -> Table:
    rows: list[Section | Procedure] = []
    with_codes = draw_.random() < 0.6
    for level in draw_.sample(["CẤP TỈNH", "CẤP XÃ"], draw_.randint(1, 2)):
        rows.append(Section("AB"[sum(isinstance(row, Section) and row.marker in "AB" for row in rows)],
                            f"THỦ TỤC HÀNH CHÍNH {level}"))  # fmt: skip
        for at, name in enumerate(draw_.sample(_FIELDS, draw_.randint(1, 3))):
            below = [random_procedure(draw_, kind, with_codes) for _ in range(draw_.randint(1, 5))]
            count = f" ({len(below):02d} thủ tục)" if draw_.random() < 0.5 else ""
            rows += [Section(ROMAN[at], f"Lĩnh vực {name}{count}"), *below]
    declared = sum(isinstance(row, Procedure) for row in rows)
    return Table(
        titles=(f"{title} ({declared:02d} thủ tục)",),
        headings=(*(("Mã TTHC",) if with_codes else ()), "Tên thủ tục hành chính", *_COLUMNS[kind]),
        rows=tuple(rows),
        two_numbers=draw_.random() < 0.5,
        repeat=draw_.random() < 0.7,
    )


def random_procedure(draw_: random.Random, kind: str, with_codes: bool) -> Procedure:
    name = f"{draw_.choice(_VERBS)} {draw_.choice(_THINGS)}{draw_.choice(_ENDS)}"
    code = f"{draw_.randint(1, 3)}.{draw_.randint(1, 999_999):06d}" if with_codes else ""
    bases = "\n".join(f"- {draw_.choice(_BASES)}." for _ in range(draw_.randint(1, 6)))
    days = f"{draw_.randint(1, 60):02d} ngày làm việc"
    texts = {
        "Thời hạn giải quyết": days,
        "Thời hạn giải quyết / Theo quy định": "90 ngày",
        "Thời hạn giải quyết / Sau cắt giảm": days,
        "Địa điểm thực hiện": "Trung tâm Phục vụ hành chính công tỉnh",
        "Cách thức thực hiện": "Trực tiếp hoặc qua dịch vụ bưu chính công ích",
        "Phí, lệ phí": draw_.choice(("Không", "100.000 đồng")),
        "Căn cứ pháp lý": bases,
        "Tên văn bản QPPL quy định việc bãi bỏ": bases,
    }
    return Procedure(name, code, texts)
