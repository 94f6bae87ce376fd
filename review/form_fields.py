"""Forms: each is carried out once; one that cannot be is shown again with what was typed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from procedures.errors import InputError, LockedError, NotFoundError
from review.idempotency import SentAlreadyError

Page = Callable[[Request], Response]
"""Shows the page that holds a form."""

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Response])

_PAGE, _FORM = "_form_page", "_form_name"


@dataclass(frozen=True, slots=True)
class FailedForm:
    """A form that could not be carried out: its name on the page, what was typed, and what is wrong.

    `fields` are those whose values are wrong; empty where the whole form is.
    """

    form: str
    values: Mapping[str, Sequence[str]]
    error: str
    fields: tuple[str, ...]


class FormView:
    """A form as its page shows it: with what was typed where it could not be carried out."""

    def __init__(self, name: str, failed: FailedForm | None) -> None:
        """Set up the form of that name; `failed` is the form that failed, this one or another."""
        self.name = name
        self._failed = failed if failed is not None and failed.form == name else None

    @property
    def failed(self) -> bool:
        """Return whether this is the form that failed."""
        return self._failed is not None

    def value(self, field: str, default: str | None = "") -> str:
        """Return the text to show in a field: what was typed, or `default` where the form did not fail."""
        if self._failed is None:
            return default or ""
        return next(iter(self._failed.values.get(field, ())), "")

    def is_checked(self, field: str, value: str, default: bool = False) -> bool:
        """Return whether a box is to be ticked, `default` where the form did not fail."""
        return default if self._failed is None else value in self._failed.values.get(field, ())

    def error(self, field: str) -> str | None:
        """Return what is wrong with a field, None where nothing is."""
        return self._failed.error if self._failed is not None and field in self._failed.fields else None


def form_views(request: Request) -> Callable[[str], FormView]:
    """Return a function that gives the forms of the page by their names."""
    failed = failed_form(request)
    return lambda name: FormView(name, failed)


def failed_form(request: Request) -> FailedForm | None:
    """Return the form that could not be carried out, where the page is shown because of it."""
    failed: FailedForm | None = getattr(request.state, "failed_form", None)
    return failed


def new_form_number() -> str:
    """Return a random number by which a form is recognised when it is sent twice."""
    return secrets.token_urlsafe(9)


def form_page(page: Page, form: str = "") -> Callable[[_Endpoint], _Endpoint]:
    """Declare which page holds a form; `form` is its name there, where the form itself does not send it."""

    def mark_endpoint(endpoint: _Endpoint) -> _Endpoint:
        setattr(endpoint, _PAGE, page)
        setattr(endpoint, _FORM, form)
        return endpoint

    return mark_endpoint


def form_page_of(endpoint: Callable[..., Any]) -> Page | None:
    """Return the page that holds the form which is sent to `endpoint`."""
    page: Page | None = getattr(endpoint, _PAGE, None)
    return page


@contextmanager
def field_errors(*fields: str) -> Iterator[None]:
    """Attribute input errors raised inside to these fields; one that names its fields keeps them."""
    try:
        yield
    except InputError as error:
        if error.fields or isinstance(error, NotFoundError):
            raise
        raise InputError(str(error), *fields) from error


class FormRoute(APIRoute):
    """A route whose form is carried out once, and whose page is shown again where that cannot be done."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of this route's requests."""
        handle = super().get_route_handler()

        async def handle_form(request: Request) -> Response:
            location = None
            try:
                response = await handle(request)
                if response.status_code == 303 and "set-cookie" not in response.headers:
                    location = response.headers["location"]
                return response
            except SentAlreadyError as repeated:
                return RedirectResponse(repeated.location, status_code=303)
            except (InputError, LockedError) as error:
                page = form_page_of(self.endpoint)
                if page is None:
                    raise
                return await self._show_again(request, page, error)
            finally:
                digest = getattr(request.state, "form_digest", None)
                if digest is not None:
                    request.app.state.sent_forms.settle(digest, location)

        return handle_form

    async def _show_again(self, request: Request, page: Page, error: InputError | LockedError) -> Response:
        """Return the form's page again; `page` itself answers where what the address names is unknown."""
        submitted = request.query_params if request.method == "GET" else await request.form()
        values: dict[str, list[str]] = {}
        for name, value in submitted.multi_items():
            if isinstance(value, str):
                values.setdefault(name, []).append(value)
        name = next(iter(values.get("form", ())), None) or getattr(self.endpoint, _FORM)
        fields = error.fields if isinstance(error, InputError) else ()
        request.state.failed_form = FailedForm(name, values, str(error), fields)
        response = await run_in_threadpool(page, request)
        if response.status_code == 200:
            response.status_code = _status_code(error)
        return response


def _status_code(error: InputError | LockedError) -> int:
    if isinstance(error, LockedError):
        return 409
    return 404 if isinstance(error, NotFoundError) else 400
