"""Periodic reports: the figures of a period as of a time, and the files made of them."""

from __future__ import annotations

import gc
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from procedures.dates.periods import Period, PeriodKind, period_of
from procedures.errors import InputError
from procedures.finding_kinds import FINDING_KINDS
from procedures.findings import CATALOGUE, FindingKind, Side
from procedures.indicators import KpiRow
from procedures.model import Procedure
from procedures.values.codes import parse_code
from procedures.wording.words import SNAPSHOT_STATES
from procedures.workbook_layout.registers import CRITERIA, FEEDBACK, REVIEWS
from reconciliation.indicators.counts import kpi
from reconciliation.indicators.decentralisation import decentralisation
from reconciliation.indicators.eligibility import eligibility
from reconciliation.indicators.indexes import AnnouncedCode, Index, compute_indexes
from reports.administrative import write_administrative
from reports.criteria import named_figures, read_criteria
from reports.figures import (
    ChangeLine,
    DecisionLine,
    DivisionLine,
    FeedbackLine,
    FieldLine,
    OverlapLine,
    Report,
    SourceLine,
)
from reports.periodic import FINDING_COLUMNS, write_periodic
from settings.configuration import Configuration
from steps.announcements.obligations import HandledDecisions
from steps.database import reading_connection
from warehouse.announcements import ledger, report_queries
from warehouse.announcements.report_queries import Moment
from warehouse.db.column_values import from_day
from warehouse.office import duties, registers
from warehouse.sources import code_matches, runs
from warehouse.sources.source_status import SourceStatus, source_status

_ROLE_OF: Mapping[str, str] = {
    "new": "new",
    "reinstated": "new",
    "changed": "changed",
    "repealed": "repealed",
    "replaced": "repealed",
    "level_transfer": "repealed",
}
"""The role in the ledger of decisions, by kind of change on the portal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodView:
    """A moment and the period around it, with the catalogue and the national records of then."""

    moment: Moment
    period: Period
    catalogue: Mapping[str, Procedure]
    national: Mapping[str, Procedure]


def write_reports(
    configuration: Configuration, kind: PeriodKind, as_of: datetime, folder: Path
) -> list[Path]:
    """Write the workbook and the Word report of the period of `as_of`; return the files.

    Raises:
        InputError: nothing was compared yet at that time.
        SettingsError: the criteria file or a template is broken; nothing is written then.
    """
    with reading_connection(configuration) as connection, _uncollected():
        view = load_period(configuration, connection, kind, as_of)
        report = build_report(configuration, connection, view)
        book, paper = (folder / f"bao-cao-{view.period.slug}.{ending}" for ending in ("xlsx", "docx"))
        write_administrative(paper, report, configuration.papers.templates)
        kinds = [about.kind.value for about in FINDING_KINDS]
        findings = report_queries.unresolved_findings(connection, view.moment, kinds, columns=FINDING_COLUMNS)
        write_periodic(book, report, findings)
    return [book, paper]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector of cycles from walking through tens of thousands of records again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def load_period(
    configuration: Configuration, connection: Connection, kind: PeriodKind, as_of: datetime
) -> PeriodView:
    """Return the data of a report of `kind` at `as_of`. A nightly one is about the last night until then.

    Raises:
        InputError: nothing was compared yet at that time.
    """
    zone = configuration.department.zone
    last_run = report_queries.last_run_until(connection, as_of)
    if last_run is None:
        raise InputError(f"Chưa có lần đối chiếu nào đến {as_of.astimezone(zone):%H:%M ngày %d/%m/%Y}")
    run_id, night = last_run
    local = (night if kind == "nightly" else as_of).astimezone(zone)
    return PeriodView(
        moment=Moment(run_id, as_of, local.date()),
        period=period_of(kind, local, configuration.papers.first_day),
        catalogue=dict(report_queries.procedures_at(connection, CATALOGUE, as_of)),
        national=_national(configuration, connection, as_of),
    )


def build_report(configuration: Configuration, connection: Connection, view: PeriodView) -> Report:
    """Return the figures of the period."""
    period, moment = view.period, view.moment
    begin = datetime.combine(period.first, datetime.min.time(), configuration.department.zone)
    run_ids = report_queries.runs_between(connection, begin, moment.at)
    opened, resolved = report_queries.opened_and_resolved(connection, moment, run_ids)
    rows = list(view.catalogue.values())
    decisions = _decisions(connection)
    index_values = _indexes(configuration, connection, view)
    online, down = eligibility(rows), decentralisation(rows)
    overdue = sum(each.is_overdue(moment.day) for each in decisions)
    figures = named_figures(index_values, online, down, overdue)
    entries = [each.values for each in registers.entries(connection, CRITERIA, as_of=moment.at)]
    return Report(
        period=period,
        department=configuration.department.name,
        sources=[_source_line(configuration, each) for each in source_status(connection)],
        findings=report_queries.count_unresolved(connection, moment),
        opened=opened,
        resolved=resolved,
        levels=_level_figures(connection, view),
        fields=_fields(rows),
        changes=_changes(configuration, connection, view, run_ids),
        decisions=decisions,
        divisions=_divisions(connection, moment, decisions),
        feedback=_feedback(connection, view),
        online=online,
        decentralisation=down,
        indexes=index_values,
        overlaps=_overlaps(connection, moment),
        criteria=read_criteria(configuration.papers.criteria, figures, entries),
    )


def _national(configuration: Configuration, connection: Connection, at: datetime) -> dict[str, Procedure]:
    records: dict[str, Procedure] = {}
    for name in configuration.in_role("national"):
        rows = report_queries.procedures_at(connection, name, at)
        records |= {row.code: row for _, row in rows if row.code}
    return records


def _source_line(configuration: Configuration, status: SourceStatus) -> SourceLine:
    zone = configuration.department.zone
    return SourceLine(
        name=configuration.source_name(status.source),
        state=SNAPSHOT_STATES.get(status.last_state or "", "chưa đọc"),
        as_of=status.last_complete_as_of.astimezone(zone) if status.last_complete_as_of else None,
        procedures=status.procedures,
    )


def _level_figures(connection: Connection, view: PeriodView) -> Sequence[KpiRow]:
    if not view.catalogue:
        return ()
    national = Side(
        source="national",
        role="national",
        complete=bool(view.national),
        fresh=False,
        procedures=view.national,
    )
    catalogue = Side(source=CATALOGUE, role=CATALOGUE, complete=True, fresh=False, procedures=view.catalogue)
    matches = code_matches.matches_of(connection, CATALOGUE)
    return kpi(catalogue, (national,), {key: code for key, (code, _) in matches.items() if code})


def _fields(rows: Sequence[Procedure]) -> list[FieldLine]:
    grouped: defaultdict[str | None, list[Procedure]] = defaultdict(list)
    for row in rows:
        grouped[row.field].append(row)
    return [
        FieldLine(
            field=field,
            procedures=len(procedures),
            by_level=Counter(level for row in procedures for level in row.executing_levels or ()),
        )
        for field, procedures in sorted(grouped.items(), key=lambda item: (item[0] is None, item[0] or ""))
    ]


def _changes(
    configuration: Configuration, connection: Connection, view: PeriodView, run_ids: tuple[int, ...]
) -> list[ChangeLine]:
    """Return the changes by decision, code and day; those without a decision last."""
    ledger = report_queries.roles_by_decision(connection)
    divisions = {row.code: row.division for row in view.catalogue.values() if row.code}
    lines = []
    for change in report_queries.portal_changes(connection, configuration.in_role("national"), run_ids):
        role = _ROLE_OF.get(change.kind)
        number = ledger.get((role, change.code)) if role else None
        record = view.national.get(change.code)
        if number is None and role in ("new", "changed") and record is not None:
            number = record.decision_number
        lines.append(
            ChangeLine(
                day=configuration.local_day(change.as_of),
                decision_number=number,
                code=change.code,
                name=change.name,
                kind=change.kind,
                attributes=change.attributes,
                successor_code=change.successor_code,
                division=divisions.get(change.code),
            )
        )
    return sorted(
        lines,
        key=lambda row: (row.decision_number is None, row.decision_number or "", row.code, row.day, row.kind),
    )


def _decisions(connection: Connection) -> list[DecisionLine]:
    rows = runs.view_rows(connection, "v_decision")
    rows.sort(key=lambda row: (row["decision_date"] or "", row["decision_number"]))
    lines = {line.decision_number: line for line in ledger.load_lines(connection)}
    duty_by_number = {
        stored.duty.subject: stored.duty
        for stored in duties.list_duties(connection)
        if stored.subject_kind == ledger.DECISION
    }
    return [
        DecisionLine(
            number=row["decision_number"],
            agency=row["agency"],
            signed_on=from_day(row["decision_date"]),
            effective_on=from_day(row["effective_date"]),
            due=from_day(row["due_date"]),
            by_law=row["due_basis"] == "law",
            new=len(json.loads(row["new"])),
            changed=len(json.loads(row["changed"])),
            repealed=len(json.loads(row["repealed"])),
            division=row["division"],
            stage=row["stage"],
            state=row["state"],
            province_number=row["province_decision_number"],
            province_date=from_day(row["province_decision_date"]),
            late_days=row["late_days"],
            extended_until=duty.extended_until if duty else None,
            replied=duty.replied if duty else False,
            handled=line.is_handled,
            is_binding=line.counts,
            needs_work=line.asks,
        )
        for row in rows
        for line, duty in [(lines[row["decision_number"]], duty_by_number.get(row["decision_number"]))]
    ]


def _feedback(connection: Connection, view: PeriodView) -> list[FeedbackLine]:
    """Return the feedback received in the period until its moment, as the register has it today.

    It is often entered days after it was received.
    """
    last_day = min(view.period.last, view.moment.day)
    lines = []
    for each in registers.entries(connection, FEEDBACK):
        values = each.values
        received = from_day(values.get("received"))
        if received is not None and view.period.first <= received <= last_day:
            lines.append(
                FeedbackLine(
                    number=values.get("number", ""),
                    received=received,
                    source=values.get("source"),
                    code=values.get("code"),
                    content=values.get("content", ""),
                    division=values.get("division"),
                    deadline=from_day(values.get("deadline")),
                    answer=values.get("answer"),
                    answered=from_day(values.get("answered")),
                    state=values.get("state") or ("answered" if values.get("answer") else "open"),
                )
            )
    return sorted(lines, key=lambda line: (line.received, line.number))


def _divisions(
    connection: Connection, moment: Moment, decisions: Sequence[DecisionLine]
) -> list[DivisionLine]:
    """Return the divisions by name, unassigned work last. An overdue decision is no overdue finding."""
    claims = HandledDecisions.load(connection)
    handled = Counter(
        row["division"] for row in report_queries.past_due(connection, moment) if claims.covers(row)
    )
    findings = {each.division: each for each in report_queries.division_progress(connection, moment)}
    owned: defaultdict[str | None, list[DecisionLine]] = defaultdict(list)
    for each in decisions:
        if each.is_waiting:
            owned[each.division].append(each)
    names = sorted({*findings, *owned}, key=lambda name: (name is None, name or ""))
    return [
        DivisionLine(
            division=name,
            findings=findings[name].open if name in findings else 0,
            overdue_findings=findings[name].overdue - handled[name] if name in findings else 0,
            decisions=len(owned[name]),
            overdue_decisions=tuple(each.number for each in owned[name] if each.is_overdue(moment.day)),
        )
        for name in names
    ]


def _indexes(configuration: Configuration, connection: Connection, view: PeriodView) -> tuple[Index, ...]:
    period = view.period
    by_code = {row.code: row for row in view.catalogue.values() if row.code}
    announced = []
    for row in report_queries.announced_codes(connection, view.moment.day):
        record = by_code.get(row["code"]) or view.national.get(row["code"])
        announced.append(
            AnnouncedCode(
                decision_number=row["decision_number"],
                code=row["code"],
                name=record.name if record else row["code"],
                division=row["division"],
                kind=record.kind if record else None,
                due=from_day(row["due_date"]) if row["due_basis"] == "law" else None,
                signed_on=from_day(row["province_decision_date"]),
                published_on=from_day(row["published_on"]),
            )
        )
    last_day = min(period.last, view.moment.day)
    return compute_indexes(
        view.catalogue.values(),
        view.national,
        announced,
        period.first,
        last_day,
        view.moment.day,
        configuration.department.swapped_days,
    )


def _overlaps(connection: Connection, moment: Moment) -> list[OverlapLine]:
    entries = [each.values for each in registers.entries(connection, REVIEWS, as_of=moment.at)]
    proposals = {values["finding"]: values["content"] for values in entries if values.get("finding")}
    lines = []
    columns = ("finding_id", "code", "name", "division", "status", "evidence")
    overlaps = report_queries.unresolved_findings(
        connection, moment, [FindingKind.OVERLAP.value], columns=columns
    )
    for row in overlaps:
        other = json.loads(row["evidence"]).get("other", {})
        lines.append(
            OverlapLine(
                code=row["code"],
                name=row["name"],
                other_code=_code(other.get("code")),
                other_name=other.get("name"),
                division=row["division"],
                confirmed=row["status"] in ("confirmed", "in_progress"),
                proposal=proposals.get(str(row["finding_id"])),
            )
        )
    return lines


def _code(text: str | None) -> str | None:
    """Return the code; None for the key of a row without one."""
    return text if text and parse_code(text) else None
