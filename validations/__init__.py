"""Gates that decide what is loaded: after a source was read, before its records are loaded, and after.

Importing this package loads neither Great Expectations nor pandas; a gate that really runs does.
"""

from validations.drift import check_drift
from validations.emptied_fields import Emptied
from validations.gate import Batch, Expectation, ExpectationOutcome, GateResult
from validations.listing_gate import Expected, ListedRow, check_listing
from validations.records_gate import check_records, may_stand, rules_digest
from validations.warehouse_gate import WarehouseRow, check_warehouse

__all__ = [
    "Batch",
    "Emptied",
    "Expectation",
    "ExpectationOutcome",
    "Expected",
    "GateResult",
    "ListedRow",
    "WarehouseRow",
    "check_drift",
    "check_listing",
    "check_records",
    "check_warehouse",
    "may_stand",
    "rules_digest",
]
