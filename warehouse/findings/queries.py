"""Lists of findings: filtered, sorted and counted from one index, so that a hundred thousand are quick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Literal, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from procedures.dates.due import SOON, DueWindow, due_window
from procedures.findings import FindingStatus, Severity
from procedures.values.text import fold
from warehouse.db.column_values import storable
from warehouse.findings.current_index import current_index
from warehouse.findings.finding_index import FindingIndex, Part, Sort, equals
from warehouse.findings.kept_counts import kept_between_runs
from warehouse.findings.store import UNRESOLVED, list_by_id
from warehouse.sources.news_since import runs_after
from warehouse.tables.finding_tables import finding, finding_event

Due = Literal["overdue", "week", "none"]
SelectT = TypeVar("SelectT", bound=Select[Any])

NO_DIVISION = "none"
"""In place of a division: findings that no division has."""

_OPEN = "unresolved"
"""In place of a status: all findings that somebody still has to handle."""

DECISION_CASE = "decision:"
"""How the case of findings begins that have a ministry decision in common; its number follows."""

_WEIGHTS = tuple(Severity)

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


def conditions(
    connection: Connection, criteria: Filter, today: date, *, with_status: bool = True
) -> list[ColumnElement[bool]]:
    """Return the conditions that the selected rows of `finding` fulfil."""
    f = finding.c
    clauses: list[ColumnElement[bool]] = []
    statuses = selected_statuses(criteria.status) if with_status else None
    if statuses is not None:
        clauses.append(status_column(connection).in_(statuses))
    if criteria.severity in _WEIGHTS:
        clauses.append(f.weight == _WEIGHTS.index(criteria.severity))
    decision = None if criteria.decision is None else f"{DECISION_CASE}{criteria.decision}"
    for column, value in (
        (f.kind, criteria.kind),
        (f.field, criteria.field),
        (f.acting, None if criteria.division == NO_DIVISION else criteria.division),
        (f.person, criteria.person),
        (f.case_id, decision),
    ):
        if value is not None:
            clauses.append(column == storable(value))
    if criteria.division == NO_DIVISION:
        clauses.append(f.acting.is_(None))
    for actions, after in (
        (_OPENINGS, criteria.opened_after),
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
        masks["status"] = index.mask(_status_in(statuses))
    if criteria.severity in _WEIGHTS:
        masks["severity"] = index.mask(equals("weight", _WEIGHTS.index(criteria.severity)))
    for name, column in (("kind", "kind"), ("field", "field"), ("division", "acting"), ("person", "person")):
        value = getattr(criteria, name)
        if value is not None:
            is_none = name == "division" and value == NO_DIVISION
            masks[name] = index.mask(equals(column, None if is_none else storable(value)))
    if criteria.decision is not None:
        masks["decision"] = index.mask(equals("case_id", storable(f"{DECISION_CASE}{criteria.decision}")))
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
    return connection.scalars(select(finding.c.finding_id).where(*conditions(connection, criteria, today)))


def _status_in(statuses: Sequence[str]) -> Part:
    return Part("status", statuses, statuses.__contains__)


def _contains_part(column: str, text: str) -> Part:
    return Part(column, ("contains", text), lambda each: each is not None and text in each)


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
    unresolved = index.mask(_status_in(UNRESOLVED))
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
    query = select(number).select_from(finding_event).where(e.run_id.in_(ids), e.action.in_(_OPENINGS))
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


_OPENINGS = ("opened", "reopened")


def _moved_since(connection: Connection, after: int, actions: Sequence[str]) -> ColumnElement[bool]:
    e, finding_id = finding_event.c, finding.c.finding_id
    moved = select(e.finding_id).where(e.run_id.in_(runs_after(after)), e.action.in_(actions))
    if connection.dialect.name != "sqlite":
        return finding_id.in_(moved)
    # a sum, or SQLite would read the findings of those numbers one by one instead of their index
    return (finding_id + 0).in_(moved)


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
