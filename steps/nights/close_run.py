"""Closes a run: its status follows from its snapshots, and from the gate after load."""

from __future__ import annotations

from collections.abc import Sequence

from procedures.snapshot import SnapshotState
from settings.configuration import Configuration
from steps.database import engine_of
from warehouse.db.engine import writing
from warehouse.quality import validations
from warehouse.sources import runs


def finish(configuration: Configuration, run_id: int) -> int:
    """Give the run its status and its end; gives the run's id."""
    with writing(engine_of(configuration)) as connection:
        states = [row.state for row in runs.snapshots_of_run(connection, run_id)]
        status = run_status(states)
        if status == "complete" and validations.closed(connection, run_id):
            status = "degraded"
        runs.finish_run(connection, run_id, status)
    return run_id


def fail(configuration: Configuration, run_id: int) -> None:
    """Close a run that something unforeseen has ended, then give up what it never loaded.

    Two transactions: a database that refuses the one may have been what ended the run, and takes the other.
    """
    engine = engine_of(configuration)
    with writing(engine) as connection:
        runs.mark_failed(connection, run_id)
    with writing(engine) as connection:
        runs.give_up(connection, run_id)


def run_status(states: Sequence[str | None]) -> str:
    """complete: all were; failed: no source could be read at all; else degraded."""
    if all(state == SnapshotState.COMPLETE for state in states):
        return "complete"
    if all(state == SnapshotState.FAILED for state in states):
        return "failed"
    return "degraded"
