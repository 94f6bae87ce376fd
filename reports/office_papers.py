"""The office's other papers: lists, plan, reminder, self-scoring and forms, each as Word or as a workbook.

A paper ending in .docx is filled from its template; one ending in .xlsx is the same table, to edit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from procedures.errors import InputError
from procedures.model import Procedure
from procedures.wording.words import KIND_TITLES, PARTIAL_REASONS, count, count_text, day_text, part_text
from reconciliation.indicators.decentralisation import Decentralisation
from reconciliation.indicators.eligibility import lawful_reason
from reports.administrative import criteria_rows
from reports.figures import UNKNOWN
from reports.official_forms import form_06, form_ii07b
from reports.paper_values import OfficePaper, OpenTask, PaperData, shared_values
from reports.word_files import write_document
from reports.workbooks import Table, TableColumn, write_workbook

STATES: Mapping[str, str] = {
    "decided": "Đã phân cấp",
    "proposed": "Đề xuất phân cấp",
    "none": "Chưa phân cấp, có lý do",
}


def write_paper(path: Path, name: str, facts: PaperData, templates: Path | None = None) -> int:
    """Write the paper of that name in `PAPERS` and return the number of its rows.

    Raises:
        InputError: `path` ends in neither .docx nor .xlsx, or cannot be written.
        SettingsError: the template is broken.
    """
    paper = PAPERS[name](facts)
    rows = paper.values["dong"]
    entries = [row for row in rows if not row.get("nhom")]
    match path.suffix.lower():
        case ".docx":
            write_document(path, paper.template, paper.values, templates)
        case ".xlsx":
            cells = [[row.get(key) or None for key in paper.columns] for row in entries]
            if paper.last_line:
                cells.append([None, paper.last_line, *[None] * (len(paper.columns) - 2)])
            table = Table(
                name="Danh sách",
                title=paper.title,
                notes=(facts.report.department, *paper.notes),
                columns=tuple(paper.columns.values()),
                rows=cells,
            )
            write_workbook(
                path,
                (table,),
                title=paper.title,
                author=facts.report.department,
                created=facts.period.as_of,
            )
        case _:
            raise InputError(f"{path}: tên tệp phải kết thúc bằng .docx hoặc .xlsx", "out")
    return len(entries)


def not_eligible(facts: PaperData) -> OfficePaper:
    """List the procedures not eligible for full online service (decree 224/2026/NĐ-CP, article 14)."""
    procedures = sorted(
        (row for row in facts.rows_of_division() if row.eligible_full_online is False),
        key=lambda row: (row.division or "~", row.code or "~", row.name),
    )
    rows = [
        {
            "stt": str(number),
            "ma": row.code or UNKNOWN,
            "ten": row.name,
            "linh_vuc": row.field or UNKNOWN,
            "ly_do": row.online_reason or UNKNOWN,
            "nhom_ly_do": PARTIAL_REASONS.get(lawful_reason(row.online_reason) or "", UNKNOWN),
            "can_cu": row.online_basis or UNKNOWN,
            "lo_trinh": row.online_plan or UNKNOWN,
            "phong": row.division or UNKNOWN,
        }
        for number, row in enumerate(procedures, 1)
    ]
    without_reason = sum(row["ly_do"] == UNKNOWN for row in rows)
    declared = facts.report.online.not_eligible is not None
    total, blanks = (count(number) if declared else UNKNOWN for number in (len(rows), without_reason))
    return OfficePaper(
        template="not-eligible",
        title="DANH MỤC THỦ TỤC HÀNH CHÍNH CHƯA ĐỦ ĐIỀU KIỆN CUNG CẤP TOÀN TRÌNH",
        values={**shared_values(facts), "dong": rows, "tong": total, "thieu": blanks},
        columns={
            "stt": TableColumn("STT", 6),
            "ma": TableColumn("Mã TTHC", 12),
            "ten": TableColumn("Tên thủ tục hành chính", 50),
            "linh_vuc": TableColumn("Lĩnh vực", 24),
            "ly_do": TableColumn("Lý do", 34),
            "nhom_ly_do": TableColumn("Thuộc trường hợp", 28),
            "can_cu": TableColumn("Căn cứ", 30),
            "lo_trinh": TableColumn("Lộ trình", 20),
            "phong": TableColumn("Phòng, ban, đơn vị", 26),
        },
        notes=(f"{total} thủ tục, trong đó {blanks} thủ tục chưa nêu lý do",),
    )


def decentralisation_plan(facts: PaperData) -> OfficePaper:
    """Build the plan: decentralised, proposed, or refused with a reason; the last line gives the target."""
    provincial = [row for row in facts.rows_of_division() if "province" in (row.executing_levels or ())]
    rows: list[dict[str, str]] = []
    for state, words in STATES.items():
        procedures = [row for row in provincial if _state(row) == state]
        if procedures:
            rows.append({"nhom": f"{words}: {count(len(procedures))} thủ tục"})
        rows += [
            {
                "nhom": "",
                "stt": str(number),
                "ma": row.code or UNKNOWN,
                "ten": row.name,
                "trang_thai": words,
                "cho": row.decentralised_to or UNKNOWN,
                "can_cu": row.decentralisation_basis or UNKNOWN,
                "van_ban": row.decentralisation_texts or UNKNOWN,
                "ly_do": row.decentralisation_reason or UNKNOWN,
                "phong": row.division or UNKNOWN,
            }
            for number, row in enumerate(sorted(procedures, key=lambda row: (row.code or "~", row.name)), 1)
        ]
    last = target_line(facts.report.decentralisation)
    return OfficePaper(
        template="decentralisation",
        title="PHƯƠNG ÁN PHÂN CẤP GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
        values={**shared_values(facts), "dong": rows, "tong_ket": last},
        columns={
            "stt": TableColumn("STT", 6),
            "ma": TableColumn("Mã TTHC", 12),
            "ten": TableColumn("Tên thủ tục hành chính", 50),
            "trang_thai": TableColumn("Trạng thái", 20),
            "cho": TableColumn("Phân cấp cho", 24),
            "can_cu": TableColumn("Căn cứ", 30),
            "van_ban": TableColumn("Văn bản phải sửa", 30),
            "ly_do": TableColumn("Lý do", 30),
            "phong": TableColumn("Phòng, ban, đơn vị", 26),
        },
        last_line=last,
    )


def target_line(figures: Decentralisation) -> str:
    """Return the last line of the plan: "19/93 = 20,43 %, thiếu 00"; "…" for what the list does not say."""
    return f"{part_text(figures.decided, figures.procedures)}, thiếu {count_text(figures.missing)}"


def reminder(facts: PaperData) -> OfficePaper:
    """Build the reminder of one division's open work, or of all divisions'."""
    rows: list[dict[str, str]] = []
    names = sorted({each.division for each in facts.open_tasks}, key=lambda name: (name is None, name or ""))
    day = facts.period.as_of.date()
    for division in names:
        matters = [each for each in facts.open_tasks if each.division == division]
        late = sum(each.is_late(day) for each in matters)
        name = division or "Chưa giao cho phòng nào"
        rows.append({"nhom": f"{name}: {count(len(matters))} việc, {count(late)} việc quá hạn"})
        rows += [
            {
                "nhom": "",
                "stt": str(number),
                "ma": each.subject or UNKNOWN,
                "ten": each.name or UNKNOWN,
                "viec": each.task,
                "han": day_text(each.due),
                "tinh_trang": "Quá hạn" if each.is_late(day) else _state_words(each),
                "phong": name,
            }
            for number, each in enumerate(
                sorted(matters, key=lambda each: (each.due or date.max, each.subject or "~", each.task)), 1
            )
        ]
    entries = [row for row in rows if not row["nhom"]]
    late = sum(row["tinh_trang"] == "Quá hạn" for row in entries)
    return OfficePaper(
        template="reminder",
        title="DANH SÁCH VIỆC ĐÔN ĐỐC VỀ THỦ TỤC HÀNH CHÍNH",
        values={
            **shared_values(facts),
            "dong": rows,
            "noi_nhan": facts.division or "Các phòng, ban, đơn vị trực thuộc Sở",
            "tong": count(len(entries)),
            "qua_han": count(late),
        },
        columns={
            "stt": TableColumn("STT", 6),
            "phong": TableColumn("Phòng, ban, đơn vị", 26),
            "ma": TableColumn("Mã TTHC, số quyết định", 16),
            "ten": TableColumn("Tên", 50),
            "viec": TableColumn("Việc phải làm", 44),
            "han": TableColumn("Hạn", 12),
            "tinh_trang": TableColumn("Tình trạng", 14),
        },
        notes=(f"{count(len(entries))} việc, {count(late)} việc quá hạn",),
    )


def par_index(facts: PaperData) -> OfficePaper:
    """Build the self-scoring table of PAR INDEX with evidence."""
    rows = [dict(row) for row in criteria_rows(facts.report.criteria)]
    return OfficePaper(
        template="par-index",
        title="BẢNG TỰ CHẤM ĐIỂM CHỈ SỐ CẢI CÁCH HÀNH CHÍNH (PAR INDEX)",
        values={**shared_values(facts), "dong": rows, "tong_diem": _sum(facts)},
        columns={
            "so": TableColumn("Tiêu chí", 12),
            "ten": TableColumn("Nội dung", 50),
            "toi_da": TableColumn("Điểm tối đa", 10),
            "tu_cham": TableColumn("Điểm tự chấm", 10),
            "so_lieu": TableColumn("Số liệu kiểm chứng", 30),
            "tai_lieu": TableColumn("Tài liệu kiểm chứng", 30),
            "nguyen_nhan": TableColumn("Nguyên nhân mất điểm", 30),
            "phong": TableColumn("Phòng, ban, đơn vị", 26),
        },
    )


PAPERS: Mapping[str, Callable[[PaperData], OfficePaper]] = {
    "not-eligible": not_eligible,
    "decentralisation-plan": decentralisation_plan,
    "reminder": reminder,
    "par-index": par_index,
    "form-ii07b": form_ii07b,
    "form-06": form_06,
}
"""Each paper by its name on the command line."""


def task_words(kind: str, attribute: str | None) -> str:
    """Return in words what a finding asks of a division."""
    return KIND_TITLES[kind] + (f" ({attribute[0].lower()}{attribute[1:]})" if attribute else "")


def _state_words(matter: OpenTask) -> str:
    return "Đã trả lời" if matter.replied else "Chưa xong"


def _state(row: Procedure) -> str | None:
    if row.decentralisation_state in ("decided", "proposed"):
        return row.decentralisation_state
    return "none" if row.decentralisation_reason else None


def _sum(facts: PaperData) -> str:
    scores = [each.own_score for each in facts.report.criteria]
    if not scores or any(own is None for own in scores):
        return UNKNOWN
    return f"{sum(own or 0 for own in scores):g}".replace(".", ",")
