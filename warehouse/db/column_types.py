"""Column types and constructors of the tables.

Texts sort by code point on both engines (collation "C" on PostgreSQL). Times and dates are ISO
text, JSON is text with sorted keys, truth values are 0 or 1 (see `column_values`).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy
from sqlalchemy import BigInteger, Column, Connection, ForeignKey, Index, Integer, MetaData, Text, event

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text sorted by code point on both engines."""


def identity(name: str) -> Column[Any]:
    """Return an integer primary key that the database assigns."""
    return Column(name, Integer, primary_key=True, autoincrement=True)


def key(name: str) -> Column[Any]:
    """Return a text column that is the primary key, or part of it."""
    return Column(name, TEXT, primary_key=True)


def text(name: str, *, default: str | None = None) -> Column[Any]:
    """Return a text column that is always set; `default` for rows older than the column."""
    return Column(name, TEXT, nullable=False, server_default=default)


def optional_text(name: str) -> Column[Any]:
    """Return a text column that may be NULL."""
    return Column(name, TEXT, nullable=True)


def number(name: str, *, optional: bool = False) -> Column[Any]:
    """Return a column of a count or a truth value."""
    return Column(name, Integer, nullable=optional)


def large_number(name: str) -> Column[Any]:
    """Return a column of a count that may exceed two thousand million."""
    return Column(name, BigInteger, nullable=True)


def run_reference(name: str = "run_id", *, optional: bool = False) -> Column[Any]:
    """Return the column of the run that a row belongs to."""
    return Column(name, Integer, ForeignKey("run.run_id"), nullable=optional)


def snapshot_reference(*, optional: bool = False) -> Column[Any]:
    """Return the column of the snapshot that a row belongs to."""
    return Column("snapshot_id", Integer, ForeignKey("snapshot.snapshot_id"), nullable=optional)


def partial_index(name: str | None, *columns: str, where: str, unique: bool = False) -> Index:
    """Return an index of the rows for which the condition `where` holds, on either engine."""
    return Index(name, *columns, unique=unique, info={"where": where})


@event.listens_for(metadata, "before_create")
def _limit_partial_indexes(_metadata: MetaData, connection: Connection, **_: Any) -> None:
    """Tell the engine in use the conditions; an index that names an engine loads all of its dialect."""
    for table in metadata.tables.values():
        for index in table.indexes:
            if where := index.info.get("where"):
                index.dialect_options[connection.dialect.name]["where"] = sqlalchemy.text(where)
