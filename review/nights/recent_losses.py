"""Whether archive and database belong together, as every page may ask: looked up again after a minute."""

from __future__ import annotations

import time

from settings.configuration import Configuration
from steps.nights.lost_stores import Loss
from steps.sources.archive_losses import current_losses

SECONDS = 60
"""How long an answer stands: finding it takes a few hundred look-ups in the archive."""


def recent_losses(configuration: Configuration) -> list[Loss]:
    """Return what is lost, at most `SECONDS` ago.

    Raises:
        WarehouseError: the database cannot be used.
    """
    key = configuration.database_url, configuration.archive_name
    known = _KNOWN.get(key)
    if known is None or time.monotonic() - known[0] > SECONDS:
        known = _KNOWN[key] = time.monotonic(), current_losses(configuration)
    return known[1]


_KNOWN: dict[tuple[str, str], tuple[float, list[Loss]]] = {}
