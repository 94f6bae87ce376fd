"""A database that fills up, is held by somebody else, refuses a statement, or goes away midway: one line says
so, the run is failed, and the next one makes it good.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog
from sqlalchemy import event, func, make_url, select

from procedures.errors import WarehouseError
from rasoat.cli import main
from steps.database import copy_database, engine_of
from steps.nights.night import NightRequest
from steps.nights.run_now import sync_now
from tests.office import EVENING, NIGHTS
from tests.postgres import Cluster, fresh_database, postgres  # noqa: F401 - the fixture
from tests.steps import kills
from warehouse.db.engine import name_of, reading
from warehouse.tables.source_tables import staged

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
    monkeypatch.setattr("warehouse.db.engine.BUSY_SECONDS", 0.2)
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
        order = NightRequest(datetime.fromisoformat(as_of), ())
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
        assert [row["status"] for row in office.rows("v_run")][-2:] == ["failed", "complete"]
        engine_of(office.configuration).dispose()


class Fault(NamedTuple):
    """What breaks a step midway, how it is mended, and what is said of it."""

    broken: tuple[str, ...]
    mended: tuple[str, ...]
    words: str


FAULTS = {
    "a constraint that rows break": Fault(
        ("CREATE UNIQUE INDEX fault ON change (source)",),
        ("DROP INDEX fault",),
        "dữ liệu không hợp ràng buộc của bảng",
    ),
    "a table that is gone": Fault(
        ("ALTER TABLE finding_event RENAME TO put_away",),
        ("ALTER TABLE put_away RENAME TO finding_event",),
        "cấu trúc bảng không như chương trình cần",
    ),
    "a right that is missing, also to give up what was staged": Fault(
        ("REVOKE DELETE ON staged FROM clerk",),
        ("GRANT DELETE ON staged TO clerk",),
        "tài khoản thiếu quyền trên bảng",
    ),
    "a time that is up": Fault(
        (
            "ALTER TABLE change ADD CONSTRAINT slow CHECK (pg_sleep(9) IS NOT NULL) NOT VALID",
            "ALTER ROLE clerk SET statement_timeout = 2000",
        ),
        ("ALTER TABLE change DROP CONSTRAINT slow", "ALTER ROLE clerk RESET statement_timeout"),
        "lệnh bị hủy, thường vì quá thời gian cho phép",
    ),
}
OF_A_FILE = tuple(FAULTS)[:2]
"""Those that a file can have."""


@pytest.fixture(scope="module")
def on_a_server(urls: Urls, template: Path, postgres: Cluster) -> Iterator[str]:  # noqa: F811 - the fixture
    """The name of a database with the prepared office in it, and an account that may write its rows alone."""
    with fresh_database(postgres) as address:
        copy_database(kills.Small(template, urls).configuration, address)
        database = str(make_url(address).database)
        postgres.execute("CREATE ROLE clerk LOGIN")
        for what in ("TABLES", "SEQUENCES"):
            postgres.execute(f"GRANT ALL ON ALL {what} IN SCHEMA public TO clerk", database)
        yield database


@pytest.fixture(
    params=[*(("sqlite", name) for name in OF_A_FILE), *(("server", name) for name in FAULTS)], ids=" ".join
)
def broken(
    request: pytest.FixtureRequest, urls: Urls, template: Path, tmp_path: Path
) -> Iterator[tuple[kills.Small, Fault, Callable[[tuple[str, ...]], None]]]:
    """A prepared office, a fault to come, and the way to carry out statements as its database's owner."""
    engine, name = request.param
    office = kills.copy_of(template, tmp_path / "home", urls)

    def on_the_file(statements: tuple[str, ...]) -> None:
        with closing(sqlite3.connect(tmp_path / "home" / "var" / "rasoat.db")) as owner:
            for each in statements:
                owner.execute(each)

    if engine == "sqlite":
        yield office, FAULTS[name], on_the_file
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    with fresh_database(cluster, request.getfixturevalue("on_a_server")) as address:
        office.address = address.replace("rasoat@", "clerk@")

        def on_the_server(statements: tuple[str, ...]) -> None:
            for each in statements:
                cluster.execute(each, str(make_url(address).database))

        yield office, FAULTS[name], on_the_server
        engine_of(office.configuration).dispose()


def test_what_a_database_refuses_in_the_middle_of_a_step_is_one_line_and_the_run_is_failed(
    broken: tuple[kills.Small, Fault, Callable[[tuple[str, ...]], None]],
    control: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    office, fault, carry_out = broken
    carry_out(fault.broken)
    for name, value in office.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RASOAT_DATABASE_URL", office.configuration.database_url)
    monkeypatch.setattr(sys, "argv", ["rasoat", "sync", "--as-of", NIGHTS[1]])
    engine_of(office.configuration).dispose()
    with pytest.raises(SystemExit, match="1"):
        main()
    structlog.reset_defaults()
    said = capsys.readouterr().err
    (line,) = [each for each in said.splitlines() if each.startswith("rasoat: ")]
    assert line.startswith(f"rasoat: Kho dữ liệu {name_of(engine_of(office.configuration))}: {fault.words}")
    assert not any(row["name"] in said for row in office.rows("v_procedure_current"))
    assert "Traceback" not in said
    last = office.rows("v_run")[-1]
    assert (last["status"], last["finished_at"] is None) == ("failed", False)

    carry_out(fault.mended)
    engine_of(office.configuration).dispose()
    office.night(NIGHTS[1])
    assert kills.differences(office, control) == []
    with reading(engine_of(office.configuration)) as connection:
        assert connection.execute(select(func.count()).select_from(staged)).scalar_one() == 0
