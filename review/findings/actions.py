"""Actions on one finding: move it, assign it, accept a portal's value, note, confirm a code."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from procedures.errors import ConflictError, InputError
from procedures.wording.words import SIDE_LABELS, STATUSES
from procedures.workbook_layout.registers import FEEDBACK, parse_day
from review.findings.list_view import FindingsView, parse_seen, view_of_form, view_of_values
from review.findings.pages import finding_values, list_page, today
from review.form_fields import FormRoute, failed_form, field_errors, form_page
from review.office.entries import check_values
from review.security import Analyst, Form, Number, configuration_of, field, parse_number
from review.templating import render_page
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.findings import accept_value, code_matches, triage
from steps.findings.triage import SeenVersion
from steps.office import divisions, registers
from warehouse.findings import queries

router = APIRouter(route_class=FormRoute)

FEEDBACK_FIELDS = ("source", "number", "received", "content")
"""The fields in which a citizen's phản ánh, kiến nghị is entered."""

UNDO_IN_LIST = "undo-list"
"""The form by which an accepted value is undone from the list."""


def _page_of_form(request: Request) -> Response:
    """Return the page of the finding, or the list, that holds the form."""
    failed = failed_form(request)
    view = view_of_values(failed.values if failed else {})
    if failed is not None and failed.form == UNDO_IN_LIST:
        return list_page(request, view)
    values = finding_values(request, view, int(request.path_params["finding_id"]))
    return render_page(request, "findings/finding.html", **values, message=None)


@router.post("/findings/{finding_id}/status")
@form_page(_page_of_form)
def change_status(request: Request, person: Analyst, form: Form, finding_id: Number) -> Response:
    """Confirm, ignore, take up, resolve or reopen a finding; then go on to the next of the list."""
    configuration, view = configuration_of(request), view_of_form(form)
    with reading_connection(configuration) as connection:
        _, after, _, _ = queries.neighbours(
            connection, view.criteria, view.sort, today(configuration), finding_id
        )
    status, note = field(form, "status"), field(form, "note")
    try:
        with field_errors("note"):
            action_id = triage.move(
                configuration, _seen_in(form, finding_id), status, person.name, note or None
            )
    except ConflictError as error:
        return _conflict(request, view, finding_id, error, STATUSES.get(status, status), note)
    outcome = urlencode({"moved": finding_id, "to": status, "act": action_id})
    return RedirectResponse(
        f"/findings/{after}?{view.query()}&{outcome}" if after else f"/findings?{view.query()}&{outcome}",
        status_code=303,
    )


@router.post("/findings/{finding_id}/assign")
@form_page(_page_of_form)
def assign(request: Request, person: Analyst, form: Form, finding_id: Number) -> Response:
    """Assign a finding to a division and a person, with a date."""
    configuration, view, day = configuration_of(request), view_of_form(form), field(form, "wanted_by")
    division, note = field(form, "division"), field(form, "note")
    with field_errors("wanted_by"):
        wanted_by = parse_day(day, "Hạn") if day else None
    try:
        with field_errors("division"):
            action_id = triage.assign(
                configuration,
                _seen_in(form, finding_id),
                person.name,
                division=divisions.choose_division(configuration, division) if division else None,
                person=field(form, "person") or None,
                wanted_by=wanted_by,
                note=note or None,
            )
    except ConflictError as error:
        action = f"giao {division} {field(form, 'person')} {day}".strip()
        return _conflict(request, view, finding_id, error, action, note)
    return _back_to(finding_id, view, "assigned", action_id)


@router.post("/findings/{finding_id}/accept")
@form_page(_page_of_form)
def accept(request: Request, person: Analyst, form: Form, finding_id: Number) -> Response:
    """Accept a portal's value into the catalogue's next snapshot, which can be undone."""
    configuration, view, role = configuration_of(request), view_of_form(form), field(form, "role")
    try:
        accept_value.accept_value(
            configuration, _seen_in(form, finding_id), role, person.name, _now(configuration)
        )
    except ConflictError as error:
        action = f"lấy giá trị của {SIDE_LABELS.get(role, role)} vào danh mục"
        return _conflict(request, view, finding_id, error, action, "")
    return _back_to(finding_id, view, "accepted")


@router.post("/findings/{finding_id}/undo")
@form_page(_page_of_form)
def undo(request: Request, person: Analyst, form: Form, finding_id: Number) -> Response:
    """Restore what the catalogue said before a portal's value was accepted."""
    configuration, view = configuration_of(request), view_of_form(form)
    run_id = parse_number(field(form, "run"))
    if run_id is None:
        raise InputError("Hoàn tác: chưa rõ lần chạy nào")
    accept_value.undo_acceptance(configuration, run_id, person.name, _now(configuration))
    if field(form, "form") == UNDO_IN_LIST:
        return RedirectResponse(f"/findings?{view.query()}&told=undone", status_code=303)
    return _back_to(finding_id, view, "undone")


@router.post("/findings/{finding_id}/note")
@form_page(_page_of_form)
def add_note(request: Request, person: Analyst, form: Form, finding_id: Number) -> Response:
    """Add a note."""
    with field_errors("note"):
        triage.add_note(configuration_of(request), finding_id, field(form, "note"), person.name)
    return _back_to(finding_id, view_of_form(form), "noted")


@router.post("/findings/{finding_id}/feedback")
@form_page(_page_of_form)
def enter_feedback(request: Request, person: Analyst, form: Form, finding_id: Number) -> Response:
    """Enter what a citizen wrote about it into the register of feedback."""
    values = {name: field(form, name) for name in FEEDBACK_FIELDS}
    check_values(FEEDBACK, values)
    with field_errors("number"):
        registers.add_feedback(configuration_of(request), finding_id, values, person.name)
    return _back_to(finding_id, view_of_form(form), "heard")


@router.post("/findings/{finding_id}/match")
@form_page(_page_of_form)
def confirm_code(request: Request, person: Analyst, form: Form, finding_id: Number) -> Response:
    """Confirm which code a row without one has."""
    other = field(form, "other", 40)
    if not other and not field(form, "code"):
        raise InputError("Xác nhận mã: chưa chọn hoặc ghi mã nào", "other")
    with field_errors("other" if other else "code"):
        code_matches.confirm_match(
            configuration_of(request), finding_id, other or field(form, "code"), person.name
        )
    return _back_to(finding_id, view_of_form(form), "matched")


def _now(configuration: Configuration) -> datetime:
    return datetime.now(configuration.department.zone).replace(microsecond=0)


def _conflict(
    request: Request, view: FindingsView, finding_id: int, error: ConflictError, action: str, note: str
) -> Response:
    values = finding_values(request, view, finding_id)
    return render_page(
        request, "findings/conflict.html", 409, **values, words=str(error), action=action, note=note
    )


def _seen_in(form: FormData, finding_id: int) -> SeenVersion:
    return parse_seen(f"{finding_id}:{field(form, 'version')}")


def _back_to(finding_id: int, view: FindingsView, action: str, action_id: int | None = None) -> Response:
    act = "" if action_id is None else f"act={action_id}"
    query = "&".join(filter(None, (view.query(), f"told={action}", act)))
    return RedirectResponse(f"/findings/{finding_id}?{query}", status_code=303)
