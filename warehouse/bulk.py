"""Many rows at once: the one place where a faster way for an engine goes.

PostgreSQL takes rows by COPY, SQLite by one statement carried out for many rows of plain values; either way
past SQLAlchemy's work on each row. The rows' values are texts, whole numbers and None, so that no type has
to be converted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar, cast

import psycopg
from sqlalchemy import Column, Connection, Delete, Dialect, Insert, Table, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError

BATCH = 1000
"""Rows a statement; more cost memory and gain no time."""

WORTH_A_COPY = 20
"""So many rows make COPY cheaper than a statement for each."""

Row = Mapping[str, Any]
T = TypeVar("T")


def bulk_insert(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    """Insert `rows`, all of the same columns; gives their number."""
    count = 0
    for batch in _batches(rows):
        if connection.dialect.name == "sqlite":
            _run_plainly(connection, table, batch, replacing=False)
        elif len(batch) < WORTH_A_COPY:
            connection.execute(table.insert(), batch)
        else:
            _copy(connection, table, batch)
        count += len(batch)
    return count


def bulk_upsert(
    connection: Connection, table: Table, rows: Iterable[Row], *, mostly_new: bool = False
) -> int:
    """Insert `rows`; one whose primary key is there already replaces the old row's other columns.

    No two of them may have the same primary key. With `mostly_new`, old ones are looked for only once a
    row turned out to be there.
    """
    count = 0
    for batch in _batches(rows):
        if connection.dialect.name == "sqlite":
            _run_plainly(connection, table, batch, replacing=True)
        elif len(batch) < WORTH_A_COPY:
            connection.execute(_upsert(table, connection.dialect), batch)
        elif not (mostly_new and _copied_as_new(connection, table, batch)):
            _delete(connection, table, batch)
            _copy(connection, table, batch)
        count += len(batch)
    return count


def bulk_execute(connection: Connection, statement: Update | Delete, rows: Iterable[Row]) -> int:
    """Carry out `statement` once a row of bound parameters; gives the number of rows given."""
    count = 0
    for batch in _batches(rows):
        connection.execute(statement, batch)
        count += len(batch)
    return count


def gather_statistics(connection: Connection, *columns: Column[Any]) -> None:
    """Tell PostgreSQL's planner how many rows a table has now, and how those of its columns are spread.

    Its own housekeeping comes a minute after many rows did, and knows a table that a night fills and empties
    as an empty one: 20,000 records were then compared in 35 seconds instead of one. SQLite plans without.
    """
    if connection.dialect.name == "postgresql":
        quoted = connection.dialect.identifier_preparer.quote
        names = ", ".join(quoted(column.name) for column in columns)
        connection.exec_driver_sql(f"ANALYZE {quoted(columns[0].table.name)} ({names})")


def chunks(values: Collection[T], size: int = 500) -> Iterable[Sequence[T]]:
    """`values` in pieces that fit an IN list on either engine."""
    iterator = iter(values)
    while piece := tuple(islice(iterator, size)):
        yield piece


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _upsert(table: Table, engine: Dialect) -> Insert:
    dialect = sqlite if engine.name == "sqlite" else postgresql
    keys = [column.name for column in table.primary_key]
    insert = dialect.insert(table)
    others = {
        column.name: insert.excluded[column.name] for column in table.columns if column.name not in keys
    }
    statement: Insert = (
        insert.on_conflict_do_update(index_elements=keys, set_=others)
        if others
        else insert.on_conflict_do_nothing(index_elements=keys)
    )
    return statement


def _run_plainly(connection: Connection, table: Table, batch: Sequence[Row], *, replacing: bool) -> None:
    statement, places = _plain(table, tuple(batch[0]), connection.dialect, replacing)
    connection.exec_driver_sql(statement, [tuple([row[place] for place in places]) for row in batch])


@lru_cache(maxsize=64)
def _plain(
    table: Table, columns: tuple[str, ...], dialect: Dialect, replacing: bool
) -> tuple[str, tuple[str, ...]]:
    """The statement as SQLite takes it, and the columns in the order of its places."""
    statement = _upsert(table, dialect) if replacing else table.insert()
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    return str(compiled), tuple(compiled.positiontup or ())


def _copy(connection: Connection, table: Table, batch: Sequence[Row]) -> None:
    columns = list(batch[0])
    quoted = connection.dialect.identifier_preparer.quote
    statement = f"COPY {quoted(table.name)} ({', '.join(map(quoted, columns))}) FROM STDIN"
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in batch:
                copy.write_row([row[column] for column in columns])
    except psycopg.Error as error:
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, connection_invalidated=driver.closed
        ) from error


def _copied_as_new(connection: Connection, table: Table, batch: Sequence[Row]) -> bool:
    """Copy `batch`, or nothing of it where one of its rows is there already."""
    try:
        with connection.begin_nested():
            _copy(connection, table, batch)
    except IntegrityError:
        return False
    return True


def _delete(connection: Connection, table: Table, batch: Sequence[Row]) -> None:
    """Take out the rows that `batch` replaces: found by one statement, whose values are arrays."""
    keys = list(table.primary_key)
    kept = [[row[key.name] for row in batch] for key in keys]
    types = [f"%s::{key.type.compile(connection.dialect).split(' ')[0]}[]" for key in keys]
    quoted = connection.dialect.identifier_preparer.quote
    names = ", ".join(quoted(key.name) for key in keys)
    connection.exec_driver_sql(
        f"DELETE FROM {quoted(table.name)} WHERE ({names}) IN (SELECT * FROM unnest({', '.join(types)}))",
        tuple(kept),
    )
