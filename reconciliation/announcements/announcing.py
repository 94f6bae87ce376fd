"""What shows that the province announced what a ministry's decision made of a code.

A list that names a new procedure, or no longer names a repealed one, shows it. Of an amended one it cannot
tell by itself: a paper more in the dossier is nothing that a list says. There a person's entry, the
province's number on the row, or a value that moved to the new one has to speak (decree 63/2010/NĐ-CP,
articles 13 to 15, has the province announce what is amended too).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from procedures.finding_kinds import BY_KIND
from procedures.findings import Finding
from reconciliation.announcements.amendments import followed, made_by
from reconciliation.announcements.deadlines import Clock, Part, decision_key
from reconciliation.findings.sides import MergedSide, Sides

Differing = Mapping[str, frozenset[str]]
"""By code, the attributes in which the catalogue is not what the national record is."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """That it was announced; `signed` is the province's date, where anything tells it."""

    signed: date | None = None


def differing(findings: Iterable[Finding]) -> Differing:
    """Return what open findings say of codes that the catalogue does not reflect."""
    found: dict[str, set[str]] = {}
    for finding in findings:
        if BY_KIND[finding.kind].not_reflected and finding.code:
            found.setdefault(finding.code, set()).add(finding.attribute or "")
    return {code: frozenset(attributes) for code, attributes in found.items()}


def announcement(
    sides: Sides, national: MergedSide, number: str, code: str, part: Part, clock: Clock, differs: Differing
) -> Announcement | None:
    """Return what shows that the province announced it; None while nothing does."""
    if sides.catalogue is None:
        return None
    recorded = _recorded(sides, number, code, clock.decided)
    if recorded is not None:
        return recorded
    listed = code in sides.catalogue.entries or code in sides.catalogue.codeless
    if part.role == "repealed":
        return None if listed else Announcement()
    if code not in national.entries and code not in sides.rules.not_yet_shown:
        return Announcement()  # gone since: nothing of it is left to be announced
    if not listed:
        return None
    on_the_row = _on_the_row(sides, sides.catalogue, code, clock)
    if on_the_row is not None:
        return on_the_row
    if part.role == "new":
        return Announcement()
    return Announcement() if _has_followed(sides, national, number, code, clock, differs) else None


def asks(
    sides: Sides, national: MergedSide, number: str, code: str, part: Part, clock: Clock, differs: Differing
) -> bool:
    """Return whether a code that nothing shows to be announced asks anything of anybody.

    Not what a person declared handled; nor an amended one of the baseline that the list has without a
    difference, since nobody saw what the decision changed of it.
    """
    if clock.counts:
        return True
    if sides.rules.handled_before is not None:
        return False
    listed = sides.catalogue is not None and code in sides.catalogue.entries
    if part.role != "changed" or clock.spoken or not listed:
        return True
    return code in differs and not _overtaken(national, number, code)


def _recorded(sides: Sides, number: str, code: str, decided: date | None) -> Announcement | None:
    """Return what a person entered; not what the province signed in a year before the decision's."""
    if (number, code) not in sides.rules.announced:
        return None
    signed = sides.rules.announced[number, code]
    if signed is not None and decided is not None and signed.year < decided.year:
        return None
    return Announcement(signed)


def _on_the_row(sides: Sides, catalogue: MergedSide, code: str, clock: Clock) -> Announcement | None:
    """Return the province's number on the catalogue's row, where it is younger than the decision.

    By its date; a number without one by the day on which it came to stand there. What stood there before
    the decision announced something else.
    """
    row = catalogue.entries[code].procedure if code in catalogue.entries else None
    if row is None or not row.province_decision_number:
        return None
    day = row.province_decision_date
    if day is not None:
        return Announcement(day) if clock.begins <= day <= sides.rules.today else None
    number = decision_key(row.province_decision_number)
    came = any(
        moved.attribute == "province_decision_number"
        and decision_key(moved.new) == number
        and moved.day >= clock.begins
        for moved in sides.rules.list_changes.get(code, ())
    )
    return Announcement() if came else None


def _has_followed(
    sides: Sides, national: MergedSide, number: str, code: str, clock: Clock, differs: Differing
) -> bool:
    """Whether a value of the row moved to the decision's, and none that it changed is still the old one."""
    made = made_by(number, clock.decided, sides.rules.national_changes.get(code, ()))
    if not followed(made, sides.rules.list_changes.get(code, ()), clock.begins):
        return False
    behind = differs.get(code, frozenset()).intersection(each.attribute for each in made)
    return not behind or _overtaken(national, number, code)


def _overtaken(national: MergedSide, number: str, code: str) -> bool:
    """Return whether the record names another decision by now: where it differs is that one's to announce."""
    record = national.get(code)
    return record is not None and decision_key(record.decision_number) != decision_key(number)
