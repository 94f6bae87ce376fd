"""Decisions that people bring as files: read, looked at, corrected, confirmed, and then in use."""

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
from procedures.run_origin import Errand
from procedures.text import matching_key
from reconciliation.announcements.deadlines import decision_key
from settings.configuration import Configuration
from steps.database import begin, engine_of, opened, reading_connection, writing_connection
from steps.nights.conclusion import conclude
from steps.nights.decision_documents import forget
from steps.nights.reconcile import sides_of
from steps.nights.refresh_ledger import announce_by_documents
from steps.nights.run_now import closing_what_breaks
from steps.nights.withdraw import OF_DOCUMENTS
from steps.sources.recorded_inputs import archive_of
from warehouse.announcements import documents
from warehouse.announcements.documents import CONFIRMED, HELD, READ, WITHDRAWN, KeptDocument
from warehouse.announcements.ledger_events import Event
from warehouse.db.engine import reading, writing

BY_COMMAND = "dòng lệnh"
"""Who read a file where nobody is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One decision of a file, as understood; `known`: the same file was read before, and nothing changes.

    `document_id` and `digest` are None where nothing was kept.
    """

    document: Document
    state: str
    file: str
    held_for: tuple[str, ...] = ()
    document_id: int | None = None
    digest: str | None = None
    run_id: int | None = None
    known: bool = False

    @property
    def held(self) -> bool:
        """Whether a person has to look before anything of it is used."""
        return self.state == HELD

    def to_json(self) -> dict[str, Any]:
        """The document of `decision read --json`."""
        return {
            **self.document.to_json(),
            "document_id": self.document_id,
            "hash": self.digest,
            "file": self.file,
            "state": self.state,
            "held_for": list(self.held_for),
            "known": self.known,
            "run_id": self.run_id,
        }


def bytes_of(file: Path) -> bytes:
    """Return the bytes of a file, of one that is too large no more than shows that it is.

    Raises:
        InputError: there is no such file.
    """
    if not file.is_file():
        raise InputError(f"{file}: không có tệp này")
    with file.open("rb") as opened_file:
        return opened_file.read(MAX_FILE_BYTES + 1)


def understood(
    data: bytes, name: str, progress: Callable[[int, int], None] | None = None
) -> tuple[Reading, ...]:
    """Return what a file says, and write nothing.

    Raises:
        DocumentError: it cannot be read.
    """
    return tuple(
        Reading(document=each, state=HELD if held else READ, file=name, held_for=held)
        for each in read_decisions(data, name, progress)
        for held in (_held_for(each),)
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
) -> tuple[Reading, ...]:
    """Keep what a file says; what nothing speaks against takes effect at once where it is `confirmed`.

    A file that was read before changes nothing. The same decision as another file is more evidence of the
    same, and where it says something else it is held.

    Raises:
        DocumentError: it cannot be read.
        LockedError: a run is under way, and it is `confirmed`.
    """
    found = understood(data, name, progress)
    with opened(configuration) if confirmed else nullcontext():
        digest = archive_of(configuration).put(data, {"file": name})
        with writing_connection(configuration) as connection:
            kept = [
                _keep(connection, each.document, digest, place, name, by)
                for place, each in enumerate(found, 1)
            ]
        fresh = [one for one, known in kept if not known and one.state == READ]
        if confirmed and fresh:
            _change(configuration, fresh, CONFIRMED, by, None, as_of)
        with reading_connection(configuration) as connection:
            return tuple(
                replace(_reading(documents.get(connection, one.document_id)), known=known)
                for one, known in kept
            )


def confirm(
    configuration: Configuration, document_id: int, by: str, as_of: datetime, reason: str | None = None
) -> Reading:
    """A document that a person looked at takes effect; one that was held needs a reason.

    Raises:
        UnknownThingError: there is no such document.
        InputError: it is in use already or was taken back, or something of it is still open.
        LockedError: a run is under way.
    """
    with opened(configuration) as engine:
        with reading(engine) as connection:
            kept = documents.get(connection, document_id)
            same = _in_use(connection, kept.document)
        refuse_settled(kept)
        reasoned = bool((reason or "").strip())
        if kept.state == HELD and not reasoned:
            raise InputError(f"Văn bản {document_id} đang tạm giữ: xác nhận thì phải ghi lý do", "reason")
        if same and not reasoned and not _says_the_same(same[-1].document, kept.document):
            raise InputError(f"{_contradicts(same[-1])}; xác nhận thì phải ghi lý do", "reason")
        _refuse_open(kept)
        _change(configuration, [kept], CONFIRMED, by, reason, as_of)
        with reading(engine) as connection:
            return _reading(documents.get(connection, document_id))


def withdraw_document(
    configuration: Configuration, document_id: int, by: str, reason: str, as_of: datetime
) -> Reading:
    """Take a document back; where it was in use, what followed from it goes in a run of its own.

    Announcements that a province's decision recorded stay, as steps that a person takes back by name.

    Raises:
        UnknownThingError: there is no such document.
        InputError: it was taken back before, or no reason is given.
        LockedError: a run is under way.
    """
    if not reason.strip():
        raise InputError("Cần nêu lý do rút", "reason")
    with opened(configuration) as engine:
        with reading(engine) as connection:
            kept = documents.get(connection, document_id)
        if kept.state == WITHDRAWN:
            raise InputError(f"Văn bản {document_id} đã được rút")
        if kept.state == CONFIRMED:
            _change(configuration, [kept], WITHDRAWN, by, reason, as_of)
        else:
            with writing(engine) as connection:
                documents.decide(connection, kept, WITHDRAWN, by, reason=reason)
        with reading(engine) as connection:
            return _reading(documents.get(connection, document_id))


def one_document(configuration: Configuration, document_id: int) -> tuple[KeptDocument, tuple[Event, ...]]:
    """Return a document with what people did to it.

    Raises:
        UnknownThingError: there is none.
    """
    with reading_connection(configuration) as connection:
        return documents.get(connection, document_id), tuple(documents.events(connection, document_id))


def all_documents(configuration: Configuration) -> list[KeptDocument]:
    """Return every document, the last one read first."""
    with reading_connection(configuration) as connection:
        return documents.all_documents(connection)


def documents_of(configuration: Configuration, number: str) -> list[KeptDocument]:
    """Return the documents in use of a decision, by its number."""
    key = decision_key(number)
    return [
        each
        for each in all_documents(configuration)
        if each.state == CONFIRMED and decision_key(each.document.number) == key
    ]


def _change(
    configuration: Configuration,
    kept: Sequence[KeptDocument],
    state: str,
    by: str | None,
    reason: str | None,
    as_of: datetime,
) -> None:
    """Let documents take effect, or no longer, in a run with its findings, letters and the ledger."""
    with closing_what_breaks(configuration):
        run_id = begin(configuration, as_of, OF_DOCUMENTS, errand=Errand(by=by))
        with writing(engine_of(configuration)) as connection:
            for each in kept:
                if each.document.role == "ministry":
                    forget(connection, each.document, configuration.department.zone)
                documents.decide(
                    connection,
                    each,
                    state,
                    by or BY_COMMAND,
                    reason=reason,
                    run_id=run_id,
                    applied_at=as_of,
                )
            announce_by_documents(configuration, connection, sides_of(configuration, connection), as_of)
        conclude(configuration, run_id)


def _keep(
    connection: Connection, document: Document, digest: str, place: int, name: str, by: str | None
) -> tuple[KeptDocument, bool]:
    """The document as it is kept, and whether it was before."""
    for each in documents.standing(connection):
        if (each.digest, each.place) == (digest, place):
            return each, True
    held_for, evidence = _held_for(document), None
    if same := _in_use(connection, document):
        if _says_the_same(same[-1].document, document):
            evidence = same[-1]
        else:
            held_for = (*held_for, _contradicts(same[-1]))
    number = documents.add(
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
    kept = documents.get(connection, number)
    if evidence is not None and not held_for:
        words = f"thêm bằng chứng cho văn bản {evidence.document_id}, nội dung như nhau"
        documents.decide(
            connection, kept, CONFIRMED, by or BY_COMMAND, reason=words, applied_at=evidence.applied_at
        )
        documents.store_matches(connection, number, evidence.matches)
        kept = documents.get(connection, number)
    return kept, False


def _held_for(document: Document) -> tuple[str, ...]:
    """Why a person has to look first: what the reader says, and what keeps the document from being used."""
    found = [remark.text for remark in document.remarks if remark.holds]
    if document.role is None:
        found.append("Chưa rõ là quyết định của Bộ hay của tỉnh")
    return tuple(found)


def _in_use(connection: Connection, document: Document) -> list[KeptDocument]:
    """The documents in use of the same decision, by number and date, the one that counts last."""
    key = decision_key(document.number)
    return [
        each
        for each in documents.confirmed(connection, document.role)
        if decision_key(each.document.number) == key and each.document.date == document.date
    ]


def _contradicts(other: KeptDocument) -> str:
    return f"Văn bản {other.document_id} ({other.file}) cùng số, cùng ngày nhưng nội dung các danh mục khác"


def _says_the_same(one: Document, other: Document) -> bool:
    """Whether two files list the same procedures in the same kinds of parts."""

    def rows(document: Document) -> set[tuple[str | None, str]]:
        return {
            (part.kind.value if part.kind else None, row.code or matching_key(row.name))
            for part in document.parts
            for row in part.rows
        }

    return rows(one) == rows(other)


def refuse_settled(kept: KeptDocument) -> None:
    """Refuse to touch what is in use or was taken back.

    Raises:
        InputError: it is.
    """
    if kept.state == CONFIRMED:
        raise InputError(f"Văn bản {kept.document_id} đã được xác nhận, đang dùng")
    if kept.state == WITHDRAWN:
        raise InputError(f"Văn bản {kept.document_id} đã được rút")


def _refuse_open(kept: KeptDocument) -> None:
    """What no reason can stand for: which decision it is, and what its parts do."""
    document = kept.document
    if not document.number or document.date is None or document.role is None:
        raise InputError(
            f"Văn bản {kept.document_id}: chưa rõ số, ngày, hoặc là của Bộ hay của tỉnh; hãy ghi trên trang "
            "của văn bản rồi xác nhận"
        )
    for at, part in enumerate(document.parts, 1):
        if part.kind is None and part.rows:
            raise InputError(
                f"Phần {at} ({part.title}): chưa rõ loại (mới, sửa đổi, bãi bỏ…); hãy chọn", "kind"
            )


def _reading(kept: KeptDocument) -> Reading:
    return Reading(
        document=kept.document,
        state=kept.state,
        file=kept.file,
        held_for=kept.held_for,
        document_id=kept.document_id,
        digest=kept.digest,
        run_id=kept.run_id,
    )
