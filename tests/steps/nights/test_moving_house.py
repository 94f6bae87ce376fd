"""An office's whole history moves from its SQLite file to a PostgreSQL server, and goes on there."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import event, make_url

from portals.scenario import Scenario
from procedures.office.accounts import Role
from steps.database import copy_database, engine_of, open_locked
from steps.findings.exclusions import exclude, parse_exclusion
from steps.office.accounts import add_user
from tests.addresses import bundled
from tests.office import NIGHTS, Office
from tests.postgres import Cluster, fresh_database, postgres  # noqa: F401 - the fixture
from warehouse.db.engine import open_engine, reading
from warehouse.db.revision import version
from warehouse.db.transfer import holds_rows


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Three nights, with what moved in them and what people did; to be read only."""
    with bundled(Scenario.load()) as portals:
        office = Office(tmp_path_factory.mktemp("old"), portals)
        office.take_in(office.sample_catalogue())
        for as_of in NIGHTS[:3]:
            office.night(as_of)
            record = portals.national.world.ordered()[NIGHTS.index(as_of)]
            record["name"] += " (sửa đổi)"
            record["updatedAt"] += 60_000
        excluded = parse_exclusion(office.rows("v_finding", kind="attribute_mismatch")[0]["code"], None, None)
        exclude(office.configuration, excluded, "An", "Việc của đơn vị khác")
        add_user(office.configuration, "an", Role.ANALYST, "mật khẩu của An")
        yield office


@pytest.fixture
def office(old: Office, tmp_path: Path) -> Office:
    """A copy of it, on SQLite."""
    shutil.copytree(old.home, tmp_path / "office")
    return Office(tmp_path / "office", old.portals)


@pytest.fixture
def server(postgres: Cluster) -> Iterator[str]:  # noqa: F811 - the fixture
    """The address of a schema of a database that others use too."""
    with fresh_database(postgres) as address:
        postgres.execute("CREATE SCHEMA ha_tinh", str(make_url(address).database))
        yield f"{address}&options=-csearch_path%3Dha_tinh"


def moved(office: Office, address: str) -> Office:
    there = Office(office.home, office.portals)
    there.address = address
    return there


def test_all_of_three_nights_is_there_and_the_next_one_says_the_same(
    office: Office, server: str, tmp_path: Path
) -> None:
    done = office.rasoat("db", "copy-to", server)
    assert done.returncode == 0, done.stderr
    assert "v_procedure_history" in done.stdout
    assert "mọi bảng và khung nhìn ở hai bên bằng nhau" in done.stdout
    shutil.copytree(office.home, tmp_path / "moved")
    there = moved(Office(tmp_path / "moved", office.portals), server)
    assert there.views() == office.views()
    assert len({row["run_id"] for row in there.rows("v_change")}) == 2

    for each in (office, there):
        office.portals.night = 2
        each.night(NIGHTS[3])
    assert there.views() == office.views()
    assert {row["kind"] for row in there.rows("v_change", run_id=5)} > {"new", "changed", "missing"}
    add_user(there.configuration, "binh", Role.VIEWER, "mật khẩu của Bình")

    back, moved_back = copy_database(there.configuration, f"sqlite:///{tmp_path / 'back' / 'rasoat.db'}")
    assert back == str(tmp_path / "back" / "rasoat.db")
    assert moved_back.views["v_run"] == 5
    engine_of(there.configuration).dispose()


def test_what_cannot_be_moved_is_refused_in_one_line(office: Office, server: str, tmp_path: Path) -> None:
    def refused(by: Office, address: str) -> tuple[int, str]:
        done = by.rasoat("db", "copy-to", address)
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1
        return done.returncode, done.stderr

    code, words = refused(office, "mysql://x/y")
    assert (code, "URL: chưa hỗ trợ 'mysql'" in words) == (2, True)
    code, words = refused(office, f"sqlite:///{office.home / 'var' / 'rasoat.db'}")
    assert (code, "chính là cơ sở dữ liệu đang dùng" in words) == (2, True)
    code, words = refused(office, server.replace("ha_tinh", "nowhere"))
    assert (code, "không có schema mà địa chỉ nêu" in words) == (1, True)
    code, words = refused(Office(tmp_path / "new", office.portals), server)
    assert (code, "chưa có dữ liệu nào để chuyển" in words) == (2, True)

    with open_locked(office.configuration):
        assert refused(office, server)[0] == 4
    there = moved(office, server)
    with open_locked(there.configuration):
        assert refused(office, server)[0] == 4
    add_user(there.configuration, "an", Role.ADMIN, "mật khẩu của An")
    code, words = refused(office, server)
    assert (code, "đã có dữ liệu, không chép đè" in words) == (2, True)
    assert there.rows("v_run") == []
    engine_of(there.configuration).dispose()


def test_a_kill_midway_leaves_the_new_place_empty_and_it_is_done_again(office: Office, server: str) -> None:
    def killed() -> None:
        def die(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if "FROM finding_event" in statement:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(engine_of(office.configuration), "before_cursor_execute", die)
        copy_database(office.configuration, server)

    child = get_context("fork").Process(target=killed)
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    target = open_engine(server)
    with reading(target) as connection:
        assert version(target) is not None
        assert not holds_rows(connection)
    _, done = copy_database(office.configuration, server)
    assert done.views["v_finding_event"] == len(office.rows("v_finding_event"))
    target.dispose()
