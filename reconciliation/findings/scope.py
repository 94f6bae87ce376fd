"""Scope: what people declared out of this department's business, by code, field or agency."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from procedures.findings import Exclusion, Side
from procedures.model import Procedure
from procedures.values.agencies import AgencyKind, split_agencies
from reconciliation.findings.executing_agencies import kind_of
from reconciliation.findings.names import field_parts, key_of


@dataclass(slots=True)
class _Executors:
    """Who carries a procedure out, by what all sides state.

    `subjects` are its keys and its code; `named`: by an excluded agency; `shared`: by another one as well.
    """

    subjects: set[str] = field(default_factory=set)
    named: bool = False
    shared: bool = False


def excluded(
    groups: Mapping[str, Sequence[Side]], exclusions: Sequence[Exclusion], department: str
) -> frozenset[str]:
    """Return the keys and codes that make no findings on any side.

    A field is named as any side words it, and so is a ministry, with all that it promulgates.
    An executing agency excludes only what it carries out alone: what another agency, above all `department`
    itself, carries out too by any side stays.
    """
    found = {exclusion.code for exclusion in exclusions if exclusion.code}
    agencies = _Agencies.of([exclusion.agency for exclusion in exclusions if exclusion.agency], department)
    fields = frozenset().union(*(field_parts(exclusion.field) for exclusion in exclusions if exclusion.field))
    if not agencies.keys and not fields:
        return frozenset(found)
    executors_of: dict[str, _Executors] = {}
    for key, row in _rows(groups):
        subjects = {key, row.code or key}
        if agencies.promulgates(row) or (row.field and not fields.isdisjoint(field_parts(row.field))):
            found |= subjects
        elif row.agency and agencies.keys:
            executors = executors_of.setdefault(row.code or key, _Executors())
            executors.subjects |= subjects
            agencies.read(row.agency, executors)
    alone = (each.subjects for each in executors_of.values() if each.named and not each.shared)
    return frozenset(found).union(*alone)


@dataclass(frozen=True, slots=True)
class _Agencies:
    """The agencies that are excluded, and what kind of agency the department itself is."""

    keys: frozenset[str]
    kinds: frozenset[AgencyKind]
    department: AgencyKind

    @classmethod
    def of(cls, names: Collection[str], department: str) -> _Agencies:
        return cls(frozenset(map(key_of, names)), frozenset(map(kind_of, names)), kind_of(department))

    def promulgates(self, row: Procedure) -> bool:
        """Return whether an excluded agency, by name or code, is the one that promulgates it."""
        named = (row.promulgating_agency, row.promulgating_agency_code)
        return any(key_of(text) in self.keys for text in named if text)

    def read(self, text: str, executors: _Executors) -> None:
        """Record the agencies that one side names."""
        if key_of(text) in self.keys:
            executors.named = True
            return
        for part in split_agencies(text):
            if key_of(part) in self.keys:
                executors.named = True
            elif not self._is_another_wording(part):
                executors.shared = True

    def _is_another_wording(self, part: str) -> bool:
        """Return whether it is an excluded agency's kind worded otherwise, and not the department."""
        kind = kind_of(part)
        return kind in self.kinds and kind != self.department


def _rows(groups: Mapping[str, Sequence[Side]]) -> Iterator[tuple[str, Procedure]]:
    for side in (side for sides in groups.values() for side in sides):
        yield from side.procedures.items()
        yield from ((key, departed.procedure) for key, departed in side.gone.items())
