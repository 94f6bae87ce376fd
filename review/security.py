"""Security of the site: headers, size limits, trusted proxies, sessions, tokens and roles."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import BackgroundTasks, Depends, Request
from fastapi import Path as PathValue
from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from procedures.errors import RasoatError, SettingsError, WarehouseError
from procedures.office.accounts import SESSION_LIFETIME, Role
from procedures.values.limits import MAX_ID
from review.idempotency import form_digest
from settings.configuration import Configuration
from settings.site import SiteSettings
from steps.office import accounts
from steps.office.accounts import Person

SMALL, UPLOAD_LIMIT = 1 << 20, 20 << 20
"""The most bytes of a request: of a form, and of one that uploads a workbook."""

UPLOAD_PATHS = ("/catalogue/preview", "/sheets", "/decisions/documents")
"""Where a file may be brought."""

WITHOUT_SECOND_FACTOR = ("/second-factor", "/second-factor/confirm", "/password")
"""What an administrator reaches who has to turn the second factor on first."""

MIN_KEY_LENGTH = 32

_TOUCH_LOCK = threading.Lock()

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Headers of every response."""


class SignInNeededError(RasoatError):
    """Nobody is signed in."""


class SecondFactorNeededError(RasoatError):
    """An administrator has to turn the second factor on before anything else."""


class NotAllowedError(RasoatError):
    """The person signed in may not do this, or a form carries no valid token."""


def secret_key(configuration: Configuration) -> bytes:
    """Return the site's key: from the environment, else created once and stored in `RASOAT_HOME`.

    Raises:
        SettingsError: it is too short.
        WarehouseError: it cannot be stored.
    """
    if configuration.secret_key is not None:
        if len(configuration.secret_key) < MIN_KEY_LENGTH:
            raise SettingsError(f"RASOAT_SECRET_KEY: quá ngắn, cần ít nhất {MIN_KEY_LENGTH} ký tự")
        return configuration.secret_key.encode()
    file = configuration.home / "secret-key"
    try:
        configuration.home.mkdir(parents=True, exist_ok=True)
        _create_key(file)
        return file.read_bytes().strip()
    except OSError as error:
        raise WarehouseError(f"{file}: không giữ được khóa của trang web ({error.strerror})") from error


def _create_key(file: Path) -> None:
    """Create the key file unless there is one; programs that start together end with the same key."""
    if file.exists():
        return
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()


class SecurityMiddleware:
    """The outermost layer: limits requests, and puts `HEADERS` on responses.

    `state.address` is the peer's, or what a trusted proxy says last. `state.relayed`: a proxy that is
    not trusted says that it asks for somebody else.
    """

    def __init__(self, app: ASGIApp, site: SiteSettings) -> None:
        self.app = app
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        peer = (scope.get("client") or ("", 0))[0]
        trusted = peer in self.site.trusted_proxies
        secure = scope["scheme"] == "https" or (trusted and headers.get("x-forwarded-proto") == "https")
        forwarded = ",".join(headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
        relayed = not trusted and ("x-forwarded-for" in headers or "forwarded" in headers)
        proxy_user = headers.get(self.site.user_header) if trusted and self.site.user_header else None
        scope.setdefault("state", {}).update(
            address=(forwarded or peer) if trusted else peer,
            relayed=relayed,
            secure=secure,
            proxy_user=proxy_user,
        )
        limit = UPLOAD_LIMIT if scope["path"] in UPLOAD_PATHS else SMALL

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message, secure)
            await send(message)

        declared = parse_number(headers.get("content-length", "0"))
        if declared is None or declared > limit:
            await _too_large(limit)(scope, receive, send_with_headers)
            return
        await self.app(scope, _limit_body(receive, limit), send_with_headers)


def _add_headers(message: Message, secure: bool) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"


def _limit_body(receive: Receive, limit: int) -> Receive:
    """Return a `receive` that ends the request as a disconnect once more came than is allowed."""
    received = 0

    async def receive_limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        return {"type": "http.disconnect"} if received > limit else message

    return receive_limited


def _too_large(limit: int) -> PlainTextResponse:
    return PlainTextResponse(f"Dữ liệu gửi lên quá lớn (tối đa {limit >> 20} MB)", status_code=413)


def configuration_of(request: Request) -> Configuration:
    """Return the settings that the site was started with."""
    configuration: Configuration = request.app.state.configuration
    return configuration


def cookie_name(request: Request, kind: str) -> str:
    """Return the cookie's name; behind TLS browsers bind `__Host-` to this very host."""
    return f"__Host-rasoat-{kind}" if request.state.secure else f"rasoat-{kind}"


def set_cookie(
    response: Any, request: Request, kind: str, value: str, lifetime: timedelta = SESSION_LIFETIME
) -> None:
    """Set a cookie that scripts and other sites never see."""
    response.set_cookie(
        cookie_name(request, kind),
        value,
        max_age=int(lifetime.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.state.secure,
        path="/",
    )


def csrf_token(request: Request) -> str:
    """Return the CSRF token that forms of this session, or of this browser before it, carry."""
    session = request.cookies.get(cookie_name(request, "session"))
    bound = session or request.cookies.get(cookie_name(request, "form")) or _form_secret(request)
    return hmac.new(request.app.state.key, b"csrf\x00" + bound.encode(), hashlib.sha256).hexdigest()


def _form_secret(request: Request) -> str:
    """Return a secret for a browser that has none yet; `templating.page` sets it as a cookie."""
    secret: str | None = getattr(request.state, "form_secret", None)
    if secret is None:
        secret = request.state.form_secret = secrets.token_urlsafe(32)
    return secret


def current_person(request: Request, background: BackgroundTasks) -> Person | None:
    """Return who is signed in, by the session's cookie or a trusted proxy's header; None if nobody is."""
    configuration = configuration_of(request)
    if request.state.proxy_user:
        return accounts.find_person(configuration, request.state.proxy_user)
    secret = request.cookies.get(cookie_name(request, "session"))
    if not secret:
        return None
    person, used = accounts.session_person(configuration, secret)
    if used is not None:
        background.add_task(_touch, configuration, secret, used)
    return person


def _touch(configuration: Configuration, secret: str, at: datetime) -> None:
    """Record that a session was used; one at a time, so that a writing night blocks no reader."""
    if not _TOUCH_LOCK.acquire(blocking=False):
        return
    try:
        accounts.touch_session(configuration, secret, at)
    except WarehouseError:
        return  # the next request tries again
    finally:
        _TOUCH_LOCK.release()


def require_sign_in(request: Request, person: Annotated[Person | None, Depends(current_person)]) -> Person:
    """Return who is signed in; otherwise raise what redirects to the log-in page."""
    if person is None:
        raise SignInNeededError("Cần đăng nhập")
    request.state.person = person
    needed = configuration_of(request).site.second_factor_for_admins and person.should_add_factor
    if needed and request.url.path not in WITHOUT_SECOND_FACTOR:
        raise SecondFactorNeededError("Tài khoản quản trị cần bật mã xác thực hai bước")
    return person


def _require_role(role: Role) -> Callable[[Person], Person]:
    def require(person: Annotated[Person, Depends(require_sign_in)]) -> Person:
        if not person.role.includes(role):
            raise NotAllowedError("Tài khoản này không có quyền làm việc đó")
        return person

    return require


async def verified_form(request: Request) -> FormData:
    """Return the form that was sent, after checking its token.

    Raises:
        NotAllowedError: the token is missing or wrong.
        SentAlreadyError: it was sent and carried out before.
    """
    form = await request.form(max_files=1, max_fields=1500)
    token = form.get("csrf_token")
    if not isinstance(token, str) or not hmac.compare_digest(token.encode(), csrf_token(request).encode()):
        raise NotAllowedError(
            "Biểu mẫu này đã cũ hoặc không từ trang này gửi đi; hãy tải lại trang rồi thử lại"
        )
    session = request.cookies.get(cookie_name(request, "session"), "")
    digest = form_digest(form, str(request.url), session)
    if digest is not None:
        await request.app.state.sent_forms.claim(digest)
        request.state.form_digest = digest
    return form


Viewer = Annotated[Person, Depends(require_sign_in)]
Analyst = Annotated[Person, Depends(_require_role(Role.ANALYST))]
Admin = Annotated[Person, Depends(_require_role(Role.ADMIN))]
Form = Annotated[FormData, Depends(verified_form)]
OptionalPerson = Annotated[Person | None, Depends(current_person)]


Number = Annotated[int, PathValue(ge=0, le=MAX_ID)]
"""A number in an address."""


def field(form: FormData, name: str, limit: int = 2000) -> str:
    """Return a text of the form, without blanks at its ends; empty where there is none."""
    value = form.get(name)
    return value.strip()[:limit] if isinstance(value, str) else ""


def parse_number(text: str) -> int | None:
    """Return the number that a text of an address, form or header is; None where it is not a valid one."""
    if not text.isdecimal() or len(text) > len(str(MAX_ID)):
        return None
    return number if (number := int(text)) <= MAX_ID else None


def parse_page_number(text: str) -> int:
    """Return the number of a page in an address; the first where it is not a valid one."""
    number = parse_number(text)
    return number if number and number < 1_000_000 else 1


def fields(form: FormData, name: str) -> Iterable[str]:
    """Return all texts of that name."""
    return [value for value in form.getlist(name) if isinstance(value, str)]
