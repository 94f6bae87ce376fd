"""Backups of a SQLite warehouse, taken while a night runs; a server's database has its own tools for that."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from procedures.errors import InputError, WarehouseError
from warehouse.db.engine import database_file, name_of, translate_errors


def back_up(engine: Engine, target: Path) -> int:
    """Write a verified copy of the database to `target`, whole or not at all; return its size in bytes.

    Raises:
        InputError: `target` exists, has no folder, or the database is on a server.
        WarehouseError: the copy could not be written, or is damaged.
    """
    file = database_file(engine)
    if file is None:
        raise InputError(f"{name_of(engine)}: sao lưu PostgreSQL bằng pg_dump (xem docs/operations.md)")
    if target.exists():
        raise InputError(f"{target}: đã có tệp này")
    if not target.absolute().parent.is_dir():
        raise InputError(f"{target}: không có thư mục {target.absolute().parent}")
    draft = target.with_name(f".{target.name}.part")
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(draft)) as copy:
            source.backup(copy)
            verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise WarehouseError(f"{file}: bản sao không lành lặn ({verdict}); cơ sở dữ liệu có thể đã hỏng")
        draft.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise WarehouseError(f"{target}: không sao lưu được ({error})") from error
    finally:
        draft.unlink(missing_ok=True)
    return target.stat().st_size


def compact(engine: Engine) -> None:
    """Free the space of deleted rows, and renew the statistics of the planner.

    Raises:
        WarehouseError: another program writes for too long, or the disk is full.
    """
    with (
        translate_errors(engine),
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
    ):
        if engine.dialect.name == "sqlite":
            sqlite_connection = connection.connection.driver_connection
            assert isinstance(sqlite_connection, sqlite3.Connection)
            sqlite_connection.execute("VACUUM")
            sqlite_connection.execute("ANALYZE")
        else:
            connection.exec_driver_sql("VACUUM (ANALYZE)")
