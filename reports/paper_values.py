"""The values of the office's other papers, and the description of one paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from procedures.dates.periods import Period
from procedures.model import Procedure
from reports.figures import Report
from reports.offices import long_date, parse_office
from reports.workbooks import TableColumn


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """One open task of which a division is reminded; `subject` is a code or a decision's number.

    `due`: the date that applies, an extension's where one was granted. `replied`: it has answered.
    """

    division: str | None
    subject: str | None
    name: str | None
    task: str
    due: date | None
    replied: bool = False

    def is_late(self, today: date) -> bool:
        """Return whether its date has passed, and nobody has answered."""
        return self.due is not None and self.due < today and not self.replied


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperData:
    """The data of papers: the period's report, the catalogue's rows, and what is open by division."""

    report: Report
    rows: Sequence[Procedure]
    open_tasks: Sequence[OpenTask] = ()
    division: str | None = None

    @property
    def period(self) -> Period:
        """Return the period of the report."""
        return self.report.period

    def rows_of_division(self) -> list[Procedure]:
        """Return the rows of the division asked for, or all."""
        return [row for row in self.rows if self.division in (None, row.division)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePaper:
    """One paper: its template, the template's values, and the table for a workbook."""

    template: str
    values: Mapping[str, Any]
    columns: Mapping[str, TableColumn]
    title: str
    notes: tuple[str, ...] = ()
    last_line: str | None = None


def shared_values(facts: PaperData) -> dict[str, Any]:
    """Return the values that every template may use."""
    period = facts.period
    return {
        **parse_office(facts.report.department).values,
        "ky": period.label,
        "ngay": long_date(period.as_of.date()),
        "so_lieu_den": f"{period.as_of:%H:%M ngày %d/%m/%Y}",
    }
