"""The format of a file, by its content whatever its name, and its decisions; runs in the bounded process."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from extractors.bounded_reader import FileRefused, Progress
from extractors.documents.blocks import DocumentContent
from extractors.documents.decision_reader import documents_of
from extractors.documents.word.reader import is_docx, read_docx

CONVERT = "convert"
"""Key of an answer with the format from which LibreOffice has to convert the file first."""
DOCUMENTS = "documents"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SEARCHED = 1_024
"""Bytes at the beginning of a file that may hold the mark of a PDF."""


def read_here(data: bytes, _options: tuple[str, ...], progress: Progress) -> dict[str, Any]:
    """Return the decisions as JSON values, or the format from which the file has to be converted.

    Raises `Refused`.
    """
    kind = kind_of(data)
    if kind in ("doc", "odt", "rtf"):
        return {CONVERT: kind}
    content = _content(kind, data, progress)
    return {DOCUMENTS: [document.to_json() for document in documents_of(content)]}


def kind_of(data: bytes) -> str:
    """Return `pdf`, `docx`, `doc`, `odt` or `rtf`; raises `Refused` for anything else."""
    if not data.strip(b"\0 \r\n\t"):
        raise FileRefused("tệp rỗng")
    if b"%PDF-" in data[:_SEARCHED]:
        return "pdf"
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise FileRefused("tệp có mật khẩu; hãy bỏ mật khẩu rồi đọc lại")
        if "Workbook".encode("utf-16-le") in data and "WordDocument".encode("utf-16-le") not in data:
            raise FileRefused("là bảng tính, không phải văn bản Word hay PDF")
        return "doc"
    if data.lstrip().startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(b"PK"):
        return _kind_of_archive(data)
    head = data[:_SEARCHED].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<meta", b"<div", b"<head")):
        raise FileRefused("là trang web, không phải văn bản Word hay PDF; hãy lưu lại thành .docx")
    raise FileRefused("không phải văn bản Word (.docx, .doc, .odt) hay PDF")


def _kind_of_archive(data: bytes) -> str:
    if is_docx(data):
        return "docx"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileRefused("tệp hỏng") from None
    if "content.xml" in names:
        return "odt"
    if any(name.startswith("xl/") for name in names):
        raise FileRefused("là bảng tính, không phải văn bản Word hay PDF")
    raise FileRefused("không phải văn bản Word (.docx, .doc, .odt) hay PDF")


def _content(kind: str, data: bytes, progress: Progress) -> DocumentContent:
    if kind == "docx":
        return read_docx(data, progress)
    from extractors.documents.pdf.reader import read_pdf

    return read_pdf(data, progress)
