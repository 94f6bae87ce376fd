"""Offices that share one PostgreSQL database, each with a schema of its own by its address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, make_url

from tests.postgres import Cluster, fresh_database
from tests.warehouse.nights import Nights, at, procedure
from warehouse.db.engine import open_engine
from warehouse.db.revision import HEAD, version
from warehouse.db.run_lock import run_lock
from warehouse.db.schema import remove, upgrade


@pytest.fixture
def offices(postgres: Cluster) -> Iterator[tuple[Engine, Engine]]:
    with fresh_database(postgres) as address:
        name = str(make_url(address).database)
        engines = []
        for schema in ("nghe_an", "ha_tinh"):
            postgres.execute(f"CREATE SCHEMA {schema}", name)
            engine = open_engine(f"{address}&options=-csearch_path%3D{schema}")
            upgrade(engine)
            engines.append(engine)
        yield engines[0], engines[1]
        for engine in engines:
            engine.dispose()


def test_each_office_has_its_own_tables_views_and_version(offices: tuple[Engine, Engine]) -> None:
    first, second = map(Nights, offices)
    many = [procedure(f"1.{n:06}") for n in range(30)]
    first.night(at(2), *many)
    assert len(first.rows("v_procedure_current")) == 30
    assert second.rows("v_procedure_current") == []
    second.night(at(2), many[0])
    assert second.night(at(3), procedure("1.000000", name="Tên khác")) == {"changed": 1}
    assert first.night(at(3), *many) == {}


def test_the_night_of_one_office_does_not_lock_another_out(offices: tuple[Engine, Engine]) -> None:
    with run_lock(offices[0]), run_lock(offices[1]):
        assert version(offices[0]) == version(offices[1]) == HEAD


def test_removing_one_office_leaves_the_other(offices: tuple[Engine, Engine]) -> None:
    remove(offices[0])
    assert version(offices[0]) is None
    assert version(offices[1]) == HEAD
