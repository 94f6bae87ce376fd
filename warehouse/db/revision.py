"""The revision of the database, asked at the start of every command: cheap, and without the tables."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect, text

from warehouse.db.engine import reading

HEAD = "1.1"
"""The revision that this program works with (a test holds it to the newest of `migrations`)."""


def version(engine: Engine) -> str | None:
    """Return the revision of the database; None when it is empty."""
    with reading(engine) as connection:
        return version_of(connection)


def is_current(engine: Engine) -> bool:
    """Return whether the database is at the program's version."""
    return version(engine) == HEAD


def version_of(connection: Connection) -> str | None:
    """Return the revision of the database of an open connection; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT max(version_num) FROM alembic_version")).scalar()
    return version
