"""The catalogue in figures, by executing level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from procedures.findings import Side
from procedures.levels import LEVELS
from procedures.model import Procedure

TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiRow:
    """One row of `v_kpi` without its time. `on_national_portal` is None while nobody has looked there."""

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


def kpi(catalogue: Side, national: Sequence[Side], codes: dict[str, str] | None = None) -> tuple[KpiRow, ...]:
    """A row for each level that occurs, then `total`.

    A procedure at two levels counts in each, in the total once. An online level that the catalogue
    does not say counts nowhere. `codes` are those that were matched to rows without one, by key.
    """
    looked = [side for side in national if side.complete]
    published = {row.code for side in looked for row in side.procedures.values() if row.code}
    rows = [(row, (codes or {}).get(key) or row.code) for key, row in sorted(catalogue.procedures.items())]
    groups = [
        (level, [pair for pair in rows if level in (pair[0].executing_levels or ())]) for level in LEVELS
    ]
    found = [_row(level, pairs, published if looked else None) for level, pairs in groups if pairs]
    return (*found, _row(TOTAL, rows, published if looked else None))


def _row(level: str, pairs: Sequence[tuple[Procedure, str | None]], published: set[str] | None) -> KpiRow:
    rows = [row for row, _ in pairs]
    return KpiRow(
        level=level,
        procedures=len(rows),
        eligible_full=sum(row.eligible_full_online is True for row in rows),
        online_full=sum(row.online_level == "full" for row in rows),
        online_partial=sum(row.online_level == "partial" for row in rows),
        online_none=sum(row.online_level in ("none", "information") for row in rows),
        without_reason=sum(row.online_level == "partial" and not row.online_reason for row in rows),
        postal=sum("postal" in (row.ways or ()) for row in rows),
        decentralised=sum(row.decentralisation_state == "decided" for row in rows),
        decentralisation_proposed=sum(row.decentralisation_state == "proposed" for row in rows),
        on_national_portal=None if published is None else sum(code in published for _, code in pairs),
    )
