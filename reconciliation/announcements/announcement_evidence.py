"""Evidence of announcements that nobody has recorded yet; a person confirms it.

The catalogue's own rows carry the province's decision; once that is recorded, the provincial portal's later
lists show whether it was published. One decision of the province may bundle several of the ministry, or
announce a part of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from procedures.findings import CATALOGUE, Side
from procedures.model import Procedure
from procedures.office.repealed_rows import is_codeless_key
from procedures.office.stages import STAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedCode:
    """One code of a decision: its role (new, changed, repealed), stage, and when the province signed."""

    code: str
    role: str
    stage: str
    signed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Codes that seem to have reached a stage, by which decision, and where that was seen."""

    stage: str
    codes: tuple[str, ...]
    number: str | None
    date: date | None
    seen_in: str

    def record(self) -> Mapping[str, object]:
        """Return the proposal as JSON keeps it."""
        return {
            "stage": self.stage,
            "codes": list(self.codes),
            "number": self.number,
            "date": None if self.date is None else self.date.isoformat(),
            "seen_in": self.seen_in,
        }


@dataclass(frozen=True, slots=True)
class AnnouncementEvidence:
    """Evidence of announcements: the catalogue's rows by code, the codes of complete lists by source."""

    listed: Mapping[str, Procedure]
    shown: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, catalogue: Side | None, provincial: Sequence[Side]) -> AnnouncementEvidence:
        """Return the evidence of the sides; of a portal only a complete list of tonight counts."""
        rows = catalogue.procedures.values() if catalogue else ()
        return cls(
            {row.code: row for row in rows if row.code},
            {
                side.source: frozenset(row.code for row in side.procedures.values() if row.code)
                for side in provincial
                if side.complete and side.fresh
            },
        )

    def proposals(
        self, decided: date | None, codes: Iterable[AwaitedCode], today: date
    ) -> tuple[Proposal, ...]:
        """Return the next stages that the evidence supports for a decision signed on `decided`.

        A row of the catalogue shows an announcement when it has the province's number with a date not before
        the ministry's. A portal shows publishing when it has what is new or changed and no longer has what
        was repealed; of a row without a code it cannot tell.
        """
        announced: dict[tuple[str, date], list[str]] = {}
        published: dict[str, list[str]] = {}
        for awaited in codes:
            if STAGES.index(awaited.stage) < STAGES.index("announced"):
                row = self.listed.get(awaited.code)
                number = row.province_decision_number if row else None
                day = row.province_decision_date if row else None
                if number and day and day <= today and (decided is None or day >= decided):
                    announced.setdefault((number, day), []).append(awaited.code)
            elif awaited.stage == "announced":
                source = self._published_on(awaited)
                if source is not None:
                    published.setdefault(source, []).append(awaited.code)
        return (
            *(
                Proposal(
                    stage="announced", codes=tuple(sorted(hits)), number=number, date=day, seen_in=CATALOGUE
                )
                for (number, day), hits in sorted(announced.items())
            ),
            *(
                Proposal(
                    stage="published", codes=tuple(sorted(hits)), number=None, date=today, seen_in=source
                )
                for source, hits in sorted(published.items())
            ),
        )

    def _published_on(self, awaited: AwaitedCode) -> str | None:
        if is_codeless_key(awaited.code):
            return None
        for source, codes in self.shown.items():
            if (awaited.code in codes) != (awaited.role == "repealed"):
                return source
        return None
