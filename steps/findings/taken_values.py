"""Values of the catalogue that changed since their findings were last compared: accepted from a portal, or
changed by a file or an edited row; and what the findings wait for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from procedures.attributes import PUBLISHED_ATTRIBUTES
from procedures.finding_kinds import INFO_BY_KIND
from procedures.findings import CATALOGUE, FindingStatus
from procedures.model import value_text
from procedures.snapshot import SnapshotState
from warehouse.findings import store, taken_values
from warehouse.findings.taken_values import LastChange
from warehouse.sources import runs, source_status

Row = Mapping[str, Any]
"""A row of `v_finding`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenValue:
    """A value that the catalogue has since a run. `accepted`: taken from a portal for this finding.

    `left`: the finding is `closed` by it; or `waits` for `sources` to be read in full, or without any for
    the next comparison; or `differs`, because another side still has another value.
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
    """Return the attribute whose value can be accepted for a finding; None if there is none."""
    kind = INFO_BY_KIND[row["kind"]]
    if not kind.takes_value or not row["code"]:
        return None
    attribute: str | None = kind.attribute or row["attribute"]
    return attribute if attribute in PUBLISHED_ATTRIBUTES else None


def taken_values_of(connection: Connection, rows: Iterable[Row]) -> dict[int, TakenValue]:
    """Return, by finding id, the values that the catalogue changed since they were compared.

    That is, it accepted a portal's value for the finding, or changed otherwise after the last comparison
    that found it.
    """
    by_id = {row["finding_id"]: row for row in rows if attribute_of(row) is not None}
    last_changes = taken_values.last_changes(connection, {row["code"] for row in by_id.values()})
    changes = {
        number: change
        for number, row in by_id.items()
        if (change := last_changes.get((row["code"], attribute_of(row) or "")))
        and (change.errand.accepted == number or _changed_after(row, change))
    }
    current = taken_values.current_rows(connection, {change.key for change in changes.values()})
    valid = {
        number: change
        for number, change in changes.items()
        if change.key in current
        and value_text(getattr(current[change.key], change.attribute)) == change.value
    }
    if not valid:
        return {}
    states = {each.source: each.last_state for each in source_status.source_status(connection)}
    rests_on = taken_values.sources_of(connection, valid)
    return {
        number: _build(by_id[number], change, rests_on[number], states) for number, change in valid.items()
    }


def _changed_after(row: Row, change: LastChange) -> bool:
    """Return whether an unresolved finding was last found before the run of the change."""
    last_seen: int = row["last_seen_run"]
    return row["status"] != FindingStatus.RESOLVED and last_seen < change.run_id


def value_taken_in_run(connection: Connection, run_id: int) -> TakenValue | None:
    """Return the value that a run accepted into the catalogue, if the catalogue still has it."""
    finding_id = runs.get_run(connection, run_id).origin.accepted
    if finding_id is None:
        return None
    value = taken_values_of(connection, [store.get_finding(connection, finding_id)]).get(finding_id)
    return value if value is not None and value.run_id == run_id else None


def _build(
    row: Row, change: LastChange, rests_on: Iterable[str], states: Mapping[str, str | None]
) -> TakenValue:
    left: Literal["closed", "waits", "differs"] = "waits"
    if row["status"] == FindingStatus.RESOLVED:
        left = "closed"
    elif row["last_seen_run"] >= change.run_id:
        left = "differs"
    unread = (name for name in rests_on if name != CATALOGUE and states.get(name) != SnapshotState.COMPLETE)
    return TakenValue(
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


def with_current_value(row: Row, value: TakenValue | None) -> dict[str, Any]:
    """Return the row with the catalogue's current value instead of the one last compared."""
    return dict(row) if value is None else {**row, "catalogue_value": value.value}
