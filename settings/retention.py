"""`[archive]` and `[retention]`: how long bytes and rows are kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from settings.base import Positive, Settings

Days = Annotated[int, Field(ge=0, le=36_500)]


class ArchiveSettings(Settings):
    """Of each source, so many of its last nights stay in the raw archive."""

    keep_nights: Positive = 400


class RetentionSettings(Settings):
    """For how many days the warehouse keeps what no history rests on; 0: for ever.

    `checks_days`: what gates had nothing against, and the pages of those nights. `quarantine_days`: records
    thrown out and overtaken since. `letters_days`: the wording of letters.
    """

    checks_days: Days = 400
    quarantine_days: Days = 400
    letters_days: Days = 400
