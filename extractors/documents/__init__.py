"""Decisions as departments receive them: a signed PDF with a text layer, or Word.

A file's bytes are read in a bounded process (`extractors.bounded_reader`): the format's reader turns them
into lines and rows (`blocks`), and pure functions turn those into the decision's head, parts and rows.
"""

from __future__ import annotations

from collections.abc import Callable

from extractors.bounded_reader import FileRefused, ProcessLimits, read_bounded
from extractors.documents.files import CONVERT, DOCUMENTS, kind_of
from extractors.documents.libreoffice import convert_document
from procedures.errors import DocumentError
from procedures.office.documents import Document

__all__ = ["MAX_FILE_BYTES", "page_picture", "read_decisions"]

MAX_FILE_BYTES = 64 << 20
READING = ProcessLimits(memory=1 << 30, seconds=120, wait=240.0)
"""A PDF of 192 pages takes three seconds and 60 MiB."""
DRAWING = ProcessLimits(memory=1 << 30, seconds=30, wait=90.0)


def read_decisions(
    data: bytes, name: str, progress: Callable[[int, int], None] | None = None
) -> tuple[Document, ...]:
    """Return the decisions of a file, in its order; `name` is its name in errors.

    Raises:
        DocumentError: not a Word or PDF document, pictures only, protected, damaged, or beyond the bounds.
    """
    if len(data) > MAX_FILE_BYTES:
        raise DocumentError(f"{name}: tệp lớn hơn {MAX_FILE_BYTES >> 20} MB")
    try:
        answer = read_bounded("document", data, limits=READING, progress=progress)
        if kind := answer.get(CONVERT):
            docx = convert_document(data, kind, "docx")
            answer = read_bounded("document", docx, limits=READING, progress=progress)
    except FileRefused as refused:
        raise DocumentError(f"{name}: {refused}") from None
    return tuple(map(Document.from_json, answer[DOCUMENTS]))


def page_picture(data: bytes, name: str, page: int) -> bytes:
    """Return a page, from 1, as a PNG; a Word document is laid out by LibreOffice where it is installed.

    Raises:
        DocumentError: no such page, or a file that cannot be drawn.
    """
    if len(data) > MAX_FILE_BYTES:
        raise DocumentError(f"{name}: tệp lớn hơn {MAX_FILE_BYTES >> 20} MB")
    try:
        kind = kind_of(data)
        pdf = data if kind == "pdf" else convert_document(data, kind, "pdf")
        picture = read_bounded("picture", pdf, (str(page),), limits=DRAWING)
    except FileRefused as refused:
        raise DocumentError(f"{name}: {refused}") from None
    assert isinstance(picture, bytes)
    return picture
