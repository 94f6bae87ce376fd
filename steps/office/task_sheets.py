"""A division's filled sheet of tasks: results of existing tasks, and new ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from procedures.errors import InputError
from procedures.values.text import matching_key
from procedures.wording.places import place_words
from procedures.workbook_layout.division_sheets import CellEdit, FilledRow, SheetDifference
from procedures.workbook_layout.registers import TASKS, Values, check_entry, parse_value
from steps.office.divisions import match_known
from warehouse.office import registers
from warehouse.office.registers import StoredEntry

RefusedPlaces = list[tuple[str, str]]
"""Places in the sheet, each with the reason of its refusal."""


def applicable_changes(
    changes: SheetDifference, entries: Sequence[StoredEntry], known_divisions: Collection[str]
) -> tuple[SheetDifference, RefusedPlaces]:
    """Return the changes that can be applied, and the refused ones; an existing task is not added again."""
    edits: list[CellEdit] = []
    refused: RefusedPlaces = []
    for edit in changes.edits:
        try:
            _parse_value(edit.attribute, edit.new)
            edits.append(edit)
        except InputError as error:
            refused.append((edit.place, str(error)))
    added: list[FilledRow] = []
    by_identity = {_identity(each.values): each for each in entries}
    for row in changes.added:
        try:
            values = _row_values(row, known_divisions)
            check_entry(TASKS, values, row.place)
        except InputError as error:
            refused.append((row.place, str(error)))
            continue
        existing = by_identity.get(_identity(values))
        if existing is None:
            added.append(row)
        elif not values.items() <= existing.values.items():
            reason = f"nhiệm vụ này đã có ở mục {existing.entry_id}; hãy xuất lại tệp rồi sửa ở đó"
            refused.append((row.place, reason))
    return replace(changes, edits=tuple(edits), added=tuple(added)), refused


def store_changes(
    connection: Connection, changes: SheetDifference, known_divisions: Collection[str], by: str
) -> None:
    """Store the changes that `readable` returned."""
    by_subject: dict[str, list[CellEdit]] = {}
    for edit in changes.edits:
        by_subject.setdefault(edit.subject, []).append(edit)
    for subject, edits in by_subject.items():
        entry = registers.entry(connection, TASKS, int(subject))
        values = dict(entry.values)
        for edit in edits:
            value = _parse_value(edit.attribute, edit.new)
            values = {key: text for key, text in values.items() if key != edit.attribute}
            if value is not None:
                values[edit.attribute] = value
        registers.change(connection, TASKS, entry, values, by)
    for row in changes.added:
        registers.add(connection, TASKS, {"state": "open"} | _row_values(row, known_divisions), by)


def _row_values(row: FilledRow, known_divisions: Collection[str]) -> dict[str, str]:
    """Return the values of an added row; its division defaults to that of the sheet.

    Raises:
        InputError: a cell cannot be read, which is named, or the division is unknown.
    """
    values = {"division": row.mark.division} if row.mark is not None and row.mark.division else {}
    for name, text in row.texts.items():
        try:
            value = _parse_value(name, text)
        except InputError as error:
            raise InputError(f"{place_words(row.place_of(name))}, {error}") from error
        if value is not None:
            values[name] = value
    if "division" in values:
        values["division"] = match_known(values["division"], known_divisions)
    return values


def _identity(values: Values) -> tuple[str, ...]:
    return tuple(matching_key(values.get(name, "")) for name in ("document", "content", "division"))


def _parse_value(attribute: str, text: str) -> str | None:
    column = TASKS.column(attribute)
    assert column is not None
    return parse_value(column, text, column.heading)
