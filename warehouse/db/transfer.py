"""Moves a whole warehouse into an empty one, mostly from a SQLite file to a PostgreSQL server.

Every table is copied as it stands, ids with it, and then both sides are read again and compared, all in one
transaction of the target: whatever goes wrong, a kill too, leaves the target empty.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, FromClause, Table, column, exists, func, select, table
from sqlalchemy.exc import DataError, IntegrityError

from procedures.errors import InputError, WarehouseError
from warehouse.db.bulk import BATCH, bulk_insert, gather_statistics
from warehouse.db.column_types import metadata
from warehouse.db.column_values import storable
from warehouse.db.database_errors import explain
from warehouse.db.engine import name_of, reading, translated, writing
from warehouse.db.views import COLUMNS
from warehouse.tables import account_tables, finding_tables, office_tables, source_tables  # noqa: F401 - so that `metadata` knows every table

STREAMED: Final = {"yield_per": BATCH}
"""Options of a query whose rows are never all in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was copied: rows of all tables, and of each view of the interface, equal on both sides."""

    rows: int
    views: dict[str, int]


def holds_rows(connection: Connection) -> bool:
    """Whether anything at all was ever written into this warehouse."""
    return any(connection.execute(select(exists().select_from(each))).scalar() for each in _tables())


def transfer(source: Engine, target: Engine) -> Moved:
    """Copy all that `source` holds into `target`; both of the current version, and under their run locks.

    Raises:
        InputError: `target` holds rows already.
        WarehouseError: a database went away, or the two do not say the same afterwards.
    """
    views = {view: table(view, *map(column, COLUMNS[view])) for view in COLUMNS}
    with _one_moment(source) as old, writing(target) as new:
        if holds_rows(new):
            raise InputError(
                f"{name_of(target)}: đã có dữ liệu, không chép đè; hãy dùng một cơ sở dữ liệu trống"
            )
        try:
            copied = sum(bulk_insert(new, each, _rows(old, each)) for each in _tables())
        except (IntegrityError, DataError) as error:
            words = f"không nhận dữ liệu: {explain(error)}; vẫn để trống"
            raise WarehouseError(f"{name_of(target)}: {words}") from None
        _settle(new)
        for each in _tables():
            _compare(each.name, each, old, new)
        return Moved(rows=copied, views={view: _compare(view, of, old, new) for view, of in views.items()})


def _tables() -> list[Table]:
    """Every table, after those that it points to."""
    return list(metadata.sorted_tables)


@contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    """A connection whose reads all see the same moment, on a server too."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with reading(engine) as connection:
        yield connection


def _rows(connection: Connection, of: Table) -> Iterator[Mapping[str, Any]]:
    """The rows of a table in the order of its key, a batch at a time in memory."""
    with translated(connection.engine):
        for row in connection.execute(select(of).order_by(*of.primary_key), execution_options=STREAMED):
            yield row._asdict()


def _settle(connection: Connection) -> None:
    """Let the server give numbers after those that came along, and its planner know what is there."""
    if connection.dialect.name != "postgresql":
        return
    quoted = connection.dialect.identifier_preparer.quote
    for each in _tables():
        number = each.autoincrement_column
        if number is not None and (last := connection.execute(select(func.max(number))).scalar()):
            sequence = connection.execute(
                select(func.pg_get_serial_sequence(quoted(each.name), number.name))
            ).scalar_one()
            connection.exec_driver_sql(f"ALTER SEQUENCE {sequence} RESTART WITH {last + 1}")
        gather_statistics(connection, *each.columns)


def _compare(name: str, of: FromClause, old: Connection, new: Connection) -> int:
    """The number of rows that both sides show alike."""
    there, here = _said(old, of), _said(new, of)
    if there != here:
        raise WarehouseError(
            f"{name}: nơi đến không bằng nơi đi ({here[0]} và {there[0]} dòng); đã bỏ bản chép"
        )
    return here[0]


def _said(connection: Connection, of: FromClause) -> tuple[int, int]:
    """How many rows, and a digest of them in whatever order they come.

    Signs that PostgreSQL cannot hold are left out, as they are when a row is copied.
    """
    number = digest = 0
    with translated(connection.engine):
        for row in connection.execute(select(of), execution_options=STREAMED):
            said = [storable(value) if isinstance(value, str) else value for value in row]
            text = json.dumps(said).encode()
            digest += int.from_bytes(hashlib.blake2b(text, digest_size=16).digest())
            number += 1
    return number, digest % (1 << 128)
