"""The runs behind the catalogue's last changes: they show which values it took from a portal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from procedures.findings import CATALOGUE
from procedures.model import Procedure
from procedures.run_origin import RunOrigin, parse_origin
from warehouse.db.bulk import chunks
from warehouse.db.column_values import from_json, from_time
from warehouse.sources.procedure_rows import procedure_of, source_beside_code
from warehouse.tables.finding_tables import code_match, finding
from warehouse.tables.source_tables import change, procedure_version, run


@dataclass(frozen=True, slots=True, kw_only=True)
class LastChange:
    """The last change of an attribute of a catalogue's row, and the run in which it happened."""

    key: str
    attribute: str
    value: str | None
    run_id: int
    at: datetime
    errand: RunOrigin


def last_changes(connection: Connection, codes: Collection[str]) -> dict[tuple[str, str], LastChange]:
    """Return the last change of each attribute of the catalogue's rows of those codes, by code and attribute.

    A row without a code counts under the code that it was matched with.
    """
    changes: dict[tuple[str, str], LastChange] = {}
    keys = _keys(connection, codes)
    for piece in chunks(keys):
        c = change.c
        query = (
            select(c.key, c.attribute, c.new_value, c.run_id, run.c.as_of, run.c.kind, run.c.argument)
            .join_from(change, run, run.c.run_id == c.run_id)
            .where(c.source == CATALOGUE, c.attribute.is_not(None), _is_about(piece))
            .order_by(c.change_id)
        )
        for row in connection.execute(query):
            changes[keys[row.key], row.attribute] = LastChange(
                key=row.key,
                attribute=row.attribute,
                value=row.new_value,
                run_id=row.run_id,
                at=from_time(row.as_of),
                errand=parse_origin(row.argument),
            )
    return changes


def current_row(connection: Connection, source: str, code: str) -> tuple[str, Procedure] | None:
    """Return the current row of a code on a source, with its key; also one that was matched with the code."""
    v, m = procedure_version.c, code_match.c
    query = select(v.key, v.record).where(v.valid_to.is_(None))
    of_code = query.where(v.code == code, source_beside_code() == source)
    row = connection.execute(of_code.limit(1)).one_or_none()
    if row is None:
        matched = select(m.key).where(m.source == source, m.code == code)
        of_key = query.where(v.key.in_(matched), v.source == source)
        row = connection.execute(of_key.order_by(v.key).limit(1)).one_or_none()
    return None if row is None else (row.key, procedure_of(row.record))


def current_rows(connection: Connection, keys: Collection[str]) -> dict[str, Procedure]:
    """Return the catalogue's current rows of those keys."""
    v = procedure_version.c
    procedures: dict[str, Procedure] = {}
    for piece in chunks(sorted(keys)):
        query = select(v.key, v.record).where(v.source == CATALOGUE, v.valid_to.is_(None), v.key.in_(piece))
        procedures.update((row.key, procedure_of(row.record)) for row in connection.execute(query))
    return procedures


def sources_of(connection: Connection, finding_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the sources on whose complete snapshots each finding rests."""
    f = finding.c
    return {
        row.finding_id: tuple(from_json(row.sources))
        for piece in chunks(sorted(finding_ids))
        for row in connection.execute(select(f.finding_id, f.sources).where(f.finding_id.in_(piece)))
    }


def _keys(connection: Connection, codes: Collection[str]) -> Mapping[str, str]:
    """Return the code of each key that a row of those codes may have: the key itself, or its match."""
    m = code_match.c
    keys = {code: code for code in codes}
    for piece in chunks(sorted(codes)):
        query = select(m.key, m.code).where(m.source == CATALOGUE, m.code.in_(piece))
        keys.update((row.key, row.code) for row in connection.execute(query))
    return keys


def _is_about(keys: Collection[str]) -> Any:
    """Select the changes of those keys: by code, which has an index; by key only for rows without a code."""
    without_code = [key for key in keys if key.startswith("~")]
    of_code = change.c.code.in_([key for key in keys if not key.startswith("~")])
    return of_code | change.c.key.in_(without_code) if without_code else of_code
