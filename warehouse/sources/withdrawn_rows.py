"""What was withdrawn stays in its tables and counts nowhere: the conditions by which queries leave it out.

A withdrawn run has that status, its snapshots that state, and the versions that it opened end as withdrawn at
the moment at which they began, so that they never stood.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Select, func, select

from warehouse.tables.source_tables import change, procedure_version, run, snapshot

WITHDRAWN: Final = "withdrawn"
"""Status of a run, state of a snapshot or a letter, and why a version ended."""


def withdrawn_runs() -> Select[tuple[int]]:
    """The ids of the runs that were withdrawn."""
    return select(run.c.run_id).where(run.c.status == WITHDRAWN)


def run_stands() -> ColumnElement[bool]:
    """A row of `run` that was not withdrawn; one that is under way stands."""
    return func.coalesce(run.c.status, "") != WITHDRAWN


def snapshot_stands() -> ColumnElement[bool]:
    """A row of `snapshot` that was not withdrawn; one that is being read stands."""
    return func.coalesce(snapshot.c.state, "") != WITHDRAWN


def change_stands() -> ColumnElement[bool]:
    """A row of `change` whose snapshot was not withdrawn."""
    gone = select(snapshot.c.snapshot_id).where(snapshot.c.state == WITHDRAWN)
    return change.c.snapshot_id.not_in(gone)


def version_stands() -> ColumnElement[bool]:
    """A row of `procedure_version` that stood at some time, or stands."""
    return func.coalesce(procedure_version.c.closing, "") != WITHDRAWN
