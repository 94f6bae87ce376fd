"""The values of a periodic report: the steps compute them, the workbook and the Word report show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from procedures.dates.periods import Period
from procedures.indicators import TOTAL, KpiRow
from procedures.office.owners import is_postponed
from procedures.values.levels import level_label
from procedures.wording.words import CHANGE_KINDS, DECISION_STATES, day_text, late_words
from reconciliation.indicators.decentralisation import Decentralisation
from reconciliation.indicators.eligibility import Eligibility
from reconciliation.indicators.indexes import Index

UNKNOWN = "…"
"""What a paper shows for an unknown value: never 0, never invented."""


def number_cell(number: int | None) -> int | str:
    """Return a number as a cell of a workbook; "…" where it is unknown."""
    return UNKNOWN if number is None else number


def level_words(level: str) -> str:
    """Return an executing level as papers name it, or the words for all of them."""
    return "Tổng số" if level == TOTAL else level_label(level)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """How old a source's data is; `procedures` and `as_of` (local) are of its last complete snapshot."""

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
        """Return how many are at a level; None where no row of the field names any level."""
        return self.by_level.get(level, 0) if self.by_level else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One procedure that changed on the national portal in the period, and the decision behind it."""

    day: date
    decision_number: str | None
    code: str
    name: str | None
    kind: str
    attributes: tuple[str, ...]
    successor_code: str | None
    division: str | None

    @property
    def change_words(self) -> str:
        """Return the change in words; with a decision behind it a repeal is no longer a suspicion."""
        if self.kind == "repealed" and self.decision_number:
            return f"Bị bãi bỏ theo Quyết định số {self.decision_number}"
        return CHANGE_KINDS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """One ministry decision of the announcement ledger.

    `late_days`: by how many days it was announced late, or is overdue. `extended_until` and `replied` are
    those of its division's duty. `handled`: a person declared it finished; `held`: somebody is held to its
    date; `asks`: what is waiting of it requires work from somebody.
    """

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
    late_days: int | None = None
    extended_until: date | None = None
    replied: bool = False
    handled: bool = False
    is_binding: bool = True
    needs_work: bool = True

    @property
    def is_waiting(self) -> bool:
        """Return whether something of it is still to be announced, as far as is known."""
        return self.state != "announced" and self.needs_work and not self.handled

    def is_overdue(self, today: date) -> bool:
        """Return whether it is overdue, and its division has neither answered nor been given more time."""
        return self.state == "overdue" and not is_postponed(self.extended_until, today, replied=self.replied)

    @property
    def effective_due(self) -> date | None:
        """Return the date that applies: the extension's where one was granted, unless it is due later."""
        if not self.is_binding:
            return None
        return max((day for day in (self.due, self.extended_until) if day is not None), default=None)

    @property
    def state_words(self) -> str:
        """Return its state in words; one that was announced late remains late."""
        if self.handled and self.state != "announced":
            return "Trước mốc theo dõi, đã xử lý"
        if self.state != "announced" and not self.needs_work:
            return "Có từ lần đối chiếu đầu, chưa rõ"
        late = f", {late_words(self.late_days)}" if self.state == "announced" and self.late_days else ""
        return DECISION_STATES[self.state] + late

    @property
    def respite_words(self) -> str | None:
        """Return in words what its division was granted or has answered."""
        if self.replied:
            return "Phòng đã trả lời"
        return f"Được gia hạn đến {day_text(self.extended_until)}" if self.extended_until else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackLine:
    """Feedback of a citizen or an organisation (phản ánh, kiến nghị), from the office's register."""

    number: str
    received: date
    source: str | None
    code: str | None
    content: str
    division: str | None
    deadline: date | None
    answer: str | None
    answered: date | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionLine:
    """The open work of one division; None: assigned to nobody. An overdue decision counts as one."""

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
    own_score: float | None = None
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
    feedback: Sequence[FeedbackLine] = ()
    """What was received in the period, by day and number."""

    @property
    def total(self) -> KpiRow | None:
        """Return the row of all levels; None while there is no catalogue."""
        return next((row for row in self.levels if row.level == TOTAL), None)

    def at_level(self, level: str) -> int | None:
        """Return the procedures at a level; None without a catalogue, or where no row of it names a level."""
        counts = {row.level: row.procedures for row in self.levels}
        return counts.get(level, 0) if counts.keys() - {TOTAL} else None
