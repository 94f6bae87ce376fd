"""The sources that tonight still lacks, for the second try of the night."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from settings.configuration import Configuration
from steps.database import reading_connection
from warehouse.sources import runs


def unsettled_sources(
    configuration: Configuration, moment: datetime, asked: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the sources (of `asked`, all when empty) that no night of this local day has settled.

    A killed night settles nothing. A finished one settles a source that was read in full, where a person
    has to decide first (`held`), or where the portal refused us (`blocked`).
    """
    with reading_connection(configuration) as connection:
        settled = runs.settled_sources(connection, configuration.local_day(moment))
    names = (source.name for source in configuration.sources)
    return tuple(name for name in names if name not in settled and (not asked or name in asked))
