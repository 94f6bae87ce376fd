"""Ministry decisions: what each made new, changed or repealed, and how far the catalogue follows.

The national records say by which decision they were announced; roles that were told before, by a night
or by a person, stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from procedures.findings import Finding, FindingKind, Side
from reconciliation.deadlines import Clock, Part, decision_key
from reconciliation.departures import Departure, departures
from reconciliation.presence import concerns_us
from reconciliation.rules import DecisionRole, Rules
from reconciliation.severity import severity
from reconciliation.sides import Book, Sides, lay_out

NOT_REFLECTED = frozenset(
    {
        FindingKind.ATTRIBUTE_MISMATCH,
        FindingKind.EXECUTING_LEVEL_MISMATCH,
        FindingKind.SLOWER_THAN_NATIONAL,
    }
)
"""Findings that show that the catalogue does not yet say what a changed procedure now is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """One line of the announcement ledger (a row of `v_decision` without what people enter).

    `announced` is the share, 0 to 1, of the codes that the catalogue already reflects. Decisions of two years
    with one number share a line: each code is judged by its own decision, and the dates are those of the one
    that is due first of what somebody is held to, else those of the newest.
    """

    decision_number: str
    agency: str | None
    decision_date: date | None
    effective_date: date | None
    due_date: date
    due_basis: str
    new: tuple[str, ...]
    changed: tuple[str, ...]
    repealed: tuple[str, ...]
    announced: float
    state: Literal["pending", "announced", "overdue"]
    waiting: tuple[str, ...] = ()
    """Codes that the catalogue does not reflect yet."""
    overdue: tuple[str, ...] = ()
    """Of those, the ones that anyone is held to by now."""


def decision_lines(
    catalogue: Side | None,
    national: Sequence[Side],
    rules: Rules,
    findings: Sequence[Finding] = (),
    silent: frozenset[str] | None = None,
) -> tuple[DecisionLine, ...]:
    """A line for each ministry decision that a national record in scope carries, or a person entered.

    `findings` are those of the same comparison: a changed code with an open difference to the
    national record is not reflected yet. `silent`: what `out_of_scope` gave for all the sides.
    """
    sides = lay_out(catalogue, national, (), rules, silent)
    return lines(sides, departures(sides), findings)


def lines(
    sides: Sides, departed: Mapping[str, Departure], findings: Sequence[Finding]
) -> tuple[DecisionLine, ...]:
    """The same, over sides that are laid out already. Sorted by date, then number."""
    if sides.national is None:
        return ()
    stale = frozenset(finding.code for finding in findings if finding.kind in NOT_REFLECTED and finding.code)
    roles = _roles(sides, sides.national, departed)
    found = [_line(sides, sides.national, number, codes, stale) for number, codes in roles.items()]
    return tuple(sorted(found, key=lambda line: (line.decision_date or date.min, line.decision_number)))


def announcement_overdue(lines: Sequence[DecisionLine], sides: Sides) -> Iterator[Finding]:
    """The deadline to announce what a ministry decided has passed.

    By law where the effective date is known (decree 63/2010/NĐ-CP, article 15), else by the
    department's own target.
    """
    for line in lines:
        if not line.overdue:
            continue
        by_law = line.due_basis == "law"
        yield Finding(
            kind=FindingKind.ANNOUNCEMENT_OVERDUE,
            severity=severity(FindingKind.ANNOUNCEMENT_OVERDUE, by_law=by_law),
            subject=line.decision_number,
            name=f"Quyết định số {line.decision_number}",
            national_value=line.decision_number,
            due_date=line.due_date,
            sources=sides.sources("catalogue", "national"),
            evidence={
                "due_basis": line.due_basis,
                "codes": list(line.overdue),
                "waiting": list(line.waiting),
                "announced": round(line.announced, 4),
                "agency": line.agency,
            },
        )


def _roles(sides: Sides, national: Book, departed: Mapping[str, Departure]) -> dict[str, dict[str, Part]]:
    """Codes by decision with what it did to them.

    What was seen at the baseline was `new` if the catalogue lacks it, else `changed`: the portal does not
    say which. Repealed are codes whose successor carries the decision and those a person entered.
    """
    names: dict[str, str] = {}
    roles: defaultdict[str, dict[str, Part]] = defaultdict(dict)

    def add(number: str, code: str, role: DecisionRole, carrier: str | None = None) -> None:
        if code in sides.silent:
            return
        parts = roles[names.setdefault(decision_key(number), number)]
        parts[code] = Part(parts[code].role if code in parts else role, carrier)

    for number, codes in sorted(sides.rules.decision_roles.items()):
        for code, role in sorted(codes.items()):
            add(number, code, role)
    for code, number in sorted(sides.rules.repealed_by.items()):
        add(number, code, "repealed")
    for code, entry in sorted(national.entries.items()):
        number = entry.procedure.decision_number or ""
        if number and concerns_us(sides, national, entry.procedure):
            add(number, code, _role(sides, code), code)
    for subject, departure in departed.items():
        successor = national.get(departure.successor_code or "")
        if successor is not None and successor.decision_number and not subject.startswith("~"):
            add(successor.decision_number, subject, "repealed", departure.successor_code)
    return roles


def _role(sides: Sides, code: str) -> DecisionRole:
    rules = sides.rules
    if code in rules.changed_codes:
        return "changed"
    if code in rules.seen_at_baseline and sides.catalogue and code in sides.catalogue.entries:
        return "changed"
    return "new"


def _line(
    sides: Sides, national: Book, number: str, parts: Mapping[str, Part], stale: frozenset[str]
) -> DecisionLine:
    clocks = {code: sides.deadlines.clock(number, code, parts) for code in parts}
    waiting = [
        code
        for code, part in parts.items()
        if not _announced(sides, number, code, clocks[code].decided)
        and not _reflected(sides, code, part.role, stale)
    ]
    held = [code for code in waiting if sides.catalogue and clocks[code].counts]
    overdue = [code for code in held if clocks[code].due.date < sides.rules.today]
    told = _told(clocks, held)
    state: Literal["pending", "announced", "overdue"] = "overdue" if overdue else "pending"
    return DecisionLine(
        decision_number=number,
        agency=_agency(national, number, parts, told.decided),
        decision_date=told.decided,
        effective_date=told.effective,
        due_date=told.due.date,
        due_basis=told.due.basis,
        new=_with(parts, "new"),
        changed=_with(parts, "changed"),
        repealed=_with(parts, "repealed"),
        announced=1 - len(waiting) / len(parts),
        state=state if waiting else "announced",
        waiting=tuple(sorted(waiting)),
        overdue=tuple(sorted(overdue)),
    )


def _told(clocks: Mapping[str, Clock], held: Sequence[str]) -> Clock:
    """The clock that the line shows: of those that somebody is held to the first to run out.

    Where nobody is held to any, that of the newest decision.
    """
    running = [clocks[code] for code in held]
    if not running:
        newest = max(clock.decided or date.min for clock in clocks.values())
        running = [clock for clock in clocks.values() if (clock.decided or date.min) == newest]
    return min(running, key=lambda clock: clock.due.date)


def _agency(national: Book, number: str, parts: Mapping[str, Part], decided: date | None) -> str | None:
    """Whose decision it is, by a national record that carries it; one of its date before one of another."""
    carrying = [
        procedure
        for code in sorted(parts)
        if (procedure := national.get(code)) is not None
        and decision_key(procedure.decision_number) == decision_key(number)
    ]
    first = min(carrying, key=lambda procedure: procedure.decision_date != decided, default=None)
    return first.promulgating_agency if first else None


def _with(parts: Mapping[str, Part], role: DecisionRole) -> tuple[str, ...]:
    return tuple(sorted(code for code, its in parts.items() if its.role == role))


def _announced(sides: Sides, number: str, code: str, decided: date | None) -> bool:
    """Whether the province announced it; not by what it signed in a year before the decision's."""
    if sides.catalogue is None or (number, code) not in sides.rules.announced:
        return False
    signed = sides.rules.announced[number, code]
    return signed is None or decided is None or signed.year >= decided.year


def _reflected(sides: Sides, code: str, role: DecisionRole, stale: frozenset[str]) -> bool:
    """Whether the catalogue already says what the decision made of the code."""
    if sides.catalogue is None:
        return False
    listed = code in sides.catalogue.entries
    if role == "repealed":
        return not listed
    return listed and not (role == "changed" and code in stale)
