"""Access to the warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from extractors.archive.ownership import forget_nights
from procedures.errors import InputError
from settings.configuration import Configuration
from steps.sources.archive import archive_of
from warehouse.db.backup import back_up, compact
from warehouse.db.engine import name_of, open_engine, reading, writing
from warehouse.db.revision import is_current, is_current_as_seen, version
from warehouse.db.run_lock import run_lock

if TYPE_CHECKING:
    from warehouse.db.transfer import TransferResult


@contextmanager
def open_locked(configuration: Configuration) -> Iterator[Engine]:
    """Yield the warehouse, migrated to the current version and locked for one run.

    Raises:
        LockedError: another run holds the lock.
        WarehouseError: the database cannot be used.
    """
    engine = engine_of(configuration)
    with run_lock(engine):
        _upgrade(engine)
        yield engine


@contextmanager
def reading_connection(configuration: Configuration) -> Iterator[Connection]:
    """Yield a read transaction on the warehouse, migrated first if necessary."""
    engine = engine_of(configuration)
    with reading(engine) as connection:
        if is_current_as_seen(connection):
            yield connection
            return
    upgrade_database(configuration)
    with reading(engine) as connection:
        yield connection


@contextmanager
def writing_connection(configuration: Configuration) -> Iterator[Connection]:
    """Yield a write transaction on the warehouse, migrated first if necessary.

    No run lock: people on the site never wait for a whole night, only for its short transactions.
    """
    engine = engine_of(configuration)
    if not is_current(engine):
        upgrade_database(configuration)
    with writing(engine) as connection:
        yield connection


def upgrade_database(configuration: Configuration) -> str:
    """Migrate the warehouse; return its version."""
    with open_locked(configuration) as engine:
        return version(engine) or ""


def back_up_database(configuration: Configuration, file: Path) -> int:
    """Write a consistent copy of a SQLite warehouse, even while a night runs; return its size in bytes."""
    return back_up(engine_of(configuration), file)


def copy_database(configuration: Configuration, url: str) -> tuple[str, TransferResult]:
    """Copy the whole warehouse into the empty one at `url`; return its name and what it holds now.

    Raises:
        InputError: there is nothing to copy, or `url` holds rows already.
        LockedError: a run is under way in one of the two.
        WarehouseError: a database cannot be used, or the copy is not equal; the target is empty then.
    """
    from warehouse.db.transfer import holds_rows, transfer

    with open_locked(configuration) as source:
        with reading(source) as connection:
            if not holds_rows(connection):
                raise InputError(f"{name_of(source)}: chưa có dữ liệu nào để chuyển")
        target = open_engine(url, setting="URL")
        try:
            if target.url == source.url:
                raise InputError("URL: chính là cơ sở dữ liệu đang dùng")
            with run_lock(target):
                _upgrade(target)
                return name_of(target), transfer(source, target)
        finally:
            target.dispose()


def compact_database(configuration: Configuration) -> None:
    """Free the space of deleted rows and update the planner's statistics."""
    with open_locked(configuration) as engine:
        compact(engine)


def recreate_database(configuration: Configuration) -> None:
    """Empty the warehouse, and forget its archive's nights. Only the demo does this, and only to its own."""
    from warehouse.db.schema import remove

    engine = engine_of(configuration)
    with run_lock(engine):
        remove(engine)
        _upgrade(engine)
        forget_nights(archive_of(configuration))


def database_name(configuration: Configuration) -> str:
    """Return the warehouse's name for people, without its password."""
    return name_of(engine_of(configuration))


def engine_of(configuration: Configuration) -> Engine:
    """Return the engine of the database; one per process."""
    return _engine(configuration.database_url)


def _upgrade(engine: Engine) -> None:
    """Upgrade the database where it is older; only then are all tables, views and revisions loaded."""
    if not is_current(engine):
        from warehouse.db.schema import upgrade

        upgrade(engine)


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    return open_engine(url)
