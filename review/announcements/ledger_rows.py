"""Decisions of the ledger as pages show them: what is asked, until when, and what is next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from procedures.office.owners import Duty, is_postponed
from procedures.office.stages import STAGES
from steps.announcements.ledger import DecisionView
from warehouse.db.column_values import from_day, from_json

ROLES: Mapping[str, str] = {"new": "mới", "changed": "sửa đổi", "repealed": "bãi bỏ"}
"""What a decision makes of procedures, in the words of "14 mới, 13 bãi bỏ"."""

NEXT_STEPS: Mapping[str, str] = {
    "assigned": "Ghi đã giao",
    "drafted": "Ghi đã dự thảo",
    "submitted": "Ghi Tờ trình đã trình",
    "announced": "Ghi Quyết định của tỉnh",
    "published": "Ghi đã công khai",
}
"""The entry that brings a decision to each stage, as a button says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """A decision in a list. `asked`: procedures by role, as in `ROLES`.

    `due` is the day by which it is to be announced or published, `basis` that of the first; `left`: days
    until then, negative once it has passed, None where nobody is held to it. `extended`: until when its
    division has more time; `replied`: whether it has answered. `late_days`: by how many days the
    province announced it late; `published_late`: by how many it was published late.
    """

    number: str
    signed: date | None
    asked: Mapping[str, int]
    stage: str
    division: str | None
    person: str | None = None
    what: Literal["announce", "publish"] = "announce"
    due: date | None = None
    basis: str | None = None
    left: int | None = None
    late_days: int | None = None
    published_late: int | None = None
    extended: date | None = None
    replied: bool = False
    counts: bool = True
    is_handled: bool = False
    on_portal: bool = True
    proposals: int = 0

    @property
    def is_drafted(self) -> bool:
        """Return whether a draft can still be made of it: the province has something to announce."""
        return not self.is_handled and self.stage not in ("announced", "published")

    @property
    def is_late(self) -> bool:
        """Return whether its day has passed and nobody gave its division more time."""
        return self.left is not None and self.left < 0 and self.extended is None and not self.replied


def line_of_view(view: DecisionView, today: date, duty: Duty | None = None) -> LedgerRow:
    """Return a decision of the ledger as a list shows it; `duty`: the open one of its division."""
    line, late = view.line, view.late
    publishing = late is not None and late.what == "publish"
    waits = view.stage != "published" and (publishing or line.state != "announced")
    left = None
    if late is not None and line.counts and waits:
        left = -late.days if late.days else max(0, (late.due - today).days)
    return LedgerRow(
        number=line.decision_number,
        signed=line.decision_date,
        asked=_asked({role: line.codes_with_role(role) for role in ROLES}),
        stage=view.stage,
        division=line.division,
        person=line.person,
        what="publish" if publishing else "announce",
        due=line.due_date if late is None else late.due,
        basis=line.due_basis,
        left=left,
        late_days=view.announced_late,
        extended=_extension(duty.extended_until if duty else None, today),
        replied=duty is not None and duty.replied,
        published_late=late.days if late is not None and view.stage == "published" and late.days else None,
        counts=line.counts,
        is_handled=line.is_handled,
        on_portal=line.on_portal,
        proposals=len(line.proposals),
    )


def line_of_waiting(row: Mapping[str, Any], today: date) -> LedgerRow:
    """Return a row of `trends.waiting_announcements` as a list shows it."""
    due = from_day(row["due_date"])
    return LedgerRow(
        number=row["decision_number"],
        signed=from_day(row["decision_date"]),
        asked=_asked({role: from_json(row[role]) for role in ROLES}),
        stage=row["stage"],
        division=row["division"],
        due=due,
        basis=row["due_basis"],
        left=(due - today).days if due is not None and row["counts"] else None,
        extended=_extension(from_day(row["extended_until"]), today),
        replied=row["replied_at"] is not None,
        counts=bool(row["counts"]),
    )


def _extension(until: date | None, today: date) -> date | None:
    return until if until is not None and is_postponed(until, today, replied=False) else None


def _asked(codes: Mapping[str, Sequence[str]]) -> dict[str, int]:
    return {role: len(found) for role, found in codes.items() if found}


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next of a decision: as a button says it, and the place on the page where it is done.

    `stage`: the stage that it is to be moved to, None where something else is to be done.
    """

    words: str
    place: str
    stage: str | None = None


def next_step(view: DecisionView) -> NextStep | None:
    """Return the one thing that a person does next about a decision, None where nothing is left."""
    if view.line.is_handled or view.stage == "published":
        return None
    if view.line.proposals:
        return NextStep("Xác nhận đề xuất", "#proposals")
    if view.line.division is None and view.stage in ("new", "assigned"):
        return NextStep("Giao cho phòng", "#owner")
    stage = STAGES[max(STAGES.index(view.stage), 1) + 1]
    return NextStep(NEXT_STEPS[stage], "#step", stage)
