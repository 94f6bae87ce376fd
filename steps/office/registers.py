"""The plain registers: seen as of any day, added to, changed, and taken in from sheets."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from extractors.workbooks.sheet_cells import cell_string
from extractors.workbooks.tables import read_tables
from procedures.errors import InputError, WorkbookError
from procedures.findings import FindingKind
from procedures.text import excerpt
from procedures.wording.words import day_text
from procedures.workbook_layout.registers import FEEDBACK, REVIEWS, Register, Values, check_entry, kept_value
from settings.configuration import Configuration
from steps.database import opened, reading_connection, writing_connection
from steps.office.divisions import named
from warehouse.db.engine import writing
from warehouse.findings import store, triage
from warehouse.office import registers
from warehouse.office.divisions import divisions
from warehouse.office.registers import Kept

LONGEST = 500
"""Signs of an entry's words in the history of a finding."""

_FIRST: Mapping[str, str] = {"tasks": "open", "criteria": "open", "reviews": "proposed", "feedback": "open"}
"""The state of an entry of which nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file gave a register: entries that are new, and those that were there already."""

    added: int
    known: int


def listed(
    configuration: Configuration, register: Register, division: str | None, as_of: datetime | None
) -> list[Kept]:
    """The entries as they stand, or stood at a moment."""
    with reading_connection(configuration) as connection:
        return registers.entries(connection, register, division=division, as_of=as_of)


def one(configuration: Configuration, register: Register, entry_id: int) -> Kept:
    """One entry; UnknownThingError when there is none."""
    with reading_connection(configuration) as connection:
        return registers.entry(connection, register, entry_id)


def add(configuration: Configuration, register: Register, said: Sequence[str], by: str) -> int:
    """Keep an entry from `heading=value` pairs; gives its number.

    Raises:
        InputError: an unknown heading, a value that cannot be read, or a missing one.
    """
    values = {"state": _FIRST[register.name]} | _values(register, said)
    with _of_values():
        check_entry(register, values, register.title)
    with opened(configuration) as engine, writing(engine) as connection:
        _refuse_again(
            connection, register, values, lambda said: [said.get(each) for each in _all_of(register)]
        )
        return registers.add(connection, register, values, by)


def change(
    configuration: Configuration,
    register: Register,
    entry_id: int,
    said: Sequence[str],
    by: str,
    reason: str | None,
    seen: int | None = None,
) -> None:
    """Give an entry other values; `seen` is the version that the person looked at.

    Raises:
        UnknownThingError: there is no such entry.
        InputError: as for `add`, or somebody else changed it meanwhile.
    """
    with opened(configuration) as engine, writing(engine) as connection:
        kept = registers.entry(connection, register, entry_id)
        if seen is not None and seen != kept.version:
            raise InputError(f"Mục số {entry_id} vừa được người khác sửa; xem lại rồi sửa lần nữa")
        values = dict(kept.values)
        for name, value in _said(register, said).items():
            values.pop(name, None)
            if value is not None:
                values[name] = value
        check_entry(register, values, f"mục {entry_id}")
        registers.change(connection, register, kept, values, by, reason=reason)


def propose_from(configuration: Configuration, finding_id: int, said: Sequence[str], by: str) -> int:
    """Turn an overlap that a person confirmed into a proposal to amend a text; gives the entry's number.

    Raises:
        UnknownThingError: there is no such finding.
        InputError: it is no overlap, nobody confirmed it, or the proposal lacks something.
    """
    with opened(configuration) as engine, writing(engine) as connection:
        row = store.find(connection, finding_id)
        if row["kind"] != FindingKind.OVERLAP:
            raise InputError(f"Sai lệch {finding_id} không phải trùng lặp, chồng chéo")
        if row["status"] not in ("confirmed", "in_progress", "resolved"):
            raise InputError(f"Sai lệch {finding_id} chưa được xác nhận")
        given = {
            "code": row["code"],
            "other_code": json.loads(row["evidence"]).get("other", {}).get("code"),
            "problem": "overlap",
            "finding": str(finding_id),
            "division": row["division"],
            "state": _FIRST[REVIEWS.name],
        }
        values = {name: value for name, value in given.items() if value} | _values(REVIEWS, said)
        with _of_values():
            check_entry(REVIEWS, values, REVIEWS.title)
        return registers.add(connection, REVIEWS, values, by)


def hear(configuration: Configuration, finding_id: int, said: Mapping[str, str], by: str) -> int:
    """Enter a citizen's phản ánh, kiến nghị about what a finding is about; gives the entry's number.

    `said`: attribute → text as it was typed. The finding's history tells of it in the same transaction.

    Raises:
        UnknownThingError: there is no such finding.
        InputError: it lacks something, or this number of this day is in the register already.
    """
    typed = (
        (column.attribute, kept_value(column, said.get(column.attribute, ""), column.heading))
        for column in FEEDBACK.columns
    )
    values = {name: value for name, value in typed if value is not None}
    check_entry(FEEDBACK, values, FEEDBACK.title)
    with writing_connection(configuration) as connection:
        row = store.find(connection, finding_id)
        given = {"code": row["code"], "finding": str(finding_id), "division": row["division"]}
        values |= {name: value for name, value in given.items() if value}
        values["state"] = _FIRST[FEEDBACK.name]
        _refuse_again(connection, FEEDBACK, values, lambda said: _identity(FEEDBACK, said))
        entry_id = registers.add(connection, FEEDBACK, values, by)
        triage.hear(connection, finding_id, _heard(entry_id, values), actor=by)
        return entry_id


def take_in(
    configuration: Configuration, register: Register, file: Path, by: str, *, dry_run: bool
) -> Imported:
    """Add the rows of a sheet to a register; rows whose identity is there already are left as they are.

    Raises:
        WorkbookError: the file cannot be read or has none of the register's headings.
        InputError: a row lacks something or holds what cannot be read; nothing is taken then.
    """
    with reading_connection(configuration) as connection:
        known_divisions = divisions(connection)
    rows = _rows(register, file, known_divisions)
    if dry_run:
        with reading_connection(configuration) as connection:
            known = {_identity(register, each.values) for each in registers.entries(connection, register)}
            fresh = {_identity(register, values) for values in rows} - known
            return Imported(len(fresh), len(rows) - len(fresh))
    with opened(configuration) as engine, writing(engine) as connection:
        known = {_identity(register, each.values) for each in registers.entries(connection, register)}
        added = 0
        for values in rows:
            if _identity(register, values) not in known:
                known.add(_identity(register, values))
                registers.add(connection, register, values, by)
                added += 1
        return Imported(added, len(rows) - added)


def _refuse_again(
    connection: Connection,
    register: Register,
    values: Mapping[str, str],
    identity: Callable[[Values], object],
) -> None:
    """Nothing where a register has no entry of the same identity.

    Raises:
        InputError: it has; which.
    """
    for each in registers.entries(connection, register):
        if identity(each.values) == identity(values):
            raise InputError(f"Sổ {register.title!r}: mục như vậy đã có ở mục {each.entry_id}")


def _all_of(register: Register) -> list[str]:
    """What makes an entry that a person writes another one than those there are."""
    return [column.attribute for column in register.columns if column.identity or column.required]


def _heard(entry_id: int, values: Mapping[str, str]) -> str:
    source = f", {values['source']}" if "source" in values else ""
    where = f"số {values['number']}, {day_text(date.fromisoformat(values['received']))}{source}"
    return f"Mục {entry_id} của sổ {FEEDBACK.title!r} ({where}): {excerpt(values['content'], LONGEST)}"


def _rows(register: Register, file: Path, known_divisions: Collection[str]) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    found = False
    for sheet in read_tables(file):
        heading = next(
            (at for at in range(min(20, len(sheet.rows))) if _is_heading(register, sheet.rows[at])), None
        )
        if heading is None:
            continue
        found = True
        columns = {
            at: column
            for at, cell in enumerate(sheet.rows[heading])
            if (column := register.column(cell_string(cell).strip())) is not None
        }
        for number in range(heading + 1, len(sheet.rows)):
            place = f"{file.name}, {sheet.name}!{number + 1}"
            values = {"state": _FIRST[register.name]}
            for at, column in columns.items():
                text = cell_string(sheet.cell(number, at))
                value = kept_value(column, text, f"{place}, {column.heading}")
                if value is not None:
                    values[column.attribute] = value
            if len(values) == 1:
                continue
            check_entry(register, values, place)
            if "division" in values:
                values["division"] = _division(values["division"], known_divisions, place)
            rows.append(values)
    if not found:
        wanted = ", ".join(column.heading for column in register.columns if column.required)
        raise WorkbookError(f"{file.name}: không thấy dòng tiêu đề có các cột: {wanted}")
    return rows


def _division(name: str, known: Collection[str], place: str) -> str:
    """The division that a file names: a known one, or a new one that is no slip.

    Raises:
        InputError: it is one; the message begins with `place`.
    """
    try:
        return named(name, known)[0]
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
def _of_values() -> Iterator[None]:
    """What is found wrong here is wrong of the values that a person gave."""
    try:
        yield
    except InputError as error:
        raise InputError(str(error), "values") from error


def _values(register: Register, said: Sequence[str]) -> dict[str, str]:
    return {name: value for name, value in _said(register, said).items() if value is not None}


def _said(register: Register, said: Sequence[str]) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for each in said:
        name, equals, text = each.partition("=")
        column = register.column(name.strip())
        if not equals or column is None:
            known = ", ".join(column.heading for column in register.columns)
            raise InputError(f"{each}: cần dạng CỘT=GIÁ TRỊ, các cột là: {known}", "values")
        with _of_values():
            values[column.attribute] = kept_value(column, text, column.heading)
    return values
