"""An online service (dịch vụ công trực tuyến) that an agency has on the national portal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service of one agency; the same case may differ by agency.

    `level` is full, partial or none. Services under test are excluded.
    """

    code: str
    case_code: str
    agency_code: str
    agency: str
    level: str
