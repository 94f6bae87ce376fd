"""Lists of jobs: a case, or a finding that has none, a line; from the indexes, as lists of findings are.

Findings without a case are walked in the order of the list; those with one are read case by case. A case
stands where its first finding would.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import compress, islice
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, func, literal, null, select

from procedures.findings import Severity
from procedures.wording.case_titles import case_breakdown, case_title
from warehouse.db.bulk import chunks
from warehouse.findings.current_index import current_index
from warehouse.findings.filters import Filter, conditions, selection, selects_status
from warehouse.findings.finding_index import FindingIndex, Sort, equals
from warehouse.findings.queries import count_by_status, load_rows, sorted_findings
from warehouse.findings.store import list_by_id
from warehouse.findings.triage import NOTE_ACTIONS
from warehouse.tables.finding_tables import finding, finding_event


@dataclass(slots=True)
class CaseSummary:
    """A case as one line: what its findings have in common and what deviates, within a filter.

    The counters are of findings: by kind, status, division in charge, person, and date that is shown.
    `deadline` is the first that somebody is held to; `member`: the weightiest finding, a row of `v_finding`.
    """

    case_id: str
    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    divisions: Counter[str | None] = field(default_factory=Counter)
    people: Counter[str | None] = field(default_factory=Counter)
    days: Counter[str | None] = field(default_factory=Counter)
    weight: int = len(Severity)
    deadline: str | None = None
    member_id: int = 0
    member: Mapping[str, Any] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Return how many findings there are."""
        return self.kinds.total()

    @property
    def severity(self) -> str:
        """Return the weightiest severity."""
        return list(Severity)[min(self.weight, len(Severity) - 1)].value

    @property
    def title(self) -> str:
        """Return what it is about, in words."""
        return case_title(self.case_id, self.member)

    @property
    def breakdown(self) -> str:
        """Return how many findings of each kind there are, in words."""
        return case_breakdown(self.kinds)

    def deviates(self, row: Mapping[str, Any]) -> frozenset[str]:
        """Return in what a finding is not like most: `status`, `division`, `person`, `due_date`."""
        usual: Mapping[str, Counter[Any]] = {
            "status": self.statuses,
            "division": self.divisions,
            "person": self.people,
            "due_date": self.days,
        }
        return frozenset(
            name for name, counter in usual.items() if counter and row[name] != counter.most_common(1)[0][0]
        )


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of jobs: rows as those of `queries.FindingPage`, with the summary of each case of several.

    `jobs`: how many lines there are in all; `total`: findings. `event`: the last that had happened.
    """

    rows: Sequence[dict[str, Any]]
    total: int
    by_status: dict[str, int]
    jobs: int
    cases: Mapping[str, CaseSummary]
    event: int


def load_job_page(
    connection: Connection, criteria: Filter, sort: Sort, today: date, *, offset: int, limit: int
) -> JobPage:
    """Return one page of the jobs that the filter selects; of a case the findings that it selects count."""
    by_status = count_by_status(connection, criteria, today)
    total = sum(number for status, number in by_status.items() if selects_status(criteria, status))
    number, together = _count_cases(connection, criteria, today)
    jobs = total - together + number
    lines: Sequence[_Line] = ()
    if jobs > offset:
        lines = _page(connection, criteria, sort, today, offset, limit, number)
    cases = summaries(
        connection, criteria, today, [line.case_id for line in lines if line.case_id and line.number > 1]
    )
    rows = load_rows(connection, [line.finding_id for line in lines])
    return JobPage(rows, total, by_status, jobs, cases, last_event(connection))


def summaries(
    connection: Connection, criteria: Filter, today: date, case_ids: Collection[str]
) -> dict[str, CaseSummary]:
    """Return the summaries of cases, of what the filter selects of them."""
    index, ids = current_index(connection), tuple(sorted(case_ids))
    if index is None:
        found = _summaries_without_member(connection, criteria, today, ids)
    else:
        mask = selection(connection, index, criteria, today)
        found = index.answer(
            ("summaries", criteria, today, ids), lambda: _summaries_of_index(index, mask, ids)
        )
    members = {
        row["finding_id"]: row for row in list_by_id(connection, [c.member_id for c in found.values()])
    }
    return {key: replace(summary, member=members[summary.member_id]) for key, summary in found.items()}


def _summaries_of_index(index: FindingIndex, mask: int, case_ids: Iterable[str]) -> dict[str, CaseSummary]:
    def values(name: str, places: Iterable[int]) -> Iterator[Any]:
        return map(index.column(name).__getitem__, places)

    def summary(case_id: str, places: Sequence[int]) -> CaseSummary:
        weights = index.column("weight")
        weight = weights[places[0]]
        weightiest = places[: bisect_right(places, weight, key=weights.__getitem__)]
        return CaseSummary(
            case_id,
            kinds=Counter(values("kind", places)),
            statuses=Counter(values("status", places)),
            divisions=Counter(values("division", places)),
            people=Counter(values("person", places)),
            days=Counter(values("day", places)),
            weight=weight,
            deadline=min(filter(None, values("deadline", places)), default=None),
            member_id=min(values("finding_id", weightiest)),
        )

    cases, bits = _cases(index), index.bits(mask)
    selected = {case_id: cases[case_id].selected(bits) for case_id in case_ids if case_id in cases}
    return {case_id: summary(case_id, places) for case_id, places in selected.items() if places}


def _summaries_without_member(
    connection: Connection, criteria: Filter, today: date, case_ids: Collection[str]
) -> dict[str, CaseSummary]:
    f = finding.c
    day = func.coalesce(f.due_date, f.wanted_by).label("day")
    division = func.coalesce(f.assigned, f.division).label("division")
    alike = (f.case_id, f.kind, f.status, division, f.person, day, f.weight)
    found: dict[str, CaseSummary] = {}
    for piece in chunks(case_ids):
        query = select(
            *alike,
            func.count().label("number"),
            func.min(f.finding_id).label("finding_id"),
            func.min(f.deadline).label("deadline"),
        ).where(f.case_id.in_(piece), *conditions(connection, criteria, today))
        for row in connection.execute(query.group_by(*alike)):
            summary = found.setdefault(row.case_id, CaseSummary(row.case_id))
            summary.kinds[row.kind] += row.number
            summary.statuses[row.status] += row.number
            summary.divisions[row.division] += row.number
            summary.people[row.person] += row.number
            summary.days[row.day] += row.number
            summary.deadline = min(filter(None, (summary.deadline, row.deadline)), default=None)
            if (row.weight, row.finding_id) < (summary.weight, summary.member_id or row.finding_id + 1):
                summary.weight, summary.member_id = row.weight, row.finding_id
    return found


def others_of_case(connection: Connection, case_id: str, finding_id: int) -> int:
    """Return how many unresolved findings a case has besides one."""
    where = [*conditions(connection, Filter(case=case_id), date.min), finding.c.finding_id != finding_id]
    return int(connection.scalar(select(func.count()).select_from(finding).where(*where)) or 0)


def last_event(connection: Connection) -> int:
    """Return the number of the last event so far."""
    return int(connection.scalar(select(func.max(finding_event.c.event_id))) or 0)


def members_seen(
    connection: Connection, criteria: Filter, today: date, case_id: str, event: int
) -> list[tuple[int, int | None]]:
    """Return the findings of a case that the filter selects, with their version.

    No version where somebody or a run has moved it since that event: what was seen is not what is there.
    """
    f, e = finding.c, finding_event.c
    moved = select(e.finding_id).where(e.event_id > event, e.action.not_in(NOTE_ACTIONS))
    of_case = conditions(connection, Filter(case=case_id, status=None), today)
    since = set(connection.scalars(moved.where(e.finding_id.in_(select(f.finding_id).where(*of_case)))))
    selected = conditions(connection, criteria, today, with_status=False)
    query = select(f.finding_id, f.version, f.status).where(*of_case, *selected).order_by(f.finding_id)
    return [
        (row.finding_id, None if row.finding_id in since else row.version)
        for row in connection.execute(query)
        if row.finding_id in since or selects_status(criteria, row.status)
    ]


class _Line(NamedTuple):
    """A line of the list: its place in the order, the finding it shows, of how many of which case."""

    place: tuple[Any, ...]
    finding_id: int
    case_id: str | None
    number: int


_PLACE = itemgetter(0)


def _count_cases(connection: Connection, criteria: Filter, today: date) -> tuple[int, int]:
    """Return how many cases the filter selects something of, and how many findings that is."""
    index, case_id = current_index(connection), finding.c.case_id
    if index is not None:
        numbers = index.counts(selection(connection, index, criteria, today), "case_id")
        return len(numbers) - (None in numbers), sum(numbers.values()) - numbers.get(None, 0)
    query = select(func.count(case_id.distinct()), func.count()).where(case_id.is_not(None))
    row = connection.execute(query.where(*conditions(connection, criteria, today))).one()
    return int(row[0]), int(row[1])


def _page(
    connection: Connection, criteria: Filter, sort: Sort, today: date, offset: int, limit: int, cases: int
) -> Sequence[_Line]:
    """Return the lines of one page: the cases among the findings without one.

    Before the page there are at least so many of these as there are lines less all cases: they are not read.
    """
    index, f = current_index(connection), finding.c
    skipped, last = max(0, offset - cases), offset + limit
    if index is not None:
        mask = selection(connection, index, criteria, today)
        lines_of_cases = index.answer(
            ("cases", criteria, sort, today),
            lambda: sorted(_lines_of_cases(index, mask, sort), key=_PLACE),
        )
        without_case = _lines_of_singles(index, mask, sort, skipped, last)
        return _merged((*lines_of_cases[:last], *without_case), offset - skipped, last - skipped)
    wanted = conditions(connection, criteria, today)
    first = func.min(f.finding_id)
    place = _place(sort, func.min(f.weight), func.min(f.kind), func.min(f.deadline), func.min(f.code), first)
    if sort == "newest":
        place = (-func.max(f.finding_id),)
    of_cases = select(first, f.case_id, func.count(), *place).where(f.case_id.is_not(None), *wanted)
    single_place = _place(sort, f.weight, f.kind, f.deadline, f.code, f.finding_id)
    singles = select(f.finding_id, null(), literal(1), *single_place).where(f.case_id.is_(None), *wanted)
    queries = (
        of_cases.group_by(f.case_id).order_by(*place).limit(last),
        sorted_findings(singles, sort).offset(skipped).limit(last - skipped),
    )
    lines = [_Line(tuple(row[3:]), *row[:3]) for query in queries for row in connection.execute(query)]
    return _merged(lines, offset - skipped, last - skipped)


def _merged(lines: Iterable[_Line], begin: int, end: int) -> Sequence[_Line]:
    return sorted(lines, key=_PLACE)[begin:end]


class _Case(NamedTuple):
    """A case as runs made it: the places of its findings, and what it is sorted by when all are selected."""

    places: Sequence[int]
    weight: int
    kind: str
    first: int
    last: int
    code: str | None

    def selected(self, bits: bytes) -> Sequence[int]:
        """Return the places that are selected."""
        return list(compress(self.places, map(bits.__getitem__, self.places)))


def _cases(index: FindingIndex) -> Mapping[str, _Case]:
    return index.answer_of_runs("cases", lambda: _find_cases(index))


def _find_cases(index: FindingIndex) -> Mapping[str, _Case]:
    places_by_case: defaultdict[str, list[int]] = defaultdict(list)
    for place, case_id in enumerate(index.column("case_id")):
        if case_id is not None:
            places_by_case[case_id].append(place)
    return {case_id: _case_of(index, places) for case_id, places in places_by_case.items()}


def _case_of(index: FindingIndex, places: Sequence[int]) -> _Case:
    numbers = [index.column("finding_id")[place] for place in places]
    kind = min(map(index.column("kind").__getitem__, places))
    code = min(filter(None, map(index.column("code").__getitem__, places)), default=None)
    return _Case(places, index.column("weight")[places[0]], kind, min(numbers), max(numbers), code)


def _lines_of_cases(index: FindingIndex, mask: int, sort: Sort) -> Iterator[_Line]:
    """Yield a line for each case that a bitmap has findings of."""
    cases, bits = _cases(index), index.bits(mask)
    kept = index.answer if sort == "due" else index.answer_of_runs  # people change deadlines alone
    whole = kept(("lines of cases", sort), lambda: _lines_of_whole_cases(index, sort))
    for case_id, number in index.counts(mask, "case_id").items():
        if case_id is None:
            continue
        line = whole[case_id]
        if line.number > number:
            line = _line_of_case(index, case_id, _case_of(index, cases[case_id].selected(bits)), sort)
        yield line


def _lines_of_whole_cases(index: FindingIndex, sort: Sort) -> Mapping[str, _Line]:
    return {case_id: _line_of_case(index, case_id, case, sort) for case_id, case in _cases(index).items()}


def _line_of_case(index: FindingIndex, case_id: str, case: _Case, sort: Sort) -> _Line:
    if sort == "newest":
        return _Line((-case.last,), case.first, case_id, len(case.places))
    value = case.code
    if sort == "due":
        days = map(index.column("deadline").__getitem__, case.places)
        value = min(filter(None, days), default=None)
    order = _order(sort, case.weight, case.kind, value, case.first)
    return _Line(order, case.first, case_id, len(case.places))


def _lines_of_singles(index: FindingIndex, mask: int, sort: Sort, skipped: int, last: int) -> Iterator[_Line]:
    """Yield a line for each of a bitmap's findings that have no case, from `skipped` to `last`."""
    weights, kinds, deadlines, codes, numbers = map(
        index.column, ("weight", "kind", "deadline", "code", "finding_id")
    )
    singles = mask & index.mask(equals("case_id", None))
    for place in islice(index.places(singles, sort), skipped, last):
        number = numbers[place]
        value = (deadlines if sort == "due" else codes)[place]
        order = (-number,) if sort == "newest" else _order(sort, weights[place], kinds[place], value, number)
        yield _Line(order, number, None, 1)


def _order(sort: Sort, weight: int, kind: str, value: str | None, number: int) -> tuple[Any, ...]:
    """Return what `_place` has the database return, of a deadline or code."""
    own = (weight, kind, number)
    return own if sort == "weight" else (int(value is None), value or "", *own)


def _place(sort: Sort, weight: Any, kind: Any, deadline: Any, code: Any, finding_id: Any) -> tuple[Any, ...]:
    """Return by what lines are sorted, as `sorted_findings` does; no part is ever NULL."""
    if sort == "newest":
        return (-finding_id,)
    if sort == "weight":
        return weight, kind, finding_id
    first = deadline if sort == "due" else code
    return case((first.is_(None), 1), else_=0), func.coalesce(first, ""), weight, kind, finding_id
