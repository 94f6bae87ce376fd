"""The columns of a list as a person is shown them: headings, some values, and what each is taken for.

A heading that nobody knows is guessed at by its words and by what stands below it. Nothing is read by a
guess: a person says whether it is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from extractors.workbooks.cell_values import dates_in
from extractors.workbooks.formats.tables import Sheet
from extractors.workbooks.heading_words import SYNONYMS
from extractors.workbooks.headings import HEADING_ROWS, Layout, find_layout, said_role
from extractors.workbooks.sheet_cells import cell_string, column_letters
from extractors.workbooks.whole_answers import is_mark, online_level
from procedures.values.codes import codes_in
from procedures.values.decision_numbers import DECISION_NUMBER
from procedures.values.durations import parse_times
from procedures.values.fees import parse_fees
from procedures.values.levels import parse_level_codes, parse_levels, parse_ways
from procedures.values.text import canonical, fold, matching_key
from procedures.wording.words import excerpt
from procedures.workbook_layout.catalogue_columns import COLUMNS
from procedures.workbook_layout.column_mapping import (
    COLUMN_ROLES,
    NO_MAPPINGS,
    SKIP,
    FileShape,
    Mappings,
    SeenColumn,
    headings_shape,
)

SAMPLES = 3
_LOOKED_AT = 60
"""Rows below the headings from which values are taken."""
_SHOWN = 80
_LIKELY = 0.6
"""The share of a column's values that must look alike for a guess."""
_ASIDE = frozenset({"ignored", "matched", "record", "repealing", "change"})


def seen_table(sheet: Sheet, layout: Layout) -> FileShape:
    """The columns of one table."""
    columns = tuple(
        _seen(sheet, layout, column, heading) for column, heading in sorted(layout.headings.items())
    )
    return FileShape(layout.shape, tuple(canonical(column.heading) for column in columns), columns)


def seen_without_headings(sheet: Sheet, mappings: Mappings = NO_MAPPINGS) -> FileShape | None:
    """The same of a sheet in which no row of headings is known: that of its row that is most like one."""
    best: dict[int, str] = {}
    at = 0
    for row in range(min(HEADING_ROWS, max(len(sheet.rows) - 1, 0))):
        texts = {
            column: cell.strip()
            for column, cell in enumerate(sheet.rows[row])
            if isinstance(cell, str) and cell.strip() and len(cell) <= _SHOWN
        }
        if len(texts) > max(len(best), 1) and len(set(texts.values())) == len(texts):
            best, at = texts, row
    if not best:
        return None
    shape = headings_shape(best.values())
    mapping = mappings.get(shape)
    roles = {column: role for column, text in best.items() if (role := said_role(text, mapping))}
    return seen_table(sheet, Layout(roles, {}, (), at + 1, headings=best, shape=shape, mapping=mapping))


def seen_sheets(sheets: Iterable[Sheet], mappings: Mappings) -> tuple[FileShape, ...]:
    """Every table of some sheets, one of each shape, whether its headings are known or not."""
    found: dict[str, FileShape] = {}
    for sheet in sheets:
        layout = find_layout(sheet, mappings)
        seen = seen_table(sheet, layout) if layout else seen_without_headings(sheet, mappings)
        if seen is not None:
            found.setdefault(seen.shape, seen)
    return tuple(found.values())


def _seen(sheet: Sheet, layout: Layout, column: int, heading: str) -> SeenColumn:
    values = _values(sheet, layout.first, column)
    said = layout.mapping.role(heading) if layout.mapping else None
    role = layout.roles.get(column)
    how = "unknown" if role is None else "aside" if role in _ASIDE else "known"
    if said is not None:
        how = "skip" if said == SKIP else "person"
    return SeenColumn(
        sheet=sheet.name,
        letters=column_letters(column),
        heading=canonical(heading),
        samples=tuple(excerpt(value, _SHOWN) for value in list(dict.fromkeys(values))[:SAMPLES]),
        role=None if how in ("skip", "aside") else role,
        how=how,
        guess=guess(heading, values) if how == "unknown" else None,
    )


def _values(sheet: Sheet, first: int, column: int) -> list[str]:
    """What stands below a heading, but for rows that are titles over the table."""
    values = []
    for row in range(first, min(len(sheet.rows), first + _LOOKED_AT)):
        if sum(cell is not None for cell in sheet.rows[row]) > 1 or len(sheet.rows[row]) == 1:
            text = canonical(cell_string(sheet.filled(row, column)))
            if text:
                values.append(text)
    return values


def guess(heading: str, values: Sequence[str]) -> str | None:
    """The role that a column may have, by its values, else by the known heading that its words hold."""
    by_content = _by_content(values)
    if by_content is not None:
        return by_content
    return _by_heading(heading)


def _by_heading(heading: str) -> str | None:
    words = f" {fold(matching_key(heading))} "
    held = [(len(key), role) for key, role in _folded().items() if f" {key} " in words]
    role = max(held)[1] if held else None
    return role if role in COLUMN_ROLES else None


@lru_cache(maxsize=1)
def _folded() -> dict[str, str]:
    """Known headings of two words and more, without accents."""
    headings = [(column.heading, column.role) for column in COLUMNS]
    headings += [(heading, role) for role, known in SYNONYMS.items() for heading in known]
    keys = ((fold(matching_key(heading)), role) for heading, role in headings)
    return {key: role for key, role in keys if " " in key}


@dataclass(frozen=True, slots=True)
class _Look:
    """What values of a role look like."""

    role: str
    looks: Callable[[str], bool]


def _by_content(values: Sequence[str]) -> str | None:
    if not values or all(is_mark(value) for value in values):
        return None
    for each in _LOOKS:
        if sum(map(each.looks, values)) >= _LIKELY * len(values):
            return each.role
    return None


_LOOKS = (
    _Look("code", lambda text: len(text) < 40 and bool(codes_in(text))),
    _Look("url", lambda text: bool(re.match(r"https?://\S+$", text))),
    _Look("decision", lambda text: bool(DECISION_NUMBER.search(text))),
    _Look("online_level", lambda text: not text.isdigit() and online_level(text) is not None),
    _Look("executing_levels", lambda text: len(text) < 40 and bool(_levels(text))),
    _Look("decision:date", lambda text: len(text) < 12 and bool(dates_in(text))),
    _Look("processing_time", lambda text: any(time.amount is not None for time in parse_times(text))),
    _Look("fee", lambda text: "đồng" in text and any(fee.amount is not None for fee in parse_fees(text))),
    _Look("ways", lambda text: len(text) < 60 and bool(parse_ways(text))),
)


def _levels(text: str) -> frozenset[str]:
    return parse_level_codes(text) or (
        parse_levels(text) if re.match(r"cấp\b", matching_key(text)) else frozenset()
    )
