"""Decisions that people bring as files: read, corrected, confirmed, and then in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from extractors.documents import MAX_FILE_BYTES, read_decisions
from procedures.errors import InputError
from procedures.office.documents import Document
from procedures.run_origin import RunOrigin
from procedures.values.text import matching_key
from reconciliation.announcements.deadlines import decision_key
from settings.configuration import Configuration
from steps.database import engine_of, open_locked, reading_connection, writing_connection
from steps.nights.begin_run import begin
from steps.nights.concluding_steps import conclude
from steps.nights.decision_documents import remove_entries
from steps.nights.reconcile import load_sides
from steps.nights.refresh_ledger import announce_by_documents
from steps.nights.run_now import closing_on_error
from steps.nights.withdraw import OF_DOCUMENTS
from steps.sources.archive import archive_of
from warehouse.announcements import documents
from warehouse.announcements.documents import CONFIRMED, HELD, READ, WITHDRAWN, StoredDocument
from warehouse.announcements.ledger_events import LedgerEvent
from warehouse.db.engine import reading, writing

COMMAND_LINE = "dòng lệnh"
"""The actor where nobody is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReading:
    """One decision of a file, as read; `already_read`: the same file was read before, and nothing changes.

    `document_id` and `digest` are None where nothing was stored.
    """

    document: Document
    state: str
    file: str
    held_for: tuple[str, ...] = ()
    document_id: int | None = None
    digest: str | None = None
    run_id: int | None = None
    already_read: bool = False

    @property
    def is_held(self) -> bool:
        """Return whether a person has to look before anything of it is used."""
        return self.state == HELD

    def to_json(self) -> dict[str, Any]:
        """Return the document of `decision read --json`."""
        return {
            **self.document.to_json(),
            "document_id": self.document_id,
            "hash": self.digest,
            "file": self.file,
            "state": self.state,
            "held_for": list(self.held_for),
            "known": self.already_read,
            "run_id": self.run_id,
        }


def read_bytes(file: Path) -> bytes:
    """Return the bytes of a file, or of one that is too large just enough to show it.

    Raises:
        InputError: there is no such file.
    """
    if not file.is_file():
        raise InputError(f"{file}: không có tệp này")
    with file.open("rb") as opened_file:
        return opened_file.read(MAX_FILE_BYTES + 1)


def preview_file(
    data: bytes, name: str, progress: Callable[[int, int], None] | None = None
) -> tuple[DocumentReading, ...]:
    """Return the decisions of a file, and write nothing.

    Raises:
        DocumentError: it cannot be read.
    """
    return tuple(
        DocumentReading(document=document, state=HELD if reasons else READ, file=name, held_for=reasons)
        for document in read_decisions(data, name, progress)
        for reasons in (_holding_reasons(document),)
    )


def read_file(
    configuration: Configuration,
    data: bytes,
    name: str,
    as_of: datetime,
    *,
    by: str | None = None,
    confirmed: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[DocumentReading, ...]:
    """Store the decisions of a file; those without doubts take effect at once where `confirmed`.

    A file that was read before changes nothing. The same decision in another file is further evidence, and is
    held where its contents differ.

    Raises:
        DocumentError: it cannot be read.
        LockedError: a run is under way, and `confirmed` is set.
    """
    readings = preview_file(data, name, progress)
    with open_locked(configuration) if confirmed else nullcontext():
        digest = archive_of(configuration).put(data, {"file": name})
        with writing_connection(configuration) as connection:
            stored = [
                _store(connection, each.document, digest, place, name, by)
                for place, each in enumerate(readings, 1)
            ]
        new = [document for document, known in stored if not known and document.state == READ]
        if confirmed and new:
            _apply_state(configuration, new, CONFIRMED, by, None, as_of)
        with reading_connection(configuration) as connection:
            return tuple(
                replace(
                    _reading_of(documents.get_document(connection, document.document_id)), already_read=known
                )
                for document, known in stored
            )


def confirm(
    configuration: Configuration, document_id: int, by: str, as_of: datetime, reason: str | None = None
) -> DocumentReading:
    """Put a document into use that a person has checked; one that was held needs a reason.

    Raises:
        NotFoundError: there is no such document.
        InputError: it is in use already or was withdrawn, or something of it is still open.
        LockedError: a run is under way.
    """
    with open_locked(configuration) as engine:
        with reading(engine) as connection:
            stored = documents.get_document(connection, document_id)
            earlier = _confirmed_readings(connection, stored.document)
        check_editable(stored)
        has_reason = bool((reason or "").strip())
        if stored.state == HELD and not has_reason:
            raise InputError(f"Văn bản {document_id} đang tạm giữ: xác nhận thì phải ghi lý do", "reason")
        if earlier and not has_reason and not _is_same_content(earlier[-1].document, stored.document):
            raise InputError(f"{_contradiction_text(earlier[-1])}; xác nhận thì phải ghi lý do", "reason")
        _check_complete(stored)
        _apply_state(configuration, [stored], CONFIRMED, by, reason, as_of)
        with reading(engine) as connection:
            return _reading_of(documents.get_document(connection, document_id))


def withdraw_document(
    configuration: Configuration, document_id: int, by: str, reason: str, as_of: datetime
) -> DocumentReading:
    """Withdraw a document; where it was in use, its effects are removed in a run of its own.

    Announcements that a province's decision recorded stay, as steps that a person may undo one by one.

    Raises:
        NotFoundError: there is no such document.
        InputError: it was withdrawn before, or no reason is given.
        LockedError: a run is under way.
    """
    if not reason.strip():
        raise InputError("Cần nêu lý do rút", "reason")
    with open_locked(configuration) as engine:
        with reading(engine) as connection:
            stored = documents.get_document(connection, document_id)
        if stored.state == WITHDRAWN:
            raise InputError(f"Văn bản {document_id} đã được rút")
        if stored.state == CONFIRMED:
            _apply_state(configuration, [stored], WITHDRAWN, by, reason, as_of)
        else:
            with writing(engine) as connection:
                documents.set_state(connection, stored, WITHDRAWN, by, reason=reason)
        with reading(engine) as connection:
            return _reading_of(documents.get_document(connection, document_id))


def load_document(
    configuration: Configuration, document_id: int
) -> tuple[StoredDocument, tuple[LedgerEvent, ...]]:
    """Return a document with its events.

    Raises:
        NotFoundError: there is none.
    """
    with reading_connection(configuration) as connection:
        return documents.get_document(connection, document_id), tuple(
            documents.list_events(connection, document_id)
        )


def list_documents(configuration: Configuration) -> list[StoredDocument]:
    """Return every document, the last one read first."""
    with reading_connection(configuration) as connection:
        return documents.list_documents(connection)


def confirmed_documents_of(configuration: Configuration, number: str) -> list[StoredDocument]:
    """Return the documents in use of a decision, by its number."""
    key = decision_key(number)
    return [
        each
        for each in list_documents(configuration)
        if each.state == CONFIRMED and decision_key(each.document.number) == key
    ]


def _apply_state(
    configuration: Configuration,
    stored: Sequence[StoredDocument],
    state: str,
    by: str | None,
    reason: str | None,
    as_of: datetime,
) -> None:
    """Put documents into use or out of it, in a run that updates findings, letters and the ledger."""
    with closing_on_error(configuration):
        run_id = begin(configuration, as_of, OF_DOCUMENTS, errand=RunOrigin(by=by))
        with writing(engine_of(configuration)) as connection:
            for each in stored:
                if each.document.role == "ministry":
                    remove_entries(connection, each.document, configuration.department.zone)
                documents.set_state(
                    connection,
                    each,
                    state,
                    by or COMMAND_LINE,
                    reason=reason,
                    run_id=run_id,
                    applied_at=as_of,
                )
            announce_by_documents(configuration, connection, load_sides(configuration, connection), as_of)
        conclude(configuration, run_id)


def _store(
    connection: Connection, document: Document, digest: str, place: int, name: str, by: str | None
) -> tuple[StoredDocument, bool]:
    """Return the document as stored, and whether it was stored before."""
    for each in documents.list_not_withdrawn(connection):
        if (each.digest, each.place) == (digest, place):
            return each, True
    held_for, evidence = _holding_reasons(document), None
    if earlier := _confirmed_readings(connection, document):
        if _is_same_content(earlier[-1].document, document):
            evidence = earlier[-1]
        else:
            held_for = (*held_for, _contradiction_text(earlier[-1]))
    document_id = documents.add_document(
        connection,
        document,
        digest=digest,
        place=place,
        file=name,
        state=HELD if held_for else READ,
        held_for=held_for,
        by=by,
        at=datetime.now(UTC),
    )
    stored = documents.get_document(connection, document_id)
    if evidence is not None and not held_for:
        reason = f"thêm bằng chứng cho văn bản {evidence.document_id}, nội dung như nhau"
        documents.set_state(
            connection, stored, CONFIRMED, by or COMMAND_LINE, reason=reason, applied_at=evidence.applied_at
        )
        documents.store_matches(connection, document_id, evidence.matches)
        stored = documents.get_document(connection, document_id)
    return stored, False


def _holding_reasons(document: Document) -> tuple[str, ...]:
    """Return why a person has to look first: the reader's remarks, and what else prevents its use."""
    reasons = [remark.text for remark in document.remarks if remark.holds]
    if document.role is None:
        reasons.append("Chưa rõ là quyết định của Bộ hay của tỉnh")
    return tuple(reasons)


def _confirmed_readings(connection: Connection, document: Document) -> list[StoredDocument]:
    """Return the documents in use of the same decision, by number and date, the effective one last."""
    key = decision_key(document.number)
    return [
        each
        for each in documents.list_confirmed(connection, document.role)
        if decision_key(each.document.number) == key and each.document.date == document.date
    ]


def _contradiction_text(other: StoredDocument) -> str:
    return f"Văn bản {other.document_id} ({other.file}) cùng số, cùng ngày nhưng nội dung các danh mục khác"


def _is_same_content(one: Document, other: Document) -> bool:
    """Return whether two files list the same procedures in the same kinds of parts."""

    def rows(document: Document) -> set[tuple[str | None, str]]:
        return {
            (part.kind.value if part.kind else None, row.code or matching_key(row.name))
            for part in document.parts
            for row in part.rows
        }

    return rows(one) == rows(other)


def check_editable(stored: StoredDocument) -> None:
    """Check that a document is neither in use nor withdrawn.

    Raises:
        InputError: it is one of them.
    """
    if stored.state == CONFIRMED:
        raise InputError(f"Văn bản {stored.document_id} đã được xác nhận, đang dùng")
    if stored.state == WITHDRAWN:
        raise InputError(f"Văn bản {stored.document_id} đã được rút")


def _check_complete(stored: StoredDocument) -> None:
    """Check what no reason can replace: which decision it is, and what its parts do."""
    document = stored.document
    if not document.number or document.date is None or document.role is None:
        raise InputError(
            f"Văn bản {stored.document_id}: chưa rõ số, ngày, hoặc là của Bộ hay của tỉnh; hãy ghi trên "
            "trang của văn bản rồi xác nhận"
        )
    for number, part in enumerate(document.parts, 1):
        if part.kind is None and part.rows:
            raise InputError(
                f"Phần {number} ({part.title}): chưa rõ loại (mới, sửa đổi, bãi bỏ…); hãy chọn", "kind"
            )


def _reading_of(stored: StoredDocument) -> DocumentReading:
    return DocumentReading(
        document=stored.document,
        state=stored.state,
        file=stored.file,
        held_for=stored.held_for,
        document_id=stored.document_id,
        digest=stored.digest,
        run_id=stored.run_id,
    )
