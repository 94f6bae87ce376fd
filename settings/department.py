"""`[department]`: the department whose list is compared."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from procedures.dates.calendar import SwappedDays
from settings.base import Settings, Window


class Department(Settings):
    """The department: `agency_code` is its own on the national portal, `night` when portals may be asked."""

    name: str = "Sở Nội vụ"
    province: Annotated[str, Field(pattern=r"^H\d{2}$")] = "H27"
    timezone: str = "Asia/Ho_Chi_Minh"
    announce_within: Annotated[int, Field(ge=1, le=365)] = 10
    agency_code: str | None = None
    legal_days: Literal["days", "working_days"] = "days"
    swapped_days: SwappedDays = SwappedDays()
    night: Window = None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"không có múi giờ {value!r}") from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        """Return the department's time zone; a local day begins at its midnight."""
        return ZoneInfo(self.timezone)
