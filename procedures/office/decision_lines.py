"""Lines of the announcement ledger, as the rules derive them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from procedures.office.repealed_rows import RepealedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """One line of the announcement ledger (a row of `v_decision` without what people enter).

    `announced` is the share, 0 to 1, of the codes with any sign that the province announced them.
    Decisions of two years with one number share a line: each code is judged by its own decision, and the
    dates are those of the binding one that is due first, else those of the newest. What a person declared
    handled has no due date. `repealed` are codes, and the keys of rows without one.
    """

    decision_number: str
    agency: str | None
    decision_date: date | None
    effective_date: date | None
    due_date: date | None
    due_basis: str | None
    new: tuple[str, ...]
    changed: tuple[str, ...]
    repealed: tuple[str, ...]
    announced: float
    state: Literal["pending", "announced", "overdue"]
    waiting: tuple[str, ...] = ()
    """Codes without any sign that they were announced."""
    overdue: tuple[str, ...] = ()
    """Those of them whose binding deadline has passed."""
    repealed_rows: tuple[RepealedRow, ...] = ()
    """What was repealed with its name and level."""
    late_days: int | None = None
    """Days from the due date to the province's signature, or to today while it waits; None: not late."""
    counts: bool = True
    """Whether the deadline is binding, for any code that still waits."""
    asks: bool = True
    """Whether what waits requires anybody to act."""
    on_portal: bool = True
    """Whether a record of the national portal names it; else only its document does."""
    named_rows: tuple[RepealedRow, ...] = ()
    """What is new or changed and on no record yet, with the name and level that its document tells."""
