"""Runs: each night's certificate, its gates' expectations, and what waits in quarantine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from procedures.dates.run_dates import is_dated_ahead
from procedures.errors import InputError
from procedures.wording.certificates import certificate_lines
from procedures.wording.difference_cells import change_cell
from procedures.wording.gates import expectation_text, gate_consequence
from procedures.wording.item_contrast import Contrast
from procedures.wording.record_lines import record_lines
from reports.night_page import observed_words
from review.catalogue.comparison import run_change_address
from review.form_fields import FormRoute, field_errors, form_page
from review.paging import loaded_page, page_of, page_within, requested_page
from review.security import Admin, Analyst, Form, Number, Viewer, configuration_of, field
from review.templating import render_page
from steps.database import reading_connection
from steps.findings.accept_value import undo_acceptance
from steps.findings.taken_values import value_taken_in_run
from steps.nights.reporting.night_page import night_page
from steps.nights.run_dates import ahead_words
from steps.nights.withdraw import withdraw_run as withdraw
from steps.sources.quarantine import dismiss_record, list_quarantined, release_record
from warehouse.announcements.ledger_events import events_of
from warehouse.findings import trends
from warehouse.quality.decisions import decisions_about_run, decisions_on_snapshot, list_decisions
from warehouse.quality.quarantine import WAITING
from warehouse.sources import procedure_search, runs
from warehouse.sources.run_changes import count_changes, list_changes
from warehouse.sources.withdrawal import RUN
from warehouse.sources.withdrawn_rows import WITHDRAWN

router = APIRouter(route_class=FormRoute)

SIZE = 50
LATEST = 5
"""Decisions that the list of runs shows; the others have a page of their own."""

CHANGES = 100
"""Changes of a run a page."""

RECORDS_A_PAGE = 20

DECISIONS = {"released": release_record, "dismissed": dismiss_record}
"""What may be done with a record in quarantine, by the word that the form sends."""


@router.get("/runs")
def list_runs(request: Request, _person: Viewer) -> Response:
    """Show the runs, the newest first."""
    at = requested_page(request)
    with reading_connection(configuration_of(request)) as connection:
        rows, total = trends.list_runs(connection, offset=(at - 1) * SIZE, limit=SIZE)
        snapshots = {row["run_id"]: runs.snapshots_of_run(connection, row["run_id"]) for row in rows}
        counts = {each[0]: each for each in trends.daily_counts(connection, SIZE * at)}
        ahead = {run.run_id for run in runs.runs_dated_ahead(connection, datetime.now(UTC))}
        decisions, decided = list_decisions(connection, limit=LATEST)
    return render_page(
        request,
        "nights/runs.html",
        page=loaded_page(request, rows, total, SIZE),
        snapshots=snapshots,
        counts=counts,
        ahead=ahead,
        waiting=len(_waiting(list_quarantined(configuration_of(request)))),
        decisions=decisions,
        decided=decided,
    )


@router.get("/runs/decisions")
def show_decisions(request: Request, _person: Viewer) -> Response:
    """Show what people decided on held snapshots and on records in quarantine, the newest first."""
    at = requested_page(request)
    with reading_connection(configuration_of(request)) as connection:
        decisions, total = list_decisions(connection, offset=(at - 1) * SIZE, limit=SIZE)
    page = loaded_page(request, decisions, total, SIZE)
    return render_page(request, "nights/decisions.html", page=page)


@router.get("/runs/{run_id}")
def show_run(request: Request, _person: Viewer, run_id: Number) -> Response:
    """Show one run."""
    return _run_page(request, run_id)


def _run_page(request: Request, run_id: int) -> Response:
    configuration = configuration_of(request)
    kind = request.query_params.get("kind", "")
    with reading_connection(configuration) as connection:
        run = runs.get_run(connection, run_id)
        in_effect = value_taken_in_run(connection, run_id)
        snapshots = runs.snapshots_about(connection, run)
        kinds = count_changes(connection, run_id)
        kind = kind if kind in kinds else ""
        total = kinds[kind] if kind else sum(kinds.values())
        at = page_within(request, total, CHANGES)
        changes = list_changes(
            connection, run_id, kind=kind or None, offset=(at - 1) * CHANGES, limit=CHANGES
        )
        withdrawals = events_of(connection, RUN, str(run_id))[:1]
        decisions = decisions_about_run(connection, run_id)
        if run.origin.released is not None:
            decisions = decisions_on_snapshot(connection, run.origin.released) + decisions
        counts = runs.count_findings(connection, run_id)
        names = procedure_search.names_of(connection, [row["code"] for row in changes if row["code"]])
    night = night_page(configuration, run_id) if run.status else None
    now = datetime.now(UTC)
    wrong = run.status != WITHDRAWN and (
        is_dated_ahead(run.as_of, now) or is_dated_ahead(run.started_at, now)
    )
    return render_page(
        request,
        "nights/run.html",
        run=run,
        value_in_effect=in_effect,
        ahead=ahead_words(configuration, run, now) if wrong else None,
        withdrawals=withdrawals,
        snapshots=[
            (each, each.certificate, certificate_lines(each.certificate) if each.certificate else ())
            for each in snapshots
        ],
        decisions=decisions,
        page=loaded_page(request, changes, total, CHANGES, at=at, path=f"/runs/{run_id}"),
        cells={each["change_id"]: _change_cell(each) for each in changes},
        kinds=kinds,
        kind=kind,
        comparison=run_change_address,
        counts=counts,
        names=names,
        night=night,
        asked=expectation_text,
        consequence=gate_consequence,
        observed=observed_words,
    )


def _change_cell(row: Mapping[str, Any]) -> Contrast:
    return change_cell(row["attribute"], row["old_value"], row["new_value"])


def _run_again(request: Request) -> Response:
    return _run_page(request, int(request.path_params["run_id"]))


@router.post("/runs/{run_id}/undo")
@form_page(_run_again)
def undo_run(request: Request, person: Analyst, _form: Form, run_id: Number) -> Response:
    """Restore what the catalogue said before a portal's value was accepted."""
    configuration = configuration_of(request)
    moment = datetime.now(configuration.department.zone).replace(microsecond=0)
    summary = undo_acceptance(configuration, run_id, person.name, moment)
    return RedirectResponse(f"/runs/{summary.run_id}", status_code=303)


@router.post("/runs/{run_id}/withdraw")
@form_page(_run_again)
def withdraw_run(request: Request, person: Admin, form: Form, run_id: Number) -> Response:
    """Withdraw a run that was dated wrongly, with a reason."""
    withdraw(configuration_of(request), run_id, person.name, field(form, "reason"))
    return RedirectResponse(f"/runs/{run_id}", status_code=303)


@router.get("/quarantine")
def list_quarantine(request: Request, _person: Viewer) -> Response:
    """Show the records that wait for a person and those already decided, each the newest first."""
    return _quarantine_page(request)


def _quarantine_page(request: Request) -> Response:
    rows = list_quarantined(configuration_of(request), dismissed=True)[::-1]
    waiting = _waiting(rows)
    decided = [row for row in rows if row["state"] != WAITING]
    return render_page(
        request,
        "nights/quarantine.html",
        waiting=page_of(request, waiting, RECORDS_A_PAGE, path="/quarantine"),
        decided=page_of(request, decided, RECORDS_A_PAGE, "before", path="/quarantine"),
        asked=expectation_text,
        lines=record_lines,
    )


@router.post("/quarantine/{quarantine_id}")
@form_page(_quarantine_page)
def decide_record(request: Request, person: Admin, form: Form, quarantine_id: Number) -> Response:
    """Release a record to the next run, or dismiss it."""
    decide = DECISIONS.get(field(form, "decision"))
    if decide is None:
        raise InputError("Chưa chọn cho qua hay để ngoài bản ghi; chưa ghi gì", "decision")
    with field_errors("reason"):
        decide(configuration_of(request), quarantine_id, person.name, field(form, "reason"))
    return RedirectResponse("/quarantine", status_code=303)


def _waiting(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the records on which nobody has decided."""
    return [row for row in rows if row["state"] == WAITING]
