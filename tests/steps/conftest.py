"""An office after the demo's two nights, made once for the papers that are written of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from portals.scenario import Scenario
from tests.addresses import bundled
from tests.office import Office

MORNING = datetime.fromisoformat("2026-11-23T08:00:00+07:00")
"""The morning after the second night."""


@pytest.fixture(scope="session")
def after_two_nights(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """To be read only; its portals are gone."""
    with bundled(Scenario.load()) as portals:
        office = Office(tmp_path_factory.mktemp("two-nights"), portals)
        office.first_nights(2)
    return office


@pytest.fixture
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One to change, whose portals are there."""
    with bundled(Scenario.load()) as portals:
        office = Office(tmp_path_factory.mktemp("office"), portals)
        office.first_nights(2)
        yield office
