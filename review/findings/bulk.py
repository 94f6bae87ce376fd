"""Many findings at once: the ticked ones, or after a second look all that the filter finds."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from procedures.errors import ConflictError, InputError
from procedures.wording.words import STATUSES
from review.findings.list_view import View, in_words, seen_of, view_back, view_of_back
from review.findings.pages import list_page, today
from review.forms import FormRoute, about, sent_with, stands_on
from review.security import Analyst, Form, configuration_of, field, fields, number_in
from review.templating import page
from steps.findings import triage

router = APIRouter(route_class=FormRoute)


def _list(request: Request) -> Response:
    """The list that the form stands on."""
    sent = sent_with(request)
    return list_page(request, view_of_back(sent.values if sent else {}))


@router.post("/findings/bulk")
@stands_on(_list)
def moved_many(request: Request, person: Analyst, form: Form) -> Response:
    """Many findings, one status, one reason; all that the filter finds is shown for a second look first."""
    view = view_back(form)
    if field(form, "scope") == "all":
        return _asked(request, view, form)
    seen = [seen_of(text) for text in fields(form, "chosen")]
    with about("note" if seen else "chosen"):
        moved = triage.move_many(
            configuration_of(request), seen, field(form, "status"), person.name, field(form, "note")
        )
    told = urlencode({"done": moved.done, "refused": len(moved.refused)})
    return RedirectResponse(f"/findings?{view.query()}&{told}", status_code=303)


@router.post("/findings/bulk/all")
@stands_on(_list, "list")
def moved_all(request: Request, person: Analyst, form: Form) -> Response:
    """All that the filter finds, if it still is what was confirmed; else what moved, and asked again."""
    configuration, view = configuration_of(request), view_back(form)
    try:
        swept = triage.move_all(
            configuration,
            view.wanted,
            today(configuration),
            mark=field(form, "mark"),
            status=field(form, "status"),
            by=person.name,
            note=field(form, "note"),
        )
    except ConflictError as error:
        return _asked(request, view, form, str(error))
    stayed = {"stayed": swept.stayed.count, "named": ",".join(map(str, swept.stayed.named))}
    told = urlencode({"done": swept.done} | (stayed if swept.stayed.count else {}))
    return RedirectResponse(f"/findings?{view.query()}&{told}", status_code=303)


def _asked(request: Request, view: View, form: FormData, wrong: str | None = None) -> Response:
    """The page that asks whether all of it is meant; 409 and what is `wrong` where it was asked before."""
    configuration = configuration_of(request)
    status, note = field(form, "status"), field(form, "note")
    if status not in STATUSES:
        raise InputError("Chưa chọn trạng thái mới")
    if not note:
        raise InputError(triage.NEEDS_REASON, "note")
    event = _number(form, "event") if wrong else None
    found = triage.survey(configuration, view.wanted, today(configuration), status, event)
    return page(
        request,
        "findings/bulk.html",
        409 if wrong else 200,
        view=view,
        words=in_words(view.wanted, configuration.source_name),
        found=found,
        moving=found.standing.count - found.stayed.count,
        before=_number(form, "count"),
        wanted=status,
        note=note,
        wrong=wrong,
    )


def _number(form: FormData, name: str) -> int:
    """A number that the page itself had put there; 0 where it is none."""
    return number_in(field(form, name)) or 0
