"""Triage of many findings in one go: of those that somebody ticked, or of all that a filter selects.

Each is changed with its events and its entry in the journal, if it still is what somebody saw; rows are read
in batches, and one statement writes the changes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    case,
    false,
    func,
    not_,
    null,
    or_,
    select,
    true,
)

from procedures.errors import ConflictError, InputError
from warehouse.db.bulk import BATCH, bulk_insert, chunks
from warehouse.db.column_values import now, storable, storable_or_none
from warehouse.findings.action_journal import (
    ASSIGNMENT_COLUMNS,
    MAX_NAMED,
    NO_FINDINGS,
    STATUS_COLUMNS,
    UNDONE,
    FindingSample,
    assignment_columns,
    begin_action,
    lock_findings,
    record_before,
)
from warehouse.findings.filters import Filter, conditions
from warehouse.findings.lifecycle import assignment_text
from warehouse.findings.store import get_finding, status_columns
from warehouse.findings.triage import NOTE_ACTIONS
from warehouse.tables.finding_tables import finding, finding_event


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingChange:
    """What a person does to findings in one go; None leaves a part of each as it is."""

    status: str | None = None
    division: str | None = None
    person: str | None = None
    wanted_by: date | None = None
    note: str | None = None

    @property
    def assignment(self) -> dict[str, str]:
        """Return the columns by which findings are given to somebody."""
        day = None if self.wanted_by is None else self.wanted_by.isoformat()
        values = {
            "assigned": storable_or_none(self.division),
            "person": storable_or_none(self.person),
            "wanted_by": day,
        }
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class SelectionState:
    """What a filter selects: counts by status, a hash of the ids and versions, the last event so far."""

    by_status: Mapping[str, int]
    mark: str
    event: int

    @property
    def count(self) -> int:
        """Return how many findings there are."""
        return sum(self.by_status.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkResult:
    """How many findings were changed; which were as wanted already, and which somebody else changed since.

    `action_id`: the number by which all of it is undone; None where there is nothing to put back.
    """

    done: int
    unchanged: FindingSample
    refused: FindingSample = NO_FINDINGS
    action_id: int | None


def selection_state(connection: Connection, criteria: Filter, today: date) -> SelectionState:
    """Return the state of all findings that the filter selects."""
    event = connection.scalar(select(func.max(finding_event.c.event_id)))
    f = finding.c
    query = select(f.finding_id, f.version, f.status).where(*conditions(connection, criteria, today))
    rows = connection.execute(query.order_by(f.finding_id).execution_options(yield_per=BATCH))
    by_status: Counter[str] = Counter()
    mark = hashlib.sha256()
    for finding_id, version, status in rows:
        by_status[status] += 1
        mark.update(b"%d:%d;" % (finding_id, version))
    return SelectionState(by_status, mark.hexdigest(), int(event or 0))


def changed_since(
    connection: Connection, criteria: Filter, today: date, event: int
) -> dict[str, FindingSample]:
    """Return who moved findings after that event that fit but for their status, or that were assigned."""
    e = finding_event.c
    fits = and_(true(), *conditions(connection, criteria, today, with_status=False))
    query = select(e.actor, e.finding_id).join_from(finding_event, finding)
    query = query.where(
        e.event_id > event, e.action.not_in(NOTE_ACTIONS), or_(e.action.in_(("assigned", UNDONE)), fits)
    )
    moved = query.distinct().subquery()
    by_actor = select(moved.c.actor, func.count()).group_by(moved.c.actor).order_by(moved.c.actor)
    ids = select(moved.c.finding_id).order_by(moved.c.finding_id).limit(MAX_NAMED)
    return {
        actor: FindingSample(count, list(connection.scalars(ids.where(moved.c.actor == actor))))
        for actor, count in connection.execute(by_actor).all()
    }


def unaffected(connection: Connection, criteria: Filter, today: date, change: FindingChange) -> FindingSample:
    """Return the selected findings that are as the change wants them already."""
    return _sample(connection, [*conditions(connection, criteria, today), _as_wanted(change)])


def change_all(
    connection: Connection,
    criteria: Filter,
    today: date,
    change: FindingChange,
    *,
    mark: str,
    actor: str,
    at: datetime | None = None,
) -> BulkResult:
    """Change all selected findings, if their `mark` is what was seen.

    Raises:
        ConflictError: it is not; nothing was written.
        InputError: there is no such status, all are as wanted already, or one has no division.
    """
    lock_findings(connection)
    current = selection_state(connection, criteria, today)
    if current.mark != mark:
        raise ConflictError("Các sai lệch khớp bộ lọc đã khác lúc bạn xem; chưa ghi gì của bạn")
    stayed = unaffected(connection, criteria, today, change)
    if stayed.count == current.count:
        raise InputError("Không còn sai lệch nào khớp bộ lọc để thay đổi như vậy")
    selection = [*conditions(connection, criteria, today), not_(_as_wanted(change))]
    done, action_id = _change(connection, selection, change, actor, at)
    return BulkResult(done=done, unchanged=stayed, action_id=action_id)


def change_chosen(
    connection: Connection,
    seen: Mapping[int, int],
    change: FindingChange,
    *,
    actor: str,
    at: datetime | None = None,
) -> BulkResult:
    """Change findings by their ids, each if it still has the version at which it was `seen`.

    Raises:
        NotFoundError: one of them does not exist.
        InputError: there is no such status, or one has no division.
    """
    lock_findings(connection)
    f = finding.c
    versions: dict[int, int] = {}
    for piece in chunks(seen):
        query = select(f.finding_id, f.version).where(f.finding_id.in_(piece))
        versions.update(connection.execute(query).tuples().all())
    for finding_id in seen.keys() - versions.keys():
        get_finding(connection, finding_id)
    moved = sorted(each for each, version in versions.items() if version != seen[each])
    chosen = sorted(versions.keys() - set(moved))
    # written out, as an engine takes only so many bound values
    is_chosen = f.finding_id.in_(bindparam("chosen", chosen, expanding=True, literal_execute=True))
    stayed = _sample(connection, [is_chosen, _as_wanted(change)])
    done, action_id = 0, None
    if stayed.count < len(chosen):
        done, action_id = _change(connection, [is_chosen, not_(_as_wanted(change))], change, actor, at)
    refused = FindingSample(len(moved), moved[:MAX_NAMED])
    return BulkResult(done=done, unchanged=stayed, refused=refused, action_id=action_id)


def _change(
    connection: Connection,
    selection: Sequence[ColumnElement[bool]],
    change: FindingChange,
    actor: str,
    at: datetime | None,
) -> tuple[int, int | None]:
    """Write a change of the selected findings; return how many, and the number of the journal's entry."""
    f, assigned = finding.c, change.assignment
    if assigned and "assigned" not in assigned:
        homeless = _sample(connection, [*selection, f.acting.is_(None)])
        if homeless.count:
            named = ", ".join(map(str, homeless.ids[:5])) + (", …" if homeless.count > 5 else "")
            raise InputError(
                f"Giao việc: cần tên phòng, ban, đơn vị, vì {homeless.count} sai lệch chưa thuộc phòng nào "
                f"(số {named})",
                "division",
            )
    values = _new_values(change)
    columns = (*(STATUS_COLUMNS if change.status else ()), *(ASSIGNMENT_COLUMNS if assigned else ()))
    action = " ".join((*(("status",) if change.status else ()), *(("assigned",) if assigned else ())))
    action_id = begin_action(connection, actor, action, change.note, at) if action else None
    query = select(f.finding_id, f.version, *(f[name] for name in (*STATUS_COLUMNS, *ASSIGNMENT_COLUMNS)))
    rows = connection.execute(
        query.where(*selection).order_by(f.finding_id).execution_options(yield_per=BATCH)
    )
    done = 0
    for batch in rows.partitions(BATCH):
        bulk_insert(connection, finding_event, _events(batch, change, actor, now(at)))
        if action_id is not None:
            record_before(connection, action_id, batch, columns)
        done += len(batch)
    if values:
        connection.execute(finding.update().where(*selection).values(**values))
    return done, action_id


def _new_values(change: FindingChange) -> dict[str, Any]:
    """Return the columns of a finding that is changed; a note alone changes none."""
    f, values = finding.c, {}
    if change.status is not None:
        moved = status_columns(change.status, change.note, "Các sai lệch đã chọn")
        differs = f.status != moved["status"]
        values["status"] = moved["status"]
        for name in ("ignored_sides", "resolved_run"):
            wanted = null() if moved[name] is None else moved[name]
            values[name] = case((differs, wanted), else_=f[name])
    if change.assignment:
        values |= change.assignment
        kept = {name: change.assignment.get(name) for name in ("assigned", "wanted_by")}
        computed = assignment_columns(kept["assigned"], kept["wanted_by"])
        values |= {"acting": computed["acting"]} if kept["assigned"] else {}
        values |= {"deadline": computed["deadline"]} if kept["wanted_by"] else {}
    return values | {"version": f.version + 1} if values else {}


def _events(rows: Sequence[Row[Any]], change: FindingChange, actor: str, at: str) -> Iterator[dict[str, Any]]:
    assigned, note = change.assignment, storable(change.note or "") or None
    for row in rows:
        event = {"finding_id": row.finding_id, "at": at, "actor": actor}
        after, words = change.status or row.status, note
        if after != row.status:
            yield event | {"action": "status", "from_status": row.status, "to_status": after, "note": words}
            words = None
        event |= {"from_status": after, "to_status": after}
        before = {name: getattr(row, name) for name in ASSIGNMENT_COLUMNS}
        if before | assigned != before:
            text = f"{assignment_text(*before.values())} → {assignment_text(*(before | assigned).values())}"
            yield event | {"action": "assigned", "note": text if words is None else f"{text}. {words}"}
        elif after == row.status:
            yield event | {"action": "noted", "note": words}


def _as_wanted(change: FindingChange) -> ColumnElement[bool]:
    """Return whether nothing of a finding would change; a note alone is added to all."""
    wanted = {} if change.status is None else {"status": change.status}
    wanted |= change.assignment
    if not wanted:
        return false()
    return and_(*(func.coalesce(finding.c[name], "") == value for name, value in wanted.items()))


def _sample(connection: Connection, selection: Sequence[ColumnElement[bool]]) -> FindingSample:
    count = connection.scalar(select(func.count()).select_from(finding).where(*selection))
    named = select(finding.c.finding_id).where(*selection).order_by(finding.c.finding_id).limit(MAX_NAMED)
    return FindingSample(int(count or 0), list(connection.scalars(named)))
