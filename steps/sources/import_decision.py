"""Takes a province's decision into the department's list: what it announces enters, changes or ends rows."""

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
from procedures.run_origin import Errand
from procedures.wording.words import count
from reconciliation.announcements.announced_list import AnnouncedList, announced_list
from reports.catalogue import write_catalogue
from settings.configuration import Configuration
from steps.announcements.read_documents import bytes_of
from steps.database import begin, opened, reading_connection
from steps.nights.reconcile import row_problems
from steps.nights.run_now import closing_what_breaks
from steps.nights.run_summary import SourceSummary, Summary
from steps.sources.import_catalogue import stands_at, take_in
from steps.sources.import_preview import preview_of
from steps.sources.recorded_inputs import archive_of
from warehouse.announcements import documents
from warehouse.findings import store
from warehouse.sources import versions

SUFFIXES = frozenset({".docx", ".pdf", ".doc", ".odt", ".rtf"})
"""Names of files that are decisions and no workbooks."""

WAITS = (
    "Tệp có chỗ cần người xem trước khi nhập: đọc tệp vào sổ (rasoat decision read hoặc trang Quyết định đọc "
    "từ tệp), sửa và xác nhận, rồi nhập lại"
)
"""Why nothing of lists that are held is taken in."""


def import_decision(
    configuration: Configuration,
    file: Path,
    level: str | None,
    as_of: datetime,
    *,
    by: str | None = None,
    base: int | None = None,
) -> Summary:
    """Make the list what a province's decision leaves of it, through the gates of every import.

    `base` is where the list stood when a person was shown what this would change.

    Raises:
        DocumentError: the file cannot be read.
        InputError: there is no file, it is no decision of the province, or a level is given.
        ConflictError: the list no longer stands at `base`.
    """
    data = bytes_of(file)
    found = _decisions(configuration, data, file.name, level)
    held = _held_for(found)
    if held:
        return _held(configuration, held, as_of)
    with opened(configuration), closing_what_breaks(configuration):
        if base is not None and base != stands_at(configuration):
            raise ConflictError("Danh mục đã thay đổi sau khi xem trước; chưa nhập gì")
        content, received, remarks = _content(configuration, file.name, found)
        archive_of(configuration).put(data, {"file": file.name})
        run_id = begin(configuration, as_of, "import", CATALOGUE, errand=Errand(by=by))
        done = take_in(configuration, run_id, content, content.name, received, as_of, None)
        return replace(done, remarks=remarks)


def preview_decision(configuration: Configuration, file: Path, level: str | None, as_of: datetime) -> Summary:
    """Return the summary that importing the decision would end with; nothing is written.

    Of lists that are held it says what would come of them once a person confirmed.

    Raises:
        DocumentError: the file cannot be read.
        InputError: there is no file, it is no decision of the province, or a level is given.
    """
    found = _decisions(configuration, bytes_of(file), file.name, level)
    content, _, remarks = _content(configuration, file.name, found)
    would = replace(preview_of(configuration, content, None, as_of), remarks=remarks)
    if not _held_for(found):
        return would
    source = replace(would.sources[CATALOGUE], state="held", reason=WAITS)
    return replace(would, status="degraded", sources={CATALOGUE: source})


def _decisions(
    configuration: Configuration, data: bytes, name: str, level: str | None
) -> list[tuple[Document, bool]]:
    """Each decision of the file, as a person corrected it, and whether a person confirmed it."""
    if level is not None:
        raise InputError(
            f"{name}: quyết định tự nêu cấp của từng thủ tục, không dùng cùng lựa chọn cấp", "level"
        )
    digest = hashlib.sha256(data).hexdigest()
    with reading_connection(configuration) as connection:
        known = {
            each.place: each.document
            for each in documents.standing(connection)
            if each.digest == digest and each.state == documents.CONFIRMED
        }
    found = [
        (known.get(place, document), place in known)
        for place, document in enumerate(read_decisions(data, name), 1)
    ]
    for document, _ in found:
        if document.role == "ministry":
            raise InputError(
                f"{name}: là quyết định của Bộ; danh mục theo quyết định công bố của tỉnh "
                "(quyết định của Bộ: rasoat decision read)"
            )
    return found


def _held_for(found: list[tuple[Document, bool]]) -> tuple[str, ...]:
    return tuple(
        remark.text
        for document, confirmed in found
        if not confirmed
        for remark in document.remarks
        if remark.holds and not remark.of_head
    )


def _held(configuration: Configuration, held: tuple[str, ...], as_of: datetime) -> Summary:
    """Nothing is taken in before a person has looked at what the file leaves open."""
    with reading_connection(configuration) as connection:
        standing = versions.current(connection, CATALOGUE)
        still = len(store.list_findings(connection))
    source = SourceSummary(snapshot_id=0, state="held", reason=WAITS, procedures=len(standing), requests=0)
    return Summary(
        run_id=0,
        status="degraded",
        as_of=as_of,
        sources={CATALOGUE: source},
        findings={"opened": 0, "resolved": 0, "open": still},
        remarks=held,
    )


def _content(
    configuration: Configuration, name: str, found: list[tuple[Document, bool]]
) -> tuple[CatalogueFile, bytes, tuple[str, ...]]:
    """The list as the decisions leave it, the workbook that says so, and what to tell of it."""
    with reading_connection(configuration) as connection:
        procedures = dict(versions.current(connection, CATALOGUE))
        problems = row_problems(connection)
    remarks: list[str] = []
    for document, _ in found:
        made = announced_list(procedures, document)
        procedures = dict(made.procedures)
        remarks += _remarks(name, document, made)
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


def _remarks(name: str, document: Document, made: AnnouncedList) -> list[str]:
    remarks = [
        f"{name}: {count(len(made.entered))} thủ tục thêm vào danh mục, {count(len(made.changed))} sửa theo "
        f"quyết định, {count(len(made.ended))} kết thúc; các thủ tục khác giữ nguyên"
    ]
    remarks += [f"{name}: bãi bỏ nhưng không thấy trong danh mục: {each}" for each in made.not_found]
    return remarks + [f"{name}: {remark.text}" for remark in document.remarks]
