"""Triage of all findings that a filter selects: if they still are what somebody saw, each with its event.

No row is loaded: ids and versions are read once, and two statements write the changes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Text, and_, func, literal, or_, select, true

from procedures.errors import ConflictError, InputError
from warehouse.db.bulk import BATCH
from warehouse.db.column_values import now, storable
from warehouse.findings.queries import Filter, conditions
from warehouse.findings.store import status_columns
from warehouse.findings.triage import NOTE_ACTIONS
from warehouse.tables.finding_tables import finding, finding_event

MAX_NAMED = 50
"""So many findings are named by their ids; of more only the count is given."""


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


@dataclass(frozen=True, slots=True)
class FindingSample:
    """Findings: how many, and the first of their ids."""

    count: int
    ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class SweepResult:
    """How many findings moved, and which already had that status and were left alone."""

    done: int
    unchanged: FindingSample


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


def already_in_status(connection: Connection, criteria: Filter, today: date, status: str) -> FindingSample:
    """Return the selected findings that already have that status."""
    selection = [*conditions(connection, criteria, today), finding.c.status == status]
    count = connection.scalar(select(func.count()).select_from(finding).where(*selection))
    named = select(finding.c.finding_id).where(*selection).order_by(finding.c.finding_id).limit(MAX_NAMED)
    return FindingSample(int(count or 0), list(connection.scalars(named)))


def changed_since(
    connection: Connection, criteria: Filter, today: date, event: int
) -> dict[str, FindingSample]:
    """Return who moved findings after that event that fit but for their status, or that were assigned."""
    e = finding_event.c
    fits = and_(true(), *conditions(connection, criteria, today, with_status=False))
    query = select(e.actor, e.finding_id).join_from(finding_event, finding)
    query = query.where(e.event_id > event, e.action.not_in(NOTE_ACTIONS), or_(e.action == "assigned", fits))
    moved = query.distinct().subquery()
    by_actor = select(moved.c.actor, func.count()).group_by(moved.c.actor).order_by(moved.c.actor)
    ids = select(moved.c.finding_id).order_by(moved.c.finding_id).limit(MAX_NAMED)
    return {
        actor: FindingSample(count, list(connection.scalars(ids.where(moved.c.actor == actor))))
        for actor, count in connection.execute(by_actor).all()
    }


def move_all(
    connection: Connection,
    criteria: Filter,
    today: date,
    *,
    mark: str,
    status: str,
    actor: str,
    note: str,
    at: datetime | None = None,
) -> SweepResult:
    """Move all selected findings to `status`, if their `mark` is what was seen.

    Raises:
        ConflictError: it is not; nothing was written.
        InputError: `status` is not a status, or all have it already.
    """
    values = status_columns(status, note, "Các sai lệch khớp bộ lọc")
    _lock_findings(connection)
    current = selection_state(connection, criteria, today)
    if current.mark != mark:
        raise ConflictError("Các sai lệch khớp bộ lọc đã khác lúc bạn xem; chưa ghi gì của bạn")
    stayed = already_in_status(connection, criteria, today, status)
    if stayed.count == current.count:
        raise InputError("Không còn sai lệch nào khớp bộ lọc để đổi sang trạng thái đó")
    f = finding.c
    selection = [*conditions(connection, criteria, today), f.status != status]
    event_values = (literal(text, Text) for text in (now(at), actor, "status"))
    status_values = (literal(text, Text) for text in (status, storable(note)))
    events = (
        select(f.finding_id, *event_values, f.status, *status_values).where(*selection).order_by(f.finding_id)
    )
    columns = ("finding_id", "at", "actor", "action", "from_status", "to_status", "note")
    connection.execute(finding_event.insert().from_select(columns, events))
    done = connection.execute(finding.update().where(*selection).values(**values)).rowcount
    return SweepResult(done, stayed)


def _lock_findings(connection: Connection) -> None:
    """Lock the findings until the transaction ends; SQLite has one writer as it is."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE finding IN EXCLUSIVE MODE")
