"""What happened last night, on one page for whoever looks after the nights (Markdown)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from procedures.wording.words import FINDING_KINDS, SNAPSHOT_STATES, count
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.nights.night_page import page_file
from steps.nights.run_summary import SourceSummary, Summary
from warehouse.findings import store
from warehouse.sources import runs

TO_DO: Mapping[str, str] = {
    "partial": "không phải làm gì: phần đã đọc được dùng, chưa thủ tục nào bị coi là bãi bỏ, lần sau đọc lại",
    "blocked": "để yên cổng; ba đêm liền thì liên hệ đơn vị vận hành cổng, trong lúc đó dùng tệp tải từ cổng",
    "held": "xem lại trên cổng; nếu số liệu đúng: `rasoat release {id} --by TÊN --reason LÝ_DO`",
    "failed": "xem lý do bằng: `rasoat doctor --live --source {name}`",
}
"""What an operator does about a source in each state; `complete` needs nothing."""

HEADINGS = ("Nguồn", "Trạng thái", "Lý do", "Thủ tục", "Mới", "Thay đổi", "Không thấy", "Bãi bỏ", "Cách ly")


def morning(configuration: Configuration, summary: Summary) -> str:
    """The page of a run that has ended: sources, what changed, findings, what to do, where to read on."""
    with reading_connection(configuration) as connection:
        opened = Counter(row["kind"] for row in store.opened_in(connection, summary.run_id))
        closed = Counter(
            row["kind"]
            for row in runs.rows_of(connection, "v_finding", where={"resolved_run": summary.run_id})
        )
    return "\n".join(
        [
            f"# {summary.headline}",
            "",
            f"Thời điểm đối chiếu: {summary.as_of:%H:%M ngày %d/%m/%Y}.",
            "",
            *_table(summary.sources),
            "",
            "## Sai lệch",
            "",
            f"- Mới: {_by_kind(summary.findings['opened'], opened)}",
            f"- Đã hết: {_by_kind(summary.findings['resolved'], closed)}",
            f"- Chưa xử lý: {count(summary.findings['open'])}",
            f"- Thư: {count(summary.alerts['queued'])} thư mới, {count(summary.alerts['sent'])} thư đã gửi",
            "",
            "## Cần làm",
            "",
            *(list(_to_do(summary)) or ["Không có việc gì phải làm."]),
            "",
            f"Trang của đêm: `{page_file(configuration, summary.run_id)}`",
            "",
        ]
    )


def source_lines(summary: Summary) -> Iterator[str]:
    """One line a source, as a log has it."""
    for name, source in summary.sources.items():
        reason = f" — {source.reason}" if source.reason else ""
        yield (
            f"{name}: {SNAPSHOT_STATES[source.state]}{reason}; {count(source.procedures)} thủ tục, "
            f"{count(source.new)} mới, {count(source.changed)} thay đổi, {count(source.missing)} không thấy, "
            f"{count(source.repealed)} bãi bỏ"
        )


def _table(sources: Mapping[str, SourceSummary]) -> Iterator[str]:
    yield _row(HEADINGS)
    yield _row(["---"] * 3 + ["---:"] * 6)
    for name, each in sources.items():
        numbers = (each.procedures, each.new, each.changed, each.missing, each.repealed, each.quarantined)
        yield _row([name, SNAPSHOT_STATES[each.state], each.reason or "", *map(count, numbers)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _plain(text: str) -> str:
    """Text of a portal inside a page: on one line, and without the table's own sign."""
    return " ".join(text.split()).replace("|", "\\|")


def _by_kind(total: int, kinds: Mapping[str, int]) -> str:
    told = "; ".join(f"{FINDING_KINDS[kind]}: {count(number)}" for kind, number in sorted(kinds.items()))
    return f"{count(total)} ({told})" if told else count(total)


def _to_do(summary: Summary) -> Iterator[str]:
    for name, source in summary.sources.items():
        if source.state in TO_DO:
            what = TO_DO[source.state].format(id=source.snapshot_id, name=name)
            yield f"- **{name}** ({SNAPSHOT_STATES[source.state].lower()}): {what}"
        if source.quarantined:
            waiting = f"{count(source.quarantined)} bản ghi bị cách ly"
            yield f"- **{name}**: {waiting}; xem: `rasoat quarantine list`"
    yield from _items(summary.troubles)


def _items(lines: Iterable[str]) -> Iterator[str]:
    return (f"- {_plain(line)}" for line in lines)
