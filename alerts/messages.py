"""Turns what a run brought into messages: one a recipient, grouped by ministry decision. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from alerts.audience import Reader, readers
from alerts.news import Decision, Item, Moved, News, Notice
from alerts.writing import Group, Letter, Line, Writer
from procedures.changes import ChangeKind
from procedures.findings import FindingKind, Severity
from procedures.messages import Message
from procedures.text import excerpt
from procedures.wording.words import CHANGE_KINDS, DUE_BASES, FINDING_KINDS, SEVERITIES, count
from settings.configuration import Configuration

NAME = 300
SAID = 300
"""So much of a name, and of what is said of it, stands in a letter."""

_LEFT = frozenset({ChangeKind.REPEALED, ChangeKind.REPLACED, ChangeKind.LEVEL_TRANSFER})

SAME_NEWS: Mapping[str, frozenset[ChangeKind]] = {
    FindingKind.NEW_FROM_MINISTRY: frozenset({ChangeKind.REINSTATED}),
    FindingKind.REPEALED_STILL_LISTED: _LEFT,
    FindingKind.REPLACED_STILL_LISTED: _LEFT,
}
"""Findings that tell of a change which is not of one attribute."""

_WEIGHT = {severity.value: rank for rank, severity in enumerate(Severity)}


def of_run(news: News, configuration: Configuration, writer: Writer) -> list[Message]:
    """The messages of one run: at most one a recipient, none where nothing is for them.

    Of a ministry's change there stands beside the findings what none of them says already.
    """
    messages = []
    for reader in readers(configuration):
        items = reader.items(news.items)
        moved = beside(items, reader.moved(news.moved))
        if items or moved:
            messages.append(_of_run(news, reader, items, moved, configuration, writer))
    return messages


def beside(items: Iterable[Item], moved: Iterable[Moved]) -> tuple[Moved, ...]:
    """Of the changes what the findings do not say: another attribute of a code, or another kind of news.

    The number and the day of a decision are said by the heading under which a finding about it stands.
    """
    by_code: dict[str | None, list[Item]] = {}
    for item in items:
        by_code.setdefault(item.code, []).append(item)
    left = []
    for each in moved:
        its = by_code.get(each.code, ())
        if any(each.kind in SAME_NEWS.get(item.kind, ()) for item in its):
            continue
        known = {item.attribute for item in its}
        if each.decision_number and any(item.decision_number == each.decision_number for item in its):
            known |= {"decision_number", "decision_date"}
        said = tuple(one for one in each.said if one.attribute not in known)
        if said or not each.said:
            left.append(replace(each, said=said))
    return tuple(left)


def of_notices(
    notices: Iterable[Notice], configuration: Configuration, writer: Writer, day: date
) -> list[Message]:
    """A message for each notice and each recipient who asks for it."""
    messages = []
    for notice in notices:
        for reader in readers(configuration):
            if not reader.wants(notice):
                continue
            decided = notice.decision
            groups = (decision_group(decided, notice.items, configuration),) if decided else ()
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
                    dedupe_key=key_of(reader, notice.kind, notice.key),
                    kind=notice.kind,
                    channel=reader.channel,
                    recipient=reader.address,
                    subject=subject_of(f"{notice.subject} ({day:%d/%m/%Y})"),
                    text=text,
                    html=html,
                    finding_ids=tuple(item.finding_id for item in notice.items),
                )
            )
    return messages


def key_of(reader: Reader, *parts: str) -> str:
    """The same for the same content to the same recipient, and for nothing else."""
    told = "\x1f".join((reader.channel, reader.address, *parts))
    return hashlib.blake2b(told.encode(), digest_size=20).hexdigest()


def subject_of(text: str) -> str:
    """A subject of one line, however odd what it is made of."""
    return excerpt(one_line(text), 200)


def one_line(text: str | None) -> str:
    """A text of a portal as one line of a letter: no control characters, no line breaks."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text or "").split())


def day_of(day: date | None) -> str:
    """dd/mm/yyyy, or nothing."""
    return "" if day is None else f"{day:%d/%m/%Y}"


def line_of(item: Item, configuration: Configuration, *, kind: bool = False, due: bool = True) -> Line:
    """A finding as a line; `kind` says in words which one, where the group does not."""
    said = [FINDING_KINDS[item.kind]] if kind else []
    said += [one_line(item.said)] if item.said else []
    said += [f"thay bằng {item.successor_code}"] if item.successor_code else []
    return Line(
        code=one_line(item.code),
        name=excerpt(one_line(item.name), NAME),
        what=excerpt("; ".join(said), SAID),
        due=_due(item) if due else "",
        severity=SEVERITIES.get(item.severity, ""),
        division=one_line(item.division),
        link=_page_of(item, configuration),
    )


def _due(item: Item) -> str:
    return day_of(item.due) + (f" ({DUE_BASES[item.basis]})" if item.due and item.basis else "")


def _page_of(item: Item, configuration: Configuration) -> str:
    """The finding's page; of work that is no finding, the page of the decision that it is about."""
    if item.finding_id or not item.decision_number:
        return link_of(configuration, item.finding_id)
    return decision_link(configuration, item.decision_number)


def link_of(configuration: Configuration, finding_id: int) -> str:
    """The finding's page on the review site, where there is one."""
    site = configuration.alerts.site_url
    return f"{site}/findings/{finding_id}" if site and finding_id else ""


def decision_link(configuration: Configuration, number: str) -> str:
    """The decision's page on the review site, where there is one."""
    site = configuration.alerts.site_url
    return f"{site}/decisions/{quote(number)}" if site else ""


def decision_group(
    decision: Decision,
    items: Sequence[Item],
    configuration: Configuration,
    moved: Sequence[Moved] = (),
    room: int | None = None,
) -> Group:
    """What came of one decision, under its number, date and deadline; at most `room` lines."""
    lines = [
        line_of(item, configuration, kind=True, due=item.due != decision.due)
        for item in items
        if item.kind != FindingKind.ANNOUNCEMENT_OVERDUE
    ]
    lines += [moved_line(each) for each in moved]
    shown = lines if room is None else lines[:room]
    overdue = any(item.kind == FindingKind.ANNOUNCEMENT_OVERDUE for item in items)
    title = f"Quyết định số {one_line(decision.number)}"
    if decision.agency:
        title += f" của {one_line(decision.agency)}"
    if not decision.on_portal:
        title += " (đọc từ tệp, chưa có trên Cổng DVC quốc gia)"
    basis = DUE_BASES[decision.basis] if decision.basis else ""
    return Group(
        title=title + (" — QUÁ HẠN tham mưu công bố" if overdue else ""),
        signed=day_of(decision.signed),
        due=day_of(decision.due),
        basis=basis,
        link=decision_link(configuration, decision.number) if decision.listed else "",
        lines=tuple(shown),
        more=len(lines) - len(shown),
    )


def moved_line(moved: Moved) -> Line:
    """A ministry's change as a line."""
    what = "; ".join(each.words for each in moved.said)
    said = CHANGE_KINDS[moved.kind] + (f": {one_line(what)}" if what else "")
    if moved.successor_code:
        said += f"; thay bằng {moved.successor_code}"
    return Line(code=moved.code, name=excerpt(one_line(moved.name), NAME), what=excerpt(said, SAID))


def _of_run(
    news: News,
    reader: Reader,
    items: Sequence[Item],
    moved: Sequence[Moved],
    configuration: Configuration,
    writer: Writer,
) -> Message:
    digest = len(items) > configuration.alerts.digest_over or bool(news.first_of and items)
    kind = "baseline" if news.first_of and items else "digest" if digest else "findings"
    attachment = f"sai-lech-{news.as_of:%Y-%m-%d}-lan-{news.run_id}.xlsx" if digest else None
    most = configuration.alerts.digest_over
    shown = moved[:most]
    room = most if digest else len(items) + len(shown)
    heading = _heading(kind, len(items), len(moved))
    letter = Letter(
        heading=heading[0].upper() + heading[1:],
        department=one_line(configuration.department.name),
        paragraphs=_paragraphs(news, kind, len(items), most, configuration),
        totals=_totals(items) if digest else (),
        groups=tuple(_groups(news, items, shown, configuration, room)),
        attachment=attachment or "",
        site_url=configuration.alerts.site_url or "",
    )
    text, html = writer.write("night", letter)
    content = sorted(item.fingerprint for item in items)
    content += sorted(f"{each.kind}:{each.code}" for each in moved)
    return Message(
        dedupe_key=key_of(reader, str(news.run_id), news.as_of.isoformat(), *content),
        kind=kind,
        channel=reader.channel,
        recipient=reader.address,
        subject=subject_of(f"Đối chiếu TTHC {news.as_of:%d/%m/%Y}: {heading}{_nearest(items)}"),
        text=text,
        html=html,
        finding_ids=tuple(item.finding_id for item in items),
        attachment=attachment,
    )


def _heading(kind: str, items: int, moved: int) -> str:
    if kind == "baseline":
        return f"lần đối chiếu đầu tiên, {count(items)} sai lệch"
    parts = [f"{count(items)} sai lệch mới"] if items else []
    parts += [f"{count(moved)} thay đổi của Bộ"] if moved else []
    return ", ".join(parts)


def _nearest(items: Iterable[Item]) -> str:
    """The first deadline, at the end of the subject."""
    days = [item.due for item in items if item.due is not None]
    return f"; hạn sớm nhất {min(days):%d/%m/%Y}" if days else ""


def _paragraphs(
    news: News, kind: str, number: int, room: int, configuration: Configuration
) -> tuple[str, ...]:
    if kind == "baseline":
        names = ", ".join(map(configuration.source_name, news.first_of))
        return (
            *news.data,
            f"Lần đầu có dữ liệu đủ: {names}. {count(number)} sai lệch dưới đây là hiện trạng, "
            "không phải thay đổi trong đêm.",
        )
    if kind == "digest":
        many = f"Có {count(number)} sai lệch mới, nhiều hơn {count(room)} nên gộp thành một thư tổng hợp."
        return (*news.data, many)
    return news.data


def _totals(items: Sequence[Item]) -> tuple[tuple[str, str], ...]:
    counts = Counter(item.kind for item in items)
    return tuple((FINDING_KINDS[kind], count(counts[kind])) for kind in FINDING_KINDS if counts[kind])


def _groups(
    news: News,
    items: Sequence[Item],
    moved: Sequence[Moved],
    configuration: Configuration,
    room: int,
) -> Iterable[Group]:
    """By decision, the nearest deadline first; then the rest by kind. At most `room` lines in all."""
    known = {each.number: each for each in news.decisions}
    decided: dict[str, list[Item]] = {}
    rest: dict[str, list[Item]] = {}
    for item in sorted(items, key=_order):
        if item.decision_number:
            decided.setdefault(item.decision_number, []).append(item)
        else:
            rest.setdefault(item.kind, []).append(item)
    changed: dict[str | None, list[Moved]] = {}
    for each in moved:
        changed.setdefault(each.decision_number, []).append(each)
    numbers = {*decided, *(number for number in changed if number)}
    decisions = [known.get(number) or _from_items(number, decided.get(number, ())) for number in numbers]
    left = room
    decisions.sort(key=lambda each: (each.due or date.max, each.number))
    for decision in decisions[:room]:
        group = decision_group(
            decision, decided.get(decision.number, ()), configuration, changed.get(decision.number, ()), left
        )
        left -= len(group.lines)
        yield group
    if decisions[room:]:
        yield Group(title=f"Và {count(len(decisions) - room)} quyết định khác")
    for kind, found in rest.items():
        shown = found[:left]
        left -= len(shown)
        title = FINDING_KINDS[kind]
        lines = tuple(line_of(item, configuration) for item in shown)
        if lines:
            yield Group(title=title, lines=lines, more=len(found) - len(shown))
    if undecided := changed.get(None):
        shown_moved = tuple(moved_line(each) for each in undecided[: max(left, 1)])
        yield Group(
            title="Thay đổi trên Cổng DVC quốc gia, chưa rõ quyết định",
            lines=shown_moved,
            more=len(undecided) - len(shown_moved),
        )


def _order(item: Item) -> tuple[int, date, str, int]:
    return _WEIGHT[item.severity], item.due or date.max, item.code or "", item.finding_id


def _from_items(number: str, items: Sequence[Item]) -> Decision:
    """A decision that the ledger does not know, from what its findings say."""
    dated = next((item for item in items if item.due), None)
    return Decision(
        number=number,
        due=dated.due if dated else None,
        basis=dated.basis if dated else None,
        listed=False,
    )
