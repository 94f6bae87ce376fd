"""The revision of the database, asked at the start of every command: cheap, and without the tables."""

from __future__ import annotations

from weakref import WeakSet

from sqlalchemy import Connection, Engine, inspect, text

from warehouse.db.database_errors import database_errors
from warehouse.db.engine import reading

_VERSION = text("SELECT max(version_num) FROM alembic_version")

HEAD = "1.1"
"""The revision that this program works with (a test holds it to the newest of `migrations`)."""


def version(engine: Engine) -> str | None:
    """Return the revision of the database; None when it is empty."""
    with reading(engine) as connection:
        return version_of(connection)


def is_current(engine: Engine) -> bool:
    """Return whether the database is at the program's version."""
    with reading(engine) as connection:
        return is_current_as_seen(connection)


_CURRENT: WeakSet[Engine] = WeakSet()
"""Databases that were at the program's version: whether its table is there is not asked again."""


def is_current_as_seen(connection: Connection) -> bool:
    """Return whether the database is at the program's version, by a connection that has read nothing yet."""
    engine = connection.engine
    if engine in _CURRENT:
        try:
            return connection.execute(_VERSION).scalar() == HEAD
        except database_errors():  # it was removed, or is away
            connection.rollback()
            _CURRENT.discard(engine)
    is_current = version_of(connection) == HEAD
    if is_current:
        _CURRENT.add(engine)
    return is_current


def version_of(connection: Connection) -> str | None:
    """Return the revision of the database of an open connection; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(_VERSION).scalar()
    return version
