"""Decentralisation (phân cấp) of the province's procedures: the share, the gap to the target, candidates.

Delegation (ủy quyền) is different and never counts. The target of 20 % is the department's, a setting of
the figure and not of the law.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from procedures.model import Procedure
from procedures.values.durations import ProcessingTime
from procedures.values.text import matching_key

TARGET = 0.20
FEW_PAPERS = 3
SHORT_DAYS = 5
"""A procedure of at most so many papers and working days carries little risk when handed down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decentralisation:
    """The figures over procedures of the province's level; None: no row states what is counted."""

    procedures: int
    decided: int | None
    proposed: int | None
    proposed_with_basis: int | None
    delegated: int | None
    refused_with_reason: int | None
    undeclared: int = 0
    target: float = TARGET

    @property
    def needed(self) -> int:
        """Return the number that meets the target."""
        return math.ceil(round(self.target * self.procedures, 9))

    @property
    def missing(self) -> int | None:
        """Return the number of decisions still needed."""
        return None if self.decided is None else max(0, self.needed - self.decided)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecentralisationCandidate:
    """A procedure of the province that could be handed down, with the reasons."""

    code: str | None
    name: str
    division: str | None
    field: str | None
    reasons: tuple[str, ...]


def decentralisation(rows: Iterable[Procedure], target: float = TARGET) -> Decentralisation:
    """Return the figures of the catalogue's rows; only what the province carries out counts."""
    provincial = [row for row in rows if _is_provincial(row)]
    proposed = [row for row in provincial if row.decentralisation_state == "proposed"]
    undeclared = sum(row.decentralisation_state is None for row in provincial)
    refused = sum(
        row.decentralisation_state in (None, "none") and bool(row.decentralisation_reason)
        for row in provincial
    )
    delegated = sum(row.delegated is True for row in provincial)
    stated = undeclared < len(provincial)
    return Decentralisation(
        procedures=len(provincial),
        decided=sum(row.decentralisation_state == "decided" for row in provincial) if stated else None,
        proposed=len(proposed) if stated else None,
        proposed_with_basis=sum(bool(row.decentralisation_basis) for row in proposed) if stated else None,
        delegated=delegated if any(row.delegated is not None for row in provincial) else None,
        refused_with_reason=refused if refused or stated else None,
        undeclared=undeclared,
        target=target,
    )


def decentralisation_candidates(
    rows: Iterable[Procedure],
    national: Mapping[str, Procedure],
    elsewhere: Mapping[str, Iterable[Procedure]] | None = None,
) -> tuple[DecentralisationCandidate, ...]:
    """Return procedures of the province alone that nobody has proposed, with reasons to hand them down.

    `elsewhere`: the lists of other provinces by name. Those with more reasons come first.
    """
    lists = {
        name: ({row.code for row in listed if row.code}, {matching_key(row.name) for row in listed})
        for name, listed in (
            (name, [row for row in of_province if "commune" in (row.executing_levels or ())])
            for name, of_province in (elsewhere or {}).items()
        )
    }
    found = []
    for row in rows:
        if not _is_provincial(row) or "commune" in (row.executing_levels or ()):
            continue
        if row.decentralisation_state in ("proposed", "decided") or row.decentralisation_reason:
            continue
        reasons = tuple(_reasons(row, national.get(row.code or ""), lists))
        if reasons:
            found.append(
                DecentralisationCandidate(
                    code=row.code, name=row.name, division=row.division, field=row.field, reasons=reasons
                )
            )
    return tuple(sorted(found, key=lambda each: (-len(each.reasons), each.code or "", each.name)))


def _reasons(
    row: Procedure, record: Procedure | None, lists: Mapping[str, tuple[set[str], set[str]]]
) -> Iterable[str]:
    if record is not None and "commune" in (record.executing_levels or ()):
        yield "Trên Cổng DVC quốc gia thủ tục này có cả cấp xã thực hiện"
    key = matching_key(row.name)
    for name, (codes, names) in sorted(lists.items()):
        if row.code in codes or key in names:
            yield f"{name} đã giao cấp xã thực hiện"
    papers = row.dossier or (record.dossier if record else None)
    days = _longest_days(row.processing_time or (record.processing_time if record else None))
    if papers and len(papers) <= FEW_PAPERS and days is not None and days <= SHORT_DAYS:
        yield f"Ít rủi ro: {len(papers)} giấy tờ, giải quyết trong {days:g} ngày làm việc"


def _longest_days(times: tuple[ProcessingTime, ...] | None) -> float | None:
    """Return the longest time in working days; None where any has another unit than that or hours."""
    days = []
    for time in times or ():
        if time.unit == "working_day" and time.amount is not None:
            days.append(float(time.amount))
        elif time.unit == "hour" and time.amount is not None:
            days.append(float(time.amount) / 8)
        else:
            return None
    return max(days, default=None)


def _is_provincial(row: Procedure) -> bool:
    return "province" in (row.executing_levels or ())
