"""A warehouse on either engine, and an office that fills it night by night."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.postgres import (  # noqa: F401 - two are fixtures
    Cluster,
    emptied_database,
    fresh_database,
    postgres,
    postgres_database,
)
from tests.warehouse.nights import Nights
from warehouse.db.engine import open_engine
from warehouse.db.schema import upgrade

ENGINES = ("sqlite", "postgresql")


def migrate(address: str) -> None:
    """Bring the database of that address to the current version."""
    engine = open_engine(address)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file of the current version to copy from."""
    file = tmp_path_factory.mktemp("template") / "rasoat.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(params=ENGINES)
def empty_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'rasoat.db'}"
    else:
        with fresh_database(request.getfixturevalue("postgres")) as address:
            yield address


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a warehouse of the current version, in which nothing has happened yet."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "rasoat.db")
        yield f"sqlite:///{tmp_path / 'rasoat.db'}"
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        with emptied_database(cluster, migrate) as emptied:
            yield emptied


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    """A warehouse of the current version."""
    opened = open_engine(address)
    yield opened
    opened.dispose()


@pytest.fixture
def empty_engine(empty_address: str) -> Iterator[Engine]:
    """A database with nothing in it."""
    opened = open_engine(empty_address)
    yield opened
    opened.dispose()


@pytest.fixture
def nights(engine: Engine) -> Nights:
    """The national portal's nights."""
    return Nights(engine)
