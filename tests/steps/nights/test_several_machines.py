"""Machines that share nothing but the database and the object storage: one reads, the other proves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from portals.serve import Portals
from procedures.errors import ArchiveAwayError
from procedures.office.accounts import Role
from review.serve import serving
from steps.database import engine_of
from steps.nights.night import NightRequest
from steps.nights.run_now import sync_now
from steps.office.accounts import add_user
from steps.sources.archive_losses import current_losses
from steps.sources.archive_size import archive_size, prune_archive
from steps.sources.replay import replay_run
from tests.addresses import bundled
from tests.object_storage import Storage, one_server, reach, storage  # noqa: F401 - the fixtures
from tests.office import NIGHTS, SmallOffice, keep_few
from tests.postgres import Cluster, fresh_database, postgres  # noqa: F401 - the fixture
from tests.review.desk import PASSWORD, Visitor


@pytest.fixture
def small() -> Iterator[Portals]:
    """Portals of a dozen procedures: each answer is stored in, and read from, an object storage in Python."""
    with bundled() as portals:
        keep_few(portals, number=9)
        yield portals


class Machine(SmallOffice):
    """One whose archive is `url`, and whose database is at `address`."""

    def __init__(self, home: Path, portals: Portals, url: str, address: str | None = None) -> None:
        super().__init__(home, portals, archive={"url": url})
        self.address = address


def proof_of(machine: SmallOffice) -> str:
    """The hash of an answer that a finding rests on."""
    rows = (json.loads(row["evidence"]) for row in machine.rows("v_finding"))
    return next(
        value for row in rows for value in row.values() if isinstance(value, str) and len(value) == 64
    )


def test_one_machine_reads_and_another_rebuilds_shows_and_goes_on(
    postgres: Cluster, storage: Storage, small: Portals, tmp_path: Path  # noqa: F811 - the fixtures
) -> None:  # fmt: skip
    with fresh_database(postgres) as address:
        url = storage.url()
        first = Machine(tmp_path / "first", small, url, address)
        second = Machine(tmp_path / "second", small, url, address)
        first.live_through(1)
        assert not first.configuration.archive.exists()
        assert current_losses(second.configuration, whole=True) == []
        for run_id in (1, 2):
            outcome = replay_run(second.configuration, run_id)
            assert outcome.equal, outcome.text
        add_user(second.configuration, "quan", Role.ADMIN, PASSWORD)
        with serving(second.configuration) as site, Visitor(site) as quan:
            quan.sign_in("quan")
            served = quan.get(f"/evidence/{proof_of(second)}")
            assert served.status_code == 200
            assert "mất dữ liệu" not in quan.get("/").text.lower()
        record = small.national.world.ordered()[0]
        record["name"] += " (sửa đổi)"
        record["updatedAt"] += 60_000
        assert second.night(NIGHTS[1]).status == "complete"
        assert replay_run(first.configuration, 3).equal
        size = archive_size(first.configuration)
        assert prune_archive(first.configuration, 1).remaining_bytes < size
        assert current_losses(second.configuration, whole=True) == []
        engine_of(first.configuration).dispose()


def test_storage_that_is_away_fails_the_night_retires_nothing_and_is_named(
    small: Portals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = reach(Storage(), monkeypatch)
    machine = Machine(tmp_path / "office", small, server.url())
    machine.live_through(1)
    before = machine.views("v_finding", "v_procedure_current", "v_run")
    digest = proof_of(machine)
    add_user(machine.configuration, "quan", Role.ADMIN, PASSWORD)
    server.stop()
    with pytest.raises(ArchiveAwayError, match="không kết nối được"):
        machine.night(NIGHTS[1])
    assert machine.views("v_finding", "v_procedure_current", "v_run") == before
    (loss,) = current_losses(machine.configuration)
    assert loss.what == "archive_away"
    doctor = machine.rasoat("doctor")
    assert doctor.returncode == 1
    assert f"HỎNG  kho lưu: Không dùng được kho lưu {machine.configuration.archive_url}" in doctor.stdout
    assert "KHO LƯU KHÔNG TRẢ LỜI" in " ".join(machine.rasoat("status").stdout.split())
    with serving(machine.configuration) as site, Visitor(site) as quan:
        assert quan.sign_in("quan").status_code == 303
        assert "Kho lưu không trả lời." in quan.get("/").text
        page = quan.get(f"/evidence/{digest}")
        assert page.status_code == 503
        assert "không kết nối được" in page.text


def test_storage_that_goes_away_midway_fails_the_night_and_the_next_makes_it_good(
    small: Portals, tmp_path: Path, storage: Storage  # noqa: F811 - the fixture
) -> None:  # fmt: skip
    machine = Machine(tmp_path / "office", small, storage.url())
    machine.live_through(1)
    before = machine.views("v_finding", "v_procedure_current")
    for record in small.national.world.ordered():
        record["name"] += " (sửa đổi)"
        record["updatedAt"] += 60_000

    def gone(_source: str, done: int, _total: int) -> None:
        if done == 5:
            storage.stop()

    order = NightRequest(datetime.fromisoformat(NIGHTS[1]))
    with pytest.raises(ArchiveAwayError, match="không kết nối được"):
        sync_now(machine.configuration, order, gone)
    storage.start()
    assert machine.views("v_finding", "v_procedure_current") == before
    assert machine.night(NIGHTS[1]).status == "complete"
    assert current_losses(machine.configuration, whole=True) == []


def test_an_archive_moves_from_its_folder_to_object_storage_by_one_command(
    small: Portals, tmp_path: Path, storage: Storage  # noqa: F811 - the fixture
) -> None:  # fmt: skip
    office = SmallOffice(tmp_path / "office", small)
    office.first_nights()
    url = storage.url()
    done = office.rasoat("archive", "copy-to", url)
    assert done.returncode == 0, done.stderr
    assert url in done.stdout
    office.configuration.archive.rename(tmp_path / "away")
    office.configure(archive={"url": url})
    assert "được  kho lưu: " in office.rasoat("doctor").stdout
    assert replay_run(office.configuration, 2).equal
    assert office.night(NIGHTS[1]).findings["opened"] == 0

    other = SmallOffice(tmp_path / "other", small)
    other.take_in(other.sample_catalogue(), as_of="2026-11-20T16:00:00+07:00")
    refused = other.rasoat("archive", "copy-to", url)
    assert refused.returncode == 2
    assert "cơ sở dữ liệu khác" in refused.stderr
    other.configure(archive={"url": url})
    assert "thuộc cơ sở dữ liệu khác" in other.rasoat("doctor").stdout
