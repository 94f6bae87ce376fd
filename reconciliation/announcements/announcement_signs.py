"""Signs that the province announced what a ministry's decision made of a code.

A list that names a new procedure, or no longer names a repealed one, shows it. Of an amended one it cannot
tell by itself: a list does not state an additional paper in the dossier. There a person's entry, the
province's number on the row, or a value that became the new one is needed (decree 63/2010/NĐ-CP,
articles 13 to 15, has the province announce what is amended too).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from procedures.finding_kinds import INFO_BY_KIND
from procedures.findings import Finding
from reconciliation.announcements.amendments import changes_made_by, has_followed
from reconciliation.announcements.deadlines import CodePart, Deadline, decision_key
from reconciliation.findings.sides import MergedSide, Sides

Differing = Mapping[str, frozenset[str]]
"""By code, the attributes in which the catalogue differs from the national record."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """The fact of an announcement; `signed_on` is the province's date, where known."""

    signed_on: date | None = None


def differing(findings: Iterable[Finding]) -> Differing:
    """Return by code the attributes of open findings that the catalogue does not reflect."""
    by_code: dict[str, set[str]] = {}
    for finding in findings:
        if INFO_BY_KIND[finding.kind].not_reflected and finding.code:
            by_code.setdefault(finding.code, set()).add(finding.attribute or "")
    return {code: frozenset(attributes) for code, attributes in by_code.items()}


def announcement(
    sides: Sides,
    national: MergedSide,
    number: str,
    code: str,
    part: CodePart,
    deadline: Deadline,
    differs: Differing,
) -> Announcement | None:
    """Return the announcement by the province; None while nothing shows one."""
    if sides.catalogue is None:
        return None
    recorded = _recorded(sides, number, code, deadline.decided)
    if recorded is not None:
        return recorded
    listed = code in sides.catalogue.entries or code in sides.catalogue.codeless
    if part.role == "repealed":
        return None if listed else Announcement()
    if code not in national.entries and code not in sides.rules.not_yet_shown:
        return Announcement()  # gone since: nothing of it remains to be announced
    if not listed:
        return None
    on_row = _announced_on_row(sides, sides.catalogue, code, deadline)
    if on_row is not None:
        return on_row
    if part.role == "new":
        return Announcement()
    return Announcement() if _list_has_followed(sides, national, number, code, deadline, differs) else None


def needs_action(
    sides: Sides,
    national: MergedSide,
    number: str,
    code: str,
    part: CodePart,
    deadline: Deadline,
    differs: Differing,
) -> bool:
    """Return whether a code without an announcement requires anybody to act.

    Not one that a person declared handled; nor an amended one of the baseline that the list has without a
    difference, since nobody saw what the decision changed of it.
    """
    if deadline.counts:
        return True
    if sides.rules.handled_before is not None:
        return False
    listed = sides.catalogue is not None and code in sides.catalogue.entries
    if part.role != "changed" or deadline.reported or not listed:
        return True
    return code in differs and not _overtaken(national, number, code)


def _recorded(sides: Sides, number: str, code: str, decided: date | None) -> Announcement | None:
    """Return what a person entered, unless the province signed it in a year before the decision's."""
    if (number, code) not in sides.rules.announced:
        return None
    signed_on = sides.rules.announced[number, code]
    if signed_on is not None and decided is not None and signed_on.year < decided.year:
        return None
    return Announcement(signed_on)


def _announced_on_row(
    sides: Sides, catalogue: MergedSide, code: str, deadline: Deadline
) -> Announcement | None:
    """Return the province's number on the catalogue's row, where it is younger than the decision.

    By its date; a number without one by the day on which it was entered. What was there before the
    decision announced something else.
    """
    row = catalogue.entries[code].procedure if code in catalogue.entries else None
    if row is None or not row.province_decision_number:
        return None
    day = row.province_decision_date
    if day is not None:
        return Announcement(day) if deadline.starts_on <= day <= sides.rules.today else None
    number = decision_key(row.province_decision_number)
    entered_since = any(
        change.attribute == "province_decision_number"
        and decision_key(change.new) == number
        and change.day >= deadline.starts_on
        for change in sides.rules.list_changes.get(code, ())
    )
    return Announcement() if entered_since else None


def _list_has_followed(
    sides: Sides, national: MergedSide, number: str, code: str, deadline: Deadline, differs: Differing
) -> bool:
    """Return whether a value of the row became the decision's, and none that it changed is still old."""
    made = changes_made_by(number, deadline.decided, sides.rules.national_changes.get(code, ()))
    if not has_followed(made, sides.rules.list_changes.get(code, ()), deadline.starts_on):
        return False
    behind = differs.get(code, frozenset()).intersection(each.attribute for each in made)
    return not behind or _overtaken(national, number, code)


def _overtaken(national: MergedSide, number: str, code: str) -> bool:
    """Return whether the record names another decision by now, which then has to announce the differences."""
    record = national.get(code)
    return record is not None and decision_key(record.decision_number) != decision_key(number)
