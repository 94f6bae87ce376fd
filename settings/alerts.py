"""`[alerts]`: who is told what is new, and when."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from procedures.change_kinds import ChangeKind
from procedures.finding_kinds import FindingKind
from settings.base import BesideFile, Positive, QuietHours, Settings, check_web_address

Audience = Literal["office", "division", "administrator", "leader"]

KINDS = frozenset(
    {
        *(kind.value for kind in FindingKind),
        *(kind.value for kind in ChangeKind),
        "source_trouble",
        "no_night",
        "due_soon",
        "reminder",
        "escalation",
    }
)
"""What an entry of `[[alerts.to]]` may select: findings, a ministry's changes, notices, reminders."""


_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def _is_address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"{value!r} không phải một địa chỉ thư như vanphong@sonoivu.example")
    return value


def _is_kind(value: str) -> str:
    if value not in KINDS:
        raise ValueError(f"không có loại {value!r}; dùng: {', '.join(sorted(KINDS))}")
    return value


Address = Annotated[str, AfterValidator(_is_address)]


class Subscription(Settings):
    """What somebody is notified of; empty `kinds` and `fields` mean all that the role receives.

    `role` `office` receives everything, `division` its own work, `administrator` failures of sources and
    nights, `leader` what stays undone after two reminders.
    """

    role: Audience = "office"
    division: str | None = None
    kinds: tuple[Annotated[str, AfterValidator(_is_kind)], ...] = ()
    fields: tuple[str, ...] = ()
    severity_at_least: Literal["critical", "high", "medium", "low"] | None = None

    @model_validator(mode="after")
    def _a_division_is_named(self) -> Self:
        if self.role == "division" and not (self.division or "").strip():
            raise ValueError('role = "division" cần thêm division = "tên phòng, ban"')
        return self


class Recipient(Subscription):
    """An entry of `[[alerts.to]]`: what is mailed to one address."""

    address: Address


class AlertSettings(Settings):
    """Who is told what is new, and from how many findings on they become one digest.

    `quiet_hours` (local, may pass midnight) and, with `working_days_only`, other days: mail waits.
    `trouble_nights`: nights without complete data of a source before that is reported. `due_soon`: working
    days before a deadline from which on it counts as near.
    """

    recipients: tuple[Address, ...] = ()
    to: tuple[Recipient, ...] = ()
    digest_over: Positive = 20
    sender: Address | None = None
    site_url: str | None = None
    templates: BesideFile | None = None
    quiet_hours: QuietHours = None
    working_days_only: bool = False
    trouble_nights: Positive = 2
    due_soon: Annotated[int, Field(ge=0, le=60)] = 3
    ca_file: BesideFile | None = None

    @field_validator("site_url")
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        return None if value is None else check_web_address(value, "https://rasoat.example")
