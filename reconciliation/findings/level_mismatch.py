"""Executing levels (cấp thực hiện) and online levels of the sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from procedures.findings import Finding, FindingKind
from procedures.model import Procedure, value_text
from reconciliation.findings.departures import Departure
from reconciliation.findings.severity import severity
from reconciliation.findings.sides import DISTRICT_ALONE, ROLES, SideEntry, Sides

DISTRICT = "district"

RANK: Mapping[str, int] = {"none": 0, "information": 0, "partial": 1, "full": 2}
"""Information alone is no online service: old levels 1 and 2 rank with none."""


def executing_level_mismatch(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield a finding where the sides name other levels, among those that are compared.

    A record without any level flag has unknown levels and is not compared. The district's rows have
    their own finding.
    """
    for code, entries in sides.shared.items():
        if code in departed or len({entry.procedure.executing_levels for entry in entries.values()}) < 2:
            continue
        known = {role: entry for role, entry in entries.items() if entry.procedure.executing_levels}
        compared = {
            role: sides.rules.restricted(entry.procedure.executing_levels)
            for role, entry in known.items()
            if entry.procedure.executing_levels != DISTRICT_ALONE
        }
        if len(set(compared.values())) < 2:
            continue
        stating = {role: known[role] for role in compared}
        yield sides.finding(
            FindingKind.EXECUTING_LEVEL_MISMATCH,
            code,
            stating,
            sources={entry.source for entry in stating.values()},
            attribute="executing_levels",
            values={role: value_text(entry.procedure.executing_levels) for role, entry in stating.items()},
        )


def district_rows(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield one finding of all rows at the district's level, which ended on 1 July 2025.

    Those whose national successor is known are `replaced_still_listed` instead.
    """
    rows: dict[str, dict[str, SideEntry]] = {}
    for role in ("catalogue", "provincial"):
        side = getattr(sides, role)
        for subject, entry in (*side.entries.items(), *side.codeless.items()) if side else ():
            if DISTRICT in (entry.procedure.executing_levels or ()) and subject not in departed:
                rows.setdefault(role, {})[subject] = entry
    if not rows:
        return
    values = {role: value_text(tuple(sorted(entries))) for role, entries in rows.items()}
    codes = sorted({key for entries in rows.values() for key in entries if not key.startswith("~")})
    row_evidence = [
        {
            "side": role,
            "name": entry.procedure.name,
            "row": entry.procedure.row,
            "division": entry.procedure.division,
        }
        for role, entries in rows.items()
        for _, entry in sorted(entries.items())
    ]
    yield Finding(
        kind=FindingKind.EXECUTING_LEVEL_MISMATCH,
        severity=severity(FindingKind.EXECUTING_LEVEL_MISMATCH),
        subject=DISTRICT,
        attribute="executing_levels",
        catalogue_value=values.get("catalogue"),
        provincial_value=values.get("provincial"),
        sources=frozenset(entry.source for entries in rows.values() for entry in entries.values()),
        evidence={"level": DISTRICT, "codes": codes, "rows": row_evidence, "count": len(row_evidence)},
    )


def online_level(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield `online_opportunity` when the national portal offers more than the catalogue, else a mismatch.

    Decree 224/2026/NĐ-CP, article 14: full service is the rule, partial needs a published reason.
    """
    for code, entries in sides.shared.items():
        if code in departed:
            continue
        levels = {role: _stated_level(role, entries[role].procedure) for role in ROLES if role in entries}
        ranks = {role: RANK[level] for role, level in levels.items() if level is not None and level in RANK}
        if len(set(ranks.values())) < 2:
            continue
        stating = {role: entries[role] for role in ranks}
        ours, theirs = ranks.get("catalogue"), ranks.get("national")
        offers_more = ours is not None and theirs is not None and theirs > ours
        yield sides.finding(
            FindingKind.ONLINE_OPPORTUNITY if offers_more else FindingKind.ONLINE_LEVEL_MISMATCH,
            code,
            stating,
            sources={entry.source for entry in stating.values()},
            attribute="online_level",
            values={role: entry.procedure.online_level for role, entry in stating.items()},
        )


def has_opportunity(catalogue: Procedure, national: Procedure | None) -> bool:
    """Return whether the national portal offers a higher online level than the catalogue says."""
    theirs = _stated_level("national", national) if national is not None else None
    ours = catalogue.online_level
    if ours is None or theirs is None or ours not in RANK or theirs not in RANK:
        return False
    return RANK[theirs] > RANK[ours]


def _stated_level(role: str, procedure: Procedure) -> str | None:
    """Return the level; unknown for a national record of level none without a way of submission."""
    if role == "national" and procedure.online_level == "none" and not procedure.ways:
        return None
    return procedure.online_level
