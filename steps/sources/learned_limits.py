"""A source's settings, completed with limits learned from its own nights."""

from __future__ import annotations

from sqlalchemy import Connection

from procedures.learned_range import MAX_NIGHTS, LearnedLimits, learned_limits, usual_range
from settings.sources import SourceSettings
from warehouse.sources import complete_nights


def learned_settings(
    connection: Connection, settings: SourceSettings
) -> tuple[SourceSettings, LearnedLimits]:
    """Return the settings to read and check by, and the limits beyond which values are only flagged."""
    nights = complete_nights.complete_nights(connection, settings.name, settings.scope, MAX_NIGHTS)
    return settings.replace(expect=settings.expect.with_learned_range(usual_range(nights))), learned_limits(
        nights
    )
