"""Executing levels (cấp thực hiện) and online levels of the sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from procedures.findings import Finding, FindingKind
from procedures.model import Procedure, value_text
from reconciliation.findings.departures import Departure
from reconciliation.findings.severity import severity
from reconciliation.findings.sides import DISTRICT_ALONE, ROLES, Entry, Sides

DISTRICT = "district"

RANK: Mapping[str, int] = {"none": 0, "information": 0, "partial": 1, "full": 2}
"""Information alone is no online service: old levels 1 and 2 stand with none."""


def executing_level_mismatch(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """The sides name other levels, among those that are compared.

    A record without any level flag has unknown levels and is not compared. The district's rows have
    their own finding.
    """
    for code, entries in sides.shared():
        if code in departed:
            continue
        known = {role: entry for role, entry in entries.items() if entry.procedure.executing_levels}
        compared = {
            role: sides.rules.restricted(entry.procedure.executing_levels)
            for role, entry in known.items()
            if entry.procedure.executing_levels != DISTRICT_ALONE
        }
        if len(set(compared.values())) < 2:
            continue
        there = {role: known[role] for role in compared}
        yield sides.finding(
            FindingKind.EXECUTING_LEVEL_MISMATCH,
            code,
            there,
            sources={entry.source for entry in there.values()},
            attribute="executing_levels",
            values={role: value_text(entry.procedure.executing_levels) for role, entry in there.items()},
        )


def district_rows(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Rows that still say the district's level, in one finding: since 1 July 2025 there is none.

    Those whose national successor is known are `replaced_still_listed` instead.
    """
    rows: dict[str, dict[str, Entry]] = {}
    for role in ("catalogue", "provincial"):
        book = getattr(sides, role)
        for subject, entry in (*book.entries.items(), *book.nameless.items()) if book else ():
            if DISTRICT in (entry.procedure.executing_levels or ()) and subject not in departed:
                rows.setdefault(role, {})[subject] = entry
    if not rows:
        return
    values = {role: value_text(tuple(sorted(found))) for role, found in rows.items()}
    codes = sorted({subject for found in rows.values() for subject in found if not subject.startswith("~")})
    named = [
        {
            "side": role,
            "name": entry.procedure.name,
            "row": entry.procedure.row,
            "division": entry.procedure.division,
        }
        for role, found in rows.items()
        for _, entry in sorted(found.items())
    ]
    yield Finding(
        kind=FindingKind.EXECUTING_LEVEL_MISMATCH,
        severity=severity(FindingKind.EXECUTING_LEVEL_MISMATCH),
        subject=DISTRICT,
        attribute="executing_levels",
        catalogue_value=values.get("catalogue"),
        provincial_value=values.get("provincial"),
        sources=frozenset(entry.source for found in rows.values() for entry in found.values()),
        evidence={"level": DISTRICT, "codes": codes, "rows": named, "count": len(named)},
    )


def online_level(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """`online_opportunity` when the national portal offers more than the catalogue says; else a mismatch.

    Decree 224/2026/NĐ-CP, article 14: full service is the rule, partial needs a published reason.
    """
    for code, entries in sides.shared():
        if code in departed:
            continue
        said = {role: _online(role, entries[role].procedure) for role in ROLES if role in entries}
        ranks = {role: RANK[level] for role, level in said.items() if level is not None and level in RANK}
        if len(set(ranks.values())) < 2:
            continue
        there = {role: entries[role] for role in ranks}
        ours, theirs = ranks.get("catalogue"), ranks.get("national")
        more = ours is not None and theirs is not None and theirs > ours
        yield sides.finding(
            FindingKind.ONLINE_OPPORTUNITY if more else FindingKind.ONLINE_LEVEL_MISMATCH,
            code,
            there,
            sources={entry.source for entry in there.values()},
            attribute="online_level",
            values={role: entry.procedure.online_level for role, entry in there.items()},
        )


def has_opportunity(catalogue: Procedure, national: Procedure | None) -> bool:
    """Whether the national portal offers a higher online level than the catalogue says."""
    theirs = _online("national", national) if national is not None else None
    ours = catalogue.online_level
    if ours is None or theirs is None or ours not in RANK or theirs not in RANK:
        return False
    return RANK[theirs] > RANK[ours]


def _online(role: str, procedure: Procedure) -> str | None:
    """A national record without a single way of submission does not say that it is offline."""
    if role == "national" and procedure.online_level == "none" and not procedure.ways:
        return None
    return procedure.online_level
