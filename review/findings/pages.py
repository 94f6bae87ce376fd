"""Findings: the list, the page of one with its three sides, and stored evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

from procedures.findings import FindingKind
from procedures.wording.words import day_text
from procedures.workbook_layout.registers import FEEDBACK
from reports.discrepancies import write_discrepancies
from review.downloads import file_response
from review.findings.filter_choices import filter_choices, views_with_counts
from review.findings.list_view import (
    DEFAULT_COLUMNS,
    SIZES,
    FindingsView,
    RequestedView,
    parse_columns,
    view_of,
)
from review.findings.outcomes import Outcome, outcome_of
from review.findings.side_by_side import difference_of, lines, links, three_sides
from review.form_fields import FormRoute
from review.security import Number, Viewer, configuration_of, cookie_name, set_cookie
from review.templating import render_page
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.findings import accept_value
from steps.findings.finding_queries import data_as_of
from steps.findings.taken_values import taken_values_of, with_current_value
from steps.office import divisions
from steps.sources import archived_evidence
from warehouse.db.column_values import from_json
from warehouse.findings import queries, store, triage
from warehouse.findings.case_queries import CaseSummary, JobPage, load_job_page, others_of_case, summaries
from warehouse.office import registers
from warehouse.sources import procedure_search

router = APIRouter(route_class=FormRoute)

COLUMNS_LIFETIME = timedelta(days=365)
"""How long a browser remembers which columns its person wants."""


def today(configuration: Configuration) -> date:
    """Return the department's calendar day."""
    return configuration.local_day(datetime.now(UTC))


@router.get("/findings")
def list_findings(request: Request, _person: Viewer, view: RequestedView) -> Response:
    """Show the list: filters, counts by status, a page of rows."""
    return list_page(request, view, message=outcome_of(request))


def list_page(request: Request, view: FindingsView, *, message: Outcome | None = None) -> Response:
    """Return the page of the list in this view."""
    configuration = configuration_of(request)
    day = today(configuration)
    offset, limit = (view.page - 1) * view.size, view.size
    case: CaseSummary | None = None
    with reading_connection(configuration) as connection:
        findings: queries.FindingPage | JobPage
        if view.by_case:
            findings = load_job_page(connection, view.criteria, view.sort, day, offset=offset, limit=limit)
        else:
            findings = queries.load_page(
                connection, view.criteria, view.sort, day, offset=offset, limit=limit
            )
            if view.criteria.case:
                case = summaries(connection, view.criteria, day, [view.criteria.case]).get(view.criteria.case)
        choices = filter_choices(configuration, connection, view.criteria, day)
        views = views_with_counts(connection, request.state.person.name, day)
        cases = findings.cases if isinstance(findings, JobPage) else {}
        taken_values = taken_values_of(
            connection, [row for row in findings.rows if row["case_id"] not in cases]
        )
    shown = view.columns or parse_columns(request.cookies.get(cookie_name(request, "columns"), ""))
    shown = shown or DEFAULT_COLUMNS
    lines = findings.jobs if isinstance(findings, JobPage) else findings.total
    pages = max(1, -(-lines // view.size))
    return render_page(
        request,
        "findings/findings.html",
        view=view,
        found=findings,
        cases=cases,
        case=case,
        case_decision=None if case is None else _decision_of(case.member),
        taken=taken_values,
        shown=shown,
        differences={row["finding_id"]: difference_of(row) for row in findings.rows}
        if "difference" in shown
        else {},
        pages=pages,
        choices=choices,
        views=views,
        sizes=SIZES,
        bulk_divisions=divisions.known_divisions(configuration),
        check=request.query_params.get("check") == "all",
        today=day.isoformat(),
        message=message,
    )


@router.get("/findings/columns")
def choose_columns(request: Request, _person: Viewer) -> Response:
    """Remember in the browser which columns of the list its person wants; none: those of the start."""
    query = request.query_params
    view = view_of(QueryParams(query.get("back", "")))
    response = RedirectResponse(f"/findings?{view.query(columns=None)}", status_code=303)
    chosen = parse_columns(".".join(query.getlist("column"))) or ()
    set_cookie(response, request, "columns", ".".join(chosen), COLUMNS_LIFETIME)
    return response


@router.get("/findings/export.xlsx")
def export_workbook(request: Request, _person: Viewer, view: RequestedView) -> Response:
    """Return the filtered findings as a workbook."""
    configuration = configuration_of(request)
    with reading_connection(configuration) as connection:
        findings = queries.list_all(connection, view.criteria, view.sort, today(configuration))
        taken_values = taken_values_of(connection, findings)
    rows = [with_current_value(row, taken_values.get(row["finding_id"])) for row in findings]
    as_of, notes = data_as_of(configuration)

    def make(file: Path) -> str:
        write_discrepancies(file, rows, department=configuration.department.name, as_of=as_of, notes=notes)
        return f"bang-sai-lech-{as_of:%Y-%m-%d}.xlsx"

    return file_response(".xlsx", make)


@router.get("/findings/{finding_id}")
def show_finding(request: Request, _person: Viewer, view: RequestedView, finding_id: Number) -> Response:
    """Show one finding."""
    values = finding_values(request, view, finding_id)
    return render_page(request, "findings/finding.html", **values, message=outcome_of(request))


@router.get("/evidence/{digest}")
def download_evidence(request: Request, _person: Viewer, digest: str) -> Response:
    """Return the bytes as they were received: plain text to save, never a page to run."""
    body = archived_evidence.stored_bytes(configuration_of(request), digest)
    return Response(
        body,
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{digest[:16]}.txt"'},
    )


def finding_values(request: Request, view: FindingsView, finding_id: int) -> dict[str, Any]:
    """Return all that the page of one finding shows.

    Raises:
        NotFoundError: there is no such finding.
    """
    configuration = configuration_of(request)
    with reading_connection(configuration) as connection:
        row = store.get_finding(connection, finding_id)
        taken_value = taken_values_of(connection, [row]).get(finding_id)
        acceptable = accept_value.acceptable_roles(configuration, connection, row)
        alike = others_of_case(connection, row["case_id"], finding_id)
        triage_state = triage.triage_state_of(connection, finding_id)
        events = triage.list_events(connection, finding_id)
        before, after, place, length = queries.neighbours(
            connection, view.criteria, view.sort, today(configuration), finding_id
        )
        versions = procedure_search.versions_of(connection, row["code"]) if row["code"] else []
        feedback = registers.entries_about(connection, FEEDBACK, code=row["code"], finding_id=finding_id)
    evidence = from_json(row["evidence"])
    latest = {version.source: version for version in reversed(versions)}
    version_proofs = [
        (version, list(archived_evidence.evidence_hashes(version.evidence)))
        for version in sorted(latest.values(), key=lambda version: version.source)
    ]
    return {
        "row": row,
        "alike": alike,
        "taken": taken_value,
        "triage": triage_state,
        "events": events,
        "view": view,
        "before": before,
        "after": after,
        "place": place,
        "length": length,
        "longer": length == queries.MAX_REACH,
        "divisions": divisions.known_divisions(configuration),
        "feedback": feedback,
        "received": day_text(today(configuration)),
        "sides": three_sides(with_current_value(row, taken_value)),
        "evidence": evidence,
        "proofs": list(archived_evidence.evidence_hashes(evidence)),
        "version_proofs": version_proofs,
        "links": links(evidence),
        "lines": lines(evidence),
        "candidates": evidence.get("candidates") or [],
        "acceptable": acceptable,
        "today": today(configuration).isoformat(),
    }


def _decision_of(row: Mapping[str, Any]) -> str | None:
    """Return the number of the ministry decision that a finding follows from."""
    if row["kind"] == FindingKind.ANNOUNCEMENT_OVERDUE:
        return str(row["national_value"])
    number = from_json(row["evidence"]).get("decision_number")
    return str(number) if number else None
