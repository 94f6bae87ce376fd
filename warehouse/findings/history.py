"""The discrepancy table as it was at any past moment.

The status of a finding follows from its events; its values are in `finding_past`, where they were stored
before they moved. Evidence is that of the time when the values last moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from procedures.findings import SEVERITY_WEIGHTS, FindingStatus
from warehouse.db.column_values import from_json, to_time
from warehouse.findings.store import COLUMNS
from warehouse.sources.withdrawn_rows import run_is_valid, withdrawn_runs
from warehouse.tables.finding_tables import finding, finding_event, finding_past
from warehouse.tables.source_tables import run


def findings_as_of(
    connection: Connection,
    moment: datetime,
    *,
    kind: str | None = None,
    status: str | None = None,
    division: str | None = None,
) -> list[dict[str, Any]]:
    """Return rows of `v_finding` as they were then, weightiest first; without `status` all not resolved."""
    at = to_time(moment)
    last_events = _last_events(connection, at)
    past_values = _past_values(connection, at)
    until_then = select(func.max(run.c.run_id)).where(run.c.as_of <= at, run_is_valid())
    last_run = connection.execute(until_then).scalar() or 0
    rows = []
    for current in connection.execute(select(finding)).mappings():
        event = last_events.get(current["finding_id"])
        if event is None:
            continue
        row = {name: current[name] for name in COLUMNS} | dict(past_values.get(current["finding_id"], {}))
        row["case_id"] = current["case_id"] or f"finding:{current['fingerprint']}"
        row["status"] = event.to_status
        row["last_seen_run"] = min(row["last_seen_run"], last_run)
        row["resolved_run"] = event.run_id if event.to_status == FindingStatus.RESOLVED else None
        if _is_selected(row, kind, status, division):
            rows.append(row)
    return sorted(
        rows,
        key=lambda row: (
            SEVERITY_WEIGHTS[row["severity"]],
            row["kind"],
            row["code"] or "",
            row["finding_id"],
        ),
    )


def _last_events(connection: Connection, at: str) -> dict[int, Any]:
    """Return the last event of each finding up to then."""
    e = finding_event.c
    last = select(func.max(e.event_id)).where(e.at <= at).group_by(e.finding_id)
    query = select(e.finding_id, e.to_status, e.run_id).where(e.event_id.in_(last))
    return {row.finding_id: row for row in connection.execute(query)}


def _past_values(connection: Connection, at: str) -> dict[int, Mapping[str, Any]]:
    """Return the values of the findings that have moved since then, but not by a run that was withdrawn."""
    p = finding_past.c
    by_withdrawn = p.run_id.is_(None) & p.until.in_(select(run.c.as_of).where(~run_is_valid()))
    counts = func.coalesce(p.run_id, 0).not_in(withdrawn_runs()) & ~by_withdrawn
    first = select(func.min(p.past_id)).where(p.until > at, counts).group_by(p.finding_id)
    query = select(p.finding_id, p.said).where(p.past_id.in_(first))
    return {row.finding_id: from_json(row.said) for row in connection.execute(query)}


def _is_selected(row: Mapping[str, Any], kind: str | None, status: str | None, division: str | None) -> bool:
    if row["status"] != status if status else row["status"] == FindingStatus.RESOLVED:
        return False
    return (kind is None or row["kind"] == kind) and (division is None or row["division"] == division)
