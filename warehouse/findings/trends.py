"""Figures and findings over the nights, for charts and for the morning page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, column, func, select, table

from procedures.findings import Severity
from warehouse.db.views import COLUMNS
from warehouse.findings.current_index import current_index
from warehouse.findings.filters import Filter, selection
from warehouse.findings.kept_counts import kept_between_runs
from warehouse.findings.store import UNRESOLVED
from warehouse.sources.withdrawn_rows import run_is_valid
from warehouse.tables.finding_tables import decision, finding, finding_event, kpi
from warehouse.tables.office_tables import duty
from warehouse.tables.source_tables import run

_DECISIONS = table("v_decision", *map(column, COLUMNS["v_decision"]))
"""The view, which has each decision's stage."""


def kpi_rows(connection: Connection, nights: int) -> list[dict[str, Any]]:
    """Return rows of `kpi` of the last runs that counted, oldest run first; the last run of each moment."""
    last_run_id = func.max(kpi.c.run_id).label("run_id")
    counting_runs = select(last_run_id).join(run, run.c.run_id == kpi.c.run_id).where(run_is_valid())
    last = counting_runs.group_by(kpi.c.as_of).order_by(last_run_id.desc()).limit(nights).subquery()
    query = select(kpi).where(kpi.c.run_id.in_(select(last.c.run_id))).order_by(kpi.c.run_id, kpi.c.level)
    return [dict(row) for row in connection.execute(query).mappings()]


def open_counts(connection: Connection) -> dict[str, int]:
    """Return the findings that somebody has to handle, by severity."""
    index, f = current_index(connection), finding.c
    if index is not None:
        counts = index.counts(selection(connection, index, Filter(), date.min), "weight")
    else:  # from the index of lists alone: it holds `weight`, and `coalesce` hides the other index
        query = select(f.weight, func.count()).where(func.coalesce(f.status, "").in_(UNRESOLVED))
        counts = dict(connection.execute(query.group_by(f.weight)).tuples().all())
    severities = list(Severity)
    return {severities[weight].value: number for weight, number in counts.items() if weight < len(severities)}


def daily_counts(connection: Connection, runs: int) -> list[tuple[int, str, int, int]]:
    """Return run, as_of, findings opened and resolved of each of the last runs, the oldest first."""
    last = connection.execute(
        select(run.c.run_id, run.c.as_of)
        .where(run.c.status.is_not(None), run_is_valid())
        .order_by(run.c.run_id.desc())
        .limit(runs)
    ).all()
    ids = tuple(row.run_id for row in last)
    counts = kept_between_runs(connection, ("daily", ids), lambda: _counts_by_run(connection, ids))
    none: Counter[str] = Counter()
    return [
        (
            row.run_id,
            row.as_of,
            counts.get(row.run_id, none)["opened"],
            counts.get(row.run_id, none)["resolved"],
        )
        for row in reversed(last)
    ]


def _counts_by_run(connection: Connection, run_ids: Sequence[int]) -> dict[int, Counter[str]]:
    """Return how many findings each of those runs opened and resolved."""
    e = finding_event.c
    query = (
        select(e.run_id, e.action, func.count())
        .where(e.run_id.in_(run_ids), e.action.in_(("opened", "reopened", "resolved")))
        .group_by(e.run_id, e.action)
    )
    counts: dict[int, Counter[str]] = {}
    for run_id, action, number in connection.execute(query):
        counts.setdefault(run_id, Counter())["resolved" if action == "resolved" else "opened"] += number
    return counts


def waiting_announcements(connection: Connection, most: int) -> tuple[list[dict[str, Any]], int]:
    """Return at most `most` decisions that wait to be announced, most urgent first, and their number.

    Decisions that ask nothing of anybody are left out. `counts`: whether anyone is held to it;
    `extended_until` and `replied_at` are those of its open duty.
    """
    d, s, o = _DECISIONS.c, decision.c, duty.c
    waits = (s.state != "announced") & (s.asks == 1)
    is_open_duty = (o.subject_kind == "decision") & (o.subject == d.decision_number) & o.closed_at.is_(None)
    query = (
        select(_DECISIONS, s.counts, o.extended_until, o.replied_at)
        .join_from(_DECISIONS, decision, s.decision_number == d.decision_number)
        .outerjoin(duty, is_open_duty)
        .where(waits)
        .order_by(d.due_date.is_(None), d.due_date, d.decision_number)
        .limit(most)
    )
    total = connection.execute(select(func.count()).select_from(decision).where(waits)).scalar_one()
    return [dict(row) for row in connection.execute(query).mappings()], int(total)


def unowned_decisions(connection: Connection, until: date) -> list[tuple[str, date]]:
    """Return (number, due date) of the decisions that no division has and that are due until then, in time.

    Only those that somebody is held to (`LedgerLine.is_unowned_and_due`).
    """
    s = decision.c
    query = (
        select(s.decision_number, s.due_date)
        .where(s.state != "announced", s.asks == 1, s.counts == 1, s.division.is_(None))
        .where(s.due_date <= until.isoformat())
        .order_by(s.due_date, s.decision_number)
    )
    return [(row.decision_number, date.fromisoformat(row.due_date)) for row in connection.execute(query)]


def list_runs(connection: Connection, *, offset: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Return the runs, the newest first, and how many there are."""
    total = connection.execute(select(func.count()).select_from(run)).scalar_one()
    query = select(run).order_by(run.c.run_id.desc()).offset(offset).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()], int(total)
