"""Many rows at once: the one place where a faster way for an engine goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Delete, Table, Update
from sqlalchemy.dialects import postgresql, sqlite

BATCH = 1000
"""Rows a statement; more cost memory and gain no time."""

Row = Mapping[str, Any]
T = TypeVar("T")


def bulk_insert(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    """Insert `rows`, all of the same columns; gives their number."""
    return _in_batches(connection, table.insert(), rows)


def bulk_upsert(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    """Insert `rows`; one whose primary key is there already replaces the old row's other columns."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    keys = [column.name for column in table.primary_key]
    insert = dialect.insert(table)
    others = {
        column.name: insert.excluded[column.name] for column in table.columns if column.name not in keys
    }
    statement = (
        insert.on_conflict_do_update(index_elements=keys, set_=others)
        if others
        else insert.on_conflict_do_nothing(index_elements=keys)
    )
    return _in_batches(connection, statement, rows)


def bulk_execute(connection: Connection, statement: Update | Delete, rows: Iterable[Row]) -> int:
    """Carry out `statement` once a row of bound parameters; gives the number of rows given."""
    return _in_batches(connection, statement, rows)


def chunks(values: Collection[T], size: int = 500) -> Iterable[Sequence[T]]:
    """`values` in pieces that fit an IN list on either engine."""
    iterator = iter(values)
    while piece := tuple(islice(iterator, size)):
        yield piece


def _in_batches(connection: Connection, statement: Any, rows: Iterable[Row]) -> int:
    iterator = iter(rows)
    count = 0
    while batch := list(islice(iterator, BATCH)):
        connection.execute(statement, batch)
        count += len(batch)
    return count
