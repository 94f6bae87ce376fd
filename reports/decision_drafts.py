"""The draft that the department submits: Tờ trình, draft decision of the chairman, and the annexes.

Values in, one Word file out. What is unknown is "…": never 0, never invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from procedures.values.durations import ProcessingTime, format_time
from procedures.values.fees import Fee, format_fee
from procedures.values.levels import LEVELS, level_label, online_label
from procedures.wording.words import ATTRIBUTE_LABELS, count, day_text
from procedures.workbook_layout.catalogue_columns import WAY_LABELS
from reports.figures import UNKNOWN
from reports.offices import OfficeNames, long_date, parse_office
from reports.word_files import fill_template, write_document

ROLES = {
    "new": "mới ban hành",
    "changed": "được sửa đổi, bổ sung",
    "repealed": "bị bãi bỏ",
}
"""The kinds of announcement (decree 63/2010/NĐ-CP, article 14), in the order of the annexes."""


UNKNOWN_TEXT = f"Văn bản quy phạm pháp luật: {UNKNOWN}"
"""The legal text by which a procedure is amended or repealed; the portal does not give it."""

OPEN_CELLS = (
    f"Những ô ghi “{UNKNOWN}” là nội dung danh mục và Cổng Dịch vụ công quốc gia chưa cho biết, "
    "phòng chuyên môn bổ sung trước khi trình."
)
"""What those who prepare the draft have to know of it, and the chairman does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexRow:
    """One procedure of the draft, with what is known about it; None where it is unknown.

    `code` is empty where it has none. `changed_words`: changed parts, each with its change. `cut`: the
    province's own shorter time. `came_from`: codes (or names, of rows without one) of another level that
    it replaces, with their levels; `successor_code`: the code that replaces it.
    """

    role: str
    code: str
    name: str | None = None
    field: str | None = None
    levels: frozenset[str] | None = None
    time: tuple[ProcessingTime, ...] | None = None
    shorter_time: tuple[ProcessingTime, ...] | None = None
    places: tuple[str, ...] = ()
    fee: tuple[Fee, ...] | None = None
    ways: frozenset[str] | None = None
    online_level: str | None = None
    legal_bases: tuple[str, ...] | None = None
    changed_parts: tuple[str, ...] = ()
    changed_words: tuple[tuple[str, str], ...] = ()
    changed_by: tuple[str, ...] = ()
    province_number: str | None = None
    province_date: date | None = None
    successor_code: str | None = None
    successor_levels: frozenset[str] | None = None
    predecessors: tuple[tuple[str, frozenset[str] | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDraft:
    """What one ministry decision makes the province announce."""

    department: str
    number: str
    agency: str | None
    signed_on: date | None
    effective_on: date | None
    due: date | None
    by_law: bool
    rows: tuple[AnnexRow, ...]

    def rows_of(self, role: str) -> list[AnnexRow]:
        """Return the rows of one kind."""
        return [row for row in self.rows if row.role == role]


def write_draft(path: Path, draft: DecisionDraft, templates: Path | None = None) -> None:
    """Write the draft to `path`.

    Raises:
        SettingsError: the template is broken.
        InputError: the file cannot be written.
    """
    write_document(path, "decision", draft_values(draft), templates)


def draft_bytes(draft: DecisionDraft, templates: Path | None = None) -> bytes:
    """Return the draft as the bytes of its file.

    Raises:
        SettingsError: the template is broken.
    """
    return fill_template("decision", draft_values(draft), templates)


def draft_values(draft: DecisionDraft) -> dict[str, Any]:
    """Return the values that the template `du-thao-cong-bo.docx` may use."""
    office = parse_office(draft.department)
    annexes = [_annex(draft, role, office) for role in ROLES if draft.rows_of(role)]
    for number, annex in enumerate(annexes, 1):
        annex["so"] = str(number)
    kinds = [ROLES[role] for role in ROLES if draft.rows_of(role)]
    fields = sorted({row.field for row in draft.rows if row.field})
    old = sorted({_province(row) for row in draft.rows_of("repealed") if row.province_number})
    return {
        **office.values,
        "so_bo": draft.number,
        "bo": draft.agency or UNKNOWN,
        "ngay_bo": long_date(draft.signed_on),
        "ngay_hieu_luc": long_date(draft.effective_on),
        "han": day_text(draft.due),
        "can_cu_han": "theo Nghị định số 63/2010/NĐ-CP" if draft.by_law else "hạn nội bộ của Sở",
        "han_theo_luat": draft.by_law,
        "nhan_xet_han": "" if draft.by_law else f"Hạn nội bộ của Sở: {day_text(draft.due)}.",
        "nhan_xet_o_trong": OPEN_CELLS,
        "cac_loai": _sentence_list(kinds),
        "linh_vuc": _sentence_list([f"{name[0].lower()}{name[1:]}" for name in fields]) or UNKNOWN,
        "tong": count(len(draft.rows)),
        "dem": [
            f"{count(len(draft.rows_of(role)))} thủ tục hành chính {words}"
            for role, words in ROLES.items()
            if draft.rows_of(role)
        ],
        "chuyen_cap": count(sum(bool(row.predecessors) for row in draft.rows)),
        "co_chuyen_cap": any(row.predecessors for row in draft.rows),
        "quyet_dinh_cu": old,
        "phu_luc": annexes,
        "so_phu_luc": _sentence_list([f"Phụ lục {annex['so']}" for annex in annexes]),
    }


def _annex(draft: DecisionDraft, role: str, office: OfficeNames) -> dict[str, Any]:
    return {
        "loai": role,
        "ten": f"DANH MỤC THỦ TỤC HÀNH CHÍNH {ROLES[role].upper()}",
        "linh_vuc_cua": office.values["so_ten"],
        "dong": list(_rows(draft, role)),
    }


def _rows(draft: DecisionDraft, role: str) -> Iterator[dict[str, str]]:
    """Yield headings of level and field, each followed by its procedures, numbered from one in each field."""
    level = field = None
    letters = iter("ABCDEFGHIKLMNOPQRSTUV")
    fields = number = 0
    for row in sorted(draft.rows_of(role), key=_sort_key):
        if level != (level := _level(row)):
            field, fields = None, 0
            yield _heading(f"{next(letters, '…')}. THỦ TỤC HÀNH CHÍNH {level.upper()}")
        field_name = row.field or UNKNOWN
        if field != field_name:
            field, number, fields = field_name, 0, fields + 1
            yield _heading(f"{_roman(fields)}. Lĩnh vực {field_name[0].lower()}{field_name[1:]}")
        number += 1
        yield {"nhom": "", "stt": str(number), **_cells(draft, row)}


def _cells(draft: DecisionDraft, row: AnnexRow) -> dict[str, str]:
    ministry = f"Quyết định số {draft.number}" + (
        f" ngày {day_text(draft.signed_on)}" if draft.signed_on else ""
    )
    return {
        "ma": row.code or UNKNOWN,
        "ten": "\n".join(filter(None, [row.name or UNKNOWN, _note(row)])),
        "ten_goc": row.name or UNKNOWN,
        "thoi_han": _by_way([(time.way, format_time(time)) for time in row.time or ()]),
        "cat_giam": _by_way([(time.way, format_time(time)) for time in row.shorter_time or ()]),
        "dia_diem": _lines(row.places),
        "phi": _by_way([(fee.way, format_fee(fee)) for fee in row.fee or ()]),
        "cach_thuc": _lines([words for way, words in WAY_LABELS.items() if way in (row.ways or ())]),
        "muc_do": _online(row),
        "can_cu": _lines([*(f"- {text}" for text in row.legal_bases or ()), f"- {ministry}"]),
        "sua_doi": _lines([_changed(row, part) for part in row.changed_parts]),
        "van_ban_sua": _lines(
            [*(f"- {text}" for text in row.changed_by or (UNKNOWN_TEXT,)), f"- {ministry}"]
        ),
        "van_ban_bai_bo": f"- {UNKNOWN_TEXT}\n- {ministry}",
        "qd_tinh": _province(row),
        "ghi_chu": _note(row),
    }


def _changed(row: AnnexRow, part: str) -> str:
    """Return the part with what it was and is, as decree 63/2010/NĐ-CP, article 15, asks of an amendment."""
    words = dict(row.changed_words).get(part)
    return ATTRIBUTE_LABELS.get(part, part) + (f": {words}" if words else "")


def _online(row: AnnexRow) -> str:
    """Return the online level; "not online" is only known of a record that states its ways."""
    if row.online_level is None or (row.online_level == "none" and not row.ways):
        return UNKNOWN
    return online_label(row.online_level)


def _note(row: AnnexRow) -> str:
    """Return the note on a replacement; a level transfer is under both new and repealed, each with a note."""
    if row.predecessors:
        codes = ", ".join(f"{code}, {_levels(levels).lower()}" for code, levels in row.predecessors)
        return f"(Thay đổi cấp thực hiện: thay cho {codes})"
    if row.successor_code:
        if row.successor_levels and row.levels and row.successor_levels.isdisjoint(row.levels):
            level = _levels(row.successor_levels).lower()
            return f"(Thay đổi cấp thực hiện: nay là {row.successor_code}, {level})"
        return f"(Được thay thế bằng {row.successor_code})"
    return ""


def _province(row: AnnexRow) -> str:
    if not row.province_number:
        return UNKNOWN
    day = f" ngày {day_text(row.province_date)}" if row.province_date else ""
    return f"Quyết định số {row.province_number}{day}"


def _sort_key(row: AnnexRow) -> tuple[Any, ...]:
    levels = [level for level in LEVELS if level in _province_levels(row)]
    return (
        [LEVELS.index(level) for level in levels] or [len(LEVELS)],
        row.field or "~",
        row.code or "~",
        row.name or "",
    )


def _level(row: AnnexRow) -> str:
    return _levels(_province_levels(row))


def _province_levels(row: AnnexRow) -> frozenset[str]:
    """Return the levels for which the province announces; all where it has none of these."""
    levels = row.levels or frozenset()
    return (levels & {"province", "district", "commune"}) or levels


def _levels(levels: frozenset[str] | None) -> str:
    labels = [level_label(level) for level in LEVELS if level in (levels or ())]
    return ", ".join([*labels[:1], *(f"{label[0].lower()}{label[1:]}" for label in labels[1:])]) or UNKNOWN


def _heading(words: str) -> dict[str, str]:
    return {"nhom": words}


def _lines(texts: Sequence[str]) -> str:
    return "\n".join(text for text in texts if text) or UNKNOWN


def _by_way(values: Sequence[tuple[str | None, str]]) -> str:
    """Return the values with the ways for which they hold; without ways where all are the same."""
    ways: dict[str, list[str]] = {}
    for way, words in values:
        if words:
            ways.setdefault(words, []).append(WAY_LABELS.get(way or "", way or ""))
    if len(ways) == 1:
        return next(iter(ways))
    return _lines([f"{', '.join(filter(None, each))}: {words}".lstrip(": ") for words, each in ways.items()])


def _sentence_list(words: Sequence[str]) -> str:
    """Join words as a sentence lists them: "a, b và c"."""
    return " và ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _roman(number: int) -> str:
    marks = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    numeral = ""
    for value, mark in marks:
        numeral += mark * (number // value)
        number %= value
    return numeral
