"""Many findings at once: the ticked ones, or after a confirmation all that match the filter.

Status, division, person, due date and note: whatever of it is filled in is applied together.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from procedures.errors import ConflictError
from procedures.wording.words import STATUSES, day_text
from procedures.workbook_layout.registers import parse_day
from review.findings.list_view import (
    FindingsView,
    filter_labels,
    parse_seen,
    parse_seen_case,
    view_of_form,
    view_of_values,
)
from review.findings.outcomes import bulk_query
from review.findings.pages import list_page, today
from review.form_fields import FormRoute, failed_form, field_errors, form_page
from review.security import Analyst, Form, configuration_of, field, fields, parse_number
from review.templating import render_page
from settings.configuration import Configuration
from steps.findings import triage
from steps.findings.case_members import seen_findings
from steps.office import divisions
from warehouse.findings.bulk_triage import FindingChange

router = APIRouter(route_class=FormRoute)


def _list(request: Request) -> Response:
    """Return the list that holds the form."""
    failed = failed_form(request)
    return list_page(request, view_of_values(failed.values if failed else {}))


@router.post("/findings/bulk")
@form_page(_list)
def change_ticked(request: Request, person: Analyst, form: Form) -> Response:
    """Change the ticked findings; ask for confirmation where all that match the filter are meant."""
    configuration, view = configuration_of(request), view_of_form(form)
    change = _change_of(configuration, form)
    if field(form, "scope") == "all":
        return _confirm_page(request, view, form, change)
    seen = [parse_seen(text) for text in fields(form, "chosen")]
    seen += seen_findings(
        configuration,
        [parse_seen_case(text) for text in fields(form, "case")],
        view.criteria,
        today(configuration),
    )
    result = triage.change_many(configuration, seen, change, person.name)
    return RedirectResponse(f"/findings?{view.query()}&{bulk_query(result)}", status_code=303)


@router.post("/findings/bulk/all")
@form_page(_list, "list")
def change_filtered(request: Request, person: Analyst, form: Form) -> Response:
    """Change all findings that match the filter, if they are still those confirmed; else ask again."""
    configuration, view = configuration_of(request), view_of_form(form)
    change = _change_of(configuration, form)
    try:
        result = triage.change_all(
            configuration,
            view.criteria,
            today(configuration),
            change,
            mark=field(form, "mark"),
            by=person.name,
        )
    except ConflictError as error:
        return _confirm_page(request, view, form, change, str(error))
    return RedirectResponse(f"/findings?{view.query()}&{bulk_query(result)}", status_code=303)


def _change_of(configuration: Configuration, form: FormData) -> FindingChange:
    """Return what the bar of the list says; what is empty there stays as it is.

    Raises:
        InputError: there is no such division, the date is none, or a status is without a reason.
    """
    division, day = field(form, "division"), field(form, "wanted_by")
    with field_errors("wanted_by"):
        wanted_by = parse_day(day, "Hạn") if day else None
    return triage.checked_change(
        FindingChange(
            status=field(form, "status") or None,
            division=divisions.choose_division(configuration, division) if division else None,
            person=field(form, "person") or None,
            wanted_by=wanted_by,
            note=field(form, "note") or None,
        )
    )


def _change_labels(change: FindingChange) -> list[tuple[str, str]]:
    """Return what is to be done to the findings in words: each part that is given, with its value."""
    labels = (
        ("Trạng thái mới", change.status and STATUSES[change.status]),
        ("Giao cho", change.division),
        ("Người", change.person),
        ("Hạn", change.wanted_by and day_text(change.wanted_by)),
        ("Lý do, ghi chú chung", change.note),
    )
    return [(words, value) for words, value in labels if value]


def _confirm_page(
    request: Request, view: FindingsView, form: FormData, change: FindingChange, wrong: str | None = None
) -> Response:
    """Return the page that asks for confirmation; 409 with what is `wrong` where that was given before."""
    configuration = configuration_of(request)
    event = _number(form, "event") if wrong else None
    survey = triage.preview_change(configuration, view.criteria, today(configuration), change, event)
    return render_page(
        request,
        "findings/bulk.html",
        409 if wrong else 200,
        view=view,
        filter_words=filter_labels(view.criteria, configuration.source_name),
        survey=survey,
        moving=survey.standing.count - survey.stayed.count,
        confirmed_count=_number(form, "count"),
        change=change,
        change_words=_change_labels(change),
        wrong=wrong,
    )


def _number(form: FormData, name: str) -> int:
    """Return a number that the page itself put into the form; 0 where it is not one."""
    return parse_number(field(form, name)) or 0
