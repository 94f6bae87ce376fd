"""How many findings each choice of a filter selects together with the others, from the index in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar, get_args

from sqlalchemy import Connection, func, select

from procedures.findings import SEVERITY_WEIGHTS
from warehouse.db.column_values import from_json
from warehouse.db.distinct_values import distinct_values
from warehouse.findings.current_index import FEW, current_index, load_index
from warehouse.findings.filters import (
    COLUMNS,
    DECISION_CASE,
    NO_DIVISION,
    Due,
    Filter,
    due_mask,
    selection_parts,
)
from warehouse.findings.finding_index import FindingIndex
from warehouse.tables.finding_tables import finding

T = TypeVar("T")

FACETS = (*COLUMNS, "due")
"""Fields of a filter whose choices are counted."""


def index_to_count(connection: Connection) -> FindingIndex | None:
    """Return the index of all findings; None where they are too many for one."""
    index = current_index(connection)
    if index is None and (connection.scalar(select(func.max(finding.c.finding_id))) or 0) <= FEW:
        return load_index(connection)
    return index


def count_choices(
    connection: Connection, index: FindingIndex, criteria: Filter, today: date
) -> Mapping[str, Counter[str]]:
    """Return for each of `FACETS` how many findings each value selects together with the other parts."""
    return index.answer(
        ("choices", criteria, today), lambda: _count_choices(connection, index, criteria, today)
    )


def _count_choices(
    connection: Connection, index: FindingIndex, criteria: Filter, today: date
) -> Mapping[str, Counter[str]]:
    parts = selection_parts(connection, index, criteria, today)
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for name in FACETS:
        others = index.every
        for part, mask in parts.items():
            others &= index.every if part == name else mask
        if name == "due":
            for due in get_args(Due):
                counts[name][due] = (others & due_mask(index, due, today)).bit_count()
            continue
        values, its = _values_by_stored(index, name), counts[name]
        for stored, number in index.counts(others, COLUMNS[name]).items():
            for value in values[stored]:
                its[value] += number
    return counts


def _values_by_stored(index: FindingIndex, name: str) -> Mapping[int | str | None, Sequence[str]]:
    """Return `_values` of all that the column of a field has."""
    return _kept(index, name)(
        ("values by stored", name),
        lambda: {stored: _values(name, stored) for stored in index.distinct(COLUMNS[name])},
    )


def filter_values(connection: Connection, index: FindingIndex | None) -> dict[str, frozenset[str]]:
    """Return the values that findings have of what no list of words names, by the field of a filter."""
    names = ("field", "division", "person", "decision")
    if index is not None:
        return {name: _values_of_index(index, name) for name in names}
    return {
        name: _values_of_all(name, connection.scalars(select(finding.c[COLUMNS[name]]).distinct()))
        for name in names
    }


def _values_of_index(index: FindingIndex, name: str) -> frozenset[str]:
    return _kept(index, name)(("values", name), lambda: _values_of_all(name, index.distinct(COLUMNS[name])))


def _kept(index: FindingIndex, name: str) -> Callable[[Hashable, Callable[[], T]], T]:
    """Return where an answer is kept to which the values of a field matter."""
    return index.answer if name in ("division", "person") else index.answer_of_runs


def _values_of_all(name: str, stored: Iterable[int | str | None]) -> frozenset[str]:
    return frozenset(value for each in stored for value in _values(name, each))


def distinct_persons(connection: Connection) -> list[str]:
    """Return the persons to whom findings were given."""
    return distinct_values(connection, finding.c.person)


def _values(name: str, stored: int | str | None) -> Sequence[str]:
    """Return the values of a field of a filter that select a finding with this in its column."""
    if name == "division":
        return (NO_DIVISION,) if stored is None else (str(stored),)
    if stored is None:
        return ()
    if name == "severity":
        return [each for each, weight in SEVERITY_WEIGHTS.items() if weight == stored]
    if name == "level":
        return str(stored).split()
    if name == "source":
        return [str(each) for each in from_json(str(stored))]
    if name == "decision":
        number = str(stored).removeprefix(DECISION_CASE)
        return () if number == stored else (number,)
    return (str(stored),)
