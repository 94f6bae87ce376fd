"""What every test may use."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own RASOAT_* and Prefect settings never reach a test."""
    import os

    for name in list(os.environ):
        if name.startswith(("RASOAT_", "PREFECT_")):
            monkeypatch.delenv(name)
