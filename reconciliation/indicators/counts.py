"""The catalogue in figures, by executing level."""

from __future__ import annotations

from collections.abc import Sequence

from procedures.findings import Side
from procedures.indicators import COUNTED, TOTAL, KpiRow
from procedures.model import Procedure
from procedures.values.levels import LEVELS


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
    counts = {name: sum(map(counts_row, rows)) for name, counts_row in COUNTED.items()}
    on_portal = None if published is None else sum(code in published for _, code in pairs)
    return KpiRow(level=level, on_national_portal=on_portal, **counts)
