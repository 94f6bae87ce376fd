"""What people declared not to be this department's business: by code, by field, by agency."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from procedures.agencies import AgencyKind, split_agencies
from procedures.findings import Exclusion, Side
from procedures.model import Procedure
from reconciliation.findings.executing_agencies import kind_of
from reconciliation.findings.names import field_parts, key_of


@dataclass(slots=True)
class _Stated:
    """Who carries a procedure out, as all sides word it.

    `subjects` are its keys and its code; `named`: by an excluded agency; `shared`: by another one as well.
    """

    subjects: set[str] = field(default_factory=set)
    named: bool = False
    shared: bool = False


def excluded(
    groups: Mapping[str, Sequence[Side]], exclusions: Sequence[Exclusion], department: str
) -> frozenset[str]:
    """Keys and codes that stay silent on every side.

    A field is named as any side words it, and so is a ministry, of which all that it promulgates is silent.
    An executing agency silences only what it carries out alone: what any side says that another agency
    carries out too, above all `department` itself, stays.
    """
    found = {exclusion.code for exclusion in exclusions if exclusion.code}
    agencies = _Agencies.of([exclusion.agency for exclusion in exclusions if exclusion.agency], department)
    fields = frozenset().union(*(field_parts(exclusion.field) for exclusion in exclusions if exclusion.field))
    if not agencies.keys and not fields:
        return frozenset(found)
    stated: dict[str, _Stated] = {}
    for key, row in _rows(groups):
        subjects = {key, row.code or key}
        if agencies.promulgates(row) or (row.field and not fields.isdisjoint(field_parts(row.field))):
            found |= subjects
        elif row.agency and agencies.keys:
            its = stated.setdefault(row.code or key, _Stated())
            its.subjects |= subjects
            agencies.read(row.agency, its)
    return frozenset(found).union(*(its.subjects for its in stated.values() if its.named and not its.shared))


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
        """Whether an excluded agency, by name or code, is the one that promulgates it."""
        named = (row.promulgating_agency, row.promulgating_agency_code)
        return any(key_of(text) in self.keys for text in named if text)

    def read(self, text: str, its: _Stated) -> None:
        """Take in what one side says of who carries it out."""
        if key_of(text) in self.keys:
            its.named = True
            return
        for part in split_agencies(text):
            if key_of(part) in self.keys:
                its.named = True
            elif not self._is_another_wording(part):
                its.shared = True

    def _is_another_wording(self, part: str) -> bool:
        """Whether it is an excluded agency's kind worded otherwise, and not the department."""
        kind = kind_of(part)
        return kind in self.kinds and kind != self.department


def _rows(groups: Mapping[str, Sequence[Side]]) -> Iterator[tuple[str, Procedure]]:
    for side in (side for sides in groups.values() for side in sides):
        yield from side.procedures.items()
        yield from ((key, departed.procedure) for key, departed in side.gone.items())
