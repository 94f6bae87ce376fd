"""Decisions of the announcement ledger that nobody is bound to announce any more."""

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
    """Decisions that a person declared handled, to tell which findings (rows of `v_finding`) bind nobody."""

    handled_numbers: frozenset[str]

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Claims:
        """Return the claims of these lines."""
        return cls(frozenset(decision_key(line.decision_number) for line in lines if line.handled))

    def handled(self, row: Mapping[str, Any]) -> bool:
        """Return whether a finding asks to announce a handled decision: nobody is reminded of it."""
        if row["kind"] == FindingKind.ANNOUNCEMENT_OVERDUE:
            return decision_key(row["national_value"]) in self.handled_numbers
        if row["kind"] != FindingKind.NEW_FROM_MINISTRY:
            return False
        evidence = json.loads(row["evidence"])
        number = decision_key(evidence.get("decision_number"))
        return evidence.get(BASELINE) == HANDLED or number in self.handled_numbers
