"""Queries of reports, of the state after a run: counts by SQL, long lists row by row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, column, func, or_, select, table

from procedures.changes import RecordedChange
from procedures.findings import FindingKind
from procedures.model import Procedure
from warehouse.db.bulk import chunks
from warehouse.db.column_values import from_json, to_time
from warehouse.db.views import COLUMNS
from warehouse.sources.procedure_rows import short_columns, short_procedure_of
from warehouse.sources.withdrawn_rows import WITHDRAWN, withdrawn_runs
from warehouse.tables.finding_tables import finding
from warehouse.tables.source_tables import procedure_version

BATCH = 1_000
"""Rows in memory at a time while a list is read."""

_OPEN = ("open", "confirmed", "in_progress")


def _view(name: str) -> FromClause:
    return table(name, *(column(each) for each in COLUMNS[name]))


FINDING, EVENT, RUN, CHANGE = (_view(name) for name in ("v_finding", "v_finding_event", "v_run", "v_change"))
HISTORY, DECISION, ANNOUNCED = (
    _view(name) for name in ("v_procedure_history", "v_decision", "v_announcement")
)


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment of a report: the last run before it, the time itself, and its local day."""

    run_id: int
    at: datetime
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionProgress:
    """Findings of one division (None: unassigned) that are not resolved, and those past their date."""

    division: str | None
    open: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalChange:
    """One procedure that a source changed: `attributes` are those of `v_change`, `day` is UTC text."""

    code: str
    kind: str
    run_id: int
    as_of: datetime
    attributes: tuple[str, ...]
    successor_code: str | None
    name: str | None


def last_run_until(connection: Connection, at: datetime) -> tuple[int, datetime] | None:
    """Return the last finished run of a logical time up to `at`, with that time."""
    r = RUN.c
    query = (
        select(r.run_id, r.as_of)
        .where(r.as_of <= to_time(at), r.finished_at.is_not(None), r.status.not_in(("failed", WITHDRAWN)))
        .order_by(r.run_id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.run_id, datetime.fromisoformat(row.as_of))


def runs_between(connection: Connection, first: datetime, last: datetime) -> tuple[int, ...]:
    """Return the runs, not withdrawn, whose logical time is between two moments, both included."""
    r = RUN.c
    within = (r.as_of >= to_time(first), r.as_of <= to_time(last))
    is_valid = func.coalesce(r.status, "") != WITHDRAWN
    return tuple(connection.scalars(select(r.run_id).where(*within, is_valid).order_by(r.run_id)))


def count_unresolved(connection: Connection, moment: Moment) -> dict[tuple[str, str], int]:
    """Return the unresolved findings, by kind and severity."""
    f = FINDING.c
    query = select(f.kind, f.severity, func.count()).where(_was_open(moment)).group_by(f.kind, f.severity)
    return {(kind, severity): number for kind, severity, number in connection.execute(query)}


def opened_and_resolved(
    connection: Connection, moment: Moment, runs: tuple[int, ...]
) -> tuple[dict[str, int], dict[str, int]]:
    """Return, by kind, the findings first seen in these runs, and those that these runs resolved."""
    f = FINDING.c
    if not runs:
        return {}, {}
    results = []
    for run_column in (f.first_seen_run, f.resolved_run):
        within = and_(
            run_column >= runs[0],
            run_column <= min(runs[-1], moment.run_id),
            run_column.not_in(withdrawn_runs()),
        )
        query = select(f.kind, func.count()).where(within).group_by(f.kind)
        results.append({row[0]: row[1] for row in connection.execute(query)})
    return results[0], results[1]


def division_progress(connection: Connection, moment: Moment) -> list[DivisionProgress]:
    """Return the unresolved findings by division, in the order of names, the unassigned ones last.

    Only dates that somebody is held to count as past. An overdue decision is counted with the decisions.
    """
    f = FINDING.c
    overdue_count = func.sum(case((finding.c.deadline < moment.day.isoformat(), 1), else_=0))
    query = (
        select(f.division, func.count(), overdue_count)
        .join_from(FINDING, finding, finding.c.finding_id == f.finding_id)
        .where(_was_open(moment), _is_not_decision())
        .group_by(f.division)
        .order_by(f.division)
    )
    rows = [
        DivisionProgress(division=division, open=number, overdue=overdue)
        for division, number, overdue in connection.execute(query)
    ]
    return sorted(rows, key=lambda row: (row.division is None, row.division or ""))


def past_due(connection: Connection, moment: Moment) -> list[Mapping[str, Any]]:
    """Return the rows of `v_finding` that `progress` counts as past their date."""
    query = (
        select(FINDING)
        .join_from(FINDING, finding, finding.c.finding_id == FINDING.c.finding_id)
        .where(_was_open(moment), _is_not_decision(), finding.c.deadline < moment.day.isoformat())
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _is_not_decision() -> ColumnElement[bool]:
    """Select findings other than overdue decisions, which are counted with the decisions."""
    return FINDING.c.kind != FindingKind.ANNOUNCEMENT_OVERDUE.value


def unresolved_findings(
    connection: Connection,
    moment: Moment,
    kinds: Sequence[str] = (),
    division: str | None = None,
    columns: Sequence[str] = COLUMNS["v_finding"],
) -> Iterator[Mapping[str, Any]]:
    """Yield unresolved rows of `v_finding`, in the order of code and number; never all at once.

    Of `kinds` only these, one after the other; of each row these `columns`.
    """
    f = FINDING.c
    query = select(*(f[name] for name in columns)).where(_was_open(moment))
    if kinds:
        places = {kind: place for place, kind in enumerate(kinds)}
        query = query.where(f.kind.in_(kinds)).order_by(case(places, value=f.kind))
    if division is not None:
        query = query.where(f.division == division)
    query = query.order_by(func.coalesce(f.code, "~"), f.finding_id).execution_options(yield_per=BATCH)
    for part in connection.execute(query).partitions():
        for row in part:
            yield dict(zip(columns, row, strict=True))


def portal_changes(
    connection: Connection, sources: tuple[str, ...], runs: tuple[int, ...]
) -> list[PortalChange]:
    """Return what these runs saw change on the sources, one per run, procedure and kind; nothing cosmetic."""
    if not runs:
        return []
    c, r = CHANGE.c, RUN.c
    query = (
        select(c.run_id, c.code, c.kind, c.attribute, c.successor_code, r.as_of)
        .join_from(CHANGE, RUN, c.run_id == r.run_id)
        .where(c.run_id >= runs[0], c.run_id <= runs[-1], c.source.in_(sources), c.code.is_not(None))
        .where(c.kind != "cosmetic")
        .order_by(c.run_id, c.change_id)
    )
    names = _names(connection, sources, runs)
    grouped: dict[tuple[int, str, str], list[Any]] = {}
    for row in connection.execute(query):
        grouped.setdefault((row.run_id, row.code, row.kind), []).append(row)
    return [
        PortalChange(
            code=code,
            kind=kind,
            run_id=run_id,
            as_of=datetime.fromisoformat(rows[0].as_of),
            attributes=tuple(row.attribute for row in rows if row.attribute),
            successor_code=rows[0].successor_code,
            name=names.get(code),
        )
        for (run_id, code, kind), rows in grouped.items()
    ]


def changes_of(
    connection: Connection, sources: tuple[str, ...], codes: Collection[str], zone: tzinfo = UTC
) -> dict[str, list[RecordedChange]]:
    """Return all changes of these procedures on the sources, by code, the oldest first."""
    c, r = CHANGE.c, RUN.c
    changes: dict[str, list[RecordedChange]] = {}
    for part in chunks(sorted(codes), BATCH):
        query = (
            select(c.code, c.run_id, c.attribute, c.old_value, c.new_value, r.as_of)
            .join_from(CHANGE, RUN, c.run_id == r.run_id)
            .where(c.source.in_(sources), c.code.in_(part), c.kind == "changed", c.attribute.is_not(None))
            .order_by(c.change_id)
        )
        for row in connection.execute(query):
            changes.setdefault(row.code, []).append(
                RecordedChange(
                    run_id=row.run_id,
                    day=datetime.fromisoformat(row.as_of).astimezone(zone).date(),
                    attribute=row.attribute,
                    old=row.old_value,
                    new=row.new_value,
                )
            )
    return changes


def successors(connection: Connection, codes: Collection[str]) -> dict[str, str]:
    """Return which code replaced which, by changes and findings, where either is in `codes`.

    A row without a code appears under its key.
    """
    replaced: dict[str, str] = {}
    for source in (FINDING, CHANGE):
        query = select(source.c.code, source.c.successor_code).where(
            source.c.code.is_not(None), source.c.successor_code.is_not(None)
        )
        replaced |= {
            row.code: row.successor_code
            for row in connection.execute(query)
            if row.code in codes or row.successor_code in codes
        }
    f = finding.c
    without_code = select(f.subject, f.successor_code).where(f.code.is_(None), f.successor_code.is_not(None))
    for subject, successor in connection.execute(without_code):
        if subject in codes or successor in codes:
            replaced[subject] = successor
    return replaced


def ever_listed(connection: Connection, sources: tuple[str, ...], codes: Collection[str]) -> frozenset[str]:
    """Return those of the codes that any of the sources lists or ever listed."""
    h = HISTORY.c
    listed: set[str] = set()
    for part in chunks(sorted(codes), BATCH):
        query = select(h.code).where(h.source.in_(sources), h.code.in_(part)).distinct()
        listed.update(connection.scalars(query))
    return frozenset(listed)


def procedures_at(connection: Connection, source: str, at: datetime) -> Iterator[tuple[str, Procedure]]:
    """Yield the procedures of a source that were current at a moment, with their keys; never all at once.

    They are without their long texts: a report only needs whether these exist.
    """
    v, then = procedure_version.c, to_time(at)
    query = (
        select(v.key, *short_columns(connection))
        .where(v.source == source, v.valid_from <= then, v.valid_to.is_(None) | (v.valid_to > then))
        .order_by(v.key, v.version_id)
        .execution_options(yield_per=BATCH)
    )
    for key, *columns in connection.execute(query):
        yield key, short_procedure_of(*columns)


def roles_by_decision(connection: Connection) -> dict[tuple[str, str], str]:
    """Return, by role and code, the ministry decision under which the ledger has it."""
    decisions: dict[tuple[str, str], str] = {}
    for row in connection.execute(select(DECISION).order_by(DECISION.c.decision_number)):
        for role in ("new", "changed", "repealed"):
            for code in from_json(getattr(row, role)):
                decisions.setdefault((role, code), row.decision_number)
    return decisions


def announced_codes(connection: Connection, until: date) -> list[Mapping[str, Any]]:
    """Return codes with the province's decision about them up to a day, with the legal due date."""
    a, d = ANNOUNCED.c, DECISION.c
    query = (
        select(
            a.decision_number, a.code, a.province_decision_date, a.published_on, d.due_date, d.due_basis,
            d.division,
        )
        .join_from(ANNOUNCED, DECISION, a.decision_number == d.decision_number)
        .where(a.province_decision_date <= until.isoformat())
        .order_by(a.decision_number, a.code, a.province_decision_number)
    )  # fmt: skip
    return [dict(row) for row in connection.execute(query).mappings()]


def _names(connection: Connection, sources: tuple[str, ...], runs: tuple[int, ...]) -> dict[str, str]:
    """Return the last known names of what these runs saw change."""
    c, h = CHANGE.c, HISTORY.c
    moved = select(c.code).where(c.run_id >= runs[0], c.run_id <= runs[-1], c.source.in_(sources))
    query = (
        select(h.code, h.name).where(h.source.in_(sources), h.code.in_(moved)).order_by(h.valid_from, h.name)
    )
    return {row.code: row.name for row in connection.execute(query)}


def _was_open(moment: Moment) -> ColumnElement[bool]:
    """Select findings unresolved at that time: seen by then, and not yet ended by a run or a person."""
    f, e = FINDING.c, EVENT.c
    ended_by_then = (
        select(e.event_id)
        .where(e.finding_id == f.finding_id, e.to_status == f.status, e.at <= to_time(moment.at))
        .exists()
    )
    ended_later = or_(f.resolved_run > moment.run_id, and_(f.resolved_run.is_(None), ~ended_by_then))
    return and_(f.first_seen_run <= moment.run_id, or_(f.status.in_(_OPEN), ended_later))
