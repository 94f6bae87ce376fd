"""Which column of a workbook says what: headings known by their matching key.

Offices head the same column in many ways and over two rows ("Cách thức thực hiện" over "Trực tiếp",
"Trực tuyến"). A heading that nobody knows is named in the result, never guessed; what a person said of a
heading in files of that shape goes before what is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from extractors.workbooks.formats.tables import Cell, Sheet
from extractors.workbooks.heading_words import CHILDREN, DECISIONS, SYNONYMS
from procedures.office.part_kinds import is_repealing_heading
from procedures.values.levels import parse_levels, parse_online_level
from procedures.values.text import canonical, fold, matching_key
from procedures.workbook_layout.catalogue_columns import COLUMNS, RECORD_HEADING
from procedures.workbook_layout.column_mapping import (
    NO_MAPPINGS,
    SKIP,
    ColumnMapping,
    Mappings,
    headings_shape,
)

HEADING_ROWS = 20
"""Headings are looked for in so many rows at the top of a sheet."""
_LONGEST = 90

_SINGLE = frozenset({"stt", "code", "name", "record", "matched"})
_NOTE = re.compile(r"\s*(?:\([^()]*\)|\[[^][]*\]|\*+)\s*$")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table: `roles` and `notes` (what a heading adds in brackets) by column.

    `headings` are all headings by column, the upper one before the lower one. `mapping` is what a person said
    of files of this `shape`. `first` is the row below the headings, `unknown` are headings that no reader
    knows, `beside` is the first column of a second table that stands beside this one.
    """

    roles: Mapping[int, str]
    notes: Mapping[int, str]
    unknown: tuple[str, ...]
    first: int
    beside: int | None = None
    headings: Mapping[int, str] = field(default_factory=dict)
    shape: str = ""
    mapping: ColumnMapping | None = None

    def column(self, role: str) -> int | None:
        """The first column of a role."""
        return next((column for column, known in self.roles.items() if known == role), None)

    def text(self, column: int, text: str) -> str:
        """What a cell of a column means."""
        return self.mapping.meaning(self.headings.get(column, ""), text) if self.mapping else text


def find_layout(sheet: Sheet, mappings: Mappings = NO_MAPPINGS) -> Layout | None:
    """The headings of a sheet's first table, `None` where its first rows have none."""
    best: Layout | None = None
    for row in range(min(HEADING_ROWS, len(sheet.rows))):
        layout = layout_at(sheet, row, mappings)
        if layout and (best is None or len(set(layout.roles.values())) > len(set(best.roles.values()))):
            best = layout
    return best


def layout_at(sheet: Sheet, row: int, mappings: Mappings = NO_MAPPINGS) -> Layout | None:
    """The layout that a row gives if it is a row of headings (it names at least the procedure's name)."""
    width = max(len(sheet.rows[row]), len(sheet.rows[row + 1]) if row + 1 < len(sheet.rows) else 0)
    texts = {column: _text(sheet.filled(row, column)) for column in range(width)}
    shape = headings_shape(texts.values())
    mapping = mappings.get(shape)
    roles = {column: role for column, text in texts.items() if text and (role := said_role(text, mapping))}
    if "name" not in roles.values() or _title(sheet, row, roles):
        return None
    below = _children(sheet, row, texts, roles)
    headings = dict(texts)
    if below is not None:
        for column, (parent, text) in below.items():
            headings[column] = f"{parent} / {text}" if parent else text
            known = said_role(headings[column], mapping, known=False) or (
                _child_role(role_of(parent) if parent else None, text) or (parent and role_of(parent))
            )
            roles.pop(column, None)
            if known:
                roles[column] = known
    roles, doubled = _without_doubles(sheet, row, roles)
    unknown = [canonical(text) for column, text in headings.items() if text and column not in roles]
    again = {said_role(headings[column], mapping) for column in doubled}
    return Layout(
        roles=roles,
        notes={column: note for column in roles if (note := _note(headings[column]))},
        unknown=tuple(dict.fromkeys(unknown + [canonical(headings[column]) for column in doubled])),
        first=row + (1 if below is None else 2),
        beside=min(doubled) if {"code", "name"} <= again else None,
        headings={column: text for column, text in headings.items() if text},
        shape=shape,
        mapping=mapping,
    )


def said_role(heading: str, mapping: ColumnMapping | None, *, known: bool = True) -> str | None:
    """The role that a person gave to a heading, else (`known`) that of its words."""
    said = mapping.role(heading) if mapping else None
    if said is not None:
        return "ignored" if said == SKIP else said
    return role_of(heading) if known else None


@lru_cache(maxsize=4096)
def role_of(heading: str) -> str | None:
    """The role of a heading, with or without a remark in brackets."""
    if len(heading) > _LONGEST:
        return None
    known = _known()
    text = canonical(heading)
    while text:
        key = matching_key(text.replace("_", " "))
        role = known.get(key) or (_known_bare().get(fold(key)) if text.isascii() else None)
        if role:
            return role
        shorter = _NOTE.sub("", text)
        if shorter == text:
            if text.startswith(RECORD_HEADING):
                return "record"
            return "repealing" if is_repealing_heading(text) else None
        text = shorter
    return None


@lru_cache(maxsize=1)
def _known() -> Mapping[str, str]:
    known = {matching_key(column.heading): column.role for column in COLUMNS}
    for role, headings in SYNONYMS.items():
        known.update({matching_key(heading): role for heading in headings})
    return known


@lru_cache(maxsize=1)
def _known_bare() -> Mapping[str, str]:
    """The same without accents, for headings typed without any ("Ma TTHC")."""
    bare: dict[str, str] = {}
    for key, role in _known().items():
        bare.setdefault(fold(key), role)
    return bare


def _title(sheet: Sheet, row: int, roles: Mapping[int, str]) -> bool:
    """A lone "Thủ tục hành chính" merged over the table is its title, no heading."""
    return len(set(roles.values())) == 1 and all(sheet.spans(row, column) for column in roles)


def _children(
    sheet: Sheet, row: int, texts: Mapping[int, str], roles: Mapping[int, str]
) -> dict[int, tuple[str, str]] | None:
    """The second row of headings, as column → (heading above, own heading); `None` if there is none.

    It has nothing of its own under the name and the code, and stands under wide or empty headings.
    """
    if row + 1 >= len(sheet.rows):
        return None
    own = {
        column: text
        for column in range(len(sheet.rows[row + 1]))
        if not sheet.continues(row + 1, column) and (text := _text(sheet.cell(row + 1, column)))
    }
    if len(own) < 2 or any(roles.get(column) in ("name", "code", "stt") for column in own):
        return None
    below: dict[int, tuple[str, str]] = {}
    parent = ""
    for column in range(max(*texts, *own) + 1):
        parent = texts.get(column) or parent
        if column in own:
            if role_of(parent) in ("name", "code"):
                parent = ""
            below[column] = (parent, own[column])
    spread = any(not texts.get(column) or sheet.spans(row, column) for column in own)
    return below if spread else None


def _child_role(parent: str | None, text: str) -> str | None:
    if parent in ("decision_number", "province_decision_number"):
        role = _named(DECISIONS, text)
        if role == "decision:date":
            return "decision_date" if parent == "decision_number" else "province_decision_date"
        return parent
    if parent == "executing_levels":
        levels = parse_levels(text)
        return f"level:{next(iter(levels))}" if len(levels) == 1 else None
    if parent == "online_level":
        level = parse_online_level(text)
        return f"online:{level}" if level else None
    return (_named(CHILDREN[parent], text) if parent and parent in CHILDREN else None) or role_of(text)


def _named(names: Mapping[str, tuple[str, ...]], text: str) -> str | None:
    key = matching_key(_NOTE.sub("", canonical(text)))
    return next((role for role, known in names.items() if key in map(matching_key, known)), None)


def _without_doubles(
    sheet: Sheet, row: int, roles: Mapping[int, str]
) -> tuple[dict[int, str], tuple[int, ...]]:
    """A second column of a role that can only be said once is left out, and named as unknown."""
    kept: dict[int, str] = {}
    doubled = []
    for column in sorted(roles):
        role = roles[column]
        if role in _SINGLE - {"record"} and role in kept.values():
            if not (sheet.spans(row, column) and kept.get(column - 1) == role):
                doubled.append(column)
            continue
        kept[column] = role
    return kept, tuple(doubled)


def _note(heading: str) -> str:
    found = re.search(r"\(([^()]*)\)", heading)
    return canonical(found[1]) if found else ""


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else ""
