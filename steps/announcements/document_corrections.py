"""What people correct of a decision that was read from a file, before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from procedures.codes import parse_code
from procedures.errors import ConflictError, InputError
from procedures.levels import LEVELS, level_label
from procedures.limits import LONGEST_DECISION, check_length
from procedures.office.documents import CitedDecision, Document, DocumentPart, DocumentRow, PartKind
from procedures.text import canonical
from procedures.workbook_layout.registers import parse_day
from settings.configuration import Configuration
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
        changes = {"kind": (before.kind.value if before.kind else None, kind)}
        corrected = _with_part(kept.document, part, replace(before, kind=PartKind(kind)))
        documents.correct(connection, kept, corrected, str(part), changes, by)


def correct_row(
    configuration: Configuration,
    document_id: int,
    part: int,
    row: int,
    entered: Mapping[str, str],
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
        listed = _part(kept, part)
        at = next((at for at, each in enumerate(listed.rows) if each.row == row), None)
        if at is None:
            raise InputError(f"Phần {part}: không có dòng {row}", "row")
        before = listed.rows[at]
        after = _corrected(before, entered)
        rows = (*listed.rows[:at], after, *listed.rows[at + 1 :])
        changes = {
            name: (_words(before, name), _words(after, name)) for name in ("code", "name", "field", "levels")
        }
        corrected = _with_part(kept.document, part, replace(listed, rows=rows))
        documents.correct(connection, kept, corrected, f"{part}.{row}", changes, by)


def correct_head(configuration: Configuration, document_id: int, entered: Mapping[str, str], by: str) -> None:
    """A person says which decision it is, where its head is a picture.

    `number`, `date`, `role` (`ministry` or `province`), `issuer`, `effective_date` and `cites` (the numbers
    of the decisions that it announces, with commas); an empty text leaves what stands.

    Raises:
        UnknownThingError: there is no such document.
        InputError: a date or a role that is none, or the document is in use or was taken back.
    """
    with writing_connection(configuration) as connection:
        kept = documents.get(connection, document_id)
        refuse_settled(kept)
        before = kept.document
        after = replace(
            before,
            number=_short(entered, "number") or before.number,
            issuer=_short(entered, "issuer") or before.issuer,
            role=_role(entered) or before.role,
            date=_day(entered, "date", "Ngày") or before.date,
            effective_date=_day(entered, "effective_date", "Ngày có hiệu lực") or before.effective_date,
            cites=_cited(entered, before),
        )
        old, new = before.to_json(), after.to_json()
        changes = {name: (_shown(old[name]), _shown(new[name])) for name in HEAD}
        documents.correct(connection, kept, after, "0", changes, by)


HEAD = ("number", "date", "role", "issuer", "effective_date", "cites")
"""What of a decision's head people may correct."""


def _short(entered: Mapping[str, str], name: str) -> str:
    text = canonical(entered.get(name, ""))
    check_length(text, {"number": "Số quyết định", "issuer": "Cơ quan ban hành"}[name], name)
    return text


def _role(entered: Mapping[str, str]) -> str | None:
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


def _cited(entered: Mapping[str, str], before: Document) -> tuple[CitedDecision, ...]:
    """The decisions that are named; one that stood there keeps its date."""
    known = {each.number: each for each in before.cites}
    numbers = [number for each in entered.get("cites", "").split(",") if (number := canonical(each))]
    return tuple(known.get(number, CitedDecision(number)) for number in numbers) or before.cites


def _shown(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(each["number"] for each in value) or None
    return None if value is None else str(value)


def _part(kept: KeptDocument, part: int) -> DocumentPart:
    if not 1 <= part <= len(kept.document.parts):
        raise InputError(f"Văn bản {kept.document_id}: không có phần {part}", "part")
    return kept.document.parts[part - 1]


def _with_part(document: Document, part: int, corrected: DocumentPart) -> Document:
    parts = (*document.parts[: part - 1], corrected, *document.parts[part:])
    return replace(document, parts=parts)


def _corrected(row: DocumentRow, entered: Mapping[str, str]) -> DocumentRow:
    name = canonical(entered.get("name", row.name))
    if not name:
        raise InputError("Tên thủ tục: không được để trống", "name")
    code = entered.get("code", row.code or "").strip()
    parsed = parse_code(code) if code else None
    if code and parsed is None:
        raise InputError(f"{code[:LONGEST_DECISION]}: không phải mã thủ tục như 1.012299", "code")
    levels = row.executing_levels
    if "levels" in entered:
        named = [each for each in entered["levels"].replace(",", " ").split() if each]
        for each in named:
            if each not in LEVELS:
                raise InputError(f"{each}: không phải cấp thực hiện", "levels")
        levels = frozenset(named) or None
    field = canonical(entered["field"]) or None if "field" in entered else row.field
    return replace(row, name=name, code=parsed.core if parsed else None, field=field, executing_levels=levels)


def _words(row: DocumentRow, name: str) -> str | None:
    if name == "levels":
        levels = row.executing_levels or ()
        return ", ".join(level_label(each) for each in LEVELS if each in levels) or None
    value: str | None = getattr(row, name)
    return value
