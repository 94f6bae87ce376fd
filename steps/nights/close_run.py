"""The end of a run: the status follows from the snapshots and from the gate after load."""

from __future__ import annotations

from collections.abc import Sequence

from procedures.snapshot import SnapshotState
from settings.configuration import Configuration
from steps.database import engine_of
from warehouse.db.engine import writing
from warehouse.quality import validations
from warehouse.sources import runs


def finish(configuration: Configuration, run_id: int) -> int:
    """Store the status and the end of a run; return its id."""
    with writing(engine_of(configuration)) as connection:
        states = [row.state for row in runs.snapshots_of_run(connection, run_id)]
        status = run_status(states)
        if status == "complete" and validations.closing_reasons(connection, run_id):
            status = "degraded"
        runs.finish_run(connection, run_id, status)
    return run_id


def fail_run(configuration: Configuration, run_id: int) -> None:
    """Mark a run as failed after an unforeseen error, then discard what it never loaded.

    Two transactions: if the error came from the database, it may refuse the one and still accept the other.
    """
    engine = engine_of(configuration)
    with writing(engine) as connection:
        runs.mark_failed(connection, run_id)
    with writing(engine) as connection:
        runs.discard_unloaded(connection, run_id)


def run_status(states: Sequence[str | None]) -> str:
    """Return complete if all snapshots are, failed if no source could be read at all, else degraded."""
    if all(state == SnapshotState.COMPLETE for state in states):
        return "complete"
    if all(state == SnapshotState.FAILED for state in states):
        return "failed"
    return "degraded"
