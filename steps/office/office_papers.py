"""The office's other papers, written from the data of the warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from procedures.dates.periods import PeriodKind
from procedures.errors import InputError
from procedures.findings import FindingKind
from procedures.wording.words import ATTRIBUTE_LABELS, DECISION_STATES, day_text
from reports.figures import Report
from reports.office_papers import task_words, write_paper
from reports.paper_values import OpenTask, PaperData
from settings.configuration import Configuration
from steps.announcements.obligations import HandledDecisions
from steps.database import reading_connection
from steps.office.periodic_reports import PeriodView, build_report, load_period
from warehouse.announcements import report_queries
from warehouse.findings import store


def make_paper(
    configuration: Configuration, name: str, out: Path, division: str | None, as_of: datetime
) -> int:
    """Write one of `reports.office_papers.PAPERS`; return the number of its rows.

    Raises:
        InputError: the division is unknown, nothing was compared yet, or the file cannot be written.
        SettingsError: the template or the criteria file is broken.
    """
    if not out.absolute().parent.is_dir():
        raise InputError(f"{out}: không có thư mục {out.absolute().parent}")
    kind: PeriodKind = "weekly" if name == "reminder" else "quarterly"
    with reading_connection(configuration) as connection:
        view = load_period(configuration, connection, kind, as_of)
        report = build_report(configuration, connection, view)
        known = {row.division for row in view.catalogue.values()} | {row.division for row in report.divisions}
        if division is not None and division not in known:
            names = ", ".join(sorted(each for each in known if each)) or "chưa có"
            raise InputError(f"{division}: không có phòng này, các phòng là: {names}", "division")
        tasks: tuple[OpenTask, ...] = ()
        if name == "reminder":
            tasks = (*_finding_tasks(connection, view, division), *_decision_tasks(report, division))
        facts = PaperData(
            report=report, rows=tuple(view.catalogue.values()), open_tasks=tasks, division=division
        )
    return write_paper(out, name, facts, configuration.papers.templates)


def _finding_tasks(connection: Connection, view: PeriodView, division: str | None) -> Iterator[OpenTask]:
    claims, deadlines = HandledDecisions.load(connection), store.deadlines(connection)
    for row in report_queries.unresolved_findings(connection, view.moment, division=division):
        if row["kind"] == FindingKind.ANNOUNCEMENT_OVERDUE or claims.covers(row):
            continue  # listed with the decisions, or handled
        yield OpenTask(
            division=row["division"],
            subject=row["code"],
            name=row["name"],
            task=task_words(row["kind"], ATTRIBUTE_LABELS.get(row["attribute"] or "")),
            due=deadlines.get(row["finding_id"]),
        )


def _decision_tasks(report: Report, division: str | None) -> Iterator[OpenTask]:
    for line in report.decisions:
        if line.is_waiting and division in (None, line.division):
            yield OpenTask(
                division=line.division,
                subject=line.number,
                name=f"Quyết định số {line.number} ngày {day_text(line.signed_on)}",
                task="; ".join(
                    filter(
                        None, (f"Tham mưu công bố: {DECISION_STATES[line.state].lower()}", line.respite_words)
                    )
                ),
                due=line.effective_due,
                replied=line.replied,
            )
