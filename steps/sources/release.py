"""A person's decision on a held snapshot: released, or left held."""

from __future__ import annotations

from procedures.errors import InputError
from procedures.run_origin import RunOrigin
from procedures.snapshot import SnapshotState
from settings.configuration import Configuration
from steps.database import open_locked
from steps.nights.begin_run import begin
from steps.nights.concluding_steps import conclude
from steps.nights.reporting.run_summary import RELEASE, Summary
from steps.nights.run_now import closing_on_error
from steps.sources.load import apply_snapshot
from steps.sources.release_preview import refuse_release
from warehouse.db.engine import reading, writing
from warehouse.quality import decisions
from warehouse.sources import snapshots


def release_snapshot(configuration: Configuration, snapshot_id: int, by: str, reason: str) -> Summary:
    """Apply a held snapshot as if it had been complete, in a run of its own; return its summary.

    Raises:
        NotFoundError: there is no such snapshot.
        InputError: it is not held; or a newer one, even a partial one, was applied since and its records
            would be overwritten; or the current records were read under newer rules; or its records are no
            longer stored.
    """
    if not reason.strip():
        raise InputError("Cần nêu lý do cho qua", "reason")
    with open_locked(configuration) as engine, closing_on_error(configuration):
        with reading(engine) as connection:
            row = snapshots.get_snapshot(connection, snapshot_id)
            refuse_release(configuration, connection, row)
        run_id = begin(configuration, row.as_of, RELEASE, errand=RunOrigin(released=snapshot_id, by=by))
        with writing(engine) as connection:
            snapshots.mark_released(connection, snapshot_id, by=by, reason=reason)
            released = snapshots.get_snapshot(connection, snapshot_id)
            apply_snapshot(configuration, connection, released, run_id)
        return conclude(configuration, run_id)


def keep_held(configuration: Configuration, snapshot_id: int, by: str, reason: str) -> None:
    """Record that a person looked at a held snapshot and left it held; it can still be released.

    Raises:
        NotFoundError: there is no such snapshot.
        InputError: it is not held, or no reason is given.
    """
    if not reason.strip():
        raise InputError("Cần nêu lý do không cho qua", "reason")
    with open_locked(configuration) as engine, writing(engine) as connection:
        row = snapshots.get_snapshot(connection, snapshot_id)
        if row.state is not SnapshotState.HELD:
            raise InputError(f"Lần lấy dữ liệu {snapshot_id} không còn tạm giữ")
        decisions.record_kept(connection, snapshot_id, actor=by, reason=reason)
