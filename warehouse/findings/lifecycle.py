"""The effect of one run on a stored finding: values in, rows to write out.

`store.apply_findings` reads and writes; the decisions are made here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from procedures.findings import NOT_BINDING, SEVERITY_WEIGHTS, Finding, FindingStatus
from procedures.values.text import fold
from procedures.wording.readable_values import side_value_in_words
from procedures.wording.words import SIDE_LABELS, day_text, excerpt
from warehouse.db.column_values import from_json, storable, storable_or_none, to_day, to_json

PROGRAM = "rasoat"
"""The actor of events that a run writes."""

QUIET_SUFFIX = "_by_rules"
"""Suffix of the action of an event that new rules or a withdrawal caused: not to be reported."""

_SIDES = ("catalogue_value", "national_value", "provincial_value", "successor_code")

MUTABLE_COLUMNS = (
    "severity",
    "status",
    "code",
    "name",
    *_SIDES,
    "division",
    "due_date",
    "sources",
    "sides",
    "ignored_sides",
    "first_seen_run",
    "last_seen_run",
    "resolved_run",
    "evidence",
    "rules_version",
    "version",
    "weight",
    "field",
    "levels",
    "acting",
    "deadline",
    "search",
    "case_id",
)
"""Columns that may change while the fingerprint stays."""

PAST_COLUMNS = ("severity", "code", "name", *_SIDES, "division", "due_date")
"""Values whose change adds a row to `finding_past`; the evidence is stored with them.

A change of the evidence alone adds one where a finding had ended: what it rested on then would be lost.
"""

SHORT, LONG = 200, 700
"""Characters of a text in the index of lists; characters and bytes of the search text (PostgreSQL: 2,704)."""


@dataclass(frozen=True, slots=True)
class FindingPlace:
    """The field and the executing levels of a procedure, by which lists filter."""

    field: str | None = None
    levels: tuple[str, ...] = ()


_UNKNOWN_PLACE = FindingPlace()


@dataclass(slots=True, kw_only=True)
class RunWrites:
    """Rows that a run has to write. `fresh`: the sources whose snapshots were complete in it; `places`: by
    code, or by the key of a row without one; `withdrawn`: runs that a person withdrew; `seen_again`: ids of
    findings that are as they were, on most nights most of them.
    """

    run_id: int
    at: str
    fresh: frozenset[str]
    rules_version: str
    quiet: bool = False
    places: Mapping[str, FindingPlace] = field(default_factory=dict)
    withdrawn: frozenset[int] = frozenset()
    moves: list[dict[str, Any]] = field(default_factory=list)
    seen_again: list[int] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    past: list[dict[str, Any]] = field(default_factory=list)

    def add_event(
        self, finding_id: int, action: str, before: str | None, after: str, note: str | None = None
    ) -> None:
        """Add an event."""
        self.events.append(
            {
                "finding_id": finding_id,
                "run_id": self.run_id,
                "at": self.at,
                "actor": PROGRAM,
                "action": action + QUIET_SUFFIX if self.quiet else action,
                "from_status": before,
                "to_status": after,
                "note": note,
            }
        )

    def forget(self, finding_ids: Collection[int]) -> None:
        """Forget what was to be written of these findings."""
        gone = frozenset(finding_ids)
        if not gone:
            return
        self.seen_again = [each for each in self.seen_again if each not in gone]
        self.moves = [row for row in self.moves if row["moved"] not in gone]
        self.events = [row for row in self.events if row["finding_id"] not in gone]
        self.past = [row for row in self.past if row["finding_id"] not in gone]

    def count(self, *actions: str) -> int:
        """Return how many events have one of the `actions`."""
        return sum(event["action"].removesuffix(QUIET_SUFFIX) in actions for event in self.events)


def opened_row(each: Finding, ledger: RunWrites) -> dict[str, Any]:
    """Return the row of a finding that was never seen before."""
    values = _values_of(each)
    return {
        **values,
        **_list_columns(each, values, ledger, None),
        "fingerprint": each.fingerprint,
        "kind": each.kind.value,
        "subject": storable(each.subject),
        "attribute": each.attribute,
        "status": FindingStatus.OPEN.value,
        "first_seen_run": ledger.run_id,
        "last_seen_run": ledger.run_id,
        "rules_version": ledger.rules_version,
    }


def record_run(row: Any, current: Mapping[str, Finding], *, ended: RunWrites, holding: RunWrites) -> None:
    """Record in `holding` that a stored finding is among those that hold now, else in `ended` that it is not.

    The two differ in which sources were read: a finding that a person resolved reopens by fresh ones alone.
    """
    each = current.get(row.fingerprint)
    if each is None:
        record_ended(row, ended)
    else:
        record_holding(row, each, holding)


def record_holding(row: Any, each: Finding, ledger: RunWrites) -> None:
    """Record that a stored finding holds now: it stays, moves, or reopens.

    A finding that only a withdrawn run has seen so far opens as if it were new.
    """
    values = _values_of(each)
    after = _status_of(row, values["sides"], each.sources, ledger.fresh)
    if after is FindingStatus.RESOLVED:
        return
    unseen = row.first_seen_run in ledger.withdrawn
    if after is FindingStatus.OPEN and row.status != FindingStatus.OPEN:
        action, note = ("opened", None) if unseen else ("reopened", _moved_text(row, each, values))
        ledger.add_event(row.finding_id, action, row.status, after, note)
    elif after != row.status:
        ledger.add_event(row.finding_id, "ignored", row.status, after)
    elif row.sides != values["sides"]:
        ledger.add_event(row.finding_id, "moved", row.status, after, _moved_text(row, each, values))
    new_values = {
        **values,
        "status": after.value,
        "ignored_sides": row.ignored_sides if after is FindingStatus.IGNORED else None,
        "resolved_run": None,
    }
    stored = dict(zip(row._fields, row, strict=True))
    compared = (*PAST_COLUMNS, "evidence") if row.status == FindingStatus.RESOLVED else PAST_COLUMNS
    if any(stored[name] != values[name] for name in compared):
        said = to_json({name: stored[name] for name in (*PAST_COLUMNS, "evidence")})
        past = {"finding_id": row.finding_id, "until": ledger.at, "said": said}
        ledger.past.append(past | {"run_id": ledger.run_id})
    is_same = new_values.items() <= stored.items()
    is_touched = after != row.status or row.sides != values["sides"]
    list_columns = _list_columns(each, values, ledger, row)
    if is_same and not unseen and list_columns.items() <= stored.items():
        ledger.seen_again.append(row.finding_id)
        return
    ledger.moves.append(
        {
            **new_values,
            **list_columns,
            "moved": row.finding_id,
            "first_seen_run": ledger.run_id if unseen else row.first_seen_run,
            "last_seen_run": ledger.run_id,
            "rules_version": row.rules_version if is_same else ledger.rules_version,
            "version": row.version + 1 if is_touched else row.version,
        }
    )


def record_ended(row: Any, ledger: RunWrites) -> None:
    """Record that a stored finding no longer holds: resolved, if all its sources were complete in this run.

    What was ignored stays stored, should the same come back.
    """
    if row.status == FindingStatus.RESOLVED or not ledger.fresh.issuperset(from_json(row.sources)):
        return
    ledger.add_event(row.finding_id, "resolved", row.status, FindingStatus.RESOLVED)
    ledger.moves.append(
        {
            **{name: getattr(row, name) for name in MUTABLE_COLUMNS},
            "moved": row.finding_id,
            "status": FindingStatus.RESOLVED.value,
            "resolved_run": ledger.run_id,
            "version": row.version + 1,
        }
    )


def _status_of(row: Any, sides: str, sources: frozenset[str], fresh: frozenset[str]) -> FindingStatus:
    """Return the status of a stored finding that holds now.

    One that a person resolved reopens only when all its sources were complete: until then the
    repair may just not have been read yet.
    """
    before = FindingStatus(row.status)
    if row.ignored_sides is not None and before in (FindingStatus.IGNORED, FindingStatus.RESOLVED):
        return FindingStatus.IGNORED if row.ignored_sides == sides else FindingStatus.OPEN
    if before is not FindingStatus.RESOLVED:
        return before
    resolved_by_run = row.resolved_run is not None
    return FindingStatus.OPEN if resolved_by_run or fresh.issuperset(sources) else FindingStatus.RESOLVED


def _values_of(each: Finding) -> dict[str, Any]:
    return {
        "severity": each.severity.value,
        "code": each.code,
        "name": storable_or_none(each.name),
        **{name: storable_or_none(getattr(each, name)) for name in _SIDES},
        "division": storable_or_none(each.division),
        "due_date": to_day(each.due_date),
        "sources": _sources_text(each.sources),
        "sides": each.sides_digest,
        "evidence": to_json(each.evidence),
    }


_sources_text = lru_cache(maxsize=256)(to_json)
"""The text of a set of sources, of which there are as many as kinds of findings rest on."""


def _list_columns(each: Finding, values: Mapping[str, Any], ledger: RunWrites, row: Any) -> dict[str, Any]:
    """Return what lists filter and sort by; `row` is the stored one, where there is one."""
    about = each.code or each.subject
    place = ledger.places.get(about) or ledger.places.get(about.partition("+")[0]) or _UNKNOWN_PLACE
    assigned, wanted_by = (None, None) if row is None else (row.assigned, row.wanted_by)
    words = (each.code, each.name, place.field, each.successor_code, each.subject if not each.code else None)
    return {
        "weight": SEVERITY_WEIGHTS[each.severity],
        "field": place.field and storable(place.field)[:SHORT],
        "levels": " ".join(place.levels) or None,
        "acting": acting_division(assigned, values["division"]),
        "deadline": deadline(values["due_date"], wanted_by, each.evidence),
        "search": _search_text(" ".join(filter(None, words))),
        "case_id": storable_or_none(each.case),
    }


def deadline(due: str | None, wanted_by: str | None, evidence: Mapping[str, Any]) -> str | None:
    """Return the date that somebody is held to; for a finding of the baseline only one that a person set."""
    return (None if NOT_BINDING in evidence else due) or wanted_by


def _search_text(text: str) -> str:
    """Return the text of a search; only scripts other than Latin take more bytes than characters."""
    folded = fold(storable(excerpt(text, LONG)))
    return folded.encode()[:LONG].decode(errors="ignore")


def actor_name(actor: str) -> str:
    """Return the name of an actor as people read it."""
    return "chương trình" if actor == PROGRAM else actor


def acting_division(assigned: str | None, division: str | None) -> str | None:
    """Return the division in charge of a finding, short enough for the index of lists."""
    name = assigned or division
    return None if name is None else name[:SHORT]


def assignment_text(division: str | None, person: str | None, wanted_by: str | None) -> str:
    """Return in words to whom a finding is given, and by when it is due."""
    day = None if wanted_by is None else f"hạn {day_text(date.fromisoformat(wanted_by))}"
    return ", ".join(filter(None, (division, person, day))) or "chưa giao"


def _moved_text(row: Any, each: Finding, values: Mapping[str, Any]) -> str | None:
    """Return, in words for people, which side's value moved from what to what."""

    def readable(name: str, value: str | None) -> str:
        text = value if name == "successor_code" else side_value_in_words(each.kind, each.attribute, value)
        return text or "(trống)"

    moved = [
        f"{word}: {readable(name, getattr(row, name))} → {readable(name, values[name])}"
        for name, word in _SIDE_WORDS.items()
        if getattr(row, name) != values[name]
    ]
    return "; ".join(moved) or None


_SIDE_WORDS = {f"{side}_value": word for side, word in SIDE_LABELS.items()} | {
    "successor_code": "Mã thay thế"
}
