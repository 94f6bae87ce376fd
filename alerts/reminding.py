"""The weekly letters: each division what is open with it, and the leader what stays undone. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from alerts.audience import MAIL, Reader, readers, same_division, wants_item
from alerts.messages import day_of, key_of, line_of, one_line, subject_of
from alerts.news import OpenWork
from alerts.writing import Group, Letter, Writer
from procedures.messages import Message
from procedures.wording.words import FINDING_KINDS, count
from settings.configuration import Configuration

REMINDERS = 2
"""Weekly reminders of one thing that is past its date, before the leader in charge is told."""

MOST = 100
"""So many lines stand in one letter; the rest is counted."""


def weekly(
    work: Sequence[OpenWork], configuration: Configuration, writer: Writer, today: date
) -> list[Message]:
    """The letters of the week: at most one a recipient, none where nothing is for them.

    A division hears of its own work and no other's; a leader of what `is_escalated`; the office of the
    divisions that have open work and no address.
    """
    messages = []
    for reader in readers(configuration):
        if reader.channel != MAIL:
            continue
        own = _of_divisions(work, reader)
        late = _of_leader(work, reader, today)
        orphans = _without_address(work, configuration) if reader.divisions("office", "reminder") else []
        if own or late or orphans:
            messages.append(_letter(reader, own, late, orphans, configuration, writer, today))
    return messages


def deadline(work: OpenWork) -> date | None:
    """The day that counts: the extension's, where there is one."""
    return max((day for day in (work.due, work.extended_until) if day is not None), default=None)


def is_late(work: OpenWork, today: date) -> bool:
    """Whether its day has passed, and its division has not answered."""
    day = deadline(work)
    return day is not None and day < today and not work.replied


def is_escalated(work: OpenWork, today: date) -> bool:
    """Whether the leader hears of it: late, and reminded of often enough; an extension stops it."""
    if work.escalate is not None:
        return work.escalate
    return is_late(work, today) and work.reminded >= REMINDERS


def _of_divisions(work: Sequence[OpenWork], reader: Reader) -> list[OpenWork]:
    """What is open with the divisions that this address stands for, by its kinds, fields and severity."""
    entries = [
        entry.replace(kinds=tuple(kind for kind in entry.kinds if kind in FINDING_KINDS))
        for entry in reader.entries
        if entry.role == "division" and (not entry.kinds or "reminder" in entry.kinds)
    ]
    return [
        each
        for each in work
        if any(wants_item(entry, replace(each.item, division=each.division)) for entry in entries)
    ]


def _of_leader(work: Sequence[OpenWork], reader: Reader, today: date) -> list[OpenWork]:
    charges = reader.divisions("leader", "escalation")
    return [
        each
        for each in work
        if is_escalated(each, today)
        and any(charge is None or same_division(charge, each.division) for charge in charges)
    ]


def _without_address(work: Sequence[OpenWork], configuration: Configuration) -> list[OpenWork]:
    known = [entry.division for entry in configuration.alerts.to if entry.role == "division"]
    return [each for each in work if not any(same_division(name, each.division) for name in known)]


def _letter(
    reader: Reader,
    own: Sequence[OpenWork],
    late: Sequence[OpenWork],
    orphans: Sequence[OpenWork],
    configuration: Configuration,
    writer: Writer,
    today: date,
) -> Message:
    told = list({each.item.fingerprint: each for each in (*late, *own, *orphans)}.values())
    over = sum(is_late(each, today) for each in told)
    paragraphs = [
        f"Tính đến ngày {day_of(today)}: {count(len(told))} việc đang mở, {count(over)} việc quá hạn."
    ]
    if late:
        paragraphs.append(
            f"{count(len(late))} việc đã nhắc từ {count(REMINDERS)} lần mà vẫn quá hạn, xin báo cáo lãnh đạo."
        )
    if orphans:
        paragraphs.append(
            "Các phòng, ban sau có việc đang mở nhưng chưa có địa chỉ nhận thư trong [[alerts.to]]: "
            + ", ".join(sorted({one_line(each.division) for each in orphans}))
            + "."
        )
    groups = [
        *_groups(late, configuration, today, "Quá hạn, đã nhắc nhiều lần — "),
        *_groups([each for each in own if each not in late], configuration, today, ""),
    ]
    kind = "escalation" if late else "reminder"
    what = "Việc quá hạn báo cáo lãnh đạo" if late else "Nhắc việc hằng tuần"
    letter = Letter(
        heading=f"{what}: {count(len(told))} việc đang mở, {count(over)} quá hạn",
        department=one_line(configuration.department.name),
        paragraphs=tuple(paragraphs),
        groups=tuple(groups),
        site_url=configuration.alerts.site_url or "",
    )
    text, html = writer.write("reminder", letter)
    year, week, _ = today.isocalendar()
    return Message(
        dedupe_key=key_of(reader, "weekly", f"{year}-{week}"),
        kind=kind,
        channel=reader.channel,
        recipient=reader.address,
        subject=subject_of(f"{letter.heading} ({day_of(today)})"),
        text=text,
        html=html,
        finding_ids=tuple(each.item.finding_id for each in (*late, *own) if each.item.finding_id),
        fingerprints=tuple(each.item.fingerprint for each in (*late, *own)),
    )


def _groups(work: Sequence[OpenWork], configuration: Configuration, today: date, prefix: str) -> list[Group]:
    """By division, what is late first."""
    by_division: dict[str, list[OpenWork]] = {}
    for each in sorted(work, key=lambda one: (deadline(one) or date.max, one.item.finding_id)):
        by_division.setdefault(each.division, []).append(each)
    groups = []
    for division, found in by_division.items():
        lines = []
        for each in found[:MOST]:
            line = line_of(each.item, configuration, kind=not each.what, due=False)
            said = [each.what, line.what, *_standing(each, today)]
            lines.append(
                replace(line, what="; ".join(part for part in said if part), due=day_of(deadline(each)))
            )
        groups.append(
            Group(title=prefix + one_line(division), lines=tuple(lines), more=max(len(found) - MOST, 0))
        )
    return groups


def _standing(work: OpenWork, today: date) -> list[str]:
    """Late, how often told, put off till when."""
    said = []
    if is_late(work, today):
        said.append("QUÁ HẠN")
    if work.reminded:
        said.append(f"đã nhắc {count(work.reminded)} lần")
    if work.replied:
        said.append("phòng đã trả lời")
    if work.extended_until is not None and work.extended_until >= today:
        said.append(f"được gia hạn đến {day_of(work.extended_until)}")
    return said
