"""The catalogue in figures, by executing level."""

from __future__ import annotations

from collections.abc import Sequence

from procedures.findings import Side
from procedures.indicators import TOTAL, KpiRow
from procedures.model import Procedure
from procedures.values.levels import LEVELS
from reconciliation.indicators.eligibility import lacks_reason


def kpi(catalogue: Side, national: Sequence[Side], codes: dict[str, str] | None = None) -> tuple[KpiRow, ...]:
    """Return a row for each level that occurs, then `total`.

    A procedure at two levels counts in each, in the total once. `codes` are those that were matched to rows
    without one, by key.
    """
    complete_sides = [side for side in national if side.complete]
    published = {row.code for side in complete_sides for row in side.procedures.values() if row.code}
    rows = [(row, (codes or {}).get(key) or row.code) for key, row in sorted(catalogue.procedures.items())]
    groups = [
        (level, [pair for pair in rows if level in (pair[0].executing_levels or ())]) for level in LEVELS
    ]
    level_rows = [
        _row(level, pairs, published if complete_sides else None) for level, pairs in groups if pairs
    ]
    return (*level_rows, _row(TOTAL, rows, published if complete_sides else None))


def _row(level: str, pairs: Sequence[tuple[Procedure, str | None]], published: set[str] | None) -> KpiRow:
    rows = [row for row, _ in pairs]
    return KpiRow(
        level=level,
        procedures=len(rows),
        eligible_full=sum(row.eligible_full_online is True for row in rows),
        online_full=sum(row.online_level == "full" for row in rows),
        online_partial=sum(row.online_level == "partial" for row in rows),
        online_none=sum(row.online_level in ("none", "information") for row in rows),
        without_reason=sum(map(lacks_reason, rows)),
        postal=sum("postal" in (row.ways or ()) for row in rows),
        decentralised=sum(row.decentralisation_state == "decided" for row in rows),
        decentralisation_proposed=sum(row.decentralisation_state == "proposed" for row in rows),
        on_national_portal=None if published is None else sum(code in published for _, code in pairs),
        online_unstated=sum(row.online_level is None for row in rows),
        eligible_unstated=sum(row.eligible_full_online is None for row in rows),
        ways_unstated=sum(row.ways is None for row in rows),
        decentralisation_unstated=sum(row.decentralisation_state is None for row in rows),
    )
