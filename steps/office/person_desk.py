"""A person's desk: what is given to them, and what their division has overdue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from procedures.office.accounts import is_same_person
from procedures.office.owners import is_postponed
from settings.configuration import Configuration
from steps.database import reading_connection
from warehouse.findings import choice_counts, queries
from warehouse.findings.filters import Filter
from warehouse.office import duties
from warehouse.office.duties import StoredDuty

MAX_ROWS = 50
"""Findings of a name that are shown; the rest is in the list."""

MAX_LATE_ROWS = 10
"""Overdue findings of a division that are shown; the rest is in the list."""


@dataclass(frozen=True, slots=True)
class NamedWork:
    """Unresolved findings given to a name, or overdue ones of a division: the first rows, and how many."""

    name: str
    rows: Sequence[Mapping[str, Any]]
    total: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What is given to a person, by the names that mean them; and what else their divisions have overdue."""

    findings: Sequence[NamedWork]
    duties: Sequence[StoredDuty]
    divisions: Sequence[NamedWork]
    late_duties: Sequence[StoredDuty]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is given to the person."""
        return not self.findings and not self.duties


def load_desk(configuration: Configuration, account: str, today: date) -> Desk:
    """Return the desk of the person who holds an account."""
    with reading_connection(configuration) as connection:

        def first(name: str, criteria: Filter, limit: int) -> NamedWork:
            page = queries.load_page(connection, criteria, "due", today, offset=0, limit=limit)
            return NamedWork(name, page.rows, page.total)

        names = [each for each in choice_counts.distinct_persons(connection) if is_same_person(account, each)]
        work = [first(name, Filter(person=name), MAX_ROWS) for name in sorted(names)]
        open_duties = duties.list_duties(connection)
        own = [each for each in open_duties if is_same_person(account, each.duty.owner.person or "")]
        given = {row["division"] for each in work for row in each.rows if row["division"]}
        its_divisions = sorted(given | {each.duty.owner.division for each in own})
        late = [first(name, Filter(division=name, due="overdue"), MAX_LATE_ROWS) for name in its_divisions]
    late_duties = [
        each
        for each in open_duties
        if each not in own and each.duty.owner.division in its_divisions and _is_late(each, today)
    ]
    return Desk([each for each in work if each.total], own, late, late_duties)


def _is_late(stored: StoredDuty, today: date) -> bool:
    due = stored.duty.effective_due_date
    postponed = is_postponed(stored.duty.extended_until, today, replied=stored.duty.replied)
    return due is not None and due < today and not postponed
