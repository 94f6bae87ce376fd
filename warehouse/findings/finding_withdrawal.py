"""Takes back what a withdrawn run did to findings: each stands again where it stood before, with an event.

What the run opened is resolved; what it resolved, reopened or moved is as it was. What a person has decided
since stands. The values are those that the comparison of the sides as they stand again comes to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from procedures.findings import Finding, FindingKind, Severity, Status
from procedures.rules_version import RULES_VERSION
from warehouse.db.bulk import bulk_execute, bulk_insert
from warehouse.db.column_values import from_json, now, storable, to_time
from warehouse.findings.lifecycle import Ledger, acting, end, hold
from warehouse.findings.places import places
from warehouse.sources.runs import RunRow
from warehouse.sources.withdrawn_rows import WITHDRAWN, withdrawn_runs
from warehouse.tables.finding_tables import finding, finding_event, finding_past

DOINGS = ("opened", "reopened", "resolved", "ignored", "moved")
"""Actions of events by which a run tells what it did to a finding."""


@dataclass(frozen=True, slots=True)
class _Doing:
    """What the run did to a finding: where it stood before (None: nowhere), and the ids of the events."""

    before: str | None
    first: int
    last: int


def take_back_findings(
    connection: Connection,
    withdrawn: RunRow,
    run_id: int,
    found: Iterable[Finding],
    *,
    fresh_sources: Collection[str],
    actor: str,
    reason: str,
    at: datetime | None = None,
) -> int:
    """Undo what the run did to findings; gives to how many it had done anything.

    `found` is what holds by the sides as they stand without it, on the word of the run `run_id`. What nobody
    ever saw is left to the next run, which tells of it.
    """
    done = _doings(connection, withdrawn.run_id)
    _restore(connection, withdrawn, done, actor, reason, at)
    holding = {each.fingerprint: each for each in found}
    ledger = Ledger(
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
        if row.fingerprint in holding:
            hold(row, holding[row.fingerprint], unseen)
        else:
            end(row, ledger)
    update = finding.update().where(finding.c.finding_id == bindparam("moved"))
    bulk_execute(connection, update, ledger.moves)
    bulk_insert(connection, finding_event, ledger.events)
    bulk_insert(connection, finding_past, ledger.past)
    stale = (finding.c.last_seen_run == withdrawn.run_id) & (finding.c.first_seen_run != withdrawn.run_id)
    connection.execute(finding.update().where(stale).values(last_seen_run=run_id))
    return len(done)


def _doings(connection: Connection, run_id: int) -> dict[int, _Doing]:
    e = finding_event.c
    query = select(e.event_id, e.finding_id, e.action, e.from_status)
    its: dict[int, _Doing] = {}
    for row in connection.execute(query.where(e.run_id == run_id, e.action.in_(DOINGS)).order_by(e.event_id)):
        first = its.get(row.finding_id)
        before = (None if row.action == "opened" else row.from_status) if first is None else first.before
        its[row.finding_id] = _Doing(before, first.first if first else row.event_id, row.event_id)
    return its


def _restore(
    connection: Connection,
    withdrawn: RunRow,
    done: Mapping[int, _Doing],
    actor: str,
    reason: str,
    at: datetime | None,
) -> None:
    """Put status and values back; one event each."""
    past = _past(connection, withdrawn)
    rows, events = [], []
    for row in connection.execute(select(finding).order_by(finding.c.finding_id)):
        doing = done.get(row.finding_id)
        if doing is None:
            continue
        values = _before(connection, withdrawn, row, doing, past.get(row.finding_id))
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
    update = finding.update().where(finding.c.finding_id == bindparam("moved"))
    bulk_execute(connection, update, rows)
    bulk_insert(connection, finding_event, events)


def _before(
    connection: Connection, withdrawn: RunRow, row: Any, doing: _Doing, said: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The columns of a finding as they were, as far as they may have moved."""
    values: dict[str, Any] = {
        name: getattr(row, name) for name in ("status", "resolved_run", "ignored_sides", "sides", *_SAID)
    }
    if said is not None:
        values |= {name: said[name] for name in _SAID}
        values["sides"] = _sides(row, said)
    values["weight"] = list(Severity).index(Severity(values["severity"]))
    values["acting"] = acting(row.assigned, values["division"])
    values["deadline"] = values["due_date"] or row.wanted_by
    if doing.before is None:
        return values | {"status": Status.RESOLVED.value, "resolved_run": withdrawn.run_id}
    if _decided_since(connection, row.finding_id, doing.last):
        return values
    values |= {"status": doing.before, "resolved_run": None}
    if doing.before == Status.RESOLVED:
        ended = _end_before(connection, row.finding_id, doing.first)
        values["resolved_run"] = None if ended is None else ended.run_id
        if ended is not None and ended.from_status == Status.IGNORED:
            values["ignored_sides"] = values["sides"]
    elif doing.before == Status.IGNORED:
        values["ignored_sides"] = values["sides"]
    return values


_SAID = (
    *("severity", "code", "name", "catalogue_value", "national_value", "provincial_value"),
    *("successor_code", "division", "due_date", "evidence"),
)
"""What a row of `finding_past` keeps."""


def _past(connection: Connection, withdrawn: RunRow) -> dict[int, Mapping[str, Any]]:
    """What findings said before the run moved them; rows of before its id was kept have its logical time."""
    p = finding_past.c
    unnamed = p.run_id.is_(None) & (p.until == to_time(withdrawn.as_of))
    query = select(p.finding_id, p.said).where(or_(p.run_id == withdrawn.run_id, unnamed))
    return {
        row.finding_id: from_json(row.said) for row in connection.execute(query.order_by(p.past_id.desc()))
    }


def _sides(row: Any, said: Mapping[str, Any]) -> str:
    """The hash of what the sides said."""
    return Finding(
        kind=FindingKind(row.kind),
        severity=Severity(said["severity"]),
        subject=row.subject,
        catalogue_value=said["catalogue_value"],
        national_value=said["national_value"],
        provincial_value=said["provincial_value"],
        successor_code=said["successor_code"],
    ).sides


def _decided_since(connection: Connection, finding_id: int, event_id: int) -> bool:
    """Whether a person has moved the finding since that event."""
    e = finding_event.c
    moved = (e.finding_id == finding_id) & (e.event_id > event_id) & e.run_id.is_(None)
    query = select(func.count()).select_from(finding_event).where(moved, e.from_status != e.to_status)
    return bool(connection.execute(query).scalar_one())


def _end_before(connection: Connection, finding_id: int, event_id: int) -> Any:
    """The event by which a finding was resolved last before that one."""
    e = finding_event.c
    ended = (e.finding_id == finding_id) & (e.event_id < event_id) & (e.to_status == Status.RESOLVED)
    return connection.execute(
        select(e.run_id, e.from_status)
        .where(ended, e.from_status != e.to_status)
        .order_by(e.event_id.desc())
        .limit(1)
    ).one_or_none()
