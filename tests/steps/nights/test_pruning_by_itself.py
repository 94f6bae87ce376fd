"""A night prunes the archive by itself, says so on its page, and is none the worse where that fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors.archive.raw_archive import Archive
from portals.serve import Portals
from procedures.office.accounts import Role
from review.serve import serving
from steps.nights.reporting.night_page import night_page, page_path
from steps.office.accounts import add_user
from steps.sources.archive_losses import current_losses
from steps.sources.archive_size import archive_size
from steps.sources.replay import replay_run
from tests.addresses import bundled
from tests.office import NIGHTS, Office, SmallOffice, keep_few
from tests.review.desk import PASSWORD, Visitor

ONE_NIGHT = {"keep_nights": 1}
LAST = 8
"""The night after which seven are due."""


def move(portals: Portals, night: int) -> None:
    """Something else changes each night."""
    record = portals.national.world.ordered()[night]
    record["name"] += f" (sửa {night})"
    record["updatedAt"] += 60_000


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Seven nights, of which all but the last may be pruned; to be copied."""
    with bundled() as portals:
        keep_few(portals)
        office = SmallOffice(tmp_path_factory.mktemp("lived-in"), portals, archive=ONE_NIGHT)
        for night in range(1, LAST):
            move(portals, night)
            office.night(NIGHTS[night - 1], "national")
        move(portals, LAST)
        yield office


@pytest.fixture
def office(lived_in: Office, tmp_path: Path) -> Office:
    shutil.copytree(lived_in.home, tmp_path / "office")
    return SmallOffice(tmp_path / "office", lived_in.portals, archive=ONE_NIGHT)


def recorded(office: Office) -> list[int]:
    names = (path.stem for path in (office.configuration.archive / "requests").glob("*.jsonl"))
    return sorted(int(name) for name in names if name.isdigit())


def test_seven_nights_too_many_go_at_once_and_what_proves_a_change_stays(office: Office) -> None:
    assert recorded(office) == list(range(1, LAST))
    before = archive_size(office.configuration)
    assert office.night(NIGHTS[LAST - 1], "national").status == "complete"
    assert recorded(office) == [LAST]
    assert archive_size(office.configuration) < before
    assert len(office.rows("v_change")) >= LAST - 1
    assert current_losses(office.configuration, whole=True) == []
    assert replay_run(office.configuration, LAST).equal
    assert office.night(NIGHTS[LAST], "national").status == "complete"
    assert recorded(office) == [LAST, LAST + 1]


def test_the_night_s_page_says_what_went(office: Office) -> None:
    office.night(NIGHTS[LAST - 1], "national")
    assert night_page(office.configuration, LAST - 1).tidied == ()
    (line,) = night_page(office.configuration, LAST).tidied
    assert line.startswith("Kho lưu: 07 lần lấy dữ liệu cũ, ")
    assert line in page_path(office.configuration, LAST).read_text(encoding="utf-8")
    assert line in office.rasoat("validations").stdout
    add_user(office.configuration, "quan", Role.ADMIN, PASSWORD)
    with serving(office.configuration) as address, Visitor(address) as quan:
        quan.sign_in("quan")
        assert line in quan.get(f"/runs/{LAST}").text


def test_where_it_is_switched_off_the_archive_keeps_all(office: Office) -> None:
    office.configure(archive=ONE_NIGHT | {"prune": False})
    office.night(NIGHTS[LAST - 1], "national")
    assert recorded(office) == list(range(1, LAST + 1))


def test_tidying_that_fails_fails_no_night_and_is_made_good(office: Office) -> None:
    damaged = office.configuration.archive / "requests" / "sao-chep.json.gz"
    damaged.write_bytes(b"broken")
    end = office.night(NIGHTS[LAST - 1], "national")
    assert (end.status, end.exit_code) == ("complete", 0)
    assert recorded(office) == list(range(1, LAST + 1))
    (line,) = night_page(office.configuration, LAST).tidied
    assert line.startswith("Chưa dọn được, lần sau làm tiếp: Kho lưu: sao-chep.json.gz bị hỏng")
    damaged.unlink()
    office.night(NIGHTS[LAST], "national")
    assert recorded(office) == [LAST + 1]
    assert Archive(office.configuration.archive).pruned_snapshots() == frozenset(range(1, LAST + 1))
