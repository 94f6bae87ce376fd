"""The department's list: taken in after a look at what it would change, and given out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from procedures.errors import ConflictError, InputError, LockedError, RasoatError
from procedures.findings import CATALOGUE
from procedures.levels import LEVELS
from review.downloads import made_file
from review.forms import FormRoute, about, stands_on
from review.security import Analyst, Form, Viewer, configuration_of, field
from review.templating import page
from review.uploads import BEGINNINGS, DECISIONS, Upload, brought, called, first_read, folder_of
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.sources.export_catalogue import export_catalogue
from steps.sources.import_catalogue import import_catalogue, stands_at
from steps.sources.import_decision import import_decision, preview_decision
from steps.sources.import_preview import preview_import
from warehouse.sources import source_status

router = APIRouter(route_class=FormRoute)

EVERY = "all"
"""In place of a level: the file is the whole list."""

_KEPT = re.compile(
    rf"[\w-]{{32}}\.(?P<level>{'|'.join((EVERY, *LEVELS))})\.(?P<base>[0-9]{{1,10}})"
    r"\.(xlsx|xls|csv|docx|pdf)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A workbook that was looked at and may be taken in: as the list of which level, over which snapshot.

    The name of its file says both, so that what is taken in is what was looked at.
    """

    upload: Upload
    level: str | None
    base: int


@router.get("/catalogue")
def shown(request: Request, _person: Viewer) -> Response:
    """Where the list stands, and the forms to bring and to fetch it."""
    return _catalogue(request)


def _catalogue(request: Request) -> Response:
    with reading_connection(configuration_of(request)) as connection:
        standing = {each.source: each for each in source_status.source_status(connection)}.get(CATALOGUE)
    return page(request, "catalogue/catalogue.html", standing=standing, preview=None, levels=LEVELS[1:4])


@router.post("/catalogue/preview")
@stands_on(_catalogue)
def previewed(request: Request, _person: Analyst, form: Form) -> Response:
    """What the workbook would change; nothing counts yet."""
    with about("level"):
        level = _level(form)
    with about("file"):
        return _looked_at(request, brought(configuration_of(request), form, BEGINNINGS | DECISIONS), level)


@router.post("/catalogue/import")
@stands_on(_catalogue)
def taken_in(request: Request, person: Analyst, form: Form) -> Response:
    """Take in the workbook that was looked at; where the list moved since, it is looked at again."""
    configuration = configuration_of(request)
    offer = _offered(configuration, form)
    moment = datetime.now(configuration.department.zone).replace(microsecond=0)
    try:
        take = import_decision if offer.upload.file.suffix in DECISIONS else import_catalogue
        summary = take(configuration, offer.upload.file, offer.level, moment, by=person.name, base=offer.base)
    except (ConflictError, LockedError) as error:
        return _looked_at(request, offer.upload, offer.level, 409, str(error))
    except InputError as error:
        raise InputError(called(offer.upload, error)) from error
    offer.upload.file.unlink(missing_ok=True)
    if not summary.run_id:
        raise InputError("; ".join((str(summary.sources[CATALOGUE].reason), *summary.remarks)))
    return RedirectResponse(f"/runs/{summary.run_id}", status_code=303)


@router.get("/catalogue/export.xlsx")
def exported(request: Request, _person: Viewer) -> Response:
    """The list as it stands."""

    def make(file: Path) -> str:
        export_catalogue(configuration_of(request), file)
        return f"danh-muc-{datetime.now(UTC):%Y-%m-%d}.xlsx"

    return made_file(".xlsx", make)


def _looked_at(
    request: Request, upload: Upload, level: str | None, status: int = 200, moved: str | None = None
) -> Response:
    """The page that says what the workbook would change of the list as it stands now."""
    configuration = configuration_of(request)
    base = stands_at(configuration)
    moment = datetime.now(configuration.department.zone).replace(microsecond=0)
    try:
        look = preview_decision if upload.file.suffix in DECISIONS else preview_import
        preview = first_read(configuration, upload, look, level, moment)
    except RasoatError:
        upload.file.unlink(missing_ok=True)
        raise
    secret, kind = upload.file.name.split(".")[0], upload.file.suffix
    kept = upload.file.rename(upload.file.with_name(f"{secret}.{level or EVERY}.{base}{kind}"))
    return page(
        request,
        "catalogue/catalogue.html",
        status,
        standing=None,
        preview=preview,
        remarks=[called(upload, remark) for remark in preview.remarks],
        moved=moved,
        kept=kept.name,
        name=upload.name,
        level=level,
    )


def _level(form: FormData) -> str | None:
    """The level that the file speaks of, None for the whole list; never what a form does not say."""
    said = form.get("level")
    if said in ("", EVERY):
        return None
    if said not in LEVELS:
        raise InputError("Danh mục: chưa rõ tệp nói về mọi cấp hay cấp nào; hãy chọn rồi tải lên lại")
    return str(said)


def _offered(configuration: Configuration, form: FormData) -> Offer:
    name = field(form, "kept")
    its = _KEPT.fullmatch(name)
    file = folder_of(configuration) / name
    if its is None or not file.is_file():
        raise InputError("Danh mục: tệp đã xem trước không còn; hãy tải lên lại")
    level = None if its["level"] == EVERY else its["level"]
    return Offer(Upload(file, field(form, "name", 100) or name), level, int(its["base"]))
