"""Forms: carried out once, and led back to with what was typed where something of it is wrong."""

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

from procedures.errors import InputError, LockedError, UnknownThingError
from review.sent_once import SentAlreadyError

Page = Callable[[Request], Response]
"""Shows the page that a form stands on."""

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Response])

_PAGE, _FORM = "_page_of_the_form", "_name_of_the_form"


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent by a form that could not be carried out: its name on the page, and what is wrong of it.

    `fields` are the questions whose answers are wrong, none where it is the whole.
    """

    form: str
    values: Mapping[str, Sequence[str]]
    wrong: str
    fields: tuple[str, ...]


class Filled:
    """A form as its page shows it: with what was typed where it was sent and could not be carried out."""

    def __init__(self, name: str, sent: Sent | None) -> None:
        """The form of that name; `sent` is the form that was sent, this one or another."""
        self.name = name
        self._sent = sent if sent is not None and sent.form == name else None

    @property
    def sent(self) -> bool:
        """Whether this is the form that was sent."""
        return self._sent is not None

    def said(self, field: str, otherwise: str | None = "") -> str:
        """The text to show in a field: what was typed, `otherwise` where the form was not sent."""
        if self._sent is None:
            return otherwise or ""
        return next(iter(self._sent.values.get(field, ())), "")

    def chosen(self, field: str, value: str, otherwise: bool = False) -> bool:
        """Whether a box is to be ticked, `otherwise` where the form was not sent."""
        return otherwise if self._sent is None else value in self._sent.values.get(field, ())

    def why(self, field: str) -> str | None:
        """What is wrong of a field."""
        return self._sent.wrong if self._sent is not None and field in self._sent.fields else None


def filled(request: Request) -> Callable[[str], Filled]:
    """Gives the forms of the page that answers `request`, by their names."""
    sent = sent_with(request)
    return lambda name: Filled(name, sent)


def sent_with(request: Request) -> Sent | None:
    """The form that could not be carried out, where the page is shown because of it."""
    sent: Sent | None = getattr(request.state, "sent", None)
    return sent


def number_once() -> str:
    """The number by which a form is known when it is sent twice."""
    return secrets.token_urlsafe(9)


def stands_on(page: Page, form: str = "") -> Callable[[_Endpoint], _Endpoint]:
    """Say which page a form stands on; `form` is its name there, where the form itself does not give it."""

    def marked(endpoint: _Endpoint) -> _Endpoint:
        setattr(endpoint, _PAGE, page)
        setattr(endpoint, _FORM, form)
        return endpoint

    return marked


def page_of(endpoint: Callable[..., Any]) -> Page | None:
    """The page that a form stands on which is sent to `endpoint`."""
    page: Page | None = getattr(endpoint, _PAGE, None)
    return page


@contextmanager
def about(*fields: str) -> Iterator[None]:
    """What is found wrong here is wrong of these fields of the form; what is unknown stays so."""
    try:
        yield
    except InputError as error:
        if error.fields or isinstance(error, UnknownThingError):
            raise
        raise InputError(str(error), *fields) from error


class FormRoute(APIRoute):
    """A route whose form is carried out once, and whose page is shown again where that cannot be done."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the requests of this route."""
        answer = super().get_route_handler()

        async def answering(request: Request) -> Response:
            location = None
            try:
                response = await answer(request)
                if response.status_code == 303 and "set-cookie" not in response.headers:
                    location = response.headers["location"]
                return response
            except SentAlreadyError as done:
                return RedirectResponse(done.location, status_code=303)
            except (InputError, LockedError) as error:
                page = page_of(self.endpoint)
                if page is None:
                    raise
                return await self._led_back(request, page, error)
            finally:
                mark = getattr(request.state, "mark", None)
                if mark is not None:
                    request.app.state.once.settle(mark, location)

        return answering

    async def _led_back(self, request: Request, page: Page, error: InputError | LockedError) -> Response:
        """The form's page once more; `page` itself says so where what the address names is unknown."""
        given = request.query_params if request.method == "GET" else await request.form()
        values: dict[str, list[str]] = {}
        for name, value in given.multi_items():
            if isinstance(value, str):
                values.setdefault(name, []).append(value)
        name = next(iter(values.get("form", ())), None) or getattr(self.endpoint, _FORM)
        fields = error.fields if isinstance(error, InputError) else ()
        request.state.sent = Sent(name, values, str(error), fields)
        response = await run_in_threadpool(page, request)
        if response.status_code == 200:
            response.status_code = _status(error)
        return response


def _status(error: InputError | LockedError) -> int:
    if isinstance(error, LockedError):
        return 409
    return 404 if isinstance(error, UnknownThingError) else 400
