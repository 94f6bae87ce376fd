"""A run in numbers: the document of `sync --json`, and what is printed for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from procedures.wording.words import RUN_STATES, SNAPSHOT_STATES, SOURCE_LABELS, count
from procedures.workbook_layout.column_mapping import FileShape
from settings.configuration import Configuration
from steps.database import reading_connection
from warehouse.alerts import outbox
from warehouse.quality import validations
from warehouse.sources import runs, snapshots
from warehouse.sources.snapshots import SnapshotRow

RELEASE = "release"
"""Kind of the runs that release a held snapshot."""

EXIT_CODES: Mapping[str, int] = {"complete": 0, "degraded": 3, "failed": 1}


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """One source in a run: the state of its snapshot and the rows of `v_change` by kind."""

    snapshot_id: int
    state: str
    reason: str | None
    procedures: int
    requests: int
    new: int = 0
    changed: int = 0
    cosmetic: int = 0
    missing: int = 0
    repealed: int = 0
    replaced: int = 0
    level_transfer: int = 0
    reinstated: int = 0
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """A run; `findings` counts opened, resolved and open, `alerts` queued and sent.

    `troubles` are why the run is degraded besides its sources. `remarks` name what an imported file contains
    that did not enter the list, and `tables` what each of its columns is taken for in a preview. `titles` are
    what people call the sources, by name.
    """

    run_id: int
    status: str
    as_of: datetime
    sources: Mapping[str, SourceSummary]
    findings: Mapping[str, int]
    alerts: Mapping[str, int] = field(default_factory=lambda: {"queued": 0, "sent": 0})
    dry_run: bool = False
    troubles: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    tables: tuple[FileShape, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    def title(self, source: str) -> str:
        """Return what people call a source."""
        return self.titles.get(source) or SOURCE_LABELS.get(source, source)

    @property
    def exit_code(self) -> int:
        """Exit code of the command line."""
        return EXIT_CODES[self.status]

    @property
    def headline(self) -> str:
        """The run in one line."""
        states = ", ".join(
            f"{self.title(name)}: {SNAPSHOT_STATES[each.state]}" for name, each in self.sources.items()
        )
        return (
            f"Lần chạy {self.run_id}: {RUN_STATES[self.status]} ({states}); "
            f"{count(self.findings['opened'])} sai lệch mới, {count(self.findings['open'])} chưa xử lý"
        )

    def document(self) -> dict[str, Any]:
        """Return the document of `sync --json`."""
        document = {
            "run_id": self.run_id,
            "status": self.status,
            "as_of": self.as_of.isoformat(),
            "sources": {name: asdict(each) for name, each in self.sources.items()},
            "findings": dict(self.findings),
            "alerts": dict(self.alerts),
        }
        if self.troubles:
            document["troubles"] = list(self.troubles)
        if self.remarks:
            document["remarks"] = list(self.remarks)
        if self.tables:
            document["columns"] = [each.to_json() for table in self.tables for each in table.columns]
        return document | {"dry_run": True} if self.dry_run else document


def _summarise_source(connection: Connection, row: SnapshotRow) -> SourceSummary:
    """Summarise one source; if its snapshot was not applied, count the current procedures."""
    if row.applied:
        return SourceSummary(**row.summary_values)
    last = snapshots.last_complete(connection, row.source)
    return SourceSummary(**{**row.summary_values, "procedures": last.procedures if last else 0})


def summarise(configuration: Configuration, run_id: int) -> Summary:
    """Return what run `run_id` did, read back from the warehouse."""
    with reading_connection(configuration) as connection:
        run = runs.get_run(connection, run_id)
        rows = runs.snapshots_about(connection, run)
        return Summary(
            run_id=run_id,
            status=run.status or "failed",
            as_of=run.as_of.astimezone(configuration.department.zone),
            sources={row.source: _summarise_source(connection, row) for row in rows},
            findings=runs.count_findings(connection, run_id),
            alerts=outbox.message_counts(connection, run_id),
            troubles=tuple(validations.closing_reasons(connection, run_id)),
            titles={row.source: configuration.source_name(row.source) for row in rows},
        )
