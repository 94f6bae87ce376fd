"""What the morning page tells one person: what is new since they looked, and what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import Connection

from procedures.dates.due import SOON, DueWindow, due_window
from procedures.findings import FindingKind
from procedures.office.visits import Visit, next_visit
from settings.configuration import Configuration
from steps.announcements.obligations import HandledDecisions
from steps.database import writing_connection
from warehouse.announcements import ledger_events
from warehouse.announcements.ledger import DECISION
from warehouse.announcements.ledger_events import LedgerEvent
from warehouse.findings import queries, store, trends
from warehouse.findings.filters import Filter
from warehouse.office import duties, visits
from warehouse.office.duties import StoredDuty
from warehouse.sources import news_since
from warehouse.sources.news_since import NewRuns

MAX_NAMED = 5
"""New procedures that are named; the rest is one click away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMove:
    """What one person, or a rule, did to a decision at one moment.

    `division`: to whom it was given. `stages`: how many of its codes went from which stage to which.
    """

    number: str
    at: str
    actor: str
    division: str | None
    stages: Mapping[tuple[str | None, str | None], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new since a person looked (`since`), or by the last night (None).

    Everything that the `runs` after `after` did. `changes`: procedures by source and kind
    of change. `named`: the first of the `procedures` that ministries announced anew, those due first.
    """

    since: datetime | None
    after: int
    runs: NewRuns
    changes: Mapping[str, Mapping[str, int]]
    opened: int
    ended: int
    procedures: int
    named: Sequence[Mapping[str, Any]]
    moves: Sequence[DecisionMove]


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    """The first thing that is due: a decision's number or a finding's, and what the finding is about."""

    kind: Literal["decision", "finding", "other"]
    subject: str
    day: date
    row: Mapping[str, Any] | None = None


@dataclass(slots=True)
class DivisionWork:
    """What is overdue, or due within a week, of one division; None: of what nobody was given.

    `works` are its duties, or the decisions that no division has; `findings` those it is in charge of.
    """

    division: str | None
    works: Counter[DueWindow] = field(default_factory=Counter)
    findings: Counter[DueWindow] = field(default_factory=Counter)
    first: Urgent | None = None

    @property
    def overdue(self) -> int:
        """Return how much is overdue."""
        return self.works["overdue"] + self.findings["overdue"]

    def add(self, counts: Counter[DueWindow], window: DueWindow, number: int, urgent: Urgent | None) -> None:
        """Count `number` more; `urgent` is the first of them, None where it is held against nobody."""
        counts[window] += number
        if urgent is not None and (self.first is None or urgent.day < self.first.day):
            self.first = urgent


def current_visit(connection: Connection, person: str, now: datetime) -> Visit:
    """Return the visit that a person's look at `now` belongs to."""
    return next_visit(visits.last_visit(connection, person), now)


def store_visit(configuration: Configuration, person: str, current: Visit) -> None:
    """Store when a person looked."""
    with writing_connection(configuration) as connection:
        visits.store_visit(connection, person, current)


def news(connection: Connection, since: datetime | None, today: date) -> News:
    """Return what is new since a person looked; without a time, what the last night brought."""
    after = news_since.last_run_seen(connection, since)
    runs = news_since.new_runs(connection, after)
    ended = Filter(status="resolved", ended_after=after)
    new = Filter(kind=FindingKind.NEW_FROM_MINISTRY, status=None, opened_after=after)
    named, procedures = queries.first_rows(connection, new, "due", today, MAX_NAMED)
    moment = runs.began if since is None else since - news_since.OVERLAP
    return News(
        since=since,
        after=after,
        runs=runs,
        changes=news_since.change_counts(connection, after),
        opened=queries.count_opened(connection, after),
        ended=queries.first_rows(connection, ended, "weight", today, 0)[1],
        procedures=procedures,
        named=named,
        moves=_moves(connection, moment),
    )


def due_work(connection: Connection, today: date) -> list[DivisionWork]:
    """Return what is overdue or due within a week: what nobody has first, then by how much is overdue."""
    work: dict[str | None, DivisionWork] = {}

    def of(division: str | None) -> DivisionWork:
        return work.setdefault(division, DivisionWork(division))

    for number, day in trends.unowned_decisions(connection, today + SOON):
        window = due_window(day, today)
        if window is not None:
            nobody = of(None)
            nobody.add(nobody.works, window, 1, Urgent(kind="decision", subject=number, day=day))
    for stored in duties.list_duties(connection):
        window, due = stored.duty.window(today), stored.duty.effective_due_date
        if window is not None and due is not None:
            division = of(stored.duty.owner.division)
            division.add(division.works, window, 1, _urgent_duty(stored, due))
    by_division = queries.due_by_division(connection, today)
    rows = {
        row["finding_id"]: row for row in store.list_by_id(connection, [each.first for each in by_division])
    }
    handled = HandledDecisions.load(connection)
    for each in by_division:
        division, row = of(each.division), rows[each.first]
        first = Urgent(kind="finding", subject=str(each.first), day=each.first_day, row=row)
        urgent = None if handled.covers(row) else first
        division.add(division.findings, "overdue", each.overdue, urgent)
        division.add(division.findings, "week", each.week, urgent)
    return sorted(
        work.values(), key=lambda each: (each.division is not None, -each.overdue, each.division or "")
    )


def _urgent_duty(stored: StoredDuty, day: date) -> Urgent:
    kind = stored.subject_kind
    return Urgent(
        kind="decision" if kind == DECISION else "finding" if kind == "finding" else "other",
        subject=stored.duty.subject,
        day=day,
    )


def _moves(connection: Connection, since: datetime | None) -> list[DecisionMove]:
    """Return what was done to decisions since then, the latest first."""
    if since is None:
        return []
    events = ledger_events.events_since(connection, DECISION, ("division", "stage"), since)
    moves = [_move(*key, list(group)) for key, group in groupby(events, key=_one_action)]
    return [move for move in moves[::-1] if move.division or move.stages]


def _one_action(event: LedgerEvent) -> tuple[str, str, str]:
    return event.subject.partition(" ")[0], event.at, event.actor


def _move(number: str, at: str, actor: str, events: Iterable[LedgerEvent]) -> DecisionMove:
    division, stages = None, Counter[tuple[str | None, str | None]]()
    for event in events:
        if event.attribute == "division":
            division = event.to_value
        else:
            stages[event.from_value, event.to_value] += 1
    if division is not None:
        del stages["new", "assigned"]  # that is what giving it means
    return DecisionMove(number=number, at=at, actor=actor, division=division, stages=stages)
