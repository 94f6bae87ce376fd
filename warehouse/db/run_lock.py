"""The run lock: one run at a time per warehouse, whoever starts it and from which machine.

The kernel (SQLite) or the server (PostgreSQL) holds it, so that it ends with a holder that dies.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from procedures.errors import LockedError, WarehouseError
from warehouse.db.engine import database_file, name_of, translate_errors

_LOCK_NAME = "rasoat run "

_NO_IDLE_TIMEOUT = (
    "SELECT set_config('idle_session_timeout', '0', false)"
    " WHERE current_setting('server_version_num')::integer >= 140000"
)
"""A night leaves the lock's connection idle for hours: a timeout would end it, and the lock with it."""


@contextmanager
def run_lock(engine: Engine) -> Iterator[None]:
    """Hold the run lock.

    Raises:
        LockedError: another run holds it.
        WarehouseError: the lock file cannot be made, or the server is away or lacks the schema.
    """
    file = database_file(engine)
    lock = _server_lock(engine) if file is None else _file_lock(file.with_name(file.name + ".lock"))
    with lock:
        yield


@contextmanager
def _file_lock(file: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(file, blocking=False, fallback_to_soft=False, on_acquired=_sign)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(_locked_text(file.read_text(errors="replace"))) from None
    except OSError as error:
        raise WarehouseError(f"Khóa {file}: không tạo được ({error.strerror})") from error
    try:
        yield
    finally:
        lock.release()


def _sign(descriptor: int) -> None:
    """Say in the lock's file who holds it."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"tiến trình {os.getpid()}, từ {datetime.now():%H:%M %d/%m/%Y}".encode(), 0)


@contextmanager
def _server_lock(engine: Engine) -> Iterator[None]:
    """Hold an advisory lock of the database's schema, on a connection of its own."""
    key = f"hashtextextended('{_LOCK_NAME}' || current_schema(), 0)"
    with translate_errors(engine):
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text(_NO_IDLE_TIMEOUT))
        free = connection.execute(text(f"SELECT pg_try_advisory_lock({key})")).scalar()
    if free is None:  # without a schema there is no key
        connection.close()
        raise WarehouseError(
            f"Kho dữ liệu {name_of(engine)}: không có schema mà địa chỉ nêu; tạo trước bằng CREATE SCHEMA"
        )
    if not free:
        connection.close()
        raise LockedError(_locked_text(""))
    connection.detach()  # never back into the pool: it ends with the run, and the lock with it
    try:
        yield
    finally:
        with suppress(
            DBAPIError
        ):  # explicitly, since the server notices a closed connection only some time later
            connection.execute(text(f"SELECT pg_advisory_unlock({key})"))
        connection.close()


def _locked_text(holder: str) -> str:
    return f"Một lần chạy khác đang giữ khóa{f' ({holder})' if holder else ''}; đợi nó xong rồi chạy lại"
