"""The ladder of absence: missing, asked for, confirmed by later nights, gone.

Only complete snapshots are passed in. A night that could not be read changes nothing, so a gap of nights
neither confirms nor resets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from procedures.changes import Absence
from procedures.snapshot import LookUp
from reconciliation.changes.context import ComparisonContext


@dataclass(frozen=True, slots=True)
class Rung:
    """The ladder's state after tonight: `gone` when this was the last rung, `changed` when it differs."""

    absence: Absence
    gone: bool
    changed: bool


def climb(previous: Absence | None, look_up: LookUp | None, night: ComparisonContext) -> Rung:
    """Return the ladder's state after one complete snapshot without the procedure.

    Snapshots of one local day count once. A look-up that finds it dead ends it now; one that finds
    it published keeps it `missing` and restarts the count, since the earlier nights are no
    longer in a row; an error counts neither way and ends nothing, even where fewer nights are asked
    for since. Not found counts, and so does a source that cannot be asked.
    """
    outcome = look_up.outcome if look_up else None
    nights = previous.nights if previous else 0
    counted_today = previous is not None and nights > 0 and previous.last_day == night.day
    counts = outcome in (None, "not_found") and not counted_today
    if outcome == "published":
        nights = 0
    elif counts:
        nights += 1
    gone = outcome == "dead" or (outcome != "error" and nights >= night.confirm_after)
    evidence = _append_rung(previous.evidence if previous else (), _rung_evidence(look_up, night, counts))
    absence = Absence(
        since=previous.since if previous else night.day,
        last_day=night.day if counts or previous is None else previous.last_day,
        nights=nights,
        evidence=evidence,
    )
    changed = previous is None or gone or nights != previous.nights or evidence != previous.evidence
    return Rung(absence, gone, changed)


def _rung_evidence(look_up: LookUp | None, night: ComparisonContext, counts: bool) -> dict[str, Any]:
    rung: dict[str, Any] = {"as_of": night.as_of.isoformat(), "day": night.day.isoformat(), "counts": counts}
    if look_up is not None:
        rung |= {"look_up": look_up.outcome}
        if look_up.state is not None:
            rung["state"] = look_up.state
        if look_up.evidence:
            rung["answer"] = dict(look_up.evidence)
    return rung


def _append_rung(
    rungs: tuple[Mapping[str, Any], ...], rung: Mapping[str, Any]
) -> tuple[Mapping[str, Any], ...]:
    """Append a rung: all that count are kept, and of equal ones in between the last.

    A second look on a day that already counted adds nothing when its outcome is that of the first one.
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
