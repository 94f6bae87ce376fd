"""Signing in by an OpenID provider: out to it, and back with its answer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from procedures.errors import NotFoundError
from review.accounts.sign_in import enter, local_path, login_page
from review.form_fields import FormRoute
from review.security import configuration_of
from review.tickets import drop_ticket, read_ticket, set_ticket
from settings.oidc import OidcSettings
from steps.office import oidc
from steps.office.oidc_provider import ProviderError

router = APIRouter(route_class=FormRoute)

ATTEMPT, ANSWER_WITHIN = "oidc", timedelta(minutes=10)
"""The ticket of an attempt, and for how long its answer is waited for."""


@router.get("/login/provider")
def go_to_provider(request: Request, next: str = "/") -> Response:
    """Redirect to the provider; a link, as the policy of our pages lets no form go elsewhere."""
    settings = _settings(request)
    try:
        address, attempt = oidc.begin(configuration_of(request), _redirect_uri(request, settings))
    except ProviderError as error:
        return _refused(request, 503, error)
    response = RedirectResponse(address, status_code=303)
    set_ticket(response, request, ATTEMPT, {**asdict(attempt), "next": local_path(next)}, ANSWER_WITHIN)
    return response


@router.get("/login/provider/answer")
def take_answer(request: Request) -> Response:
    """Open a session by the provider's answer, or say in words why not."""
    settings = _settings(request)
    ticket = read_ticket(request, ATTEMPT)
    if ticket is None:
        return _refused(request, 400, ProviderError("lần đăng nhập này đã quá 10 phút; hãy thử lại"))
    attempt = oidc.Attempt(ticket["state"], ticket["nonce"], ticket["verifier"])
    answer = dict(request.query_params)
    try:
        secret = oidc.finish(
            configuration_of(request),
            attempt,
            _redirect_uri(request, settings),
            answer,
            request.state.address,
        )
    except ProviderError as error:
        response = _refused(request, 401, error)
    else:
        response = enter(request, secret, ticket["next"])
    drop_ticket(response, request, ATTEMPT)
    return response


@router.get("/login/provider/end")
def go_to_log_out(request: Request) -> Response:
    """Redirect to the provider's own page for logging out."""
    _settings(request)
    return RedirectResponse(oidc.log_out_address(configuration_of(request)) or "/login", status_code=303)


def _refused(request: Request, status: int, error: ProviderError) -> Response:
    return login_page(request, status, wrong=f"Chưa đăng nhập được: {error}")


def _settings(request: Request) -> OidcSettings:
    settings = configuration_of(request).site.oidc
    if settings is None:
        raise NotFoundError("Trang này không dùng nơi cấp tài khoản nào")
    return settings


def _redirect_uri(request: Request, settings: OidcSettings) -> str:
    scheme = "https" if request.state.secure else "http"
    return settings.redirect_uri or f"{scheme}://{request.url.netloc}/login/provider/answer"
