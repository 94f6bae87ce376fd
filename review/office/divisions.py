"""Divisions: those to choose from, and adding or ending one."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from review.form_fields import FormRoute, field_errors, form_page
from review.security import Admin, Form, Viewer, configuration_of, field
from review.templating import render_page
from steps.office import divisions

router = APIRouter(route_class=FormRoute)

ADDRESS = "/divisions"

MESSAGES = {"added": "Đã thêm; từ nay chọn được ở mọi biểu mẫu.", "ended": "Đã thôi dùng."}


@router.get("/divisions")
def list_divisions(request: Request, _person: Viewer) -> Response:
    """Show the known divisions, and what names each."""
    return _divisions_page(request)


def _divisions_page(request: Request) -> Response:
    known, events = divisions.divisions_with_events(configuration_of(request))
    message = MESSAGES.get(request.query_params.get("told", ""))
    return render_page(request, "office/divisions.html", known=known, events=events, message=message)


@router.post("/divisions")
@form_page(_divisions_page)
def add_division(request: Request, person: Admin, form: Form) -> Response:
    """Add a division."""
    with field_errors("name"):
        divisions.add_division(configuration_of(request), field(form, "name"), person.name)
    return RedirectResponse(f"{ADDRESS}?{urlencode({'told': 'added'})}", status_code=303)


@router.post("/divisions/end")
@form_page(_divisions_page)
def end_division(request: Request, person: Admin, form: Form) -> Response:
    """End a division that nothing names any longer."""
    with field_errors("reason"):
        divisions.end_division(
            configuration_of(request), field(form, "name"), person.name, field(form, "reason")
        )
    return RedirectResponse(f"{ADDRESS}?{urlencode({'told': 'ended'})}", status_code=303)
