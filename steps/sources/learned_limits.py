"""A source's settings, completed with limits learned from its own nights."""

from __future__ import annotations

from sqlalchemy import Connection

from procedures.learned_range import NIGHTS, Limits, learnt_limits, usual_range
from settings.sources import SourceSettings
from warehouse.sources import complete_nights


def taught(connection: Connection, settings: SourceSettings) -> tuple[SourceSettings, Limits]:
    """Return the settings to read and check by, and the limits beyond which values are only flagged."""
    nights = complete_nights.complete_nights(connection, settings.name, settings.scope, NIGHTS)
    return settings.replace(expect=settings.expect.learnt(usual_range(nights))), learnt_limits(nights)
