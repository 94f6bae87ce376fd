"""The last night of every office of the server, for administrators of a site that may see them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from procedures.errors import NotFoundError
from procedures.wording.words import age_text
from review.form_fields import FormRoute
from review.security import Admin, configuration_of
from review.templating import render_page
from steps.nights.offices import last_nights

router = APIRouter(route_class=FormRoute)


@router.get("/offices")
def list_offices(request: Request, _person: Admin) -> Response:
    """Show the offices by name; one that cannot be read is a line that says why."""
    configuration = configuration_of(request)
    if not configuration.site.all_offices:
        raise NotFoundError("Trang web này không được đặt để xem mọi đơn vị (all_offices trong [site])")
    nights = last_nights(configuration.offices)
    return render_page(
        request,
        "nights/offices.html",
        nights=nights,
        ages={each.name: age_text(each.age) for each in nights if each.age is not None},
        to_look_at=sum(each.needs_a_look for each in nights),
    )
