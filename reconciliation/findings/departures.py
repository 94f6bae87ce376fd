"""Departures: what is gone nationally and still listed in the catalogue or on the provincial portal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from procedures.findings import Finding, FindingKind
from procedures.model import Procedure
from reconciliation.changes.successors import is_transfer, successor_chain
from reconciliation.findings.names import levels_of, related_fields, spelling_key
from reconciliation.findings.sides import MergedSide, SideEntry, Sides


@dataclass(frozen=True, slots=True)
class Departure:
    """A code, or a key of a row without one, that is no longer in force as far as the portal shows.

    `transfer` has the levels before and after when it went to another level.
    """

    subject: str
    successor_code: str | None = None
    transfer: Mapping[str, Any] | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    source: str | None = None
    procedure: Procedure | None = None


def departures(sides: Sides) -> dict[str, Departure]:
    """Return every departure, by subject."""
    if sides.national is None:
        return {}
    by_subject = {**_dead_by_look_up(sides.national), **_ended(sides.national)}
    by_subject |= {
        departure.subject: departure
        for departure in _moved_from_district(sides, sides.national)
        if by_subject.get(departure.subject, departure).successor_code in (None, departure.successor_code)
    }
    return dict(sorted(by_subject.items()))


def still_listed(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield what is not in force nationally, yet in the catalogue or on the provincial portal.

    Decree 63/2010/NĐ-CP, article 26: ministries and provinces keep the national database, their own
    portal and the counter the same. By a successor it is replaced, else suspected to be repealed until
    a decision is named.
    """
    for subject, departure in departed.items():
        entries = _listed(sides, subject)
        if not entries:
            continue
        decision = repealing_decision(sides, subject, departure)
        evidence = dict(departure.evidence)
        if departure.transfer:
            evidence["transfer"] = dict(departure.transfer)
        if decision:
            evidence["decision_number"] = decision
        replaced = departure.successor_code is not None
        yield sides.finding(
            FindingKind.REPLACED_STILL_LISTED if replaced else FindingKind.REPEALED_STILL_LISTED,
            subject,
            entries,
            sources={entry.source for entry in entries.values()} | _national_sources(sides, departure),
            values={role: entry.procedure.name for role, entry in entries.items()},
            successor_code=departure.successor_code,
            by_decision=decision is not None,
            evidence=evidence,
        )


def _national_sources(sides: Sides, departure: Departure) -> frozenset[str]:
    return frozenset({departure.source}) if departure.source else sides.sources("national")


def repealing_decision(sides: Sides, subject: str, departure: Departure) -> str | None:
    """Return the number of the decision that repealed it, where one is known.

    Entered by a person, else the one that the ledger has it under, else the one that its successor carries:
    a later decision that amends the successor repeals nothing.
    """
    rules = sides.rules
    known = rules.repealed_by.get(subject) or rules.repealed_under.get(subject)
    successor = sides.national.get(departure.successor_code or "") if sides.national else None
    return known or (successor.decision_number if successor else None)


def _listed(sides: Sides, subject: str) -> dict[str, SideEntry]:
    entries = {}
    for role in ("catalogue", "provincial"):
        side: MergedSide | None = getattr(sides, role)
        entry = (side.entries.get(subject) or side.codeless.get(subject)) if side else None
        if entry is not None:
            entries[role] = entry
    return entries


def _ended(national: MergedSide) -> dict[str, Departure]:
    """Return what the ladder or an unpublished state has ended, with what is in force in its place."""
    all_gone = {code: gone for code, (_, gone) in national.gone.items()}
    departed = {}
    for code, (source, gone) in national.gone.items():
        chain = successor_chain(all_gone, code)
        successor = chain.pop() if chain and chain[-1] not in all_gone else None
        change_kinds = {all_gone[each].kind for each in (code, *chain)}
        current = national.get(successor or "")
        transfer = _level_transfer(gone.procedure, current) if "level_transfer" in change_kinds else None
        evidence = {**gone.evidence, "through": chain} if chain else gone.evidence
        departed[code] = Departure(code, successor, transfer, evidence, source, gone.procedure)
    return departed


def _dead_by_look_up(national: MergedSide) -> dict[str, Departure]:
    """Return the catalogue's codes that the portal, asked directly, has in an unpublished state."""
    departed = {}
    for code, (source, answer) in national.looked_up.items():
        if answer.outcome == "dead" and code not in national.entries:
            evidence = {"state": answer.state, **answer.evidence}
            departed[code] = Departure(code, None, None, evidence, source, None)
    return departed


def _moved_from_district(sides: Sides, national: MergedSide) -> Iterator[Departure]:
    """Yield rows of the district's level whose procedure is now at the commune or the province.

    Since 1 July 2025 there is no district (decree 129/2025/NĐ-CP); decision 627/QĐ-BNV moved the
    associations' and funds' procedures to the commune under new codes and the same names. Of several
    of one name the commune's is taken; one of two communes' codes is not settled. A procedure
    of the province that the catalogue has beside the district's row is the province's own, of the same name.
    """
    if sides.catalogue is None:
        return
    rows = {
        subject: entry.procedure
        for subject, entry in (*sides.catalogue.entries.items(), *sides.catalogue.codeless.items())
        if subject not in national.entries and levels_of(entry.procedure) == {"district"}
    }
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for code, entry in national.entries.items() if rows else ():
        by_name[spelling_key(entry.procedure.name)].append(code)
    for subject, row in rows.items():
        codes = [
            code
            for code in by_name.get(spelling_key(row.name), ())
            if related_fields(row.field, national.entries[code].procedure.field)
        ]
        nearest = _nearest(codes, national, sides.catalogue)
        if nearest is not None:
            target = national.entries[nearest]
            yield Departure(subject, nearest, _level_transfer(row, target.procedure), {}, target.source, row)


def _nearest(codes: list[str], national: MergedSide, catalogue: MergedSide) -> str | None:
    """Return the one code of the commune, else the one of the province that the catalogue lacks."""
    for level in ("commune", "province"):
        at_level = [
            code
            for code in codes
            if level in levels_of(national.entries[code].procedure)
            and (level == "commune" or code not in catalogue.entries)
        ]
        if at_level:
            return at_level[0] if len(at_level) == 1 else None
    return None


def _level_transfer(before: Procedure, after: Procedure | None) -> dict[str, Any] | None:
    if after is None or not is_transfer(before, after):
        return None
    return {"from": sorted(levels_of(before)), "to": sorted(levels_of(after))}
