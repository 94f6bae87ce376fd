"""The announcement ledger as people work with it: views of its decisions, and what they enter."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from rapidfuzz import process
from sqlalchemy import Connection

from procedures.dates.run_dates import is_dated_ahead
from procedures.errors import InputError, NotFoundError
from procedures.findings import Finding, FindingKind, Severity
from procedures.office.owners import Owner, check_owner
from procedures.office.repealed_rows import is_codeless_key
from procedures.office.stages import Lateness, StageChange, check_stage_change, lateness, least_advanced
from procedures.values.codes import parse_code
from procedures.values.decision_numbers import decision_numbers
from procedures.values.text import fold
from procedures.wording.words import day_text
from settings.configuration import Configuration
from steps.announcements.amendments import amendment_words, amendments_of
from steps.database import open_locked, reading_connection
from steps.nights.dated_lines import load_lines
from steps.nights.reconcile import load_rules, load_sides
from steps.nights.refresh_ledger import store_lines
from warehouse.announcements import ledger, ledger_entries, ledger_events
from warehouse.announcements.ledger import LedgerLine
from warehouse.announcements.ledger_events import LedgerEvent
from warehouse.db.column_values import from_day, to_day
from warehouse.db.engine import writing
from warehouse.findings import store
from warehouse.sources import procedure_search, runs
from warehouse.sources.runs import RunRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """What a person enters about a decision; `codes`: the codes concerned, all when empty."""

    move: StageChange = field(default_factory=StageChange)
    owner: Owner | None = None
    codes: tuple[str, ...] = ()
    repeals: tuple[str, ...] = ()
    effective: date | None = None
    confirm: bool = False

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is entered, only looked at."""
        return not (self.owner or self.codes or self.repeals or self.effective or self.confirm) and (
            self.move == StageChange()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """A line as of today: its stage, the deadline that runs, and its events.

    `names`: by code. `changes`: by amended code, what the decision changed, in words. `late_days`: by how
    many days it was announced late, or is overdue by now.
    """

    line: LedgerLine
    stage: str
    late: Lateness | None
    events: tuple[LedgerEvent, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    late_days: int | None = None

    @property
    def announced_late(self) -> int | None:
        """Return by how many days the province announced it late; None while it waits, or if in time."""
        waits = self.late is not None and self.late.what == "announce" and self.line.state != "announced"
        return None if waits else self.late_days

    def grouped_events(self) -> list[tuple[LedgerEvent, int]]:
        """Return each action, the oldest first, with the number of codes that it changed."""
        same = groupby(
            self.events, key=lambda e: (e.at, e.actor, e.attribute, e.from_value, e.to_value, e.reason)
        )
        return [(group[0], len(group)) for group in (list(events) for _, events in same)]


def list_decisions(configuration: Configuration, today: date | None = None) -> list[DecisionView]:
    """Return the ledger, by date and number."""
    with reading_connection(configuration) as connection:
        local_day = today or _today(configuration, connection)
        return [_view_of(configuration, line, local_day) for line in _lines(configuration, connection)]


def decision_numbers_known(configuration: Configuration) -> list[str]:
    """Return the number of every decision of the ledger."""
    with reading_connection(configuration) as connection:
        return ledger.numbers(connection)


def load_decision(configuration: Configuration, number: str) -> DecisionView:
    """Return one decision with its history.

    Raises:
        NotFoundError: it is not in the ledger; similar numbers are offered.
    """
    with reading_connection(configuration) as connection:
        stored_number = find_number(connection, number)
        (line,) = _lines(configuration, connection, stored_number)
        return _full_view(configuration, connection, line)


def store_entry(
    configuration: Configuration, number: str, entry: LedgerEntry, by: str, *, at: datetime | None = None
) -> DecisionView:
    """Store what a person enters about a decision; everything or nothing.

    Raises:
        NotFoundError: the decision is not in the ledger.
        InputError: a code that is not the decision's, an impossible date or order of stages, a name
            too long, or no entry on a decision that no record names any more.
    """
    if entry.owner is not None:
        check_owner(entry.owner)
    with open_locked(configuration) as engine, writing(engine) as connection:
        today = _today(configuration, connection)
        known = _find_or_add(connection, number, entry)
        if entry.repeals:
            repealed = [_parse_code(code, "repeals") for code in entry.repeals]
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
        _refresh_lines(configuration, connection, at)
        lines = _lines(configuration, connection, known)
        if not lines:
            raise InputError(
                f"Quyết định số {known}: không thủ tục nào còn nêu số này và chưa nhập gì để giữ; chưa ghi gì"
            )
        return _full_view(configuration, connection, lines[0])


def set_handled_before(
    configuration: Configuration, day: date, by: str, *, at: datetime | None = None
) -> None:
    """Declare decisions before `day` handled; later ones of the baseline count from now on."""
    with open_locked(configuration) as engine, writing(engine) as connection:
        today = _today(configuration, connection)
        if day > today:
            raise InputError(f"Ngày {day_text(day)}: sau hôm nay", "handled_before")
        ledger_entries.set_handled_before(connection, day, by, at=at)
        _refresh_lines(configuration, connection, at)


def find_number(connection: Connection, number: str) -> str:
    """Return the number as the ledger writes it, whatever the spaces, case and accents.

    Raises:
        NotFoundError: it is not in the ledger; similar numbers are offered.
    """
    numbers = ledger.numbers(connection)
    if number in numbers:
        return number
    by_key = {_number_key(each): each for each in numbers}
    match = by_key.get(_number_key(number))
    if match is None:
        similar = [by_key[key] for key, *_ in process.extract(_number_key(number), by_key.keys(), limit=3)]
        offered = f"; gần giống: {', '.join(similar)}" if similar else ""
        raise NotFoundError(f"Không có quyết định số {number} trong sổ theo dõi công bố{offered}")
    return match


def decision_json(view: DecisionView) -> dict[str, Any]:
    """Return the decision as JSON."""
    line = view.line
    return {
        "decision_number": line.decision_number,
        "agency": line.agency,
        "decision_date": to_day(line.decision_date),
        "effective_date": to_day(line.effective_date),
        "due_date": to_day(line.due_date),
        "due_basis": line.due_basis,
        **{
            role: sorted(each.display_text for each in line.codes if each.role == role)
            for role in ("new", "changed", "repealed")
        },
        "repealed_rows": [dict(each) for each in line.repealed_rows],
        "announced": line.announced,
        "on_portal": line.on_portal,
        "division": line.division,
        "person": line.person,
        "leader": line.leader,
        "stage": view.stage,
        "state": line.state,
        "late": None
        if view.late is None
        else {"what": view.late.what, "due": view.late.due.isoformat(), "days": view.late.days},
        "late_days": view.late_days,
        "codes": [
            {
                "code": None if is_codeless_key(each.code) else each.code,
                **({"name": each.name} if is_codeless_key(each.code) else {}),
                "role": each.role,
                **({"changes": list(view.changes[each.code])} if view.changes.get(each.code) else {}),
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
            for each in view.events
        ],
    }


def _move(
    connection: Connection, line: LedgerLine, entry: LedgerEntry, by: str, today: date, at: datetime | None
) -> None:
    codes = _selected_codes(line, (*entry.codes, *entry.repeals) if entry.codes else ())
    _check_move(line, codes, entry.move, today)
    if entry.move.stage is not None:
        ledger_entries.move(connection, line, codes, entry.move, by, at=at)


def _confirm(
    configuration: Configuration,
    connection: Connection,
    line: LedgerLine,
    by: str,
    today: date,
    at: datetime | None,
) -> None:
    if not line.proposals:
        raise InputError(f"Chưa có đề xuất nào cho Quyết định số {line.decision_number}", "confirm")
    for proposal in line.proposals:
        move = StageChange(
            stage=proposal["stage"],
            number=proposal["number"],
            date=from_day(proposal["date"]),
            reason=f"Xác nhận theo: {configuration.source_name(proposal['seen_in'])}",
        )
        codes = frozenset(proposal["codes"])
        _check_move(line, codes, move, today)
        ledger_entries.move(connection, line, codes, move, by, at=at)


def _check_move(line: LedgerLine, codes: Collection[str], move: StageChange, today: date) -> None:
    """Check whether these codes may move so, each by the date of its own decision."""
    for day in dict.fromkeys(each.decided for each in line.codes if each.code in codes) or (None,):
        stages = {
            each.code: each.code_stage for each in line.codes if each.code in codes and each.decided == day
        }
        check_stage_change(line.decision_number, day or line.decision_date, stages, move, today)


def _selected_codes(line: LedgerLine, texts: Sequence[str]) -> Collection[str]:
    own = {each.code for each in line.codes}
    if not texts:
        return {each.code for each in line.own_codes}
    by_text = {each.display_text: each.code for each in line.codes} | {code: code for code in own}
    selected = {by_text[code] if code in by_text else _parse_code(code) for code in texts}
    for code in sorted(selected - own):
        raise InputError(
            f"Mã {code}: không thuộc Quyết định số {line.decision_number}; các mã là: "
            f"{', '.join(sorted(each.display_text for each in line.codes)) or '…'}",
            "code",
        )
    return selected


def _find_or_add(connection: Connection, number: str, entry: LedgerEntry) -> str:
    try:
        return find_number(connection, number)
    except NotFoundError:
        ministry, _ = decision_numbers(number)
        last = runs.last_run(connection)
        if not entry.repeals or not ministry or last is None:
            raise
        ledger_entries.add_decision(connection, ministry[0], last.run_id)
        return ministry[0]


def _refresh_lines(configuration: Configuration, connection: Connection, at: datetime | None) -> None:
    """Compute the lines again after an entry; findings follow with the next run."""
    last = runs.last_run(connection)
    if last is None:
        return
    moment = at or datetime.now(UTC)
    rules = load_rules(configuration, connection, _no_earlier_than(last, moment))
    findings = [
        Finding(
            kind=FindingKind(row["kind"]),
            severity=Severity(row["severity"]),
            subject=row["code"] or row["fingerprint"],
            code=row["code"],
            attribute=row["attribute"],
        )
        for row in store.list_findings(connection)
    ]
    store_lines(connection, last.run_id, load_sides(configuration, connection), rules, findings, moment)


def _view_of(configuration: Configuration, line: LedgerLine, today: date) -> DecisionView:
    stage = least_advanced({each.code: each.stage for each in line.own_codes})
    signed = [each.province_decision_date for each in line.own_codes if each.province_decision_date]
    published = [each.published_on for each in line.own_codes if each.published_on]
    recorded = stage in ("announced", "published")
    if line.is_handled:
        return DecisionView(line=line, stage=stage, late=None)
    late = lateness(
        stage,
        line.due_date,
        min(signed, default=None) if recorded else None,
        max(published, default=None),
        today,
        configuration.department.swapped_days,
    )
    if late is None or late.what == "publish":
        return DecisionView(line=line, stage=stage, late=late, late_days=line.late_days)
    if recorded or line.state == "announced" or not line.counts:
        return DecisionView(line=line, stage=stage, late=replace(late, days=0), late_days=line.late_days)
    return DecisionView(
        line=line, stage=stage, late=late, late_days=max(line.late_days or 0, late.days) or None
    )


def _full_view(configuration: Configuration, connection: Connection, line: LedgerLine) -> DecisionView:
    """Return the line with its history, the names of its codes, and what it changed of them."""
    names = procedure_search.names_of(connection, [each.code for each in line.codes])
    names |= {each.code: each.name for each in line.codes if each.name and each.code not in names}
    return replace(
        _view_of(configuration, line, _today(configuration, connection)),
        events=_load_events(connection, line.decision_number),
        names=names,
        changes=amendment_words(amendments_of(configuration, connection, line)),
    )


def _lines(
    configuration: Configuration, connection: Connection, number: str | None = None
) -> list[LedgerLine]:
    return load_lines(connection, configuration.in_role("national"), number)


def _load_events(connection: Connection, number: str) -> tuple[LedgerEvent, ...]:
    return tuple(ledger_events.events_of(connection, ledger.DECISION, number))


def _today(configuration: Configuration, connection: Connection) -> date:
    """Return the local day, or that of the last run where its logical time is later, but not dated ahead."""
    now = datetime.now(UTC)
    last = runs.last_run(connection)
    return configuration.local_day(_no_earlier_than(last, now) if last else now)


def _no_earlier_than(last: RunRow, moment: datetime) -> datetime:
    """Return `moment`, or the last run's logical time where that is later and not dated ahead."""
    return moment if is_dated_ahead(last.as_of, datetime.now(UTC)) else max(moment, last.as_of)


def _parse_code(text: str, field: str = "code") -> str:
    parsed = parse_code(text)
    if parsed is None:
        raise InputError(f"{text}: không phải mã thủ tục như 1.012299", field)
    return parsed.core


def _number_key(number: str) -> str:
    return re.sub(r"[\s.]+", "", fold(number))
