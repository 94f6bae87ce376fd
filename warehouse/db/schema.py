"""The database's version: checked cheaply, and upgraded to the program's by Alembic.

A migration is one transaction, views included: an interrupted one leaves the database as it was.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from procedures.errors import WarehouseError
from warehouse.db.engine import name_of, reading, writing

HEAD = "0014"
"""The revision that this program works with (a test holds it to the newest of `migrations`)."""

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_LOCK = 7_210_063
"""Advisory lock by which two programs never migrate one PostgreSQL database at a time."""


def version(engine: Engine) -> str | None:
    """Return the revision of the database; None when it is empty."""
    with reading(engine) as connection:
        return _version(connection)


def is_current(engine: Engine) -> bool:
    """Return whether the database is at the program's version."""
    return version(engine) == HEAD


def upgrade(engine: Engine) -> bool:
    """Upgrade an empty or older database to the program's version; return False when it was there already.

    Safe to repeat, to interrupt, and to run twice at once.

    Raises:
        WarehouseError: the database is of a newer version, or holds tables of something else.
    """
    if is_current(engine):
        return False
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        at = _version(connection)
        if at == HEAD:
            return False
        _refuse_foreign_tables(engine, connection, at)
        _migrate(connection)
    return True


def remove(engine: Engine) -> None:
    """Drop all views and tables of rasoat and the mark of the version. An empty database stays so.

    Raises:
        WarehouseError: the database holds tables of something else, or is of a newer version.
    """
    from warehouse.db.audit_trail import unguard
    from warehouse.db.column_types import metadata
    from warehouse.db.views import drop_views
    from warehouse.tables import account_tables, finding_tables, office_tables, source_tables  # noqa: F401 - so that `metadata` knows every table

    with writing(engine) as connection:
        at = _version(connection)
        _refuse_foreign_tables(engine, connection, at)
        if at is not None:
            drop_views(connection)
            metadata.drop_all(connection)
            unguard(connection)
            connection.execute(text("DROP TABLE alembic_version"))


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT max(version_num) FROM alembic_version")).scalar()
    return version


def _refuse_foreign_tables(engine: Engine, connection: Connection, at: str | None) -> None:
    if at is None and set(inspect(connection).get_table_names()) - {"alembic_version"}:
        raise WarehouseError(
            f"Kho dữ liệu {name_of(engine)}: đã có bảng của chương trình khác; "
            "hãy dùng một cơ sở dữ liệu trống"
        )
    if at is not None and at not in _revisions():
        raise WarehouseError(
            f"Kho dữ liệu {name_of(engine)}: thuộc phiên bản mới hơn ({at}); hãy cập nhật rasoat rồi chạy lại"
        )


def _revisions() -> frozenset[str]:
    return frozenset(file.name[:4] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
