"""The comparison of the three sides: `reconcile(catalogue, national, provincial, rules)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from procedures.findings import Finding, FindingKind, Side
from procedures.office.decision_lines import DecisionLine
from reconciliation.announcements.decisions import announcement_overdue, lines_of
from reconciliation.findings.attribute_mismatch import attribute_mismatch, processing_time
from reconciliation.findings.cases import with_cases
from reconciliation.findings.departures import Departure, departures, still_listed
from reconciliation.findings.flapping_findings import merge_flapping
from reconciliation.findings.level_mismatch import district_rows, executing_level_mismatch, online_level
from reconciliation.findings.overlaps import overlap
from reconciliation.findings.presence import (
    new_from_ministry,
    new_in_document,
    not_in_catalogue,
    not_on_national_portal,
    not_on_provincial_portal,
)
from reconciliation.findings.self_review import (
    incomplete_record,
    missing_code,
    partial_without_reason,
    row_problems,
    service_not_posted,
)
from reconciliation.findings.sides import Sides, lay_out
from reconciliation.rules import Rules

Rule = Callable[[Sides, Mapping[str, Departure]], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    still_listed,
    new_from_ministry,
    new_in_document,
    not_in_catalogue,
    not_on_national_portal,
    not_on_provincial_portal,
    executing_level_mismatch,
    district_rows,
    online_level,
    processing_time,
    attribute_mismatch,
    missing_code,
    row_problems,
    incomplete_record,
    partial_without_reason,
    service_not_posted,
    overlap,
)
"""Every rule, once. What departed is reported by the first alone."""


def reconcile(
    catalogue: Side | None, national: Sequence[Side], provincial: Sequence[Side], rules: Rules
) -> list[Finding]:
    """Return every discrepancy that holds now, sorted by kind and subject; one difference makes one finding.

    A side without a complete snapshot is left out, and with it every comparison that needs it.
    """
    return compare_all(catalogue, national, provincial, rules)[0]


def compare_all(
    catalogue: Side | None, national: Sequence[Side], provincial: Sequence[Side], rules: Rules
) -> tuple[list[Finding], tuple[DecisionLine, ...]]:
    """Return what `reconcile` and, of these findings, what `decision_lines` returns."""
    sides = lay_out(catalogue, national, provincial, rules)
    departed = departures(sides)
    findings = merge_flapping([finding for rule in RULES for finding in rule(sides, departed)], sides)
    lines = lines_of(sides, departed, findings)
    told = lines if sides.catalogue is not None else ()
    findings = with_cases([*findings, *announcement_overdue(told, sides)], sides, told)
    order = {kind: place for place, kind in enumerate(FindingKind)}
    return sorted(findings, key=lambda row: (order[row.kind], row.subject, row.attribute or "")), lines
