"""Decisions of the announcement ledger that nobody is bound to announce any more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from procedures.findings import HANDLED, NOT_BINDING, FindingKind
from reconciliation.announcements.deadlines import decision_key
from warehouse.announcements import ledger


@dataclass(frozen=True, slots=True)
class HandledDecisions:
    """Decisions that a person declared handled, to tell which findings (rows of `v_finding`) bind nobody."""

    handled_numbers: frozenset[str]

    @classmethod
    def load(cls, connection: Connection) -> HandledDecisions:
        """Return what the ledger has of them."""
        return cls(frozenset(map(decision_key, ledger.handled_numbers(connection))))

    def covers(self, row: Mapping[str, Any]) -> bool:
        """Return whether a finding asks to announce a handled decision: nobody is reminded of it."""
        if row["kind"] == FindingKind.ANNOUNCEMENT_OVERDUE:
            return decision_key(row["national_value"]) in self.handled_numbers
        if row["kind"] != FindingKind.NEW_FROM_MINISTRY:
            return False
        evidence = json.loads(row["evidence"])
        number = decision_key(evidence.get("decision_number"))
        return evidence.get(NOT_BINDING) == HANDLED or number in self.handled_numbers
