"""The registers of the office: queries as of any day, entries, changes, and imports from sheets."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from extractors.workbooks.formats.tables import read_tables
from extractors.workbooks.sheet_cells import cell_string
from procedures.errors import InputError, WorkbookError
from procedures.findings import FindingKind
from procedures.wording.places import place_words
from procedures.wording.words import day_text, excerpt
from procedures.workbook_layout.registers import FEEDBACK, REVIEWS, Register, Values, check_entry, parse_value
from settings.configuration import Configuration
from steps.database import open_locked, reading_connection, writing_connection
from steps.office.divisions import match_or_new
from warehouse.db.engine import writing
from warehouse.findings import store, triage
from warehouse.office import registers
from warehouse.office.divisions import list_names
from warehouse.office.registers import StoredEntry

LONGEST = 500
"""Characters of an entry's text in the history of a finding."""

_FIRST: Mapping[str, str] = {"tasks": "open", "criteria": "open", "reviews": "proposed", "feedback": "open"}
"""The default state of a new entry."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result of an import into a register: new entries, and those that were known already."""

    added: int
    known: int


def list_entries(
    configuration: Configuration, register: Register, division: str | None, as_of: datetime | None
) -> list[StoredEntry]:
    """Return the entries, now or as of a time."""
    with reading_connection(configuration) as connection:
        return registers.entries(connection, register, division=division, as_of=as_of)


def get_entry(configuration: Configuration, register: Register, entry_id: int) -> StoredEntry:
    """Return one entry; UnknownThingError if there is none."""
    with reading_connection(configuration) as connection:
        return registers.entry(connection, register, entry_id)


def add_entry(configuration: Configuration, register: Register, pairs: Sequence[str], by: str) -> int:
    """Add an entry from `heading=value` pairs; return its number.

    Raises:
        InputError: an unknown heading, a value that cannot be read, or a missing one.
    """
    values = {"state": _FIRST[register.name]} | _given_values(register, pairs)
    with _blaming_values():
        check_entry(register, values, register.title)
    with open_locked(configuration) as engine, writing(engine) as connection:
        _refuse_duplicate(
            connection, register, values, lambda entry: [entry.get(each) for each in _distinct(register)]
        )
        return registers.add(connection, register, values, by)


def change_entry(
    configuration: Configuration,
    register: Register,
    entry_id: int,
    pairs: Sequence[str],
    by: str,
    reason: str | None,
    seen: int | None = None,
) -> None:
    """Change values of an entry; `seen` is the version that the person looked at.

    Raises:
        NotFoundError: there is no such entry.
        InputError: as for `add`, or somebody else changed it meanwhile.
    """
    with open_locked(configuration) as engine, writing(engine) as connection:
        entry = registers.entry(connection, register, entry_id)
        if seen is not None and seen != entry.version:
            raise InputError(f"Mục số {entry_id} vừa được người khác sửa; xem lại rồi sửa lần nữa")
        values = dict(entry.values)
        for name, value in _parse_pairs(register, pairs).items():
            values.pop(name, None)
            if value is not None:
                values[name] = value
        check_entry(register, values, f"mục {entry_id}")
        registers.change(connection, register, entry, values, by, reason=reason)


def propose_amendment(configuration: Configuration, finding_id: int, pairs: Sequence[str], by: str) -> int:
    """Turn an overlap that a person confirmed into a proposal to amend a text; return the entry's number.

    Raises:
        NotFoundError: there is no such finding.
        InputError: it is not an overlap or not confirmed, or the proposal is incomplete.
    """
    with open_locked(configuration) as engine, writing(engine) as connection:
        row = store.get_finding(connection, finding_id)
        if row["kind"] != FindingKind.OVERLAP:
            raise InputError(f"Sai lệch {finding_id} không phải trùng lặp, chồng chéo")
        if row["status"] not in ("confirmed", "in_progress", "resolved"):
            raise InputError(f"Sai lệch {finding_id} chưa được xác nhận")
        defaults = {
            "code": row["code"],
            "other_code": json.loads(row["evidence"]).get("other", {}).get("code"),
            "problem": "overlap",
            "finding": str(finding_id),
            "division": row["division"],
            "state": _FIRST[REVIEWS.name],
        }
        values = {name: value for name, value in defaults.items() if value} | _given_values(REVIEWS, pairs)
        with _blaming_values():
            check_entry(REVIEWS, values, REVIEWS.title)
        return registers.add(connection, REVIEWS, values, by)


def add_feedback(configuration: Configuration, finding_id: int, texts: Mapping[str, str], by: str) -> int:
    """Enter a citizen's phản ánh, kiến nghị about the procedure of a finding; return the entry's number.

    `texts`: attribute → text as typed. It is added to the finding's history in the same transaction.

    Raises:
        NotFoundError: there is no such finding.
        InputError: it is incomplete, or this number of this day is in the register already.
    """
    typed = (
        (column.attribute, parse_value(column, texts.get(column.attribute, ""), column.heading))
        for column in FEEDBACK.columns
    )
    values = {name: value for name, value in typed if value is not None}
    check_entry(FEEDBACK, values, FEEDBACK.title)
    with writing_connection(configuration) as connection:
        row = store.get_finding(connection, finding_id)
        defaults = {"code": row["code"], "finding": str(finding_id), "division": row["division"]}
        values |= {name: value for name, value in defaults.items() if value}
        values["state"] = _FIRST[FEEDBACK.name]
        _refuse_duplicate(connection, FEEDBACK, values, lambda entry: _identity(FEEDBACK, entry))
        entry_id = registers.add(connection, FEEDBACK, values, by)
        triage.add_feedback(connection, finding_id, _history_note(entry_id, values), actor=by)
        return entry_id


def import_entries(
    configuration: Configuration, register: Register, file: Path, by: str, *, dry_run: bool
) -> ImportResult:
    """Add the rows of a sheet to a register; rows whose identity is there already are left as they are.

    Raises:
        WorkbookError: the file cannot be read or has none of the register's headings.
        InputError: a row is incomplete or has a value that cannot be read; nothing is added then.
    """
    with reading_connection(configuration) as connection:
        known_divisions = list_names(connection)
    rows = _read_rows(register, file, known_divisions)
    if dry_run:
        with reading_connection(configuration) as connection:
            known = {_identity(register, each.values) for each in registers.entries(connection, register)}
            added_keys = {_identity(register, values) for values in rows} - known
            return ImportResult(len(added_keys), len(rows) - len(added_keys))
    with open_locked(configuration) as engine, writing(engine) as connection:
        known = {_identity(register, each.values) for each in registers.entries(connection, register)}
        added = 0
        for values in rows:
            if _identity(register, values) not in known:
                known.add(_identity(register, values))
                registers.add(connection, register, values, by)
                added += 1
        return ImportResult(added, len(rows) - added)


def _refuse_duplicate(
    connection: Connection,
    register: Register,
    values: Mapping[str, str],
    identity: Callable[[Values], object],
) -> None:
    """Refuse an entry if the register has one of the same identity.

    Raises:
        InputError: it has; the entry is named.
    """
    for each in registers.entries(connection, register):
        if identity(each.values) == identity(values):
            raise InputError(f"Sổ {register.title!r}: mục như vậy đã có ở mục {each.entry_id}")


def _distinct(register: Register) -> list[str]:
    """Return the attributes that distinguish an entry written by a person from existing ones."""
    return [column.attribute for column in register.columns if column.identity or column.required]


def _history_note(entry_id: int, values: Mapping[str, str]) -> str:
    source = f", {values['source']}" if "source" in values else ""
    origin = f"số {values['number']}, {day_text(date.fromisoformat(values['received']))}{source}"
    return f"Mục {entry_id} của sổ {FEEDBACK.title!r} ({origin}): {excerpt(values['content'], LONGEST)}"


def _read_rows(register: Register, file: Path, known_divisions: Collection[str]) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    has_heading = False
    for sheet in read_tables(file):
        heading = next(
            (at for at in range(min(20, len(sheet.rows))) if _is_heading(register, sheet.rows[at])), None
        )
        if heading is None:
            continue
        has_heading = True
        columns = {
            index: column
            for index, cell in enumerate(sheet.rows[heading])
            if (column := register.column(cell_string(cell).strip())) is not None
        }
        for number in range(heading + 1, len(sheet.rows)):
            place = f"{file.name}, {place_words(f'{sheet.name}!{number + 1}')}"
            values = {"state": _FIRST[register.name]}
            for index, column in columns.items():
                text = cell_string(sheet.cell(number, index))
                value = parse_value(column, text, f"{place}, {column.heading}")
                if value is not None:
                    values[column.attribute] = value
            if len(values) == 1:
                continue
            check_entry(register, values, place)
            if "division" in values:
                values["division"] = _division(values["division"], known_divisions, place)
            rows.append(values)
    if not has_heading:
        headings = ", ".join(column.heading for column in register.columns if column.required)
        raise WorkbookError(f"{file.name}: không thấy dòng tiêu đề có các cột: {headings}")
    return rows


def _division(name: str, known: Collection[str], place: str) -> str:
    """Return the division that a file names: a known one, or a new one that is not a typing error.

    Raises:
        InputError: it is one; the message begins with `place`.
    """
    try:
        return match_or_new(name, known)[0]
    except InputError as error:
        raise InputError(f"{place}: {error}") from error


def _is_heading(register: Register, cells: Sequence[object]) -> bool:
    texts = [str(cell).strip() for cell in cells if cell is not None]
    known = {column.attribute for text in texts if (column := register.column(text)) is not None}
    return all(column.attribute in known for column in register.columns if column.required)


def _identity(register: Register, values: Mapping[str, str]) -> tuple[str | None, ...]:
    return tuple(
        values.get(column.attribute) for column in register.columns if column.required and column.identity
    ) + ((values.get("content"),) if register is REVIEWS else ())


@contextmanager
def _blaming_values() -> Iterator[None]:
    """Attribute an error in the block to the values that a person gave."""
    try:
        yield
    except InputError as error:
        raise InputError(str(error), "values") from error


def _given_values(register: Register, pairs: Sequence[str]) -> dict[str, str]:
    return {name: value for name, value in _parse_pairs(register, pairs).items() if value is not None}


def _parse_pairs(register: Register, pairs: Sequence[str]) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        column = register.column(name.strip())
        if not equals or column is None:
            known = ", ".join(column.heading for column in register.columns)
            raise InputError(f"{pair}: cần dạng CỘT=GIÁ TRỊ, các cột là: {known}", "values")
        with _blaming_values():
            values[column.attribute] = parse_value(column, text, column.heading)
    return values
