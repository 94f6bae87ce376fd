"""Divisions: those named anywhere in the warehouse, and those that a person added or ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from procedures.findings import CATALOGUE
from warehouse.announcements.ledger_events import LedgerEvent, events_of, record_changes
from warehouse.findings.store import UNRESOLVED
from warehouse.tables.finding_tables import decision, finding
from warehouse.tables.office_tables import assignment_rule, duty, register_entry
from warehouse.tables.source_tables import procedure_version

DIVISION = "division"
"""Kind of subject of the events."""

_IN_USE, _ENDED = "in_use", "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A division, and what refers to it: procedures of the catalogue, unresolved findings, open duties, rules
    in force. `added_by`: the person who added it, if somebody did.
    """

    name: str
    procedures: int = 0
    findings: int = 0
    duties: int = 0
    rules: int = 0
    added_by: str | None = None

    @property
    def busy(self) -> bool:
        """Return whether anything unfinished names it."""
        return bool(self.procedures or self.findings or self.duties or self.rules)


def list_divisions(connection: Connection) -> dict[str, Division]:
    """Return every known division, by its name.

    Known are those that the catalogue, a finding, a decision, a duty, a rule or a register names, and those
    that a person added; except those that a person ended and that nothing unfinished names.
    """
    counts = {name: _count_by_name(connection, query) for name, query in _COUNT_QUERIES.items()}
    last_events = {event.subject: event for event in division_events(connection)}
    names = {name for by_name in counts.values() for name in by_name} | last_events.keys()
    for query in _NAME_QUERIES:
        names |= set(connection.scalars(query))
    known = {}
    for name in names:
        event = last_events.get(name)
        division = Division(
            name=name,
            **{kind: by_name.get(name, 0) for kind, by_name in counts.items()},
            added_by=event.actor if event is not None and event.to_value == _IN_USE else None,
        )
        if event is None or event.to_value == _IN_USE or division.busy:
            known[name] = division
    return known


def division_events(connection: Connection) -> list[LedgerEvent]:
    """Return who added and who ended which division, the oldest first."""
    return events_of(connection, DIVISION)


def add_division(connection: Connection, name: str, actor: str, *, at: datetime | None = None) -> None:
    """Add a division on the word of a person."""
    record_changes(connection, DIVISION, name, {"state": (None, _IN_USE)}, actor, at=at)


def end_division(
    connection: Connection, name: str, actor: str, reason: str | None, *, at: datetime | None = None
) -> None:
    """End a division on the word of a person: it is no longer offered as a choice."""
    record_changes(connection, DIVISION, name, {"state": (_IN_USE, _ENDED)}, actor, reason=reason, at=at)


def _count_by_name(connection: Connection, query: Select[tuple[str, int]]) -> Mapping[str, int]:
    return dict(connection.execute(query).tuples().all())


def _count_by(column: ColumnElement[Any], *conditions: ColumnElement[bool]) -> Select[tuple[str, int]]:
    return select(column, func.count()).where(column.is_not(None), *conditions).group_by(column)


_CURRENT = (procedure_version.c.source == CATALOGUE, procedure_version.c.valid_to.is_(None))
_COUNT_QUERIES = {
    "procedures": _count_by(procedure_version.c.division, *_CURRENT),
    "findings": _count_by(
        func.coalesce(finding.c.assigned, finding.c.division), finding.c.status.in_(tuple(UNRESOLVED))
    ),
    "duties": _count_by(duty.c.division, duty.c.closed_at.is_(None)),
    "rules": _count_by(assignment_rule.c.division, assignment_rule.c.ended_at.is_(None)),
}
_NAME_QUERIES = tuple(
    select(column).where(column.is_not(None)).distinct()
    for column in (
        finding.c.assigned,
        finding.c.division,
        decision.c.division,
        duty.c.division,
        assignment_rule.c.division,
        register_entry.c.division,
    )
)
