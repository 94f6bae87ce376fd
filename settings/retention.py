"""`[archive]` and `[retention]`: how long archived bytes and rows are kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from settings.base import Positive, Settings

Days = Annotated[int, Field(ge=0, le=36_500)]


class ArchiveSettings(Settings):
    """How many last nights of each source stay in the raw archive, and whether runs prune it themselves."""

    keep_nights: Positive = 400
    prune: bool = True


class RetentionSettings(Settings):
    """For how many days the warehouse keeps what no history needs; 0: for ever.

    `checks_days`: passed outcomes of gates, and the pages of those nights. `quarantine_days`: quarantined
    records that newer ones replaced. `letters_days`: the wording of letters.
    `sign_ins_days`: the log of signing in.
    """

    checks_days: Days = 400
    quarantine_days: Days = 400
    letters_days: Days = 400
    sign_ins_days: Days = 400
