"""The online services that agencies have on the national portal (dịch vụ công trực tuyến đã đăng tải)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from extractors.portals.audit.schema_audit import require_fields
from extractors.portals.national_api import NationalApi
from procedures.errors import SourceFailed
from procedures.services import Service
from procedures.values.codes import parse_code
from procedures.values.keys import short_key
from procedures.values.text import canonical

SERVICES = "/api/v1/submitting/formality/list-department-url-by-citizen"
TARGETS = ("VIETNAMESE_CITIZEN", "ENTERPRISE")
LEVELS: Mapping[str, str] = {"FULL": "full", "PARTIAL": "partial", "NONE": "none"}
NEEDED = ("formalityCode", "formalityCaseCode", "departmentCode", "implementLevel")
ROWS = 200
MOST_PAGES = 500


def read_services(portal: NationalApi, agencies: Iterable[str]) -> list[Service]:
    """Return every service of those agencies, tests left out; a partial list raises.

    Raises:
        Unread: a page stayed unread.
        SourceBlocked, SourceFailed: the portal turned us away, or its answer has another shape.
    """
    services: dict[tuple[str, str], Service] = {}
    for agency in agencies:
        for target in TARGETS:
            for row in _rows(portal, agency, target):
                service = _service(row)
                if service is not None:
                    services[service.case_code, service.agency_code] = service
    return list(services.values())


def _rows(portal: NationalApi, agency: str, target: str) -> Iterator[Mapping[str, Any]]:
    cursor, cursors = "", {""}
    for _ in range(MOST_PAGES):
        data = portal.request_data(SERVICES, _question(agency, target, cursor), "rows").json["data"]
        rows = (
            [row for row in data["rows"] if isinstance(row, dict)] if isinstance(data["rows"], list) else []
        )
        if not rows:
            return
        require_fields(rows, NEEDED, "danh sách dịch vụ công")
        yield from rows
        cursor = str(data.get("lastId") or "")
        if cursor in cursors:
            return
        cursors.add(cursor)
    raise SourceFailed("danh sách dịch vụ công không dừng")


def _question(agency: str, target: str, cursor: str) -> dict[str, Any]:
    return {
        "formalityTargetType": target,
        "limit": ROWS,
        "lastId": cursor,
        "search": "",
        "departmentLevel": "",
        "departmentCode": agency,
        "implementLevel": "",
        "subjectTypeId": "",
        "year": "",
    }


def _service(row: Mapping[str, Any]) -> Service | None:
    raw_code = row.get("formalityCode")
    code = parse_code(raw_code) if isinstance(raw_code, str) else None
    level = LEVELS.get(str(row.get("implementLevel")))
    if code is None or level is None or row.get("isTesting") is True:
        return None
    return Service(
        code=code.core,
        case_code=short_key(str(row.get("formalityCaseCode") or code.core)),
        agency_code=short_key(str(row.get("departmentCode") or "")),
        agency=canonical(str(row.get("departmentName") or "")),
        level=level,
    )
