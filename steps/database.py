"""Access to the warehouse, and the beginning of a run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine

from alerts.letters import LetterWriter
from extractors.archive.ownership import forget_nights
from extractors.portals.html.profile import load_profile
from procedures.errors import InputError
from procedures.proxies import find_route
from procedures.run_origin import UNKNOWN_ORIGIN, RunOrigin
from settings.configuration import Configuration
from steps.nights.lost_stores import note_database, refuse_lost_database
from steps.nights.run_dates import ahead_words
from steps.sources.recorded_inputs import archive_of
from warehouse.db.backup import back_up, compact
from warehouse.db.engine import name_of, open_engine, reading, writing
from warehouse.db.run_lock import run_lock
from warehouse.db.schema import is_current, remove, upgrade, version
from warehouse.db.transfer import TransferResult, holds_rows, transfer
from warehouse.sources import runs, snapshots


@contextmanager
def open_locked(configuration: Configuration) -> Iterator[Engine]:
    """Yield the warehouse, migrated to the current version and locked for one run.

    Raises:
        LockedError: another run holds the lock.
        WarehouseError: the database cannot be used.
    """
    engine = engine_of(configuration)
    with run_lock(engine):
        upgrade(engine)
        yield engine


@contextmanager
def reading_connection(configuration: Configuration) -> Iterator[Connection]:
    """Yield a read transaction on the warehouse, migrated first if necessary."""
    engine = engine_of(configuration)
    if not is_current(engine):
        with run_lock(engine):
            upgrade(engine)
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
    with open_locked(configuration) as source:
        with reading(source) as connection:
            if not holds_rows(connection):
                raise InputError(f"{name_of(source)}: chưa có dữ liệu nào để chuyển")
        target = open_engine(url, setting="URL")
        try:
            if target.url == source.url:
                raise InputError("URL: chính là cơ sở dữ liệu đang dùng")
            with run_lock(target):
                upgrade(target)
                return name_of(target), transfer(source, target)
        finally:
            target.dispose()


def compact_database(configuration: Configuration) -> None:
    """Free the space of deleted rows and update the planner's statistics."""
    with open_locked(configuration) as engine:
        compact(engine)


def recreate_database(configuration: Configuration) -> None:
    """Empty the warehouse, and forget its archive's nights. Only the demo does this, and only to its own."""
    engine = engine_of(configuration)
    with run_lock(engine):
        remove(engine)
        upgrade(engine)
        forget_nights(archive_of(configuration))


def database_name(configuration: Configuration) -> str:
    """Return the warehouse's name for people, without its password."""
    return name_of(engine_of(configuration))


def engine_of(configuration: Configuration) -> Engine:
    """Return the engine of the database; one per process."""
    return _engine(configuration.database_url)


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    return open_engine(url)


def begin(
    configuration: Configuration,
    as_of: datetime,
    kind: str,
    *sources: str,
    errand: RunOrigin = UNKNOWN_ORIGIN,
) -> int:
    """Begin a run at its logical time; return the run's id.

    Raises:
        InputError: the time is before the last snapshot of one of `sources`; or a mail template, or a profile
            or proxy of `sources`, is invalid: reported before a portal is asked or a letter is written.
        WarehouseError: the archive belongs to another database, which is lost or not the one in use.
    """
    if configuration.alerts.templates is not None:
        LetterWriter(configuration.alerts.templates).check()
    for settings in filter(None, map(configuration.source, sources)):
        if settings.kind == "html":
            load_profile(settings.profile or "")
        if settings.base_url is not None:
            find_route(settings.base_url, settings.proxy, os.environ)
    engine = engine_of(configuration)
    with writing(engine) as connection:
        refuse_lost_database(configuration, connection)
        for source in sources:
            last = snapshots.last_as_of(connection, source)
            if last is not None and as_of < last:
                zone = configuration.department.zone
                now = datetime.now(UTC)
                ahead = [run for run in runs.runs_dated_ahead(connection, now) if run.as_of == last]
                raise InputError(
                    f"{as_of.astimezone(zone):%H:%M %d/%m/%Y}: sớm hơn lần lấy dữ liệu gần nhất của "
                    f"{configuration.source_name(source)} "
                    f"({last.astimezone(zone):%H:%M %d/%m/%Y})"
                    + "".join(f". {ahead_words(configuration, run, now)}" for run in ahead),
                    "as_of",
                )
        origin = replace(errand, word=configuration.purpose)
        run_id = runs.begin_run(connection, as_of=as_of, kind=kind, errand=origin)
    with reading(engine) as connection:  # what was rolled back is no run
        note_database(configuration, connection)
    return run_id
