"""Logging in and out, changing the password, and the health check."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from procedures.errors import InputError
from procedures.office.accounts import FAILURE_WINDOW
from procedures.office.passwords import SHORTEST
from review.form_fields import FormRoute
from review.security import (
    Form,
    NotAllowedError,
    OptionalPerson,
    Viewer,
    configuration_of,
    cookie_name,
    field,
    set_cookie,
)
from review.templating import render_page
from review.tickets import drop_ticket, read_ticket, set_ticket
from steps.office import accounts, second_factor
from steps.office.accounts import Person
from steps.office.sign_in_log import TooManyTriesError

router = APIRouter(route_class=FormRoute)

HALF_OPEN, CODE_WITHIN = "code", timedelta(minutes=5)
"""The ticket of whoever gave the right password, and for how long the code is waited for."""

MESSAGES = {
    "changed": "Đã đổi mật khẩu; các phiên khác của tài khoản đã kết thúc.",
    "weak": "Mật khẩu đang dùng quá dễ đoán theo quy định hiện nay; hãy đổi ngay.",
}


@router.get("/healthz")
def check_health() -> Response:
    """Answer "ok" while the site is up."""
    return PlainTextResponse("ok")


@router.get("/login")
def show_login(request: Request, person: OptionalPerson, next: str = "/") -> Response:
    """Show the log-in form; redirect whoever is signed in already."""
    if person is not None:
        return RedirectResponse(local_path(next), status_code=303)
    return login_page(request, target=local_path(next), left=request.query_params.get("told") == "out")


@router.post("/login")
def sign_in(request: Request, form: Form) -> Response:
    """Open a session, or say that name and password do not match."""
    name, target = field(form, "username", 64), local_path(field(form, "next"))
    configuration, password = configuration_of(request), typed_password(form, "password")
    try:
        step = accounts.sign_in(configuration, name, password, request.state.address)
    except TooManyTriesError as error:
        return retry_later(login_page(request, 429, target=target, wrong=str(error), name=name))
    if step is None:
        wrong = "Tên đăng nhập hoặc mật khẩu không đúng"
        return login_page(request, 401, target=target, wrong=wrong, name=name)
    if not accounts.has_good_password(configuration, name, password):
        target = "/password?told=weak"
    if step.secret is not None:
        return enter(request, step.secret, target)
    response = RedirectResponse("/login/code", status_code=303)
    seen = second_factor.password_digest(step.account.password)
    values = {"account": step.account.name, "seen": seen, "next": target}
    set_ticket(response, request, HALF_OPEN, values, CODE_WITHIN)
    return response


def login_page(
    request: Request,
    status: int = 200,
    *,
    target: str = "/",
    wrong: str | None = None,
    name: str = "",
    left: bool = False,
) -> Response:
    """Return the log-in page; `left`: somebody has just logged out."""
    provider = configuration_of(request).site.oidc
    return render_page(
        request,
        "accounts/login.html",
        status,
        next=target,
        wrong=wrong,
        name=name,
        left=left,
        provider=None if provider is None else provider.title,
    )


def enter(request: Request, secret: str, target: str) -> Response:
    """Redirect to `target` with a new session; the one that this browser had before ends."""
    old = request.cookies.get(cookie_name(request, "session"))
    if old:
        accounts.sign_out(configuration_of(request), old)
    response = RedirectResponse(target, status_code=303)
    set_cookie(response, request, "session", secret)
    return response


@router.get("/login/code")
def show_code_form(request: Request) -> Response:
    """Show the form that asks for the code, where a password was right just before."""
    if read_ticket(request, HALF_OPEN) is None:
        return RedirectResponse("/login", status_code=303)
    return render_page(request, "accounts/code.html", wrong=None)


@router.post("/login/code")
def finish_sign_in(request: Request, form: Form) -> Response:
    """Open a session, or say that the code is wrong."""
    ticket = read_ticket(request, HALF_OPEN)
    if ticket is None:
        return RedirectResponse("/login", status_code=303)
    code, address = field(form, "code", 64), request.state.address
    try:
        secret = second_factor.finish_sign_in(
            configuration_of(request), ticket["account"], ticket["seen"], code, address
        )
    except TooManyTriesError as error:
        return retry_later(render_page(request, "accounts/code.html", 429, wrong=str(error)))
    if secret is None:
        wrong = "Mã không đúng hoặc đã dùng; hãy nhập mã đang hiện trên điện thoại"
        return render_page(request, "accounts/code.html", 401, wrong=wrong)
    response = enter(request, secret, ticket["next"])
    drop_ticket(response, request, HALF_OPEN)
    return response


@router.get("/password")
def show_password_form(request: Request, person: Viewer) -> Response:
    """Show the form in which people change the password of their own account."""
    refuse_without_password(request)
    info = MESSAGES.get(request.query_params.get("told", ""))
    return _password_page(request, person, info=info)


@router.post("/password")
def change_password(request: Request, person: Viewer, form: Form) -> Response:
    """Change the password, end the account's other sessions, and renew this one."""
    refuse_without_password(request)
    new = typed_password(form, "new")
    if new != typed_password(form, "again"):
        return _password_page(request, person, 400, wrong="Mật khẩu mới: hai lần nhập không giống nhau")
    current, address = typed_password(form, "present"), request.state.address
    try:
        secret = accounts.renew_password(configuration_of(request), person.name, current, new, address)
    except TooManyTriesError as error:
        return retry_later(_password_page(request, person, 429, wrong=str(error)))
    except InputError as error:
        return _password_page(request, person, 400, wrong=str(error))
    response = RedirectResponse("/password?told=changed", status_code=303)
    set_cookie(response, request, "session", secret)
    return response


@router.post("/logout")
def sign_out(request: Request, form: Form) -> Response:
    """End the session here and in the warehouse."""
    assert form is not None
    secret = request.cookies.get(cookie_name(request, "session"))
    if secret:
        accounts.sign_out(configuration_of(request), secret)
    by_provider = configuration_of(request).site.oidc is not None
    response = RedirectResponse("/login?told=out" if by_provider else "/login", status_code=303)
    response.delete_cookie(cookie_name(request, "session"), path="/", secure=request.state.secure)
    return response


def _password_page(
    request: Request, person: Person, status: int = 200, *, info: str | None = None, wrong: str | None = None
) -> Response:
    return render_page(
        request, "accounts/password.html", status, name=person.name, info=info, wrong=wrong, shortest=SHORTEST
    )


def refuse_without_password(request: Request) -> None:
    """Raise NotAllowedError for whom the site asked no password: what belongs to it is kept elsewhere."""
    if request.state.proxy_user:
        raise NotAllowedError(
            "Tài khoản này đăng nhập qua máy chủ ủy nhiệm; đổi mật khẩu ở nơi cấp tài khoản"
        )


def typed_password(form: FormData, name: str) -> str:
    """Return a password as it was typed, blanks included."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def retry_later(response: Response) -> Response:
    """Return the response with the time after which another try makes sense."""
    response.headers["Retry-After"] = str(int(FAILURE_WINDOW.total_seconds()))
    return response


def local_path(address: str) -> str:
    """Return the address where it is a path of this site, else the first page."""
    local = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if local and address.isprintable() else "/"
