"""Decisions that people bring as files: shown beside their pages, corrected, and confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from procedures.errors import InputError
from procedures.office.documents import DocumentPart, DocumentRow, PartKind
from procedures.values.levels import LEVELS
from review.form_fields import FormRoute, field_errors, form_page
from review.paging import page_of
from review.security import Analyst, Form, Number, Viewer, configuration_of, field, fields
from review.templating import render_page
from settings.configuration import Configuration
from steps.announcements import document_corrections, document_pictures, read_documents

router = APIRouter(route_class=FormRoute)

DOCUMENTS_A_PAGE = 50

ACCEPTED_FILES = ".docx, .pdf, .doc, .odt, .rtf"
"""Suffixes offered; the format itself is recognised by content."""

ROW_FIELDS = ("code", "name", "field", "levels")
"""Values of a row that may be corrected."""


@dataclass(frozen=True, slots=True)
class PageRows:
    """The rows of a part that begin on one page of the file; None where the format has no pages."""

    page: int | None
    rows: Sequence[DocumentRow]


@router.get("/decisions/documents")
def list_documents(request: Request, _person: Viewer) -> Response:
    """Show every decision that was read from a file, and the form to bring one."""
    return _documents_page(request)


def _documents_page(request: Request) -> Response:
    page = page_of(request, read_documents.list_documents(configuration_of(request)), DOCUMENTS_A_PAGE)
    return render_page(request, "announcements/documents.html", page=page, kinds=ACCEPTED_FILES)


@router.post("/decisions/documents")
@form_page(_documents_page, "bring")
def bring_document(request: Request, person: Analyst, form: Form) -> Response:
    """Read an uploaded file; nothing of it is used before somebody confirms it."""
    file = form.get("file")
    with field_errors("file"):
        if not isinstance(file, UploadFile) or not file.filename:
            raise InputError("Chưa chọn tệp")
        name = file.filename.replace("\\", "/").rpartition("/")[2][:100]
        configuration = configuration_of(request)
        readings = read_documents.read_file(
            configuration, file.file.read(), name, _now(configuration), by=person.name, confirmed=False
        )
    if len(readings) > 1:
        return RedirectResponse("/decisions/documents", status_code=303)
    return RedirectResponse(f"/decisions/documents/{readings[0].document_id}", status_code=303)


@router.get("/decisions/documents/{document_id}")
def show_document(request: Request, _person: Viewer, document_id: Number) -> Response:
    """Show a decision as read, part by part, beside the pages of its file."""
    return _document_page(request, document_id)


@router.get("/decisions/documents/{document_id}/pages/{page_of_file}")
def show_page(request: Request, _person: Viewer, document_id: Number, page_of_file: Number) -> Response:
    """Send a page of the file as a picture."""
    picture = document_pictures.draw_page(configuration_of(request), document_id, page_of_file)
    return Response(picture, media_type="image/png")


def _form_page(request: Request) -> Response:
    return _document_page(request, int(request.path_params["document_id"]))


@router.post("/decisions/documents/{document_id}/rows")
@form_page(_form_page)
def correct_row(request: Request, person: Analyst, form: Form, document_id: Number) -> Response:
    """Store what a person corrected of a row."""
    entered = {name: field(form, name) for name in ROW_FIELDS if name != "levels"}
    entered["levels"] = ",".join(fields(form, "levels"))
    document_corrections.correct_row(
        configuration_of(request),
        document_id,
        _parse_number(form.get("part")),
        _parse_number(form.get("row")),
        entered,
        person.name,
        seen=_parse_number(form.get("seen")),
    )
    return _back_to_document(document_id, f"#part-{_parse_number(form.get('part'))}")


@router.post("/decisions/documents/{document_id}/parts")
@form_page(_form_page)
def correct_part(request: Request, person: Analyst, form: Form, document_id: Number) -> Response:
    """Store what a part does to its procedures."""
    part = _parse_number(form.get("part"))
    document_corrections.correct_part(
        configuration_of(request), document_id, part, field(form, "kind"), person.name
    )
    return _back_to_document(document_id, f"#part-{part}")


@router.post("/decisions/documents/{document_id}/head")
@form_page(_form_page, "head")
def correct_head(request: Request, person: Analyst, form: Form, document_id: Number) -> Response:
    """Store which decision it is, where its first pages are pictures."""
    entered = {name: field(form, name) for name in document_corrections.HEAD}
    document_corrections.correct_head(configuration_of(request), document_id, entered, person.name)
    return _back_to_document(document_id)


@router.post("/decisions/documents/{document_id}/confirm")
@form_page(_form_page, "confirm")
def confirm(request: Request, person: Analyst, form: Form, document_id: Number) -> Response:
    """Put the decision into use: the ledger, findings and letters follow."""
    configuration = configuration_of(request)
    reading = read_documents.confirm(
        configuration, document_id, person.name, _now(configuration), field(form, "reason") or None
    )
    return RedirectResponse(f"/runs/{reading.run_id}", status_code=303)


@router.post("/decisions/documents/{document_id}/withdraw")
@form_page(_form_page, "withdraw")
def withdraw(request: Request, person: Analyst, form: Form, document_id: Number) -> Response:
    """Withdraw the document."""
    configuration = configuration_of(request)
    read_documents.withdraw_document(
        configuration, document_id, person.name, field(form, "reason"), _now(configuration)
    )
    return _back_to_document(document_id)


def _document_page(request: Request, document_id: int) -> Response:
    stored, events = read_documents.load_document(configuration_of(request), document_id)
    parts = [(number, part, list(_page_groups(part))) for number, part in enumerate(stored.document.parts, 1)]
    return render_page(
        request,
        "announcements/document.html",
        stored=stored,
        document=stored.document,
        parts=parts,
        events=events[::-1],
        seen=len(events),
        open=stored.state in ("read", "held"),
        kinds=tuple(PartKind),
        levels=LEVELS,
    )


def _page_groups(part: DocumentPart) -> Iterator[PageRows]:
    for number, rows in groupby(part.rows, key=lambda row: row.page):
        yield PageRows(number, list(rows))


def _back_to_document(document_id: int, place: str = "") -> Response:
    return RedirectResponse(f"/decisions/documents/{document_id}{place}", status_code=303)


def _parse_number(value: object) -> int:
    text = value if isinstance(value, str) else ""
    if not text.isdecimal() or len(text) > 9:
        raise InputError("Biểu mẫu thiếu chỗ cần sửa; hãy mở lại trang này")
    return int(text)


def _now(configuration: Configuration) -> datetime:
    return datetime.now(configuration.department.zone).replace(microsecond=0)
