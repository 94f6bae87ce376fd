"""Conditions by which queries leave out what was withdrawn: it stays in its tables and counts nowhere.

A withdrawn run has that status, its snapshots that state, and the versions that it opened end as withdrawn at
the moment at which they began, so that they were never current.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Select, func, select

from warehouse.tables.source_tables import change, procedure_version, run, snapshot

WITHDRAWN: Final = "withdrawn"
"""Status of a run, state of a snapshot or a letter, and the reason why a version ended."""


def withdrawn_runs() -> Select[int]:
    """Select the ids of the runs that were withdrawn."""
    return select(run.c.run_id).where(run.c.status == WITHDRAWN)


def run_is_valid() -> ColumnElement[bool]:
    """Select rows of `run` that were not withdrawn; one under way is included."""
    return func.coalesce(run.c.status, "") != WITHDRAWN


def snapshot_is_valid() -> ColumnElement[bool]:
    """Select rows of `snapshot` that were not withdrawn; one that is being read is included."""
    return func.coalesce(snapshot.c.state, "") != WITHDRAWN


def change_is_valid() -> ColumnElement[bool]:
    """Select rows of `change` whose snapshot was not withdrawn."""
    withdrawn = select(snapshot.c.snapshot_id).where(snapshot.c.state == WITHDRAWN)
    return change.c.snapshot_id.not_in(withdrawn)


def version_is_valid() -> ColumnElement[bool]:
    """Select rows of `procedure_version` that were current at some time, or are."""
    return func.coalesce(procedure_version.c.closing, "") != WITHDRAWN
