"""National codes of rows that have none: matched by name, or confirmed by a person.

They are stored beside the versions: a match that is made or lost moves no version and makes no change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from procedures.findings import CATALOGUE
from warehouse.db.bulk import bulk_execute, bulk_upsert
from warehouse.db.column_values import now
from warehouse.tables.finding_tables import code_match
from warehouse.tables.source_tables import procedure_version


def store_name_matches(
    connection: Connection,
    source: str,
    matches: Mapping[str, str],
    *,
    run_id: int,
    at: datetime | None = None,
) -> None:
    """Replace a source's matches by name with these certain ones; those that a person confirmed stay."""
    stored = matches_of(connection, source)
    confirmed = {key for key, (_, by) in stored.items() if by == "person"}
    lost = [key for key in stored if key not in matches and key not in confirmed]
    deletion = code_match.delete().where(code_match.c.source == source, code_match.c.key == bindparam("lost"))
    bulk_execute(connection, deletion, [{"lost": key} for key in lost])
    bulk_upsert(
        connection,
        code_match,
        [
            _row(source, key, code, by="name", actor=None, at=now(at), run_id=run_id)
            for key, code in matches.items()
            if key not in confirmed and stored.get(key) != (code, "name")
        ],
    )


def confirm_match(
    connection: Connection, key: str, code: str, *, actor: str, at: datetime | None = None
) -> tuple[str, ...]:
    """Store, for each source that has the row of `key`, a person's word that it is `code`; return them."""
    sources_with_row = select(procedure_version.c.source).where(
        procedure_version.c.key == key, procedure_version.c.valid_to.is_(None)
    )
    sources = tuple(connection.execute(sources_with_row.order_by(procedure_version.c.source)).scalars()) or (
        CATALOGUE,
    )
    rows = [_row(source, key, code, by="person", actor=actor, at=now(at), run_id=None) for source in sources]
    bulk_upsert(connection, code_match, rows)
    return sources


def confirmed_codes(connection: Connection, source: str = CATALOGUE) -> dict[str, str]:
    """Return the codes that people confirmed, by key."""
    return {key: code for key, (code, by) in matches_of(connection, source).items() if by == "person"}


def matches_of(connection: Connection, source: str) -> dict[str, tuple[str, str]]:
    """Return each match of a source by key: the code, and `name` or `person`."""
    rows = connection.execute(select(code_match).where(code_match.c.source == source).order_by("key"))
    return {row.key: (row.code, row.matched_by) for row in rows}


def _row(
    source: str, key: str, code: str, *, by: str, actor: str | None, at: str, run_id: int | None
) -> dict[str, object]:
    return {
        "source": source,
        "key": key,
        "code": code,
        "matched_by": by,
        "actor": actor,
        "at": at,
        "run_id": run_id,
    }
