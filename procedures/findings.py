"""Findings: where the three sides disagree, or the catalogue is wrong (a row of `v_finding` each)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from procedures.finding_kinds import FindingKind as FindingKind
from procedures.finding_kinds import Severity as Severity
from procedures.model import Procedure
from procedures.snapshot import LookUp
from procedures.text import matching_key

CATALOGUE = "catalogue"
"""Name of the source that the department's own list is."""


BASELINE = "baseline"
NOBODY_YET, HANDLED = "open", "handled"
"""Evidence of a finding about a decision that nobody is held to, and why: what was there at the baseline
while nobody said from when decisions count, or what a person declared handled."""


class Status(StrEnum):
    """Where people stand with a finding."""

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
    complete snapshots it rests on: a run resolves it only when all of them were complete in it.
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

    @property
    def fingerprint(self) -> str:
        """Stays the same for as long as the same discrepancy holds."""
        about = "\x1f".join((self.kind, self.subject, self.attribute or ""))
        return hashlib.blake2b(about.encode(), digest_size=16).hexdigest()

    @property
    def sides(self) -> str:
        """Hash of what the sides say: an ignored finding comes back when it moves.

        Another writing of a text or another order of a list is not another value.
        """
        values = (self.catalogue_value, self.national_value, self.provincial_value, self.successor_code)
        text = "\x1f".join("" if value is None else _meant(value) for value in values)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _meant(value: str) -> str:
    """A value of the views without what its writing adds."""
    if not value.startswith("["):
        return matching_key(value)
    try:
        items = json.loads(value)
    except ValueError:
        return matching_key(value)
    return "\x1e".join(sorted(matching_key(json.dumps(item, ensure_ascii=False)) for item in items))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A procedure that a source no longer publishes, with what the ladder found out."""

    kind: str
    procedure: Procedure
    successor_code: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One source as it stands, ready to be compared.

    `procedures` are by key and include those on the ladder of absence (`missing`), which are still in
    force as far as anyone knows. `complete`: the source has a complete snapshot, so that an absence may
    be spoken of. `fresh`: its snapshot of this run is complete. `follows` are the codes of the
    promulgating agencies it was asked for, empty for all. `looked_up` are the answers to direct questions
    for codes that the listing lacks: a catalogue row is called absent only when its code was asked for
    and not found, since the listing speaks only of the agencies it follows.
    """

    source: str
    role: str
    complete: bool
    fresh: bool
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    missing: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    gone: Mapping[str, Gone] = field(default_factory=dict)
    follows: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
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
    """What a person declared not this department's business: one of code, agency or field."""

    code: str | None = None
    agency: str | None = None
    field: str | None = None
