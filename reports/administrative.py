"""The periodic report as an administrative document (decree 30/2020/NĐ-CP), from a Word template.

Numbers are as offices write them ("02 thủ tục", "66,67 %", "1.234"); what is unknown is "…".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from procedures.indicators import TOTAL
from procedures.office.stages import STAGE_WORDS
from procedures.wording.words import (
    ATTRIBUTE_LABELS,
    KIND_TITLES,
    PARTIAL_REASONS,
    count,
    count_text,
    day_text,
    part_text,
    share_text,
)
from procedures.workbook_layout.registers import FEEDBACK_STATES
from reconciliation.indicators.eligibility import Eligibility
from reports.figures import UNKNOWN, Criterion, DecisionLine, DivisionLine, Report, level_words
from reports.offices import long_date, parse_office
from reports.periodic import FULL_KINDS, feedback_words
from reports.word_files import write_document

LISTED = 100
"""Most rows of one table in the Word report; the workbook has them all."""

Row = Mapping[str, str]


def write_administrative(path: Path, report: Report, templates: Path | None = None) -> None:
    """Write the Word report.

    Raises:
        SettingsError: the template is broken.
        InputError: the file cannot be written.
    """
    write_document(path, "report", report_values(report), templates)


def report_values(report: Report) -> dict[str, Any]:
    """Return the values that the template `bao-cao.docx` may use; docs/papers.md lists them."""
    period = report.period
    full = period.kind in FULL_KINDS
    office = parse_office(report.department).values
    total = report.total
    lists = {
        "thay_doi": list(_changes(report)),
        "quyet_dinh": list(_decisions(report)),
        "phan_anh": list(_feedback(report)),
        "chong_cheo": list(_overlaps(report)) if full else [],
        "chua_dat": list(_failing(report)) if full else [],
    }
    return {
        **office,
        **lists,
        "phu_luc": _annex_numbers(lists),
        "ky": period.label,
        "tu_ngay": day_text(period.first),
        "den_ngay": day_text(period.last),
        "so_lieu_den": f"{period.as_of:%H:%M ngày %d/%m/%Y}",
        "ngay": long_date(period.as_of.date()),
        "noi_gui": f"Văn phòng {office['ubnd']}" if full else f"Lãnh đạo {office['so']}",
        "day_du": full,
        "nguon": [
            f"{each.name}: {each.state.lower()}"
            + (f", số liệu của {each.as_of:%H:%M ngày %d/%m/%Y}" if each.as_of else ", chưa có số liệu đủ")
            for each in report.sources
        ],
        "tong_tthc": count(total.procedures) if total else UNKNOWN,
        "cap": list(_levels(report)),
        "linh_vuc": list(_fields(report)),
        "moi": count(sum(report.opened.values())),
        "het": count(sum(report.resolved.values())),
        "con": count(sum(report.findings.values())),
        "sai_lech": list(_kinds(report)),
        "so_thay_doi": count(len(report.changes)),
        "phong": list(_divisions(report)),
        "phan_anh_tong": feedback_words(report),
        "phong_qua_han": [_overdue_words(each) for each in report.divisions if _is_overdue(each)],
        "bcci": _by_level(
            (row.level, row.known_count("postal"), row.procedures)
            for row in report.levels
            if row is not total
        ),
        **_online(report),
        **_decentralisation(report),
        "chi_so": list(_indexes(report)),
        **_form(report),
        "tieu_chi": criteria_rows(report.criteria),
    }


def criteria_rows(criteria: Iterable[Criterion]) -> list[Row]:
    """Return the criteria of PAR INDEX as rows of a table."""
    return [
        {
            "so": each.number,
            "ten": each.content or UNKNOWN,
            "toi_da": _points(each.maximum),
            "tu_cham": _points(each.own_score),
            "so_lieu": each.figure,
            "tai_lieu": each.evidence or UNKNOWN,
            "nguyen_nhan": each.cause or UNKNOWN,
            "phong": each.division or UNKNOWN,
        }
        for each in criteria
    ]


def form_values(report: Report) -> dict[str, Any]:
    """Return the cells of form II.07b, with the values that every template may use."""
    return {**parse_office(report.department).values, "ky": report.period.label, **_form(report)}


def _annex_numbers(lists: Mapping[str, list[Row]]) -> dict[str, str]:
    """Return the number of the annex that holds each list; empty where the list is."""
    numbers = iter(("I", "II", "III", "IV", "V"))
    return {name: next(numbers) if rows else "" for name, rows in lists.items()}


def _levels(report: Report) -> Iterator[Row]:
    for row in report.levels:
        yield {
            "ten": level_words(row.level),
            "so": count(row.procedures),
            "toan_trinh": count_text(row.known_count("online_full")),
            "mot_phan": count_text(row.known_count("online_partial")),
            "chua": count_text(row.known_count("online_none")),
            "chua_ghi": count(row.online_unstated),
            "bcci": count_text(row.known_count("postal")),
            "phan_cap": count_text(row.known_count("decentralised")),
            "tren_cong": count_text(row.on_national_portal),
        }


def _fields(report: Report) -> Iterator[Row]:
    for number, row in enumerate(report.fields, 1):
        yield {
            "stt": str(number),
            "ten": row.field or UNKNOWN,
            "so": count(row.procedures),
            "tinh": count_text(row.at_level("province")),
            "xa": count_text(row.at_level("commune")),
        }


def _kinds(report: Report) -> Iterator[Row]:
    for kind, words in KIND_TITLES.items():
        number = sum(n for (finding_kind, _), n in report.findings.items() if finding_kind == kind)
        if number or report.opened.get(kind) or report.resolved.get(kind):
            yield {
                "ten": words,
                "con": count(number),
                "moi": count(report.opened.get(kind, 0)),
                "het": count(report.resolved.get(kind, 0)),
            }


def _changes(report: Report) -> Iterator[Row]:
    """Yield the changes by decision, each with a heading; the first `LISTED` where there are more."""
    number: object = object()
    for row in report.changes[:LISTED]:
        if row.decision_number != number:
            number = row.decision_number
            total = sum(other.decision_number == number for other in report.changes)
            heading = f"Quyết định số {number}" if number else "Chưa rõ quyết định"
            yield {"nhom": f"{heading}: {count(total)} thủ tục"}
        yield {
            "nhom": "",
            "ma": row.code,
            "ten": row.name or UNKNOWN,
            "thay_doi": row.change_words,
            "phan": "; ".join(ATTRIBUTE_LABELS.get(each, each) for each in row.attributes),
            "ngay": day_text(row.day),
        }
    yield from _rest(len(report.changes))


def _decisions(report: Report) -> Iterator[Row]:
    for row in report.decisions[-LISTED:]:
        yield {
            "so": row.number,
            "ngay": day_text(row.signed_on),
            "noi_dung": f"{count(row.new)} mới, {count(row.changed)} sửa đổi, {count(row.repealed)} bãi bỏ",
            "han": _due(row),
            "phong": row.division or "Chưa giao",
            "giai_doan": STAGE_WORDS[row.stage],
            "tinh_trang": "; ".join(filter(None, (row.state_words, row.respite_words))),
            "qd_tinh": row.province_number or UNKNOWN,
        }


def _due(row: DecisionLine) -> str:
    if row.due is None:
        return UNKNOWN
    return f"{day_text(row.due)} ({'Nghị định 63/2010/NĐ-CP' if row.by_law else 'hạn nội bộ'})"


def _feedback(report: Report) -> Iterator[Row]:
    for row in report.feedback[:LISTED]:
        yield {
            "so": row.number,
            "ngay": day_text(row.received),
            "ma": row.code or UNKNOWN,
            "noi_dung": row.content,
            "phong": row.division or "Chưa giao",
            "tinh_trang": FEEDBACK_STATES[row.state],
        }


def _divisions(report: Report) -> Iterator[Row]:
    for row in report.divisions:
        yield {
            "ten": row.division or "Chưa giao",
            "sai_lech": count(row.findings),
            "qua_han": count(row.overdue_findings),
            "quyet_dinh": count(row.decisions),
            "qd_qua_han": ", ".join(row.overdue_decisions),
        }


def _is_overdue(row: DivisionLine) -> bool:
    return bool(row.overdue_findings or row.overdue_decisions)


def _overdue_words(row: DivisionLine) -> str:
    parts = []
    if row.overdue_findings:
        parts.append(f"{count(row.overdue_findings)} sai lệch quá hạn")
    if row.overdue_decisions:
        numbers = ", ".join(row.overdue_decisions)
        parts.append(f"{count(len(row.overdue_decisions))} quyết định quá hạn công bố ({numbers})")
    return f"{row.division or 'Chưa giao cho phòng nào'}: {'; '.join(parts)}"


def _online(report: Report) -> dict[str, Any]:
    online = report.online
    return {
        "dieu_kien": list(_eligible(online)),
        "du_dieu_kien": count_text(online.eligible),
        "toan_trinh": _by_level((row.level, row.done, row.eligible) for row in online.levels),
        "chua_du_dieu_kien": count_text(online.not_eligible),
        "chua_xac_dinh": count(online.undeclared),
        "chua_neu_ly_do": count_text(online.refused_without_reason),
        "duoi_toan_trinh_chua_neu_ly_do": count_text(online.without_reason),
        "ly_do": [
            f"{PARTIAL_REASONS.get(reason, 'Lý do khác')}: {count(number)} thủ tục"
            for reason, number in online.by_reason.items()
        ],
        "thieu_ly_do_theo_phong": [
            f"{division or 'Chưa giao'}: {count(number)} thủ tục"
            for division, number in online.by_division.items()
        ],
    }


def _eligible(online: Eligibility) -> Iterator[Row]:
    """Yield full online service level by level; all levels together have numbers and no shares."""
    for row in (*online.levels, online):
        total = row.level == TOTAL
        yield {
            "ten": level_words(row.level),
            "so": count(row.procedures),
            "du": count_text(row.eligible) if total else part_text(row.eligible, row.procedures),
            "toan_trinh": count_text(row.done) if total else part_text(row.done, row.eligible),
            "chua_du": count_text(row.not_eligible),
            "chua_ke_khai": count(row.undeclared),
            "thieu_ly_do": count_text(row.without_reason),
        }


def _by_level(parts: Iterable[tuple[str, int | None, int | None]]) -> str:
    """Join the shares, each of its own level: "Cấp tỉnh 31/93 = 33,33 %; Cấp xã …/15"."""
    shares = [f"{level_words(level)} {part_text(part, whole)}" for level, part, whole in parts]
    return "; ".join(shares) or UNKNOWN


def _decentralisation(report: Report) -> dict[str, Any]:
    figures = report.decentralisation
    return {
        "phan_cap": part_text(figures.decided, figures.procedures),
        "muc_tieu": f"{figures.target:.0%}".replace("%", " %"),
        "phan_cap_can": count(figures.needed),
        "phan_cap_thieu": count_text(figures.missing),
        "phan_cap_de_xuat": count_text(figures.proposed),
        "uy_quyen": count_text(figures.delegated),
    }


def _overlaps(report: Report) -> Iterator[Row]:
    for number, row in enumerate(report.overlaps[:LISTED], 1):
        yield {
            "stt": str(number),
            "mot": f"{row.code or UNKNOWN}\n{row.name}",
            "hai": f"{row.other_code or UNKNOWN}\n{row.other_name or UNKNOWN}",
            "ket_luan": "Chồng chéo (đã xác nhận)" if row.confirmed else "Có thể trùng lặp, chờ xác nhận",
            "kien_nghi": row.proposal or UNKNOWN,
        }


def _indexes(report: Report) -> Iterator[Row]:
    for each in report.indexes:
        share = UNKNOWN if each.score_share is None else share_text(round(each.score_share * 10_000), 10_000)
        yield {
            "so": each.number,
            "ten": f"{each.title}. {each.note}".strip(),
            "tu": count_text(each.numerator),
            "mau": count_text(each.denominator),
            "ty_le": "N/A" if each.denominator == 0 else share_text(each.numerator, each.denominator),
            "diem": share,
        }


def _failing(report: Report) -> Iterator[Row]:
    for index in report.indexes:
        if not index.failing:
            continue
        yield {"nhom": f"Chỉ số {index.number}: {count(len(index.failing))} thủ tục chưa đạt"}
        for each in index.failing[:LISTED]:
            yield {
                "nhom": "",
                "ma": each.code or UNKNOWN,
                "ten": each.name,
                "phong": each.division or UNKNOWN,
                "vi_sao": each.reason,
            }
        yield from _rest(len(index.failing))


def _form(report: Report) -> dict[str, Any]:
    total = report.total
    return {
        "bieu_tong": UNKNOWN if total is None else count(total.procedures),
        "bieu_tinh": count_text(report.at_level("province")),
        "bieu_xa": count_text(report.at_level("commune")),
    }


def _rest(number: int) -> Iterator[Row]:
    if number > LISTED:
        yield {"nhom": f"… và {count(number - LISTED)} thủ tục nữa, xem bảng tính kèm theo"}


def _points(points: float | None) -> str:
    return UNKNOWN if points is None else f"{points:g}".replace(".", ",")
