"""Queries for people: findings, changes and runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from procedures.findings import FindingKind, FindingStatus
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.nights.reporting.data_freshness import freshness_lines
from warehouse.findings import store
from warehouse.findings.history import findings_as_of
from warehouse.sources import runs, source_status

FINDING_COLUMNS = store.COLUMNS
"""Columns of `v_finding`, in the order of the interface."""


def list_findings(
    configuration: Configuration,
    *,
    kind: FindingKind | None,
    status: FindingStatus | None,
    division: str | None,
    as_of: datetime | None = None,
) -> list[dict[str, Any]]:
    """Return rows of `v_finding`, now or as of a time; without a status, all that are not resolved."""
    with reading_connection(configuration) as connection:
        if as_of is not None:
            return findings_as_of(connection, as_of, kind=kind, status=status, division=division)
        return store.list_findings(connection, kind=kind, status=status, division=division)


def list_changes(configuration: Configuration, run_id: int) -> list[dict[str, Any]]:
    """Return the rows of `v_change` of one run."""
    with reading_connection(configuration) as connection:
        return runs.view_rows(connection, "v_change", where={"run_id": run_id}, order_by=("change_id",))


def list_runs(configuration: Configuration) -> list[runs.RunRow]:
    """Return every run in the warehouse, oldest first."""
    with reading_connection(configuration) as connection:
        return runs.all_runs(connection)


def data_as_of(configuration: Configuration) -> tuple[datetime, Sequence[str]]:
    """Return the time of the newest complete snapshot, and lines about how fresh the data is."""
    zone = configuration.department.zone
    with reading_connection(configuration) as connection:
        sources = source_status.source_status(connection)
    times = [each.last_complete_as_of for each in sources if each.last_complete_as_of]
    newest = max(times, default=datetime.now(UTC)).astimezone(zone)
    return newest, freshness_lines(configuration, sources, newest)
