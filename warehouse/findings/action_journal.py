"""The journal of what people did to findings, by which it is undone: once, and never over somebody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, null, select

from procedures.errors import InputError, NotFoundError
from procedures.findings import NOT_BINDING
from warehouse.db.bulk import bulk_insert, chunks
from warehouse.db.column_values import from_json, now, storable_or_none, to_json
from warehouse.findings.lifecycle import SHORT, assignment_text
from warehouse.tables.desk_tables import bulk_action, bulk_action_finding
from warehouse.tables.finding_tables import finding, finding_event

STATUS_COLUMNS = ("status", "ignored_sides", "resolved_run")
ASSIGNMENT_COLUMNS = ("assigned", "person", "wanted_by")

UNDONE = "undone"
"""The action of the event that an undo writes."""

MAX_NAMED = 50
"""So many findings are named by their ids; of more only the count is given."""


@dataclass(frozen=True, slots=True)
class FindingSample:
    """Findings: how many, and the first of their ids."""

    count: int
    ids: Sequence[int]


NO_FINDINGS = FindingSample(0, ())


@dataclass(frozen=True, slots=True)
class JournalledAction:
    """What a person did in one go; `finding_ids` are the first two of what it touched."""

    action_id: int
    actor: str
    undone_at: str | None
    finding_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UndoResult:
    """How many findings are as they were before, and which were changed since and left alone."""

    restored: int
    left: FindingSample


def begin_action(
    connection: Connection, actor: str, action: str, note: str | None, at: datetime | None = None
) -> int:
    """Open the journal's entry of an action and return its number."""
    row = {"at": now(at), "actor": actor, "action": action, "note": storable_or_none(note)}
    query = bulk_action.insert().returning(bulk_action.c.action_id)
    return int(connection.execute(query, row).scalar_one())


def record_before(
    connection: Connection, action_id: int, rows: Iterable[Any], columns: Sequence[str]
) -> None:
    """Store what `rows` of findings have in `columns` before an action that counts their version up once."""
    bulk_insert(
        connection,
        bulk_action_finding,
        (
            {
                "action_id": action_id,
                "finding_id": row.finding_id,
                "version": row.version + 1,
                "before": to_json({name: getattr(row, name) for name in columns}),
            }
            for row in rows
        ),
    )


def find_action(connection: Connection, action_id: int) -> JournalledAction | None:
    """Return an action; None where there is none, or it is too old to be undone."""
    row = connection.execute(select(bulk_action).where(bulk_action.c.action_id == action_id)).one_or_none()
    if row is None:
        return None
    b = bulk_action_finding.c
    ids = select(b.finding_id).where(b.action_id == action_id).order_by(b.finding_id).limit(2)
    return JournalledAction(action_id, row.actor, row.undone_at, tuple(connection.scalars(ids)))


def undo_action(connection: Connection, action_id: int, actor: str, at: datetime | None = None) -> UndoResult:
    """Put back what an action changed, each with its event, but for what was changed again since.

    Raises:
        NotFoundError: there is no such action, or not any more.
        InputError: it was undone before.
    """
    a, b, f = bulk_action.c, bulk_action_finding.c, finding.c
    claimed = connection.execute(
        bulk_action.update().where(a.action_id == action_id, a.undone_at.is_(None)),
        {"undone_at": now(at), "undone_by": actor},
    )
    if claimed.rowcount != 1:
        if find_action(connection, action_id) is None:
            raise NotFoundError("Thao tác này không còn hoàn tác được: đã quá 30 ngày")
        raise InputError("Thao tác này đã được hoàn tác rồi")
    lock_findings(connection)
    query = select(
        f.finding_id,
        f.version,
        f.status,
        f.assigned,
        f.person,
        f.wanted_by,
        b.before,
        b.version.label("after"),
    ).join_from(bulk_action_finding, finding)
    rows = connection.execute(query.where(b.action_id == action_id).order_by(f.finding_id)).all()
    unchanged = [row for row in rows if row.version == row.after]
    left = [row.finding_id for row in rows if row.version != row.after]
    bulk_insert(connection, finding_event, (_undo_event(row, actor, now(at)) for row in unchanged))
    by_values: dict[str, list[int]] = defaultdict(list)
    for row in unchanged:
        by_values[row.before].append(row.finding_id)
    for text, ids in by_values.items():
        values = _values_before(from_json(text))
        for piece in chunks(ids):
            connection.execute(finding.update().where(f.finding_id.in_(piece)).values(**values))
    return UndoResult(len(unchanged), FindingSample(len(left), left[:MAX_NAMED]))


def assignment_columns(assigned: str | None, wanted_by: str | None) -> dict[str, Any]:
    """Return what lists filter by of findings given to a division, or none, with a date, or none."""
    f = finding.c
    acting = func.substr(f.division, 1, SHORT) if assigned is None else assigned[:SHORT]
    binding = case((f.evidence.like(f'%"{NOT_BINDING}":%'), null()), else_=f.due_date)
    return {"acting": acting, "deadline": binding if wanted_by is None else func.coalesce(binding, wanted_by)}


def lock_findings(connection: Connection) -> None:
    """Lock the findings until the transaction ends; SQLite has one writer as it is."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE finding IN EXCLUSIVE MODE")


def _values_before(before: dict[str, Any]) -> dict[str, Any]:
    values = {**before, "version": finding.c.version + 1}
    if "assigned" in before:
        values |= assignment_columns(before["assigned"], before["wanted_by"])
    return values


def _undo_event(row: Any, actor: str, at: str) -> dict[str, Any]:
    before = from_json(row.before)
    note = None
    if "assigned" in before:
        present = assignment_text(row.assigned, row.person, row.wanted_by)
        note = f"{present} → {assignment_text(*(before[name] for name in ASSIGNMENT_COLUMNS))}"
    return {
        "finding_id": row.finding_id,
        "at": at,
        "actor": actor,
        "action": UNDONE,
        "from_status": row.status,
        "to_status": before.get("status", row.status),
        "note": note,
    }
