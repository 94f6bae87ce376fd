"""A procedure as both rivals keep it: the portal's record without what moves by itself.

What a careful engineer writes by hand for either tool: the parts that a department compares, named; ids,
counters and times of editing left out; white space of any kind as one blank.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

LIST_COLUMNS = ("code", "name", "field", "agency")
"""The columns in which the department's list is compared."""

LIST = "/api/v1/submitting/formality/list-all-public-formality-by-citizen"
DETAIL = "/api/v1/configuring/formality/get-formality-by-citizen"

TEXTS = {
    "code": "code",
    "name": "name",
    "state": "state",
    "kind": "type",
    "promulgating_agency": "departmentPromulgateName",
    "typed_agencies": "executingAgencies",
    "decision_number": "decisionNo",
    "requirements": "requirementsAndConditions",
}
FLAGS = ("isMinistry", "isProvince", "isWard", "isOtherAgency", "isFullProcess")
PARTS = {
    "decision": "procedureProposal",
    "methods": "executionMethods",
    "dossier": "executionCases",
    "steps": "executionSteps",
    "legal_bases": "legalBasisesDetails",
    "results": "resultsDetails",
    "subjects": "subjectTypesDetails",
    "agency_groups": "unitGroupsExecuting",
}


def list_body(limit: int, cursor: str = "") -> dict[str, Any]:
    """Return the body that asks for a page of the list."""
    return {"limit": limit, "lastId": cursor, "q": "", "categoryId": "", "departmentCode": ""}


def row_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record as a flat row: texts, flags, and nested parts as JSON."""
    row: dict[str, Any] = {name: _tidy(record.get(key) or "") for name, key in TEXTS.items()}
    row |= {flag: bool(record.get(flag)) for flag in FLAGS}
    row["field"] = _names(record, "categoriesDetails")
    row["agency"] = _names(record, "departmentsExecuting")
    for name, key in PARTS.items():
        row[name] = json.dumps(_tidy(record.get(key)), ensure_ascii=False, sort_keys=True)
    return row


def digest_of(row: Mapping[str, Any]) -> str:
    """Return the row's hash."""
    return hashlib.blake2b(json.dumps(row, sort_keys=True).encode(), digest_size=16).hexdigest()


def _names(record: Mapping[str, Any], key: str) -> str:
    return "; ".join(_tidy(each["name"]) for each in record.get(key) or () if each)


def _tidy(value: Any) -> Any:
    """Return the value with single blanks in its texts, and without ids."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, list):
        return [_tidy(each) for each in value]
    if isinstance(value, dict):
        return {key: _tidy(each) for key, each in value.items() if key != "id"}
    return value
