"""A schema for each office in one PostgreSQL database: made once, and named alone in the office's address."""

from __future__ import annotations

from sqlalchemy import make_url, text

from procedures.errors import InputError
from warehouse.db.engine import name_of, open_engine, writing
from warehouse.db.schema import check_is_ours

_SEARCH_PATH = "search_path"


def office_address(url: str, schema: str) -> str:
    """Return the address of one office's schema in the PostgreSQL database at `url`.

    Raises:
        InputError: `url` names a schema itself, or is not that of a PostgreSQL database.
    """
    address = make_url(url)
    if not address.drivername.startswith("postgres"):
        raise InputError("cần postgresql+psycopg://…; để trống thì dùng SQLite trong thư mục của đơn vị")
    given = address.query.get("options", ())
    options = [given] if isinstance(given, str) else list(given)
    if any(_SEARCH_PATH in each for each in options):
        raise InputError(f"không nêu {_SEARCH_PATH}; lược đồ riêng {schema} được thêm vào địa chỉ")
    own = address.update_query_dict({"options": " ".join([*options, f"-c{_SEARCH_PATH}={schema}"])})
    return own.render_as_string(hide_password=False)


def check_schema(url: str, schema: str, setting: str) -> str:
    """Return the database's name for people, after connecting to it; the schema is empty or not there yet.

    Raises:
        InputError: the schema holds a warehouse already, or as `office_address` does.
        WarehouseError: the database is away, or the schema holds tables of something else.
    """
    engine = open_engine(office_address(url, schema), setting=setting)
    try:
        found = check_is_ours(engine)
        if found is not None:
            raise InputError(
                f"lược đồ {schema} của {name_of(engine)} đã có dữ liệu (phiên bản {found}); đặt tên khác cho "
                "đơn vị, hoặc dùng cơ sở dữ liệu khác"
            )
        return name_of(engine)
    finally:
        engine.dispose()


def create_schema(url: str, schema: str) -> bool:
    """Create the schema that an office's address names; return False where it was there already.

    Raises:
        WarehouseError: the database is away, or its account may not create schemas.
    """
    engine = open_engine(url)
    try:
        with writing(engine) as connection:
            known = text("SELECT 1 FROM pg_namespace WHERE nspname = :schema")
            if connection.execute(known, {"schema": schema}).first() is not None:
                return False
            quoted = engine.dialect.identifier_preparer.quote_identifier(schema)
            connection.execute(text(f"CREATE SCHEMA {quoted}"))
            return True
    finally:
        engine.dispose()
