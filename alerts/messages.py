"""Messages about what a run brought: one per recipient, grouped by ministry decision. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from alerts.audience import Subscriber, subscribers
from alerts.letters import Letter, LetterGroup, LetterLine, LetterWriter
from alerts.news import News, NewsDecision, NewsItem, Notice, ReportedChange
from procedures.change_kinds import ChangeKind
from procedures.findings import SEVERITY_WEIGHTS, FindingKind
from procedures.messages import Message
from procedures.wording.words import CHANGE_KINDS, DUE_BASES, KIND_TITLES, SEVERITIES, count, excerpt
from settings.configuration import Configuration

MAX_NAME = 300
MAX_WHAT = 300
"""Most characters of a name, and of what is said about it, in a message."""

_REMOVED = frozenset({ChangeKind.REPEALED, ChangeKind.REPLACED, ChangeKind.LEVEL_TRANSFER})

SAME_NEWS: Mapping[str, frozenset[ChangeKind]] = {
    FindingKind.NEW_FROM_MINISTRY: frozenset({ChangeKind.REINSTATED}),
    FindingKind.REPEALED_STILL_LISTED: _REMOVED,
    FindingKind.REPLACED_STILL_LISTED: _REMOVED,
}
"""Findings that report the same as a change of a whole procedure."""


def run_messages(news: News, configuration: Configuration, writer: LetterWriter) -> list[Message]:
    """Return the messages of one run: at most one per recipient, none where nothing is for them.

    Of a ministry's changes they report only what no finding in the same message reports already.
    """
    messages = []
    for reader in subscribers(configuration):
        items = reader.items(news.items)
        changes = changes_beside(items, reader.changes(news.changes))
        if items or changes:
            messages.append(_run_message(news, reader, items, changes, configuration, writer))
    return messages


def changes_beside(
    items: Iterable[NewsItem], changes: Iterable[ReportedChange]
) -> tuple[ReportedChange, ...]:
    """Return what the changes add to the findings: other attributes of a code, or another kind of news.

    A decision's number and date are already in the heading above a finding about it.
    """
    by_code: dict[str | None, list[NewsItem]] = {}
    for item in items:
        by_code.setdefault(item.code, []).append(item)
    remaining = []
    for change in changes:
        same_code = by_code.get(change.code, ())
        if any(change.kind in SAME_NEWS.get(item.kind, ()) for item in same_code):
            continue
        known = {item.attribute for item in same_code}
        if change.decision_number in {item.decision_number for item in same_code if item.decision_number}:
            known |= {"decision_number", "decision_date"}
        unreported = tuple(each for each in change.attributes if each.attribute not in known)
        if unreported or not change.attributes:
            remaining.append(replace(change, attributes=unreported))
    return tuple(remaining)


def notice_messages(
    notices: Iterable[Notice], configuration: Configuration, writer: LetterWriter, day: date
) -> list[Message]:
    """Return a message for each notice and each recipient who asks for it."""
    messages = []
    for notice in notices:
        for reader in subscribers(configuration):
            if not reader.wants_notice(notice):
                continue
            decision = notice.decision
            groups = (decision_group(decision, notice.items, configuration),) if decision else ()
            letter = Letter(
                heading=notice.subject,
                department=one_line(configuration.department.name),
                paragraphs=tuple(one_line(each) for each in notice.paragraphs),
                groups=groups,
                site_url=configuration.alerts.site_url or "",
            )
            text, html = writer.write("notice", letter)
            messages.append(
                Message(
                    dedupe_key=make_dedupe_key(reader, notice.kind, notice.key),
                    kind=notice.kind,
                    channel=reader.channel,
                    recipient=reader.address,
                    subject=subject_line(f"{notice.subject} ({day:%d/%m/%Y})"),
                    text=text,
                    html=html,
                    finding_ids=tuple(item.finding_id for item in notice.items),
                )
            )
    return messages


def make_dedupe_key(reader: Subscriber, *parts: str) -> str:
    """Return the dedupe key of content for a recipient: equal for the same content and recipient only."""
    content = "\x1f".join((reader.channel, reader.address, *parts))
    return hashlib.blake2b(content.encode(), digest_size=20).hexdigest()


def subject_line(text: str) -> str:
    """Return a text as a subject of one line, however odd its parts are."""
    return excerpt(one_line(text), 200)


def one_line(text: str | None) -> str:
    """Return a portal's text as one line of a message: no control characters, no line breaks."""
    return " ".join("".join(char if char.isprintable() else " " for char in text or "").split())


def format_day(day: date | None) -> str:
    """Format a day as dd/mm/yyyy; empty for None."""
    return "" if day is None else f"{day:%d/%m/%Y}"


def item_line(
    item: NewsItem, configuration: Configuration, *, kind: bool = False, due: bool = True
) -> LetterLine:
    """Return a finding as a line; `kind` adds its kind in words, where the group does not give it."""
    parts = [KIND_TITLES[item.kind]] if kind else []
    parts += [one_line(item.summary)] if item.summary else []
    parts += [f"thay bằng {item.successor_code}"] if item.successor_code else []
    return LetterLine(
        code=one_line(item.code),
        name=excerpt(one_line(item.name), MAX_NAME),
        what=excerpt("; ".join(parts), MAX_WHAT),
        due=_due(item) if due else "",
        severity=SEVERITIES.get(item.severity, ""),
        division=one_line(item.division),
        link=_item_link(item, configuration),
    )


def _due(item: NewsItem) -> str:
    return format_day(item.due) + (f" ({DUE_BASES[item.basis]})" if item.due and item.basis else "")


def _item_link(item: NewsItem, configuration: Configuration) -> str:
    """Return the link to a finding's page, or to the decision's page for work that is not a finding."""
    if item.finding_id or not item.decision_number:
        return finding_link(configuration, item.finding_id)
    return decision_link(configuration, item.decision_number)


def finding_link(configuration: Configuration, finding_id: int) -> str:
    """Return the link to a finding's page on the review site, empty where there is none."""
    site = configuration.alerts.site_url
    return f"{site}/findings/{finding_id}" if site and finding_id else ""


def case_link(configuration: Configuration, case_id: str) -> str:
    """Return the link to a case's list on the review site, empty where there is none."""
    site = configuration.alerts.site_url
    return f"{site}/findings?case={quote(case_id, safe='')}" if site else ""


def decision_link(configuration: Configuration, number: str) -> str:
    """Return the link to a decision's page on the review site, empty where there is none."""
    site = configuration.alerts.site_url
    return f"{site}/decisions/{quote(number)}" if site else ""


def decision_group(
    decision: NewsDecision,
    items: Sequence[NewsItem],
    configuration: Configuration,
    changes: Sequence[ReportedChange] = (),
    limit: int | None = None,
) -> LetterGroup:
    """Return what one decision brought, under its number, date and deadline; at most `limit` lines."""
    lines = [
        item_line(item, configuration, kind=True, due=item.due != decision.due)
        for item in items
        if item.kind != FindingKind.ANNOUNCEMENT_OVERDUE
    ]
    lines += [change_line(each) for each in changes]
    kept = lines if limit is None else lines[:limit]
    overdue = any(item.kind == FindingKind.ANNOUNCEMENT_OVERDUE for item in items)
    title = f"Quyết định số {one_line(decision.number)}"
    if decision.agency:
        title += f" của {one_line(decision.agency)}"
    if not decision.on_portal:
        title += " (đọc từ tệp, chưa có trên Cổng DVC quốc gia)"
    basis = DUE_BASES[decision.basis] if decision.basis else ""
    return LetterGroup(
        title=title + (" — QUÁ HẠN tham mưu công bố" if overdue else ""),
        signed=format_day(decision.signed),
        due=format_day(decision.due),
        basis=basis,
        link=decision_link(configuration, decision.number) if decision.in_ledger else "",
        lines=tuple(kept),
        more=len(lines) - len(kept),
    )


def change_line(change: ReportedChange) -> LetterLine:
    """Return a ministry's change as a line."""
    what = "; ".join(each.words for each in change.attributes)
    text = CHANGE_KINDS[change.kind] + (f": {one_line(what)}" if what else "")
    if change.successor_code:
        text += f"; thay bằng {change.successor_code}"
    return LetterLine(
        code=change.code, name=excerpt(one_line(change.name), MAX_NAME), what=excerpt(text, MAX_WHAT)
    )


def _run_message(
    news: News,
    reader: Subscriber,
    items: Sequence[NewsItem],
    changes: Sequence[ReportedChange],
    configuration: Configuration,
    writer: LetterWriter,
) -> Message:
    is_digest = len(items) > configuration.alerts.digest_over or bool(news.baseline_sources and items)
    kind = "baseline" if news.baseline_sources and items else "digest" if is_digest else "findings"
    attachment = f"sai-lech-{news.as_of:%Y-%m-%d}-lan-{news.run_id}.xlsx" if is_digest else None
    limit = configuration.alerts.digest_over
    listed = changes[:limit]
    room = limit if is_digest else len(items) + len(listed)
    heading = _heading(kind, len(items), len(changes))
    letter = Letter(
        heading=heading[0].upper() + heading[1:],
        department=one_line(configuration.department.name),
        paragraphs=_paragraphs(news, kind, len(items), limit, configuration),
        totals=_totals(items) if is_digest else (),
        groups=tuple(_groups(news, items, listed, configuration, room)),
        attachment=attachment or "",
        site_url=configuration.alerts.site_url or "",
    )
    text, html = writer.write("night", letter)
    content = sorted(item.fingerprint for item in items)
    content += sorted(f"{each.kind}:{each.code}" for each in changes)
    return Message(
        dedupe_key=make_dedupe_key(reader, str(news.run_id), news.as_of.isoformat(), *content),
        kind=kind,
        channel=reader.channel,
        recipient=reader.address,
        subject=subject_line(f"Đối chiếu TTHC {news.as_of:%d/%m/%Y}: {heading}{_nearest(items)}"),
        text=text,
        html=html,
        finding_ids=tuple(item.finding_id for item in items),
        attachment=attachment,
    )


def _heading(kind: str, items: int, changes: int) -> str:
    if kind == "baseline":
        return f"lần đối chiếu đầu tiên, {count(items)} sai lệch"
    parts = [f"{count(items)} sai lệch mới"] if items else []
    parts += [f"{count(changes)} thay đổi của Bộ"] if changes else []
    return ", ".join(parts)


def _nearest(items: Iterable[NewsItem]) -> str:
    """Return the first deadline in words, for the end of the subject."""
    days = [item.due for item in items if item.due is not None]
    return f"; hạn sớm nhất {min(days):%d/%m/%Y}" if days else ""


def _paragraphs(
    news: News, kind: str, number: int, limit: int, configuration: Configuration
) -> tuple[str, ...]:
    if kind == "baseline":
        names = ", ".join(map(configuration.source_name, news.baseline_sources))
        return (
            *news.data_notes,
            f"Lần đầu có dữ liệu đủ: {names}. {count(number)} sai lệch dưới đây là hiện trạng, "
            "không phải thay đổi trong đêm.",
        )
    if kind == "digest":
        total = f"Có {count(number)} sai lệch mới, nhiều hơn {count(limit)} nên gộp thành một thư tổng hợp."
        return (*news.data_notes, total)
    return news.data_notes


def _totals(items: Sequence[NewsItem]) -> tuple[tuple[str, str], ...]:
    counts = Counter(item.kind for item in items)
    return tuple((KIND_TITLES[kind], count(counts[kind])) for kind in KIND_TITLES if counts[kind])


def _groups(
    news: News,
    items: Sequence[NewsItem],
    changes: Sequence[ReportedChange],
    configuration: Configuration,
    limit: int,
) -> Iterable[LetterGroup]:
    """Yield groups by decision, the nearest deadline first, then by case, the rest by kind; `limit` lines."""
    known = {each.number: each for each in news.decisions}
    by_decision: dict[str, list[NewsItem]] = {}
    alike: dict[str, list[NewsItem]] = {}
    sizes = Counter(item.case_id for item in items)
    for item in sorted(items, key=_order):
        if item.decision_number:
            by_decision.setdefault(item.decision_number, []).append(item)
        else:
            cause = item.case_id if item.case_id and sizes[item.case_id] > 1 else item.kind
            alike.setdefault(cause, []).append(item)
    changes_of: dict[str | None, list[ReportedChange]] = {}
    for each in changes:
        changes_of.setdefault(each.decision_number, []).append(each)
    numbers = {*by_decision, *(number for number in changes_of if number)}
    decisions = [known.get(number) or _from_items(number, by_decision.get(number, ())) for number in numbers]
    room = limit
    decisions.sort(key=lambda each: (each.due or date.max, each.number))
    for decision in decisions[:limit]:
        number = decision.number
        findings, changed = by_decision.get(number, ()), changes_of.get(number, ())
        group = decision_group(decision, findings, configuration, changed, room)
        room -= len(group.lines)
        yield group
    if decisions[limit:]:
        yield LetterGroup(title=f"Và {count(len(decisions) - limit)} quyết định khác")
    for cause, found in alike.items():
        of_kinds = len({item.kind for item in found}) > 1
        lines = tuple(item_line(item, configuration, kind=of_kinds) for item in found[:room])
        room -= len(lines)
        if lines and cause in KIND_TITLES:
            yield LetterGroup(title=KIND_TITLES[cause], lines=lines, more=len(found) - len(lines))
        elif lines:
            yield LetterGroup(
                title=f"{one_line(found[0].case_title)} ({count(len(found))} sai lệch)",
                link=case_link(configuration, cause),
                lines=lines,
                more=len(found) - len(lines),
            )
    if undecided := changes_of.get(None):
        lines = tuple(change_line(each) for each in undecided[: max(room, 1)])
        yield LetterGroup(
            title="Thay đổi trên Cổng DVC quốc gia, chưa rõ quyết định",
            lines=lines,
            more=len(undecided) - len(lines),
        )


def _order(item: NewsItem) -> tuple[int, date, str, int]:
    return SEVERITY_WEIGHTS[item.severity], item.due or date.max, item.code or "", item.finding_id


def _from_items(number: str, items: Sequence[NewsItem]) -> NewsDecision:
    """Build a decision that the ledger does not know, from its findings."""
    dated = next((item for item in items if item.due), None)
    return NewsDecision(
        number=number,
        due=dated.due if dated else None,
        basis=dated.basis if dated else None,
        in_ledger=False,
    )
