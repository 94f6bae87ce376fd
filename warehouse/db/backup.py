"""Copies of a SQLite warehouse, taken while a night runs; a server's database has its own tools for that."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from procedures.errors import InputError, WarehouseError
from warehouse.db.engine import database_file, name_of, translated


def back_up(engine: Engine, target: Path) -> int:
    """Write a sound copy of the database to `target`, which appears whole or not at all; gives its bytes.

    Raises:
        InputError: `target` exists, has no folder, or the database is on a server.
        WarehouseError: the copy could not be written, or is not sound.
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
    """Give back what deleted rows held, and let the planner count anew.

    Raises:
        WarehouseError: somebody else writes for too long, or there is no room for it.
    """
    with (
        translated(engine),
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
    ):
        if engine.dialect.name == "sqlite":
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.execute("VACUUM")
            raw.execute("ANALYZE")
        else:
            connection.exec_driver_sql("VACUUM (ANALYZE)")
