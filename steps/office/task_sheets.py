"""What a division fills into its sheet of tasks: results of those there are, and tasks of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from procedures.errors import InputError
from procedures.text import matching_key
from procedures.workbook_layout.division_sheets import Difference, Edit, FilledRow
from procedures.workbook_layout.registers import TASKS, Values, check_entry, kept_value
from steps.office.divisions import chosen
from warehouse.office import registers
from warehouse.office.registers import Kept

Refused = list[tuple[str, str]]
"""Places, each with why it is not taken."""


def readable(
    asked: Difference, standing: Sequence[Kept], known_divisions: Collection[str]
) -> tuple[Difference, Refused]:
    """What of it can be taken, and what is refused; a task that was added before is no new one."""
    edits: list[Edit] = []
    refused: Refused = []
    for edit in asked.edits:
        try:
            _kept(edit.attribute, edit.new)
            edits.append(edit)
        except InputError as error:
            refused.append((edit.place, str(error)))
    added: list[FilledRow] = []
    known = {_identity(each.values): each for each in standing}
    for row in asked.added:
        try:
            values = _added(row, known_divisions)
            check_entry(TASKS, values, row.place)
        except InputError as error:
            refused.append((row.place, str(error)))
            continue
        before = known.get(_identity(values))
        if before is None:
            added.append(row)
        elif not values.items() <= before.values.items():
            why = f"nhiệm vụ này đã có ở mục {before.entry_id}; hãy xuất lại tệp rồi sửa ở đó"
            refused.append((row.place, why))
    return replace(asked, edits=tuple(edits), added=tuple(added)), refused


def keep(connection: Connection, asked: Difference, known_divisions: Collection[str], by: str) -> None:
    """Write what `readable` left."""
    by_subject: dict[str, list[Edit]] = {}
    for edit in asked.edits:
        by_subject.setdefault(edit.subject, []).append(edit)
    for subject, edits in by_subject.items():
        kept = registers.entry(connection, TASKS, int(subject))
        values = dict(kept.values)
        for edit in edits:
            value = _kept(edit.attribute, edit.new)
            values = {key: said for key, said in values.items() if key != edit.attribute}
            if value is not None:
                values[edit.attribute] = value
        registers.change(connection, TASKS, kept, values, by)
    for row in asked.added:
        registers.add(connection, TASKS, {"state": "open"} | _added(row, known_divisions), by)


def _added(row: FilledRow, known_divisions: Collection[str]) -> dict[str, str]:
    """What an added row says; where it names no division, that of its sheet.

    Raises:
        InputError: a cell cannot be read, or no known division is meant; it is named.
    """
    values = {"division": row.mark.division} if row.mark is not None and row.mark.division else {}
    for name, text in row.texts.items():
        try:
            value = _kept(name, text)
        except InputError as error:
            raise InputError(f"ô {row.at(name)}, {error}") from error
        if value is not None:
            values[name] = value
    if "division" in values:
        values["division"] = chosen(values["division"], known_divisions)
    return values


def _identity(values: Values) -> tuple[str, ...]:
    return tuple(matching_key(values.get(name, "")) for name in ("document", "content", "division"))


def _kept(attribute: str, text: str) -> str | None:
    column = TASKS.column(attribute)
    assert column is not None
    return kept_value(column, text, column.heading)
