"""The database's tables and views: upgraded to the program's version by Alembic.

An upgrade is one transaction, views included: an interrupted one leaves the database as it was. An empty
database is made from the tables as they are declared, and never sees the revisions of `migrations`.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from procedures.errors import WarehouseError
from warehouse.db import views
from warehouse.db.audit_trail import guard, unguard
from warehouse.db.engine import name_of, reading, writing
from warehouse.db.revision import HEAD, is_current, version_of
from warehouse.migrations.takeover import REVISIONS, TOO_OLD, take_over
from warehouse.tables.all_tables import metadata

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_LOCK = 7_210_063
"""Advisory lock by which two programs never migrate one PostgreSQL database at a time."""


def check_is_ours(engine: Engine) -> str | None:
    """Return the revision of a database that `upgrade` would accept; None when it is empty.

    Raises:
        WarehouseError: it is of a newer version or holds tables of something else.
    """
    with reading(engine) as connection:
        at = version_of(connection)
        _refuse_foreign_tables(engine, connection, at)
    return at


def upgrade(engine: Engine) -> bool:
    """Upgrade an empty or older database to the program's version; return False when it was there already.

    Safe to repeat, to interrupt, and to run twice at once.

    Raises:
        WarehouseError: the database is of a newer version or of a trial version too old to be taken over, or
            holds tables of something else.
    """
    if is_current(engine):
        return False
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        at = version_of(connection)
        if at == HEAD:
            return False
        _refuse_foreign_tables(engine, connection, at)
        if at in TOO_OLD:
            raise WarehouseError(
                f"Kho dữ liệu {name_of(engine)}: thuộc một bản thử quá cũ ({at}), không nâng cấp được nữa; "
                "hãy đặt RASOAT_DATABASE_URL là một cơ sở dữ liệu trống rồi chạy lại"
            )
        _migrate(connection, at)
    return True


def remove(engine: Engine) -> None:
    """Drop all views and tables of rasoat and the mark of the version. An empty database stays so.

    Raises:
        WarehouseError: the database holds tables of something else, or is of a newer version.
    """
    with writing(engine) as connection:
        at = version_of(connection)
        _refuse_foreign_tables(engine, connection, at)
        if at is not None:
            views.drop_views(connection)
            metadata.drop_all(connection)
            unguard(connection)
            connection.execute(text("DROP TABLE alembic_version"))


def _refuse_foreign_tables(engine: Engine, connection: Connection, at: str | None) -> None:
    if at is None and set(inspect(connection).get_table_names()) - {"alembic_version"}:
        raise WarehouseError(
            f"Kho dữ liệu {name_of(engine)}: đã có bảng của chương trình khác; "
            "hãy dùng một cơ sở dữ liệu trống"
        )
    if at is not None and at not in REVISIONS | TOO_OLD | _revisions():
        raise WarehouseError(
            f"Kho dữ liệu {name_of(engine)}: thuộc phiên bản mới hơn ({at}); hãy cập nhật rasoat rồi chạy lại"
        )


def _revisions() -> frozenset[str]:
    from alembic.script import ScriptDirectory

    return frozenset(each.revision for each in ScriptDirectory(str(_MIGRATIONS)).walk_revisions())


def _migrate(connection: Connection, at: str | None) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    if at is None:
        metadata.create_all(connection)
        guard(connection)
    elif at in REVISIONS:
        take_over(connection)
    else:
        command.upgrade(config, "head")
        return
    command.stamp(config, "head", purge=True)
