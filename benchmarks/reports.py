"""The quarterly report over many procedures and findings, beside openpyxl writing the same cells.

    python benchmarks/reports.py [--procedures 5000] [--findings 20000]

A warehouse is filled once with the real records of the tree under other codes. Then each runs in a process of
its own, so that its peak memory is its own: the whole report (figures, workbook and Word), the workbook alone
with a tenth of the findings and with all (memory must not grow with them), and openpyxl writing the very same
cells, as it does by default and in its write-only mode. Seconds are of the processor.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from procedures.findings import CATALOGUE, Finding, FindingKind, Severity
from procedures.model import Procedure
from settings.configuration import Configuration
from settings.department import Department
from settings.sources import SourceSettings

AS_OF = datetime.fromisoformat("2026-11-24T02:00:00+07:00")
KINDS = tuple(kind for kind in FindingKind if kind is not FindingKind.ANNOUNCEMENT_OVERDUE)
MOST_SECONDS = 20.0
"""That the whole report over 20,000 procedures and 100,000 findings may take on two cores that others use."""
MOST_MEMORY = 300.0
"""MB of the same."""
MOST_GROWTH = 40.0
"""MB by which ten times the findings may raise the workbook's peak."""


def configuration(home: Path) -> Configuration:
    return Configuration(
        home=home,
        database_url=f"sqlite:///{home / 'rasoat.db'}",
        department=Department(name="Sở Nội vụ tỉnh Hà Tĩnh"),
        sources=(SourceSettings(name="national", kind="national-api", role="national"),),
    )


def listed(number: int) -> Iterator[Procedure]:
    from tests.reconciliation.records import everything

    real = everything()
    for n in range(number):
        yield replace(real[n % len(real)], code=f"1.{n:06d}", local_code=None, raw=())


def fill(home: Path, procedures: int, findings: int) -> None:
    """A warehouse of one run: a catalogue, a national source, and findings of every kind."""
    from steps.database import open_locked
    from warehouse.db.bulk import bulk_insert
    from warehouse.db.column_values import to_time
    from warehouse.db.engine import writing
    from warehouse.findings.store import apply_findings
    from warehouse.sources import runs
    from warehouse.sources.procedure_rows import version_columns
    from warehouse.tables.source_tables import procedure_version

    with open_locked(configuration(home)) as engine, writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=AS_OF, kind="sync")
        for source in (CATALOGUE, "national"):
            division = "Phòng Người có công" if source == CATALOGUE else None
            rows = (
                {
                    "source": source,
                    "key": row.code,
                    "evidence": "{}",
                    "valid_from": to_time(AS_OF),
                    "opened_run": run_id,
                    **version_columns(replace(row, division=division)),
                }
                for row in listed(procedures)
            )
            bulk_insert(connection, procedure_version, rows)
        found = [
            Finding(
                kind=KINDS[n % len(KINDS)],
                severity=tuple(Severity)[n % 4],
                subject=f"1.{n % procedures:06d}/{n}",
                code=f"1.{n % procedures:06d}",
                name=f"Giải quyết chế độ ưu đãi đối với người có công với cách mạng số {n}",
                attribute="name",
                catalogue_value=f"Danh mục của Sở ghi như thế này về nội dung số {n}",
                national_value=f"Cổng DVC quốc gia ghi như thế kia về nội dung số {n}",
                division=f"Phòng {n % 9}",
                due_date=AS_OF.date(),
                evidence={"other": {"code": f"1.{n:06d}", "name": "Một thủ tục khác"}},
            )
            for n in range(findings)
        ]
        apply_findings(connection, run_id, found, fresh_sources=set(), at=AS_OF)
        runs.finish_run(connection, run_id, "complete")


def whole(home: Path) -> int:
    """What `rasoat report quarterly` does."""
    from steps.office.periodic_reports import write_reports

    write_reports(configuration(home), "quarterly", AS_OF, home / "out")
    return 0


def workbook(home: Path, share: int) -> int:
    """The sheets of findings by our writer; gives the number of cells."""
    from reports.workbooks import write_workbook

    cells = 0
    with sheets(home, share) as tables:
        for table in tables:
            cells += write_workbook(
                home / f"{table.name}.xlsx", [table], title="Báo cáo", author="Sở", created=AS_OF
            ) * len(table.columns)
    return cells


def openpyxl(home: Path, share: int, *, write_only: bool) -> int:
    """The same sheets by openpyxl, without widths, filters and formats."""
    from openpyxl import Workbook

    cells = 0
    with sheets(home, share) as tables:
        for table in tables:
            book = Workbook(write_only=write_only)
            sheet = book.create_sheet(table.name[:31]) if write_only else book.active
            sheet.append([column.heading for column in table.columns])
            for row in table.rows:
                sheet.append(row)
                cells += len(row)
            book.save(home / f"peer-{table.name}.xlsx")
    return cells


class sheets:  # noqa: N801  # read as a word: with sheets(…) as tables
    """One table of all findings (or of one in `share`), read from the warehouse row by row."""

    def __init__(self, home: Path, share: int) -> None:
        self.home, self.share = home, share

    def __enter__(self) -> list:
        from reports.discrepancies import COLUMNS, finding_rows
        from reports.workbooks import Table
        from steps.database import reading_connection
        from warehouse.announcements import report_queries
        from warehouse.announcements.report_queries import Moment

        self.reading = reading_connection(configuration(self.home))
        connection = self.reading.__enter__()
        found = report_queries.unresolved_findings(connection, Moment(1, AS_OF, AS_OF.date()))
        rows = finding_rows(row for n, row in enumerate(found) if n % self.share == 0)
        return [Table(name="Sai lệch", title="", columns=tuple(COLUMNS.values()), rows=rows, plain=True)]

    def __exit__(self, *told: object) -> None:
        self.reading.__exit__(None, None, None)


JOBS: dict[str, Callable[[Path], int]] = {
    "whole report (Excel, Word)": whole,
    "workbook, a tenth of the findings": lambda home: workbook(home, 10),
    "workbook, all findings": lambda home: workbook(home, 1),
    "openpyxl, the same cells": lambda home: openpyxl(home, 1, write_only=False),
    "openpyxl write-only, the same cells": lambda home: openpyxl(home, 1, write_only=True),
}


def child(job: str, home: Path) -> None:
    """A process inherits the peak of the one that began it, so that the parent does nothing large itself."""
    start = time.process_time()
    cells = JOBS[job](home)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mb": peak, "cells": cells}))


def measured(job: str, home: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--child", job, "--home", str(home)],
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(f"{job:38}{told['seconds']:8.1f} s{told['mb']:8.0f} MB{told['cells']:>12,.0f} cells")
    return told


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--procedures", type=int, default=5_000)
    parser.add_argument("--findings", type=int, default=20_000)
    parser.add_argument("--child")
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    if asked.child == "fill":
        fill(asked.home, asked.procedures, asked.findings)
        return
    if asked.child:
        child(asked.child, asked.home)
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        sizes = ("--procedures", str(asked.procedures), "--findings", str(asked.findings))
        subprocess.run([sys.executable, __file__, "--child", "fill", "--home", str(home), *sizes], check=True)
        print(f"{asked.procedures:,} procedures, {asked.findings:,} findings")
        told = {job: measured(job, home) for job in JOBS}
    report, tenth, ours, plain, streamed = told.values()
    print(
        f"workbook beside openpyxl: {ours['seconds'] / plain['seconds']:.2f} of its time, "
        f"{ours['mb'] / plain['mb']:.2f} of its memory; beside its write-only mode: "
        f"{ours['seconds'] / streamed['seconds']:.2f} and {ours['mb'] / streamed['mb']:.2f}"
    )
    if not ours["cells"] == plain["cells"] == streamed["cells"]:
        raise SystemExit("not the same cells")
    if ours["mb"] - tenth["mb"] > MOST_GROWTH:
        raise SystemExit(f"memory grew by {ours['mb'] - tenth['mb']:.0f} MB with the findings")
    if report["seconds"] > MOST_SECONDS:
        raise SystemExit(f"the report took more than {MOST_SECONDS:g} s")
    if report["mb"] > MOST_MEMORY:
        raise SystemExit(f"the report took more than {MOST_MEMORY:g} MB")


if __name__ == "__main__":
    main()
