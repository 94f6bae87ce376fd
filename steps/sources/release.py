"""The release of a held snapshot by a person."""

from __future__ import annotations

from procedures.errors import InputError
from procedures.run_origin import Errand
from settings.configuration import Configuration
from steps.database import begin, opened
from steps.nights.conclusion import conclude
from steps.nights.run_now import closing_what_breaks
from steps.nights.run_summary import RELEASE, Summary
from steps.sources.load import apply
from steps.sources.release_preview import refuse_release
from warehouse.db.engine import reading, writing
from warehouse.sources import snapshots


def release_snapshot(configuration: Configuration, snapshot_id: int, by: str, reason: str) -> Summary:
    """Apply a held snapshot as if it had been complete, in a run of its own; return its summary.

    Raises:
        UnknownThingError: there is no such snapshot.
        InputError: it is not held; or a newer one, even a partial one, was applied since and its records
            would be overwritten; or the current records were read under newer rules; or its records are no
            longer stored.
    """
    if not reason.strip():
        raise InputError("Cần nêu lý do cho qua", "reason")
    with opened(configuration) as engine, closing_what_breaks(configuration):
        with reading(engine) as connection:
            row = snapshots.get_snapshot(connection, snapshot_id)
            refuse_release(configuration, connection, row)
        run_id = begin(configuration, row.as_of, RELEASE, errand=Errand(released=snapshot_id, by=by))
        with writing(engine) as connection:
            snapshots.mark_released(connection, snapshot_id, by=by, reason=reason)
            released = snapshots.get_snapshot(connection, snapshot_id)
            apply(configuration, connection, released, run_id)
        return conclude(configuration, run_id)
