"""Queries of the alerts: names and decisions of codes, what changed, and which sources stand still."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, select

from procedures.change_kinds import ChangeKind
from procedures.dates.run_dates import MAX_AHEAD
from procedures.snapshot import SnapshotState
from procedures.wording.words import day_text
from warehouse.db.bulk import chunks
from warehouse.db.column_values import from_day, from_time, to_time
from warehouse.sources.withdrawn_rows import run_is_valid, snapshot_is_valid, version_is_valid
from warehouse.tables.finding_tables import decision
from warehouse.tables.source_tables import change, procedure_version, run, snapshot

REPORTED_KINDS = (
    ChangeKind.CHANGED,
    ChangeKind.REPEALED,
    ChangeKind.REPLACED,
    ChangeKind.LEVEL_TRANSFER,
    ChangeKind.REINSTATED,
)
"""Kinds of change that are reported; a `new` one is a finding, the others are not news."""


@dataclass(frozen=True, slots=True)
class CodeDetails:
    """The attributes of a code by its newest version, of the national portal first.

    `apart`: the date of its decision, where the ledger shows the number with another year's.
    """

    code: str
    name: str
    field: str | None
    agency: str | None
    promulgating_agency: str | None
    decision_number: str | None
    distinguishing_date: date | None = None

    @property
    def decision(self) -> str | None:
        """Return the number of its decision, with the date if another year's has the same number."""
        return self.decision_number and self.number_text(self.decision_number)

    def number_text(self, number: str) -> str:
        """Return the number of a decision; its own with the date that `decision` gives."""
        if self.distinguishing_date is None or number != self.decision_number:
            return number
        return f"{number} ngày {day_text(self.distinguishing_date)}"


class ChangeRow(NamedTuple):
    """One row of `v_change` of a code."""

    code: str
    kind: str
    attribute: str | None
    old_value: str | None
    new_value: str | None
    successor_code: str | None


@dataclass(frozen=True, slots=True)
class Streak:
    """A source's last days without complete data. `first_id`: the snapshot with which it began."""

    source: str
    days: int
    first_id: int
    since: date
    state: str
    reason: str | None


def details_of(
    connection: Connection, codes: Collection[str], national: Collection[str]
) -> dict[str, CodeDetails]:
    """Return the attributes of each code, also of one that is gone."""
    v = procedure_version.c
    rank = case((v.source.in_(list(national)), 1), else_=0)
    query = select(decision.c.decision_number, decision.c.decision_date)
    ledger_years = {row.decision_number: (row.decision_date or "")[:4] for row in connection.execute(query)}
    known: dict[str, CodeDetails] = {}
    for piece in chunks(sorted(codes)):
        rows = connection.execute(
            select(
                v.code, v.name, v.field, v.agency, v.promulgating_agency, v.decision_number, v.decision_date
            )
            .where(v.code.in_(piece), version_is_valid())
            .order_by(rank, v.version_id)
        )
        for row in rows:  # the best comes last
            known[row.code] = CodeDetails(
                code=row.code,
                name=row.name,
                field=row.field,
                agency=row.agency,
                promulgating_agency=row.promulgating_agency,
                decision_number=row.decision_number,
                distinguishing_date=_apart(row.decision_date, ledger_years.get(row.decision_number)),
            )
    return known


def _apart(day: str | None, ledger_year: str | None) -> date | None:
    return from_day(day) if day and ledger_year and day[:4] != ledger_year else None


def claim_runs(connection: Connection, run_id: int) -> list[int]:
    """Claim and return the runs that this one reports: itself, and earlier ones that died unreported.

    Call it in the transaction of the letters: a run is reported by one other, however often this is called.
    """
    r = run.c
    is_unreported = r.told_run.is_(None) & (r.run_id <= run_id) & run_is_valid()
    connection.execute(run.update().where(is_unreported).values(told_run=run_id))
    return list(connection.scalars(select(r.run_id).where(r.told_run == run_id).order_by(r.run_id)))


def reported_changes(
    connection: Connection, run_ids: Collection[int], sources: Collection[str]
) -> list[ChangeRow]:
    """Return the reported changes of those runs on those sources."""
    c = change.c
    query = select(c.code, c.kind, c.attribute, c.old_value, c.new_value, c.successor_code).where(
        c.run_id.in_(list(run_ids)),
        c.source.in_(list(sources)),
        c.kind.in_(REPORTED_KINDS),
        c.code.is_not(None),
    )
    return [ChangeRow(*row) for row in connection.execute(query.order_by(c.change_id))]


def first_complete_sources(connection: Connection, snapshot_ids: Iterable[int]) -> tuple[str, ...]:
    """Return the sources of which one of these snapshots is the first complete one that became current."""
    first = (
        select(func.min(snapshot.c.snapshot_id).label("snapshot_id"), snapshot.c.source)
        .where(snapshot.c.state == SnapshotState.COMPLETE, snapshot.c.applied == 1)
        .group_by(snapshot.c.source)
    )
    chosen = set(snapshot_ids)
    return tuple(sorted(row.source for row in connection.execute(first) if row.snapshot_id in chosen))


def incomplete_streaks(connection: Connection) -> list[Streak]:
    """Return the sources whose last snapshots were not complete, with the number of days in a row."""
    columns = (snapshot.c.snapshot_id, snapshot.c.source, snapshot.c.day, snapshot.c.state, snapshot.c.reason)
    query = select(*columns).where(snapshot.c.state.is_not(None), snapshot_is_valid())
    query = query.order_by(snapshot.c.snapshot_id)
    incomplete: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        if row.state == SnapshotState.COMPLETE:
            incomplete.pop(row.source, None)
        else:
            incomplete.setdefault(row.source, []).append(row)
    return [
        Streak(
            source=source,
            days=len({row.day for row in rows}),
            first_id=rows[0].snapshot_id,
            since=date.fromisoformat(rows[0].day),
            state=rows[-1].state,
            reason=rows[-1].reason,
        )
        for source, rows in sorted(incomplete.items())
    ]


def last_nights(connection: Connection, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return when the last night that read anything ended, and when the first night ever began.

    A night that is dated, or ran, more than a day ahead of `now` does not count; nor does a withdrawn one.
    """
    nights = _past_nights(now)
    good = select(func.max(run.c.finished_at)).where(nights, _HAS_READ)
    first = select(func.min(run.c.started_at)).where(nights)
    ended, began = connection.execute(good).scalar(), connection.execute(first).scalar()
    return from_time(ended) if ended else None, from_time(began) if began else None


def last_night_as_of(connection: Connection, now: datetime) -> datetime | None:
    """Return the latest logical time of a night that read anything and is not dated ahead."""
    latest = connection.scalar(select(func.max(run.c.as_of)).where(_past_nights(now), _HAS_READ))
    return from_time(latest) if latest else None


_HAS_READ = run.c.status.in_(("complete", "degraded"))


def _past_nights(now: datetime) -> ColumnElement[bool]:
    limit = to_time(now + MAX_AHEAD)
    return (run.c.kind == "sync") & (run.c.as_of <= limit) & (run.c.started_at <= limit) & run_is_valid()
