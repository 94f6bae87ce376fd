"""The current announcement ledger: lines, codes, stages, the province's decisions.

What the rules see of a decision is stored by `run_figures.store_decisions`; people change it by
`ledger_entries`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from procedures.office.repealed_rows import RepealedRow
from procedures.office.stages import CodeStage
from warehouse.announcements.ledger_events import last_values
from warehouse.announcements.run_figures import BY_RULE
from warehouse.db.bulk import chunks
from warehouse.db.column_values import from_day, from_json
from warehouse.sources.procedure_rows import source_beside_code
from warehouse.tables.finding_tables import announcement, decision, decision_code
from warehouse.tables.office_tables import ledger_event
from warehouse.tables.source_tables import procedure_version

DECISION, BASELINE = "decision", "baseline"
"""Kinds of subject of the events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLine:
    """One code of a decision, with what is recorded of it.

    `code` is the key of a row without a code, which `name` then describes. `decided`: the date of its own
    decision, where that is another year's than the line shows.
    """

    code: str
    role: str
    stage: str
    submission_number: str | None
    submission_date: date | None
    province_decision_number: str | None
    province_decision_date: date | None
    published_on: date | None
    decided: date | None = None
    name: str | None = None

    @property
    def display_text(self) -> str:
        """Return what people read: the code, else the name."""
        return RepealedRow(key=self.code, name=self.name).display_text

    @property
    def code_stage(self) -> CodeStage:
        """Return the values that the rules of moving look at."""
        return CodeStage(code=self.display_text, stage=self.stage, announced_on=self.province_decision_date)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One decision of the ledger; `proposals`: stages that the sides show and nobody recorded.

    `late_days`, `counts` and `asks` are as the last comparison saw them: how late it was announced or is
    waiting, whether anyone is held to what is open of it, and whether that asks anything of anybody.
    `on_portal`: whether a record of the portal names it; else only a document that a person read does.
    """

    decision_number: str
    agency: str | None
    decision_date: date | None
    effective_date: date | None
    due_date: date | None
    due_basis: str | None
    announced: float
    state: str
    division: str | None
    person: str | None
    leader: str | None
    codes: tuple[CodeLine, ...]
    proposals: tuple[Mapping[str, Any], ...] = ()
    repealed_rows: tuple[Mapping[str, Any], ...] = ()
    late_days: int | None = None
    counts: bool = True
    asks: bool = True
    on_portal: bool = True

    @property
    def is_waiting(self) -> bool:
        """Return whether something of it is to be announced, as far as known."""
        return self.state != "announced" and self.asks and not self.is_handled

    @property
    def is_handled(self) -> bool:
        """Return whether a person declared it handled, by the baseline date: nothing of it is ever due."""
        return not self.counts and self.due_date is None

    @property
    def is_unowned_and_due(self) -> bool:
        """Return whether somebody is held to its due date and no division has it."""
        return self.division is None and self.is_waiting and self.counts and self.due_date is not None

    @property
    def own_codes(self) -> tuple[CodeLine, ...]:
        """Return its codes without those of another year's decision with its number."""
        return tuple(each for each in self.codes if each.decided is None)

    def codes_with_role(self, role: str) -> tuple[str, ...]:
        """Return its codes of one role: new, changed or repealed."""
        return tuple(sorted(line.code for line in self.codes if line.role == role))


def numbers(connection: Connection) -> list[str]:
    """Return the numbers of all decisions of the ledger."""
    return list(connection.scalars(select(decision.c.decision_number).order_by(decision.c.decision_number)))


def divisions(connection: Connection) -> dict[str, str]:
    """Return the division of each decision that has one, by number."""
    d = decision.c
    query = select(d.decision_number, d.division).where(d.division.is_not(None))
    return {row.decision_number: row.division for row in connection.execute(query)}


def load_lines(connection: Connection, number: str | None = None) -> list[LedgerLine]:
    """Return the ledger, or one line of it, by date and number."""
    d = decision.c
    query = select(decision).order_by(func.coalesce(d.decision_date, ""), d.decision_number)
    if number is not None:
        query = query.where(d.decision_number == number)
    codes = _codes(connection, number)
    return [
        LedgerLine(
            decision_number=row.decision_number,
            agency=row.agency,
            decision_date=from_day(row.decision_date),
            effective_date=from_day(row.effective_date),
            due_date=from_day(row.due_date),
            due_basis=row.due_basis,
            announced=row.announced,
            state=row.state,
            division=row.division,
            person=row.person,
            leader=row.leader,
            codes=tuple(codes.get(row.decision_number, ())),
            proposals=tuple(from_json(row.proposals)),
            repealed_rows=tuple(from_json(row.repealed_rows)),
            late_days=row.late_days,
            counts=bool(row.counts),
            asks=bool(row.asks),
            on_portal=bool(row.on_portal),
        )
        for row in connection.execute(query)
    ]


def handled_numbers(connection: Connection) -> list[str]:
    """Return the numbers of the decisions whose line `is_handled`, without their codes."""
    d = decision.c
    query = select(d.decision_number).where(d.counts == 0, d.due_date.is_(None))
    return list(connection.scalars(query))


def effective_dates(connection: Connection, *, until: datetime | None = None) -> dict[str, date]:
    """Return the effective dates that people entered, by decision."""
    entered = last_values(connection, DECISION, "effective_date", until=until)
    return {number: date.fromisoformat(day) for number, day in entered.items()}


def handled_before(connection: Connection) -> date | None:
    """Return the date from which decisions count; None until a person entered one."""
    return from_day(last_values(connection, BASELINE, "handled_before").get(BASELINE))


def given_by_people(connection: Connection) -> frozenset[str]:
    """Return the decisions that a person, and no rule, gave to a division."""
    e = ledger_event.c
    query = select(e.subject).where(
        e.subject_kind == DECISION, e.attribute == "division", e.actor != BY_RULE, e.to_value.is_not(None)
    )
    return frozenset(connection.scalars(query))


def announced_pairs(connection: Connection) -> dict[tuple[str, str], date | None]:
    """Return the (decision, code) pairs that the province announced, with the day of signing, as recorded."""
    c, n = decision_code.c, announcement.c
    query = (
        select(c.decision_number, c.code, func.max(n.province_decision_date).label("signed"))
        .outerjoin(announcement, (n.decision_number == c.decision_number) & (n.code == c.code))
        .where(c.stage.in_(("announced", "published")))
        .group_by(c.decision_number, c.code)
    )
    return {(row.decision_number, row.code): from_day(row.signed) for row in connection.execute(query)}


def decisions_named(
    connection: Connection, codes: Select[str] | Collection[str], sources: Collection[str]
) -> list[tuple[str, str, date]]:
    """Return (code, number, date) of the dated decisions that current records of those sources name.

    `codes`: themselves, or what selects them, such as `select_codes`.
    """
    v = procedure_version.c
    query = select(v.code, v.decision_number, v.decision_date).where(
        source_beside_code().in_(list(sources)),
        v.valid_to.is_(None),
        v.decision_number.is_not(None),
        v.decision_date.is_not(None),
    )
    pieces = [codes] if isinstance(codes, Select) else chunks(sorted(codes))
    return [
        (code, number, date.fromisoformat(day))
        for piece in pieces
        for code, number, day in connection.execute(query.where(v.code.in_(piece)))
    ]


def select_codes(number: str | None = None) -> Select[str]:
    """Select the codes of the ledger's decisions, or of one."""
    c = decision_code.c
    return select(c.code) if number is None else select(c.code).where(c.decision_number == number)


def _codes(connection: Connection, number: str | None) -> dict[str, list[CodeLine]]:
    c, n = decision_code.c, announcement.c
    announcements: dict[tuple[str, str], Any] = {}
    by_date = select(announcement).order_by(func.coalesce(n.province_decision_date, ""))
    if number is not None:
        by_date = by_date.where(n.decision_number == number)
    for row in connection.execute(by_date):
        announcements[row.decision_number, row.code] = row
    columns = (c.decision_number, c.code, c.role, c.stage, c.submission_number, c.submission_date, c.name)
    query = select(*columns).order_by(c.decision_number, c.code, c.role)
    if number is not None:
        query = query.where(c.decision_number == number)
    lines_by_decision: dict[str, list[CodeLine]] = {}
    for decision_number, code, role, stage, submission, submitted, name in connection.execute(query):
        announced = announcements.get((decision_number, code))
        lines_by_decision.setdefault(decision_number, []).append(
            CodeLine(
                code=code,
                role=role,
                stage=stage,
                submission_number=submission,
                submission_date=from_day(submitted),
                province_decision_number=announced.province_decision_number if announced else None,
                province_decision_date=from_day(announced.province_decision_date) if announced else None,
                published_on=from_day(announced.published_on) if announced else None,
                name=name,
            )
        )
    return lines_by_decision
