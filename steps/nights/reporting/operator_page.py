"""The page about last night for whoever operates the nights (Markdown)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from procedures.wording.words import KIND_TITLES, SNAPSHOT_STATES, count
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.nights.reporting.night_page import page_path
from steps.nights.reporting.run_summary import Summary
from warehouse.findings import store
from warehouse.sources import runs

INSTRUCTIONS: Mapping[str, str] = {
    "partial": "không phải làm gì: phần đã đọc được dùng, chưa thủ tục nào bị coi là bãi bỏ, lần sau đọc lại",
    "blocked": "để yên cổng; ba đêm liền thì liên hệ đơn vị vận hành cổng, trong lúc đó dùng tệp tải từ cổng",
    "held": "xem lại trên cổng; nếu số liệu đúng: `rasoat release {id} --by TÊN --reason LÝ_DO`",
    "failed": "xem lý do bằng: `rasoat doctor --live --source {name}`",
}
"""What an operator has to do about a source in each state; `complete` needs nothing."""

HEADINGS = ("Nguồn", "Trạng thái", "Lý do", "Thủ tục", "Mới", "Thay đổi", "Không thấy", "Bãi bỏ", "Cách ly")


def operator_page(configuration: Configuration, summary: Summary) -> str:
    """Return the page of an ended run: sources, what changed, findings, what to do, where to read on."""
    with reading_connection(configuration) as connection:
        opened = Counter(row["kind"] for row in store.list_opened_in_run(connection, summary.run_id))
        closed = Counter(
            row["kind"]
            for row in runs.view_rows(connection, "v_finding", where={"resolved_run": summary.run_id})
        )
    return "\n".join(
        [
            f"# {summary.headline}",
            "",
            f"Thời điểm đối chiếu: {summary.as_of:%H:%M ngày %d/%m/%Y}.",
            "",
            *_table(summary),
            "",
            "## Sai lệch",
            "",
            f"- Mới: {_with_kinds(summary.findings['opened'], opened)}",
            f"- Đã hết: {_with_kinds(summary.findings['resolved'], closed)}",
            f"- Chưa xử lý: {count(summary.findings['open'])}",
            f"- Thư: {count(summary.alerts['queued'])} thư mới, {count(summary.alerts['sent'])} thư đã gửi",
            "",
            "## Cần làm",
            "",
            *(list(_to_do(summary)) or ["Không có việc gì phải làm."]),
            "",
            f"Trang của đêm: `{page_path(configuration, summary.run_id)}`",
            "",
        ]
    )


def source_lines(summary: Summary) -> Iterator[str]:
    """Yield one line per source for a log."""
    for name, source in summary.sources.items():
        reason = f" — {source.reason}" if source.reason else ""
        yield (
            f"{summary.title(name)}: {SNAPSHOT_STATES[source.state]}{reason}; "
            f"{count(source.procedures)} thủ tục, "
            f"{count(source.new)} mới, {count(source.changed)} thay đổi, {count(source.missing)} không thấy, "
            f"{count(source.repealed)} bãi bỏ"
        )


def _table(summary: Summary) -> Iterator[str]:
    yield _row(HEADINGS)
    yield _row(["---"] * 3 + ["---:"] * 6)
    for name, each in summary.sources.items():
        numbers = (each.procedures, each.new, each.changed, each.missing, each.repealed, each.quarantined)
        yield _row(
            [summary.title(name), SNAPSHOT_STATES[each.state], each.reason or "", *map(count, numbers)]
        )


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_cell_text(cell) for cell in cells)} |"


def _cell_text(text: str) -> str:
    """Return the text of a portal for a table cell: on one line, the column separator escaped."""
    return " ".join(text.split()).replace("|", "\\|")


def _with_kinds(total: int, kinds: Mapping[str, int]) -> str:
    words = "; ".join(f"{KIND_TITLES[kind]}: {count(number)}" for kind, number in sorted(kinds.items()))
    return f"{count(total)} ({words})" if words else count(total)


def _to_do(summary: Summary) -> Iterator[str]:
    for name, source in summary.sources.items():
        if source.state in INSTRUCTIONS:
            instruction = INSTRUCTIONS[source.state].format(id=source.snapshot_id, name=name)
            yield f"- **{summary.title(name)}** ({SNAPSHOT_STATES[source.state].lower()}): {instruction}"
        if source.quarantined:
            waiting = f"{count(source.quarantined)} bản ghi bị cách ly"
            yield f"- **{summary.title(name)}**: {waiting}; xem: `rasoat quarantine list`"
    yield from _items(summary.troubles)


def _items(lines: Iterable[str]) -> Iterator[str]:
    return (f"- {_cell_text(line)}" for line in lines)
