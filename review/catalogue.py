"""The department's list: taken in after a look at what it would change, and given out."""

from __future__ import annotations

import multiprocessing
import re
import secrets
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from procedures.configuration import Configuration
from procedures.errors import InputError, RasoatError
from procedures.findings import CATALOGUE
from procedures.levels import LEVELS
from review.doors import Analyst, Form, Viewer, configuration_of, field
from review.made_files import made_file
from review.render import page
from steps.exporting import export_catalogue
from steps.importing import import_catalogue
from steps.opening import reading_connection
from steps.previewing import preview_import
from steps.summary import Summary
from warehouse import status

router = APIRouter()

SUFFIXES = (".xlsx", ".xls", ".csv")

BEGINNINGS = {".xlsx": b"PK\x03\x04", ".xls": b"\xd0\xcf\x11\xe0"}
"""What a file of that kind begins with, whatever it is called."""

PREVIEW_SECONDS = 120
"""A workbook that takes longer to read is turned away."""

KEPT_SECONDS = 3600
"""How long an uploaded workbook waits to be confirmed."""


@router.get("/catalogue")
def shown(request: Request, _person: Viewer) -> Response:
    """Where the list stands, and the forms to bring and to fetch it."""
    with reading_connection(configuration_of(request)) as connection:
        standing = {each.source: each for each in status.source_status(connection)}.get(CATALOGUE)
    return page(request, "catalogue.html", standing=standing, preview=None, levels=LEVELS[1:4])


@router.post("/catalogue/preview")
def previewed(request: Request, person: Analyst, form: Form) -> Response:
    """What the workbook would change; nothing counts yet."""
    configuration = configuration_of(request)
    file, level = form.get("file"), field(form, "level")
    if not isinstance(file, UploadFile) or not file.filename:
        raise InputError("Danh mục: chưa chọn tệp")
    kept = _keep(configuration, file)
    try:
        summary = _within(configuration, kept, level if level in LEVELS else None)
    except RasoatError:
        kept.unlink(missing_ok=True)
        raise
    return page(
        request,
        "catalogue.html",
        standing=None,
        preview=summary,
        kept=kept.name,
        name=Path(file.filename).name[:100],
        level=level,
        levels=LEVELS[1:4],
        by=person.name,
    )


@router.post("/catalogue/import")
def taken_in(request: Request, _person: Analyst, form: Form) -> Response:
    """Take in the workbook that was looked at."""
    configuration = configuration_of(request)
    name, level = field(form, "kept"), field(form, "level")
    if not re.fullmatch(r"[A-Za-z0-9_-]{20,60}\.(xlsx|xls|csv)", name):
        raise InputError("Danh mục: tệp đã xem trước không còn; hãy tải lên lại")
    file = _folder(configuration) / name
    if not file.is_file():
        raise InputError("Danh mục: tệp đã xem trước không còn; hãy tải lên lại")
    moment = datetime.now(configuration.department.zone).replace(microsecond=0)
    summary = import_catalogue(configuration, file, level if level in LEVELS else None, moment)
    file.unlink(missing_ok=True)
    return RedirectResponse(f"/runs/{summary.run_id}", status_code=303)


@router.get("/catalogue/export.xlsx")
def exported(request: Request, _person: Viewer) -> Response:
    """The list as it stands."""

    def make(file: Path) -> str:
        export_catalogue(configuration_of(request), file)
        return f"danh-muc-{datetime.now(UTC):%Y-%m-%d}.xlsx"

    return made_file(".xlsx", make)


def _keep(configuration: Configuration, upload: UploadFile) -> Path:
    suffix = Path(upload.filename or "").suffix.casefold()
    if suffix not in SUFFIXES:
        raise InputError(f"Danh mục: chỉ nhận tệp {', '.join(SUFFIXES)}")
    body = upload.file.read()
    if not body.startswith(BEGINNINGS.get(suffix, b"")) or (suffix == ".csv" and b"\x00" in body[:1000]):
        raise InputError(f"Danh mục: nội dung không phải tệp {suffix}")
    folder = _folder(configuration)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
    kept = folder / f"{secrets.token_urlsafe(24)}{suffix}"
    kept.write_bytes(body)
    return kept


def _folder(configuration: Configuration) -> Path:
    folder = configuration.home / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _within(configuration: Configuration, file: Path, level: str | None) -> Summary:
    """The preview, made in a process of its own that is ended when it takes too long."""
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe(duplex=False)
    process = context.Process(target=_preview, args=(its, configuration, file, level), daemon=True)
    process.start()
    its.close()
    try:
        if not mine.poll(PREVIEW_SECONDS):
            raise InputError(f"Danh mục: đọc quá {PREVIEW_SECONDS} giây, đã dừng; hãy chia nhỏ tệp")
        answer = mine.recv()
    except EOFError as error:
        raise InputError("Danh mục: không đọc được tệp này") from error
    finally:
        process.kill()
        process.join()
        mine.close()
    if isinstance(answer, Summary):
        return answer
    raise InputError(str(answer))


def _preview(pipe: Pipe, configuration: Configuration, file: Path, level: str | None) -> None:
    moment = datetime.now(configuration.department.zone).replace(microsecond=0)
    try:
        pipe.send(preview_import(configuration, file, level, moment))
    except RasoatError as error:
        pipe.send(str(error).replace(str(file), "Tệp").replace(file.name, "tệp"))
