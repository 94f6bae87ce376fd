"""What the catalogue says since findings were last compared, and what they wait for: a portal's value that it
took, or one that came with a file or a row changed in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from procedures.attributes import PUBLISHED
from procedures.finding_kinds import BY_KIND
from procedures.findings import CATALOGUE, Status
from procedures.model import value_text
from procedures.snapshot import SnapshotState
from warehouse.findings import store, taken_values
from warehouse.findings.taken_values import LastChange
from warehouse.sources import runs, source_status

Row = Mapping[str, Any]
"""A row of `v_finding`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A value that the catalogue says since a run. `accepted`: it took a portal's for this finding.

    `left`: the finding is `closed` by it; `waits` for `sources` to be read whole, or where those are none
    for the next comparison; or another side still says something else (`differs`).
    """

    finding_id: int
    run_id: int
    attribute: str
    value: str | None
    at: datetime
    by: str | None
    accepted: bool
    left: Literal["closed", "waits", "differs"]
    sources: tuple[str, ...] = ()


def attribute_of(row: Row) -> str | None:
    """The attribute that a finding could take from a portal; None where it cannot."""
    kind = BY_KIND[row["kind"]]
    if not kind.takes_value or not row["code"]:
        return None
    attribute: str | None = kind.attribute or row["attribute"]
    return attribute if attribute in PUBLISHED else None


def taken(connection: Connection, rows: Iterable[Row]) -> dict[int, Taken]:
    """Of these findings, by number, those of which the catalogue says another value than was compared.

    That is, it took a portal's value for them, or changed otherwise after the last comparison in which they
    were found.
    """
    about = {row["finding_id"]: row for row in rows if attribute_of(row) is not None}
    last = taken_values.last_changes(connection, {row["code"] for row in about.values()})
    made = {
        number: change
        for number, row in about.items()
        if (change := last.get((row["code"], attribute_of(row) or "")))
        and (change.errand.accepted == number or _since(row, change))
    }
    standing = taken_values.standing(connection, {change.key for change in made.values()})
    still = {
        number: change
        for number, change in made.items()
        if change.key in standing
        and value_text(getattr(standing[change.key], change.attribute)) == change.value
    }
    if not still:
        return {}
    states = {each.source: each.last_state for each in source_status.source_status(connection)}
    rests_on = taken_values.sources_of(connection, still)
    return {
        number: _taken(about[number], change, rests_on[number], states) for number, change in still.items()
    }


def _since(row: Row, change: LastChange) -> bool:
    """Whether a finding that is still to be settled was not found any more by the run of the change."""
    found_last: int = row["last_seen_run"]
    return row["status"] != Status.RESOLVED and found_last < change.run_id


def taken_in(connection: Connection, run_id: int) -> Taken | None:
    """The value that a run took into the catalogue, if the catalogue still says it."""
    finding_id = runs.get_run(connection, run_id).errand.accepted
    if finding_id is None:
        return None
    its = taken(connection, [store.find(connection, finding_id)]).get(finding_id)
    return its if its is not None and its.run_id == run_id else None


def _taken(row: Row, change: LastChange, rests_on: Iterable[str], states: Mapping[str, str | None]) -> Taken:
    left: Literal["closed", "waits", "differs"] = "waits"
    if row["status"] == Status.RESOLVED:
        left = "closed"
    elif row["last_seen_run"] >= change.run_id:
        left = "differs"
    unread = (name for name in rests_on if name != CATALOGUE and states.get(name) != SnapshotState.COMPLETE)
    return Taken(
        finding_id=row["finding_id"],
        run_id=change.run_id,
        attribute=change.attribute,
        value=change.value,
        at=change.at,
        by=change.errand.by,
        accepted=change.errand.accepted == row["finding_id"],
        left=left,
        sources=tuple(unread) if left == "waits" else (),
    )


def as_taken(row: Row, its: Taken | None) -> dict[str, Any]:
    """The row, with what the catalogue says now in place of what it said when it was last compared."""
    return dict(row) if its is None else {**row, "catalogue_value": its.value}
