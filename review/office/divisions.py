"""Divisions: those to choose from, and adding or ending one."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from review.forms import FormRoute, about, stands_on
from review.security import Admin, Form, Viewer, configuration_of, field
from review.templating import page
from steps.office import divisions

router = APIRouter(route_class=FormRoute)

ADDRESS = "/divisions"

MESSAGES = {"added": "Đã thêm; từ nay chọn được ở mọi biểu mẫu.", "ended": "Đã thôi dùng."}


@router.get("/divisions")
def list_divisions(request: Request, _person: Viewer) -> Response:
    """Show the known divisions, and what names each."""
    return _divisions_page(request)


def _divisions_page(request: Request) -> Response:
    known, events = divisions.described(configuration_of(request))
    message = MESSAGES.get(request.query_params.get("told", ""))
    return page(request, "office/divisions.html", known=known, events=events, message=message)


@router.post("/divisions")
@stands_on(_divisions_page)
def add_division(request: Request, person: Admin, form: Form) -> Response:
    """Add a division."""
    with about("name"):
        divisions.add(configuration_of(request), field(form, "name"), person.name)
    return RedirectResponse(f"{ADDRESS}?{urlencode({'told': 'added'})}", status_code=303)


@router.post("/divisions/end")
@stands_on(_divisions_page)
def end_division(request: Request, person: Admin, form: Form) -> Response:
    """End a division that nothing names any longer."""
    with about("reason"):
        divisions.end(configuration_of(request), field(form, "name"), person.name, field(form, "reason"))
    return RedirectResponse(f"{ADDRESS}?{urlencode({'told': 'ended'})}", status_code=303)
