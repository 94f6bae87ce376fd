"""The counts of a list of procedures by executing level (`v_kpi`), and which of them are not stated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from procedures.model import Procedure

TOTAL = "total"
"""The row that counts each procedure once."""

COUNT_NAMES: tuple[str, ...] = (
    "procedures",
    "eligible_full",
    "online_full",
    "online_partial",
    "online_none",
    "without_reason",
    "postal",
    "decentralised",
    "decentralisation_proposed",
    "on_national_portal",
    "online_unstated",
    "eligible_unstated",
    "ways_unstated",
    "decentralisation_unstated",
)
"""The numbers of a row, in the order of `v_kpi`."""

UNSTATED_COUNTS: Mapping[str, str] = {
    "eligible_full": "eligible_unstated",
    "online_full": "online_unstated",
    "online_partial": "online_unstated",
    "online_none": "online_unstated",
    "without_reason": "online_unstated",
    "postal": "ways_unstated",
    "decentralised": "decentralisation_unstated",
    "decentralisation_proposed": "decentralisation_unstated",
}
"""By count, the one of procedures that do not state what it counts."""


def is_below_full(row: Procedure) -> bool:
    """Return whether a row states a level of online service under full."""
    return row.online_level not in (None, "full")


def lacks_reason(row: Procedure) -> bool:
    """Return whether a row is below full and gives no reason for it."""
    return is_below_full(row) and not row.online_reason


COUNTED: Mapping[str, Callable[[Procedure], bool]] = {
    "procedures": lambda _row: True,
    "eligible_full": lambda row: row.eligible_full_online is True,
    "online_full": lambda row: row.online_level == "full",
    "online_partial": lambda row: row.online_level == "partial",
    "online_none": lambda row: row.online_level in ("none", "information"),
    "without_reason": lacks_reason,
    "postal": lambda row: "postal" in (row.ways or ()),
    "decentralised": lambda row: row.decentralisation_state == "decided",
    "decentralisation_proposed": lambda row: row.decentralisation_state == "proposed",
    "online_unstated": lambda row: row.online_level is None,
    "eligible_unstated": lambda row: row.eligible_full_online is None,
    "ways_unstated": lambda row: row.ways is None,
    "decentralisation_unstated": lambda row: row.decentralisation_state is None,
}
"""By count, which rows of the list it counts: the figures and the lists behind them follow this alone.

`on_national_portal` is not among them: it depends on the portal, too.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiRow:
    """One row of `v_kpi` without its time. `on_national_portal` is None without a complete listing.

    `online_full`, `online_partial`, `online_none` (none, or information only) and `online_unstated` add up to
    `procedures`. `without_reason`: offered below full, and no reason is given. A count is 0 also where no row
    states what it counts; `known` tells the two apart.
    """

    level: str
    procedures: int
    eligible_full: int
    online_full: int
    online_partial: int
    online_none: int
    without_reason: int
    postal: int
    decentralised: int
    decentralisation_proposed: int
    on_national_portal: int | None
    online_unstated: int = 0
    eligible_unstated: int = 0
    ways_unstated: int = 0
    decentralisation_unstated: int = 0

    def known_count(self, count: str) -> int | None:
        """Return one of `COUNTS`; None where no procedure of the level states what it counts."""
        return known_count({name: getattr(self, name) for name in COUNT_NAMES}, count)


def known_count(row: Mapping[str, int | None], count: str) -> int | None:
    """Return one of the `COUNTS` of a row; None where no procedure of the level states what it counts.

    Earlier nights did not count what was not stated (None): their numbers are kept as they were.
    """
    unstated = row[UNSTATED_COUNTS[count]] if count in UNSTATED_COUNTS else None
    return None if unstated and unstated == row["procedures"] else row[count]
