"""Flapping values: one volatile finding for as long as a value flaps, not a stream of them.

Without this a national fee that reads A, B, A on three nights would open, resolve and reopen a mismatch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from procedures.attributes import ATTRIBUTES_BY_NAME
from procedures.finding_kinds import VALUE_KINDS, FindingKind
from procedures.findings import Finding
from procedures.model import value_text
from reconciliation.changes.flapping import Flap
from reconciliation.findings.sides import ROLES, Sides


def merge_flapping(findings: Sequence[Finding], sides: Sides) -> list[Finding]:
    """Return the findings, with one in place of those of each flapping attribute.

    Its value of the flapping side is the list of all values seen, sorted, so that it reads the same every
    night. Where no other side has the procedure there is nothing to disagree with, and no finding.
    """
    flaps = {
        (flap.key, flap.attribute): (role, flap)
        for role, flaps_of_role in sides.rules.volatile.items()
        for flap in flaps_of_role
        if ATTRIBUTES_BY_NAME[flap.attribute].mismatch and _shared(sides, flap.key)
    }
    if not flaps:
        return list(findings)
    steady = [
        finding
        for finding in findings
        if finding.kind not in VALUE_KINDS or (finding.subject, finding.attribute) not in flaps
    ]
    return [*steady, *(_finding(sides, role, flap) for role, flap in flaps.values())]


def _shared(sides: Sides, code: str) -> bool:
    return sum(sides.entry(role, code) is not None for role in ROLES) > 1


def _finding(sides: Sides, role: str, flap: Flap) -> Finding:
    entries = {name: entry for name in ROLES if (entry := sides.entry(name, flap.key)) is not None}
    values = {name: value_text(getattr(entry.procedure, flap.attribute)) for name, entry in entries.items()}
    seen = sorted({value for value in flap.values if value is not None})
    values[role] = json.dumps(seen, ensure_ascii=False)
    finding = sides.finding(
        ATTRIBUTES_BY_NAME[flap.attribute].mismatch or FindingKind.ATTRIBUTE_MISMATCH,
        flap.key,
        entries,
        sources={entry.source for entry in entries.values()},
        attribute=flap.attribute,
        values=values,
    )
    volatile = {
        "side": role,
        "since": flap.since.isoformat(),
        "until": flap.until.isoformat(),
        "times": flap.times,
        "values": seen,
    }
    return replace(finding, evidence={**finding.evidence, "volatile": volatile})
