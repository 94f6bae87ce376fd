"""Undoing what somebody did to one finding or many."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from procedures.errors import NotFoundError
from review.findings.list_view import view_of_form, view_of_values
from review.findings.outcomes import may_undo, undo_query
from review.findings.pages import list_page
from review.form_fields import FormRoute, failed_form, form_page
from review.security import Analyst, Form, NotAllowedError, Number, configuration_of
from steps.findings import triage

router = APIRouter(route_class=FormRoute)


def _list(request: Request) -> Response:
    """Return the list, which says why nothing was undone."""
    failed = failed_form(request)
    return list_page(request, view_of_values(failed.values if failed else {}))


@router.post("/undo/{action_id}")
@form_page(_list, "undo-action")
def undo(request: Request, person: Analyst, form: Form, action_id: Number) -> Response:
    """Put back what an action changed; one's own, or as an administrator anybody's."""
    configuration, view = configuration_of(request), view_of_form(form)
    action = triage.find_action(configuration, action_id)
    if action is None:
        raise NotFoundError("Không còn thao tác này để hoàn tác: đã hoàn tác từ lâu, hoặc đã quá 30 ngày")
    if not may_undo(person, action):
        raise NotAllowedError(f"Chỉ {action.actor} hoặc người quản trị hoàn tác được thao tác này")
    result = triage.undo(configuration, action_id, person.name)
    page = f"/findings/{action.finding_ids[0]}" if len(action.finding_ids) == 1 else "/findings"
    query = "&".join(filter(None, (view.query(), undo_query(result))))
    return RedirectResponse(f"{page}?{query}", status_code=303)
