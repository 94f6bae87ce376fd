"""Sheets that divisions fill in: made from what stands, and taken back cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from extractors.workbooks.cell_values import read_answers
from extractors.workbooks.filled_sheet import read_filled
from procedures.errors import InputError, UnknownThingError
from procedures.findings import CATALOGUE
from procedures.model import Procedure
from procedures.run_origin import Errand
from procedures.snapshot import SnapshotState
from procedures.text import matching_key, sort_key
from procedures.wording.words import SNAPSHOT_STATES
from procedures.workbook_layout.division_sheets import (
    SHEETS,
    TASK_SHEET,
    Difference,
    Edit,
    FilledRow,
    Key,
    SheetKind,
    SheetRow,
    difference,
    entry_texts,
    pack_key,
    procedure_texts,
    unpack_key,
)
from procedures.workbook_layout.registers import TASKS
from reports.sheets import write_sheet
from settings.configuration import Configuration
from steps.database import engine_of, opened, reading_connection
from steps.office.divisions import known as known_divisions
from steps.office.task_sheets import keep, readable
from steps.sources.import_catalogue import amend_catalogue
from warehouse.announcements.ledger_events import PROCEDURE, Event, events_of, record
from warehouse.db.engine import reading, writing
from warehouse.office import registers
from warehouse.sources import code_matches, versions

_CLEARED: Mapping[str, Any] = {"decentralisation_state": "none", "delegated": False}
"""What an emptied cell means, where it is not an empty text."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a sheet: what it asked for, how much is new, and whether anything was written."""

    kind: SheetKind
    difference: Difference
    added: int
    written: bool
    held: str | None = None
    """Why the list with these changes in it was not made the catalogue, where a gate held it back."""

    @property
    def whole(self) -> bool:
        """Whether everything that the sheet asked for could be taken."""
        its = self.difference
        return not (its.conflicts or its.refused or its.touched or self.held)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedRow:
    """One row that is handed out: its cells, its key, and what people did to it."""

    subject: str
    texts: Mapping[str, str]
    division: str | None
    key: str
    events: tuple[Event, ...]


def owner_of(configuration: Configuration) -> str:
    """The mark of this department on its sheets."""
    return f"{configuration.department.province} {configuration.department.name}"


def make_sheet(configuration: Configuration, kind: SheetKind, division: str, out: Path) -> int:
    """Write the sheet of a division; gives the number of its rows. A kind that grows begins without any.

    Raises:
        InputError: nobody knows the division, or the folder does not exist.
    """
    if not out.absolute().parent.is_dir():
        raise InputError(f"{out}: không có thư mục {out.absolute().parent}")
    with reading_connection(configuration) as connection:
        standing, divisions = _standing(connection, kind)
    wanted = matching_key(division)
    rows = [
        SheetRow(subject=subject, texts=texts)
        for subject, texts in standing.items()
        if matching_key(divisions.get(subject) or "") == wanted
    ]
    if not rows:
        named = {each for each in divisions.values() if each}
        known = sorted(named | set(known_divisions(configuration)) if kind.grows else named, key=sort_key)
        begun = [each for each in known if matching_key(each) == wanted] if kind.grows else []
        if not begun:
            raise InputError(
                f"{division}: không có dòng nào; các phòng, ban có: {'; '.join(known) or '…'}", "division"
            )
        division = begun[0]
    owner = owner_of(configuration)
    return write_sheet(
        out, kind, rows, owner=owner, department=configuration.department.name, division=division
    )


def take_sheet(configuration: Configuration, file: Path, by: str, as_of: datetime, *, dry_run: bool) -> Taken:
    """Take a filled sheet back. What moved since it was made is a conflict and stays as it is.

    Raises:
        WorkbookError: the file is none of our sheets.
        InputError: it is another department's.
    """
    kind, rows = read_filled(file)
    _check_owner(configuration, kind, rows, file.name)
    if dry_run:
        with reading_connection(configuration) as connection:
            return _asked(configuration, connection, kind, rows, written=False)[0]
    with opened(configuration):
        return _take(configuration, kind, rows, by, as_of, reason=None, whole=False)


def rows_to_fill(configuration: Configuration, kind: SheetKind) -> list[tuple[SheetRow, str | None]]:
    """Every row that a sheet of that kind could hold, each with its division, in the order of the sheet."""
    with reading_connection(configuration) as connection:
        standing, divisions = _standing(connection, kind)
    return [
        (SheetRow(subject=subject, texts=texts), divisions[subject]) for subject, texts in standing.items()
    ]


def row_to_fill(configuration: Configuration, kind: SheetKind, subject: str) -> HandedRow:
    """One row as its division's sheet would hold it, with its key and what people did to it.

    Raises:
        UnknownThingError: there is no such row.
    """
    with reading_connection(configuration) as connection:
        standing, divisions = _standing(connection, kind)
        if subject not in standing:
            raise UnknownThingError(f"{kind.title}: danh mục không có dòng {subject[:40]}")
        events = tuple(events_of(connection, PROCEDURE, subject))
    texts, division = standing[subject], divisions[subject]
    owner = owner_of(configuration)
    key = Key(kind=kind.name, subject=subject, division=division or "", owner=owner, base=texts)
    return HandedRow(subject=subject, texts=texts, division=division, key=pack_key(key), events=events)


def take_row(
    configuration: Configuration,
    kind: SheetKind,
    subject: str,
    key: str,
    texts: Mapping[str, str],
    by: str,
    as_of: datetime,
    reason: str,
) -> Taken:
    """Take one row back that `row_to_fill` gave out, as a sheet of that one row: all of it, or nothing.

    Raises:
        InputError: no reason is given, or the key is not this row's.
    """
    if not reason:
        raise InputError("Chưa ghi lý do sửa")
    its = unpack_key(key)
    if its is None or its.subject != subject:
        raise InputError("Biểu mẫu không phải của dòng này; hãy mở lại trang rồi sửa")
    rows = (FilledRow(place=subject, texts=texts, key=its),)
    _check_owner(configuration, kind, rows, "Biểu mẫu")
    with opened(configuration):
        return _take(configuration, kind, rows, by, as_of, reason=reason, whole=True)


def _check_owner(
    configuration: Configuration, kind: SheetKind, rows: tuple[FilledRow, ...], name: str
) -> None:
    owner = owner_of(configuration)
    for row in rows:
        for key in (row.mark, row.key):
            if key is not None and key.owner != owner:
                raise InputError(f"{name}: tệp của {key.owner}, không phải của {owner}")
        if row.key is not None and row.key.kind != kind.name:
            raise InputError(f"{name}: {row.place} là dòng của một loại tệp khác ({row.key.kind})")


def _take(
    configuration: Configuration,
    kind: SheetKind,
    rows: tuple[FilledRow, ...],
    by: str,
    as_of: datetime,
    *,
    reason: str | None,
    whole: bool,
) -> Taken:
    """Write what the rows ask for, with the lock held; `whole`: nothing, where a part cannot be taken."""
    engine = engine_of(configuration)
    with reading(engine) as connection:
        taken, amended = _asked(configuration, connection, kind, rows, written=True)
    if whole and not taken.whole:
        return replace(taken, written=False)
    if kind is TASK_SHEET:
        known = known_divisions(configuration)
        with writing(engine) as connection:
            keep(connection, taken.difference, known, by)
    elif amended:
        events = [_event(edit, by, reason) for edit in taken.difference.edits]

        def telling(transaction: Connection) -> None:
            record(transaction, events)

        done = amend_catalogue(configuration, amended, Errand(by=by), as_of, telling).sources[CATALOGUE]
        if done.state != SnapshotState.COMPLETE:
            return replace(taken, written=False, held=done.reason or SNAPSHOT_STATES[done.state])
    return taken


def _asked(
    configuration: Configuration,
    connection: Connection,
    kind: SheetKind,
    rows: tuple[FilledRow, ...],
    *,
    written: bool,
) -> tuple[Taken, dict[str, Procedure]]:
    """What the rows ask for, without what cannot be read; and the procedures that follow, by key."""
    standing, _ = _standing(connection, kind)
    asked = difference(kind, rows, standing)
    amended: dict[str, Procedure] = {}
    if kind is TASK_SHEET:
        asked, refused = readable(asked, registers.entries(connection, TASKS), known_divisions(configuration))
        edits = list(asked.edits)
    else:
        no_key = [
            (row.place, "dòng thêm vào không có khóa; danh mục không đổi qua tệp này") for row in asked.added
        ]
        current = versions.current(connection, CATALOGUE)
        edits, bad, amended = _amended(kind, asked, current)
        refused = [*no_key, *bad]
    added = len(asked.added) if kind is TASK_SHEET else 0
    clean = replace(asked, edits=tuple(edits), refused=(*asked.refused, *refused))
    return Taken(kind, clean, added, written), amended


def _standing(
    connection: Connection, kind: SheetKind
) -> tuple[dict[str, Mapping[str, str]], dict[str, str | None]]:
    """The cells of every row that stands, by subject, and its division."""
    if kind is TASK_SHEET:
        kept = registers.entries(connection, TASKS)
        return (
            {str(each.entry_id): entry_texts(each.values) for each in kept},
            {str(each.entry_id): each.values.get("division") for each in kept},
        )
    current = versions.current(connection, CATALOGUE)
    matched = code_matches.match_of(connection, CATALOGUE)
    rows = {
        key: row
        for key, row in current.items()
        if kind.name != "decentralisation" or "province" in (row.executing_levels or ())
    }
    texts: dict[str, Mapping[str, str]] = {
        key: procedure_texts(kind, row, matched.get(key, (None, None))[0]) for key, row in rows.items()
    }
    return texts, {key: row.division for key, row in rows.items()}


def _amended(
    kind: SheetKind, asked: Difference, current: Mapping[str, Procedure]
) -> tuple[list[Edit], list[tuple[str, str]], dict[str, Procedure]]:
    edits: list[Edit] = []
    refused: list[tuple[str, str]] = []
    amended: dict[str, Procedure] = {}
    columns = {column.attribute: column for column in kind.columns}
    for edit in asked.edits:
        values = _value(edit)
        if values is None:
            column = columns[edit.attribute]
            allowed = f"; chỉ nhận: {', '.join(column.choices)}" if column.strict else ""
            said = f"không hiểu {edit.new!r}" if edit.new else "không thể để trống"
            refused.append((edit.place, f"{column.heading}: {said}{allowed}"))
            continue
        row = amended.get(edit.subject, current[edit.subject])
        amended[edit.subject] = replace(row, **values)
        edits.append(edit)
    return edits, refused, amended


def _value(edit: Edit) -> dict[str, Any] | None:
    """The attribute that a filled cell gives; None where it says nothing to the reader."""
    if not edit.new:
        if edit.attribute == "eligible_full_online":
            return None
        return {edit.attribute: _CLEARED.get(edit.attribute, "")}
    answers = read_answers({edit.attribute: edit.new}, {}, whole=True)
    if answers.unread or edit.attribute not in answers.values:
        return None
    return {edit.attribute: answers.values[edit.attribute]}


def _event(edit: Edit, by: str, reason: str | None) -> Event:
    return Event(
        subject_kind=PROCEDURE,
        subject=edit.subject,
        attribute=edit.attribute,
        from_value=edit.old or None,
        to_value=edit.new or None,
        actor=by,
        reason=reason,
    )


def sheet_kind(name: str) -> SheetKind:
    """The kind of that name; InputError names those there are."""
    kind = SHEETS.get(name)
    if kind is None:
        raise InputError(f"{name}: không có loại tệp này, các loại là: {', '.join(SHEETS)}")
    return kind
