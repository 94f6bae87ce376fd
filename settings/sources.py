"""`[sources.NAME]`: the portals and lists that are read, and how."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from procedures.proxies import DIRECT, parse_proxy
from procedures.snapshot import CATALOGUE
from settings.base import BesideFile, Positive, Settings, Window, check_web_address, resolve_beside

Role = Literal["national", "provincial"]
Kind = Literal["national-api", "national-gateway", "html", "export"]
Level = Literal["ministry", "province", "district", "commune", "other"]


class Expectation(Settings):
    """How many procedures a source should list, and the share that may vanish in one night.

    `min` and `max` that are not set may be learnt from the source's own nights.
    """

    min: Annotated[int, Field(ge=0, le=1_000_000)] = 1
    max: Positive = 1_000_000
    max_drop: Annotated[float, Field(gt=0, le=1)] = 0.05

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min {self.min} lớn hơn max {self.max}")
        return self

    def with_learned_range(self, usual: tuple[int, int] | None) -> Self:
        """Return the range with learnt bounds where none are set; set bounds limit the learnt ones."""
        if usual is None:
            return self
        least, most = usual
        learnt = {"min": min(least, self.max), "max": max(most, self.min)}
        return self.model_copy(update={name: learnt[name] for name in learnt.keys() - self.model_fields_set})


def _profile(profile: str, info: ValidationInfo) -> str:
    """Return a built-in profile's name, or the path of a file relative to the settings."""
    return str(resolve_beside(Path(profile), info)) if profile.endswith(".toml") else profile


class SourceTable(Settings):
    """One table of sources. Times are in seconds, rates in requests a second.

    `volatile` are fields of its answers (labels and columns of an HTML portal) that change by themselves
    and are dropped before anything is read. `robots`: the portal's robots.txt is read and obeyed.
    `cool_down`: hours for which a portal that refused is not asked. `window`: when the schedule may ask it,
    in local time. `share`: the folder through which offices share records, so that each is read once.
    `proxy`: the proxy to the portal, or "direct"; None: as in the environment.
    """

    kind: Kind
    role: Role | None = None
    base_url: str | None = None
    path: BesideFile | None = None
    profile: Annotated[str, AfterValidator(_profile)] | None = None
    departments: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    page_size: Annotated[int, Field(ge=1, le=1000)] = 50
    refresh_nights: Positive = 1
    requests_per_second: Annotated[float, Field(gt=0, le=1000)] = 2.0
    concurrency: Annotated[int, Field(ge=1, le=16)] = 2
    expect: Expectation = Expectation()
    confirm_after: Positive = 2
    timeout: Annotated[float, Field(gt=0, le=60)] = 20.0
    answer_within: Annotated[float, Field(gt=0, le=60)] = 60.0
    retry_pause: Annotated[float, Field(ge=0, le=60)] = 1.0
    ca_file: BesideFile | None = None
    volatile: tuple[str, ...] = ()
    robots: bool = True
    cool_down: Annotated[float, Field(ge=0, le=24 * 14)] = 6.0
    share: BesideFile | None = None
    window: Window = None
    proxy: str | None = Field(default=None, repr=False)

    @field_validator("proxy")
    @classmethod
    def _is_a_proxy(cls, value: str | None) -> str | None:
        if value is not None and value != DIRECT:
            parse_proxy(value)
        return value

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if "@" in re.split(r"[/?#]", re.sub(r"^[^/?#]*//", "", value))[0]:
            raise ValueError("địa chỉ cổng không được chứa tên đăng nhập hay mật khẩu (phần trước @)")
        return check_web_address(value, "https://dichvucong.gov.vn")

    def problem(self, name: str) -> str | None:
        """Return why the table of that name is not a valid source, beginning with the setting."""
        if name == CATALOGUE:
            return ": tên 'catalogue' dành cho danh mục của Sở"
        if self.role is None and name not in get_args(Role):
            return ".role: thiếu (national hoặc provincial), vì tên nguồn không cho biết"
        if self.kind == "export" and self.path is None:
            return ".path: thiếu tệp hoặc thư mục của nguồn kiểu export"
        if self.kind != "export" and self.base_url is None:
            return ".base_url: thiếu địa chỉ cổng"
        if self.kind == "html" and self.profile is None:
            return ".profile: thiếu (portaldvc, igate, … hoặc đường dẫn tới một tệp)"
        return None


class SourceSettings(SourceTable):
    """A source: its table with its name, and the role that may follow from it.

    Without the setting, as in nights recorded before `robots` existed, robots.txt was not read.
    """

    name: str
    role: Role
    robots: bool = False

    @property
    def scope(self) -> Mapping[str, Any]:
        """Return what this source follows; after a change the next complete snapshot is a silent baseline."""
        return {
            "kind": self.kind,
            "url": self.base_url or str(self.path),
            "profile": self.profile,
            "departments": sorted(self.departments),
            "levels": sorted(self.levels),
        }
