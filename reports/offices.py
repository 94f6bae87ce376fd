"""The names of the department and its province in papers, from the department's name in the settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reports.figures import UNKNOWN

_NAME = re.compile(r"(?P<office>.+?)\s+(?P<sort>tỉnh|thành phố)\s+(?P<place>.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OfficeNames:
    """A department as papers name it; `values` are those that every template may use."""

    values: Mapping[str, str]


def parse_office(name: str) -> OfficeNames:
    """Parse a name such as "Sở Nội vụ tỉnh Hà Tĩnh"; without a province in it the province stays open."""
    match = _NAME.fullmatch(" ".join(name.split()))
    office = match["office"] if match else name
    sort, place = (match["sort"].lower(), match["place"]) if match else ("tỉnh", UNKNOWN)
    return OfficeNames(
        {
            "so_ten": name,
            "so": office,
            "so_hoa": office.upper(),
            "ky_hieu": "".join(word[0].upper() for word in re.findall(r"\w+", office)) or UNKNOWN,
            "tinh": f"{sort} {place}",
            "cap": sort,
            "ubnd": f"Ủy ban nhân dân {sort} {place}",
            "ubnd_hoa": f"UBND {sort.upper()} {place.upper()}",
            "ubnd_day_du_hoa": f"ỦY BAN NHÂN DÂN\n{sort.upper()} {place.upper()}",
            "noi": place,
        }
    )


def long_date(day: date | None) -> str:
    """Format a date as papers write it: "ngày 05 tháng 02 năm 2026"; "…" where it is unknown.

    Days below 10 and months 1 and 2 take a 0 (decree 30/2020/NĐ-CP, annex I).
    """
    if day is None:
        return "ngày … tháng … năm …"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
