"""Many rows at once: what is there already is replaced where it stands, however many rows there are.

Every table of the warehouse is tried, with rows that refer to it, so that one that is written that way from
tomorrow on is held to it as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Column, Connection, Engine, Float, Integer, Table, inspect, select

from warehouse.db.bulk import COPY_MIN_ROWS, bulk_insert, bulk_upsert
from warehouse.tables.all_tables import metadata
from warehouse.tables.finding_tables import decision, decision_code

BATCH = COPY_MIN_ROWS + 10
SIZES = (1, COPY_MIN_ROWS - 1, COPY_MIN_ROWS, COPY_MIN_ROWS + 1, BATCH + 1)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.db.bulk.BATCH", BATCH)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """One whose rows nobody else ever sees."""
    with engine.connect() as opened, opened.begin() as transaction:
        yield opened
        transaction.rollback()


def value(column: Column[Any], n: int, word: str) -> Any:
    """What the column holds in row `n`; keys are the same whatever the `word`."""
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return value(key.column, n, "")
    if isinstance(column.type, (Integer, Float)):
        return n + 1
    for check in column.table.constraints:
        if isinstance(check, CheckConstraint) and str(check.sqltext).startswith(f"{column.name} IN"):
            words = re.findall(r"'(\w+)'", str(check.sqltext))
            return words[0] if column.primary_key or word == "cũ" else words[1]
    return f"{column.name} {n:04}" if column.primary_key else f"{column.name} {n:04} {word}"


def rows_of(table: Table, number: int, word: str, *, whole: bool = True) -> list[dict[str, Any]]:
    """Rows that name every column, or only those that have to be."""
    named = [each for each in table.columns if whole or not (each.nullable or each.server_default)]
    return [{each.name: value(each, n, word) for each in named} for n in range(number)]


def stored(connection: Connection, table: Table) -> list[dict[str, Any]]:
    query = select(table).order_by(*table.primary_key)
    return sorted((row._asdict() for row in connection.execute(query)), key=repr)


def expected(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`rows` with what a column says that they do not name."""
    defaults = {
        each.name: int(each.server_default.arg) if isinstance(each.type, Integer) else each.server_default.arg
        for each in table.columns
        if each.server_default is not None
    }
    unnamed = dict.fromkeys(table.columns.keys()) | defaults
    return sorted((unnamed | row for row in rows), key=repr)


def put(connection: Connection, table: Table, number: int, word: str) -> None:
    """`number` rows of the table, after those that they refer to."""
    for key in {each.column.table for each in table.foreign_keys}:
        if not stored(connection, key):
            put(connection, key, number, word)
    bulk_insert(connection, table, rows_of(table, number, word))


def referring(table: Table) -> list[Table]:
    return [
        each for each in metadata.sorted_tables if any(k.column.table is table for k in each.foreign_keys)
    ]


def append_only(connection: Connection) -> set[str]:
    """Tables whose rows the database itself lets nobody replace."""
    catalogue = "sqlite_master" if connection.dialect.name == "sqlite" else "information_schema.triggers"
    column = "tbl_name" if connection.dialect.name == "sqlite" else "event_object_table"
    where = " WHERE type = 'trigger'" if connection.dialect.name == "sqlite" else ""
    return {name for (name,) in connection.exec_driver_sql(f"SELECT {column} FROM {catalogue}{where}")}


@pytest.mark.parametrize("mostly_new", (False, True))
def test_rows_are_replaced_where_they_stand_and_what_refers_to_them_stays(
    connection: Connection, mostly_new: bool
) -> None:
    replaceable = {each.name for each in metadata.sorted_tables} - append_only(connection)
    assert set(inspect(connection).get_table_names()) >= replaceable > {"decision", "finding", "run"}
    for table in metadata.sorted_tables:
        if table.name not in replaceable:
            continue
        for number in SIZES:
            with connection.begin_nested() as transaction:
                put(connection, table, number, "cũ")
                for each in referring(table):
                    put(connection, each, number, "cũ")
                refer = {each.name: stored(connection, each) for each in referring(table)}
                for whole in (True, False):
                    new = rows_of(table, number, "mới", whole=whole)
                    assert bulk_upsert(connection, table, new, mostly_new=mostly_new) == number
                    assert stored(connection, table) == expected(table, new), (table.name, number, whole)
                assert {each.name: stored(connection, each) for each in referring(table)} == refer
                transaction.rollback()


@pytest.mark.parametrize("number", SIZES)
@pytest.mark.parametrize("mostly_new", (False, True))
def test_rows_new_and_old_come_in_together_and_of_two_with_one_key_the_later_one_stands(
    connection: Connection, number: int, mostly_new: bool
) -> None:
    put(connection, decision, number, "cũ")
    put(connection, decision_code, number, "cũ")
    new = [{**row, "run_id": 1} for row in rows_of(decision, number + 1, "mới")]
    first = {**new[-1], "agency": "một cơ quan khác"}
    assert bulk_upsert(connection, decision, [first, *new], mostly_new=mostly_new) == number + 2
    assert stored(connection, decision) == new
    assert len(stored(connection, decision_code)) == number
