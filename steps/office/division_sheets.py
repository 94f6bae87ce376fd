"""Sheets that divisions fill in: written from current data, and applied cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from extractors.workbooks.cell_values import read_answers
from extractors.workbooks.filled_sheet import read_filled
from procedures.errors import InputError, NotFoundError
from procedures.findings import CATALOGUE
from procedures.model import Procedure
from procedures.run_origin import RunOrigin
from procedures.snapshot import SnapshotState
from procedures.values.text import matching_key, sort_key
from procedures.wording.places import place_words
from procedures.wording.words import SNAPSHOT_STATES
from procedures.workbook_layout.division_sheets import (
    SHEETS,
    TASK_SHEET,
    CellEdit,
    FilledRow,
    SheetDifference,
    SheetKey,
    SheetKind,
    SheetRow,
    compare_sheet,
    entry_texts,
    pack_key,
    procedure_texts,
    unpack_key,
)
from procedures.workbook_layout.registers import TASKS
from reports.sheets import write_sheet
from settings.configuration import Configuration
from steps.catalogue.import_catalogue import amend_catalogue
from steps.database import engine_of, open_locked, reading_connection
from steps.office.divisions import known_divisions
from steps.office.task_sheets import applicable_changes, store_changes
from warehouse.announcements.ledger_events import PROCEDURE, LedgerEvent, events_of
from warehouse.announcements.ledger_events import record_events as record
from warehouse.db.engine import reading, writing
from warehouse.office import registers
from warehouse.sources import code_matches, versions

_CLEARED: Mapping[str, Any] = {"decentralisation_state": "none", "delegated": False}
"""Values of an emptied cell where it is not an empty text."""


@dataclass(frozen=True, slots=True)
class SheetIntake:
    """The result of a sheet: its changes, the number of new rows, and whether anything was written."""

    kind: SheetKind
    difference: SheetDifference
    added: int
    written: bool
    held: str | None = None
    """Why the catalogue with these changes was not applied, if a gate held it."""

    @property
    def whole(self) -> bool:
        """Whether every change of the sheet could be applied."""
        changes = self.difference
        return not (changes.conflicts or changes.refused or changes.touched or self.held)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRowForm:
    """One row of a sheet: its cells, its key, and what people did to it."""

    subject: str
    texts: Mapping[str, str]
    division: str | None
    key: str
    events: tuple[LedgerEvent, ...]


def sheet_owner(configuration: Configuration) -> str:
    """Return the mark of this department on its sheets."""
    return f"{configuration.department.province} {configuration.department.name}"


def make_sheet(configuration: Configuration, kind: SheetKind, division: str, out: Path) -> int:
    """Write the sheet of a division; return the number of its rows. A growing kind may have none.

    Raises:
        InputError: the division is unknown, or the folder does not exist.
    """
    if not out.absolute().parent.is_dir():
        raise InputError(f"{out}: không có thư mục {out.absolute().parent}")
    with reading_connection(configuration) as connection:
        texts_by_subject, divisions = _current_rows(connection, kind)
    wanted = matching_key(division)
    rows = [
        SheetRow(subject=subject, texts=texts)
        for subject, texts in texts_by_subject.items()
        if matching_key(divisions.get(subject) or "") == wanted
    ]
    if not rows:
        names = {each for each in divisions.values() if each}
        known = sorted(names | set(known_divisions(configuration)) if kind.grows else names, key=sort_key)
        matches = [each for each in known if matching_key(each) == wanted] if kind.grows else []
        if not matches:
            raise InputError(
                f"{division}: không có dòng nào; các phòng, ban có: {'; '.join(known) or '…'}", "division"
            )
        division = matches[0]
    owner = sheet_owner(configuration)
    return write_sheet(
        out, kind, rows, owner=owner, department=configuration.department.name, division=division
    )


def apply_sheet(
    configuration: Configuration, file: Path, by: str, as_of: datetime, *, dry_run: bool
) -> SheetIntake:
    """Apply a filled sheet. A cell changed in the catalogue since is a conflict and stays as it is.

    Raises:
        WorkbookError: the file is not one of our sheets.
        InputError: it is another department's.
    """
    kind, rows = read_filled(file)
    _check_owner(configuration, kind, rows, file.name)
    if dry_run:
        with reading_connection(configuration) as connection:
            return _read_changes(configuration, connection, kind, rows, written=False)[0]
    with open_locked(configuration):
        return _apply_rows(configuration, kind, rows, by, as_of, reason=None, whole=False)


def rows_to_fill(configuration: Configuration, kind: SheetKind) -> list[tuple[SheetRow, str | None]]:
    """Return every row of that kind of sheet, each with its division, in the order of the sheet."""
    with reading_connection(configuration) as connection:
        texts_by_subject, divisions = _current_rows(connection, kind)
    return [(SheetRow(subject=key, texts=texts), divisions[key]) for key, texts in texts_by_subject.items()]


def row_to_fill(configuration: Configuration, kind: SheetKind, subject: str) -> SheetRowForm:
    """Return one row as in its division's sheet, with its key and what people did to it.

    Raises:
        NotFoundError: there is no such row.
    """
    with reading_connection(configuration) as connection:
        texts_by_subject, divisions = _current_rows(connection, kind)
        if subject not in texts_by_subject:
            raise NotFoundError(f"{kind.title}: danh mục không có dòng {subject[:40]}")
        events = tuple(events_of(connection, PROCEDURE, subject))
    texts, division = texts_by_subject[subject], divisions[subject]
    owner = sheet_owner(configuration)
    key = SheetKey(kind=kind.name, subject=subject, division=division or "", owner=owner, base=texts)
    return SheetRowForm(subject=subject, texts=texts, division=division, key=pack_key(key), events=events)


def apply_row(
    configuration: Configuration,
    kind: SheetKind,
    subject: str,
    key: str,
    texts: Mapping[str, str],
    by: str,
    as_of: datetime,
    reason: str,
) -> SheetIntake:
    """Apply one row returned by `row_to_fill` like a sheet of that one row: all of it, or nothing.

    Raises:
        InputError: no reason is given, or the key is not this row's.
    """
    if not reason:
        raise InputError("Chưa ghi lý do sửa")
    row_key = unpack_key(key)
    if row_key is None or row_key.subject != subject:
        raise InputError("Biểu mẫu không phải của dòng này; hãy mở lại trang rồi sửa")
    rows = (FilledRow(place=subject, texts=texts, key=row_key),)
    _check_owner(configuration, kind, rows, "Biểu mẫu")
    with open_locked(configuration):
        return _apply_rows(configuration, kind, rows, by, as_of, reason=reason, whole=True)


def _check_owner(
    configuration: Configuration, kind: SheetKind, rows: tuple[FilledRow, ...], name: str
) -> None:
    owner = sheet_owner(configuration)
    for row in rows:
        for key in (row.mark, row.key):
            if key is not None and key.owner != owner:
                raise InputError(f"{name}: tệp của {key.owner}, không phải của {owner}")
        if row.key is not None and row.key.kind != kind.name:
            raise InputError(
                f"{name}: {place_words(row.place)} là dòng của một loại tệp khác ({row.key.kind})"
            )


def _apply_rows(
    configuration: Configuration,
    kind: SheetKind,
    rows: tuple[FilledRow, ...],
    by: str,
    as_of: datetime,
    *,
    reason: str | None,
    whole: bool,
) -> SheetIntake:
    """Apply the changes of the rows under the lock; `whole`: nothing if a part cannot be applied."""
    engine = engine_of(configuration)
    with reading(engine) as connection:
        result, amended = _read_changes(configuration, connection, kind, rows, written=True)
    if whole and not result.whole:
        return replace(result, written=False)
    if kind is TASK_SHEET:
        known = known_divisions(configuration)
        with writing(engine) as connection:
            store_changes(connection, result.difference, known, by)
    elif amended:
        events = [_ledger_event(edit, by, reason) for edit in result.difference.edits]

        def record_events(transaction: Connection) -> None:
            record(transaction, events)

        run = amend_catalogue(configuration, amended, RunOrigin(by=by), as_of, record_events)
        source = run.sources[CATALOGUE]
        if source.state != SnapshotState.COMPLETE:
            return replace(result, written=False, held=source.reason or SNAPSHOT_STATES[source.state])
    return result


def _read_changes(
    configuration: Configuration,
    connection: Connection,
    kind: SheetKind,
    rows: tuple[FilledRow, ...],
    *,
    written: bool,
) -> tuple[SheetIntake, dict[str, Procedure]]:
    """Return the changes of the rows that can be read, and the amended procedures, by key."""
    texts_by_subject, _ = _current_rows(connection, kind)
    changes = compare_sheet(kind, rows, texts_by_subject)
    amended: dict[str, Procedure] = {}
    if kind is TASK_SHEET:
        entries = registers.entries(connection, TASKS)
        changes, refused = applicable_changes(changes, entries, known_divisions(configuration))
        edits = list(changes.edits)
    else:
        no_key = [
            (each.place, "dòng thêm vào không có khóa; danh mục không đổi qua tệp này")
            for each in changes.added
        ]
        current = versions.current_procedures(connection, CATALOGUE)
        edits, unreadable, amended = _amend_rows(kind, changes, current)
        refused = [*no_key, *unreadable]
    added = len(changes.added) if kind is TASK_SHEET else 0
    applicable = replace(changes, edits=tuple(edits), refused=(*changes.refused, *refused))
    return SheetIntake(kind, applicable, added, written), amended


def _current_rows(
    connection: Connection, kind: SheetKind
) -> tuple[dict[str, Mapping[str, str]], dict[str, str | None]]:
    """Return the cells of every current row, by subject, and its division."""
    if kind is TASK_SHEET:
        entries = registers.entries(connection, TASKS)
        return (
            {str(entry.entry_id): entry_texts(entry.values) for entry in entries},
            {str(entry.entry_id): entry.values.get("division") for entry in entries},
        )
    current = versions.current_procedures(connection, CATALOGUE)
    matches = code_matches.matches_of(connection, CATALOGUE)
    rows = {
        key: row
        for key, row in current.items()
        if kind.name != "decentralisation" or "province" in (row.executing_levels or ())
    }
    texts: dict[str, Mapping[str, str]] = {
        key: procedure_texts(kind, row, matches.get(key, (None, None))[0]) for key, row in rows.items()
    }
    return texts, {key: row.division for key, row in rows.items()}


def _amend_rows(
    kind: SheetKind, changes: SheetDifference, current: Mapping[str, Procedure]
) -> tuple[list[CellEdit], list[tuple[str, str]], dict[str, Procedure]]:
    edits: list[CellEdit] = []
    refused: list[tuple[str, str]] = []
    amended: dict[str, Procedure] = {}
    columns = {column.attribute: column for column in kind.columns}
    for edit in changes.edits:
        values = _cell_value(edit)
        if values is None:
            column = columns[edit.attribute]
            allowed = f"; chỉ nhận: {', '.join(column.choices)}" if column.strict else ""
            problem = f"không hiểu {edit.new!r}" if edit.new else "không thể để trống"
            refused.append((edit.place, f"{column.heading}: {problem}{allowed}"))
            continue
        row = amended.get(edit.subject, current[edit.subject])
        amended[edit.subject] = replace(row, **values)
        edits.append(edit)
    return edits, refused, amended


def _cell_value(edit: CellEdit) -> dict[str, Any] | None:
    """Return the attribute value of a filled cell; None if it cannot be read."""
    if not edit.new:
        if edit.attribute == "eligible_full_online":
            return None
        return {edit.attribute: _CLEARED.get(edit.attribute, "")}
    answers = read_answers({edit.attribute: edit.new}, {}, whole=True)
    if answers.unread or edit.attribute not in answers.values:
        return None
    return {edit.attribute: answers.values[edit.attribute]}


def _ledger_event(edit: CellEdit, by: str, reason: str | None) -> LedgerEvent:
    return LedgerEvent(
        subject_kind=PROCEDURE,
        subject=edit.subject,
        attribute=edit.attribute,
        from_value=edit.old or None,
        to_value=edit.new or None,
        actor=by,
        reason=reason,
    )


def sheet_kind(name: str) -> SheetKind:
    """Return the kind of that name; InputError lists the kinds."""
    kind = SHEETS.get(name)
    if kind is None:
        raise InputError(f"{name}: không có loại tệp này, các loại là: {', '.join(SHEETS)}")
    return kind
