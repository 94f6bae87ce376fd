"""The weekly reminders: to each division its open work, to the leader what stays overdue. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from alerts.audience import MAIL, Subscriber, matches_item, same_division, subscribers
from alerts.letters import Letter, LetterGroup, LetterWriter
from alerts.messages import format_day, item_line, make_dedupe_key, one_line, subject_line
from alerts.news import OpenWork
from procedures.messages import Message
from procedures.wording.words import KIND_TITLES, count
from settings.configuration import Configuration

REMINDERS_BEFORE_ESCALATION = 2
"""Weekly reminders of overdue work before the leader in charge is notified."""

MAX_LINES = 100
"""Most lines of a division in one message; the rest is counted."""


def weekly_messages(
    work: Sequence[OpenWork], configuration: Configuration, writer: LetterWriter, today: date
) -> list[Message]:
    """Return the messages of the week: at most one per recipient, none where nothing is for them.

    A division receives its own work and no other's; a leader what `is_escalated`; the office the divisions
    that have open work and no address.
    """
    messages = []
    for reader in subscribers(configuration):
        if reader.channel != MAIL:
            continue
        own = _of_divisions(work, reader)
        late = _of_leader(work, reader, today)
        unaddressed = _unaddressed(work, configuration) if reader.divisions("office", "reminder") else []
        if own or late or unaddressed:
            messages.append(_letter(reader, own, late, unaddressed, configuration, writer, today))
    return messages


def effective_deadline(work: OpenWork) -> date | None:
    """Return the day that applies: the extension's, where that is later."""
    return max((day for day in (work.due, work.extended_until) if day is not None), default=None)


def is_late(work: OpenWork, today: date) -> bool:
    """Return whether its day has passed, and its division has not answered."""
    day = effective_deadline(work)
    return day is not None and day < today and not work.replied


def is_escalated(work: OpenWork, today: date) -> bool:
    """Return whether the leader is notified: late, and reminded often enough; an extension stops it."""
    if work.escalate is not None:
        return work.escalate
    return is_late(work, today) and work.reminders >= REMINDERS_BEFORE_ESCALATION


def _of_divisions(work: Sequence[OpenWork], reader: Subscriber) -> list[OpenWork]:
    """Return the open work of the divisions of this address, by its kinds, fields and severity."""
    entries = [
        entry.replace(kinds=tuple(kind for kind in entry.kinds if kind in KIND_TITLES))
        for entry in reader.entries
        if entry.role == "division" and (not entry.kinds or "reminder" in entry.kinds)
    ]
    return [
        each
        for each in work
        if any(matches_item(entry, replace(each.item, division=each.division)) for entry in entries)
    ]


def _of_leader(work: Sequence[OpenWork], reader: Subscriber, today: date) -> list[OpenWork]:
    divisions = reader.divisions("leader", "escalation")
    return [
        each
        for each in work
        if is_escalated(each, today)
        and any(division is None or same_division(division, each.division) for division in divisions)
    ]


def _unaddressed(work: Sequence[OpenWork], configuration: Configuration) -> list[OpenWork]:
    addressed = [entry.division for entry in configuration.alerts.to if entry.role == "division"]
    return [each for each in work if not any(same_division(name, each.division) for name in addressed)]


def _letter(
    reader: Subscriber,
    own: Sequence[OpenWork],
    late: Sequence[OpenWork],
    unaddressed: Sequence[OpenWork],
    configuration: Configuration,
    writer: LetterWriter,
    today: date,
) -> Message:
    work = list({each.item.fingerprint: each for each in (*late, *own, *unaddressed)}.values())
    overdue = sum(is_late(each, today) for each in work)
    paragraphs = [
        f"Tính đến ngày {format_day(today)}: {count(len(work))} việc đang mở, {count(overdue)} việc quá hạn."
    ]
    if late:
        paragraphs.append(
            f"{count(len(late))} việc đã nhắc từ {count(REMINDERS_BEFORE_ESCALATION)} lần mà vẫn quá hạn, "
            "xin báo cáo lãnh đạo."
        )
    if unaddressed:
        paragraphs.append(
            "Các phòng, ban sau có việc đang mở nhưng chưa có địa chỉ nhận thư trong [[alerts.to]]: "
            + ", ".join(sorted({one_line(each.division) for each in unaddressed}))
            + "."
        )
    groups = [
        *_groups(late, configuration, today, "Quá hạn, đã nhắc nhiều lần — "),
        *_groups([each for each in own if each not in late], configuration, today, ""),
    ]
    kind = "escalation" if late else "reminder"
    what = "Việc quá hạn báo cáo lãnh đạo" if late else "Nhắc việc hằng tuần"
    letter = Letter(
        heading=f"{what}: {count(len(work))} việc đang mở, {count(overdue)} quá hạn",
        department=one_line(configuration.department.name),
        paragraphs=tuple(paragraphs),
        groups=tuple(groups),
        site_url=configuration.alerts.site_url or "",
    )
    text, html = writer.write("reminder", letter)
    year, week, _ = today.isocalendar()
    return Message(
        dedupe_key=make_dedupe_key(reader, "weekly", f"{year}-{week}"),
        kind=kind,
        channel=reader.channel,
        recipient=reader.address,
        subject=subject_line(f"{letter.heading} ({format_day(today)})"),
        text=text,
        html=html,
        finding_ids=tuple(each.item.finding_id for each in (*late, *own) if each.item.finding_id),
        fingerprints=tuple(each.item.fingerprint for each in (*late, *own)),
    )


def _groups(
    work: Sequence[OpenWork], configuration: Configuration, today: date, prefix: str
) -> list[LetterGroup]:
    """Return the work in groups by division, the earliest deadline first."""
    by_division: dict[str, list[OpenWork]] = {}
    for each in sorted(work, key=lambda each: (effective_deadline(each) or date.max, each.item.finding_id)):
        by_division.setdefault(each.division, []).append(each)
    groups = []
    for division, found in by_division.items():
        lines = []
        for each in found[:MAX_LINES]:
            line = item_line(each.item, configuration, kind=not each.what, due=False)
            parts = [each.what, line.what, *_state_words(each, today)]
            lines.append(
                replace(
                    line,
                    what="; ".join(part for part in parts if part),
                    due=format_day(effective_deadline(each)),
                )
            )
        groups.append(
            LetterGroup(
                title=prefix + one_line(division), lines=tuple(lines), more=max(len(found) - MAX_LINES, 0)
            )
        )
    return groups


def _state_words(work: OpenWork, today: date) -> list[str]:
    """Return in words whether it is late, how often it was reminded, and until when it is extended."""
    words = []
    if is_late(work, today):
        words.append("QUÁ HẠN")
    if work.reminders:
        words.append(f"đã nhắc {count(work.reminders)} lần")
    if work.replied:
        words.append("phòng đã trả lời")
    if work.extended_until is not None and work.extended_until >= today:
        words.append(f"được gia hạn đến {format_day(work.extended_until)}")
    return words
