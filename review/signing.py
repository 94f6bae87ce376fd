"""Log in, log out, and whether the site is alive."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from review.doors import (
    Form,
    Maybe,
    configuration_of,
    cookie_name,
    field,
    set_cookie,
)
from review.render import page
from steps import people

router = APIRouter()


@router.get("/healthz")
def alive() -> Response:
    """Answers while the site does."""
    return PlainTextResponse("ok")


@router.get("/login")
def ask(request: Request, person: Maybe, next: str = "/") -> Response:
    """The form; who is signed in already is led on."""
    if person is not None:
        return RedirectResponse(_inside(next), status_code=303)
    return page(request, "login.html", next=_inside(next), wrong=None, name="")


@router.post("/login")
def sign_in(request: Request, form: Form) -> Response:
    """Open a session, or say that name and password do not go together."""
    name, onward = field(form, "username", 64), _inside(field(form, "next"))
    password = form.get("password")
    try:
        secret = people.sign_in(
            configuration_of(request),
            name,
            password if isinstance(password, str) else "",
            request.state.address,
        )
    except people.TooManyTriesError as error:
        response: Response = page(request, "login.html", 429, next=onward, wrong=str(error), name=name)
        response.headers["Retry-After"] = "900"
        return response
    if secret is None:
        wrong = "Tên đăng nhập hoặc mật khẩu không đúng"
        return page(request, "login.html", 401, next=onward, wrong=wrong, name=name)
    old = request.cookies.get(cookie_name(request, "session"))
    if old:
        people.sign_out(configuration_of(request), old)
    response = RedirectResponse(onward, status_code=303)
    set_cookie(response, request, "session", secret)
    return response


@router.post("/logout")
def sign_out(request: Request, form: Form) -> Response:
    """End the session here and in the warehouse."""
    assert form is not None
    secret = request.cookies.get(cookie_name(request, "session"))
    if secret:
        people.sign_out(configuration_of(request), secret)
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(cookie_name(request, "session"), path="/", secure=request.state.secure)
    return response


def _inside(address: str) -> str:
    """A path of this site; anything else becomes the first page."""
    plain = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if plain and address.isprintable() else "/"
