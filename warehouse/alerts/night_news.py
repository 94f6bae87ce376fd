"""What alerts ask of the warehouse: names and decisions of codes, what moved, and what stands still."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, func, select

from procedures.changes import ChangeKind
from procedures.run_dates import AHEAD
from procedures.snapshot import SnapshotState
from procedures.wording.words import day_text
from warehouse.db.bulk import chunks
from warehouse.db.column_values import from_day, from_time, to_time
from warehouse.sources.withdrawn_rows import run_stands, snapshot_stands, version_stands
from warehouse.tables.finding_tables import decision
from warehouse.tables.source_tables import change, procedure_version, run, snapshot

TOLD = (
    ChangeKind.CHANGED,
    ChangeKind.REPEALED,
    ChangeKind.REPLACED,
    ChangeKind.LEVEL_TRANSFER,
    ChangeKind.REINSTATED,
)
"""Changes that people hear of; a `new` one is a finding, the others are no news."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a code from its newest version, of the national portal first.

    `apart`: the date of its decision, where the ledger shows the number with another year's.
    """

    code: str
    name: str
    field: str | None
    agency: str | None
    promulgating_agency: str | None
    decision_number: str | None
    apart: date | None = None

    @property
    def decision(self) -> str | None:
        """The number of its decision, with the date where another year's has the number."""
        return self.decision_number and self.numbered(self.decision_number)

    def numbered(self, number: str) -> str:
        """The number of a decision; of its own as `decision` has it."""
        if self.apart is None or number != self.decision_number:
            return number
        return f"{number} ngày {day_text(self.apart)}"


class Change(NamedTuple):
    """One row of `v_change` of a code."""

    code: str
    kind: str
    attribute: str | None
    old_value: str | None
    new_value: str | None
    successor_code: str | None


@dataclass(frozen=True, slots=True)
class Streak:
    """A source's last days without complete data. `first_id`: the snapshot it began with."""

    source: str
    days: int
    first_id: int
    since: date
    state: str
    reason: str | None


def known_of(connection: Connection, codes: Collection[str], national: Collection[str]) -> dict[str, Known]:
    """What is known of each code, also of one that is gone."""
    v = procedure_version.c
    rank = case((v.source.in_(list(national)), 1), else_=0)
    dated = select(decision.c.decision_number, decision.c.decision_date)
    shown = {row.decision_number: (row.decision_date or "")[:4] for row in connection.execute(dated)}
    found: dict[str, Known] = {}
    for piece in chunks(sorted(codes)):
        rows = connection.execute(
            select(
                v.code, v.name, v.field, v.agency, v.promulgating_agency, v.decision_number, v.decision_date
            )
            .where(v.code.in_(piece), version_stands())
            .order_by(rank, v.version_id)
        )
        for row in rows:  # the best comes last
            found[row.code] = Known(
                code=row.code,
                name=row.name,
                field=row.field,
                agency=row.agency,
                promulgating_agency=row.promulgating_agency,
                decision_number=row.decision_number,
                apart=_apart(row.decision_date, shown.get(row.decision_number)),
            )
    return found


def _apart(day: str | None, shown: str | None) -> date | None:
    return from_day(day) if day and shown and day[:4] != shown else None


def take_up(connection: Connection, run_id: int) -> list[int]:
    """The runs that this one tells of: itself, and those before it that died before they told anything.

    Call it in the transaction of the letters: a run is told of by one other, however often that is asked.
    """
    r = run.c
    untold = r.told_run.is_(None) & (r.run_id <= run_id) & run_stands()
    connection.execute(run.update().where(untold).values(told_run=run_id))
    return list(connection.scalars(select(r.run_id).where(r.told_run == run_id).order_by(r.run_id)))


def changes_in(connection: Connection, run_ids: Collection[int], sources: Collection[str]) -> list[Change]:
    """What moved in those runs on those sources, of the kinds that people hear of."""
    c = change.c
    query = select(c.code, c.kind, c.attribute, c.old_value, c.new_value, c.successor_code).where(
        c.run_id.in_(list(run_ids)), c.source.in_(list(sources)), c.kind.in_(TOLD), c.code.is_not(None)
    )
    return [Change(*row) for row in connection.execute(query.order_by(c.change_id))]


def first_of(connection: Connection, snapshot_ids: Iterable[int]) -> tuple[str, ...]:
    """The sources of which one of these snapshots is the first complete one that became current."""
    first = (
        select(func.min(snapshot.c.snapshot_id).label("snapshot_id"), snapshot.c.source)
        .where(snapshot.c.state == SnapshotState.COMPLETE, snapshot.c.applied == 1)
        .group_by(snapshot.c.source)
    )
    wanted = set(snapshot_ids)
    return tuple(sorted(row.source for row in connection.execute(first) if row.snapshot_id in wanted))


def streaks(connection: Connection) -> list[Streak]:
    """The sources whose last snapshots were not complete, with how many days in a row that is."""
    columns = (snapshot.c.snapshot_id, snapshot.c.source, snapshot.c.day, snapshot.c.state, snapshot.c.reason)
    query = select(*columns).where(snapshot.c.state.is_not(None), snapshot_stands())
    query = query.order_by(snapshot.c.snapshot_id)
    running: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        if row.state == SnapshotState.COMPLETE:
            running.pop(row.source, None)
        else:
            running.setdefault(row.source, []).append(row)
    return [
        Streak(
            source=source,
            days=len({row.day for row in rows}),
            first_id=rows[0].snapshot_id,
            since=date.fromisoformat(rows[0].day),
            state=rows[-1].state,
            reason=rows[-1].reason,
        )
        for source, rows in sorted(running.items())
    ]


def last_nights(connection: Connection, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When the last night ended that read anything, and when the first night ever began.

    A night that is dated, or was carried out, more than a day ahead of `now` is none; nor is one withdrawn.
    """
    limit = to_time(now + AHEAD)
    nights = (run.c.kind == "sync") & (run.c.as_of <= limit) & (run.c.started_at <= limit) & run_stands()
    good = select(func.max(run.c.finished_at)).where(nights, run.c.status.in_(("complete", "degraded")))
    first = select(func.min(run.c.started_at)).where(nights)
    ended, began = connection.execute(good).scalar(), connection.execute(first).scalar()
    return from_time(ended) if ended else None, from_time(began) if began else None
