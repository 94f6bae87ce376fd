"""Ministry decisions: what each made new, changed or repealed, and how far the catalogue follows.

The national records state by which decision they were announced; roles that a night or a person recorded
before are kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from procedures.findings import Finding, FindingKind, Side
from procedures.office.decision_lines import DecisionLine
from procedures.office.repealed_rows import RepealedRow
from procedures.values.limits import MAX_DECISION_LENGTH
from reconciliation.announcements.announcement_signs import (
    Announcement,
    Differing,
    announcement,
    differing,
    needs_action,
)
from reconciliation.announcements.deadlines import CodePart, Deadline, decision_key
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
    return lines_of(sides, departures(sides), findings)


def lines_of(
    sides: Sides, departed: Mapping[str, Departure], findings: Sequence[Finding]
) -> tuple[DecisionLine, ...]:
    """Return the lines of sides that are laid out already, sorted by date, then number."""
    national = sides.national or (EMPTY_SIDE if sides.rules.documents else None)
    if national is None:
        return ()
    differs = differing(findings)
    roles = _roles(sides, national, departed)
    found = [_line(sides, national, departed, number, parts, differs) for number, parts in roles.items()]
    return tuple(sorted(found, key=lambda line: (line.decision_date or date.min, line.decision_number)))


def announcement_overdue(lines: Sequence[DecisionLine], sides: Sides) -> Iterator[Finding]:
    """Yield a finding for each decision whose deadline to announce it has passed.

    By law where the effective date is known (decree 63/2010/NĐ-CP, article 15), else by the
    department's own target.
    """
    for line in lines:
        if not line.overdue:
            continue
        by_law = line.due_basis == "law"
        names = {row.key: row.display_text for row in line.repealed_rows if row.code is None}
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
) -> dict[str, dict[str, CodePart]]:
    """Return the codes of each decision, with what it made of them.

    What was seen at the baseline is `new` if the catalogue lacks it, else `changed`: the portal does not
    state which, a document that was read does. Repealed are codes, and rows without one, whose successor
    carries the decision, and those a person entered.
    """
    names: dict[str, str] = {}
    roles: defaultdict[str, dict[str, CodePart]] = defaultdict(dict)

    def add(number: str, code: str, role: DecisionRole, carrier: str | None = None) -> None:
        if code in sides.silent:
            return
        parts = roles[names.setdefault(decision_key(number), number[:MAX_DECISION_LENGTH])]
        parts[code] = CodePart(parts[code].role if code in parts else role, carrier)

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
    parts: Mapping[str, CodePart],
    differs: Differing,
) -> DecisionLine:
    deadlines = {code: sides.deadlines.of_code(number, code, parts) for code in parts}
    announcements = {
        code: announcement(sides, national, number, code, part, deadlines[code], differs)
        for code, part in parts.items()
    }
    waiting = [code for code, answer in announcements.items() if answer is None]
    counts = any(deadlines[code].counts for code in waiting or parts)
    binding = [code for code in waiting if sides.catalogue and deadlines[code].counts]
    overdue = [code for code in binding if deadlines[code].due.date < sides.rules.today]
    shown = _shown_deadline(deadlines, binding)
    due = shown.due if counts or sides.rules.handled_before is None else None
    state: Literal["pending", "announced", "overdue"] = "overdue" if overdue else "pending"
    repealed = _codes_with_role(parts, "repealed")
    return DecisionLine(
        decision_number=number,
        agency=_record_agency(national, number, parts, shown.decided)
        or _document_agency(sides.rules, number),
        decision_date=shown.decided,
        effective_date=shown.effective,
        due_date=due.date if due else None,
        due_basis=due.basis if due else None,
        new=_codes_with_role(parts, "new"),
        changed=_codes_with_role(parts, "changed"),
        repealed=repealed,
        announced=1 - len(waiting) / len(parts),
        state=state if waiting else "announced",
        waiting=tuple(sorted(waiting)),
        overdue=tuple(sorted(overdue)),
        repealed_rows=tuple(_repealed_row(sides, national, departed, key) for key in repealed),
        late_days=_late_days(sides, deadlines, announcements, shown),
        counts=counts,
        asks=any(
            needs_action(sides, national, number, code, parts[code], deadlines[code], differs)
            for code in waiting
        ),
        on_portal=_on_portal(sides, national, number, shown.decided),
        named_rows=tuple(
            row
            for code in sorted({*_codes_with_role(parts, "new"), *_codes_with_role(parts, "changed")})
            if code not in national.entries and (row := _document_row(sides.rules, code)) is not None
        ),
    )


def _late_days(
    sides: Sides,
    deadlines: Mapping[str, Deadline],
    announcements: Mapping[str, Announcement | None],
    shown: Deadline,
) -> int | None:
    """Return by how many days at most the shown decision was announced late, or is late by now."""
    rules, days = sides.rules, [0]
    for code, answer in announcements.items():
        deadline = deadlines[code]
        if _year(deadline.decided) != _year(shown.decided):
            continue
        if answer is None and deadline.counts and sides.catalogue:
            days.append((rules.today - deadline.due.date).days)
        elif answer is not None and answer.signed_on and (deadline.counts or rules.handled_before is None):
            days.append((answer.signed_on - deadline.due.date).days)
    return max(days) or None


def _year(day: date | None) -> int | None:
    return day.year if day else None


def _repealed_row(
    sides: Sides, national: MergedSide, departed: Mapping[str, Departure], key: str
) -> RepealedRow:
    """Return the row as the catalogue, the portal or an earlier night has it."""
    entry = None
    if sides.catalogue is not None:
        entry = sides.catalogue.entries.get(key) or sides.catalogue.codeless.get(key)
    departed_row = departed[key].procedure if key in departed else None
    row = entry.procedure if entry else departed_row or national.get(key)
    if row is None:
        known = sides.rules.repealed_rows.get(key)
        return known or _document_row(sides.rules, key) or RepealedRow(key=key)
    return RepealedRow(key=key, name=row.name, level=", ".join(sorted(levels_of(row))) or None)


def _document_row(rules: Rules, key: str) -> RepealedRow | None:
    """Return the row as a document has it."""
    for document in rules.documents:
        for entry in document.entries:
            if entry.subject == key:
                return RepealedRow(
                    key=key, name=entry.name, level=", ".join(sorted(entry.levels or ())) or None
                )
    return None


def _on_portal(sides: Sides, national: MergedSide, number: str, decided: date | None) -> bool:
    """Return whether a record of the portal names the decision, or did when it was last seen.

    True of a decision without a document: its line exists because of a record or a person.
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


def _document_agency(rules: Rules, number: str) -> str | None:
    """Return the agency that issued the decision, by its document."""
    key = decision_key(number)
    return next((each.agency for each in rules.documents if decision_key(each.number) == key), None)


def _shown_deadline(deadlines: Mapping[str, Deadline], binding: Sequence[str]) -> Deadline:
    """Return the deadline that the line shows: of those that are binding the first to run out.

    Where none is binding, that of the newest decision.
    """
    running = [deadlines[code] for code in binding]
    if not running:
        newest = max(deadline.decided or date.min for deadline in deadlines.values())
        running = [deadline for deadline in deadlines.values() if (deadline.decided or date.min) == newest]
    return min(running, key=lambda deadline: deadline.due.date)


def _record_agency(
    national: MergedSide, number: str, parts: Mapping[str, CodePart], decided: date | None
) -> str | None:
    """Return the issuing agency, by a national record that names the decision, preferably with its date."""
    carrying = [
        procedure
        for code in sorted(parts)
        if (procedure := national.get(code)) is not None
        and decision_key(procedure.decision_number) == decision_key(number)
    ]
    first = min(carrying, key=lambda procedure: procedure.decision_date != decided, default=None)
    return first.promulgating_agency if first else None


def _codes_with_role(parts: Mapping[str, CodePart], role: DecisionRole) -> tuple[str, ...]:
    return tuple(sorted(code for code, part in parts.items() if part.role == role))
