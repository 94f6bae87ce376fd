"""Withdrawal of what a run did to findings: each has its earlier status again, with an event.

What the run opened is resolved; what it resolved, reopened or moved is as it was. What a person has decided
since remains. The values are those that comparing the restored sides gives.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from procedures.findings import SEVERITY_WEIGHTS, Finding, FindingKind, FindingStatus, Severity
from procedures.rules_version import RULES_VERSION
from warehouse.db.bulk import bulk_insert
from warehouse.db.column_values import from_json, now, storable, to_time
from warehouse.findings.lifecycle import RunWrites, acting_division, record_run
from warehouse.findings.places import places
from warehouse.findings.store import move_findings, next_change_number
from warehouse.sources.runs import RunRow
from warehouse.sources.withdrawn_rows import WITHDRAWN, withdrawn_runs
from warehouse.tables.finding_tables import finding, finding_event, finding_past

RUN_ACTIONS = ("opened", "reopened", "resolved", "ignored", "moved")
"""Actions of the events that record what a run did to a finding."""


@dataclass(frozen=True, slots=True)
class _RunEffect:
    """What the run did to a finding: its status before (None: no finding), first and last event id."""

    before: str | None
    first: int
    last: int


def withdraw_findings(
    connection: Connection,
    withdrawn: RunRow,
    run_id: int,
    findings: Iterable[Finding],
    *,
    fresh_sources: Collection[str],
    actor: str,
    reason: str,
    at: datetime | None = None,
) -> int:
    """Undo what the run did to findings; return how many it had touched.

    `found` are the findings of the sides without that run, as the run `run_id` computed them. What nobody
    ever saw is left to the next run, which reports it.
    """
    effects = _effects_of(connection, withdrawn.run_id)
    change_number = next_change_number(connection)
    _restore(connection, withdrawn, effects, change_number, actor, reason, at)
    current = {each.fingerprint: each for each in findings}
    ledger = RunWrites(
        run_id=run_id,
        at=now(at),
        fresh=frozenset(fresh_sources),
        rules_version=RULES_VERSION,
        quiet=True,
        places=places(connection),
        withdrawn=frozenset(connection.scalars(withdrawn_runs())),
    )
    # nobody has looked at a portal again: what a person resolved stays so until somebody does
    unseen = replace(ledger, fresh=frozenset())
    for row in connection.execute(select(finding).order_by(finding.c.finding_id)):
        record_run(row, current, ended=ledger, holding=unseen)
    move_findings(connection, ledger.moves, change_number)
    bulk_insert(connection, finding_event, ledger.events)
    bulk_insert(connection, finding_past, ledger.past)
    stale = (finding.c.last_seen_run == withdrawn.run_id) & (finding.c.first_seen_run != withdrawn.run_id)
    connection.execute(finding.update().where(stale).values(last_seen_run=run_id))
    return len(effects)


def _effects_of(connection: Connection, run_id: int) -> dict[int, _RunEffect]:
    e = finding_event.c
    query = select(e.event_id, e.finding_id, e.action, e.from_status)
    effects: dict[int, _RunEffect] = {}
    for row in connection.execute(
        query.where(e.run_id == run_id, e.action.in_(RUN_ACTIONS)).order_by(e.event_id)
    ):
        first = effects.get(row.finding_id)
        before = (None if row.action == "opened" else row.from_status) if first is None else first.before
        effects[row.finding_id] = _RunEffect(before, first.first if first else row.event_id, row.event_id)
    return effects


def _restore(
    connection: Connection,
    withdrawn: RunRow,
    effects: Mapping[int, _RunEffect],
    change_number: int,
    actor: str,
    reason: str,
    at: datetime | None,
) -> None:
    """Restore status and values; write one event each."""
    past = _past_values(connection, withdrawn)
    rows, events = [], []
    for row in connection.execute(select(finding).order_by(finding.c.finding_id)):
        effect = effects.get(row.finding_id)
        if effect is None:
            continue
        values = _values_before(connection, withdrawn, row, effect, past.get(row.finding_id))
        rows.append({**values, "moved": row.finding_id, "version": row.version + 1})
        events.append(
            {
                "finding_id": row.finding_id,
                "run_id": withdrawn.run_id,
                "at": now(at),
                "actor": storable(actor),
                "action": WITHDRAWN,
                "from_status": row.status,
                "to_status": values["status"],
                "note": storable(f"Rút lần chạy {withdrawn.run_id}: {reason}"),
            }
        )
    move_findings(connection, rows, change_number)
    bulk_insert(connection, finding_event, events)


def _values_before(
    connection: Connection, withdrawn: RunRow, row: Any, effect: _RunEffect, past: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the columns of a finding as they were before the run, as far as they may have moved."""
    values: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("status", "resolved_run", "ignored_sides", "sides", *_PAST_COLUMNS)
    }
    if past is not None:
        values |= {name: past[name] for name in _PAST_COLUMNS}
        values["sides"] = _sides_digest(row, past)
    values["weight"] = SEVERITY_WEIGHTS[values["severity"]]
    values["acting"] = acting_division(row.assigned, values["division"])
    values["deadline"] = values["due_date"] or row.wanted_by
    if effect.before is None:
        return values | {"status": FindingStatus.RESOLVED.value, "resolved_run": withdrawn.run_id}
    if _decided_since(connection, row.finding_id, effect.last):
        return values
    values |= {"status": effect.before, "resolved_run": None}
    if effect.before == FindingStatus.RESOLVED:
        ended = _last_end_before(connection, row.finding_id, effect.first)
        values["resolved_run"] = None if ended is None else ended.run_id
        if ended is not None and ended.from_status == FindingStatus.IGNORED:
            values["ignored_sides"] = values["sides"]
    elif effect.before == FindingStatus.IGNORED:
        values["ignored_sides"] = values["sides"]
    return values


_PAST_COLUMNS = (
    *("severity", "code", "name", "catalogue_value", "national_value", "provincial_value"),
    *("successor_code", "division", "due_date", "evidence"),
)
"""Columns stored in a row of `finding_past`."""


def _past_values(connection: Connection, withdrawn: RunRow) -> dict[int, Mapping[str, Any]]:
    """Return values of findings before the run moved them; old rows without its id have its logical time."""
    p = finding_past.c
    without_id = p.run_id.is_(None) & (p.until == to_time(withdrawn.as_of))
    query = select(p.finding_id, p.said).where(or_(p.run_id == withdrawn.run_id, without_id))
    return {
        row.finding_id: from_json(row.said) for row in connection.execute(query.order_by(p.past_id.desc()))
    }


def _sides_digest(row: Any, past: Mapping[str, Any]) -> str:
    """Return the hash of the values of the sides."""
    return Finding(
        kind=FindingKind(row.kind),
        severity=Severity(past["severity"]),
        subject=row.subject,
        catalogue_value=past["catalogue_value"],
        national_value=past["national_value"],
        provincial_value=past["provincial_value"],
        successor_code=past["successor_code"],
    ).sides_digest


def _decided_since(connection: Connection, finding_id: int, event_id: int) -> bool:
    """Return whether a person has moved the finding since that event."""
    e = finding_event.c
    moved = (e.finding_id == finding_id) & (e.event_id > event_id) & e.run_id.is_(None)
    query = select(func.count()).select_from(finding_event).where(moved, e.from_status != e.to_status)
    return bool(connection.execute(query).scalar_one())


def _last_end_before(connection: Connection, finding_id: int, event_id: int) -> Any:
    """Return the last event before that one by which a finding was resolved."""
    e = finding_event.c
    ended = (e.finding_id == finding_id) & (e.event_id < event_id) & (e.to_status == FindingStatus.RESOLVED)
    return connection.execute(
        select(e.run_id, e.from_status)
        .where(ended, e.from_status != e.to_status)
        .order_by(e.event_id.desc())
        .limit(1)
    ).one_or_none()
