"""Import of a province's decision into the department's list: rows that it enters, changes or ends."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from extractors.documents import read_decisions
from extractors.workbooks.catalogue import read_catalogue
from extractors.workbooks.catalogue_file import CatalogueFile
from procedures.errors import ConflictError, InputError, WorkbookError
from procedures.findings import CATALOGUE, RowProblem
from procedures.model import Procedure
from procedures.office.documents import Document
from procedures.run_origin import RunOrigin
from procedures.wording.words import count
from reconciliation.announcements.announced_list import AnnouncedList, list_after_decision
from reports.catalogue_export import write_catalogue
from settings.configuration import Configuration
from steps.announcements.read_documents import read_bytes
from steps.catalogue.import_catalogue import stands_at, take_in
from steps.catalogue.import_preview import preview_of
from steps.database import open_locked, reading_connection
from steps.nights.begin_run import begin
from steps.nights.reconcile import load_row_problems
from steps.nights.reporting.run_summary import SourceSummary, Summary
from steps.nights.run_now import closing_on_error
from steps.sources.archive import archive_of
from warehouse.announcements import documents
from warehouse.findings import store
from warehouse.sources import versions

DECISION_SUFFIXES = frozenset({".docx", ".pdf", ".doc", ".odt", ".rtf"})
"""Suffixes of files that are decisions, not workbooks."""

HELD_TEXT = (
    "Tệp có chỗ cần người xem trước khi nhập: đọc tệp vào sổ (rasoat decision read hoặc trang Quyết định đọc "
    "từ tệp), sửa và xác nhận, rồi nhập lại"
)
"""Why nothing is imported of lists that are held."""


def import_decision(
    configuration: Configuration,
    file: Path,
    level: str | None,
    as_of: datetime,
    *,
    by: str | None = None,
    base: int | None = None,
) -> Summary:
    """Apply a province's decision to the list, through the gates of every import.

    `base` is the state of the list when a person previewed the import.

    Raises:
        DocumentError: the file cannot be read.
        InputError: there is no file, it is not a decision of the province, or a level is given.
        ConflictError: the list has changed since `base`.
    """
    data = read_bytes(file)
    decisions = _read_with_corrections(configuration, data, file.name, level)
    reasons = _holding_remarks(decisions)
    if reasons:
        return _held_summary(configuration, reasons, as_of)
    with open_locked(configuration), closing_on_error(configuration):
        if base is not None and base != stands_at(configuration):
            raise ConflictError("Danh mục đã thay đổi sau khi xem trước; chưa nhập gì")
        content, received, remarks = _amended_list(configuration, file.name, decisions)
        archive_of(configuration).put(data, {"file": file.name})
        run_id = begin(configuration, as_of, "import", CATALOGUE, errand=RunOrigin(by=by))
        summary = take_in(configuration, run_id, content, content.name, received, as_of, None)
        return replace(summary, remarks=remarks)


def preview_decision(configuration: Configuration, file: Path, level: str | None, as_of: datetime) -> Summary:
    """Return the summary that importing the decision would end with; write nothing.

    For lists that are held it has what would follow once a person confirmed them.

    Raises:
        DocumentError: the file cannot be read.
        InputError: there is no file, it is not a decision of the province, or a level is given.
    """
    decisions = _read_with_corrections(configuration, read_bytes(file), file.name, level)
    content, _, remarks = _amended_list(configuration, file.name, decisions)
    preview = replace(preview_of(configuration, content, None, as_of), remarks=remarks)
    if not _holding_remarks(decisions):
        return preview
    source = replace(preview.sources[CATALOGUE], state="held", reason=HELD_TEXT)
    return replace(preview, status="degraded", sources={CATALOGUE: source})


def _read_with_corrections(
    configuration: Configuration, data: bytes, name: str, level: str | None
) -> list[tuple[Document, bool]]:
    """Return each decision of the file, as a person corrected it, and whether a person confirmed it."""
    if level is not None:
        raise InputError(
            f"{name}: quyết định tự nêu cấp của từng thủ tục, không dùng cùng lựa chọn cấp", "level"
        )
    digest = hashlib.sha256(data).hexdigest()
    with reading_connection(configuration) as connection:
        confirmed = {
            stored.place: stored.document
            for stored in documents.list_not_withdrawn(connection)
            if stored.digest == digest and stored.state == documents.CONFIRMED
        }
    decisions = [
        (confirmed.get(place, document), place in confirmed)
        for place, document in enumerate(read_decisions(data, name), 1)
    ]
    for document, _ in decisions:
        if document.role == "ministry":
            raise InputError(
                f"{name}: là quyết định của Bộ; danh mục theo quyết định công bố của tỉnh "
                "(quyết định của Bộ: rasoat decision read)"
            )
    return decisions


def _holding_remarks(decisions: list[tuple[Document, bool]]) -> tuple[str, ...]:
    return tuple(
        remark.text
        for document, confirmed in decisions
        if not confirmed
        for remark in document.remarks
        if remark.holds and not remark.of_head
    )


def _held_summary(configuration: Configuration, reasons: tuple[str, ...], as_of: datetime) -> Summary:
    """Return the summary of an import that waits for a person to settle what the file leaves open."""
    with reading_connection(configuration) as connection:
        current = versions.current_procedures(connection, CATALOGUE)
        open_findings = len(store.list_findings(connection))
    source = SourceSummary(snapshot_id=0, state="held", reason=HELD_TEXT, procedures=len(current), requests=0)
    return Summary(
        run_id=0,
        status="degraded",
        as_of=as_of,
        sources={CATALOGUE: source},
        findings={"opened": 0, "resolved": 0, "open": open_findings},
        remarks=reasons,
    )


def _amended_list(
    configuration: Configuration, name: str, decisions: list[tuple[Document, bool]]
) -> tuple[CatalogueFile, bytes, tuple[str, ...]]:
    """Return the list after the decisions, the workbook that holds it, and remarks on it."""
    with reading_connection(configuration) as connection:
        procedures = dict(versions.current_procedures(connection, CATALOGUE))
        problems = load_row_problems(connection)
    remarks: list[str] = []
    for document, _ in decisions:
        after = list_after_decision(procedures, document)
        procedures = dict(after.procedures)
        remarks += _remark_lines(name, document, after)
    if not procedures:
        raise InputError(f"{name}: không có thủ tục nào để đưa vào danh mục")
    content, received = _workbook(name, procedures, problems)
    return content, received, tuple(remarks)


def _workbook(
    name: str, procedures: dict[str, Procedure], problems: tuple[RowProblem, ...]
) -> tuple[CatalogueFile, bytes]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{Path(name).stem}.xlsx"
        write_catalogue(
            file, [(row, "code" if row.code else None, None) for row in procedures.values()], placed=True
        )
        content = replace(read_catalogue(file), problems=problems)
        if content.procedures.keys() != procedures.keys():
            raise WorkbookError(f"{name}: danh mục xuất ra không đọc lại được đủ dòng, chưa ghi gì")
        return content, file.read_bytes()


def _remark_lines(name: str, document: Document, after: AnnouncedList) -> list[str]:
    remarks = [
        f"{name}: {count(len(after.entered))} thủ tục thêm vào danh mục, {count(len(after.changed))} sửa "
        f"theo quyết định, {count(len(after.ended))} kết thúc; các thủ tục khác giữ nguyên"
    ]
    remarks += [f"{name}: bãi bỏ nhưng không thấy trong danh mục: {row}" for row in after.not_found]
    return remarks + [f"{name}: {remark.text}" for remark in document.remarks]
