"""The department's list: taken in after a look at what it would change, and given out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from procedures.errors import ConflictError, InputError, LockedError, RasoatError
from procedures.findings import CATALOGUE
from procedures.values.levels import LEVELS
from procedures.workbook_layout.column_mapping import COLUMN_ROLES, FileShape
from review.downloads import file_response
from review.form_fields import FormRoute, field_errors, form_page
from review.security import Analyst, Form, Viewer, configuration_of, field
from review.templating import render_page
from review.uploads import (
    DECISIONS,
    FILE_SIGNATURES,
    Upload,
    read_in_subprocess,
    store_upload,
    upload_folder,
    with_original_name,
)
from settings.configuration import Configuration
from steps.catalogue.column_mappings import Wish, columns_of, described, forget, say
from steps.catalogue.export_catalogue import export_catalogue
from steps.catalogue.import_catalogue import import_catalogue, stands_at
from steps.catalogue.import_decision import import_decision, preview_decision
from steps.catalogue.import_preview import preview_import
from steps.database import reading_connection
from warehouse.sources import source_status

router = APIRouter(route_class=FormRoute)

FORGET = "forget"
"""In place of a role: nothing is said of the column any more."""

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
    return render_page(
        request,
        "catalogue/catalogue.html",
        standing=standing,
        preview=None,
        unread=None,
        levels=LEVELS[1:4],
        mappings=described(configuration_of(request)),
        roles=COLUMN_ROLES,
    )


@router.post("/catalogue/preview")
@form_page(_catalogue)
def previewed(request: Request, _person: Analyst, form: Form) -> Response:
    """What the workbook would change; nothing counts yet."""
    with field_errors("level"):
        level = _level(form)
    with field_errors("file"):
        return _looked_at(
            request, store_upload(configuration_of(request), form, FILE_SIGNATURES | DECISIONS), level
        )


@router.post("/catalogue/import")
@form_page(_catalogue)
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
        raise InputError(with_original_name(offer.upload, error)) from error
    offer.upload.file.unlink(missing_ok=True)
    if not summary.run_id:
        raise InputError("; ".join((str(summary.sources[CATALOGUE].reason), *summary.remarks)))
    return RedirectResponse(f"/runs/{summary.run_id}", status_code=303)


@router.post("/catalogue/columns")
@form_page(_catalogue)
def columns_said(request: Request, person: Analyst, form: Form) -> Response:
    """Remember what a person says of the columns of the workbook looked at, and look at it again."""
    configuration = configuration_of(request)
    offer = _offered(configuration, form)
    tables = read_in_subprocess(configuration, offer.upload, columns_of)
    wishes = list(_wishes(form, [each.heading for table in tables for each in table.columns]))
    said = None
    try:
        say(configuration, tables, wishes, person.name)
    except InputError as error:
        said = str(error)
    return _looked_at(request, offer.upload, offer.level, 400 if said else 200, said=said)


@router.post("/catalogue/columns/forget")
@form_page(_catalogue)
def columns_forgotten(request: Request, person: Analyst, form: Form) -> Response:
    """Take back what was said of the columns of files of one shape."""
    forget(configuration_of(request), field(form, "shape"), person.name)
    return RedirectResponse("/catalogue", status_code=303)


@router.get("/catalogue/export.xlsx")
def exported(request: Request, _person: Viewer) -> Response:
    """The list as it stands."""

    def make(file: Path) -> str:
        export_catalogue(configuration_of(request), file)
        return f"danh-muc-{datetime.now(UTC):%Y-%m-%d}.xlsx"

    return file_response(".xlsx", make)


def _looked_at(
    request: Request,
    upload: Upload,
    level: str | None,
    status: int = 200,
    moved: str | None = None,
    *,
    said: str | None = None,
) -> Response:
    """The page that says what the workbook would change of the list as it stands now.

    Where no row of headings is known, its columns are shown all the same, to be told what they are.
    """
    configuration = configuration_of(request)
    base = stands_at(configuration)
    moment = datetime.now(configuration.department.zone).replace(microsecond=0)
    try:
        look = preview_decision if upload.file.suffix in DECISIONS else preview_import
        preview = read_in_subprocess(configuration, upload, look, level, moment)
        tables, unread = preview.tables, None
    except RasoatError as error:
        preview, unread = None, str(error)
        tables = () if upload.file.suffix in DECISIONS else _without_names(configuration, upload)
        if not tables:
            upload.file.unlink(missing_ok=True)
            raise
    secret, kind = upload.file.name.split(".")[0], upload.file.suffix
    kept = upload.file.rename(upload.file.with_name(f"{secret}.{level or EVERY}.{base}{kind}"))
    return render_page(
        request,
        "catalogue/catalogue.html",
        status,
        standing=None,
        preview=preview,
        unread=unread,
        tables=tables,
        roles=COLUMN_ROLES,
        said=said,
        remarks=[with_original_name(upload, remark) for remark in preview.remarks] if preview else [],
        moved=moved,
        kept=kept.name,
        name=upload.name,
        level=level,
    )


def _without_names(configuration: Configuration, upload: Upload) -> tuple[FileShape, ...]:
    """The tables of a workbook of which nobody can say which column names the procedures."""
    try:
        tables = read_in_subprocess(configuration, upload, columns_of)
    except RasoatError:
        return ()
    named = any(column.role == "name" for table in tables for column in table.columns)
    return () if named else tables


def _wishes(form: FormData, headings: Sequence[str]) -> Iterator[Wish]:
    """What was chosen of each column, and what a value means."""
    for number, heading in enumerate(headings):
        chosen = field(form, f"role-{number}")
        if chosen and field(form, f"heading-{number}", 200) == heading[:200]:
            yield Wish(heading) if chosen == FORGET else Wish(heading, role=chosen)
    value, meaning = field(form, "value", 200), field(form, "meaning", 200)
    if value and meaning:
        yield Wish(field(form, "value_heading", 200), value=value, meaning=meaning)


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
    file = upload_folder(configuration) / name
    if its is None or not file.is_file():
        raise InputError("Danh mục: tệp đã xem trước không còn; hãy tải lên lại")
    level = None if its["level"] == EVERY else its["level"]
    return Offer(Upload(file, field(form, "name", 100) or name), level, int(its["base"]))
