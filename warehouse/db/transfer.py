"""Transfer of a whole warehouse into an empty one, mostly from a SQLite file to a PostgreSQL server.

Every table is copied unchanged, ids included, and then both databases are read again and compared, all in one
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
from warehouse.db.column_values import storable
from warehouse.db.database_errors import explain
from warehouse.db.engine import name_of, reading, translate_errors, writing
from warehouse.db.views import COLUMNS
from warehouse.tables.all_tables import metadata

STREAMED: Final = {"yield_per": BATCH}
"""Options of a query whose rows are never all in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferResult:
    """Numbers of rows copied: of all tables, and of each view of the interface, equal on both sides."""

    rows: int
    views: dict[str, int]


def holds_rows(connection: Connection) -> bool:
    """Return whether anything was ever written into this warehouse."""
    return any(connection.execute(select(exists().select_from(each))).scalar() for each in _tables())


def transfer(source: Engine, target: Engine) -> TransferResult:
    """Copy all that `source` holds into `target`; both of the current version, and under their run locks.

    Raises:
        InputError: `target` holds rows already.
        WarehouseError: a database went away, or the two differ afterwards.
    """
    views = {view: table(view, *map(column, COLUMNS[view])) for view in COLUMNS}
    with _snapshot_connection(source) as old, writing(target) as new:
        if holds_rows(new):
            raise InputError(
                f"{name_of(target)}: đã có dữ liệu, không chép đè; hãy dùng một cơ sở dữ liệu trống"
            )
        try:
            copied = sum(bulk_insert(new, each, _rows(old, each)) for each in _tables())
        except (IntegrityError, DataError) as error:
            problem = f"không nhận dữ liệu: {explain(error)}; vẫn để trống"
            raise WarehouseError(f"{name_of(target)}: {problem}") from None
        _restart_sequences(new)
        for each in _tables():
            _compare(each.name, each, old, new)
        return TransferResult(
            rows=copied, views={view: _compare(view, of, old, new) for view, of in views.items()}
        )


def _tables() -> list[Table]:
    """Return every table, after those that it refers to."""
    return list(metadata.sorted_tables)


@contextmanager
def _snapshot_connection(engine: Engine) -> Iterator[Connection]:
    """Open a connection whose reads all see the same moment, on a server too."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with reading(engine) as connection:
        yield connection


def _rows(connection: Connection, of: Table) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a table in the order of its key, a batch at a time in memory."""
    with translate_errors(connection.engine):
        for row in connection.execute(select(of).order_by(*of.primary_key), execution_options=STREAMED):
            yield row._asdict()


def _restart_sequences(connection: Connection) -> None:
    """Restart the sequences of a server after the copied ids, and renew the statistics of its planner."""
    if connection.dialect.name != "postgresql":
        return
    quoted = connection.dialect.identifier_preparer.quote
    for each in _tables():
        id_column = each.autoincrement_column
        if id_column is not None and (last := connection.execute(select(func.max(id_column))).scalar()):
            sequence = connection.execute(
                select(func.pg_get_serial_sequence(quoted(each.name), id_column.name))
            ).scalar_one()
            connection.exec_driver_sql(f"ALTER SEQUENCE {sequence} RESTART WITH {last + 1}")
        gather_statistics(connection, *each.columns)


def _compare(name: str, of: FromClause, old: Connection, new: Connection) -> int:
    """Return the number of rows, equal on both sides."""
    source_rows, target_rows = _count_and_digest(old, of), _count_and_digest(new, of)
    if source_rows != target_rows:
        raise WarehouseError(
            f"{name}: nơi đến không bằng nơi đi ({target_rows[0]} và {source_rows[0]} dòng); đã bỏ bản chép"
        )
    return target_rows[0]


def _count_and_digest(connection: Connection, of: FromClause) -> tuple[int, int]:
    """Return the number of rows, and a digest of them that does not depend on their order.

    Characters that PostgreSQL cannot store are left out, as they are when a row is copied.
    """
    number = digest = 0
    with translate_errors(connection.engine):
        for row in connection.execute(select(of), execution_options=STREAMED):
            values = [storable(value) if isinstance(value, str) else value for value in row]
            text = json.dumps(values).encode()
            digest += int.from_bytes(hashlib.blake2b(text, digest_size=16).digest())
            number += 1
    return number, digest % (1 << 128)
