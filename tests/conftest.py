"""What every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portals.serve import Portals

if TYPE_CHECKING:
    from tests.office import Office


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own RASOAT_* and Prefect settings never reach a test."""
    for name in list(os.environ):
        if name.startswith(("RASOAT_", "PREFECT_")):
            monkeypatch.delenv(name)


@pytest.fixture
def portals() -> Iterator[Portals]:
    """Both portals, the national one with Bộ Nội vụ's records only."""
    with Portals(departments=["G09"]) as running:
        yield running


@pytest.fixture
def office(tmp_path: Path, portals: Portals) -> Office:
    """An office that has done nothing yet."""
    from tests.office import Office

    return Office(tmp_path, portals)
