"""Findings: where the three sides disagree, or the catalogue is wrong (a row of `v_finding` each)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from procedures.finding_kinds import SEVERITY_WEIGHTS as SEVERITY_WEIGHTS
from procedures.finding_kinds import FindingKind as FindingKind
from procedures.finding_kinds import Severity as Severity
from procedures.model import Procedure
from procedures.snapshot import CATALOGUE as CATALOGUE
from procedures.snapshot import LookUp
from procedures.values.text import matching_key

NOT_BINDING = "baseline"
NOBODY_YET, HANDLED = "open", "handled"
"""Evidence of a finding about a decision that is not binding, and why: it was there at the baseline while
nobody set a date from which decisions count, or a person declared it handled."""


class FindingStatus(StrEnum):
    """The state of people's work on a finding."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One discrepancy.

    `subject` is what it is about: the code, or for rows without one the matching key with level
    and field; never an id, a time or a wording. `sources` are the names of the sources whose
    complete snapshots it rests on: a run resolves it only when all of them were complete in it. `case` is the
    key of the cause that it shares with others.
    """

    kind: FindingKind
    severity: Severity
    subject: str
    code: str | None = None
    name: str | None = None
    attribute: str | None = None
    catalogue_value: str | None = None
    national_value: str | None = None
    provincial_value: str | None = None
    successor_code: str | None = None
    division: str | None = None
    due_date: date | None = None
    sources: frozenset[str] = frozenset()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    case: str | None = None

    @property
    def fingerprint(self) -> str:
        """Return the hash that stays the same while the same discrepancy holds."""
        identity = "\x1f".join((self.kind, self.subject, self.attribute or ""))
        return hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()

    @property
    def sides_digest(self) -> str:
        """Return a hash of the sides' values: an ignored finding reopens when it changes.

        Another spelling of a text or another order of a list is not another value.
        """
        values = (self.catalogue_value, self.national_value, self.provincial_value, self.successor_code)
        text = "\x1f".join("" if value is None else _comparable(value) for value in values)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _comparable(value: str) -> str:
    """Return a value of the views without differences of spelling and order."""
    if not value.startswith("["):
        return matching_key(value)
    try:
        items = json.loads(value)
    except ValueError:
        return matching_key(value)
    return "\x1e".join(sorted(matching_key(json.dumps(item, ensure_ascii=False)) for item in items))


@dataclass(frozen=True, slots=True, kw_only=True)
class RetiredProcedure:
    """A procedure that a source no longer publishes, with the evidence of the ladder."""

    kind: str
    procedure: Procedure
    successor_code: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One source in its current state, ready to be compared.

    `procedures` are by key and include those on the ladder of absence (`missing`), which are still in
    force as far as anyone knows. `complete`: the source has a complete snapshot, so that an absence may
    be reported. `fresh`: its snapshot of this run is complete. `follows` are the codes of the
    promulgating agencies it was asked for, empty for all. `looked_up` are the answers to direct questions
    for codes that the listing lacks: a catalogue row is called absent only when its code was asked for
    and not found, since the listing covers only the agencies it follows.
    """

    source: str
    role: str
    complete: bool
    fresh: bool
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    missing: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    gone: Mapping[str, RetiredProcedure] = field(default_factory=dict)
    follows: frozenset[str] = frozenset()
    looked_up: Mapping[str, LookUp] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A row of the catalogue file that is listed with a bad or a repeated code."""

    rule: FindingKind
    subject: str
    code: str | None
    name: str | None
    place: str
    reason: str
    division: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """What a person declared out of this department's scope: one of code, agency or field."""

    code: str | None = None
    agency: str | None = None
    field: str | None = None
