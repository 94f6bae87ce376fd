"""Snapshots in the warehouse: from their first row to the verdict, and what readers remember.

A snapshot is current once it is *applied*: `state` alone says how the reading ended, and a run
that was killed before `versions.apply_comparison` has changed nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from procedures.change_kinds import ChangeKind
from procedures.errors import InputError, NotFoundError
from procedures.snapshot import (
    CATALOGUE,
    Certificate,
    ListedItemState,
    ReadingPlan,
    SnapshotState,
    SnapshotVerdict,
)
from procedures.wording.words import SNAPSHOT_STATES
from warehouse.db.bulk import gather_statistics
from warehouse.db.column_values import from_json, from_time, now, to_json, to_time
from warehouse.tables.finding_tables import code_match
from warehouse.tables.source_tables import (
    listing,
    procedure_version,
    quarantine,
    snapshot,
    staged,
    staged_look_up,
    state_seen,
)

_MEASURED = (
    "declared_total",
    "listed",
    "distinct_codes",
    "details_read",
    "pages",
    "requests",
    "bytes",
)
_LISTS_OF_CERTIFICATE = frozenset({"repeated_codes", "lost_pages", "notes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRow:
    """One snapshot. `procedures`: current versions once it is applied, before that the records present.

    `counts`: rows of `v_change` by kind, and what else the reader counted.
    """

    snapshot_id: int
    run_id: int
    source: str
    role: str
    state: SnapshotState | None
    reason: str | None
    as_of: datetime
    day: date
    scope: Mapping[str, Any]
    procedures: int
    certificate: Certificate | None
    counts: Mapping[str, int] = field(default_factory=dict)
    applied: bool = False
    released: bool = False

    @property
    def summary_values(self) -> dict[str, Any]:
        """Return what a run's summary says of a source, by the names of `sync --json`."""
        certificate = self.certificate or Certificate()
        return {
            "snapshot_id": self.snapshot_id,
            "state": None if self.state is None else self.state.value,
            "reason": self.reason,
            "procedures": self.procedures,
            "requests": certificate.requests,
            **{kind.value: self.counts.get(kind.value, 0) for kind in ChangeKind},
            "quarantined": self.counts.get("quarantined", 0),
        }


def begin_snapshot(
    connection: Connection,
    run_id: int,
    source: str,
    role: str,
    *,
    as_of: datetime,
    day: date,
    scope: Mapping[str, Any],
) -> int:
    """Open a snapshot and return its id; `day` is the department's calendar day of `as_of`.

    A snapshot that the same run left unfinished for that source is reused: what it staged is discarded.
    """
    unfinished = connection.execute(
        select(snapshot.c.snapshot_id).where(
            snapshot.c.run_id == run_id, snapshot.c.source == source, snapshot.c.state.is_(None)
        )
    ).scalar()
    if unfinished is not None:
        prune_staged(connection, unfinished)
        connection.execute(quarantine.delete().where(quarantine.c.snapshot_id == unfinished))
        return int(unfinished)
    values = {
        "run_id": run_id,
        "source": source,
        "role": role,
        "as_of": to_time(as_of),
        "day": day.isoformat(),
        "scope": to_json(scope),
        "applied": 0,
        "released": 0,
        "counts": to_json({}),
    }
    return int(connection.execute(snapshot.insert().returning(snapshot.c.snapshot_id), values).scalar_one())


def finish_snapshot(
    connection: Connection,
    snapshot_id: int,
    certificate: Certificate,
    verdict: SnapshotVerdict,
    counts: Mapping[str, int] | None = None,
) -> None:
    """Store what was seen and the verdict; staged rows of a blocked or failed snapshot are deleted."""
    measured = {name: getattr(certificate, name) for name in _MEASURED}
    connection.execute(
        snapshot.update().where(snapshot.c.snapshot_id == snapshot_id),
        {
            **measured,
            "state": verdict.state.value,
            "reason": verdict.reason,
            "procedures": certificate.present,
            "certificate": to_json(asdict(certificate)),
            "counts": to_json({"quarantined": certificate.quarantined, **(counts or {})}),
        },
    )
    _prune_if_unusable(connection, snapshot_id, verdict.state)
    gather_statistics(connection, staged.c.snapshot_id, staged.c.key, staged.c.presence, staged.c.digest)


def set_state(
    connection: Connection, snapshot_id: int, state: SnapshotState | str, reason: str | None = None
) -> None:
    """Set the state that a closing gate gives a snapshot, `held` or `failed`, with its `reason`."""
    state = SnapshotState(state)
    connection.execute(
        snapshot.update().where(snapshot.c.snapshot_id == snapshot_id),
        {"state": state.value, "reason": reason},
    )
    _prune_if_unusable(connection, snapshot_id, state)


def discard_unapplied(connection: Connection, run_ids: Select[Any], reason: str) -> None:
    """Mark snapshots of those runs that were never made current as `failed`, and delete their staged rows.

    Held ones wait for a person; blocked and failed ones have their reason already.
    """
    loadable = snapshot.c.state.in_((SnapshotState.COMPLETE, SnapshotState.PARTIAL))
    unapplied = select(snapshot.c.snapshot_id).where(
        snapshot.c.run_id.in_(run_ids), snapshot.c.applied == 0, snapshot.c.state.is_(None) | loadable
    )
    for snapshot_id in connection.execute(unapplied).scalars().all():
        set_state(connection, snapshot_id, SnapshotState.FAILED, reason)


def prune_staged(connection: Connection, snapshot_id: int) -> None:
    """Delete what the snapshot staged."""
    for table in (staged, staged_look_up):
        connection.execute(table.delete().where(table.c.snapshot_id == snapshot_id))


def mark_released(
    connection: Connection, snapshot_id: int, *, by: str, reason: str, at: datetime | None = None
) -> None:
    """Release a held snapshot on the word of a person: from here on it counts as complete.

    Raises:
        NotFoundError: there is no such snapshot.
        InputError: it is not held.
    """
    row = get_snapshot(connection, snapshot_id)
    if row.state is not SnapshotState.HELD:
        state = "đang đọc" if row.state is None else SNAPSHOT_STATES[row.state].lower()
        raise InputError(f"Lần lấy dữ liệu {snapshot_id} không bị tạm giữ (trạng thái: {state})")
    connection.execute(
        snapshot.update().where(snapshot.c.snapshot_id == snapshot_id),
        {
            "state": SnapshotState.COMPLETE.value,
            "released": 1,
            "released_by": by,
            "released_reason": reason,
            "released_at": now(at),
        },
    )


def get_snapshot(connection: Connection, snapshot_id: int) -> SnapshotRow:
    """Return the snapshot of that id; UnknownThingError when there is none."""
    row = connection.execute(select(snapshot).where(snapshot.c.snapshot_id == snapshot_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"Không có lần lấy dữ liệu nào mang số {snapshot_id}")
    return snapshot_row(row)


def last_complete(connection: Connection, source: str) -> SnapshotRow | None:
    """Return the complete snapshot of the latest logical time that was made current."""
    row = connection.execute(_latest(source, SnapshotState.COMPLETE)).one_or_none()
    return None if row is None else snapshot_row(row)


def last_applied(connection: Connection, source: str) -> SnapshotRow | None:
    """Return the snapshot of the latest logical time that was made current, complete or partial."""
    row = connection.execute(_latest(source, SnapshotState.COMPLETE, SnapshotState.PARTIAL)).one_or_none()
    return None if row is None else snapshot_row(row)


def newer_applied(connection: Connection, row: SnapshotRow) -> SnapshotRow | None:
    """Return the newer snapshot, complete or partial, that was made current before this one, if any."""
    last = last_applied(connection, row.source)
    newer = last is not None and (last.as_of, last.snapshot_id) > (row.as_of, row.snapshot_id)
    return last if newer else None


def last_as_of(connection: Connection, source: str) -> datetime | None:
    """Return the logical time of the last snapshot that was made current; an earlier one is refused."""
    last = last_applied(connection, source)
    return None if last is None else last.as_of


def last_day(connection: Connection, source: str) -> date | None:
    """Return the local day of the last complete snapshot: the ladder of absence counts a day once."""
    row = last_complete(connection, source)
    return None if row is None else row.day


def held_snapshots(connection: Connection, source: str | None = None) -> list[SnapshotRow]:
    """Return the snapshots that wait for `release`, oldest first."""
    query = select(snapshot).where(snapshot.c.state == SnapshotState.HELD).order_by(snapshot.c.snapshot_id)
    if source is not None:
        query = query.where(snapshot.c.source == source)
    return [snapshot_row(row) for row in connection.execute(query)]


def known_states(connection: Connection, source: str) -> frozenset[str]:
    """Return the states that the source's applied snapshots have shown."""
    return frozenset(
        connection.execute(select(state_seen.c.state).where(state_seen.c.source == source)).scalars()
    )


def reading_plan(
    connection: Connection, source: str, as_of: datetime, *, day: date | None = None, refresh_nights: int = 0
) -> ReadingPlan:
    """Return what a reader of `source` has to know of earlier nights.

    With the night's local `day`, no record is left to become older than `refresh_nights`.
    """
    current = procedure_version.alias()
    rows = connection.execute(
        select(
            listing.c.key,
            listing.c.source_id,
            listing.c.code,
            listing.c.list_digest,
            listing.c.read_at,
            current.c.version_id.is_not(None).label("loaded"),
        )
        .select_from(
            listing.outerjoin(
                current,
                (current.c.source == listing.c.source)
                & (current.c.key == listing.c.key)
                & current.c.valid_to.is_(None),
            )
        )
        .where(listing.c.source == source)
    )
    remembered = {
        row.key: ListedItemState(
            key=row.key,
            source_id=row.source_id,
            code=row.code,
            list_digest=row.list_digest,
            read_at=from_time(row.read_at) if row.read_at else None,
            loaded=bool(row.loaded),
        )
        for row in rows
    }
    last = last_complete(connection, source)
    return ReadingPlan(
        as_of=as_of,
        remembered=remembered,
        known_states=known_states(connection, source),
        baseline=last is not None,
        ask=frozenset() if source == CATALOGUE else _catalogue_codes(connection),
        last_shape=last.certificate.shape if last is not None and last.certificate is not None else None,
        stale=None if day is None else _read_nights_ago(connection, source, day, refresh_nights),
    )


def snapshot_row(row: Any) -> SnapshotRow:
    """Return a row of the table as a value."""
    return SnapshotRow(
        snapshot_id=row.snapshot_id,
        run_id=row.run_id,
        source=row.source,
        role=row.role,
        state=None if row.state is None else SnapshotState(row.state),
        reason=row.reason,
        as_of=from_time(row.as_of),
        day=date.fromisoformat(row.day),
        scope=from_json(row.scope),
        procedures=row.procedures or 0,
        certificate=None if row.certificate is None else _certificate(from_json(row.certificate)),
        counts=from_json(row.counts),
        applied=bool(row.applied),
        released=bool(row.released),
    )


def _certificate(values: Mapping[str, Any]) -> Certificate:
    field_names = {each.name for each in fields(Certificate)}
    arguments: dict[str, Any] = {
        name: tuple(value) if name in _LISTS_OF_CERTIFICATE else value
        for name, value in values.items()
        if name in field_names
    }
    return Certificate(**arguments)


def _latest(source: str, *states: SnapshotState) -> Select[Any]:
    return (
        select(snapshot)
        .where(snapshot.c.source == source, snapshot.c.applied == 1, snapshot.c.state.in_(states))
        .order_by(snapshot.c.as_of.desc(), snapshot.c.snapshot_id.desc())
        .limit(1)
    )


def _read_nights_ago(connection: Connection, source: str, day: date, nights: int) -> datetime | None:
    """Return when the source was read on its `nights`-th last day of reading before `day`; None if never."""
    last_of_day = (
        select(func.max(snapshot.c.as_of))
        .where(snapshot.c.source == source, snapshot.c.applied == 1, snapshot.c.day < day.isoformat())
        .group_by(snapshot.c.day)
        .order_by(snapshot.c.day.desc())
        .offset(nights - 1)
        .limit(1)
    )
    as_of = connection.execute(last_of_day).scalar()
    return None if as_of is None else from_time(as_of)


def _catalogue_codes(connection: Connection) -> frozenset[str]:
    current = procedure_version
    matched = code_match
    code = func.coalesce(current.c.code, matched.c.code)
    query = (
        select(code)
        .select_from(
            current.outerjoin(
                matched, (matched.c.source == current.c.source) & (matched.c.key == current.c.key)
            )
        )
        .where(current.c.source == CATALOGUE, current.c.valid_to.is_(None), code.is_not(None))
    )
    return frozenset(connection.execute(query).scalars())


def _prune_if_unusable(connection: Connection, snapshot_id: int, state: SnapshotState) -> None:
    if state in (SnapshotState.BLOCKED, SnapshotState.FAILED):
        prune_staged(connection, snapshot_id)
