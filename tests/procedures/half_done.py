"""What is missing of an attribute or a kind of finding that is declared, in words: each is tried out.

`python -m tests.procedures.half_done` prints it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path

from extractors.workbooks.cell_values import read_answers
from extractors.workbooks.headings import role_of
from procedures.attributes import ATTRIBUTE_NAMES, ATTRIBUTES, ATTRIBUTES_BY_NAME, Attribute
from procedures.finding_kinds import FINDING_KINDS, INFO_BY_KIND, FindingKind
from procedures.model import Procedure, attribute_value, from_record, to_record, value_text
from procedures.wording.readable_values import value_in_words
from procedures.workbook_layout.catalogue_columns import COLUMNS, cell_text
from reconciliation.changes.differences import SILENT_ATTRIBUTES, differences
from tests.procedures.sample_values import sample_value
from tests.reconciliation.making import found, procedure, row, side

ROOT = Path(__file__).parents[2]

ABOUT_THE_RECORD = frozenset({"code", "raw", "row"})
"""Fields by which a procedure is found; they are nothing that a source says of it."""

SHEET_NAME = re.compile(r"[^\[\]:*?/\\]{1,31}")
"""What Excel takes for a sheet's name."""


def attributes_lacking() -> list[str]:
    """Return a sentence for each thing that an attribute lacks."""
    lacking = list(_fields_apart())
    if not lacking:
        for attribute in ATTRIBUTES:
            lacking += _lacking(attribute)
    return lacking


def kinds_lacking() -> list[str]:
    """Return a sentence for each thing that a kind of finding lacks."""
    registry = "FINDING_KINDS of procedures/finding_kinds.py"
    lacking = [
        f"kind {kind!s} is not declared in {registry}" for kind in FindingKind if kind not in INFO_BY_KIND
    ]
    if not lacking and [each.kind for each in FINDING_KINDS] != list(FindingKind):
        lacking.append(f"FindingKind and {registry} are to have one order")
    lacking += _twice("title of a kind", (each.title for each in FINDING_KINDS))
    lacking += _twice("name of a sheet", (each.sheet.lower() for each in FINDING_KINDS))
    rules = "\n".join(
        path.read_text(encoding="utf-8")
        for package in ("reconciliation", "extractors")
        for path in sorted((ROOT / package).rglob("*.py"))
    )
    for kind in FINDING_KINDS:
        if not SHEET_NAME.fullmatch(kind.sheet):
            lacking.append(f"kind {kind.kind}: Excel takes no sheet named {kind.sheet!r}")
        if kind.attribute is not None and kind.attribute not in ATTRIBUTES_BY_NAME:
            lacking.append(f"kind {kind.kind} is about {kind.attribute!r}, which is no attribute")
        if not re.search(rf"\bFindingKind\.{kind.kind.name}\b", rules):
            lacking.append(f"kind {kind.kind}: no rule in reconciliation/ makes it")
    return lacking


def _fields_apart() -> Iterator[str]:
    declared, of_the_model = set(ATTRIBUTE_NAMES), {each.name for each in fields(Procedure)}
    for name in sorted(declared - of_the_model):
        yield f"attribute {name!r} has no field in Procedure of procedures/model.py"
    for name in sorted(of_the_model - declared - ABOUT_THE_RECORD - set(SILENT_ATTRIBUTES)):
        yield f"field {name!r} of Procedure is not declared in ATTRIBUTES of procedures/attributes.py"
    yield from _twice("name of an attribute", (each.name for each in ATTRIBUTES))
    yield from _twice("label of an attribute", (each.label for each in ATTRIBUTES))
    yield from _twice("place of a column", (each.column for each in ATTRIBUTES))
    yield from _twice("heading of a column", (column.heading for column in COLUMNS))


def _twice(what: str, values: Iterable[object]) -> list[str]:
    return [f"{what} stands twice: {value}" for value, times in Counter(values).items() if times > 1]


def _lacking(attribute: Attribute) -> Iterator[str]:
    name, one, other = attribute.name, sample_value(attribute.name, 0), sample_value(attribute.name, 1)
    old, new = procedure(**{name: one}), procedure(**{name: other})
    about = f"attribute {name!r} ({attribute.type})"
    if from_record(to_record(old)) != old or attribute_value(name, value_text(one)) != one:
        yield f"{about} does not come back from a record: _FROM_JSON or _AS_JSON of procedures/model.py"
    if not value_in_words(name, value_text(one)) or value_in_words(name, value_text(one)).startswith(
        ("[", "{")
    ):
        yield f"{about} has no words: _ITEMS or _SINGLE of procedures/wording/readable_values.py"
    heading = next(column.heading for column in COLUMNS if column.role == name)
    if role_of(heading) != name:
        yield f"{about}: its heading {heading!r} is another column's in extractors/workbooks/headings.py"
    if not attribute.raw and cell_text(_read_back(old, name), name) != cell_text(old, name):
        yield f"{about} has no reader in extractors/workbooks/cell_values.py"
    if name not in {each.attribute for each in differences(old, new)}:
        forms = "_FORMS of reconciliation/changes/differences.py"
        yield f"{about} is not compared by {attribute.compare}: {forms}"
    found_about = {
        each.kind
        for each in found(side("catalogue", row(**{name: other})), side("national", old))
        if each.attribute == name
    }
    if attribute.mismatch and not found_about:
        yield (
            f"{about} makes no finding: DISAGREE of reconciliation/findings/value_comparison.py, "
            "or a rule of its own"
        )
    if found_about and not attribute.mismatch:
        yield f"{about} makes {sorted(found_about)}: give it its `mismatch` in procedures/attributes.py"
    if attribute.mismatch and not INFO_BY_KIND[attribute.mismatch].takes_value:
        yield f"{about}: its mismatch {attribute.mismatch} is no kind that comes and goes with a value"


def _read_back(record: Procedure, name: str) -> Procedure:
    cells = {column.role: cell_text(record, column.role) for column in COLUMNS}
    return replace(record, **{name: read_answers(cells, {}, whole=True).values.get(name)})


if __name__ == "__main__":
    print(*attributes_lacking(), *kinds_lacking(), sep="\n")
