"""Access to the warehouse: one engine per database, one transaction per `reading` or `writing`.

SQLite runs with a write-ahead log, so that readers never wait for the writer, and with
`synchronous=FULL`: what was committed survives a power cut. A night commits a few dozen times, so
that costs little, and an alert that went out must not be lost.
"""

from __future__ import annotations

import atexit
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes
from weakref import WeakSet

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from procedures.errors import SettingsError, WarehouseError
from warehouse.db.column_values import are_storable, storable
from warehouse.db.database_errors import database_errors, explain

if TYPE_CHECKING:
    import psycopg

BUSY_SECONDS = 30
"""How long a writer waits for another one before it gives up."""

SQLITE_CONNECTIONS = 50
"""More than the site's forty threads: while many wait for the one writer, the others still read."""

CONNECT_SECONDS = 10
"""How long PostgreSQL may take to answer the first time."""

_KEPT_CONNECTIONS = 5

_FIRST_VERSION_WITH_JIT = 110_000
"""PostgreSQL 11, as `server_version` gives it."""

_POSTGRES = frozenset({"postgresql", "postgres", "postgresql+psycopg"})


def open_engine(
    url: str, *, setting: str = "RASOAT_DATABASE_URL", patience: int | None = None, create: bool = True
) -> Engine:
    """Return an engine whose database answered once. The folder of a SQLite file is created.

    `patience`: seconds that a server may take to let in, and for each statement. Without `create` a SQLite
    file has to be there.

    Raises:
        SettingsError: `url` is not that of a SQLite file or a PostgreSQL database; one line that names
            the setting `said_by`.
        WarehouseError: the database is away, cannot be written, is not a database, or cannot store
            Vietnamese; one line that names it.
    """
    address = _address(url, setting)
    is_file = address.get_backend_name() == "sqlite"
    if is_file and not create and not Path(str(address.database)).is_file():
        raise WarehouseError(f"Kho dữ liệu {address.database}: không có tệp này")
    engine = _sqlite(address) if is_file else _postgres(address, patience)
    refused: tuple[type[Exception], ...] = (*database_errors(), OSError)
    try:
        with engine.connect() as connection:
            _check_encoding(engine, connection)
    except refused as error:
        engine.dispose()
        raise WarehouseError(_error_text(engine, error)) from None
    _engines.add(engine)
    return engine


_engines: WeakSet[Engine] = WeakSet()


@atexit.register
def _close_engines() -> None:
    """Close the connections that are left, whether or not the collector would find them at the very end."""
    for engine in tuple(_engines):
        engine.dispose()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a connection for reading, whose reads all see the same moment on SQLite.

    Raises:
        WarehouseError: the database went away, is damaged, or refuses a statement.
    """
    with translate_errors(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open one write transaction: committed at the end, rolled back by any exception.

    On SQLite it takes the write lock at once, so that it waits at its start and never fails midway
    because another program wrote in between.

    Raises:
        WarehouseError: the database went away, is full, read-only or damaged, or refuses a statement.
    """
    with (
        translate_errors(engine),
        engine.connect().execution_options(rasoat_writes=True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def translate_errors(engine: Engine) -> Iterator[None]:
    """Turn errors of the database or its driver into one line that names the database.

    The error of the driver is not passed on: it contains the statement and the values of the rows.
    """
    try:
        yield
    except database_errors() as error:
        raise WarehouseError(_error_text(engine, error)) from None


def name_of(engine: Engine) -> str:
    """Return the database's name for people: the file, or the address with its passwords masked."""
    if engine.dialect.name == "sqlite":
        return str(engine.url.database)
    masked = {name: "..." for name in engine.url.query if "password" in name}
    return engine.url.update_query_dict(masked).render_as_string(hide_password=True)


def database_file(engine: Engine) -> Path | None:
    """Return the file of a SQLite database; None for one on a server."""
    return Path(str(engine.url.database)) if engine.dialect.name == "sqlite" else None


def _address(url: str, setting: str) -> URL:
    try:
        url.encode()  # an environment may hold any bytes
        address = make_url(_literal(url))
    except (ArgumentError, ValueError):
        raise SettingsError(
            f"{setting}: không đọc được; viết sqlite:///đường/dẫn.db hoặc postgresql+psycopg://…"
        ) from None
    if address.drivername in _POSTGRES:
        return address.set(drivername="postgresql+psycopg")
    if address.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise SettingsError(
            f"{setting}: chưa hỗ trợ {address.drivername!r}; dùng sqlite:/// hoặc postgresql+psycopg://"
        )
    if address.database in (None, "", ":memory:"):
        raise SettingsError(f"{setting}: SQLite cần một tệp, như sqlite:////var/lib/rasoat/rasoat.db")
    if str(address.database).startswith("file:") and address.query.get("uri") == "true":
        file = os.fsdecode(unquote_to_bytes(str(address.database).removeprefix("file:")))
        return address.set(database=file, query={})
    return address


def _literal(url: str) -> str:
    """Return the address with a file's path as it is written: SQLAlchemy takes `%41` in it for an `A`."""
    path, mark, options = url.partition("?")
    return path.replace("%", "%25") + mark + options if url.startswith("sqlite") else url


def _sqlite(address: URL) -> Engine:
    file = Path(str(address.database)).absolute()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WarehouseError(f"Kho dữ liệu {file}: không tạo được thư mục ({error.strerror})") from error
    engine = create_engine(
        address.set(database=str(file)),
        hide_parameters=True,
        max_overflow=SQLITE_CONNECTIONS - _KEPT_CONNECTIONS,
        pool_size=_KEPT_CONNECTIONS,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "before_cursor_execute", _make_storable, retval=True)
    return engine


def _postgres(address: URL, patience: int | None) -> Engine:
    try:
        engine = create_engine(
            address,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": patience or CONNECT_SECONDS,
                "application_name": "rasoat",
                "client_encoding": "utf8",
            },
        )
    except (NoSuchModuleError, ImportError) as error:
        raise SettingsError("RASOAT_DATABASE_URL: thiếu thư viện psycopg để nối PostgreSQL") from error
    event.listen(engine, "connect", _prepare_postgres)
    if patience is not None:
        event.listen(engine, "connect", _limit_statements(patience))
    event.listen(engine, "before_cursor_execute", _make_storable, retval=True)
    return engine


def _prepare_postgres(connection: psycopg.Connection[Any], _record: object) -> None:
    """Turn off the compiling of statements to machine code: each statement of a night is executed once.

    Compiling took 0.6 of the 0.75 seconds in which a night's 100,000 records are found unchanged.
    Set by a statement, as poolers refuse the start-up option.
    """
    if connection.info.server_version >= _FIRST_VERSION_WITH_JIT:
        connection.execute("SET jit = off")
        connection.commit()


def _limit_statements(seconds: int) -> Callable[[psycopg.Connection[Any], object], None]:
    def limit(connection: psycopg.Connection[Any], _record: object) -> None:
        connection.execute(f"SET statement_timeout = {seconds * 1000}".encode())
        connection.commit()

    return limit


def _check_encoding(engine: Engine, connection: Connection) -> None:
    """Refuse a server's database that cannot hold Vietnamese."""
    if engine.dialect.name == "postgresql":
        encoding = connection.scalar(text("SHOW server_encoding"))
        if encoding != "UTF8":
            engine.dispose()
            raise WarehouseError(
                f"Kho dữ liệu {name_of(engine)}: bảng mã là {encoding}, cần UTF8; "
                "tạo cơ sở dữ liệu khác bằng CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'"
            )


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite`, DDL included
    _enable_write_ahead_log(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _enable_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch the file to a write-ahead log; while another program writes the new file, wait for it.

    SQLite itself does not wait here: it has begun to read, and then refuses at once to write as well.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
        time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("rasoat_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _make_storable(
    _connection: Connection, _cursor: object, statement: str, values: Any, _context: object, many: bool
) -> tuple[str, Any]:
    """Replace texts that either engine cannot store, also in comparisons, so that both have the same."""
    rows = values if many else [values]
    if are_storable([value for row in rows for value in (row.values() if isinstance(row, Mapping) else row)]):
        return statement, values
    return statement, list(map(_storable_values, values)) if many else _storable_values(values)


def _storable_values(values: Any) -> Any:
    if isinstance(values, Mapping):
        return {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}
    return tuple([storable(value) if isinstance(value, str) else value for value in values])


def _error_text(engine: Engine, error: Exception) -> str:
    return f"Kho dữ liệu {name_of(engine)}: {explain(error)}"
