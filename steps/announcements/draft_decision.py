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

from procedures.changes import Changed
from procedures.durations import longer_than
from procedures.errors import InputError
from procedures.findings import CATALOGUE, Gone
from procedures.model import Procedure
from procedures.office.repealed_rows import has_no_code
from procedures.text import matching_key
from procedures.wording.values import change_words
from procedures.wording.words import day_text
from reconciliation.announcements.amendments import ABOUT_THE_DECISION, made_by
from reconciliation.announcements.deadlines import decision_key
from reconciliation.announcements.ministry_documents import as_procedure
from reconciliation.changes.successors import in_force
from reports.drafts import AnnexRow, Draft, write_draft
from settings.configuration import Configuration
from steps.announcements.amendments import amendments_of
from steps.announcements.ledger import find_number
from steps.database import reading_connection
from steps.nights.decision_documents import ministry_documents
from steps.nights.decision_years import lines_of
from warehouse.announcements import report_queries
from warehouse.announcements.ledger import CodeLine, Line
from warehouse.sources import code_matches, versions
from warehouse.tables.finding_tables import decision_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """What a draft about decision `number` holds, and the codes that it leaves out, each with the reason."""

    number: str
    new: int
    changed: int
    repealed: int
    left_out: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Everything that the warehouse says of the codes of a decision."""

    catalogue: Mapping[str, Procedure]
    national: Mapping[str, Procedure]
    gone: Mapping[str, Gone]
    provincial: frozenset[str]
    changes: Mapping[str, Sequence[Changed]]
    amendments: Mapping[str, Sequence[Changed]]
    transfers: Mapping[str, str]
    entered: frozenset[str]


def draft_decision(configuration: Configuration, number: str, out: Path) -> Drafted:
    """Write Tờ trình, draft decision and annexes about ministry decision `number`.

    Raises:
        UnknownThingError: the decision is in nobody's ledger; near ones are offered.
        InputError: nothing of it is left to be announced, or `out` cannot be written.
        SettingsError: the template is broken.
    """
    if not out.absolute().parent.is_dir():
        raise InputError(f"{out}: không có thư mục {out.absolute().parent}")
    draft, told = _drafted(configuration, number)
    write_draft(out, draft, configuration.papers.templates)
    return told


def look_over(configuration: Configuration, number: str) -> Drafted:
    """What the draft about a decision would hold and leave out; nothing is written.

    Raises:
        UnknownThingError: as for `draft_decision`.
        InputError: nothing of it is left to be announced.
    """
    return _drafted(configuration, number)[1]


def _drafted(configuration: Configuration, number: str) -> tuple[Draft, Drafted]:
    with reading_connection(configuration) as connection:
        known_number = find_number(connection, number)
        (line,) = lines_of(connection, configuration.in_role("national"), known_number)
        known = _known(configuration, connection, line)
    draft, left_out = _draft(configuration, line, known)
    if not draft.rows:
        why = "; ".join(f"{code}: {reason}" for code, reason in sorted(left_out.items())) or "không có mã nào"
        raise InputError(f"Quyết định số {known_number} không còn gì tỉnh phải công bố ({why})")
    counts = {role: len(draft.of(role)) for role in ("new", "changed", "repealed")}
    return draft, Drafted(number=known_number, left_out=left_out, **counts)


def _known(configuration: Configuration, connection: Connection, line: Line) -> _Known:
    codes = sorted({each.code for each in line.codes})
    names = configuration.in_role("national")
    national = {
        entry.subject: as_procedure(entry)
        for document in ministry_documents(connection, configuration.department.zone)
        if decision_key(document.number) == decision_key(line.decision_number)
        for entry in document.entries
    }
    gone: dict[str, Gone] = {}
    for name in names:
        national |= {row.code: row for row in versions.current(connection, name).values() if row.code}
        gone |= {
            each.procedure.code or key: each for key, each in versions.retired_of(connection, name).items()
        }
    matched = {key: code for key, (code, _) in code_matches.match_of(connection, CATALOGUE).items()}
    catalogue = {
        code: row
        for key, row in versions.current(connection, CATALOGUE).items()
        if (code := row.code or matched.get(key) or key)
    }
    entered = connection.scalars(
        select(decision_code.c.code).where(
            decision_code.c.decision_number == line.decision_number, decision_code.c.entered_by.is_not(None)
        )
    )
    return _Known(
        catalogue=catalogue,
        national=national,
        gone=gone,
        provincial=report_queries.ever_listed(
            connection, (CATALOGUE, *configuration.in_role("provincial")), codes
        ),
        changes=report_queries.changes_of(connection, names, codes, configuration.department.zone),
        amendments=amendments_of(configuration, connection, line),
        transfers=in_force(gone, report_queries.successors(connection, codes)),
        entered=frozenset(entered),
    )


def _draft(configuration: Configuration, line: Line, known: _Known) -> tuple[Draft, dict[str, str]]:
    left_out: dict[str, str] = {}
    rows = []
    came_from: defaultdict[str, list[str]] = defaultdict(list)
    for old, new in known.transfers.items():
        came_from[new].append(old)
    for each in line.codes:
        reason = _left_out(line, each, known)
        if reason is not None:
            left_out[each.shown] = reason
        else:
            rows.append(_row(configuration, line, each, known, came_from))
    return (
        Draft(
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


def _left_out(line: Line, each: CodeLine, known: _Known) -> str | None:
    """Why the province need not announce a code again; None where it has to."""
    if each.decided is not None:
        other = f"{line.decision_number} ngày {day_text(each.decided)}"
        return f"thuộc Quyết định số {other}, quyết định khác cùng số"
    signed = each.province_decision_date
    before = signed is not None and line.decision_date is not None and signed.year < line.decision_date.year
    if each.stage in ("announced", "published") and not before:
        return f"tỉnh đã công bố ({each.province_decision_number or 'theo sổ theo dõi'})"
    row = known.catalogue.get(each.code)
    announced = row.province_decision_date if row else None
    if (
        each.role != "repealed"
        and row
        and announced
        and line.decision_date
        and announced >= line.decision_date
    ):
        return f"danh mục đã ghi {row.province_decision_number or 'quyết định của tỉnh'}"
    listed = has_no_code(each.code) or each.code in known.provincial
    if each.role == "repealed" and not listed and each.code not in known.entered:
        return "tỉnh chưa từng công bố"
    return None


def _row(
    configuration: Configuration,
    line: Line,
    each: CodeLine,
    known: _Known,
    came_from: Mapping[str, Sequence[str]],
) -> AnnexRow:
    ours = known.catalogue.get(each.code)
    last = known.gone.get(each.code)
    record = known.national.get(each.code) or (last.procedure if last else None)
    shown = (ours or record) if each.role == "repealed" else (record or ours)
    levels = shown.executing_levels if shown else None
    papers = configuration.papers
    places = {"province": papers.place_province, "commune": papers.place_commune}
    parts, texts = amended(line.decision_number, line.decision_date, known.changes.get(each.code, ()))
    successor = known.transfers.get(each.code)
    return AnnexRow(
        role=each.role,
        code="" if has_no_code(each.code) else each.code,
        name=shown.name if shown else each.name,
        field=shown.field if shown else None,
        levels=levels,
        time=record.processing_time if record else None,
        cut=_cut(ours, record),
        places=tuple(place for level, place in places.items() if place and level in (levels or ())),
        fee=record.fee if record else None,
        ways=record.ways if record else None,
        online_level=record.online_level if record else None,
        legal_bases=record.legal_bases if record else None,
        changed_parts=parts,
        changed_words=tuple(
            (row.attribute, change_words(row.attribute, row.old, row.new))
            for row in known.amendments.get(each.code, ())
        ),
        changed_by=texts,
        province_number=ours.province_decision_number if ours else None,
        province_date=ours.province_decision_date if ours else None,
        successor_code=successor,
        successor_levels=_levels(known, successor),
        came_from=tuple(
            (_called(known, old), _levels(known, old))
            for old in came_from.get(each.code, ())
            if each.role != "repealed"
        ),
    )


def _called(known: _Known, code: str) -> str:
    """The code; of a row without one its name."""
    row = known.catalogue.get(code)
    return f"“{row.name}”" if has_no_code(code) and row else code


def _levels(known: _Known, code: str | None) -> frozenset[str] | None:
    if code is None:
        return None
    gone = known.gone.get(code)
    row = known.national.get(code) or known.catalogue.get(code) or (gone.procedure if gone else None)
    return row.executing_levels if row else None


def _cut(ours: Procedure | None, record: Procedure | None) -> Any:
    """The province's own times where each is shorter than the ministry's; nothing else is known of a cut."""
    mine, theirs = (ours.processing_time if ours else None), (record.processing_time if record else None)
    if not mine or not theirs:
        return None
    shorter = all(any(longer_than(other, time) for other in theirs) for time in mine)
    longer = any(longer_than(time, other) for time in mine for other in theirs)
    return mine if shorter and not longer else None


def amended(
    number: str, signed_on: date | None, changes: Sequence[Changed]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The attributes that changed under a decision, and the legal texts that came with it."""
    own = made_by(number, signed_on, changes)
    parts = tuple(dict.fromkeys(row.attribute for row in own if row.attribute not in ABOUT_THE_DECISION))
    texts: list[str] = []
    for row in own:
        if row.attribute == "legal_bases":
            before = {matching_key(text) for text in _items(row.old)}
            texts += [text for text in _items(row.new) if matching_key(text) not in before]
    return parts, tuple(dict.fromkeys(texts))


def _items(text: str | None) -> list[str]:
    return [str(each) for each in json.loads(text)] if text else []
