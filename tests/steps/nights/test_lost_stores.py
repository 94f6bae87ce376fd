"""An archive or a database that is gone: found, named everywhere, and never taken for a new beginning."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from extractors.archive.ownership import read_owner
from extractors.archive.raw_archive import Archive, key_of
from portals.serve import Portals
from procedures.office.accounts import Role
from review.serve import serving
from steps.alerts.watchdog import watch
from steps.database import back_up_database, copy_database, engine_of
from steps.office.accounts import add_user
from steps.sources.archive_losses import current_losses
from steps.sources.archive_size import prune_archive
from tests.addresses import bundled
from tests.office import NIGHTS, Office, SmallOffice, keep_few
from tests.postgres import Cluster, fresh_database, postgres  # noqa: F401 - the fixture
from tests.review.desk import PASSWORD, Visitor
from warehouse.db.engine import reading
from warehouse.tables.finding_tables import alert

MORNING = datetime.fromisoformat("2026-11-24T08:00:00+07:00")
BY = ("--by", "An", "--reason", "ổ đĩa hỏng")


@pytest.fixture(scope="module")
def portals_of_two_nights() -> Iterator[Portals]:
    with bundled() as portals:
        keep_few(portals)
        yield portals


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory, portals_of_two_nights: Portals) -> Office:
    """Two nights; to be copied."""
    office = SmallOffice(
        tmp_path_factory.mktemp("lived-in"),
        portals_of_two_nights,
        alerts={"recipients": ["vanphong@example.invalid"]},
    )
    office.first_nights()
    for record in portals_of_two_nights.national.world.ordered()[:3]:
        record["name"] += " (sửa đổi)"
        record["updatedAt"] += 60_000
    office.night(NIGHTS[1])
    add_user(office.configuration, "quan", Role.ADMIN, PASSWORD)
    engine_of(office.configuration).dispose()
    return office


@pytest.fixture(params=("sqlite", "server"))
def office(request: pytest.FixtureRequest, lived_in: Office, tmp_path: Path) -> Iterator[Office]:
    """A copy of that office, in a file or on a server."""
    shutil.copytree(lived_in.home, tmp_path / "office")
    copy = SmallOffice(
        tmp_path / "office", lived_in.portals, alerts={"recipients": ["vanphong@example.invalid"]}
    )
    if request.param == "sqlite":
        yield copy
        return
    with fresh_database(request.getfixturevalue("postgres")) as address:
        copy_database(copy.configuration, address)
        copy.address = address
        yield copy
        engine_of(copy.configuration).dispose()


@pytest.fixture
def in_a_file(lived_in: Office, tmp_path: Path) -> Office:
    """A copy of that office in a file."""
    shutil.copytree(lived_in.home, tmp_path / "office")
    return SmallOffice(
        tmp_path / "office", lived_in.portals, alerts={"recipients": ["vanphong@example.invalid"]}
    )


def lose_database(office: Office) -> None:
    """The database is deleted, or an empty one stands in its place."""
    engine_of(office.configuration).dispose()
    for file in (office.home / "var").glob("rasoat.db*"):
        file.unlink()


def lose_archive(office: Office) -> None:
    shutil.rmtree(office.configuration.archive)


def lost(office: Office) -> list[str]:
    return [str(each.what) for each in current_losses(office.configuration)]


def letters(office: Office) -> list[str]:
    with reading(engine_of(office.configuration)) as connection:
        return list(connection.scalars(select(alert.c.subject).order_by(alert.c.alert_id)))


def test_nothing_is_said_where_nothing_is_lost(office: Office) -> None:
    assert current_losses(office.configuration, whole=True) == []
    doctor = office.rasoat("doctor", RASOAT_DATABASE_URL=office.configuration.database_url)
    assert "được  kho lưu: " in doctor.stdout
    prune_archive(office.configuration, 1)
    assert current_losses(office.configuration, whole=True) == []
    assert office.night(NIGHTS[2]).findings["opened"] == 0
    assert current_losses(office.configuration, whole=True) == []


def test_a_database_that_is_gone_is_never_begun_anew(in_a_file: Office) -> None:
    office = in_a_file
    backup = office.home / "sao-luu.db"
    back_up_database(office.configuration, backup)
    findings = office.rows("v_finding")
    lose_database(office)
    for command in (("sync",), ("catalogue", "import", str(office.sample_catalogue()))):
        done = office.rasoat(*command)
        (line,) = [each for each in done.stderr.splitlines() if each.startswith("rasoat: ")]
        assert done.returncode == 1
        assert "chưa có lần chạy nào" in line
        assert str(office.configuration.archive) in line
        assert "rasoat archive set-aside" in line
    assert office.rows("v_run") == []
    assert letters(office) == []

    engine_of(office.configuration).dispose()
    shutil.copy(backup, office.home / "var" / "rasoat.db")
    assert lost(office) == []
    assert office.night(NIGHTS[2]).findings["opened"] == 0
    assert {row["fingerprint"] for row in office.rows("v_finding")} == {
        row["fingerprint"] for row in findings
    }


def test_a_database_that_is_gone_is_named_by_doctor_status_mail_and_the_site(in_a_file: Office) -> None:
    office = in_a_file
    lose_database(office)
    doctor = office.rasoat("doctor")
    assert doctor.returncode == 1
    assert "HỎNG  kho lưu: Cơ sở dữ liệu" in doctor.stdout
    assert "MẤT DỮ LIỆU: Cơ sở dữ liệu" in " ".join(office.rasoat("status").stdout.split())
    for hour in (8, 9):
        watch(office.configuration, MORNING.replace(hour=hour))
    assert letters(office) == ["Cơ sở dữ liệu có lẽ đã mất; chưa đối chiếu được (24/11/2026)"]
    add_user(office.configuration, "quan", Role.ADMIN, PASSWORD)
    with serving(office.configuration) as address, Visitor(address) as quan:
        assert "Đừng tạo tài khoản mới" in quan.get("/login").text
        assert quan.sign_in("quan").status_code == 303
        morning = quan.get("/").text
        assert "Mất dữ liệu." in morning
        assert "Nhập danh mục ở trang" not in morning


def test_another_database_than_the_archives_is_refused(
    in_a_file: Office, tmp_path: Path, portals_of_two_nights: Portals
) -> None:
    other = SmallOffice(tmp_path / "other", portals_of_two_nights)
    other.take_in(other.sample_catalogue(), as_of="2026-11-20T16:00:00+07:00")
    engine_of(other.configuration).dispose()
    lose_database(in_a_file)
    shutil.copy(other.home / "var" / "rasoat.db", in_a_file.home / "var" / "rasoat.db")
    done = in_a_file.rasoat("sync")
    assert done.returncode == 1
    assert "thuộc cơ sở dữ liệu khác" in done.stderr
    assert lost(in_a_file) == ["other_database"]


def test_a_person_may_begin_anew_and_the_old_archive_stays_whole(in_a_file: Office) -> None:
    office = in_a_file
    assert office.rasoat("archive", "set-aside", *BY).returncode == 2
    before = {path.name for path in office.configuration.archive.rglob("*")}
    lose_database(office)
    done = office.rasoat("archive", "set-aside", *BY)
    assert done.returncode == 0
    (aside,) = office.configuration.archive.parent.glob("archive-*")
    assert str(aside) in done.stdout
    assert {path.name for path in aside.rglob("*")} == before | {"set-aside.json"}
    assert office.night(NIGHTS[2]).status == "complete"
    assert office.rows("v_change") == []
    assert current_losses(office.configuration, whole=True) == []


def test_an_archive_that_is_gone_stops_no_night_and_is_named_until_it_is_back(office: Office) -> None:
    elsewhere = {"RASOAT_DATABASE_URL": office.configuration.database_url}
    kept = office.home / "archive-sao-luu"
    shutil.copytree(office.configuration.archive, kept)
    lose_archive(office)
    assert office.night(NIGHTS[2]).findings["opened"] == 0
    assert read_owner(Archive(office.configuration.archive)) is not None
    assert lost(office) == ["archive"]
    doctor = office.rasoat("doctor", **elsewhere)
    assert doctor.returncode == 1
    assert "HỎNG  kho lưu: Kho lưu" in doctor.stdout
    assert "rasoat archive accept-loss" in office.rasoat("status", **elsewhere).stdout
    before = letters(office)
    for day in (0, 1, 2):
        watch(office.configuration, MORNING.replace(day=24 + day))
    told = [each for each in letters(office)[len(before) :] if "Kho lưu" in each]
    assert told == ["Kho lưu bản gốc bị mất một phần hoặc toàn bộ (24/11/2026)"]
    with serving(office.configuration) as address, Visitor(address) as quan:
        assert "Đừng tạo tài khoản mới" not in quan.get("/login").text
        quan.sign_in("quan")
        assert "Mất dữ liệu." in quan.get("/").text

    shutil.copytree(kept, office.configuration.archive, dirs_exist_ok=True)
    assert current_losses(office.configuration, whole=True) == []


def test_what_is_given_up_is_said_no_more_and_a_new_loss_is(office: Office) -> None:
    elsewhere = {"RASOAT_DATABASE_URL": office.configuration.database_url}
    assert office.rasoat("archive", "accept-loss", *BY, **elsewhere).returncode == 2
    lose_archive(office)
    assert office.rasoat("archive", "accept-loss", *BY, **elsewhere).returncode == 0
    assert current_losses(office.configuration, whole=True) == []
    office.night(NIGHTS[2])
    assert current_losses(office.configuration, whole=True) == []
    lose_archive(office)
    assert lost(office) == ["archive"]


def test_a_single_proof_that_is_missing_is_found_by_doctor(in_a_file: Office) -> None:
    digest = next(json.loads(row["evidence"])["detail"] for row in in_a_file.rows("v_change"))
    (in_a_file.configuration.archive / key_of(digest)).unlink()
    assert "thiếu 01 trong " in in_a_file.rasoat("doctor").stdout


def test_an_older_backup_and_a_run_that_died_before_the_note_raise_no_alarm(in_a_file: Office) -> None:
    office = in_a_file
    backup = office.home / "sao-luu.db"
    back_up_database(office.configuration, backup)
    office.night(NIGHTS[2])
    (office.configuration.archive / "database.json").unlink()
    engine_of(office.configuration).dispose()
    shutil.copy(backup, office.home / "var" / "rasoat.db")
    assert current_losses(office.configuration, whole=True) == []
    assert office.night(NIGHTS[2]).status != "failed"
    assert (office.configuration.archive / "database.json").exists()
