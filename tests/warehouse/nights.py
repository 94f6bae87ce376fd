"""Nights of one source, from what a reader met to what stands in the warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Engine

from procedures.findings import CATALOGUE
from procedures.model import Procedure
from procedures.snapshot import (
    Certificate,
    LookUp,
    Observation,
    QuarantinedRecord,
    SnapshotState,
    SnapshotVerdict,
)
from reconciliation import ComparisonContext, compare
from warehouse.db.engine import reading, writing
from warehouse.db.views import COLUMNS
from warehouse.sources import arrivals, runs, snapshots, staging, versions
from warehouse.sources.staging import StagingSink

HANOI = timezone(timedelta(hours=7))
IDENTITIES = ("change_id", "finding_id", "event_id", "alert_id", "snapshot_id")
ORDER = ("run_id", "source", "code", "valid_from", "name", "rule", "expectation", "level")
SCOPE: Mapping[str, Any] = {"departments": ["G09"], "levels": ["province"]}


def at(day: int, hour: int = 2) -> datetime:
    """An hour of November 2026 in Hà Nội."""
    return datetime(2026, 11, day, hour, tzinfo=HANOI)


def as_stored(moment: datetime) -> str:
    """A moment as the views write it."""
    return moment.astimezone(UTC).isoformat()


def procedure(code: str, **said: Any) -> Procedure:
    """A procedure of Bộ Nội vụ as the national portal publishes it."""
    values: dict[str, Any] = {
        "name": f"Cấp giấy phép số {code}",
        "field": "Việc làm",
        "state": "ACTIVE",
        "executing_levels": frozenset({"province"}),
        "online_level": "partial",
        "agency": "Sở Nội vụ",
        "promulgating_agency": "Bộ Nội vụ",
        "decision_number": "627/QĐ-BNV",
        "decision_date": date(2026, 3, 1),
        "ways": frozenset({"online", "direct"}),
        "url": f"https://example.invalid/{code}",
    }
    return Procedure(code=code, **(values | said))


def read(record: Procedure, key: str | None = None, **said: Any) -> Observation:
    """A listed item whose record was read."""
    assert key or record.code
    return Observation(
        key=key or str(record.code),
        presence="read",
        code=record.code,
        state=record.state,
        procedure=record,
        **said,
    )


def met(code: str, presence: Any, **said: Any) -> Observation:
    """A listed item without a record."""
    return Observation(key=code, presence=presence, code=code, **said)


@dataclass
class Nights:
    """One source in one warehouse."""

    engine: Engine
    source: str = "national"
    role: str = "national"

    def begin(self, as_of: datetime) -> tuple[int, int]:
        """A run and a snapshot that have begun."""
        with writing(self.engine) as connection:
            run_id = runs.begin_run(connection, as_of=as_of, kind="sync")
            snapshot_id = snapshots.begin_snapshot(
                connection,
                run_id,
                self.source,
                self.role,
                as_of=as_of,
                day=as_of.astimezone(HANOI).date(),
                scope=SCOPE,
            )
        return run_id, snapshot_id

    def take(
        self,
        as_of: datetime,
        *observations: Observation | Procedure,
        state: SnapshotState = SnapshotState.COMPLETE,
        reason: str | None = None,
        look_ups: Iterable[LookUp] = (),
        quarantined: Iterable[QuarantinedRecord] = (),
        states: Mapping[str, int] | None = None,
    ) -> int:
        """A finished snapshot that is not current yet."""
        _, snapshot_id = self.begin(as_of)
        items = [read(each) if isinstance(each, Procedure) else each for each in observations]
        with StagingSink(self.engine, snapshot_id) as stage:
            for item in items:
                stage.observe(item)
            for answer in look_ups:
                stage.look_up(answer)
            for record in quarantined:
                stage.quarantine(record)
        certificate = Certificate(
            declared_total=len(items), listed=len(items), present=len(items), requests=7, states=states or {}
        )
        with writing(self.engine) as connection:
            snapshots.finish_snapshot(connection, snapshot_id, certificate, SnapshotVerdict(state, reason))
        return snapshot_id

    def load(self, snapshot_id: int) -> dict[str, int]:
        """Make the snapshot current; the rows of `v_change` by kind that are not zero."""
        with writing(self.engine) as connection:
            row = snapshots.get_snapshot(connection, snapshot_id)
            since = arrivals.oldest_absence(connection, self.source)
            night = ComparisonContext(
                source=self.source,
                as_of=row.as_of,
                day=row.day,
                complete=row.state is SnapshotState.COMPLETE,
                baseline=snapshots.last_complete(connection, self.source) is not None,
                ladder=self.source != CATALOGUE,
                look_ups=staging.staged_look_ups(connection, snapshot_id),
                recent_new=arrivals.recent_arrivals(connection, self.source, since, row.day),
            )
            previous, current = staging.staged_difference(connection, snapshot_id)
            counts = versions.apply_comparison(
                connection, snapshot_id, compare(previous, current, night), as_of=row.as_of, run_id=row.run_id
            )
        return {kind: number for kind, number in counts.items() if number}

    def night(self, as_of: datetime, *observations: Observation | Procedure, **seen: Any) -> dict[str, int]:
        """A whole night: read, loaded, its run ended."""
        snapshot_id = self.take(as_of, *observations, **seen)
        counts = self.load(snapshot_id)
        with writing(self.engine) as connection:
            run_id = snapshots.get_snapshot(connection, snapshot_id).run_id
            runs.finish_run(connection, run_id, "complete", at=as_of)
        return counts

    def rows(self, view: str, *columns: str, **where: Any) -> list[Any]:
        """Rows of a view in the order they came to be: dictionaries, or the columns asked for."""
        identity = next((name for name in COLUMNS[view] if name in IDENTITIES), None)
        order = (identity,) if identity else tuple(name for name in ORDER if name in COLUMNS[view])
        with reading(self.engine) as connection:
            rows = runs.view_rows(connection, view, where=where, order_by=order)
        if not columns:
            return rows
        if len(columns) == 1:
            return [row[columns[0]] for row in rows]
        return [tuple(row[column] for column in columns) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many rows each table of versions and changes has."""
        return {view: len(self.rows(view)) for view in ("v_procedure_history", "v_change")}
