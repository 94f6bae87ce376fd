"""The online services that agencies have on the national portal, derived from the records by a rule.

No recorded list was at hand. A record that is online gets one service at the province it is read for, FULL
where `isFullProcess`, else PARTIAL; the code of the department's own agency is not public, so the province
stands for it. One row is a test, as real ones are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from portals.records import Record, stable_id

PROVINCE = ("H27", "Ủy ban nhân dân tỉnh Hà Tĩnh")
ENTERPRISE_WORDS = ("doanh nghiệp", "người sử dụng lao động")


def service_rows(records: Iterable[Record], body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows that a request of `list-department-url-by-citizen` asks for, in a fixed order."""
    rows = [_row(record) for record in records if _is_online(record)]
    if rows:
        rows[-1]["isTesting"] = True
    filters = {
        "formalityTargetType": body.get("formalityTargetType"),
        "departmentCode": body.get("departmentCode"),
        "implementLevel": body.get("implementLevel"),
    }
    search = str(body.get("search") or "").casefold()
    return [
        row
        for row in rows
        if all(not value or row[key] == value for key, value in filters.items())
        and (not search or search in row["formalityCode"] or search in row["formalityName"].casefold())
    ]


def _is_online(record: Record) -> bool:
    ways = {method["submissionMethod"] for method in record["executionMethods"]}
    return bool(record["isFullProcess"] or "ONLINE" in ways) and (record["isProvince"] or record["isWard"])


def _row(record: Record) -> dict[str, Any]:
    name = record["name"]
    enterprise = any(word in name.casefold() for word in ENTERPRISE_WORDS)
    return {
        "id": stable_id(record["createdAt"], f"service {record['code']}"),
        "formalityCode": record["code"],
        "formalityCaseCode": f"{record['code']}.01",
        "formalityName": name,
        "formalityTargetType": "ENTERPRISE" if enterprise else "VIETNAMESE_CITIZEN",
        "departmentCode": PROVINCE[0],
        "departmentName": PROVINCE[1],
        "implementLevel": "FULL" if record["isFullProcess"] else "PARTIAL",
        "isTesting": False,
    }
