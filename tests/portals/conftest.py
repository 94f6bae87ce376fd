from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from portals.serve import Portals


@pytest.fixture
def portals() -> Iterator[Portals]:
    with Portals(departments=["G09"]) as running:
        yield running


@pytest.fixture
def national(portals: Portals) -> Iterator[httpx.Client]:
    """A raw client that has the session cookies."""
    with httpx.Client(base_url=portals.national.base_url, verify=False, trust_env=False, timeout=5) as client:
        client.get("/").raise_for_status()
        yield client


@pytest.fixture
def provincial(portals: Portals) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=portals.provincial.base_url, verify=False, trust_env=False, timeout=5
    ) as client:
        yield client
