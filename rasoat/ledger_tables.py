"""The ledger, duties, registers and figures as people read them on standard output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.table import Table

from procedures.office.owners import AssignmentRule
from procedures.office.repealed_rows import is_codeless_key
from procedures.office.stages import STAGE_WORDS
from procedures.values.levels import level_label
from procedures.wording.history_words import event_value
from procedures.wording.places import place_words
from procedures.wording.words import (
    ASSIGNED_BY,
    ATTRIBUTE_LABELS,
    DECISION_ROLES,
    DUE_BASES,
    LEDGER_ATTRIBUTES,
    PARTIAL_REASONS,
    count,
    count_text,
    day_text,
    late_words,
    part_text,
    share_text,
)
from procedures.workbook_layout.registers import Register, format_value
from rasoat.console import console

if TYPE_CHECKING:
    from reconciliation.indicators.decentralisation import Decentralisation, DecentralisationCandidate
    from reconciliation.indicators.eligibility import Contradiction, Eligibility, OnlineCounts
    from settings.configuration import Configuration
    from steps.announcements.ledger import DecisionView
    from steps.office.division_sheets import SheetIntake
    from steps.office.duties import Overview
    from warehouse.announcements.ledger_events import LedgerEvent
    from warehouse.office.registers import StoredEntry

SUBJECTS = {"decision": "Quyết định số", "finding": "Sai lệch", "task": "Nhiệm vụ"}
UNASSIGNED = "chưa giao"
NOT_ON_PORTAL = "chưa có trên cổng"


def deadline_text(view: DecisionView) -> str:
    """Return the deadline that runs in words, and how late the decision was announced."""
    if view.line.is_handled:
        return "trước mốc bắt đầu theo dõi, coi như đã xử lý xong"
    late = "" if view.announced_late is None else f"tỉnh công bố {late_words(view.announced_late)}"
    return "; ".join(filter(None, (late, _clock_text(view)))) or "…"


def _clock_text(view: DecisionView) -> str:
    late = view.late
    if late is None:
        return ""
    what = "công bố" if late.what == "announce" else "công khai"
    if late.days:
        return f"{what}: quá hạn {count(late.days)} ngày (hạn {day_text(late.due)})"
    baseline_note = "" if view.line.counts else ", có từ lần đối chiếu đầu, chưa tính quá hạn"
    return f"{what}: hạn {day_text(late.due)}{baseline_note}"


def print_ledger(views: Sequence[DecisionView]) -> None:
    """Print the ledger, one line a decision."""
    if not views:
        print("Chưa có quyết định nào của Bộ trong sổ theo dõi công bố")
        return
    table = Table()
    for heading in ("Quyết định", "Ngày", "Mới", "Sửa đổi", "Bãi bỏ", "Phòng", "Bước", "Hạn"):
        table.add_column(heading)
    for view in views:
        line = view.line
        table.add_row(
            line.decision_number + ("" if line.on_portal else f" ({NOT_ON_PORTAL})"),
            day_text(line.decision_date),
            *(str(len(line.codes_with_role(role))) for role in DECISION_ROLES),
            line.division or UNASSIGNED,
            STAGE_WORDS[view.stage],
            deadline_text(view),
        )
    console().print(table)


def print_decision(view: DecisionView, configuration: Configuration) -> None:
    """Print one decision from top to bottom."""
    line = view.line
    print(f"Quyết định số {line.decision_number} ngày {day_text(line.decision_date)} — {line.agency or '…'}")
    if not line.on_portal:
        print(f"Đọc từ tệp, {NOT_ON_PORTAL}")
    if not line.is_handled:
        print(f"Hạn công bố: {day_text(line.due_date)} ({DUE_BASES.get(line.due_basis or '', '…')})")
    owner = ", ".join(name for name in (line.division, line.person, line.leader) if name)
    print(f"Giao cho: {owner or UNASSIGNED}; bước: {STAGE_WORDS[view.stage]}; {deadline_text(view)}")
    table = Table()
    for heading in ("Mã", "Nội dung", "Bước", "Tờ trình", "Quyết định của tỉnh", "Công khai"):
        table.add_column(heading)
    for row in line.codes:
        table.add_row(
            f"(chưa có mã) {row.name}" if is_codeless_key(row.code) else row.code,
            DECISION_ROLES[row.role] + (f" (quyết định ngày {day_text(row.decided)})" if row.decided else ""),
            STAGE_WORDS[row.stage],
            _paper_text(row.submission_number, day_text(row.submission_date)),
            _paper_text(row.province_decision_number, day_text(row.province_decision_date)),
            day_text(row.published_on) if row.published_on else "",
        )
    console().print(table)
    for code, changes in sorted(view.changes.items()):
        for change in changes:
            print(f"{code}: {change}")
    for proposal in line.proposals:
        paper = f" theo {proposal['number']}" if proposal["number"] else ""
        print(
            f"Có vẻ {STAGE_WORDS[proposal['stage']]}{paper}: {', '.join(proposal['codes'])} "
            f"(thấy ở {configuration.source_name(proposal['seen_in'])}); xác nhận bằng --confirm"
        )
    for event, codes in view.grouped_events():
        print(_event_text(event, codes, configuration.department.zone, view.names))


def print_rules(rules: Sequence[tuple[int, AssignmentRule]]) -> None:
    """Print the assignment rules."""
    if not rules:
        print("Chưa có quy tắc phân công nào: mọi việc mới đều chưa có ai nhận")
    for number, rule in rules:
        name, value = rule.about
        owner = ", ".join(
            each for each in (rule.owner.division, rule.owner.person, rule.owner.leader) if each
        )
        print(f"{number}. {ASSIGNED_BY[name]} {value} → {owner}")


def print_duties(overview: Overview) -> None:
    """Print open duties, and the decisions without an owner."""
    table = Table()
    for heading in ("Số", "Việc", "Phòng", "Người", "Hạn", "Nhắc", "Trả lời"):
        table.add_column(heading)
    for each in overview.duties:
        duty = each.duty
        until = day_text(duty.effective_due_date) + (" (gia hạn)" if duty.extended_until else "")
        reminders = "đã báo lãnh đạo" if duty.escalated else f"{duty.reminders} lần"
        table.add_row(
            str(each.duty_id),
            f"{SUBJECTS.get(each.subject_kind, each.subject_kind)} {duty.subject}",
            duty.owner.division,
            duty.owner.person or "",
            until,
            reminders,
            each.reply or "",
        )
    console().print(table)
    if overview.unowned:
        print(f"Chưa giao cho phòng nào: {', '.join(overview.unowned)}")


def print_intake(intake: SheetIntake) -> None:
    """Print what a sheet changed, row by row, and what was refused."""
    difference = intake.difference
    headings = {column.attribute: column.heading for column in intake.kind.columns}
    for edit in difference.edits:
        old, new = edit.old or "(trống)", edit.new or "(trống)"
        print(f"{place_words(edit.place)}: {headings[edit.attribute]}: {old} → {new}")
    for conflict in difference.conflicts:
        print(
            f"{place_words(conflict.place)}: XUNG ĐỘT {headings[conflict.attribute]}: tệp ghi "
            f"{conflict.new or '(trống)'}, nhưng nay đã là {conflict.now or '(trống)'}; giữ giá trị mới hơn"
        )
    for edit in difference.touched:
        print(f"{place_words(edit.place)}: {headings[edit.attribute]} là cột không sửa; bỏ qua {edit.new!r}")
    for place, reason in difference.refused:
        print(f"{place_words(place)}: không nhận, {reason}")
    if intake.held:
        print(f"Danh mục mới bị giữ lại, chưa ghi gì: {intake.held}")
    verb = "Đã nhận" if intake.written else "Sẽ nhận"
    added = f", thêm {count(intake.added)} mục" if intake.added else ""
    print(
        f"{verb} {count(len(difference.edits))} ô{added}; {count(len(difference.conflicts))} xung đột, "
        f"{count(len(difference.refused))} dòng không nhận; "
        f"{count(difference.unmentioned)} dòng không có trong tệp, giữ nguyên"
    )


def print_entries(register: Register, entries: Sequence[StoredEntry]) -> None:
    """Print the entries of a register."""
    if not entries:
        print(f"{register.title}: chưa có mục nào")
        return
    table = Table(title=register.title)
    table.add_column("Số")
    columns = [c for c in register.columns if any(entry.values.get(c.attribute) for entry in entries)]
    for column in columns:
        table.add_column(column.heading)
    for entry in entries:
        cells = (format_value(column, entry.values.get(column.attribute)) for column in columns)
        table.add_row(str(entry.entry_id), *cells)
    console().print(table)


def eligibility_json(figures: Eligibility) -> dict[str, Any]:
    """Return the figures of full online service as JSON; an unstated number or share is null or "…".

    `levels` has the shares by level. The other counts are of all levels: `without_reason` by division,
    `blanks` its sum; `share_done` is that of index 3.1, of the whole office.
    """
    counts = asdict(figures)
    levels = [
        asdict(row)
        | {
            "share_eligible": share_text(row.eligible, row.procedures),
            "share_done": share_text(row.done, row.eligible),
        }
        for row in figures.levels
    ]
    return counts | {
        "levels": levels,
        "without_reason": counts.pop("by_division"),
        "blanks": figures.without_reason,
        "share_done": share_text(figures.done, figures.eligible),
    }


def print_eligibility(result: Eligibility, doubts: Sequence[Contradiction]) -> None:
    """Print the figures of full online service by level, and where the portals say otherwise."""
    for row in result.levels:
        print(f"{level_label(row.level)}: {count(row.procedures)} thủ tục")
        print(f"  Đủ điều kiện toàn trình: {part_text(row.eligible, row.procedures)}")
        print(f"  Đã toàn trình: {part_text(row.done, row.eligible)}")
        _print_counts(row)
    if result.levelless:
        print(f"Chưa ghi cấp thực hiện: {count(result.levelless)} thủ tục")
    print(f"Tất cả: {count(result.procedures)} thủ tục")
    print(
        f"  Đủ điều kiện toàn trình: {count_text(result.eligible)}; đã toàn trình: {count_text(result.done)}"
    )
    _print_counts(result)
    for division, number in result.by_division.items():
        print(f"    {division or 'chưa rõ phòng'}: {count(number)}")
    for reason, number in result.by_reason.items():
        print(f"  lý do {PARTIAL_REASONS.get(reason, 'khác (ghi tự do)')}: {count(number)}")
    for doubt in doubts:
        print(f"{doubt.code} {doubt.name}: {doubt.statement}")


def _print_counts(row: OnlineCounts) -> None:
    print(
        f"  Chưa đủ điều kiện: {count_text(row.not_eligible)} "
        f"(chưa nêu lý do: {count_text(row.refused_without_reason)}); chưa kê khai: {count(row.undeclared)}"
    )
    print(
        f"  Dưới toàn trình: {count_text(row.below_full)} "
        f"(chưa nêu lý do: {count_text(row.without_reason)}); chưa ghi mức độ: {count(row.online_unstated)}"
    )


def print_decentralisation(figures: Decentralisation) -> None:
    """Print the figures of decentralisation."""
    print(
        f"Đã phân cấp: {part_text(figures.decided, figures.procedures)}; "
        f"mục tiêu {share_text(round(100 * figures.target), 100)}: cần {figures.needed}, "
        f"thiếu {count_text(figures.missing)}"
    )
    print(
        f"Đề xuất {count_text(figures.proposed)}, có căn cứ {count_text(figures.proposed_with_basis)}; "
        f"chưa kê khai: {count(figures.undeclared)}"
    )
    print(f"Ủy quyền (không tính): {count_text(figures.delegated)}")
    print(f"Đã nêu lý do chưa phân cấp: {count_text(figures.refused_with_reason)}")


def print_candidates(candidates: Sequence[DecentralisationCandidate]) -> None:
    """Print what could be handed down, and why."""
    for each in candidates:
        print(f"{each.code or '(chưa có mã)'} {each.name} — {each.division or 'chưa rõ phòng'}")
        for reason in each.reasons:
            print(f"  {reason}")
    print(f"{count(len(candidates))} thủ tục có thể đề xuất phân cấp")


def _event_text(event: LedgerEvent, codes: int, zone: ZoneInfo, names: Mapping[str, str]) -> str:
    about = event.subject if codes == 1 else f"{count(codes)} thủ tục"
    number, _, code = about.rpartition(" ")
    if is_codeless_key(code):
        about = f"{number}, {names.get(code, '…')}"
    words = {**ATTRIBUTE_LABELS, **LEDGER_ATTRIBUTES}
    old, new = (event_value(each, event.attribute) for each in (event.from_value, event.to_value))
    at = datetime.fromisoformat(event.at).astimezone(zone)
    reason = f" ({event.reason})" if event.reason else ""
    what = words.get(event.attribute, event.attribute)
    return f"{at:%H:%M %d/%m/%Y} {event.actor}: {about}, {what}: {old} → {new}{reason}"


def _paper_text(number: str | None, day: str) -> str:
    return "" if number is None and day == "…" else f"{number or '…'}, {day}"
