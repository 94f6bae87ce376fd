"""Lists of jobs: a case, or a finding that has none, a line; from the indexes, as lists of findings are.

Findings without a case are walked in the order of the list; those with one are read case by case. A case
stands where its first finding would.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from procedures.findings import Severity
from procedures.wording.case_titles import case_breakdown, case_title
from warehouse.db.bulk import chunks
from warehouse.findings.queries import (
    Filter,
    Sort,
    conditions,
    count_by_status,
    load_rows,
    selects_status,
    sorted_findings,
)
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
    grouped = _cases(connection, criteria, today) if total else []
    lines = _page(connection, grouped, criteria, sort, today, offset, limit)
    cases = summaries(
        connection, criteria, today, [line.case_id for line in lines if line.case_id and line.number > 1]
    )
    rows = load_rows(connection, [line.finding_id for line in lines])
    jobs = total - sum(row.number for row in grouped) + len(grouped)
    return JobPage(rows, total, by_status, jobs, cases, last_event(connection))


def summaries(
    connection: Connection, criteria: Filter, today: date, case_ids: Collection[str]
) -> dict[str, CaseSummary]:
    """Return the summaries of cases, of what the filter selects of them."""
    f = finding.c
    day = func.coalesce(f.due_date, f.wanted_by).label("day")
    division = func.coalesce(f.assigned, f.division).label("division")
    alike = (f.case_id, f.kind, f.status, division, f.person, day, f.weight)
    found: dict[str, CaseSummary] = {}
    for piece in chunks(sorted(case_ids)):
        query = select(
            *alike,
            func.count().label("number"),
            func.min(f.finding_id).label("finding_id"),
            func.min(f.deadline).label("deadline"),
        ).where(f.case_id.in_(piece), *conditions(connection, criteria, today))
        for row in connection.execute(query.group_by(*alike)):
            case = found.setdefault(row.case_id, CaseSummary(row.case_id))
            case.kinds[row.kind] += row.number
            case.statuses[row.status] += row.number
            case.divisions[row.division] += row.number
            case.people[row.person] += row.number
            case.days[row.day] += row.number
            case.deadline = min(filter(None, (case.deadline, row.deadline)), default=None)
            if (row.weight, row.finding_id) < (case.weight, case.member_id or row.finding_id + 1):
                case.weight, case.member_id = row.weight, row.finding_id
    members = {
        row["finding_id"]: row for row in list_by_id(connection, [c.member_id for c in found.values()])
    }
    for case in found.values():
        case.member = members[case.member_id]
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


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the list: the finding that stands for it, and of how many of which case."""

    finding_id: int
    case_id: str | None
    number: int
    weight: int
    kind: str
    deadline: str | None
    code: str | None
    newest: int

    def place(self, sort: Sort) -> tuple[Any, ...]:
        """Return where it stands among others."""
        if sort == "due":
            return self.deadline is None, self.deadline or "", self.weight, self.finding_id
        if sort == "newest":
            return (-self.newest,)
        if sort == "code":
            return self.code is None, self.code or "", self.weight, self.finding_id
        return self.weight, self.kind, self.finding_id


def _cases(connection: Connection, criteria: Filter, today: date) -> list[_Line]:
    f = finding.c
    firsts = (func.min(column) for column in (f.weight, f.kind, f.deadline, f.code))
    query = (
        select(func.min(f.finding_id), f.case_id, func.count(), *firsts, func.max(f.finding_id))
        .where(f.case_id.is_not(None), *conditions(connection, criteria, today))
        .group_by(f.case_id)
    )
    return [_Line(*row) for row in connection.execute(query)]


def _page(
    connection: Connection,
    grouped: Sequence[_Line],
    criteria: Filter,
    sort: Sort,
    today: date,
    offset: int,
    limit: int,
) -> list[_Line]:
    """Return the lines of one page: the cases among the findings without one.

    Before the page there are at least so many of these as there are lines less all cases: they are not read.
    """
    f = finding.c
    skipped = max(0, offset - len(grouped))
    query = select(f.finding_id, f.weight, f.kind, f.deadline, f.code).where(
        f.case_id.is_(None), *conditions(connection, criteria, today)
    )
    query = sorted_findings(query, sort).offset(skipped).limit(offset - skipped + limit)
    lines = sorted((*grouped, *map(_single, connection.execute(query))), key=lambda line: line.place(sort))
    return lines[offset - skipped : offset - skipped + limit]


def _single(row: Row[Any]) -> _Line:
    return _Line(row.finding_id, None, 1, row.weight, row.kind, row.deadline, row.code, row.finding_id)
