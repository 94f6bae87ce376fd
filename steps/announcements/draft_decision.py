"""The draft by which the province announces what one ministry decision changed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from procedures.changes import RecordedChange
from procedures.errors import InputError
from procedures.findings import CATALOGUE, RetiredProcedure
from procedures.model import Procedure
from procedures.office.repealed_rows import is_codeless_key
from procedures.values.durations import is_longer
from procedures.values.text import matching_key
from procedures.wording.readable_values import change_words
from procedures.wording.words import day_text
from reconciliation.announcements.amendments import ABOUT_THE_DECISION, changes_made_by
from reconciliation.announcements.deadlines import decision_key
from reconciliation.announcements.ministry_documents import as_procedure
from reconciliation.changes.successors import successors_in_force
from reports.decision_drafts import AnnexRow, DecisionDraft, draft_bytes, write_draft
from reports.document_view import ViewPart, view_parts
from settings.configuration import Configuration
from steps.announcements.amendments import amendments_of
from steps.announcements.ledger import find_number
from steps.database import reading_connection
from steps.nights.dated_lines import load_lines
from steps.nights.decision_documents import ministry_documents
from warehouse.announcements import report_queries
from warehouse.announcements.ledger import CodeLine, LedgerLine
from warehouse.sources import code_matches, versions
from warehouse.tables.finding_tables import decision_code


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSummary:
    """What a draft about decision `number` holds, and the codes that it leaves out, with the reasons."""

    number: str
    new: int
    changed: int
    repealed: int
    left_out: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _DraftInput:
    """What the warehouse has on the codes of a decision."""

    catalogue: Mapping[str, Procedure]
    national: Mapping[str, Procedure]
    gone: Mapping[str, RetiredProcedure]
    provincial: frozenset[str]
    changes: Mapping[str, Sequence[RecordedChange]]
    amendments: Mapping[str, Sequence[RecordedChange]]
    transfers: Mapping[str, str]
    entered: frozenset[str]


def draft_decision(configuration: Configuration, number: str, out: Path) -> DraftSummary:
    """Write Tờ trình, draft decision and annexes about ministry decision `number`.

    Raises:
        NotFoundError: the decision is not in the ledger; similar numbers are offered.
        InputError: nothing of it remains to be announced, or `out` cannot be written.
        SettingsError: the template is broken.
    """
    if not out.absolute().parent.is_dir():
        raise InputError(f"{out}: không có thư mục {out.absolute().parent}")
    draft, summary = _build(configuration, number)
    write_draft(out, draft, configuration.papers.templates)
    return summary


def view_draft(configuration: Configuration, number: str) -> tuple[DraftSummary, list[ViewPart]]:
    """Return what the draft about a decision holds and leaves out, and the document by its parts.

    Raises:
        NotFoundError: as for `draft_decision`.
        InputError: nothing of it remains to be announced.
        SettingsError: the template is broken.
    """
    draft, summary = _build(configuration, number)
    return summary, view_parts(draft_bytes(draft, configuration.papers.templates))


def _build(configuration: Configuration, number: str) -> tuple[DecisionDraft, DraftSummary]:
    with reading_connection(configuration) as connection:
        stored_number = find_number(connection, number)
        (line,) = load_lines(connection, configuration.in_role("national"), stored_number)
        data = _load_input(configuration, connection, line)
    draft, left_out = _assemble(configuration, line, data)
    if not draft.rows:
        why = "; ".join(f"{code}: {reason}" for code, reason in sorted(left_out.items())) or "không có mã nào"
        raise InputError(f"Quyết định số {stored_number} không còn gì tỉnh phải công bố ({why})")
    counts = {role: len(draft.rows_of(role)) for role in ("new", "changed", "repealed")}
    return draft, DraftSummary(number=stored_number, left_out=left_out, **counts)


def _load_input(configuration: Configuration, connection: Connection, line: LedgerLine) -> _DraftInput:
    codes = sorted({row.code for row in line.codes})
    sources = configuration.in_role("national")
    national = {
        entry.subject: as_procedure(entry)
        for document in ministry_documents(connection, configuration.department.zone)
        if decision_key(document.number) == decision_key(line.decision_number)
        for entry in document.entries
    }
    gone: dict[str, RetiredProcedure] = {}
    for name in sources:
        national |= {
            row.code: row for row in versions.current_procedures(connection, name).values() if row.code
        }
        gone |= {
            row.procedure.code or key: row
            for key, row in versions.retired_procedures(connection, name).items()
        }
    matches = {key: code for key, (code, _) in code_matches.matches_of(connection, CATALOGUE).items()}
    catalogue = {
        code: row
        for key, row in versions.current_procedures(connection, CATALOGUE).items()
        if (code := row.code or matches.get(key) or key)
    }
    entered_codes = connection.scalars(
        select(decision_code.c.code).where(
            decision_code.c.decision_number == line.decision_number, decision_code.c.entered_by.is_not(None)
        )
    )
    return _DraftInput(
        catalogue=catalogue,
        national=national,
        gone=gone,
        provincial=report_queries.ever_listed(
            connection, (CATALOGUE, *configuration.in_role("provincial")), codes
        ),
        changes=report_queries.changes_of(connection, sources, codes, configuration.department.zone),
        amendments=amendments_of(configuration, connection, line),
        transfers=successors_in_force(gone, report_queries.successors(connection, codes)),
        entered=frozenset(entered_codes),
    )


def _assemble(
    configuration: Configuration, line: LedgerLine, data: _DraftInput
) -> tuple[DecisionDraft, dict[str, str]]:
    left_out: dict[str, str] = {}
    rows = []
    predecessors: defaultdict[str, list[str]] = defaultdict(list)
    for old, new in data.transfers.items():
        predecessors[new].append(old)
    for row in line.codes:
        reason = _reason_left_out(line, row, data)
        if reason is not None:
            left_out[row.display_text] = reason
        else:
            rows.append(_annex_row(configuration, line, row, data, predecessors))
    return (
        DecisionDraft(
            department=configuration.department.name,
            number=line.decision_number,
            agency=line.agency,
            signed_on=line.decision_date,
            effective_on=line.effective_date,
            due=line.due_date,
            by_law=line.due_basis == "law",
            rows=tuple(rows),
        ),
        left_out,
    )


def _reason_left_out(line: LedgerLine, row: CodeLine, data: _DraftInput) -> str | None:
    """Return why the province need not announce a code again; None where it has to."""
    if row.decided is not None:
        other = f"{line.decision_number} ngày {day_text(row.decided)}"
        return f"thuộc Quyết định số {other}, quyết định khác cùng số"
    signed = row.province_decision_date
    earlier = signed is not None and line.decision_date is not None and signed.year < line.decision_date.year
    if row.stage in ("announced", "published") and not earlier:
        return f"tỉnh đã công bố ({row.province_decision_number or 'theo sổ theo dõi'})"
    listed = data.catalogue.get(row.code)
    announced = listed.province_decision_date if listed else None
    if (
        row.role != "repealed"
        and listed
        and announced
        and line.decision_date
        and announced >= line.decision_date
    ):
        return f"danh mục đã ghi {listed.province_decision_number or 'quyết định của tỉnh'}"
    is_listed = is_codeless_key(row.code) or row.code in data.provincial
    if row.role == "repealed" and not is_listed and row.code not in data.entered:
        return "tỉnh chưa từng công bố"
    return None


def _annex_row(
    configuration: Configuration,
    line: LedgerLine,
    row: CodeLine,
    data: _DraftInput,
    predecessors: Mapping[str, Sequence[str]],
) -> AnnexRow:
    listed = data.catalogue.get(row.code)
    gone = data.gone.get(row.code)
    record = data.national.get(row.code) or (gone.procedure if gone else None)
    source = (listed or record) if row.role == "repealed" else (record or listed)
    levels = source.executing_levels if source else None
    papers = configuration.papers
    places = {"province": papers.place_province, "commune": papers.place_commune}
    parts, texts = amended_parts(line.decision_number, line.decision_date, data.changes.get(row.code, ()))
    successor = data.transfers.get(row.code)
    return AnnexRow(
        role=row.role,
        code="" if is_codeless_key(row.code) else row.code,
        name=source.name if source else row.name,
        field=source.field if source else None,
        levels=levels,
        time=record.processing_time if record else None,
        shorter_time=_shorter_time(listed, record),
        places=tuple(place for level, place in places.items() if place and level in (levels or ())),
        fee=record.fee if record else None,
        ways=record.ways if record else None,
        online_level=record.online_level if record else None,
        legal_bases=record.legal_bases if record else None,
        changed_parts=parts,
        changed_words=tuple(
            (change.attribute, change_words(change.attribute, change.old, change.new))
            for change in data.amendments.get(row.code, ())
        ),
        changed_by=texts,
        province_number=listed.province_decision_number if listed else None,
        province_date=listed.province_decision_date if listed else None,
        successor_code=successor,
        successor_levels=_levels(data, successor),
        predecessors=tuple(
            (_code_or_name(data, old), _levels(data, old))
            for old in predecessors.get(row.code, ())
            if row.role != "repealed"
        ),
    )


def _code_or_name(data: _DraftInput, code: str) -> str:
    """Return the code; of a row without one its name."""
    row = data.catalogue.get(code)
    return f"“{row.name}”" if is_codeless_key(code) and row else code


def _levels(data: _DraftInput, code: str | None) -> frozenset[str] | None:
    if code is None:
        return None
    gone = data.gone.get(code)
    row = data.national.get(code) or data.catalogue.get(code) or (gone.procedure if gone else None)
    return row.executing_levels if row else None


def _shorter_time(listed: Procedure | None, record: Procedure | None) -> Any:
    """Return the province's own times where each is shorter than the ministry's, else None."""
    ours, theirs = (listed.processing_time if listed else None), (record.processing_time if record else None)
    if not ours or not theirs:
        return None
    shorter = all(any(is_longer(other, time) for other in theirs) for time in ours)
    longer = any(is_longer(time, other) for time in ours for other in theirs)
    return ours if shorter and not longer else None


def amended_parts(
    number: str, signed_on: date | None, changes: Sequence[RecordedChange]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the attributes that changed under a decision, and the legal texts that it added."""
    own = changes_made_by(number, signed_on, changes)
    parts = tuple(dict.fromkeys(row.attribute for row in own if row.attribute not in ABOUT_THE_DECISION))
    texts: list[str] = []
    for change in own:
        if change.attribute == "legal_bases":
            earlier = {matching_key(text) for text in _texts(change.old)}
            texts += [text for text in _texts(change.new) if matching_key(text) not in earlier]
    return parts, tuple(dict.fromkeys(texts))


def _texts(text: str | None) -> list[str]:
    return [str(each) for each in json.loads(text)] if text else []
