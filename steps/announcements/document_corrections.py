"""Corrections that people make to a decision read from a file, before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from procedures.errors import ConflictError, InputError
from procedures.office.documents import CitedDecision, Document, DocumentPart, DocumentRow, PartKind
from procedures.values.codes import parse_code
from procedures.values.levels import LEVELS, level_label
from procedures.values.limits import MAX_DECISION_LENGTH, check_length
from procedures.values.text import canonical
from procedures.workbook_layout.registers import parse_day
from settings.configuration import Configuration
from steps.announcements.read_documents import check_editable
from steps.database import writing_connection
from warehouse.announcements import documents
from warehouse.announcements.documents import StoredDocument


def correct_part(configuration: Configuration, document_id: int, part: int, kind: str, by: str) -> None:
    """Store what a part of a document does to its procedures, as a person chose it.

    Raises:
        NotFoundError: there is no such document.
        InputError: no such part or kind, or the document is in use or was withdrawn.
    """
    if kind not in tuple(PartKind):
        raise InputError(f"{kind}: không phải loại nào của một phần", "kind")
    with writing_connection(configuration) as connection:
        stored = documents.get_document(connection, document_id)
        check_editable(stored)
        before = _part(stored, part)
        changes = {"kind": (before.kind.value if before.kind else None, kind)}
        corrected = _replace_part(stored.document, part, replace(before, kind=PartKind(kind)))
        documents.store_correction(connection, stored, corrected, str(part), changes, by)


def correct_row(
    configuration: Configuration,
    document_id: int,
    part: int,
    row: int,
    entered: Mapping[str, str],
    by: str,
    seen: int | None = None,
) -> None:
    """Store what a person corrected of a row: `code`, `name`, `field`, `levels` (words with commas).

    `seen`: how many events the document had when the person opened it.

    Raises:
        NotFoundError: there is no such document.
        InputError: no such row, no valid code or level, no name; or the document is in use or was
            withdrawn.
        ConflictError: somebody has corrected it since.
    """
    with writing_connection(configuration) as connection:
        stored = documents.get_document(connection, document_id)
        check_editable(stored)
        if seen is not None and seen != len(documents.list_events(connection, document_id)):
            raise ConflictError("Có người vừa sửa văn bản này; xem lại rồi sửa tiếp nếu vẫn cần")
        old_part = _part(stored, part)
        index = next((index for index, each in enumerate(old_part.rows) if each.row == row), None)
        if index is None:
            raise InputError(f"Phần {part}: không có dòng {row}", "row")
        before = old_part.rows[index]
        after = _corrected_row(before, entered)
        new_rows = (*old_part.rows[:index], after, *old_part.rows[index + 1 :])
        changes = {
            name: (_words(before, name), _words(after, name)) for name in ("code", "name", "field", "levels")
        }
        corrected = _replace_part(stored.document, part, replace(old_part, rows=new_rows))
        documents.store_correction(connection, stored, corrected, f"{part}.{row}", changes, by)


def correct_head(configuration: Configuration, document_id: int, entered: Mapping[str, str], by: str) -> None:
    """Store which decision it is, where its head is a picture.

    `number`, `date`, `role` (`ministry` or `province`), `issuer`, `effective_date` and `cites` (the numbers
    of the decisions that it announces, with commas); an empty text leaves the value as it is.

    Raises:
        NotFoundError: there is no such document.
        InputError: no valid date or role, or the document is in use or was withdrawn.
    """
    with writing_connection(configuration) as connection:
        stored = documents.get_document(connection, document_id)
        check_editable(stored)
        before = stored.document
        after = replace(
            before,
            number=_checked_text(entered, "number") or before.number,
            issuer=_checked_text(entered, "issuer") or before.issuer,
            role=_parsed_role(entered) or before.role,
            date=_day(entered, "date", "Ngày") or before.date,
            effective_date=_day(entered, "effective_date", "Ngày có hiệu lực") or before.effective_date,
            cites=_parsed_citations(entered, before),
        )
        old, new = before.to_json(), after.to_json()
        changes = {name: (_as_text(old[name]), _as_text(new[name])) for name in HEAD}
        documents.store_correction(connection, stored, after, "0", changes, by)


HEAD = ("number", "date", "role", "issuer", "effective_date", "cites")
"""The values of a decision's head that people may correct."""


def _checked_text(entered: Mapping[str, str], name: str) -> str:
    text = canonical(entered.get(name, ""))
    check_length(text, {"number": "Số quyết định", "issuer": "Cơ quan ban hành"}[name], name)
    return text


def _parsed_role(entered: Mapping[str, str]) -> str | None:
    role = entered.get("role", "").strip()
    if role and role not in ("ministry", "province"):
        raise InputError(f"{role}: không phải ministry (Bộ) hay province (tỉnh)", "role")
    return role or None


def _day(entered: Mapping[str, str], name: str, words: str) -> date | None:
    text = entered.get(name, "").strip()
    if not text:
        return None
    try:
        return parse_day(text, words)
    except InputError as error:
        raise InputError(str(error), name) from error


def _parsed_citations(entered: Mapping[str, str], before: Document) -> tuple[CitedDecision, ...]:
    """Return the decisions that are named; one that was cited before keeps its date."""
    known = {cited.number: cited for cited in before.cites}
    numbers = [number for text in entered.get("cites", "").split(",") if (number := canonical(text))]
    return tuple(known.get(number, CitedDecision(number)) for number in numbers) or before.cites


def _as_text(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(each["number"] for each in value) or None
    return None if value is None else str(value)


def _part(stored: StoredDocument, part: int) -> DocumentPart:
    if not 1 <= part <= len(stored.document.parts):
        raise InputError(f"Văn bản {stored.document_id}: không có phần {part}", "part")
    return stored.document.parts[part - 1]


def _replace_part(document: Document, part: int, corrected: DocumentPart) -> Document:
    parts = (*document.parts[: part - 1], corrected, *document.parts[part:])
    return replace(document, parts=parts)


def _corrected_row(row: DocumentRow, entered: Mapping[str, str]) -> DocumentRow:
    name = canonical(entered.get("name", row.name))
    if not name:
        raise InputError("Tên thủ tục: không được để trống", "name")
    code = entered.get("code", row.code or "").strip()
    parsed = parse_code(code) if code else None
    if code and parsed is None:
        raise InputError(f"{code[:MAX_DECISION_LENGTH]}: không phải mã thủ tục như 1.012299", "code")
    levels = row.executing_levels
    if "levels" in entered:
        words = [word for word in entered["levels"].replace(",", " ").split() if word]
        for word in words:
            if word not in LEVELS:
                raise InputError(f"{word}: không phải cấp thực hiện", "levels")
        levels = frozenset(words) or None
    field = canonical(entered["field"]) or None if "field" in entered else row.field
    return replace(row, name=name, code=parsed.core if parsed else None, field=field, executing_levels=levels)


def _words(row: DocumentRow, name: str) -> str | None:
    if name == "levels":
        levels = row.executing_levels or ()
        return ", ".join(level_label(each) for each in LEVELS if each in levels) or None
    value: str | None = getattr(row, name)
    return value
