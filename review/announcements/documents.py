"""Decisions that people bring as files: read, looked at beside their pages, corrected, and confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from procedures.errors import InputError
from procedures.levels import LEVELS
from procedures.office.documents import DocumentPart, DocumentRow, PartKind
from review.forms import FormRoute, about, stands_on
from review.security import Analyst, Form, Number, Viewer, configuration_of, field, fields
from review.templating import page
from settings.configuration import Configuration
from steps.announcements import document_corrections, document_pictures, read_documents

router = APIRouter(route_class=FormRoute)

KINDS = ".docx, .pdf, .doc, .odt, .rtf"
"""What is taken; what a file is, its content says."""

ASKED = ("code", "name", "field", "levels")
"""What of a row may be corrected."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a part that begin on one page of the file; None where the format has no pages."""

    page: int | None
    rows: Sequence[DocumentRow]


@router.get("/decisions/documents")
def listed(request: Request, _person: Viewer) -> Response:
    """Every decision that was read from a file, and the form to bring one."""
    return _listed(request)


def _listed(request: Request) -> Response:
    every = read_documents.all_documents(configuration_of(request))
    return page(request, "announcements/documents.html", documents=every, kinds=KINDS)


@router.post("/decisions/documents")
@stands_on(_listed, "bring")
def brought(request: Request, person: Analyst, form: Form) -> Response:
    """Read the file that was brought; nothing of it counts before somebody confirms it."""
    file = form.get("file")
    with about("file"):
        if not isinstance(file, UploadFile) or not file.filename:
            raise InputError("Chưa chọn tệp")
        name = file.filename.replace("\\", "/").rpartition("/")[2][:100]
        configuration = configuration_of(request)
        found = read_documents.read_file(
            configuration, file.file.read(), name, _now(configuration), by=person.name, confirmed=False
        )
    if len(found) > 1:
        return RedirectResponse("/decisions/documents", status_code=303)
    return RedirectResponse(f"/decisions/documents/{found[0].document_id}", status_code=303)


@router.get("/decisions/documents/{document_id}")
def one(request: Request, _person: Viewer, document_id: Number) -> Response:
    """What was understood of a decision, part by part, beside the pages that it stands on."""
    return _document(request, document_id)


@router.get("/decisions/documents/{document_id}/pages/{page_of_file}")
def picture(request: Request, _person: Viewer, document_id: Number, page_of_file: Number) -> Response:
    """A page of the file as a picture."""
    drawn = document_pictures.picture_of(configuration_of(request), document_id, page_of_file)
    return Response(drawn, media_type="image/png")


def _of_form(request: Request) -> Response:
    return _document(request, int(request.path_params["document_id"]))


@router.post("/decisions/documents/{document_id}/rows")
@stands_on(_of_form)
def row_corrected(request: Request, person: Analyst, form: Form, document_id: Number) -> Response:
    """A person says what a row really has."""
    entered = {name: field(form, name) for name in ASKED if name != "levels"}
    entered["levels"] = ",".join(fields(form, "levels"))
    document_corrections.correct_row(
        configuration_of(request),
        document_id,
        _number(form.get("part")),
        _number(form.get("row")),
        entered,
        person.name,
        seen=_number(form.get("seen")),
    )
    return _back(document_id, f"#part-{_number(form.get('part'))}")


@router.post("/decisions/documents/{document_id}/parts")
@stands_on(_of_form)
def part_corrected(request: Request, person: Analyst, form: Form, document_id: Number) -> Response:
    """A person says what a part does to its procedures."""
    part = _number(form.get("part"))
    document_corrections.correct_part(
        configuration_of(request), document_id, part, field(form, "kind"), person.name
    )
    return _back(document_id, f"#part-{part}")


@router.post("/decisions/documents/{document_id}/head")
@stands_on(_of_form, "head")
def head_corrected(request: Request, person: Analyst, form: Form, document_id: Number) -> Response:
    """A person says which decision it is, where its first pages are pictures."""
    entered = {name: field(form, name) for name in document_corrections.HEAD}
    document_corrections.correct_head(configuration_of(request), document_id, entered, person.name)
    return _back(document_id)


@router.post("/decisions/documents/{document_id}/confirm")
@stands_on(_of_form, "confirm")
def confirmed(request: Request, person: Analyst, form: Form, document_id: Number) -> Response:
    """The decision counts from now on: the ledger, findings and letters follow."""
    configuration = configuration_of(request)
    done = read_documents.confirm(
        configuration, document_id, person.name, _now(configuration), field(form, "reason") or None
    )
    return RedirectResponse(f"/runs/{done.run_id}", status_code=303)


@router.post("/decisions/documents/{document_id}/withdraw")
@stands_on(_of_form, "withdraw")
def withdrawn(request: Request, person: Analyst, form: Form, document_id: Number) -> Response:
    """Nothing comes of the file."""
    configuration = configuration_of(request)
    read_documents.withdraw_document(
        configuration, document_id, person.name, field(form, "reason"), _now(configuration)
    )
    return _back(document_id)


def _document(request: Request, document_id: int) -> Response:
    kept, events = read_documents.one_document(configuration_of(request), document_id)
    parts = [(at, part, list(_sheets(part))) for at, part in enumerate(kept.document.parts, 1)]
    return page(
        request,
        "announcements/document.html",
        kept=kept,
        document=kept.document,
        parts=parts,
        history=events[::-1],
        seen=len(events),
        open=kept.state in ("read", "held"),
        kinds=tuple(PartKind),
        levels=LEVELS,
    )


def _sheets(part: DocumentPart) -> Iterator[Sheet]:
    for number, rows in groupby(part.rows, key=lambda row: row.page):
        yield Sheet(number, list(rows))


def _back(document_id: int, place: str = "") -> Response:
    return RedirectResponse(f"/decisions/documents/{document_id}{place}", status_code=303)


def _number(value: object) -> int:
    text = value if isinstance(value, str) else ""
    if not text.isdecimal() or len(text) > 9:
        raise InputError("Biểu mẫu thiếu chỗ cần sửa; hãy mở lại trang này")
    return int(text)


def _now(configuration: Configuration) -> datetime:
    return datetime.now(configuration.department.zone).replace(microsecond=0)
