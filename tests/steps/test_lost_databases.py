"""A database that fills up, is held by somebody else, or goes away midway: one line says so; the next run
makes it good.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from procedures.errors import WarehouseError
from steps.night import Order
from steps.opening import engine_of
from steps.running import sync_now
from tests.office import EVENING, NIGHTS
from tests.postgres import Cluster, fresh_database, postgres  # noqa: F401 - the fixture
from tests.steps import kills

Urls = kills.Served


@pytest.fixture(scope="module")
def urls() -> Iterator[Urls]:
    with kills.small_portals() as addresses:
        yield addresses


@pytest.fixture(scope="module")
def template(urls: Urls, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kills.prepared(tmp_path_factory.mktemp("office") / "template", urls)


@pytest.fixture(scope="module")
def control(urls: Urls, template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    undisturbed = kills.copy_of(template, tmp_path_factory.mktemp("control") / "home", urls)
    undisturbed.night(NIGHTS[1])
    return kills.lasting(undisturbed)


@pytest.mark.parametrize("pages", (2, 6))
def test_a_full_disk_is_named_and_the_next_night_makes_it_good(
    urls: Urls, template: Path, control: dict[str, list[str]], tmp_path: Path, pages: int
) -> None:
    office = kills.copy_of(template, tmp_path / "home", urls)
    engine = engine_of(office.configuration)

    def narrow(connection: sqlite3.Connection, _record: object) -> None:
        (now,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {now + pages}").close()

    engine.dispose()
    event.listen(engine, "connect", narrow)
    with pytest.raises(WarehouseError, match=r"rasoat\.db: ổ đĩa đã đầy"):
        office.night(NIGHTS[1])
    event.remove(engine, "connect", narrow)
    engine.dispose()
    office.night(NIGHTS[1])
    assert kills.differences(office, control) == []


def test_a_database_that_another_program_holds_is_named(
    urls: Urls, template: Path, control: dict[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.engine.BUSY_SECONDS", 0.2)
    office = kills.copy_of(template, tmp_path / "home", urls)
    other = sqlite3.connect(tmp_path / "home" / "var" / "rasoat.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(WarehouseError, match=r"rasoat\.db: đang bị chương trình khác khóa"):
        office.night(NIGHTS[1])
    other.close()
    office.night(NIGHTS[1])
    assert kills.differences(office, control) == []


class Watched(kills.Small):
    """An office whose night is looked at while it runs."""

    def watched_night(self, as_of: str, watch: Callable[[int], None]) -> None:
        """A night that tells how many details it has read."""
        order = Order(datetime.fromisoformat(as_of), ())
        sync_now(self.configuration, order, lambda _source, done, _total: watch(done))


def test_a_server_that_goes_away_midway_is_named_and_the_next_night_makes_it_good(
    urls: Urls,
    control: dict[str, list[str]],
    tmp_path: Path,
    postgres: Cluster,  # noqa: F811 - the fixture
) -> None:
    with fresh_database(postgres) as address:
        office = Watched(tmp_path / "home", urls)
        office.address = address
        database = engine_of(office.configuration).url.database
        office.take_in(office.sample_catalogue(), as_of=EVENING)
        kills.first_night(office)

        def gone(done: int) -> None:
            if done == 10:
                postgres.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
                postgres.execute(
                    f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
                )

        with pytest.raises(WarehouseError, match=f"Kho dữ liệu .*{database}"):
            office.watched_night(NIGHTS[1], gone)
        postgres.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
        engine_of(office.configuration).dispose()
        office.night(NIGHTS[1])
        assert kills.differences(office, control) == []
        engine_of(office.configuration).dispose()
