"""The site put together: pages, security, and what people read when something is wrong."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from procedures.errors import (
    ArchiveAwayError,
    ArchiveError,
    ConflictError,
    InputError,
    LockedError,
    NotFoundError,
    RasoatError,
    WarehouseError,
)
from review.accounts import second_factor, sign_in, sign_ins, single_sign_on
from review.announcements import documents, ledger
from review.catalogue import comparison, imports, procedures, rows
from review.findings import actions, bulk_actions, mine, pages, undo
from review.guide import pages as guide
from review.idempotency import SentForms
from review.nights import changes, held_snapshot, monitoring, offices, overview, runs
from review.office import assignment_rules, divisions, sheets_and_figures
from review.security import (
    HEADERS,
    NotAllowedError,
    SecondFactorNeededError,
    SecurityMiddleware,
    SignInNeededError,
    secret_key,
)
from review.templating import render_page
from settings.configuration import Configuration
from steps.database import upgrade_database
from steps.log import log

ROUTERS = tuple(
    module.router
    for module in (
        sign_in,
        sign_ins,
        second_factor,
        single_sign_on,
        overview,
        bulk_actions,
        pages,
        actions,
        changes,
        undo,
        mine,
        runs,
        held_snapshot,
        monitoring,
        offices,
        procedures,
        comparison,
        imports,
        assignment_rules,
        documents,
        ledger,
        sheets_and_figures,
        rows,
        divisions,
        guide,
    )
)
"""All pages, in the order in which addresses are matched."""

ERROR_PAGES: tuple[tuple[type[RasoatError], int, str], ...] = (
    (NotAllowedError, 403, "Không được phép"),
    (NotFoundError, 404, "Không tìm thấy"),
    (ArchiveAwayError, 503, "Kho lưu bản gốc tạm không dùng được"),
    (ArchiveError, 404, "Không tìm thấy"),
    (ConflictError, 409, "Có người khác vừa thay đổi"),
    (LockedError, 409, "Đang có một lần chạy"),
    (InputError, 400, "Chưa làm được"),
    (WarehouseError, 503, "Kho dữ liệu tạm không dùng được"),
)


def create_app(configuration: Configuration) -> FastAPI:
    """Create the site over one warehouse, which is upgraded to the current version first.

    Raises:
        SettingsError: the secret key is too short.
        WarehouseError: the warehouse cannot be used.
    """
    upgrade_database(configuration)
    app = FastAPI(title="rasoat", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.configuration = configuration
    app.state.key = secret_key(configuration)
    app.state.sent_forms = SentForms()
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.add_exception_handler(SignInNeededError, _redirect_to_login)
    app.add_exception_handler(SecondFactorNeededError, _redirect_to_second_factor)
    app.add_exception_handler(RasoatError, _rasoat_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_address)
    app.add_exception_handler(Exception, _unexpected_error)
    app.add_middleware(SecurityMiddleware, site=configuration.site)
    return app


def _redirect_to_login(request: Request, _error: Exception) -> Response:
    if request.method != "GET":
        return RedirectResponse("/login", status_code=303)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/login?next={quote(target, safe='')}", status_code=303)


def _redirect_to_second_factor(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/second-factor", status_code=303)


def _rasoat_error(request: Request, error: Exception) -> Response:
    status, title = next(
        ((status, title) for kind, status, title in ERROR_PAGES if isinstance(error, kind)),
        (500, "Có lỗi"),
    )
    return render_page(request, "error.html", status, title=title, words=str(error))


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    title = {404: "Không có trang này", 405: "Không làm được theo cách đó"}.get(status, "Chưa làm được")
    return render_page(
        request, "error.html", status, title=title, words="Kiểm tra lại địa chỉ, hoặc về trang đầu."
    )


def _invalid_address(request: Request, _error: Exception) -> Response:
    words = "Một giá trị trong địa chỉ không đọc được; hãy về trang đầu rồi chọn lại."
    return render_page(request, "error.html", 404, title="Địa chỉ không đúng", words=words)


def _unexpected_error(request: Request, error: Exception) -> Response:
    log.error("trang web gặp lỗi", path=request.url.path, error=repr(error))
    words = "Chương trình gặp lỗi không lường trước; dữ liệu không bị thay đổi. Báo cho người quản trị."
    response = render_page(request, "error.html", 500, title="Có lỗi", words=words)
    response.headers.update(HEADERS)  # this response is made outside of the middleware
    return response
