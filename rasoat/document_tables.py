"""Decisions that were read from files, as people read them on standard output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from procedures.values.levels import LEVELS, level_label
from procedures.wording.words import DECIDED_BY, DOCUMENT_STATES, PART_KINDS, count, day_text
from rasoat.console import console

if TYPE_CHECKING:
    from procedures.office.documents import DocumentPart, DocumentRow
    from steps.announcements.read_documents import DocumentReading


def print_readings(readings: Sequence[DocumentReading]) -> None:
    """Print each decision of a file: head, parts with their rows, remarks, and state."""
    for reading in readings:
        document = reading.document
        print(
            f"Quyết định số {document.number or '…'} ngày {day_text(document.date)} — "
            f"{document.issuer or '…'} ({DECIDED_BY[document.role]})"
        )
        print(f"Có hiệu lực: {day_text(document.effective_date)}")
        if document.cites:
            print(f"Căn cứ, công bố theo: {', '.join(cited.number for cited in document.cites)}")
        for number, part in enumerate(document.parts, 1):
            _print_part(number, part)
        for remark in document.remarks:
            print(f"{'! ' if remark.holds else '- '}{remark.text}")
        for reason in reading.held_for:
            if reason not in {remark.text for remark in document.remarks}:
                print(f"! {reason}")
        print(_state_text(reading))


def _state_text(reading: DocumentReading) -> str:
    if reading.document_id is None:
        held = "; sẽ tạm giữ chờ người xem" if reading.is_held else ""
        return f"Chỉ xem, chưa ghi gì{held}"
    already_read = "tệp này đã đọc trước đó, không có gì thay đổi; " if reading.already_read else ""
    text = f"Văn bản {reading.document_id}: {already_read}{DOCUMENT_STATES[reading.state]}"
    if reading.is_held:
        text += f" (xem lại rồi: rasoat decision confirm {reading.document_id} --by … --reason …)"
    return text


def _print_part(number: int, part: DocumentPart) -> None:
    declared = "" if part.declared is None else f", văn bản ghi {count(part.declared)}"
    kind = PART_KINDS[part.kind] if part.kind else "chưa rõ loại"
    print(f"Phần {number}: {part.title} — {kind}, {count(len(part.rows))} thủ tục{declared}")
    table = Table()
    for heading in ("TT", "Mã", "Thủ tục", "Lĩnh vực", "Cấp", "Trang"):
        table.add_column(heading)
    for row in part.rows:
        table.add_row(
            row.number or str(row.row),
            row.code or "…",
            row.name,
            row.field or "…",
            _levels(row),
            "" if row.page is None else str(row.page),
        )
    console().print(table)


def _levels(row: DocumentRow) -> str:
    levels = row.executing_levels or ()
    return ", ".join(level_label(level) for level in LEVELS if level in levels) or "…"
