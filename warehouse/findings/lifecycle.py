"""What one run does to a stored finding: values in, rows to write out.

`findings.apply_findings` reads and writes; the decisions are here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from procedures.findings import BASELINE, Finding, Severity, Status
from procedures.text import excerpt, fold
from procedures.wording.values import readable_side
from procedures.wording.words import SIDES
from warehouse.db.column_values import from_json, storable, storable_or_none, to_day, to_json

PROGRAM = "rasoat"
"""The actor of what a run does."""

QUIETLY = "_by_rules"
"""Ends the action of an event that new rules did, or that follows from a withdrawn run: nobody's news."""

_SIDES = ("catalogue_value", "national_value", "provincial_value", "successor_code")

MOVING = (
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
)
"""Columns that may move while the fingerprint stays."""

PAST = ("severity", "code", "name", *_SIDES, "division", "due_date")
"""Values that make a row of `finding_past` when they move; the evidence then goes with them.

The evidence alone makes one where a finding had ended: what it rested on when it did would be forgotten.
"""

SHORT, LONG = 200, 700
"""Signs of a text in the index of lists; signs and bytes of what is searched (PostgreSQL takes 2,704)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a procedure belongs, for lists: its field and executing levels."""

    field: str | None = None
    levels: tuple[str, ...] = ()


_NOWHERE = Place()


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What a run has to write. `fresh`: the sources whose snapshots were complete in it; `places`: by code,
    or by the key of a row without one; `withdrawn`: runs that a person took back.
    """

    run_id: int
    at: str
    fresh: frozenset[str]
    rules_version: str
    quiet: bool = False
    places: Mapping[str, Place] = field(default_factory=dict)
    withdrawn: frozenset[int] = frozenset()
    moves: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    past: list[dict[str, Any]] = field(default_factory=list)

    def tell(
        self, finding_id: int, action: str, before: str | None, after: str, note: str | None = None
    ) -> None:
        """Add an event."""
        self.events.append(
            {
                "finding_id": finding_id,
                "run_id": self.run_id,
                "at": self.at,
                "actor": PROGRAM,
                "action": action + QUIETLY if self.quiet else action,
                "from_status": before,
                "to_status": after,
                "note": note,
            }
        )

    def count(self, *actions: str) -> int:
        """How many events tell of `actions`."""
        return sum(event["action"].removesuffix(QUIETLY) in actions for event in self.events)


def opened_row(each: Finding, ledger: Ledger) -> dict[str, Any]:
    """The row of a finding that was never seen before."""
    said = _said(each)
    return {
        **said,
        **_listed(each, said, ledger, None),
        "fingerprint": each.fingerprint,
        "kind": each.kind.value,
        "subject": storable(each.subject),
        "attribute": each.attribute,
        "status": Status.OPEN.value,
        "first_seen_run": ledger.run_id,
        "last_seen_run": ledger.run_id,
        "rules_version": ledger.rules_version,
    }


def hold(row: Any, each: Finding, ledger: Ledger) -> None:
    """A stored finding holds now: it stays, moves, or reopens.

    One that only a withdrawn run has seen so far opens as if it were new.
    """
    said = _said(each)
    after = _status_of(row, said["sides"], each.sources, ledger.fresh)
    if after is Status.RESOLVED:
        return
    unseen = row.first_seen_run in ledger.withdrawn
    if after is Status.OPEN and row.status != Status.OPEN:
        action, note = ("opened", None) if unseen else ("reopened", _moved(row, each, said))
        ledger.tell(row.finding_id, action, row.status, after, note)
    elif after != row.status:
        ledger.tell(row.finding_id, "ignored", row.status, after)
    elif row.sides != said["sides"]:
        ledger.tell(row.finding_id, "moved", row.status, after, _moved(row, each, said))
    values = {
        **said,
        "status": after.value,
        "ignored_sides": row.ignored_sides if after is Status.IGNORED else None,
        "resolved_run": None,
    }
    moving = (*PAST, "evidence") if row.status == Status.RESOLVED else PAST
    if any(getattr(row, name) != said[name] for name in moving):
        was = {name: getattr(row, name) for name in (*PAST, "evidence")}
        past = {"finding_id": row.finding_id, "until": ledger.at, "said": to_json(was)}
        ledger.past.append(past | {"run_id": ledger.run_id})
    same = all(getattr(row, name) == value for name, value in values.items())
    touched = after != row.status or row.sides != said["sides"]
    ledger.moves.append(
        {
            **values,
            **_listed(each, said, ledger, row),
            "moved": row.finding_id,
            "first_seen_run": ledger.run_id if unseen else row.first_seen_run,
            "last_seen_run": ledger.run_id,
            "rules_version": row.rules_version if same else ledger.rules_version,
            "version": row.version + 1 if touched else row.version,
        }
    )


def end(row: Any, ledger: Ledger) -> None:
    """A stored finding holds no more: resolved, when all that it rests on was complete in this run.

    What was ignored is remembered, should the same come back.
    """
    if row.status == Status.RESOLVED or not ledger.fresh.issuperset(from_json(row.sources)):
        return
    ledger.tell(row.finding_id, "resolved", row.status, Status.RESOLVED)
    ledger.moves.append(
        {
            **{name: getattr(row, name) for name in MOVING},
            "moved": row.finding_id,
            "status": Status.RESOLVED.value,
            "resolved_run": ledger.run_id,
            "version": row.version + 1,
        }
    )


def _status_of(row: Any, sides: str, sources: frozenset[str], fresh: frozenset[str]) -> Status:
    """Where a stored finding that holds now stands.

    One that a person resolved reopens only when all its sources were complete: until then what
    they repaired may just not have been read yet.
    """
    before = Status(row.status)
    if row.ignored_sides is not None and before in (Status.IGNORED, Status.RESOLVED):
        return Status.IGNORED if row.ignored_sides == sides else Status.OPEN
    if before is not Status.RESOLVED:
        return before
    by_a_run = row.resolved_run is not None
    return Status.OPEN if by_a_run or fresh.issuperset(sources) else Status.RESOLVED


def _said(each: Finding) -> dict[str, Any]:
    return {
        "severity": each.severity.value,
        "code": each.code,
        "name": storable_or_none(each.name),
        **{name: storable_or_none(getattr(each, name)) for name in _SIDES},
        "division": storable_or_none(each.division),
        "due_date": to_day(each.due_date),
        "sources": to_json(each.sources),
        "sides": each.sides,
        "evidence": to_json(each.evidence),
    }


def _listed(each: Finding, said: Mapping[str, Any], ledger: Ledger, row: Any) -> dict[str, Any]:
    """What lists filter and sort by; `row` is the stored one, where there is one."""
    about = each.code or each.subject
    place = ledger.places.get(about) or ledger.places.get(about.partition("+")[0]) or _NOWHERE
    assigned, wanted = (None, None) if row is None else (row.assigned, row.wanted_by)
    told = (each.code, each.name, place.field, each.successor_code, each.subject if not each.code else None)
    return {
        "weight": list(Severity).index(each.severity),
        "field": place.field and storable(place.field)[:SHORT],
        "levels": " ".join(place.levels) or None,
        "acting": acting(assigned, said["division"]),
        "deadline": deadline(said["due_date"], wanted, each.evidence),
        "search": _searched(" ".join(filter(None, told))),
    }


def deadline(due: str | None, wanted: str | None, evidence: Mapping[str, Any]) -> str | None:
    """The date that somebody is held to; of what was there at the baseline only one that a person set."""
    return (None if BASELINE in evidence else due) or wanted


def _searched(text: str) -> str:
    """What a search looks through; only another script than the Latin one takes more bytes than signs."""
    folded = fold(storable(excerpt(text, LONG)))
    return folded.encode()[:LONG].decode(errors="ignore")


def actor_name(actor: str) -> str:
    """Who did something, as people are told."""
    return "chương trình" if actor == PROGRAM else actor


def acting(assigned: str | None, division: str | None) -> str | None:
    """The division that sees to a finding, short enough for the index of lists."""
    name = assigned or division
    return None if name is None else name[:SHORT]


def _moved(row: Any, each: Finding, said: Mapping[str, Any]) -> str | None:
    """In words for people, which side's value moved from what to what."""

    def words(name: str, value: str | None) -> str:
        told = value if name == "successor_code" else readable_side(each.kind, each.attribute, value)
        return told or "(trống)"

    moved = [
        f"{word}: {words(name, getattr(row, name))} → {words(name, said[name])}"
        for name, word in _WORDS.items()
        if getattr(row, name) != said[name]
    ]
    return "; ".join(moved) or None


_WORDS = {f"{side}_value": word for side, word in SIDES.items()} | {"successor_code": "Mã thay thế"}
