"""Gates that decide what may enter: after a source was read, and before its records are loaded.

Importing this package loads neither Great Expectations nor pandas; a gate that really runs does.
"""

from validations.gate import Batch, Expectation, GateResult, Outcome
from validations.listing import ListedRow, check_listing
from validations.records import check_records

__all__ = [
    "Batch",
    "Expectation",
    "GateResult",
    "ListedRow",
    "Outcome",
    "check_listing",
    "check_records",
]
