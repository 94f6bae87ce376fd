"""Ministry decisions: what each made new, changed or repealed, and how far the catalogue follows.

The national records say by which decision they were announced; roles that were told before, by a night
or by a person, stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from procedures.findings import Finding, FindingKind, Side
from procedures.limits import LONGEST_DECISION
from procedures.office.decision_lines import DecisionLine
from procedures.office.repealed_rows import RepealedRow
from reconciliation.announcements.announcing import Announcement, Differing, announcement, asks, differing
from reconciliation.announcements.deadlines import Clock, Part, decision_key
from reconciliation.announcements.ministry_documents import entries_in_scope
from reconciliation.findings.departures import Departure, departures, repealing_decision
from reconciliation.findings.names import levels_of
from reconciliation.findings.presence import concerns_us
from reconciliation.findings.severity import severity
from reconciliation.findings.sides import EMPTY_SIDE, MergedSide, Sides, lay_out
from reconciliation.rules import DecisionRole, Rules


def decision_lines(
    catalogue: Side | None,
    national: Sequence[Side],
    rules: Rules,
    findings: Sequence[Finding] = (),
    silent: frozenset[str] | None = None,
) -> tuple[DecisionLine, ...]:
    """Return a line for each ministry decision that a national record in scope carries, or a person entered.

    `findings` are those of the same comparison: a changed code with an open difference to the
    national record is not reflected yet. `silent`: what `out_of_scope` gave for all the sides.
    """
    sides = lay_out(catalogue, national, (), rules, silent)
    return lines(sides, departures(sides), findings)


def lines(
    sides: Sides, departed: Mapping[str, Departure], findings: Sequence[Finding]
) -> tuple[DecisionLine, ...]:
    """Return the same, over sides that are laid out already. Sorted by date, then number."""
    national = sides.national or (EMPTY_SIDE if sides.rules.documents else None)
    if national is None:
        return ()
    differs = differing(findings)
    roles = _roles(sides, national, departed)
    found = [_line(sides, national, departed, number, parts, differs) for number, parts in roles.items()]
    return tuple(sorted(found, key=lambda line: (line.decision_date or date.min, line.decision_number)))


def announcement_overdue(lines: Sequence[DecisionLine], sides: Sides) -> Iterator[Finding]:
    """Yield the deadline to announce what a ministry decided has passed.

    By law where the effective date is known (decree 63/2010/NĐ-CP, article 15), else by the
    department's own target.
    """
    for line in lines:
        if not line.overdue:
            continue
        by_law = line.due_basis == "law"
        names = {row.key: row.shown for row in line.repealed_rows if row.code is None}
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
                "codes": [names.get(code, code) for code in line.overdue],
                "waiting": [names.get(code, code) for code in line.waiting],
                "announced": round(line.announced, 4),
                "agency": line.agency,
            },
        )


def _roles(
    sides: Sides, national: MergedSide, departed: Mapping[str, Departure]
) -> dict[str, dict[str, Part]]:
    """Return what each decision did to which codes.

    What was seen at the baseline was `new` if the catalogue lacks it, else `changed`: the portal does not
    say which, a document that was read does. Repealed are codes, and rows without one, whose successor
    carries the decision, and those a person entered.
    """
    names: dict[str, str] = {}
    roles: defaultdict[str, dict[str, Part]] = defaultdict(dict)

    def add(number: str, code: str, role: DecisionRole, carrier: str | None = None) -> None:
        if code in sides.silent:
            return
        parts = roles[names.setdefault(decision_key(number), number[:LONGEST_DECISION])]
        parts[code] = Part(parts[code].role if code in parts else role, carrier)

    for number, codes in sorted(sides.rules.decision_roles.items()):
        for code, role in sorted(codes.items()):
            add(number, code, role)
    for code, number in sorted(sides.rules.repealed_by.items()):
        add(number, code, "repealed")
    for document, entry_of in entries_in_scope(sides.rules, sides.silent):
        add(document.number, entry_of.subject, entry_of.role)
    for code, entry in sorted(national.entries.items()):
        number = entry.procedure.decision_number or ""
        if number and concerns_us(sides, national, entry.procedure):
            add(number, code, _role(sides, code), code)
    for subject, departure in departed.items():
        decided_by = repealing_decision(sides, subject, departure)
        if decided_by is not None and departure.successor_code is not None:
            add(decided_by, subject, "repealed", departure.successor_code)
    return roles


def _role(sides: Sides, code: str) -> DecisionRole:
    rules = sides.rules
    if code in rules.changed_codes:
        return "changed"
    if code in rules.seen_at_baseline and sides.catalogue and code in sides.catalogue.entries:
        return "changed"
    return "new"


def _line(
    sides: Sides,
    national: MergedSide,
    departed: Mapping[str, Departure],
    number: str,
    parts: Mapping[str, Part],
    differs: Differing,
) -> DecisionLine:
    clocks = {code: sides.deadlines.clock(number, code, parts) for code in parts}
    answers = {
        code: announcement(sides, national, number, code, part, clocks[code], differs)
        for code, part in parts.items()
    }
    waiting = [code for code, answer in answers.items() if answer is None]
    counts = any(clocks[code].counts for code in waiting or parts)
    held = [code for code in waiting if sides.catalogue and clocks[code].counts]
    overdue = [code for code in held if clocks[code].due.date < sides.rules.today]
    told = _told(clocks, held)
    due = told.due if counts or sides.rules.handled_before is None else None
    state: Literal["pending", "announced", "overdue"] = "overdue" if overdue else "pending"
    repealed = _with(parts, "repealed")
    return DecisionLine(
        decision_number=number,
        agency=_agency(national, number, parts, told.decided) or _issuer(sides.rules, number),
        decision_date=told.decided,
        effective_date=told.effective,
        due_date=due.date if due else None,
        due_basis=due.basis if due else None,
        new=_with(parts, "new"),
        changed=_with(parts, "changed"),
        repealed=repealed,
        announced=1 - len(waiting) / len(parts),
        state=state if waiting else "announced",
        waiting=tuple(sorted(waiting)),
        overdue=tuple(sorted(overdue)),
        repealed_rows=tuple(_repealed_row(sides, national, departed, key) for key in repealed),
        late_days=_late_days(sides, clocks, answers, told),
        counts=counts,
        asks=any(asks(sides, national, number, code, parts[code], clocks[code], differs) for code in waiting),
        on_portal=_on_portal(sides, national, number, told.decided),
        named_rows=tuple(
            row
            for code in sorted({*_with(parts, "new"), *_with(parts, "changed")})
            if code not in national.entries and (row := _entry_row(sides.rules, code)) is not None
        ),
    )


def _late_days(
    sides: Sides, clocks: Mapping[str, Clock], answers: Mapping[str, Announcement | None], told: Clock
) -> int | None:
    """By how many days the shown decision was announced late at most, or is late by now."""
    rules, days = sides.rules, [0]
    for code, answer in answers.items():
        clock = clocks[code]
        if _year(clock.decided) != _year(told.decided):
            continue
        if answer is None and clock.counts and sides.catalogue:
            days.append((rules.today - clock.due.date).days)
        elif answer is not None and answer.signed and (clock.counts or rules.handled_before is None):
            days.append((answer.signed - clock.due.date).days)
    return max(days) or None


def _year(day: date | None) -> int | None:
    return day.year if day else None


def _repealed_row(
    sides: Sides, national: MergedSide, departed: Mapping[str, Departure], key: str
) -> RepealedRow:
    """Return what the catalogue, the portal or an earlier night says of it."""
    entry = None
    if sides.catalogue is not None:
        entry = sides.catalogue.entries.get(key) or sides.catalogue.codeless.get(key)
    left = departed[key].procedure if key in departed else None
    row = entry.procedure if entry else left or national.get(key)
    if row is None:
        known = sides.rules.repealed_rows.get(key)
        return known or _entry_row(sides.rules, key) or RepealedRow(key=key)
    return RepealedRow(key=key, name=row.name, level=", ".join(sorted(levels_of(row))) or None)


def _entry_row(rules: Rules, key: str) -> RepealedRow | None:
    """Return what a document calls it."""
    for document in rules.documents:
        for entry in document.entries:
            if entry.subject == key:
                return RepealedRow(
                    key=key, name=entry.name, level=", ".join(sorted(entry.levels or ())) or None
                )
    return None


def _on_portal(sides: Sides, national: MergedSide, number: str, decided: date | None) -> bool:
    """Return whether a record of the portal names the decision, or did when it was last seen.

    Of a decision that no document tells of, always: the line is there because a record or a person says so.
    """
    key, rules = decision_key(number), sides.rules
    if not any(decision_key(each.number) == key and each.date == decided for each in rules.documents):
        return True
    records = [entry.procedure for entry in national.entries.values()]
    named = ((row.decision_number, row.decision_date or decided) for row in records)
    seen = ((each.number, each.decided) for each in rules.sightings)
    return any(
        decision_key(name) == key and day is not None and _year(day) == _year(decided)
        for name, day in (*named, *seen)
    )


def _issuer(rules: Rules, number: str) -> str | None:
    """Whose decision it is, by its document."""
    key = decision_key(number)
    return next((each.agency for each in rules.documents if decision_key(each.number) == key), None)


def _told(clocks: Mapping[str, Clock], held: Sequence[str]) -> Clock:
    """Return the clock that the line shows: of those that somebody is held to the first to run out.

    Where nobody is held to any, that of the newest decision.
    """
    running = [clocks[code] for code in held]
    if not running:
        newest = max(clock.decided or date.min for clock in clocks.values())
        running = [clock for clock in clocks.values() if (clock.decided or date.min) == newest]
    return min(running, key=lambda clock: clock.due.date)


def _agency(national: MergedSide, number: str, parts: Mapping[str, Part], decided: date | None) -> str | None:
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
