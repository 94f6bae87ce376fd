"""An office after the demo's two nights, made once for the papers that are written of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from portals.scenario import Scenario
from portals.serve import Portals
from tests.office import NIGHTS, Office

MORNING = datetime.fromisoformat("2026-11-23T08:00:00+07:00")
"""The morning after the second night."""


@pytest.fixture(scope="session")
def after_two_nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """To be read only."""
    with Portals(Scenario.load(), departments=["G09"]) as portals:
        office = Office(tmp_path_factory.mktemp("two-nights"), portals)
        office.take_in(office.sample_catalogue())
        for number in (1, 2):
            portals.night = number
            office.night(NIGHTS[number - 1])
        yield office


@pytest.fixture
def two_nights(after_two_nights: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A copy to change."""
    home: Path = tmp_path_factory.mktemp("office")
    shutil.copytree(after_two_nights.home, home, dirs_exist_ok=True)
    return Office(home, after_two_nights.portals)
