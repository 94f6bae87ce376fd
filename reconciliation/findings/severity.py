"""How much each finding weighs: the one table, and the few cases that depend on what was found."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.findings import FindingKind, Severity

BY_KIND: Mapping[FindingKind, Severity] = {
    FindingKind.NEW_FROM_MINISTRY: Severity.HIGH,
    FindingKind.NOT_IN_CATALOGUE: Severity.MEDIUM,
    FindingKind.NOT_ON_NATIONAL_PORTAL: Severity.MEDIUM,
    FindingKind.NOT_ON_PROVINCIAL_PORTAL: Severity.LOW,
    FindingKind.REPEALED_STILL_LISTED: Severity.HIGH,
    FindingKind.REPLACED_STILL_LISTED: Severity.HIGH,
    FindingKind.ATTRIBUTE_MISMATCH: Severity.MEDIUM,
    FindingKind.EXECUTING_LEVEL_MISMATCH: Severity.HIGH,
    FindingKind.ONLINE_LEVEL_MISMATCH: Severity.MEDIUM,
    FindingKind.ONLINE_OPPORTUNITY: Severity.MEDIUM,
    FindingKind.SLOWER_THAN_NATIONAL: Severity.HIGH,
    FindingKind.MISSING_CODE: Severity.MEDIUM,
    FindingKind.INCOMPLETE_RECORD: Severity.MEDIUM,
    FindingKind.PARTIAL_WITHOUT_REASON: Severity.MEDIUM,
    FindingKind.SERVICE_NOT_POSTED: Severity.MEDIUM,
    FindingKind.OVERLAP: Severity.MEDIUM,
    FindingKind.INVALID_CODE: Severity.MEDIUM,
    FindingKind.DUPLICATE_CODE: Severity.MEDIUM,
    FindingKind.ANNOUNCEMENT_OVERDUE: Severity.HIGH,
}

BY_ATTRIBUTE: Mapping[str, Severity] = {
    "name": Severity.LOW,
    "field": Severity.LOW,
    "ways": Severity.LOW,
    "fee": Severity.HIGH,
}
"""Of `attribute_mismatch`: a wrong fee is money, a name or a field is wording."""

BY_DECISION = frozenset({FindingKind.REPEALED_STILL_LISTED, FindingKind.REPLACED_STILL_LISTED})
"""Critical once a decision is known by which the procedure was repealed: it is still in use."""


def severity(
    kind: FindingKind, *, attribute: str | None = None, by_decision: bool = False, by_law: bool = False
) -> Severity:
    """The weight of a finding.

    `by_decision`: a repealing decision is known. `by_law`: the deadline that passed is that of decree
    63/2010/NĐ-CP, article 15, not the department's own target.
    """
    if by_decision and kind in BY_DECISION:
        return Severity.CRITICAL
    if by_law and kind is FindingKind.ANNOUNCEMENT_OVERDUE:
        return Severity.CRITICAL
    if kind is FindingKind.ATTRIBUTE_MISMATCH:
        return BY_ATTRIBUTE.get(attribute or "", BY_KIND[kind])
    return BY_KIND[kind]
