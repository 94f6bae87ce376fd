"""Gates that decide what is loaded: after a source was read, before its records are loaded, and after.

Importing this package loads neither Great Expectations nor pandas; a gate that really runs does.
"""

from validations.drift import check_drift
from validations.emptied import Emptied
from validations.gate import Batch, Expectation, GateResult, Outcome
from validations.listing import Expected, ListedRow, check_listing
from validations.records import check_records
from validations.warehouse import WarehouseRow, check_warehouse

__all__ = [
    "Batch",
    "Emptied",
    "Expectation",
    "Expected",
    "GateResult",
    "ListedRow",
    "Outcome",
    "WarehouseRow",
    "check_drift",
    "check_listing",
    "check_records",
    "check_warehouse",
]
