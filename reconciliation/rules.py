"""What `reconcile` has to know besides the sides: settings, and what people have decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from procedures.configuration import Department
from procedures.findings import Exclusion, RowProblem
from reconciliation.flapping import Flap

SERVICES = "services"
"""The list of online services as a side of a finding: it too has to be of tonight to resolve one."""

DecisionRole = Literal["new", "changed", "repealed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An online service (dịch vụ công trực tuyến) that an agency has on the national portal.

    `level` is full, partial or none. Services under test do not belong here.
    """

    code: str
    case_code: str
    agency_code: str
    agency: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """The local day on which it was first seen that a decision, by number and date, speaks of a code.

    `spoken`: by a night that made a row of change of it, or by a person; not by a baseline.
    """

    code: str
    number: str
    decided: date | None
    day: date
    spoken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The settings of a comparison, and what people entered.

    `today` is the local day of the run. `levels` are the executing levels compared, empty for all.
    `matches` are codes that people confirmed, by key of the row. `services` is None when the list
    could not be read. `effective_dates` and `decision_roles` are by decision number; `repealed_by`
    is the decision number by code (entered by `--repeals`). `seen_since` is the local day on which
    the national source first showed a code, `seen_at_baseline` are the codes that it showed at its
    baseline, `changed_codes` those that have changed since, `sightings` what was seen of decisions.
    `announced` are (decision, code) pairs whose announcement is recorded, with the day on which the province
    signed it. Decisions before `handled_before` are done with. `volatile` are the attributes that flapped on
    a side within the last week of nights, by role; keys are codes.
    """

    today: date
    department: Department = field(default_factory=Department)
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
    volatile: Mapping[str, tuple[Flap, ...]] = field(default_factory=dict)

    def restricted(self, levels: frozenset[str] | None) -> frozenset[str]:
        """The levels that are compared; the district's is spoken of by a rule of its own."""
        known = (levels or frozenset()) - {"district"}
        return known & self.levels if self.levels else known
