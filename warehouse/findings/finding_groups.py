"""How many findings each choice of a filter selects together with the others, by one reading of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import Connection, and_, case, func, select

from procedures.findings import FindingStatus, Severity
from warehouse.db.column_values import from_json
from warehouse.db.distinct_values import distinct_values
from warehouse.findings.queries import (
    DECISION_CASE,
    NO_DIVISION,
    Filter,
    is_soon,
    selected_statuses,
    status_column,
)
from warehouse.tables.finding_tables import finding

FACETS = ("kind", "severity", "due", "field", "division", "person", "level", "source", "decision")
"""Fields of a filter whose choices are counted."""

MAX_GROUPS = 20_000
"""Of findings in more groups than these no choice is counted."""

_COUNTED = frozenset({*FACETS, "status"})


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings that no filter but a search tells apart; `values`: what each of `FACETS` may ask for."""

    status: str
    values: Mapping[str, tuple[str, ...]]
    count: int


def load_groups(connection: Connection, today: date) -> list[FindingGroup] | None:
    """Return all findings in groups; None where they are more than `MAX_GROUPS`."""
    f, day = finding.c, today.isoformat()
    due = case(
        (f.deadline.is_(None), "none"),
        (and_(f.deadline < day, f.status != FindingStatus.RESOLVED), "overdue"),
        (is_soon(today), "week"),
        else_="",
    ).label("due")
    decision = case((f.case_id.like(f"{DECISION_CASE}%"), f.case_id)).label("decision")
    status = status_column(connection).label("status")
    columns = (f.weight, f.kind, status, due, f.field, f.acting, f.person, f.levels, f.sources, decision)
    query = select(*columns, func.count().label("number")).group_by(*columns).limit(MAX_GROUPS + 1)
    rows = connection.execute(query).all()
    if len(rows) > MAX_GROUPS:
        return None
    weights = list(Severity)
    return [
        FindingGroup(
            row.status,
            {
                "kind": (row.kind,),
                "severity": (weights[row.weight].value,) if row.weight < len(weights) else (),
                "due": (row.due,),
                "field": _one(row.field),
                "division": (row.acting or NO_DIVISION,),
                "person": _one(row.person),
                "level": tuple((row.levels or "").split()),
                "source": tuple(from_json(row.sources)),
                "decision": _one(row.decision and row.decision.removeprefix(DECISION_CASE)),
            },
            row.number,
        )
        for row in rows
    ]


def is_countable(criteria: Filter) -> bool:
    """Return whether groups tell how many findings a filter selects: it searches for no words."""
    others = (getattr(criteria, each.name) for each in fields(Filter) if each.name not in _COUNTED)
    return all(value in (None, "") for value in others)


def count_choices(groups: Sequence[FindingGroup], criteria: Filter) -> dict[str, Counter[str]]:
    """Return for each of `FACETS` how many findings each value selects together with the other parts."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    statuses = selected_statuses(criteria.status)
    wanted = _wanted(criteria)
    for group in groups:
        if statuses is not None and group.status not in statuses:
            continue
        missed = [name for name, value in wanted if value not in group.values[name]]
        if len(missed) < 2:
            for name in missed or FACETS:
                for value in group.values[name]:
                    counts[name][value] += group.count
    return counts


def count_selected(groups: Sequence[FindingGroup], criteria: Filter) -> int:
    """Return how many findings a filter selects that searches for no words."""
    statuses, wanted = selected_statuses(criteria.status), _wanted(criteria)
    return sum(
        group.count
        for group in groups
        if (statuses is None or group.status in statuses)
        and all(value in group.values[name] for name, value in wanted)
    )


def values_of(groups: Sequence[FindingGroup]) -> dict[str, set[str]]:
    """Return what `filter_values` does, of findings in groups."""
    names = ("field", "division", "person", "decision")
    return {name: {value for group in groups for value in group.values[name]} for name in names}


def distinct_persons(connection: Connection) -> list[str]:
    """Return the persons to whom findings were given."""
    return distinct_values(connection, finding.c.person)


def filter_values(connection: Connection) -> dict[str, list[str]]:
    """Return the values that findings have of what no list of words names, by the field of a filter."""
    f = finding.c
    columns = {"field": f.field, "division": f.acting, "decision": f.case_id}
    values = {
        name: list(connection.scalars(select(column).where(column.is_not(None)).distinct()))
        for name, column in columns.items()
    }
    numbers = [each for each in values["decision"] if each.startswith(DECISION_CASE)]
    values["person"] = distinct_persons(connection)
    return values | {"decision": [each.removeprefix(DECISION_CASE) for each in numbers]}


def _wanted(criteria: Filter) -> list[tuple[str, str]]:
    values = ((name, getattr(criteria, name)) for name in FACETS)
    return [(name, value) for name, value in values if value is not None]


def _one(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)
