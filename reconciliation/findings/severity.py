"""Severity of each finding: that of its kind or attribute, or in a few cases of what was found."""

from __future__ import annotations

from procedures.attributes import ATTRIBUTES_BY_NAME
from procedures.finding_kinds import INFO_BY_KIND, FindingKind, Severity

BY_DECISION = frozenset({FindingKind.REPEALED_STILL_LISTED, FindingKind.REPLACED_STILL_LISTED})
"""Kinds that are critical once the repealing decision is known: the procedure is still in use."""


def severity(
    kind: FindingKind, *, attribute: str | None = None, by_decision: bool = False, by_law: bool = False
) -> Severity:
    """Return the weight of a finding.

    `by_decision`: a repealing decision is known. `by_law`: the deadline that passed is that of decree
    63/2010/NĐ-CP, article 15, not the department's own target.
    """
    if by_decision and kind in BY_DECISION:
        return Severity.CRITICAL
    if by_law and kind is FindingKind.ANNOUNCEMENT_OVERDUE:
        return Severity.CRITICAL
    declared = ATTRIBUTES_BY_NAME.get(attribute or "")
    if kind is FindingKind.ATTRIBUTE_MISMATCH and declared and declared.severity:
        return declared.severity
    return INFO_BY_KIND[kind].severity
