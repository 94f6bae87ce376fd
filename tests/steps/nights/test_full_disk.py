"""A disk that is really full, for the database or for the archive alone: named, nothing lost, made good."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from procedures.errors import RasoatError
from steps.database import engine_of
from steps.sources.archive_losses import current_losses
from tests.machine import end_without
from tests.office import NIGHTS
from tests.steps import kills

SIZE = 32_000_000


@pytest.fixture(scope="module")
def urls() -> Iterator[kills.Served]:
    with kills.small_portals() as addresses:
        yield addresses


@pytest.fixture(scope="module")
def template(urls: kills.Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kills.prepared(tmp_path_factory.mktemp("office") / "template", urls)


@pytest.fixture(scope="module")
def control(
    urls: kills.Served, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[str]]:
    undisturbed = kills.copy_of(template, tmp_path_factory.mktemp("control") / "home", urls)
    undisturbed.night(NIGHTS[1])
    return kills.lasting(undisturbed)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        end_without("this account may not mount a disk")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path, leave: int) -> Path:
    """Leave so many bytes of the disk free."""
    filler = disk / "filler"
    filler.write_bytes(b"x" * (shutil.disk_usage(disk).free - leave))
    return filler


@pytest.mark.parametrize("leave", (50_000, 400_000))
@pytest.mark.parametrize("part", ("all", "archive"))
def test_a_disk_that_is_full_is_named_and_the_next_night_makes_it_good(
    urls: kills.Served, template: Path, control: dict[str, list[str]], tmp_path: Path, disk: Path,
    part: str, leave: int,
) -> None:  # fmt: skip
    office = kills.copy_of(template, (disk if part == "all" else tmp_path) / "home", urls)
    if part == "archive":
        archive = office.configuration.archive
        shutil.move(archive, disk / "archive")
        archive.symlink_to(disk / "archive", target_is_directory=True)
    before = office.views("v_finding")
    filler = fill(disk, leave if part == "all" else leave // 10)
    with pytest.raises(RasoatError, match="ổ đĩa đã đầy"):
        office.night(NIGHTS[1])
    filler.unlink()
    engine_of(office.configuration).dispose()
    assert office.views("v_finding") == before, "a source that was whole before may have been loaded, no more"
    assert office.night(NIGHTS[1]).status == "complete"
    assert kills.differences(office, control) == []
    assert current_losses(office.configuration, whole=True) == []
    engine_of(office.configuration).dispose()
