"""`rasoat office add` and `office list`: offices of one server, on SQLite and in one PostgreSQL database."""

from __future__ import annotations

import json
import socket
import stat
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from sqlalchemy import make_url

from settings.configuration import Configuration
from settings.environment import read_office_environment
from settings.offices import OfficeFiles
from settings.reading import load_configuration
from steps.database import engine_of
from steps.nights.offices import last_nights
from tests.cli.test_init import clean
from tests.command import run
from tests.office import RASOAT
from tests.postgres import Cluster, postgres, postgres_database  # noqa: F401 - the fixtures
from tests.review.desk import PASSWORD
from warehouse.db.engine import writing
from warehouse.sources import runs

NAMES = {"ha-tinh": ("Sở Nội vụ tỉnh Hà Tĩnh", "H27"), "nghe-an": ("Sở Nội vụ tỉnh Nghệ An", "H40")}


class Server:
    """A machine with a folder of offices; `database` is the address of the one they share, if they do."""

    def __init__(self, folder: Path, database: str | None = None) -> None:
        self.folder = folder
        self.offices = folder / "offices"
        self.variables = {"RASOAT_OFFICES": str(self.offices), "RASOAT_HOME": str(folder / "data")}
        if database is not None:
            self.variables["RASOAT_DATABASE_URL"] = database

    def rasoat(self, *arguments: str, typed: str = "", **environment: str) -> CompletedProcess[str]:
        """Run a command on that machine."""
        return run(arguments, clean() | self.variables | environment, self.folder, typed)

    def add(self, name: str, *arguments: str, typed: str = "") -> CompletedProcess[str]:
        """Add one of NAMES without being asked anything."""
        department, province = NAMES[name]
        options = ("--department", department, "--province", province, "--portal", "none", "--no-input")
        return self.rasoat("office", "add", name, *options, *arguments, typed=typed)

    def files(self, name: str) -> OfficeFiles:
        return OfficeFiles(name, self.offices / name)

    def configuration(self, name: str) -> Configuration:
        return load_configuration(read_office_environment(self.files(name)))

    def listed(self) -> tuple[int, Mapping[str, dict[str, object]]]:
        """The exit code of the list, and its rows by name."""
        done = self.rasoat("office", "list", "--json")
        return done.returncode, {each["name"]: each for each in json.loads(done.stdout)["offices"]}


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Server:
    of_postgres = request.param == "postgresql"
    return Server(tmp_path, request.getfixturevalue("postgres_database") if of_postgres else None)


@pytest.fixture
def own(tmp_path: Path) -> Server:
    """A machine whose offices have a SQLite file each."""
    return Server(tmp_path)


def night(configuration: Configuration, ago: timedelta, status: str = "complete") -> None:
    """Let an office have had a night."""
    at = datetime.now(UTC) - ago
    with writing(engine_of(configuration)) as connection:
        run_id = runs.begin_run(connection, as_of=at, kind="sync", at=at)
        runs.finish_run(connection, run_id, status=status, at=at)


def test_an_office_is_a_folder_a_database_and_an_account(server: Server) -> None:
    done = server.add("ha-tinh", "--admin", "lan", "--password-stdin", typed=PASSWORD + "\n")
    assert done.returncode == 0, done.stderr
    assert server.add("nghe-an").returncode == 0
    files = server.files("ha-tinh")
    assert stat.S_IMODE(files.environment.stat().st_mode) == 0o600
    assert sorted(each.name for each in files.folder.iterdir()) == [".env", "rasoat.toml"]
    office = server.configuration("ha-tinh")
    assert (office.department.name, office.department.province) == NAMES["ha-tinh"]
    assert office.home == server.folder / "data" / "offices" / "ha-tinh"
    assert server.rasoat("user", "list", RASOAT_OFFICE="ha-tinh").stdout.split() == ["admin", "lan"]
    assert server.rasoat("user", "list", RASOAT_OFFICE="nghe-an").stdout == ""
    assert server.rasoat("doctor", RASOAT_OFFICE="ha-tinh").returncode == 0


def test_the_first_office_begins_early_and_all_share_what_is_read(own: Server) -> None:
    for name in NAMES:
        assert own.add(name).returncode == 0
    offices = [own.configuration(name) for name in NAMES]
    assert [each.schedule.start for each in offices] == ["01:30", "02:00"]
    assert {each.sources[0].share for each in offices} == {own.folder / "data" / "shared"}


def test_each_office_has_a_schema_of_its_own(
    postgres: Cluster,  # noqa: F811 - the fixture
    postgres_database: str,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    server = Server(tmp_path, postgres_database)
    for name in NAMES:
        done = server.add(name)
        assert done.returncode == 0, done.stderr
    database = str(make_url(postgres_database).database)
    query = "SELECT table_schema FROM information_schema.tables WHERE table_name = 'alembic_version'"
    assert {schema for (schema,) in postgres.execute(query, database)} == {"ha_tinh", "nghe_an"}
    night(server.configuration("ha-tinh"), timedelta(hours=3))
    assert [each["state"] for each in server.listed()[1].values()] == ["complete", None]


def test_what_stands_in_the_worker_s_environment_is_nothing_to_an_office(own: Server, tmp_path: Path) -> None:
    assert own.add("ha-tinh").returncode == 0
    others = {
        "RASOAT_DATABASE_URL": f"sqlite:///{tmp_path / 'another.db'}",
        "RASOAT_HOME": str(tmp_path / "another"),
        "RASOAT_CONFIG": str(tmp_path / "another.toml"),
    }
    done = own.rasoat("doctor", RASOAT_OFFICE="ha-tinh", **others)
    assert done.returncode == 0, done.stdout
    assert "another" not in done.stdout
    assert list(tmp_path.glob("another*")) == []


@pytest.mark.parametrize(
    "name, said",
    [
        ("ha-tinh", "Đơn vị ha-tinh đã có"),
        ("Hà Tĩnh", "chữ thường không dấu"),
        ("ha_tinh", "chữ thường không dấu"),
        ("../x", "chữ thường không dấu"),
        ("a" * 41, "dài nhất 40 ký tự"),
        ("public", "PostgreSQL đã dùng"),
        ("pg-toast", "PostgreSQL đã dùng"),
    ],
)
def test_a_name_that_exists_or_is_not_plain_is_one_line(own: Server, name: str, said: str) -> None:
    assert own.add("ha-tinh").returncode == 0
    before = (own.offices / "ha-tinh" / "rasoat.toml").read_bytes()
    done = own.rasoat("office", "add", name, "--department", "Sở", "--province", "H01", "--no-input")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert said in done.stderr
    assert [each.name for each in own.offices.iterdir()] == ["ha-tinh"]
    assert (own.offices / "ha-tinh" / "rasoat.toml").read_bytes() == before


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("--start", "25:00"), "--start: giá trị '25:00' không hợp lệ, phải là giờ và phút"),
        (("--database-url", "sqlite:///x.db"), "--database-url: cần postgresql"),
        (("--database-url", "postgresql://a@127.0.0.1:1/b"), "--database-url: Kho dữ liệu"),
        (
            ("--database-url", "postgresql://a@127.0.0.1:1/b?options=-csearch_path%3Dx"),
            "--database-url: không nêu search_path",
        ),
        (("--admin", "lan"), "--admin: cần thêm --password-stdin"),
        (("--province", "27"), "--province: giá trị '27'"),
    ],
)
def test_a_bad_answer_is_one_line_and_leaves_nothing(
    own: Server, arguments: tuple[str, ...], said: str
) -> None:
    done = own.add("ha-tinh", *arguments)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert said in done.stderr
    assert not (own.offices / "ha-tinh").exists()


def test_a_schema_that_holds_a_warehouse_is_not_taken_over(postgres_database: str, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    first, second = Server(tmp_path / "a", postgres_database), Server(tmp_path / "b", postgres_database)
    for server in (first, second):
        server.folder.mkdir()
    assert first.add("ha-tinh").returncode == 0
    done = second.add("ha-tinh")
    assert done.returncode == 2
    assert "lược đồ ha_tinh" in done.stderr
    assert "đã có dữ liệu" in done.stderr


def test_an_interrupted_adding_is_taken_up_where_it_ended(server: Server) -> None:
    department, province = NAMES["ha-tinh"]
    command = ("office", "add", "ha-tinh", "--department", department, "--province", province)
    interrupted = subprocess.run(
        [str(RASOAT), *command, "--portal", "none", "--no-input"],
        env=clean() | server.variables | {"PREFECT_API_URL": "http://127.0.0.1:1/api"},
        cwd=server.folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (interrupted.returncode, "127.0.0.1:1" in interrupted.stderr) == (1, True), interrupted.stderr
    code, listed = server.listed()
    assert (code, "rasoat office add ha-tinh" in str(listed["ha-tinh"]["trouble"])) == (3, True)
    settings = server.files("ha-tinh").settings
    settings.write_text(settings.read_text().replace(department, "Sở Nội vụ Hà Tĩnh"))
    again = ("office", "add", "ha-tinh", "--admin", "lan", "--password-stdin", "--no-deploy")
    done = server.rasoat(*again, typed=PASSWORD + "\n")
    assert done.returncode == 0, done.stderr
    assert server.configuration("ha-tinh").department.name == "Sở Nội vụ Hà Tĩnh"
    assert server.rasoat("user", "list", RASOAT_OFFICE="ha-tinh").stdout.split() == ["admin", "lan"]
    assert server.add("ha-tinh").returncode == 2


@contextmanager
def silent_server() -> Iterator[str]:
    """The address of a database that lets nobody in, and does not turn them away."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(8)
        yield f"postgresql+psycopg://a:bi-mat-77@127.0.0.1:{listening.getsockname()[1]}/b"


def test_an_office_whose_database_is_away_is_a_line_and_stops_no_other(own: Server) -> None:
    for name in NAMES:
        assert own.add(name).returncode == 0
        night(own.configuration(name), timedelta(hours=3))
    code, listed = own.listed()
    assert (code, {each["state"] for each in listed.values()}) == (0, {"complete"})
    assert listed["ha-tinh"]["age_hours"] == pytest.approx(3, abs=0.2)
    (own.offices / "vinh-phuc").mkdir()
    variables = own.files("nghe-an").environment
    with silent_server() as address:
        variables.write_text(f"{variables.read_text()}RASOAT_DATABASE_URL='{address}'\n")
        silent = {each.name: each for each in last_nights(own.offices, deadline=1)}
        assert silent["nghe-an"].trouble == "không trả lời trong 1 giây"
        assert silent["ha-tinh"].state == "complete"
        code, listed = own.listed()
    assert code == 3
    assert listed["ha-tinh"]["trouble"] is None
    assert "Kho dữ liệu postgresql+psycopg://a:***@127.0.0.1" in str(listed["nghe-an"]["trouble"])
    assert listed["nghe-an"]["department"] == NAMES["nghe-an"][0]
    assert "vinh-phuc/.env" in str(listed["vinh-phuc"]["trouble"])
    table = own.rasoat("office", "list")
    assert (table.returncode, "03 đơn vị, 02 đơn vị cần xem" in table.stdout) == (3, True)
    assert "bi-mat-77" not in table.stdout + str(listed)


def test_missed_nights_and_nights_that_were_not_whole_are_told(server: Server) -> None:
    assert server.add("ha-tinh").returncode == 0
    night(server.configuration("ha-tinh"), timedelta(days=3))
    code, listed = server.listed()
    assert (code, listed["ha-tinh"]["missed_nights"], listed["ha-tinh"]["held"]) == (3, 2, 0)
    assert server.add("nghe-an").returncode == 0
    night(server.configuration("nghe-an"), timedelta(hours=2), "degraded")
    code, listed = server.listed()
    assert (code, listed["nghe-an"]["state"], listed["nghe-an"]["missed_nights"]) == (3, "degraded", 0)


def test_a_lost_file_is_told_and_not_made_anew(own: Server) -> None:
    assert own.add("ha-tinh").returncode == 0
    file = own.folder / "data" / "offices" / "ha-tinh" / "rasoat.db"
    engine_of(own.configuration("ha-tinh")).dispose()
    file.unlink()
    code, listed = own.listed()
    assert (code, "không có tệp này" in str(listed["ha-tinh"]["trouble"])) == (3, True)
    assert not file.exists()


def test_without_a_folder_of_offices_one_line_says_what_to_set(tmp_path: Path) -> None:
    for arguments in (["office", "list"], ["office", "add", "ha-tinh"]):
        done = run(arguments, clean(), tmp_path)
        assert (done.returncode, "RASOAT_OFFICES" in done.stderr) == (2, True)
        assert len(done.stderr.splitlines()) == 1
