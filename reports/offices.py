"""How papers name the department and its province, from the department's name in the settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reports.figures import UNKNOWN

_NAME = re.compile(r"(?P<office>.+?)\s+(?P<sort>tỉnh|thành phố)\s+(?P<place>.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Office:
    """`values` are what every template may name."""

    values: Mapping[str, str]


def office_of(name: str) -> Office:
    """From "Sở Nội vụ tỉnh Hà Tĩnh"; a name without its province leaves the province open."""
    found = _NAME.fullmatch(" ".join(name.split()))
    office = found["office"] if found else name
    sort, place = (found["sort"].lower(), found["place"]) if found else ("tỉnh", UNKNOWN)
    return Office(
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
    """As papers write a date: "ngày 05 tháng 02 năm 2026"; "…" where it is not known.

    Days below 10 and months 1 and 2 take a 0 (decree 30/2020/NĐ-CP, annex I).
    """
    if day is None:
        return "ngày … tháng … năm …"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
