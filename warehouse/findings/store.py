"""Storage of findings: what a run opens, retains, reopens and resolves, and what people decide.

A finding is one row for as long as its fingerprint is the same; every change of it is an event in
the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, column, func, select, table

from procedures.errors import InputError, NotFoundError
from procedures.findings import SEVERITY_WEIGHTS, Finding, FindingKind, FindingStatus
from procedures.rules_version import RULES_VERSION
from warehouse.db.bulk import bulk_execute, bulk_insert, chunks
from warehouse.db.column_values import now, storable_or_none, to_time
from warehouse.db.views import COLUMNS as VIEWS
from warehouse.findings.lifecycle import RunWrites, opened_row, record_run
from warehouse.findings.places import places
from warehouse.sources.code_matches import confirm_match
from warehouse.sources.withdrawn_rows import withdrawn_runs
from warehouse.tables.finding_tables import finding, finding_event, finding_past

COLUMNS = VIEWS["v_finding"]
"""Columns of `v_finding`, in the order of the interface."""

UNRESOLVED = (FindingStatus.OPEN, FindingStatus.CONFIRMED, FindingStatus.IN_PROGRESS)
"""Statuses of a finding that somebody still has to handle."""

_view = table("v_finding", *(column(name) for name in COLUMNS))


@dataclass(frozen=True, slots=True)
class FindingCounts:
    """What a run did: `opened` includes reopened; `open` are all that are left to handle."""

    opened: int
    resolved: int
    open: int


def apply_findings(
    connection: Connection,
    run_id: int,
    findings: Iterable[Finding],
    *,
    fresh_sources: Collection[str],
    at: datetime,
    rules_version: str = RULES_VERSION,
    quiet: bool = False,
) -> FindingCounts:
    """Update the stored findings to those that hold now.

    New ones open. One that a person resolved reopens when it still holds and all its sources were
    complete in this run (`fresh_sources`); one that a run resolved reopens when it holds again. An
    ignored one stays so until a side has another value. What no longer holds is resolved, again
    only when all its sources were complete. `quiet`: the rules moved, not the portals: nothing is reported.
    """
    judgement = judge_findings(
        connection,
        run_id,
        findings,
        fresh_sources=fresh_sources,
        at=at,
        rules_version=rules_version,
        quiet=quiet,
    )
    return apply_judgement(connection, judgement)


@dataclass(frozen=True, slots=True)
class FindingJudgement:
    """What a run makes of the stored findings as they were; `versions`: of each, by id.

    `current`: what holds now, by fingerprint; `opened`: the rows of those of them that were never seen.
    """

    current: Mapping[str, Finding]
    opened: Mapping[str, Mapping[str, Any]]
    versions: Mapping[int, int]
    writes: RunWrites


def judge_findings(
    connection: Connection,
    run_id: int,
    findings: Iterable[Finding],
    *,
    fresh_sources: Collection[str],
    at: datetime,
    rules_version: str = RULES_VERSION,
    quiet: bool = False,
) -> FindingJudgement:
    """Return what `apply_findings` would write, without holding anybody up: nothing is locked or written."""
    current: dict[str, Finding] = {}
    for each in findings:
        current.setdefault(each.fingerprint, each)
    writes = RunWrites(
        run_id=run_id,
        at=to_time(at),
        fresh=frozenset(fresh_sources),
        rules_version=rules_version,
        quiet=quiet,
        places=places(connection),
        withdrawn=frozenset(connection.scalars(withdrawn_runs())),
    )
    known: set[str] = set()
    versions: dict[int, int] = {}
    for row in connection.execute(select(finding).order_by(finding.c.finding_id)):
        record_run(row, current, ended=writes, holding=writes)
        known.add(row.fingerprint)
        versions[row.finding_id] = row.version
    opened = {key: opened_row(each, writes) for key, each in current.items() if key not in known}
    return FindingJudgement(current, opened, versions, writes)


def apply_judgement(connection: Connection, judgement: FindingJudgement) -> FindingCounts:
    """Write a judgement, and use it up; what a person has decided about since is judged anew.

    What somebody resolved since stays resolved until the next run: no portal was read after that.
    """
    f, writes = finding.c, judgement.writes
    # A person who decides on PostgreSQL meanwhile waits for this transaction, and then gets the conflict.
    locked = select(f.finding_id, f.version).order_by(f.finding_id).with_for_update()
    moved = [
        row.finding_id
        for row in connection.execute(locked)
        if judgement.versions.get(row.finding_id) != row.version
    ]
    stored_since: set[str] = set()
    writes.forget(moved)
    holding = replace(writes, fresh=frozenset())
    for piece in chunks(moved):
        for row in connection.execute(select(finding).where(f.finding_id.in_(piece))):
            record_run(row, judgement.current, ended=writes, holding=holding)
            stored_since.add(row.fingerprint)
    change_number = next_change_number(connection)
    opened = {key: row for key, row in judgement.opened.items() if key not in stored_since}
    _open_new(connection, writes, opened, change_number)
    move_findings(connection, writes.moves, change_number)
    for piece in chunks(writes.seen_again):
        seen_again = finding.update().where(f.finding_id.in_(piece))
        connection.execute(seen_again.values(last_seen_run=writes.run_id))
    bulk_insert(connection, finding_event, writes.events)
    bulk_insert(connection, finding_past, writes.past)
    unresolved = select(func.count()).select_from(finding).where(f.status.in_(UNRESOLVED))
    return FindingCounts(
        opened=writes.count("opened", "reopened"),
        resolved=writes.count("resolved"),
        open=connection.execute(unresolved).scalar_one(),
    )


def next_change_number(connection: Connection) -> int:
    """Return the number under which this transaction of a run changes findings: runs come one by one."""
    return int(connection.scalar(select(func.max(finding.c.change_number))) or 0) + 1


def move_findings(connection: Connection, rows: Iterable[Mapping[str, Any]], change_number: int) -> None:
    """Write columns of findings that a run has changed; `moved` is the number of each."""
    update = finding.update().where(finding.c.finding_id == bindparam("moved"))
    bulk_execute(connection, update.values(change_number=change_number), rows)


def deadlines(connection: Connection) -> dict[int, date]:
    """Return, by finding, the date that somebody is held to."""
    f = finding.c
    query = select(f.finding_id, f.deadline).where(f.deadline.is_not(None))
    return {row.finding_id: date.fromisoformat(row.deadline) for row in connection.execute(query)}


def list_findings(
    connection: Connection,
    *,
    kind: str | None = None,
    status: str | None = None,
    division: str | None = None,
) -> list[dict[str, Any]]:
    """Return rows of `v_finding`, the weightiest first; without `status` all that are not resolved."""
    query = select(_view)
    query = query.where(_view.c.status == status if status else _view.c.status != FindingStatus.RESOLVED)
    if kind:
        query = query.where(_view.c.kind == kind)
    if division:
        query = query.where(_view.c.division == division)
    weight = case(SEVERITY_WEIGHTS, value=_view.c.severity)
    order = (weight, _view.c.kind, func.coalesce(_view.c.code, ""), _view.c.finding_id)
    return [dict(row) for row in connection.execute(query.order_by(*order)).mappings()]


def list_opened_in_run(connection: Connection, run_id: int) -> list[dict[str, Any]]:
    """Return rows of `v_finding` that the run opened or reopened and that are still open, for alerts."""
    opened = select(finding_event.c.finding_id).where(
        finding_event.c.run_id == run_id, finding_event.c.action.in_(("opened", "reopened"))
    )
    query = select(_view).where(_view.c.finding_id.in_(opened), _view.c.status == FindingStatus.OPEN)
    return [dict(row) for row in connection.execute(query.order_by(_view.c.finding_id)).mappings()]


def list_by_id(connection: Connection, finding_ids: Collection[int]) -> list[dict[str, Any]]:
    """Return the rows of `v_finding` of those ids, in the order of the ids."""
    rows: list[dict[str, Any]] = []
    for piece in chunks(sorted(finding_ids)):
        query = select(_view).where(_view.c.finding_id.in_(piece)).order_by(_view.c.finding_id)
        rows += [dict(row) for row in connection.execute(query).mappings()]
    return rows


def get_finding(connection: Connection, finding_id: int) -> dict[str, Any]:
    """Return the row of `v_finding` of that id; UnknownThingError when there is none."""
    row = connection.execute(select(_view).where(_view.c.finding_id == finding_id)).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"Không có sai lệch nào mang số {finding_id}")
    return dict(row)


def set_status(
    connection: Connection,
    finding_id: int,
    status: str,
    *,
    actor: str,
    note: str | None = None,
    at: datetime | None = None,
) -> None:
    """Set the status that a person gives a finding.

    Raises:
        NotFoundError: there is no such finding.
        InputError: it is to be ignored without a reason, or `status` is not a status.
    """
    before = get_finding(connection, finding_id)["status"]
    values = status_columns(status, note, f"Sai lệch {finding_id}")
    connection.execute(finding.update().where(finding.c.finding_id == finding_id).values(**values))
    _add_event(connection, finding_id, actor, "status", before, FindingStatus(status), note, at)


def status_columns(status: str, note: str | None, about: str) -> dict[str, Any]:
    """Return the columns of a finding that a person moves to `status`; errors begin with what it is `about`.

    Raises:
        InputError: it is to be ignored without a reason, or `status` is not a status.
    """
    after = _status(status)
    if after is FindingStatus.IGNORED and not (note or "").strip():
        raise InputError(f"{about}: bỏ qua thì phải ghi lý do")
    return {
        "status": after.value,
        "ignored_sides": finding.c.sides if after is FindingStatus.IGNORED else None,
        "resolved_run": None,
        "version": finding.c.version + 1,
    }


def record_match(
    connection: Connection, finding_id: int, code: str, *, actor: str, at: datetime | None = None
) -> None:
    """Store the code that a person gives the row without one, and resolve the finding.

    Raises:
        NotFoundError: there is no such finding.
        InputError: the finding is not about a row without a code.
    """
    before = get_finding(connection, finding_id)
    if before["kind"] != FindingKind.MISSING_CODE:
        raise InputError(f"Sai lệch {finding_id} không phải loại missing_code (loại: {before['kind']})")
    is_finding = finding.c.finding_id == finding_id
    key = connection.execute(select(finding.c.subject).where(is_finding)).scalar_one()
    confirm_match(connection, key, code, actor=actor, at=at)
    connection.execute(
        finding.update()
        .where(is_finding)
        .values(status=FindingStatus.RESOLVED.value, resolved_run=None, version=finding.c.version + 1)
    )
    _add_event(connection, finding_id, actor, "matched", before["status"], FindingStatus.RESOLVED, code, at)


def _open_new(
    connection: Connection, ledger: RunWrites, opened: Mapping[str, Mapping[str, Any]], change_number: int
) -> None:
    bulk_insert(connection, finding, ({**row, "change_number": change_number} for row in opened.values()))
    for fingerprints in chunks(opened):
        query = select(finding.c.finding_id).where(finding.c.fingerprint.in_(fingerprints))
        for finding_id in connection.execute(query.order_by(finding.c.finding_id)).scalars():
            ledger.add_event(finding_id, "opened", None, FindingStatus.OPEN)


def _add_event(
    connection: Connection,
    finding_id: int,
    actor: str,
    action: str,
    before: str,
    after: FindingStatus,
    note: str | None,
    at: datetime | None,
) -> None:
    values = {
        "finding_id": finding_id,
        "at": now(at),
        "actor": actor,
        "action": action,
        "from_status": before,
        "to_status": after.value,
        "note": storable_or_none(note),
    }
    connection.execute(finding_event.insert(), values)


def _status(status: str) -> FindingStatus:
    try:
        return FindingStatus(status)
    except ValueError as error:
        words = ", ".join(FindingStatus)
        raise InputError(f"Trạng thái {status!r} không có; dùng một trong: {words}") from error
