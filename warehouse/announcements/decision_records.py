"""What sources have on the procedures of one decision, by its codes alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from procedures.findings import FindingKind
from procedures.model import Procedure
from procedures.office.repealed_rows import is_codeless_key
from warehouse.db.bulk import chunks
from warehouse.findings.filters import status_column
from warehouse.findings.store import UNRESOLVED
from warehouse.sources.procedure_rows import procedure_of, source_beside_code
from warehouse.sources.withdrawn_rows import change_is_valid, version_is_valid
from warehouse.tables.finding_tables import code_match, finding
from warehouse.tables.source_tables import change, procedure_version, retired


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A procedure as a source publishes it, or last did; `code`: of a row without one its key."""

    source: str
    code: str
    is_current: bool
    procedure: Procedure


def records_of(connection: Connection, codes: Collection[str], sources: Sequence[str]) -> list[Record]:
    """Return what these sources have on the codes: of each what is current, then what was last.

    A row without a code counts under its key, and under the code that it was matched with.
    """
    m = code_match.c
    keys = {code: code for code in codes if is_codeless_key(code)}
    for part in chunks(sorted(codes)):
        matches = select(m.key, m.code).where(m.source.in_(sources), m.code.in_(part))
        keys |= {row.key: row.code for row in connection.execute(matches)}
    v = procedure_version.c
    records = []
    for part in chunks(sorted(codes)):
        of_code = _newest().where(v.code.in_(part), source_beside_code().in_(sources))
        for row in connection.execute(of_code):
            records.append(_record(row, row.code))
    for part in chunks(sorted(keys)):
        of_key = _newest().where(v.key.in_(part), v.source.in_(sources), v.code.is_(None))
        for row in connection.execute(of_key):
            records.append(_record(row, keys[row.key]))
    latest: dict[tuple[str, str], Record] = {}
    for record in records:
        latest.setdefault((record.source, record.code), record)
    return sorted(latest.values(), key=lambda record: not record.is_current)


def _newest() -> Select[Any]:
    v = procedure_version.c
    return (
        select(v.source, v.key, v.code, v.valid_to, v.record)
        .where(version_is_valid())
        .order_by(v.valid_to.is_not(None), v.version_id.desc())
    )


def _record(row: Any, code: str) -> Record:
    return Record(
        source=row.source, code=code, is_current=row.valid_to is None, procedure=procedure_of(row.record)
    )


def successors_of(connection: Connection, codes: Collection[str], sources: Sequence[str]) -> dict[str, str]:
    """Return which of these codes another one replaced, by findings, changes and what sources retired.

    A row without a code appears under its key.
    """
    f, c, r = finding.c, change.c, retired.c
    replaced: dict[str, str] = {}
    for part in chunks(sorted(codes)):
        for query in (
            select(f.code, f.successor_code).where(f.code.in_(part), f.successor_code.is_not(None)),
            select(c.code, c.successor_code)
            .where(c.code.in_(part), c.successor_code.is_not(None), change_is_valid())
            .order_by(c.change_id),
            select(r.key, r.successor_code).where(
                r.source.in_(sources), r.key.in_(part), r.successor_code.is_not(None)
            ),
        ):
            replaced |= {row[0]: row[1] for row in connection.execute(query)}
    keys = [code for code in codes if is_codeless_key(code)]
    if keys:
        query = select(f.subject, f.successor_code).where(
            f.subject.in_(keys), f.code.is_(None), f.successor_code.is_not(None)
        )
        replaced |= {row[0]: row[1] for row in connection.execute(query)}
    return replaced


def findings_about(connection: Connection, number: str, codes: Collection[str]) -> list[dict[str, Any]]:
    """Return the unresolved findings on these codes, and that the decision is overdue; the heaviest first.

    Of each its number, kind, attribute, severity, status, code, name and case.
    """
    f = finding.c
    columns = (f.finding_id, f.kind, f.attribute, f.severity, f.status, f.code, f.name, f.weight, f.case_id)
    overdue = (f.kind == FindingKind.ANNOUNCEMENT_OVERDUE) & (f.subject == number) & f.status.in_(UNRESOLVED)
    keys = [code for code in codes if is_codeless_key(code)]
    conditions = [overdue, *(f.code.in_(part) for part in chunks(sorted(codes)))]
    conditions += [f.subject.in_(keys) & f.code.is_(None)] if keys else []
    rows: dict[int, dict[str, Any]] = {}
    for condition in conditions:
        query = select(*columns).where(condition, status_column(connection).in_(UNRESOLVED))
        rows |= {row["finding_id"]: dict(row) for row in connection.execute(query).mappings()}
    return sorted(rows.values(), key=lambda row: (row["weight"], row["finding_id"]))
