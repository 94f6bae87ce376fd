"""What people correct of a decision that was read from a file, before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from procedures.codes import parse_code
from settings.configuration import Configuration
from procedures.errors import ConflictError, InputError
from procedures.levels import LEVELS, level_label
from procedures.limits import LONGEST_DECISION
from procedures.office.documents import Document, DocumentPart, DocumentRow, PartKind
from procedures.text import canonical
from steps.announcements.read_documents import refuse_settled
from steps.database import writing_connection
from warehouse.announcements import documents
from warehouse.announcements.documents import KeptDocument


def correct_part(configuration: Configuration, document_id: int, part: int, kind: str, by: str) -> None:
    """A person says what a part of a document does to its procedures.

    Raises:
        UnknownThingError: there is no such document.
        InputError: no such part or kind, or the document is in use or was taken back.
    """
    if kind not in tuple(PartKind):
        raise InputError(f"{kind}: không phải loại nào của một phần", "kind")
    with writing_connection(configuration) as connection:
        kept = documents.get(connection, document_id)
        refuse_settled(kept)
        before = _part(kept, part)
        told = {"kind": (before.kind.value if before.kind else None, kind)}
        corrected = _with_part(kept.document, part, replace(before, kind=PartKind(kind)))
        documents.correct(connection, kept, corrected, str(part), told, by)


def correct_row(
    configuration: Configuration,
    document_id: int,
    part: int,
    row: int,
    said: Mapping[str, str],
    by: str,
    seen: int | None = None,
) -> None:
    """A person says what a row really has: `code`, `name`, `field`, `levels` (words with commas).

    `seen`: how many things people had done to the document when this one looked.

    Raises:
        UnknownThingError: there is no such document.
        InputError: no such row, a code or level that is none, no name; or the document is in use or was
            taken back.
        ConflictError: somebody corrected it meanwhile.
    """
    with writing_connection(configuration) as connection:
        kept = documents.get(connection, document_id)
        refuse_settled(kept)
        if seen is not None and seen != len(documents.events(connection, document_id)):
            raise ConflictError("Có người vừa sửa văn bản này; xem lại rồi sửa tiếp nếu vẫn cần")
        its = _part(kept, part)
        at = next((at for at, each in enumerate(its.rows) if each.row == row), None)
        if at is None:
            raise InputError(f"Phần {part}: không có dòng {row}", "row")
        before = its.rows[at]
        after = _corrected(before, said)
        rows = (*its.rows[:at], after, *its.rows[at + 1 :])
        told = {
            name: (_words(before, name), _words(after, name)) for name in ("code", "name", "field", "levels")
        }
        corrected = _with_part(kept.document, part, replace(its, rows=rows))
        documents.correct(connection, kept, corrected, f"{part}.{row}", told, by)


def _part(kept: KeptDocument, part: int) -> DocumentPart:
    if not 1 <= part <= len(kept.document.parts):
        raise InputError(f"Văn bản {kept.document_id}: không có phần {part}", "part")
    return kept.document.parts[part - 1]


def _with_part(document: Document, part: int, corrected: DocumentPart) -> Document:
    parts = (*document.parts[: part - 1], corrected, *document.parts[part:])
    return replace(document, parts=parts)


def _corrected(row: DocumentRow, said: Mapping[str, str]) -> DocumentRow:
    name = canonical(said.get("name", row.name))
    if not name:
        raise InputError("Tên thủ tục: không được để trống", "name")
    code = said.get("code", row.code or "").strip()
    parsed = parse_code(code) if code else None
    if code and parsed is None:
        raise InputError(f"{code[:LONGEST_DECISION]}: không phải mã thủ tục như 1.012299", "code")
    levels = row.executing_levels
    if "levels" in said:
        named = [each for each in said["levels"].replace(",", " ").split() if each]
        for each in named:
            if each not in LEVELS:
                raise InputError(f"{each}: không phải cấp thực hiện", "levels")
        levels = frozenset(named) or None
    field = canonical(said["field"]) or None if "field" in said else row.field
    return replace(row, name=name, code=parsed.core if parsed else None, field=field, executing_levels=levels)


def _words(row: DocumentRow, name: str) -> str | None:
    if name == "levels":
        levels = row.executing_levels or ()
        return ", ".join(level_label(each) for each in LEVELS if each in levels) or None
    value: str | None = getattr(row, name)
    return value
