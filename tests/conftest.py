"""What every test may use."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portals.serve import Portals
from tests.addresses import bundled

if TYPE_CHECKING:
    from xdist.remote import Producer

    from tests.office import Office
    from tests.scheduling import ByFile


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """The tests of a file run in one process."""
    from tests.scheduling import ByFile

    return ByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Processes begin at different folders; what is imported and collected leaves no garbage worth a look."""
    from tests.scheduling import own_part_first

    session.config.args = own_part_first(session.config.args)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, in the same order in every process."""
    from tests.scheduling import place

    items.sort(key=lambda item: place(item.nodeid))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: no use to look for garbage in it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.fixture(scope="module", autouse=True)
def _in_one_process(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file whose tests were spread over two processes would make everything twice, unnoticed."""
    from tests.scheduling import step_back

    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        step_back(request.node.nodeid)
        folder = tmp_path_factory.getbasetemp().parent / "processes"
        folder.mkdir(exist_ok=True)
        mark = folder / request.node.nodeid.replace("/", ".")
        try:
            with mark.open("x") as new:
                new.write(worker)
        except FileExistsError:
            assert mark.read_text() == worker, "its tests run in two processes (tests.scheduling)"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own RASOAT_* and Prefect settings never reach a test."""
    for name in list(os.environ):
        if name.startswith(("RASOAT_", "PREFECT_")):
            monkeypatch.delenv(name)


@pytest.fixture
def portals() -> Iterator[Portals]:
    """Both portals, the national one with Bộ Nội vụ's records only."""
    with bundled() as running:
        yield running


@pytest.fixture
def office(tmp_path: Path, portals: Portals) -> Office:
    """An office that has done nothing yet."""
    from tests.office import Office

    return Office(tmp_path, portals)


@pytest.fixture
def small_office(tmp_path: Path, portals: Portals) -> Office:
    """An office that has done nothing yet, on portals of few procedures."""
    from tests.office import SmallOffice, keep_few

    keep_few(portals)
    return SmallOffice(tmp_path, portals)
