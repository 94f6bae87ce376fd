"""The ladder of absence: missing, asked for, confirmed by later nights, gone.

Only complete snapshots come here. A night that could not be read moves nobody, so a gap of nights
neither confirms nor resets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from procedures.changes import Absence
from procedures.snapshot import LookUp
from reconciliation.changes.context import Night


@dataclass(frozen=True, slots=True)
class Rung:
    """Where an absent procedure stands after tonight; `gone` when this was the last rung."""

    absence: Absence
    gone: bool
    moved: bool


def climb(before: Absence | None, look_up: LookUp | None, night: Night) -> Rung:
    """One complete snapshot without the procedure.

    Snapshots of one local day count once. A look-up that finds it dead ends it now; one that finds
    it published holds it at `missing` and the count begins anew, for the nights before are no
    longer in a row; an error counts neither way and ends nothing, even where fewer nights are asked
    for since. Not found counts, and so does a source that cannot be asked.
    """
    outcome = look_up.outcome if look_up else None
    nights = before.nights if before else 0
    counted_today = before is not None and nights > 0 and before.last_day == night.day
    counts = outcome in (None, "not_found") and not counted_today
    if outcome == "published":
        nights = 0
    elif counts:
        nights += 1
    gone = outcome == "dead" or (outcome != "error" and nights >= night.confirm_after)
    evidence = _with_rung(before.evidence if before else (), _rung(look_up, night, counts))
    absence = Absence(
        since=before.since if before else night.day,
        last_day=night.day if counts or before is None else before.last_day,
        nights=nights,
        evidence=evidence,
    )
    moved = before is None or gone or nights != before.nights or evidence != before.evidence
    return Rung(absence, gone, moved)


def _rung(look_up: LookUp | None, night: Night, counts: bool) -> dict[str, Any]:
    rung: dict[str, Any] = {"as_of": night.as_of.isoformat(), "day": night.day.isoformat(), "counts": counts}
    if look_up is not None:
        rung |= {"look_up": look_up.outcome}
        if look_up.state is not None:
            rung["state"] = look_up.state
        if look_up.evidence:
            rung["answer"] = dict(look_up.evidence)
    return rung


def _with_rung(
    rungs: tuple[Mapping[str, Any], ...], rung: Mapping[str, Any]
) -> tuple[Mapping[str, Any], ...]:
    """Rungs that count are all kept; of those in between that say the same, the last one.

    A second look on a day that already counted adds nothing when it says what the first one said.
    """
    if not rungs:
        return (rung,)
    last = rungs[-1]
    same = last.get("look_up") == rung.get("look_up") and last.get("state") == rung.get("state")
    if same and not rung["counts"]:
        return (
            rungs
            if last["day"] == rung["day"]
            else (*rungs[:-1], rung)
            if not last["counts"]
            else (*rungs, rung)
        )
    return (*rungs, rung)
