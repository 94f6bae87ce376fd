"""Lists of findings: filtered, sorted and counted from one index, so that a hundred thousand are quick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, func, select

from procedures.dates.due import SOON, DueWindow, due_window
from procedures.findings import FindingStatus
from warehouse.findings.current_index import current_index
from warehouse.findings.filters import (
    OPENINGS,
    Filter,
    conditions,
    due_mask,
    selected_statuses,
    selection,
    status_column,
    status_in,
)
from warehouse.findings.finding_index import FindingIndex, Sort
from warehouse.findings.kept_counts import kept_between_runs
from warehouse.findings.store import UNRESOLVED, list_by_id
from warehouse.sources.news_since import runs_after
from warehouse.tables.finding_tables import finding, finding_event

SelectT = TypeVar("SelectT", bound=Select[Any])


@dataclass(frozen=True, slots=True)
class FindingPage:
    """Rows of `v_finding` with what triage adds, how many there are in all, and by status."""

    rows: Sequence[dict[str, Any]]
    total: int
    by_status: dict[str, int]


def load_page(
    connection: Connection, criteria: Filter, sort: Sort, today: date, *, offset: int, limit: int
) -> FindingPage:
    """Return one page of the findings that the filter selects."""
    by_status = count_by_status(connection, criteria, today)
    total = _total(by_status, criteria)
    ids: Sequence[int] = ()
    if total > offset:
        ids = _ids(connection, criteria, sort, today, offset=offset, limit=limit)
    return FindingPage(load_rows(connection, ids), total, by_status)


def count_by_status(connection: Connection, criteria: Filter, today: date) -> dict[str, int]:
    """Return how many findings there are of each status, whatever status the filter has."""
    index, every = current_index(connection), replace(criteria, status=None)
    if index is not None:
        return dict(index.counts(selection(connection, index, every, today), "status"))
    where = conditions(connection, every, today)
    if not where:  # from the index of statuses, in its order
        query = select(finding.c.status, func.count()).group_by(finding.c.status)
        return {str(each): int(number) for each, number in connection.execute(query)}
    # in one pass; SQLite sorts what it groups
    counts = (func.count().filter(finding.c.status == each.value).label(each.value) for each in FindingStatus)
    row = connection.execute(select(*counts).select_from(finding).where(*where)).one()
    return {name: int(number) for name, number in row._asdict().items() if number}


def count(connection: Connection, criteria: Filter, today: date) -> int:
    """Return how many findings the filter selects."""
    return _total(count_by_status(connection, criteria, today), criteria)


def list_all(connection: Connection, criteria: Filter, sort: Sort, today: date) -> list[dict[str, Any]]:
    """Return the rows of `v_finding` of all selected findings, for an export."""
    ids = _ids(connection, criteria, sort, today, limit=None)
    rows = {row["finding_id"]: row for row in list_by_id(connection, ids)}
    return [rows[each] for each in ids]


MAX_REACH = 2000
"""How far into a list the place of a finding is searched."""


def neighbours(
    connection: Connection, criteria: Filter, sort: Sort, today: date, finding_id: int
) -> tuple[int | None, int | None, int, int]:
    """Return the findings before and after this one in the list, its place (0: none) and the length."""
    ids = _ids(connection, criteria, sort, today, limit=MAX_REACH)
    if finding_id not in ids:
        return None, ids[0] if ids else None, 0, len(ids)
    index = ids.index(finding_id)
    after = ids[index + 1] if index + 1 < len(ids) else None
    return (ids[index - 1] if index else None), after, index + 1, len(ids)


@dataclass(frozen=True, slots=True)
class DivisionDue:
    """Unresolved findings of one division (None: of none) with a passed or near deadline.

    `first`: the finding with the earliest deadline, which is `first_day`.
    """

    division: str | None
    overdue: int
    week: int
    first: int
    first_day: date


def due_by_division(connection: Connection, today: date) -> list[DivisionDue]:
    """Return the findings that are overdue or due within a week by the division, those first due first."""
    index, f = current_index(connection), finding.c
    if index is not None:
        return index.answer(("due", today), lambda: _due_of_index(index, today))
    query = (
        select(f.acting, f.deadline, func.count().label("number"), func.min(f.finding_id).label("first"))
        .where(status_column(connection).in_(UNRESOLVED), f.deadline <= (today + SOON).isoformat())
        .group_by(f.acting, f.deadline)
        .order_by(f.deadline)
    )
    groups: dict[str | None, list[tuple[date, int, int]]] = {}
    for row in connection.execute(query):
        groups.setdefault(row.acting, []).append((date.fromisoformat(row.deadline), row.number, row.first))

    def number(days: Sequence[tuple[date, int, int]], window: DueWindow) -> int:
        return sum(count for day, count, _ in days if due_window(day, today) == window)

    return _by_urgency(
        DivisionDue(division, number(days, "overdue"), number(days, "week"), days[0][2], days[0][0])
        for division, days in groups.items()
    )


def _due_of_index(index: FindingIndex, today: date) -> list[DivisionDue]:
    unresolved = index.mask(status_in(UNRESOLVED))
    near = due_mask(index, "overdue", today) | due_mask(index, "week", today)
    by_division: dict[str | None, list[int]] = {}
    divisions, numbers, deadlines = map(index.column, ("acting", "finding_id", "deadline"))
    for place in index.places(unresolved & near):
        by_division.setdefault(divisions[place], []).append(place)

    def due(division: str | None, places: Sequence[int]) -> DivisionDue:
        days = [deadlines[place] for place in places]
        day, late = min(days), sum(map(today.isoformat().__gt__, days))
        first = min(numbers[place] for place, its in zip(places, days, strict=True) if its == day)
        return DivisionDue(division, late, len(places) - late, first, date.fromisoformat(day))

    return _by_urgency(due(division, places) for division, places in by_division.items())


def _by_urgency(found: Iterable[DivisionDue]) -> list[DivisionDue]:
    return sorted(found, key=lambda each: (each.first_day, each.division is not None, each.division or ""))


def count_opened(connection: Connection, after: int) -> int:
    """Return how many findings the runs after that one opened or reopened, as `opened_after` lists them."""
    return kept_between_runs(connection, ("opened", after), lambda: _count_opened(connection, after))


def _count_opened(connection: Connection, after: int) -> int:
    e = finding_event.c
    ids = list(connection.scalars(runs_after(after)))
    # a run opens a finding once: of one run, the events are counted from their index alone
    number = func.count() if len(ids) == 1 else func.count(func.distinct(e.finding_id))
    query = select(number).select_from(finding_event).where(e.run_id.in_(ids), e.action.in_(OPENINGS))
    return connection.scalar(query) or 0


def first_rows(
    connection: Connection, criteria: Filter, sort: Sort, today: date, most: int
) -> tuple[Sequence[dict[str, Any]], int]:
    """Return the first rows of the selected findings, and how many are selected."""
    index = current_index(connection)
    if index is not None:
        mask = selection(connection, index, criteria, today)
        return load_rows(connection, index.numbers(mask, sort, limit=most)), mask.bit_count()
    ids = _ids(connection, criteria, sort, today, limit=None)
    return load_rows(connection, ids[:most]), len(ids)


def _total(by_status: Mapping[str, int], criteria: Filter) -> int:
    statuses = selected_statuses(criteria.status)
    return sum(number for status, number in by_status.items() if statuses is None or status in statuses)


def _ids(
    connection: Connection,
    criteria: Filter,
    sort: Sort,
    today: date,
    *,
    offset: int = 0,
    limit: int | None,
) -> Sequence[int]:
    index = None if limit is None else current_index(connection)  # all of a list is for an export
    if index is not None:
        return index.answer(
            ("numbers", criteria, sort, today, offset, limit),
            lambda: index.numbers(
                selection(connection, index, criteria, today), sort, offset=offset, limit=limit
            ),
        )
    query = select(finding.c.finding_id).where(*conditions(connection, criteria, today))
    query = sorted_findings(query, sort).offset(offset)
    return list(connection.scalars(query if limit is None else query.limit(limit)))


def load_rows(connection: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return rows of `v_finding` with what triage adds, in the order of `ids`."""
    f = finding.c
    query = select(f.finding_id, f.version, f.person, f.field, f.levels, f.deadline).where(
        f.finding_id.in_(ids)
    )
    triage = {row.finding_id: row._asdict() for row in connection.execute(query)}
    rows = {row["finding_id"]: row for row in list_by_id(connection, ids)}
    return [rows[each] | triage[each] for each in ids]


def sorted_findings(query: SelectT, sort: Sort) -> SelectT:
    """Return a query of `finding` in the order of the list."""
    f = finding.c
    if sort == "due":
        return query.order_by(f.deadline.is_(None), f.deadline, f.weight, f.kind, f.finding_id)
    if sort == "newest":
        return query.order_by(f.finding_id.desc())
    if sort == "code":
        return query.order_by(f.code.is_(None), f.code, f.weight, f.kind, f.finding_id)
    return query.order_by(f.weight, f.kind, f.finding_id)
