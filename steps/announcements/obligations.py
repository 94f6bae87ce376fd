"""Whether anyone is held to what a finding asks, as the announcement ledger stands now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from procedures.findings import BASELINE, HANDLED, FindingKind
from reconciliation.announcements.deadlines import decision_key
from warehouse.announcements.ledger import Line


@dataclass(frozen=True, slots=True)
class Claims:
    """What the ledger's lines say of findings (rows of `v_finding`) about ministry decisions."""

    handled_numbers: frozenset[str]

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Claims:
        """Those of the lines."""
        return cls(frozenset(decision_key(line.decision_number) for line in lines if line.handled))

    def handled(self, row: Mapping[str, Any]) -> bool:
        """Whether it asks to announce a decision that a person declared handled: nobody is urged to it."""
        if row["kind"] == FindingKind.ANNOUNCEMENT_OVERDUE:
            return decision_key(row["national_value"]) in self.handled_numbers
        if row["kind"] != FindingKind.NEW_FROM_MINISTRY:
            return False
        evidence = json.loads(row["evidence"])
        number = decision_key(evidence.get("decision_number"))
        return evidence.get(BASELINE) == HANDLED or number in self.handled_numbers
