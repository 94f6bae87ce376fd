"""Divisions: those named anywhere in the warehouse, and those that a person added or ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, select

from procedures.findings import CATALOGUE
from warehouse.announcements.ledger_events import LedgerEvent, events_of, record_changes
from warehouse.db.distinct_values import distinct_values
from warehouse.findings.kept_counts import kept_between_runs
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
    counts = {kind: _count_by_name(connection, *use) for kind, use in _USES.items()}
    last_events = {event.subject: event for event in division_events(connection)}
    known = {}
    for name in _names(connection) | last_events.keys():
        event = last_events.get(name)
        division = Division(
            name=name,
            **{kind: by_name.get(name, 0) for kind, by_name in counts.items()},
            added_by=event.actor if event is not None and event.to_value == _IN_USE else None,
        )
        if event is None or event.to_value == _IN_USE or division.busy:
            known[name] = division
    return known


def list_names(connection: Connection) -> set[str]:
    """Return the names of the known divisions, without counting what refers to them."""
    last = {event.subject: event.to_value for event in division_events(connection)}
    ended = {name for name, state in last.items() if state == _ENDED and not _is_busy(connection, name)}
    return (_names(connection) | last.keys()) - ended


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


def _count_by_name(
    connection: Connection, column: ColumnElement[Any], is_unfinished: ColumnElement[bool]
) -> Mapping[str, int]:
    query = select(column, func.count()).where(column.is_not(None), is_unfinished).group_by(column)
    return dict(connection.execute(query).tuples().all())


def _names(connection: Connection) -> set[str]:
    """Return every name that anything has, finished or not, except procedures of the past."""
    named = set(distinct_values(connection, finding.c.assigned))
    named |= kept_between_runs(
        connection, "divisions named by runs", lambda: _selected(connection, _NAMED_BY_RUNS)
    )
    return named | _selected(connection, _NAMED_BY_PEOPLE)


def _selected(connection: Connection, queries: Iterable[Select[str]]) -> set[str]:
    return {name for query in queries for name in connection.scalars(query)}


def _is_busy(connection: Connection, name: str) -> bool:
    """Return whether anything unfinished names the division."""
    return any(
        connection.scalar(select(literal(1)).where(column == name, is_unfinished).limit(1))
        for column, is_unfinished in _USES.values()
    )


_IS_CURRENT = and_(procedure_version.c.source == CATALOGUE, procedure_version.c.valid_to.is_(None))
_USES: Mapping[str, tuple[ColumnElement[Any], ColumnElement[bool]]] = {
    "procedures": (procedure_version.c.division, _IS_CURRENT),
    "findings": (func.coalesce(finding.c.assigned, finding.c.division), finding.c.status.in_(UNRESOLVED)),
    "duties": (duty.c.division, duty.c.closed_at.is_(None)),
    "rules": (assignment_rule.c.division, assignment_rule.c.ended_at.is_(None)),
}
"""The column that names a division, and when that is unfinished."""

_NAMED_BY_RUNS = (
    select(procedure_version.c.division)
    .where(_IS_CURRENT, procedure_version.c.division.is_not(None))
    .distinct(),
    select(finding.c.division).where(finding.c.division.is_not(None)).distinct(),
)
"""What only a run changes: a list may name divisions at any length, which no index holds."""

_NAMED_BY_PEOPLE = tuple(
    select(table.c.division).where(table.c.division.is_not(None)).distinct()
    for table in (decision, duty, assignment_rule, register_entry)
)
