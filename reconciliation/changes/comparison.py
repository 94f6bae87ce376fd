"""The changes of one source between two nights: `compare(previous, current, night)`.

Pure, and local to each key: equal pairs may be left out of both mappings. Sources of
the rules: the public contract on presence, absence, return and successors; decree 63/2010/NĐ-CP,
articles 24 to 26, on what the national database has to publish.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from procedures.attributes import ATTRIBUTE_NAMES, PUBLISHED_ATTRIBUTES
from procedures.changes import (
    AbsenceStep,
    Arrival,
    Change,
    ChangeKind,
    Comparison,
    StoredProcedure,
    VersionStep,
)
from procedures.model import Procedure, merge_records, value_text
from procedures.snapshot import Observation
from reconciliation.changes.absence import climb
from reconciliation.changes.context import ComparisonContext
from reconciliation.changes.differences import (
    AttributeDifference,
    differences,
    has_silent_change,
    removed_values,
)
from reconciliation.changes.successors import ArrivalSpan, Successors
from reconciliation.findings.names import levels_of

_ATTRIBUTE_ORDER = {attribute: place for place, attribute in enumerate(ATTRIBUTE_NAMES)}


@dataclass(slots=True)
class _Leaver:
    """A procedure that ends tonight, with its evidence."""

    key: str
    known: StoredProcedure
    evidence: dict[str, Any]


@dataclass(slots=True)
class _Steps:
    """The changes and steps collected so far."""

    night: ComparisonContext
    changes: list[Change] = field(default_factory=list)
    versions: list[VersionStep] = field(default_factory=list)
    absences: list[AbsenceStep] = field(default_factory=list)
    arrivals: dict[str, Procedure] = field(default_factory=dict)
    leaving: list[_Leaver] = field(default_factory=list)

    def report(self, change: Change) -> None:
        if self.night.reports_changes:
            self.changes.append(change)

    def open_version(self, key: str, procedure: Procedure) -> None:
        self.versions.append(VersionStep(action="open", key=key, procedure=procedure))

    def close_version(self, key: str) -> None:
        self.versions.append(VersionStep(action="close", key=key))

    def leave_ladder(self, key: str, known: StoredProcedure) -> None:
        if known.absence is not None:
            self.absences.append(AbsenceStep(key=key, absence=None))


def compare(
    previous: Mapping[str, StoredProcedure], current: Mapping[str, Observation], night: ComparisonContext
) -> Comparison:
    """Return the changes of one snapshot, and the steps that make it current.

    A partial snapshot loads what it read and retires nothing; before the baseline it loads nothing.
    Blocked, held and failed ones are never passed in.
    """
    if not night.complete and not night.baseline:
        return Comparison()
    rows = _Steps(night)
    for key, observation in current.items():
        _compare_listed(rows, key, previous.get(key), observation)
    absent = dict.fromkeys(key for key, known in previous.items() if key not in current and not known.retired)
    for key in absent:
        _compare_absent(rows, key, previous[key])
    _end_leaving(rows, absent)
    return _sorted_comparison(rows)


def _compare_listed(rows: _Steps, key: str, known: StoredProcedure | None, observation: Observation) -> None:
    if observation.presence == "unpublished":
        _end_unpublished(rows, key, known, observation)
        return
    read = observation.procedure if observation.presence == "read" else None
    if known is None:
        if read is not None:
            _add_new(rows, key, read, observation)
    elif known.retired:
        if read is not None or observation.presence == "seen":
            _reinstate(rows, key, known, read or known.procedure, observation)
    else:
        if known.absence is not None:
            _reinstate_missing(rows, key, known, observation)
        if read is not None:
            _compare(rows, key, known.procedure, read, observation)


def _add_new(rows: _Steps, key: str, read: Procedure, observation: Observation) -> None:
    """Open a procedure published for the first time: `new`, unless it enters silently."""
    rows.open_version(key, read)
    rows.arrivals[key] = read
    if not rows.night.is_silent(key):
        evidence = {"name": read.name, **observation.evidence}
        rows.report(Change(kind=ChangeKind.NEW, key=key, code=read.code, evidence=evidence))


def _reinstate(
    rows: _Steps, key: str, known: StoredProcedure, read: Procedure, observation: Observation
) -> None:
    """Reopen one that was repealed or replaced: one `reinstated` row, and its differences."""
    merged = merge_records(known.procedure, read)
    rows.open_version(key, merged)
    rows.leave_ladder(key, known)
    if rows.night.is_silent(key):
        return
    evidence = {"name": merged.name, "was": "retired", **observation.evidence}
    rows.report(Change(kind=ChangeKind.REINSTATED, key=key, code=merged.code, evidence=evidence))
    _add_differences(rows, key, merged.code, differences(known.procedure, read), observation)


def _reinstate_missing(rows: _Steps, key: str, known: StoredProcedure, observation: Observation) -> None:
    """Take one that is listed again in time off the ladder: one `reinstated` row, no version."""
    rows.leave_ladder(key, known)
    absence = known.absence
    evidence = {
        "name": known.procedure.name,
        "was": "missing",
        "since": absence.since.isoformat() if absence else None,
        **observation.evidence,
    }
    code = known.procedure.code
    rows.report(Change(kind=ChangeKind.REINSTATED, key=key, code=code, evidence=evidence))


def _compare(rows: _Steps, key: str, old: Procedure, read: Procedure, observation: Observation) -> None:
    """Add a row for each attribute that differs from the last version, and open a version if any does."""
    if old == read:
        return
    new = _with_other_levels(old, read, rows.night)
    changed = differences(old, new)
    if key in rows.night.amended:
        changed += removed_values(old, new)
    if changed or has_silent_change(old, new):
        rows.open_version(key, new if key in rows.night.amended else merge_records(old, new))
    _add_differences(rows, key, new.code or old.code, changed, observation)


def _add_differences(
    rows: _Steps, key: str, code: str | None, changed: list[AttributeDifference], observation: Observation
) -> None:
    for difference in changed:
        rows.report(
            Change(
                kind=ChangeKind.COSMETIC if difference.cosmetic else ChangeKind.CHANGED,
                key=key,
                code=code,
                attribute=difference.attribute,
                old_value=difference.old,
                new_value=difference.new,
                evidence=dict(observation.evidence),
            )
        )


def _with_other_levels(old: Procedure, read: Procedure, night: ComparisonContext) -> Procedure:
    """Return the record with the levels that a file of some levels alone does not cover, as they were."""
    file_levels = night.levels_of_file
    if file_levels is None or read.executing_levels is None or not old.executing_levels:
        return read
    return replace(read, executing_levels=(old.executing_levels - file_levels) | read.executing_levels)


def _end_unpublished(rows: _Steps, key: str, known: StoredProcedure | None, observation: Observation) -> None:
    """End one listed in an unpublished state (dừng công khai) at once, by a complete snapshot.

    What was never loaded makes no row; a partial snapshot retires nothing.
    """
    if known is None or known.retired or not rows.night.complete or rows.night.reread:
        return
    evidence = {"state": observation.state, **observation.evidence}
    rows.leaving.append(_Leaver(key, known, evidence))


def _compare_absent(rows: _Steps, key: str, known: StoredProcedure) -> None:
    """Handle one that is not listed; only a complete snapshot counts."""
    night = rows.night
    if not night.complete or night.reread:
        return
    if night.levels_of_file is not None:
        _end_at_levels(rows, key, known, night.levels_of_file)
    elif night.is_silent(key):
        rows.close_version(key)
        rows.leave_ladder(key, known)
    elif not night.ladder:
        _end_at_once(rows, key, known)
    else:
        _climb_ladder(rows, key, known)


def _end_at_levels(rows: _Steps, key: str, known: StoredProcedure, file_levels: frozenset[str]) -> None:
    """End a row that a file of one level lacks at that level; it stays at its other levels."""
    levels = known.procedure.executing_levels or frozenset()
    remaining = levels - file_levels
    if levels.isdisjoint(file_levels):
        return
    if not remaining:
        _end_at_once(rows, key, known)
        return
    rows.open_version(key, replace(known.procedure, executing_levels=remaining))
    rows.report(
        Change(
            kind=ChangeKind.CHANGED,
            key=key,
            code=known.procedure.code,
            attribute="executing_levels",
            old_value=value_text(levels),
            new_value=value_text(remaining),
            evidence={"level": sorted(file_levels)},
        )
    )


def _end_at_once(rows: _Steps, key: str, known: StoredProcedure) -> None:
    """End a row that a new import of the catalogue lacks: there is no ladder."""
    rows.close_version(key)
    rows.leave_ladder(key, known)
    if not rows.night.is_silent(key):
        evidence = {"name": known.procedure.name}
        rows.report(Change(kind=ChangeKind.MISSING, key=key, code=known.procedure.code, evidence=evidence))


def _climb_ladder(rows: _Steps, key: str, known: StoredProcedure) -> None:
    rung = climb(known.absence, rows.night.look_ups.get(key), rows.night)
    rungs = [dict(step) for step in rung.absence.evidence]
    if rung.gone:
        rows.leaving.append(_Leaver(key, known, {"rungs": rungs, "since": rung.absence.since.isoformat()}))
        return
    if rung.changed:
        rows.absences.append(AbsenceStep(key=key, absence=rung.absence))
    if known.absence is None:
        evidence = {"name": known.procedure.name, "rungs": rungs}
        rows.report(Change(kind=ChangeKind.MISSING, key=key, code=known.procedure.code, evidence=evidence))


def _end_leaving(rows: _Steps, absent: Collection[str]) -> None:
    """End what leaves: `replaced` or `level_transfer` by a successor that is certain, else `repealed`.

    A successor is sought among what arrived since the procedure became absent; some of those may be
    `absent` again.
    """
    if not rows.leaving:
        return
    tonight = {key: Arrival(procedure, rows.night.day) for key, procedure in rows.arrivals.items()}
    arrivals = {**rows.night.recent_new, **tonight}
    ending = {leaving.key for leaving in rows.leaving}
    spans = {
        key: ArrivalSpan(each.day, absent=key in ending or key in absent, ended=key in ending)
        for key, each in arrivals.items()
    }
    since = {leaving.key: _absent_since(leaving.known, rows.night) for leaving in rows.leaving}
    successors = {
        first: Successors({key: each.procedure for key, each in arrivals.items() if each.day >= first}, spans)
        for first in set(since.values())
    }
    for leaving in rows.leaving:
        known, key = leaving.known, leaving.key
        rows.close_version(key)
        rows.leave_ladder(key, known)
        if rows.night.is_silent(key):
            continue
        succession = successors[since[key]].of(known.procedure, key, since[key])
        evidence = {"name": known.procedure.name, **leaving.evidence}
        kind = ChangeKind.REPEALED
        successor = succession.procedure
        if successor is not None:
            kind = ChangeKind.LEVEL_TRANSFER if succession.transfer else ChangeKind.REPLACED
            evidence["successor"] = _successor_evidence(successor)
            evidence["levels"] = [sorted(levels_of(known.procedure)), sorted(levels_of(successor))]
        elif succession.candidates:
            evidence["candidates"] = list(succession.candidates)
        code = (successor.code or succession.key) if successor is not None else None
        rows.report(
            Change(kind=kind, key=key, code=known.procedure.code, successor_code=code, evidence=evidence)
        )


def _absent_since(known: StoredProcedure, night: ComparisonContext) -> date:
    return known.absence.since if known.absence else night.day


def _successor_evidence(procedure: Procedure) -> dict[str, Any]:
    values = {
        name: value_text(getattr(procedure, name)) for name in ("name", "decision_number", "decision_date")
    }
    return {name: value for name, value in values.items() if value is not None}


def _sorted_comparison(rows: _Steps) -> Comparison:
    """Return the rows in an order that does not depend on that of the mappings."""
    kind_order = {kind: position for position, kind in enumerate(ChangeKind)}
    rows.changes.sort(
        key=lambda row: (row.key, row.attribute is not None, 0 if row.attribute else kind_order[row.kind],
                         _ATTRIBUTE_ORDER.get(row.attribute or "", len(PUBLISHED_ATTRIBUTES)))
    )  # fmt: skip
    rows.versions.sort(key=lambda step: step.key)
    rows.absences.sort(key=lambda step: step.key)
    return Comparison(tuple(rows.changes), tuple(rows.versions), tuple(rows.absences))
