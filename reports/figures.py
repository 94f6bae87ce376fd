"""What a periodic report says, as values: the steps compute them, the workbook and Word report show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from procedures.indicators import TOTAL, KpiRow
from procedures.levels import level_label
from procedures.periods import Period
from procedures.words import CHANGE_KINDS
from reconciliation.decentralisation import Decentralisation
from reconciliation.eligibility import Eligibility
from reconciliation.indexes import Index

UNKNOWN = "…"
"""What a paper shows where nobody knows: never 0, never invented."""


def known(number: int | None) -> int | str:
    """A number as a cell of a workbook; "…" where nobody knows it."""
    return UNKNOWN if number is None else number


def level_words(level: str) -> str:
    """An executing level as papers name it, or what counts all of them."""
    return "Tổng số" if level == TOTAL else level_label(level)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """How old a source's data is; `procedures` and `as_of` (local): of its last complete snapshot."""

    name: str
    state: str
    as_of: datetime | None
    procedures: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """Procedures of one field of the catalogue; None: rows that name no field."""

    field: str | None
    procedures: int
    by_level: Mapping[str, int]

    def at_level(self, level: str) -> int | None:
        """Those at a level; None where no row of the field names any."""
        return self.by_level.get(level, 0) if self.by_level else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One procedure that changed on the national portal in the period, and the decision it is under."""

    day: date
    decision_number: str | None
    code: str
    name: str | None
    kind: str
    attributes: tuple[str, ...]
    successor_code: str | None
    division: str | None

    @property
    def what(self) -> str:
        """The change in words; one that a decision explains is no suspicion any more."""
        if self.kind == "repealed" and self.decision_number:
            return f"Bị bãi bỏ theo Quyết định số {self.decision_number}"
        return CHANGE_KINDS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """One ministry decision of the announcement ledger."""

    number: str
    agency: str | None
    signed_on: date | None
    effective_on: date | None
    due: date | None
    by_law: bool
    new: int
    changed: int
    repealed: int
    division: str | None
    stage: str
    state: str
    province_number: str | None
    province_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionLine:
    """What stands with one division; None: given to nobody. `overdue` counts findings and decisions apart."""

    division: str | None
    findings: int
    overdue_findings: int
    decisions: int
    overdue_decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapLine:
    """Two procedures that may overlap; `confirmed` once a person said so, `proposal` from the register."""

    code: str | None
    name: str
    other_code: str | None
    other_name: str | None
    division: str | None
    confirmed: bool
    proposal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion of PAR INDEX; points are None where neither the file nor the register has them."""

    number: str
    content: str
    maximum: float | None = None
    own: float | None = None
    figure: str = UNKNOWN
    evidence: str | None = None
    cause: str | None = None
    division: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A period's figures. `findings` are unresolved ones by kind and severity, as of the period's moment."""

    period: Period
    department: str
    sources: Sequence[SourceLine]
    findings: Mapping[tuple[str, str], int]
    opened: Mapping[str, int]
    resolved: Mapping[str, int]
    levels: Sequence[KpiRow]
    fields: Sequence[FieldLine]
    changes: Sequence[ChangeLine]
    decisions: Sequence[DecisionLine]
    divisions: Sequence[DivisionLine]
    online: Eligibility
    decentralisation: Decentralisation
    indexes: Sequence[Index]
    overlaps: Sequence[OverlapLine]
    criteria: Sequence[Criterion]
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def total(self) -> KpiRow | None:
        """The row of all levels; None while there is no catalogue."""
        return next((row for row in self.levels if row.level == TOTAL), None)

    def at_level(self, level: str) -> int | None:
        """Procedures at a level; None while there is no catalogue, or where no row of it names any level."""
        found = {row.level: row.procedures for row in self.levels}
        return found.get(level, 0) if found.keys() - {TOTAL} else None
