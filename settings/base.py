"""The base of the tables of `rasoat.toml`: their strictness, and types that several of them use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from procedures.dates.hours_of_day import Hours, format_hours, parse_hours
from settings.error_messages import value_words


class Settings(BaseModel):
    """A table of settings; it refuses unknown settings and is immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def replace(self, **values: Any) -> Self:
        """Return the same settings with other values, which are checked as when they are read."""
        return type(self)(**dict(self) | values)


def resolve_beside(path: Path, info: ValidationInfo) -> Path:
    """Return a path relative to the settings file; one from elsewhere stays as it is."""
    return Path(info.context["folder"], path) if info.context else path


def _hours(value: Any, info: ValidationInfo) -> Any:
    """Parse hours written as one text in TOML; a night's record and code have a pair of times."""
    if value is None or isinstance(value, tuple) or info.mode == "json":
        return value
    if not isinstance(value, str):
        raise ValueError(f"viết như '22:00-05:30', không phải {value_words(value)}")
    return parse_hours(value)


def _not_empty(hours: Hours | None) -> Hours | None:
    if hours is not None and hours[0] == hours[1]:
        raise ValueError(f"{format_hours(hours)!r}: giờ đầu và giờ cuối trùng nhau")
    return hours


Positive = Annotated[int, Field(ge=1, le=1_000_000)]

BesideFile = Annotated[Path, AfterValidator(resolve_beside)]
"""A path relative to the folder of `rasoat.toml`."""

QuietHours = Annotated[Hours | None, BeforeValidator(_hours)]
"""Hours such as "18:00-07:00", in the department's time."""

Window = Annotated[Hours | None, BeforeValidator(_hours), AfterValidator(_not_empty)]
"""Hours such as "22:00-05:30", in the department's time, with different start and end."""


def check_web_address(value: str, example: str) -> str:
    """Return a web address with its scheme and host, without a final slash; ValueError: it is not one."""
    try:
        parts = urlsplit(value)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # its words are English
        whole = False
    if not whole:
        raise ValueError(f"phải là địa chỉ đầy đủ như {example}, không phải {value!r}")
    return value.rstrip("/")
