"""Every expectation of every suite, as the gates build them: what docs and words are held to."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.learned_range import LearnedLimits
from procedures.snapshot import Certificate
from validations import Expected, ListedRow, drift, emptied_fields, listing_gate, records_gate, warehouse_gate
from validations.record_suite import record_suite

WHOLE = Certificate(listed=1, present=1, known_fields=9)
EXPECTED = Expected(kind="national-api")


def expectations() -> Iterator[tuple[str, str, str]]:
    """Suite, name and severity, in the order of a night."""
    row = ListedRow(key="1.013703", presence="read", code="1.013703", name="Thành lập hội", state="ACTIVE")
    batch = listing_gate._batch([row], WHOLE, True)
    limits = LearnedLimits(details_failed=0.0, quarantined=0.0, known_fields=0.0)
    asked = (*listing_gate._suite(batch, True, True, WHOLE, EXPECTED), *listing_gate._as_usual(WHOLE, limits))
    yield from (("listing", each.name, each.severity.value) for each in asked)
    yield from (("drift", kind, severity.value) for kind, severity in drift.SEVERITIES.items())
    yield from (("records", each.name, each.severity.value) for each in record_suite(strict_codes=True))
    yield ("records", records_gate.NO_RULE_TAKES_HALF, "critical")
    yield ("records", emptied_fields.NO_FIELD_EMPTIED, "critical")
    yield from (("warehouse", each.name, each.severity.value) for each in warehouse_gate.EXPECTATIONS)
