"""The rules of a comparison: settings, and what people decided, which `reconcile` needs besides the sides."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from procedures.changes import RecordedChange
from procedures.dates.calendar import SwappedDays
from procedures.findings import Exclusion, RowProblem
from procedures.office.repealed_rows import RepealedRow
from procedures.services import Service
from reconciliation.changes.flapping import Flap

SERVICES_SOURCE = "services"
"""The list of online services as a source of a finding: it too has to be fresh to resolve one."""

DecisionRole = Literal["new", "changed", "repealed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """The local day on which a decision, by number and date, was first seen to concern a code.

    `spoken`: by a night that recorded a change, or by a person; not by a baseline. `amended`: that night
    changed more of the procedure than what its record states of the decision. `read`: no portal shows
    it, the decision's own document was read.
    """

    code: str
    number: str
    decided: date | None
    day: date
    reported: bool
    amended: bool = False
    read: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEntry:
    """What a ministry's decision, by its own document, makes of one procedure.

    `key` is the code that the document prints, else the key of a row without one; `code` is that code, or
    the one of a portal's record that was matched by name since. `evidence` tells the place in the document.
    """

    key: str
    role: DecisionRole
    name: str
    code: str | None = None
    field: str | None = None
    levels: frozenset[str] | None = None
    evidence: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def subject(self) -> str:
        """Return the identifier in the ledger: the code, or the key while there is none."""
        return self.code or self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class MinistryDocument:
    """A ministry's decision by its own document; `read_on` is the local day on which it was taken over here,
    and `effective_date` the day from which the law counts.
    """

    number: str
    date: datetime.date
    read_on: datetime.date
    agency: str | None = None
    effective_date: datetime.date | None = None
    entries: tuple[DocumentEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The settings of a comparison, and what people entered.

    `today` is the local day of the run. `department`, `agency_code` and `province` say whose list is
    compared, `announce_within`, `legal_days` and `swapped_days` how deadlines are counted. `levels` are the
    executing levels compared, empty for all.
    `matches` are codes that people confirmed, by key of the row. `services` is None when the list
    could not be read. `effective_dates` and `decision_roles` are by decision number; `repealed_by`
    is the decision number by code (entered by `--repeals`). `seen_since` is the local day on which
    the national source first showed a code, `seen_at_baseline` are the codes that it showed at its
    baseline, `changed_codes` those that have changed since, `sightings` what was seen of decisions.
    `announced` are (decision, code) pairs whose announcement is recorded, with the day on which the province
    signed it. Decisions before `handled_before` are settled. `repealed_rows` are the name and level of what
    the ledger has as repealed, by code or by key of a row without one. `list_changes` are changes of
    the catalogue in what it shares with the portals or states of the province's decision, `national_changes`
    those of the national portal for the same procedures; both by code, the oldest first. `volatile` are the
    attributes that flapped on a side within the last week of nights, by role; keys are codes. `documents` are
    the ministries' decisions that people read from files.
    """

    today: date
    department: str
    province: str
    announce_within: int
    agency_code: str | None = None
    legal_days: Literal["days", "working_days"] = "days"
    swapped_days: SwappedDays = field(default_factory=SwappedDays)
    levels: frozenset[str] = frozenset({"province", "commune"})
    exclusions: tuple[Exclusion, ...] = ()
    matches: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[RowProblem, ...] = ()
    services: tuple[Service, ...] | None = None
    effective_dates: Mapping[str, date] = field(default_factory=dict)
    repealed_by: Mapping[str, str] = field(default_factory=dict)
    seen_since: Mapping[str, date] = field(default_factory=dict)
    seen_at_baseline: frozenset[str] = frozenset()
    handled_before: date | None = None
    decision_roles: Mapping[str, Mapping[str, DecisionRole]] = field(default_factory=dict)
    changed_codes: frozenset[str] = frozenset()
    sightings: tuple[Sighting, ...] = ()
    announced: Mapping[tuple[str, str], date | None] = field(default_factory=dict)
    repealed_rows: Mapping[str, RepealedRow] = field(default_factory=dict)
    list_changes: Mapping[str, Sequence[RecordedChange]] = field(default_factory=dict)
    national_changes: Mapping[str, Sequence[RecordedChange]] = field(default_factory=dict)
    volatile: Mapping[str, tuple[Flap, ...]] = field(default_factory=dict)
    documents: tuple[MinistryDocument, ...] = ()

    @cached_property
    def repealed_under(self) -> Mapping[str, str]:
        """Return the decision that the ledger has each repealed code under, the first of several."""
        numbers: dict[str, str] = {}
        for number, roles in sorted(self.decision_roles.items()):
            for code, role in roles.items():
                if role == "repealed":
                    numbers.setdefault(code, number)
        return numbers

    @cached_property
    def not_yet_shown(self) -> frozenset[str]:
        """Return the codes and keys that a document has and no portal ever showed."""
        return frozenset(
            entry.subject for document in self.documents for entry in document.entries
        ).difference(self.seen_since)

    @cached_property
    def printed_without_code(self) -> Mapping[str, str]:
        """Return the keys that a document made new without a code, by the code that the portal gave since."""
        return {
            entry.code: entry.key
            for document in self.documents
            for entry in document.entries
            if entry.code and entry.code != entry.key and entry.role == "new"
        }

    def restricted(self, levels: frozenset[str] | None) -> frozenset[str]:
        """Return the levels that are compared; the district's has a rule of its own."""
        known = (levels or frozenset()) - {"district"}
        return known & self.levels if self.levels else known
