"""Many findings at once: the ticked ones, or after a confirmation all that match the filter."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from procedures.errors import ConflictError, InputError
from procedures.wording.words import STATUSES
from review.findings.list_view import FindingsView, filter_labels, parse_seen, view_of_form, view_of_values
from review.findings.pages import list_page, today
from review.form_fields import FormRoute, failed_form, field_errors, form_page
from review.security import Analyst, Form, configuration_of, field, fields, parse_number
from review.templating import render_page
from steps.findings import triage

router = APIRouter(route_class=FormRoute)


def _list(request: Request) -> Response:
    """Return the list that holds the form."""
    failed = failed_form(request)
    return list_page(request, view_of_values(failed.values if failed else {}))


@router.post("/findings/bulk")
@form_page(_list)
def move_ticked(request: Request, person: Analyst, form: Form) -> Response:
    """Move the ticked findings to one status; ask for confirmation where all that match are meant."""
    view = view_of_form(form)
    if field(form, "scope") == "all":
        return _confirm_page(request, view, form)
    seen = [parse_seen(text) for text in fields(form, "chosen")]
    with field_errors("note" if seen else "chosen"):
        result = triage.move_many(
            configuration_of(request), seen, field(form, "status"), person.name, field(form, "note")
        )
    outcome = urlencode({"done": result.moved, "refused": len(result.refused)})
    return RedirectResponse(f"/findings?{view.query()}&{outcome}", status_code=303)


@router.post("/findings/bulk/all")
@form_page(_list, "list")
def move_filtered(request: Request, person: Analyst, form: Form) -> Response:
    """Move all findings that match the filter, if they are still those confirmed; else ask again."""
    configuration, view = configuration_of(request), view_of_form(form)
    try:
        result = triage.move_all(
            configuration,
            view.criteria,
            today(configuration),
            mark=field(form, "mark"),
            status=field(form, "status"),
            by=person.name,
            note=field(form, "note"),
        )
    except ConflictError as error:
        return _confirm_page(request, view, form, str(error))
    unchanged = {"stayed": result.unchanged.count, "named": ",".join(map(str, result.unchanged.ids))}
    outcome = urlencode({"done": result.done} | (unchanged if result.unchanged.count else {}))
    return RedirectResponse(f"/findings?{view.query()}&{outcome}", status_code=303)


def _confirm_page(request: Request, view: FindingsView, form: FormData, wrong: str | None = None) -> Response:
    """Return the page that asks for confirmation; 409 with what is `wrong` where that was given before."""
    configuration = configuration_of(request)
    status, note = field(form, "status"), field(form, "note")
    if status not in STATUSES:
        raise InputError("Chưa chọn trạng thái mới")
    if not note:
        raise InputError(triage.NEEDS_REASON, "note")
    event = _number(form, "event") if wrong else None
    survey = triage.preview_move(configuration, view.criteria, today(configuration), status, event)
    return render_page(
        request,
        "findings/bulk.html",
        409 if wrong else 200,
        view=view,
        filter_words=filter_labels(view.criteria, configuration.source_name),
        survey=survey,
        moving=survey.standing.count - survey.stayed.count,
        confirmed_count=_number(form, "count"),
        new_status=status,
        note=note,
        wrong=wrong,
    )


def _number(form: FormData, name: str) -> int:
    """Return a number that the page itself put into the form; 0 where it is not one."""
    return parse_number(field(form, name)) or 0
