"""`report`: the office's papers, written as files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rasoat.commands.options import AsOf, configured, moment_of

app = typer.Typer()


class ReportKind(StrEnum):
    """Which period a report is about."""

    NIGHTLY = "nightly"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


@app.command()
def report(
    kind: Annotated[ReportKind, typer.Argument(help="Kỳ báo cáo.")],
    as_of: AsOf = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Thư mục ghi (mặc định: RASOAT_HOME/reports).")
    ] = None,
) -> None:
    """Báo cáo Excel và Word của đêm, tuần, tháng hoặc quý có thời điểm --as-of."""
    from steps.reporting import write_reports

    configuration = configured()
    moment = moment_of(configuration, as_of)
    for file in write_reports(configuration, kind.value, moment, out or configuration.reports):
        print(file)
