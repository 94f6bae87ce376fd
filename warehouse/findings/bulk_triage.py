"""All that a filter finds, moved at once: if it still is what somebody looked at, each with its event.

No row is loaded: numbers and versions are read through once, and what changes is two statements.
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
from warehouse.findings.store import decided
from warehouse.findings.triage import SAYING
from warehouse.tables.finding_tables import finding, finding_event

NAMED = 50
"""So many findings are named by their numbers; of more only the count is told."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a filter finds: counts by status, a mark of the numbers and versions, the last event so far."""

    by_status: Mapping[str, int]
    mark: str
    event: int

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.by_status.values())


@dataclass(frozen=True, slots=True)
class Some:
    """Findings: how many, and the first of them by number."""

    count: int
    named: Sequence[int]


@dataclass(frozen=True, slots=True)
class Swept:
    """How many moved, and which had that status already and were left alone."""

    done: int
    stayed: Some


def standing(connection: Connection, wanted: Filter, today: date) -> Standing:
    """How all that is wanted stands now."""
    event = connection.scalar(select(func.max(finding_event.c.event_id)))
    f = finding.c
    query = select(f.finding_id, f.version, f.status).where(*conditions(connection, wanted, today))
    rows = connection.execute(query.order_by(f.finding_id).execution_options(yield_per=BATCH))
    by_status: Counter[str] = Counter()
    mark = hashlib.sha256()
    for finding_id, version, status in rows:
        by_status[status] += 1
        mark.update(b"%d:%d;" % (finding_id, version))
    return Standing(by_status, mark.hexdigest(), int(event or 0))


def staying(connection: Connection, wanted: Filter, today: date, status: str) -> Some:
    """Those of the wanted that have that status already."""
    those = [*conditions(connection, wanted, today), finding.c.status == status]
    count = connection.scalar(select(func.count()).select_from(finding).where(*those))
    named = select(finding.c.finding_id).where(*those).order_by(finding.c.finding_id).limit(NAMED)
    return Some(int(count or 0), list(connection.scalars(named)))


def changed_since(connection: Connection, wanted: Filter, today: date, event: int) -> dict[str, Some]:
    """Who moved which findings after that event, of those that fit but for their status or were given out."""
    e = finding_event.c
    fitting = and_(true(), *conditions(connection, wanted, today, with_status=False))
    those = select(e.actor, e.finding_id).join_from(finding_event, finding)
    those = those.where(e.event_id > event, e.action.not_in(SAYING), or_(e.action == "assigned", fitting))
    told = those.distinct().subquery()
    by_actor = select(told.c.actor, func.count()).group_by(told.c.actor).order_by(told.c.actor)
    its = select(told.c.finding_id).order_by(told.c.finding_id).limit(NAMED)
    return {
        actor: Some(count, list(connection.scalars(its.where(told.c.actor == actor))))
        for actor, count in connection.execute(by_actor).all()
    }


def sweep(
    connection: Connection,
    wanted: Filter,
    today: date,
    *,
    mark: str,
    status: str,
    actor: str,
    note: str,
    at: datetime | None = None,
) -> Swept:
    """Move all that is wanted to `status`, if their `mark` is what was looked at.

    Raises:
        ConflictError: it is not; nothing was written.
        InputError: `status` is none, or all have it already.
    """
    values = decided(status, note, "Các sai lệch khớp bộ lọc")
    _hold_all(connection)
    found = standing(connection, wanted, today)
    if found.mark != mark:
        raise ConflictError("Các sai lệch khớp bộ lọc đã khác lúc bạn xem; chưa ghi gì của bạn")
    stayed = staying(connection, wanted, today, status)
    if stayed.count == found.count:
        raise InputError("Không còn sai lệch nào khớp bộ lọc để đổi sang trạng thái đó")
    f = finding.c
    moving = [*conditions(connection, wanted, today), f.status != status]
    said = (literal(text, Text) for text in (now(at), actor, "status"))
    after = (literal(text, Text) for text in (status, storable(note)))
    events = select(f.finding_id, *said, f.status, *after).where(*moving).order_by(f.finding_id)
    columns = ("finding_id", "at", "actor", "action", "from_status", "to_status", "note")
    connection.execute(finding_event.insert().from_select(columns, events))
    done = connection.execute(finding.update().where(*moving).values(**values)).rowcount
    return Swept(done, stayed)


def _hold_all(connection: Connection) -> None:
    """Nobody else moves or adds a finding until the transaction ends; SQLite has one writer as it is."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE finding IN EXCLUSIVE MODE")
