"""The log of signing in, for administrators."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from review.form_fields import FormRoute
from review.paging import loaded_page, requested_page
from review.security import Admin, configuration_of
from review.templating import render_page
from steps.database import reading_connection
from steps.office.sign_in_log import stored_name
from warehouse.office.sign_in_events import LONGEST_NAME, list_events

router = APIRouter(route_class=FormRoute)

SIZE = 100
"""Events of one page."""


@router.get("/sign-ins")
def list_sign_ins(request: Request, _person: Admin) -> Response:
    """Show the events, the newest first; of one account where a name is asked for."""
    at = requested_page(request)
    name = request.query_params.get("name", "").strip()[:LONGEST_NAME]
    configuration = configuration_of(request)
    with reading_connection(configuration) as connection:
        events, total = list_events(
            connection, account=stored_name(name) if name else None, offset=(at - 1) * SIZE, limit=SIZE
        )
    return render_page(
        request,
        "accounts/sign_ins.html",
        page=loaded_page(request, events, total, SIZE),
        name=name,
        kept_days=configuration.retention.sign_ins_days,
    )
