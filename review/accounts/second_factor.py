"""A person's second factor: turning it on with a telephone, its recovery codes, and turning it off."""

from __future__ import annotations

from collections.abc import Sequence

import segno
from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from procedures.errors import InputError
from review.accounts.sign_in import refuse_without_password, retry_later, typed_password
from review.form_fields import FormRoute
from review.security import Form, Viewer, configuration_of, cookie_name, field
from review.templating import render_page
from steps.office import second_factor
from steps.office.accounts import Person
from steps.office.sign_in_log import TooManyTriesError

router = APIRouter(route_class=FormRoute)

ADDRESS = "/second-factor"

MESSAGES = {"off": "Đã tắt mã xác thực hai bước."}


@router.get("/second-factor")
def show_second_factor(request: Request, person: Viewer) -> Response:
    """Show whether a code is asked for at log-in, and how to change that."""
    return _page(request, person)


@router.post("/second-factor")
def start(request: Request, person: Viewer, form: Form) -> Response:
    """Make a secret, after the password was given; the page then shows it."""
    refuse_without_password(request)
    try:
        second_factor.start(
            configuration_of(request), person.name, typed_password(form, "present"), request.state.address
        )
    except TooManyTriesError as error:
        return retry_later(_page(request, person, 429, wrong=str(error)))
    except InputError as error:
        return _page(request, person, 400, wrong=str(error))
    return RedirectResponse(ADDRESS, status_code=303)


@router.post("/second-factor/confirm")
def confirm(request: Request, person: Viewer, form: Form) -> Response:
    """Turn the second factor on with a first code; show the recovery codes, this once."""
    refuse_without_password(request)
    session = request.cookies.get(cookie_name(request, "session"), "")
    try:
        codes = second_factor.confirm(
            configuration_of(request), person.name, field(form, "code", 64), session, request.state.address
        )
    except InputError as error:
        return _page(request, person, 400, wrong=str(error))
    return _page(request, person, codes=codes)


@router.post("/second-factor/codes")
def renew_codes(request: Request, person: Viewer, form: Form) -> Response:
    """Show new recovery codes, this once; those of before end."""
    refuse_without_password(request)
    try:
        codes = second_factor.renew_recovery_codes(
            configuration_of(request), person.name, field(form, "code", 64), request.state.address
        )
    except TooManyTriesError as error:
        return retry_later(_page(request, person, 429, wrong=str(error)))
    except InputError as error:
        return _page(request, person, 400, wrong=str(error))
    return _page(request, person, codes=codes)


@router.post("/second-factor/off")
def turn_off(request: Request, person: Viewer, form: Form) -> Response:
    """Turn the second factor off, with password and code."""
    refuse_without_password(request)
    password, code = typed_password(form, "present"), field(form, "code", 64)
    try:
        second_factor.turn_off(configuration_of(request), person.name, password, code, request.state.address)
    except TooManyTriesError as error:
        return retry_later(_page(request, person, 429, wrong=str(error)))
    except InputError as error:
        return _page(request, person, 400, wrong=str(error))
    return RedirectResponse(f"{ADDRESS}?told=off", status_code=303)


def _page(
    request: Request,
    person: Person,
    status: int = 200,
    *,
    wrong: str | None = None,
    codes: Sequence[str] = (),
) -> Response:
    refuse_without_password(request)
    configuration = configuration_of(request)
    standing = second_factor.enrolment(configuration, person.name)
    return render_page(
        request,
        "accounts/second_factor.html",
        status,
        standing=standing,
        picture=None if standing.address is None else qr_code(standing.address),
        required=configuration.site.second_factor_for_admins and person.should_add_factor and not codes,
        info=MESSAGES.get(request.query_params.get("told", "")),
        wrong=wrong,
        codes=codes,
    )


def qr_code(text: str) -> Markup:
    """Return a QR code as an SVG element without styles or scripts."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(scale=5, dark="#000", light="#fff", border=4)
    return Markup(drawn)
