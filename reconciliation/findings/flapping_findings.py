"""A value that goes and comes back: one volatile finding for as long as it does, not a stream of them.

Without this a national fee that reads A, B, A on three nights would open, resolve and reopen a mismatch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from procedures.findings import Finding, FindingKind
from procedures.model import value_text
from reconciliation.changes.flapping import Flap
from reconciliation.findings.sides import ROLES, Sides

SHOWN_AS: Mapping[str, FindingKind] = {
    "executing_levels": FindingKind.EXECUTING_LEVEL_MISMATCH,
    "online_level": FindingKind.ONLINE_LEVEL_MISMATCH,
}
"""Attributes whose disagreement is a kind of its own."""

KINDS = frozenset(
    {
        FindingKind.ATTRIBUTE_MISMATCH,
        FindingKind.EXECUTING_LEVEL_MISMATCH,
        FindingKind.ONLINE_LEVEL_MISMATCH,
        FindingKind.ONLINE_OPPORTUNITY,
        FindingKind.SLOWER_THAN_NATIONAL,
    }
)
"""Findings about one attribute, which come and go with its value."""

COMPARED = frozenset(
    {
        "name", "field", "executing_levels", "online_level", "agency", "decision_number", "decision_date",
        "processing_time", "fee", "ways", "subjects", "dossier", "legal_bases", "requirements", "results",
    }
)  # fmt: skip
"""What the sides are compared on; a state or a step that flaps is no finding."""


def steadied(findings: Sequence[Finding], sides: Sides) -> list[Finding]:
    """The findings, with one in the place of whatever the flapping attributes would come and go with.

    Its value of the flapping side are all the values seen, in one order, so that it reads the same every
    night. Where no other side has the procedure there is nothing to disagree with, and no finding.
    """
    flaps = {
        (flap.key, flap.attribute): (role, flap)
        for role, found in sides.rules.volatile.items()
        for flap in found
        if flap.attribute in COMPARED and _shared(sides, flap.key)
    }
    if not flaps:
        return list(findings)
    kept = [
        finding
        for finding in findings
        if finding.kind not in KINDS or (finding.subject, finding.attribute) not in flaps
    ]
    return [*kept, *(_finding(sides, role, flap) for role, flap in flaps.values())]


def _shared(sides: Sides, code: str) -> bool:
    return sum(sides.entry(role, code) is not None for role in ROLES) > 1


def _finding(sides: Sides, role: str, flap: Flap) -> Finding:
    entries = {name: entry for name in ROLES if (entry := sides.entry(name, flap.key)) is not None}
    values = {name: value_text(getattr(entry.procedure, flap.attribute)) for name, entry in entries.items()}
    seen = sorted({value for value in flap.values if value is not None})
    values[role] = json.dumps(seen, ensure_ascii=False)
    finding = sides.finding(
        SHOWN_AS.get(flap.attribute, FindingKind.ATTRIBUTE_MISMATCH),
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
