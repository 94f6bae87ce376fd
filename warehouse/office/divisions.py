"""Divisions as they are named all over the warehouse, and those that a person added or ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from procedures.findings import CATALOGUE
from warehouse.announcements.ledger_events import Event, events_of, tell
from warehouse.findings.store import UNRESOLVED
from warehouse.tables.finding_tables import decision, finding
from warehouse.tables.office_tables import assignment_rule, duty, register_entry
from warehouse.tables.source_tables import procedure_version

DIVISION = "division"
"""Kind of subject of the events."""

_IN_USE, _ENDED = "in_use", "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A division, and how much names it: procedures of the catalogue, unresolved findings, open duties, rules
    in force. `added_by`: the person who added it, where it does not stand in the catalogue by itself.
    """

    name: str
    procedures: int = 0
    findings: int = 0
    duties: int = 0
    rules: int = 0
    added_by: str | None = None

    @property
    def busy(self) -> bool:
        """Whether anything that is not over names it."""
        return bool(self.procedures or self.findings or self.duties or self.rules)


def divisions(connection: Connection) -> dict[str, Division]:
    """Every division that is known, by its name.

    Known are those that the catalogue, a finding, a decision, a duty, a rule or a register names, and those
    that a person added; but for those that a person ended and that no longer see to anything.
    """
    counts = {name: _counted(connection, query) for name, query in _COUNTED.items()}
    said = {event.subject: event for event in division_events(connection)}
    named = {name for each in counts.values() for name in each} | said.keys()
    for query in _NAMED:
        named |= set(connection.scalars(query))
    found = {}
    for name in named:
        event = said.get(name)
        its = Division(
            name=name,
            **{what: each.get(name, 0) for what, each in counts.items()},
            added_by=event.actor if event is not None and event.to_value == _IN_USE else None,
        )
        if event is None or event.to_value == _IN_USE or its.busy:
            found[name] = its
    return found


def division_events(connection: Connection) -> list[Event]:
    """Who added and who ended which division, the oldest first."""
    return events_of(connection, DIVISION)


def add(connection: Connection, name: str, actor: str, *, at: datetime | None = None) -> None:
    """A person adds a division."""
    tell(connection, DIVISION, name, {"state": (None, _IN_USE)}, actor, at=at)


def end(
    connection: Connection, name: str, actor: str, reason: str | None, *, at: datetime | None = None
) -> None:
    """A person ends a division: it is no longer offered to choose from."""
    tell(connection, DIVISION, name, {"state": (_IN_USE, _ENDED)}, actor, reason=reason, at=at)


def _counted(connection: Connection, query: Select[tuple[str, int]]) -> Mapping[str, int]:
    return dict(connection.execute(query).tuples().all())


def _by(column: ColumnElement[Any], *conditions: ColumnElement[bool]) -> Select[tuple[str, int]]:
    return select(column, func.count()).where(column.is_not(None), *conditions).group_by(column)


_STANDING = (procedure_version.c.source == CATALOGUE, procedure_version.c.valid_to.is_(None))
_COUNTED = {
    "procedures": _by(procedure_version.c.division, *_STANDING),
    "findings": _by(
        func.coalesce(finding.c.assigned, finding.c.division), finding.c.status.in_(tuple(UNRESOLVED))
    ),
    "duties": _by(duty.c.division, duty.c.closed_at.is_(None)),
    "rules": _by(assignment_rule.c.division, assignment_rule.c.ended_at.is_(None)),
}
_NAMED = tuple(
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
