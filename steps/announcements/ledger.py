"""The announcement ledger as people work with it: seen, given out, moved on, and closed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from rapidfuzz import process
from sqlalchemy import Connection

from procedures.codes import parse_code
from procedures.decision_numbers import decision_numbers
from procedures.errors import InputError, UnknownThingError
from procedures.findings import Finding, FindingKind, Severity
from procedures.office.owners import Owner, check_owner
from procedures.office.repealed_rows import has_no_code
from procedures.office.stages import Late, Move, check_move, lateness, least
from procedures.run_dates import is_ahead
from procedures.text import fold
from procedures.wording.words import day_text
from settings.configuration import Configuration
from steps.announcements.amendments import amendments_of, in_words
from steps.database import opened, reading_connection
from steps.nights.decision_years import lines_of
from steps.nights.reconcile import rules_of, sides_of
from steps.nights.refresh_ledger import keep_lines
from warehouse.announcements import ledger, ledger_entries, ledger_events
from warehouse.announcements.ledger import Line
from warehouse.announcements.ledger_events import Event
from warehouse.db.column_values import from_day, to_day
from warehouse.db.engine import writing
from warehouse.findings import store
from warehouse.sources import procedure_search, runs
from warehouse.sources.runs import RunRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a person enters of a decision; `codes` are those it is about, all when empty."""

    move: Move = field(default_factory=Move)
    owner: Owner | None = None
    codes: tuple[str, ...] = ()
    repeals: tuple[str, ...] = ()
    effective: date | None = None
    confirm: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing is entered, only looked at."""
        return not (self.owner or self.codes or self.repeals or self.effective or self.confirm) and (
            self.move == Move()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A line with what follows from today: its stage, the clock that runs, and what happened to it.

    `names` are those of its codes, `changes` what it changed of those that it amends, in words. `late_days`:
    by how many days it was announced late, or waits too long by now.
    """

    line: Line
    stage: str
    late: Late | None
    events: tuple[Event, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    late_days: int | None = None

    @property
    def announced_late(self) -> int | None:
        """By how many days the province announced it late; None while it waits, or where it was in time."""
        waits = self.late is not None and self.late.what == "announce" and self.line.state != "announced"
        return None if waits else self.late_days

    def happenings(self) -> list[tuple[Event, int]]:
        """Each thing that was done, the oldest first, with how many codes it was done to."""
        same = groupby(
            self.events, key=lambda e: (e.at, e.actor, e.attribute, e.from_value, e.to_value, e.reason)
        )
        return [(its[0], len(its)) for its in (list(events) for _, events in same)]


def all_lines(configuration: Configuration, today: date | None = None) -> list[Shown]:
    """The ledger, by date and number."""
    with reading_connection(configuration) as connection:
        day = today or _today(configuration, connection)
        return [_shown(configuration, line, day) for line in _lines(configuration, connection)]


def one_line(configuration: Configuration, number: str) -> Shown:
    """One decision with its history.

    Raises:
        UnknownThingError: it is in nobody's ledger; numbers like it are offered.
    """
    with reading_connection(configuration) as connection:
        known = find_number(connection, number)
        (line,) = _lines(configuration, connection, known)
        return _in_full(configuration, connection, line)


def enter(
    configuration: Configuration, number: str, entry: Entry, by: str, *, at: datetime | None = None
) -> Shown:
    """Enter what a person says of a decision; everything or nothing.

    Raises:
        UnknownThingError: the decision is nobody's.
        InputError: a code that is not the decision's, a date or an order of stages that cannot be, a name
            too long, or nothing of a decision that no record names any more.
    """
    if entry.owner is not None:
        check_owner(entry.owner)
    with opened(configuration) as engine, writing(engine) as connection:
        today = _today(configuration, connection)
        known = _known_or_new(connection, number, entry)
        if entry.repeals:
            repealed = [_code(code, "repeals") for code in entry.repeals]
            ledger_entries.enter_repeals(connection, known, repealed, by, at=at)
        if entry.effective is not None:
            ledger_entries.set_effective(connection, known, entry.effective, by, at=at)
        (line,) = _lines(configuration, connection, known)
        if entry.owner is not None:
            ledger_entries.give(connection, line, entry.owner, by, reason=entry.move.reason, at=at)
            (line,) = _lines(configuration, connection, known)
        if entry.confirm:
            _confirm(configuration, connection, line, by, today, at)
            (line,) = _lines(configuration, connection, known)
        _move(connection, line, entry, by, today, at)
        _refresh(configuration, connection, at)
        left = _lines(configuration, connection, known)
        if not left:
            raise InputError(
                f"Quyết định số {known}: không thủ tục nào còn nêu số này và chưa nhập gì để giữ; chưa ghi gì"
            )
        return _in_full(configuration, connection, left[0])


def handle_before(configuration: Configuration, day: date, by: str, *, at: datetime | None = None) -> None:
    """Decisions before `day` are done with; later ones that were there at the baseline count from now on."""
    with opened(configuration) as engine, writing(engine) as connection:
        today = _today(configuration, connection)
        if day > today:
            raise InputError(f"Ngày {day_text(day)}: sau hôm nay", "handled_before")
        ledger_entries.set_handled_before(connection, day, by, at=at)
        _refresh(configuration, connection, at)


def find_number(connection: Connection, number: str) -> str:
    """The number as the ledger writes it, whatever the spaces, case and accents.

    Raises:
        UnknownThingError: it is nobody's; near ones are offered.
    """
    numbers = ledger.numbers(connection)
    by_key = {_key(each): each for each in numbers}
    found = by_key.get(_key(number))
    if found is None:
        near = [by_key[each] for each, *_ in process.extract(_key(number), by_key.keys(), limit=3)]
        offered = f"; gần giống: {', '.join(near)}" if near else ""
        raise UnknownThingError(f"Không có quyết định số {number} trong sổ theo dõi công bố{offered}")
    return found


def document(shown: Shown) -> dict[str, Any]:
    """The line as JSON gives it out."""
    line = shown.line
    return {
        "decision_number": line.decision_number,
        "agency": line.agency,
        "decision_date": to_day(line.decision_date),
        "effective_date": to_day(line.effective_date),
        "due_date": to_day(line.due_date),
        "due_basis": line.due_basis,
        **{
            role: sorted(each.shown for each in line.codes if each.role == role)
            for role in ("new", "changed", "repealed")
        },
        "repealed_rows": [dict(each) for each in line.repealed_rows],
        "announced": line.announced,
        "on_portal": line.on_portal,
        "division": line.division,
        "person": line.person,
        "leader": line.leader,
        "stage": shown.stage,
        "state": line.state,
        "late": None
        if shown.late is None
        else {"what": shown.late.what, "due": shown.late.due.isoformat(), "days": shown.late.days},
        "late_days": shown.late_days,
        "codes": [
            {
                "code": None if has_no_code(each.code) else each.code,
                **({"name": each.name} if has_no_code(each.code) else {}),
                "role": each.role,
                **({"changes": list(shown.changes[each.code])} if shown.changes.get(each.code) else {}),
                "stage": each.stage,
                **({"decision_date": each.decided.isoformat()} if each.decided else {}),
                "submission_number": each.submission_number,
                "submission_date": to_day(each.submission_date),
                "province_decision_number": each.province_decision_number,
                "province_decision_date": to_day(each.province_decision_date),
                "published_on": to_day(each.published_on),
            }
            for each in line.codes
        ],
        "proposals": [dict(each) for each in line.proposals],
        "events": [
            {
                "at": each.at,
                "actor": each.actor,
                "subject": each.subject,
                "attribute": each.attribute,
                "from": each.from_value,
                "to": each.to_value,
                "reason": each.reason,
            }
            for each in shown.events
        ],
    }


def _move(
    connection: Connection, line: Line, entry: Entry, by: str, today: date, at: datetime | None
) -> None:
    codes = _codes(line, (*entry.codes, *entry.repeals) if entry.codes else ())
    _check(line, codes, entry.move, today)
    if entry.move.stage is not None:
        ledger_entries.move(connection, line, codes, entry.move, by, at=at)


def _confirm(
    configuration: Configuration,
    connection: Connection,
    line: Line,
    by: str,
    today: date,
    at: datetime | None,
) -> None:
    if not line.proposals:
        raise InputError(f"Chưa có đề xuất nào cho Quyết định số {line.decision_number}", "confirm")
    for proposal in line.proposals:
        move = Move(
            stage=proposal["stage"],
            number=proposal["number"],
            date=from_day(proposal["date"]),
            reason=f"Xác nhận theo: {configuration.source_name(proposal['seen_in'])}",
        )
        codes = frozenset(proposal["codes"])
        _check(line, codes, move, today)
        ledger_entries.move(connection, line, codes, move, by, at=at)


def _check(line: Line, codes: Collection[str], move: Move, today: date) -> None:
    """Whether these codes may move so, each by the date of its own decision."""
    for day in dict.fromkeys(each.decided for each in line.codes if each.code in codes) or (None,):
        standing = {
            each.code: each.standing for each in line.codes if each.code in codes and each.decided == day
        }
        check_move(line.decision_number, day or line.decision_date, standing, move, today)


def _codes(line: Line, said: Sequence[str]) -> Collection[str]:
    its = {each.code for each in line.codes}
    if not said:
        return {each.code for each in line.own}
    named = {each.shown: each.code for each in line.codes} | {code: code for code in its}
    wanted = {named[code] if code in named else _code(code) for code in said}
    for code in sorted(wanted - its):
        raise InputError(
            f"Mã {code}: không thuộc Quyết định số {line.decision_number}; các mã là: "
            f"{', '.join(sorted(each.shown for each in line.codes)) or '…'}",
            "code",
        )
    return wanted


def _known_or_new(connection: Connection, number: str, entry: Entry) -> str:
    try:
        return find_number(connection, number)
    except UnknownThingError:
        ministry, _ = decision_numbers(number)
        last = runs.last_run(connection)
        if not entry.repeals or not ministry or last is None:
            raise
        ledger_entries.add_decision(connection, ministry[0], last.run_id)
        return ministry[0]


def _refresh(configuration: Configuration, connection: Connection, at: datetime | None) -> None:
    """The lines as the rules see them after what was entered; findings follow with the next run."""
    last = runs.last_run(connection)
    if last is None:
        return
    moment = at or datetime.now(UTC)
    rules = rules_of(configuration, connection, _not_before(last, moment))
    known = [
        Finding(
            kind=FindingKind(row["kind"]),
            severity=Severity(row["severity"]),
            subject=row["code"] or row["fingerprint"],
            code=row["code"],
            attribute=row["attribute"],
        )
        for row in store.list_findings(connection)
    ]
    keep_lines(connection, last.run_id, sides_of(configuration, connection), rules, known, moment)


def _shown(configuration: Configuration, line: Line, today: date) -> Shown:
    stage = least({each.code: each.stage for each in line.own})
    signed = [each.province_decision_date for each in line.own if each.province_decision_date]
    published = [each.published_on for each in line.own if each.published_on]
    recorded = stage in ("announced", "published")
    if line.handled:
        return Shown(line=line, stage=stage, late=None)
    late = lateness(
        stage,
        line.due_date,
        min(signed, default=None) if recorded else None,
        max(published, default=None),
        today,
        configuration.department.swapped_days,
    )
    if late is None or late.what == "publish":
        return Shown(line=line, stage=stage, late=late, late_days=line.late_days)
    if recorded or line.state == "announced" or not line.counts:
        return Shown(line=line, stage=stage, late=replace(late, days=0), late_days=line.late_days)
    return Shown(line=line, stage=stage, late=late, late_days=max(line.late_days or 0, late.days) or None)


def _in_full(configuration: Configuration, connection: Connection, line: Line) -> Shown:
    """The line with its history, the names of its codes, and what it changed of them."""
    names = procedure_search.names_of(connection, [each.code for each in line.codes])
    names |= {each.code: each.name for each in line.codes if each.name and each.code not in names}
    return replace(
        _shown(configuration, line, _today(configuration, connection)),
        events=_history(connection, line.decision_number),
        names=names,
        changes=in_words(amendments_of(configuration, connection, line)),
    )


def _lines(configuration: Configuration, connection: Connection, number: str | None = None) -> list[Line]:
    return lines_of(connection, configuration.in_role("national"), number)


def _history(connection: Connection, number: str) -> tuple[Event, ...]:
    return tuple(ledger_events.events_of(connection, ledger.DECISION, number))


def _today(configuration: Configuration, connection: Connection) -> date:
    """The local day, or that of the last run where its logical time is later, but not dated ahead."""
    now = datetime.now(UTC)
    last = runs.last_run(connection)
    return configuration.local_day(_not_before(last, now) if last else now)


def _not_before(last: RunRow, moment: datetime) -> datetime:
    """`moment`, or the last run's logical time where that is later and no wrong date."""
    return moment if is_ahead(last.as_of, datetime.now(UTC)) else max(moment, last.as_of)


def _code(said: str, field: str = "code") -> str:
    parsed = parse_code(said)
    if parsed is None:
        raise InputError(f"{said}: không phải mã thủ tục như 1.012299", field)
    return parsed.core


def _key(number: str) -> str:
    return re.sub(r"[\s.]+", "", fold(number))
