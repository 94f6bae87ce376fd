"""Which findings are asked for, as conditions on rows and as bitmaps of the index in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, or_, select

from procedures.dates.due import SOON
from procedures.findings import SEVERITY_WEIGHTS, FindingStatus
from procedures.values.text import fold
from warehouse.db.column_values import storable
from warehouse.findings.finding_index import FindingIndex, Part, equals
from warehouse.findings.store import UNRESOLVED
from warehouse.sources.news_since import runs_after
from warehouse.tables.finding_tables import finding, finding_event

Due = Literal["overdue", "week", "none"]
NO_DIVISION = "none"
"""In place of a division: findings that no division has."""

_OPEN = "unresolved"
"""In place of a status: all findings that somebody still has to handle."""

DECISION_CASE = "decision:"
"""How the case of findings begins that have a ministry decision in common; its number follows."""

COLUMNS = {
    "kind": "kind",
    "severity": "weight",
    "field": "field",
    "division": "acting",
    "person": "person",
    "level": "levels",
    "source": "sources",
    "decision": "case_id",
}
"""The column, of findings and of their index, that tells the values of a field of a filter."""

MOST_WORDS = 8
"""How many words of a search count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which findings are asked for; None in a field means all.

    `text`: words, accents optional. `case`: a case's key. `decision`: the number of the ministry decision
    that they have in common. `opened_after`, `ended_after`: a run's number; those that later runs opened or
    reopened, or saw end.
    """

    kind: str | None = None
    severity: str | None = None
    status: str | None = _OPEN
    field: str | None = None
    division: str | None = None
    person: str | None = None
    level: str | None = None
    source: str | None = None
    decision: str | None = None
    due: Due | None = None
    opened_after: int | None = None
    ended_after: int | None = None
    text: str | None = None
    case: str | None = None


_EVERY = Filter(status=None)


def conditions(
    connection: Connection, criteria: Filter, today: date, *, with_status: bool = True
) -> list[ColumnElement[bool]]:
    """Return the conditions that the selected rows of `finding` fulfil."""
    f = finding.c
    clauses: list[ColumnElement[bool]] = []
    statuses = selected_statuses(criteria.status) if with_status else None
    if statuses is not None:
        clauses.append(status_column(connection).in_(statuses))
    for name, value in _equal_values(criteria).items():
        column = f[COLUMNS[name]]
        clauses.append(column.is_(None) if value is None else column == value)
    for actions, after in (
        (OPENINGS, criteria.opened_after),
        (("resolved",), criteria.ended_after),
    ):
        if after is not None:
            clauses.append(_moved_since(connection, after, actions))
    if criteria.level is not None:
        clauses.append(_contains(connection, f.levels, criteria.level))
    if criteria.source is not None:
        clauses.append(_contains(connection, f.sources, f'"{criteria.source}"'))
    if criteria.case is not None:
        clauses.append(_is_of_case(criteria.case))
    if criteria.due is not None:
        clauses.append(_due(criteria.due, today))
    for word in fold(storable(criteria.text or "")).split()[:MOST_WORDS]:
        clauses.append(_contains(connection, f.search, word))
    return clauses


def selection(connection: Connection, index: FindingIndex, criteria: Filter, today: date) -> int:
    """Return the bitmap of what the filter selects: of what fulfils `conditions`."""
    mask = index.every
    for part in selection_parts(connection, index, criteria, today).values():
        mask &= part
    return mask


def selection_parts(
    connection: Connection, index: FindingIndex, criteria: Filter, today: date
) -> dict[str, int]:
    """Return the bitmap of what each field of the filter selects, of those that do not select all."""
    masks: dict[str, int] = {}
    statuses = selected_statuses(criteria.status)
    if statuses is not None:
        masks["status"] = index.mask(status_in(statuses))
    for name, value in _equal_values(criteria).items():
        masks[name] = index.mask(equals(COLUMNS[name], value))
    if criteria.level is not None:
        masks["level"] = index.mask(_contains_part("levels", criteria.level))
    if criteria.source is not None:
        masks["source"] = index.mask(_contains_part("sources", f'"{criteria.source}"'))
    if criteria.due is not None:
        masks["due"] = due_mask(index, criteria.due, today)
    for name in ("text", "opened_after", "ended_after", "case"):  # what no column of the index tells
        value = getattr(criteria, name)
        if value is not None:
            alone = replace(_EVERY, **{name: value})
            masks[name] = index.mask_of_runs(alone, partial(_numbers, connection, alone, today))
    return masks


def _equal_values(criteria: Filter) -> dict[str, int | str | None]:
    """Return what the columns of the filter's fields must be equal to, by the field."""
    values: dict[str, int | str | None] = {}
    weight = SEVERITY_WEIGHTS.get(criteria.severity or "")
    if weight is not None:
        values["severity"] = weight
    for name in ("kind", "field", "division", "person"):
        value = getattr(criteria, name)
        if value is not None:
            values[name] = None if (name, value) == ("division", NO_DIVISION) else storable(value)
    if criteria.decision is not None:
        values["decision"] = storable(f"{DECISION_CASE}{criteria.decision}")
    return values


def due_mask(index: FindingIndex, due: Due, today: date) -> int:
    """Return the bitmap of what is due then."""
    day, until = today.isoformat(), (today + SOON).isoformat()
    if due == "none":
        return index.mask(equals("deadline", None))
    if due == "week":
        soon = Part("deadline", ("from", day), lambda each: each is not None and day <= each <= until)
        return index.mask(soon)
    before = Part("deadline", ("before", day), lambda each: each is not None and each < day)
    return index.mask(before) & ~index.mask(equals("status", FindingStatus.RESOLVED.value))


def _numbers(connection: Connection, criteria: Filter, today: date) -> Iterable[int]:
    """Return the selected findings by one value: fetching thousands of rows would hold up other threads."""
    number = cast(finding.c.finding_id, Text)
    query = select(func.aggregate_strings(number, ",")).where(*conditions(connection, criteria, today))
    return map(int, filter(None, (connection.scalar(query) or "").split(",")))


def status_in(statuses: Sequence[str]) -> Part:
    """Return the condition that the status is one of these."""
    return Part("status", statuses, statuses.__contains__)


def _contains_part(column: str, text: str) -> Part:
    return Part(column, ("contains", text), lambda each: each is not None and text in each)


OPENINGS = ("opened", "reopened")
"""Events by which a run makes a finding open."""


def _moved_since(connection: Connection, after: int, actions: Sequence[str]) -> ColumnElement[bool]:
    e, finding_id = finding_event.c, finding.c.finding_id
    moved = select(e.finding_id).where(e.run_id.in_(runs_after(after)), e.action.in_(actions))
    if connection.dialect.name != "sqlite":
        return finding_id.in_(moved)
    # a sum, or SQLite would read the findings of those numbers one by one instead of their index
    return (finding_id + 0).in_(moved)


def status_column(connection: Connection) -> ColumnElement[str]:
    """Return the status in a form that keeps SQLite from using its index, by which it reads row after row."""
    if connection.dialect.name != "sqlite":
        return finding.c.status  # PostgreSQL's planner knows how many rows have it
    return func.coalesce(finding.c.status, "")


def selects_status(criteria: Filter, status: str) -> bool:
    """Return whether the filter selects findings of that status."""
    statuses = selected_statuses(criteria.status)
    return statuses is None or status in statuses


def _is_of_case(case_id: str) -> ColumnElement[bool]:
    """Return whether a finding has that `case_id` of `v_finding`, which is its own where it shares none."""
    own = case_id.removeprefix("finding:")
    return (
        finding.c.case_id == storable(case_id) if own == case_id else finding.c.fingerprint == storable(own)
    )


def selected_statuses(status: str | None) -> tuple[str, ...] | None:
    """Return the statuses that the status of a filter means; None: all."""
    if status is None:
        return None
    return tuple(UNRESOLVED) if status == _OPEN else (status,)


def is_soon(today: date) -> ColumnElement[bool]:
    """Return whether the deadline is near; PostgreSQL takes no collation within BETWEEN."""
    f = finding.c
    return and_(f.deadline >= today.isoformat(), f.deadline <= (today + SOON).isoformat())


def _due(due: Due, today: date) -> ColumnElement[bool]:
    f = finding.c
    if due == "none":
        return f.deadline.is_(None)
    if due == "overdue":
        return and_(f.deadline < today.isoformat(), or_(f.status != FindingStatus.RESOLVED))
    return is_soon(today)


def _contains(connection: Connection, column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Return whether the column contains `text`, character by character, the fastest way of each engine."""
    if connection.dialect.name != "sqlite":
        return func.strpos(column, text) > 0
    pattern = "".join(f"[{char}]" if char in "*?[" else char for char in text)
    return column.op("GLOB")(f"*{pattern}*")
