"""What the rules say of a fixed set of real records: read, compared over two nights, and side against side.

`python -m tests.reconciliation.verdicts` writes the digests that `test_rules_version.py` holds them to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from extractors.workbooks.cell_values import read_answers
from procedures.attributes import ATTRIBUTE_NAMES
from procedures.model import Procedure, json_value, record_bytes, record_digest
from procedures.rules_version import RULES_VERSION
from procedures.snapshot import LookUp
from procedures.workbook_layout.catalogue_columns import COLUMNS, cell_text
from reconciliation import compare
from tests.procedures.sample_values import sample_value, with_catalogue_values
from tests.reconciliation.making import found, known, night, read, side
from tests.reconciliation.records import everything
from validations.record_suite import record_suite
from validations.records_gate import columns_of

GOLDEN = Path(__file__).parents[1] / "golden" / "rules.json"

ROLES = tuple(column.role for column in COLUMNS)

EVERY = 2
"""Every second of the real records, which meets each attribute with each way to write it often."""


def verdicts() -> dict[str, str]:
    """Return the rules' version with digests of what is read, what the gate judges, changes and findings."""
    records = [with_catalogue_values(each, number) for number, each in enumerate(everything()[::EVERY])]
    edited = [_edited(number, records) for number in range(len(records))]
    return {
        "rules_version": RULES_VERSION,
        "read": _digest(_read(records)),
        "judged": _digest(_judged([*records, *edited])),
        "changes": _digest(_changes(records, edited)),
        "findings": _digest(_findings(records, edited)),
    }


def _edited(number: int, records: Sequence[Procedure]) -> Procedure:
    """The record with every eighth attribute in other writing, another record's, not said, or made up."""
    record, other = records[number], records[number - 1]
    values: dict[str, Any] = {}
    for attribute in ATTRIBUTE_NAMES[number % 8 :: 8]:
        mine, theirs = getattr(record, attribute), getattr(other, attribute)
        made_up = sample_value(attribute, number)
        ways = (None if attribute != "name" else mine, _rewritten(mine), theirs or mine, made_up)
        values[attribute] = ways[(number // 8 + len(values)) % len(ways)]
    return replace(record, **values)


def _rewritten(value: Any) -> Any:
    if isinstance(value, str):
        return f"{value.upper()} "
    return value[::-1] if isinstance(value, tuple) else value


def _read(records: Sequence[Procedure]) -> Iterable[Any]:
    """Return the portal's records as they are read, and what is read of their cells in a workbook."""
    for record in records:
        yield record_digest(record_bytes(record))
        answers = read_answers({role: cell_text(record, role) for role in ROLES}, {}, whole=True)
        yield {name: json_value(value) for name, value in sorted(answers.values.items())}
        yield [(cell.attribute, cell.text) for cell in answers.unread]


def _judged(records: Sequence[Procedure]) -> Iterable[Any]:
    """Return what the gate of records judges of each, and by which expectations."""
    rows = ((f"{number:04}", each) for number, each in enumerate(records))
    columns = columns_of(rows, date(2026, 11, 23))
    yield columns.texts
    yield columns.numbers
    yield [
        (each.name, each.rule, each.severity, sorted(each.kwargs.items()))
        for each in record_suite(strict_codes=True)
    ]


def _changes(old: Sequence[Procedure], new: Sequence[Procedure]) -> Iterable[Any]:
    current = read(*(each for number, each in enumerate(new) if number % 17))
    for change in compare(known(*old), current, night()).changes:
        yield change.kind, change.key, change.attribute, change.old_value, change.new_value


def _findings(records: Sequence[Procedure], edited: Sequence[Procedure]) -> Iterable[Any]:
    """The edited records as the department's list, with gaps on each side and rows that have no code."""
    listed = [each for number, each in enumerate(edited) if number % 17]
    listed += [
        replace(each, code=None, local_code=None) for number, each in enumerate(edited) if number % 34 == 0
    ]
    listed += [replace(each, code=None, local_code=None, name=f"{each.name} khác") for each in edited[::29]]
    national = [each for number, each in enumerate(records) if number % 23]
    provincial = [each for number, each in enumerate((*edited[1:], edited[0])) if number % 2]
    asked = {each.code: LookUp(key=each.code, outcome="not_found") for each in records[::46] if each.code}
    sides = (
        side("catalogue", *listed),
        side("national", *national, follows=frozenset(), looked_up=asked),
        side("provincial", *provincial),
    )
    for finding in found(*sides, services=()):
        values = finding.catalogue_value, finding.national_value, finding.provincial_value
        yield finding.kind, finding.subject, finding.attribute, finding.severity, values


def _digest(rows: Iterable[Any]) -> str:
    written = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return hashlib.blake2b(written.encode(), digest_size=16).hexdigest()


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(verdicts(), indent=2) + "\n", encoding="utf-8")
