"""What moved on one source between two nights: `compare(previous, current, night)`.

Pure, and local to each key: pairs that did not move may be left out of both mappings. Sources of
the rules: the public contract on presence, absence, return and successors; decree 63/2010/NĐ-CP,
articles 24 to 26, on what the national database is to show.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from procedures.attributes import ATTRIBUTE_NAMES, PUBLISHED
from procedures.changes import AbsenceStep, Arrival, Change, ChangeKind, Comparison, Known, VersionStep
from procedures.model import Procedure, merge, value_text
from procedures.snapshot import Observation
from reconciliation.changes.absence import climb
from reconciliation.changes.context import Night
from reconciliation.changes.differences import Difference, differences, moved_unspoken, taken_away
from reconciliation.changes.successors import Stay, Successors
from reconciliation.findings.names import levels_of

_ORDER = {attribute: place for place, attribute in enumerate(ATTRIBUTE_NAMES)}


@dataclass(slots=True)
class _Leaving:
    """A procedure that leaves tonight, and what shows it."""

    key: str
    known: Known
    evidence: dict[str, Any]


@dataclass(slots=True)
class _Rows:
    """What has been found so far."""

    night: Night
    changes: list[Change] = field(default_factory=list)
    versions: list[VersionStep] = field(default_factory=list)
    absences: list[AbsenceStep] = field(default_factory=list)
    arrivals: dict[str, Procedure] = field(default_factory=dict)
    leaving: list[_Leaving] = field(default_factory=list)

    def say(self, change: Change) -> None:
        if self.night.speaks:
            self.changes.append(change)

    def open(self, key: str, procedure: Procedure) -> None:
        self.versions.append(VersionStep(action="open", key=key, procedure=procedure))

    def close(self, key: str) -> None:
        self.versions.append(VersionStep(action="close", key=key))

    def off_the_ladder(self, key: str, known: Known) -> None:
        if known.absence is not None:
            self.absences.append(AbsenceStep(key=key, absence=None))


def compare(previous: Mapping[str, Known], current: Mapping[str, Observation], night: Night) -> Comparison:
    """The changes of one snapshot, and the steps that make it current.

    A partial snapshot loads what it read and retires nothing; before the baseline it loads nothing.
    Blocked, held and failed ones never come here.
    """
    if not night.complete and not night.baseline:
        return Comparison()
    rows = _Rows(night)
    for key, observation in current.items():
        _present(rows, key, previous.get(key), observation)
    absent = dict.fromkeys(key for key, known in previous.items() if key not in current and not known.retired)
    for key in absent:
        _absent(rows, key, previous[key])
    _retire(rows, absent)
    return _sorted(rows)


def _present(rows: _Rows, key: str, known: Known | None, observation: Observation) -> None:
    if observation.presence == "unpublished":
        _unpublished(rows, key, known, observation)
        return
    read = observation.procedure if observation.presence == "read" else None
    if known is None:
        if read is not None:
            _enter(rows, key, read, observation)
    elif known.retired:
        if read is not None or observation.presence == "seen":
            _return(rows, key, known, read or known.procedure, observation)
    else:
        if known.absence is not None:
            _back_from_the_ladder(rows, key, known, observation)
        if read is not None:
            _continue(rows, key, known.procedure, read, observation)


def _enter(rows: _Rows, key: str, read: Procedure, observation: Observation) -> None:
    """Published for the first time here: `new`, unless it enters silently."""
    rows.open(key, read)
    rows.arrivals[key] = read
    if not rows.night.is_silent(key):
        evidence = {"name": read.name, **observation.evidence}
        rows.say(Change(kind=ChangeKind.NEW, key=key, code=read.code, evidence=evidence))


def _return(rows: _Rows, key: str, known: Known, read: Procedure, observation: Observation) -> None:
    """Repealed or replaced, and published again: one `reinstated` row, and what it says anew."""
    merged = merge(known.procedure, read)
    rows.open(key, merged)
    rows.off_the_ladder(key, known)
    if rows.night.is_silent(key):
        return
    evidence = {"name": merged.name, "was": "retired", **observation.evidence}
    rows.say(Change(kind=ChangeKind.REINSTATED, key=key, code=merged.code, evidence=evidence))
    _say_differences(rows, key, merged.code, differences(known.procedure, read), observation)


def _back_from_the_ladder(rows: _Rows, key: str, known: Known, observation: Observation) -> None:
    """Missing, and listed again before it was given up: one `reinstated` row, no version."""
    rows.off_the_ladder(key, known)
    absence = known.absence
    evidence = {
        "name": known.procedure.name,
        "was": "missing",
        "since": absence.since.isoformat() if absence else None,
        **observation.evidence,
    }
    code = known.procedure.code
    rows.say(Change(kind=ChangeKind.REINSTATED, key=key, code=code, evidence=evidence))


def _continue(rows: _Rows, key: str, old: Procedure, read: Procedure, observation: Observation) -> None:
    """Published yesterday and today: one row an attribute that differs, and a version if any does."""
    if old == read:
        return
    new = _in_file(old, read, rows.night)
    found = differences(old, new)
    if key in rows.night.amended:
        found += taken_away(old, new)
    if found or moved_unspoken(old, new):
        rows.open(key, new if key in rows.night.amended else merge(old, new))
    _say_differences(rows, key, new.code or old.code, found, observation)


def _say_differences(
    rows: _Rows, key: str, code: str | None, found: list[Difference], observation: Observation
) -> None:
    for difference in found:
        rows.say(
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


def _in_file(old: Procedure, read: Procedure, night: Night) -> Procedure:
    """A file that speaks of some levels alone leaves the others as they stood."""
    spoken = night.levels_of_file
    if spoken is None or read.executing_levels is None or not old.executing_levels:
        return read
    return replace(read, executing_levels=(old.executing_levels - spoken) | read.executing_levels)


def _unpublished(rows: _Rows, key: str, known: Known | None, observation: Observation) -> None:
    """Listed in a state that is not published (dừng công khai): gone at once, by a complete snapshot.

    What was not loaded makes no row; a partial snapshot retires nothing.
    """
    if known is None or known.retired or not rows.night.complete or rows.night.reread:
        return
    evidence = {"state": observation.state, **observation.evidence}
    rows.leaving.append(_Leaving(key, known, evidence))


def _absent(rows: _Rows, key: str, known: Known) -> None:
    """Not listed. Only a complete snapshot speaks of it."""
    night = rows.night
    if not night.complete or night.reread:
        return
    if night.levels_of_file is not None:
        _absent_from_levels(rows, key, known, night.levels_of_file)
    elif night.is_silent(key):
        rows.close(key)
        rows.off_the_ladder(key, known)
    elif not night.ladder:
        _end_at_once(rows, key, known)
    else:
        _climb(rows, key, known)


def _absent_from_levels(rows: _Rows, key: str, known: Known, spoken: frozenset[str]) -> None:
    """A file imported for one level lacks the row: it ends there, and stands at its other levels."""
    levels = known.procedure.executing_levels or frozenset()
    left = levels - spoken
    if levels.isdisjoint(spoken):
        return
    if not left:
        _end_at_once(rows, key, known)
        return
    rows.open(key, replace(known.procedure, executing_levels=left))
    rows.say(
        Change(
            kind=ChangeKind.CHANGED,
            key=key,
            code=known.procedure.code,
            attribute="executing_levels",
            old_value=value_text(levels),
            new_value=value_text(left),
            evidence={"level": sorted(spoken)},
        )
    )


def _end_at_once(rows: _Rows, key: str, known: Known) -> None:
    """The catalogue has no ladder: what a new import lacks is no longer in it."""
    rows.close(key)
    rows.off_the_ladder(key, known)
    if not rows.night.is_silent(key):
        evidence = {"name": known.procedure.name}
        rows.say(Change(kind=ChangeKind.MISSING, key=key, code=known.procedure.code, evidence=evidence))


def _climb(rows: _Rows, key: str, known: Known) -> None:
    rung = climb(known.absence, rows.night.look_ups.get(key), rows.night)
    rungs = [dict(step) for step in rung.absence.evidence]
    if rung.gone:
        rows.leaving.append(_Leaving(key, known, {"rungs": rungs, "since": rung.absence.since.isoformat()}))
        return
    if rung.moved:
        rows.absences.append(AbsenceStep(key=key, absence=rung.absence))
    if known.absence is None:
        evidence = {"name": known.procedure.name, "rungs": rungs}
        rows.say(Change(kind=ChangeKind.MISSING, key=key, code=known.procedure.code, evidence=evidence))


def _retire(rows: _Rows, absent: Collection[str]) -> None:
    """End what leaves: `replaced` or `level_transfer` by a successor that is certain, else `repealed`.

    A successor is looked for among what came since the procedure itself is absent; of those some may be
    `absent` again.
    """
    if not rows.leaving:
        return
    tonight = {key: Arrival(procedure, rows.night.day) for key, procedure in rows.arrivals.items()}
    arrivals = {**rows.night.recent_new, **tonight}
    left = {leaving.key for leaving in rows.leaving}
    stays = {
        key: Stay(each.day, absent=key in left or key in absent, ended=key in left)
        for key, each in arrivals.items()
    }
    since = {leaving.key: _absent_since(leaving.known, rows.night) for leaving in rows.leaving}
    successors = {
        first: Successors({key: each.procedure for key, each in arrivals.items() if each.day >= first}, stays)
        for first in set(since.values())
    }
    for leaving in rows.leaving:
        known, key = leaving.known, leaving.key
        rows.close(key)
        rows.off_the_ladder(key, known)
        if rows.night.is_silent(key):
            continue
        succession = successors[since[key]].of(known.procedure, key, since[key])
        evidence = {"name": known.procedure.name, **leaving.evidence}
        kind = ChangeKind.REPEALED
        successor = succession.procedure
        if successor is not None:
            kind = ChangeKind.LEVEL_TRANSFER if succession.transfer else ChangeKind.REPLACED
            evidence["successor"] = _successor(successor)
            evidence["levels"] = [sorted(levels_of(known.procedure)), sorted(levels_of(successor))]
        elif succession.candidates:
            evidence["candidates"] = list(succession.candidates)
        code = (successor.code or succession.key) if successor is not None else None
        rows.say(
            Change(kind=kind, key=key, code=known.procedure.code, successor_code=code, evidence=evidence)
        )


def _absent_since(known: Known, night: Night) -> date:
    return known.absence.since if known.absence else night.day


def _successor(procedure: Procedure) -> dict[str, Any]:
    told = {
        name: value_text(getattr(procedure, name)) for name in ("name", "decision_number", "decision_date")
    }
    return {name: value for name, value in told.items() if value is not None}


def _sorted(rows: _Rows) -> Comparison:
    """In an order that does not depend on the mappings'."""
    place = {kind: number for number, kind in enumerate(ChangeKind)}
    rows.changes.sort(
        key=lambda row: (row.key, row.attribute is not None, place[row.kind] if row.attribute is None else 0,
                         _ORDER.get(row.attribute or "", len(PUBLISHED)))
    )  # fmt: skip
    rows.versions.sort(key=lambda step: step.key)
    rows.absences.sort(key=lambda step: step.key)
    return Comparison(tuple(rows.changes), tuple(rows.versions), tuple(rows.absences))
