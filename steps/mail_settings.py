"""Reads `[alerts]`, `RASOAT_SMTP_URL` and `RASOAT_NOTIFY_URLS`; no complaint repeats an address's secrets."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from procedures.changes import ChangeKind
from procedures.configuration import AlertSettings, Audience, MailServer, Recipient
from procedures.errors import SettingsError
from procedures.findings import FindingKind

Positive = Annotated[int, Field(ge=1, le=1_000_000)]

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
"""What an entry of `[[alerts.to]]` may ask for: findings, a ministry's changes, notices, reminders."""

_SCHEMES: dict[str, tuple[Literal["plain", "starttls", "tls"], int]] = {
    "smtp": ("plain", 25),
    "smtps": ("tls", 465),
    "smtp+starttls": ("starttls", 587),
}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
"""A table of `rasoat.toml` refuses what it does not know."""


class To(BaseModel):
    """An entry of `[[alerts.to]]`."""

    model_config = STRICT

    address: str
    role: Audience = "office"
    division: str | None = None
    kinds: list[str] = []
    fields: list[str] = []
    severity_at_least: Literal["critical", "high", "medium", "low"] | None = None

    @field_validator("address")
    @classmethod
    def _an_address(cls, value: str) -> str:
        return _address(value)

    @field_validator("kinds")
    @classmethod
    def _known_kinds(cls, value: list[str]) -> list[str]:
        for kind in value:
            if kind not in KINDS:
                raise ValueError(f"không có loại {kind!r}; dùng: {', '.join(sorted(KINDS))}")
        return value

    @model_validator(mode="after")
    def _a_division_is_named(self) -> To:
        if self.role == "division" and not (self.division or "").strip():
            raise ValueError('role = "division" cần thêm division = "tên phòng, ban"')
        return self


class Alerts(BaseModel):
    """The table `[alerts]`."""

    model_config = STRICT

    recipients: list[str] = []
    to: list[To] = []
    digest_over: Positive = 20
    sender: str | None = None
    site_url: str | None = None
    templates: Path | None = None
    quiet_hours: str | None = None
    working_days_only: bool = False
    trouble_nights: Positive = 2
    due_soon: Annotated[int, Field(ge=0, le=60)] = 3
    ca_file: Path | None = None

    @field_validator("recipients")
    @classmethod
    def _addresses(cls, value: list[str]) -> list[str]:
        return [_address(each) for each in value]

    @field_validator("sender")
    @classmethod
    def _a_sender(cls, value: str | None) -> str | None:
        return None if value is None else _address(value)

    @field_validator("site_url")
    @classmethod
    def _whole_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"phải là địa chỉ đầy đủ như https://rasoat.example, không phải {value!r}")
        return value.rstrip("/")

    @field_validator("quiet_hours")
    @classmethod
    def _from_and_to(cls, value: str | None) -> str | None:
        if value is not None:
            hours_of(value)
        return value

    def settings(self, folder: Path) -> AlertSettings:
        """The same as a value; paths are beside `rasoat.toml`, in `folder`."""
        return AlertSettings(
            recipients=tuple(self.recipients),
            to=tuple(
                Recipient(
                    address=each.address,
                    role=each.role,
                    division=each.division,
                    kinds=tuple(each.kinds),
                    fields=tuple(each.fields),
                    severity_at_least=each.severity_at_least,
                )
                for each in self.to
            ),
            digest_over=self.digest_over,
            sender=self.sender,
            site_url=self.site_url,
            templates=None if self.templates is None else folder / self.templates,
            quiet_hours=None if self.quiet_hours is None else hours_of(self.quiet_hours),
            working_days_only=self.working_days_only,
            trouble_nights=self.trouble_nights,
            due_soon=self.due_soon,
            ca_file=None if self.ca_file is None else folder / self.ca_file,
        )


def mail_server(url: str) -> MailServer | None:
    """The server of `smtp://[user:password@]host:port` (also `smtps://`, `smtp+starttls://`).

    Raises:
        SettingsError: one line that says what is wrong, without repeating the address.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port, user, password, host = parts.port, parts.username, parts.password, parts.hostname
    except ValueError:  # its words may hold a part of the password
        raise _bad_mail("cổng hoặc tên máy chủ không đọc được") from None
    if parts.scheme not in _SCHEMES:
        raise _bad_mail("phải bắt đầu bằng smtp://, smtp+starttls:// hoặc smtps://")
    if not host or re.search(r"\s", host):
        raise _bad_mail("thiếu tên máy chủ (ký tự @ : / trong mật khẩu viết là %40 %3A %2F)")
    if parts.path not in ("", "/") or parts.fragment:
        raise _bad_mail("sau tên máy chủ chỉ được có :cổng (ký tự / # ? trong mật khẩu viết là %2F %23 %3F)")
    if password and not user:
        raise _bad_mail("có mật khẩu nhưng thiếu tên đăng nhập")
    if port == 0:
        raise _bad_mail("cổng phải từ 1 đến 65535")
    security, usual = _SCHEMES[parts.scheme]
    return MailServer(
        host=host,
        port=port or usual,
        security=security,
        user=unquote(user) if user else None,
        password=unquote(password) if password is not None and user else None,
        timeout=_timeout(parts.query),
    )


def notify_addresses(text: str) -> tuple[str, ...]:
    """The Apprise URLs, which stand apart by spaces.

    Raises:
        SettingsError: one of them is no URL; it is named by its place only.
    """
    urls = tuple(dict.fromkeys(text.split()))
    for place, url in enumerate(urls, 1):
        if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://.+", url):
            raise SettingsError(
                f"Biến môi trường RASOAT_NOTIFY_URLS: mục thứ {place} không phải địa chỉ dạng kênh://… "
                "(các địa chỉ cách nhau bằng dấu cách)"
            )
    return urls


def _timeout(query: str) -> float:
    values = parse_qs(query, keep_blank_values=True)
    if set(values) - {"timeout"}:
        raise _bad_mail("sau dấu ? chỉ được có timeout=giây")
    try:
        seconds = float(values.get("timeout", ["20"])[0])
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 120:
        raise _bad_mail("timeout phải là số giây từ trên 0 đến 120")
    return seconds


def _bad_mail(what: str) -> SettingsError:
    return SettingsError(
        f"Biến môi trường RASOAT_SMTP_URL: {what}; mẫu: smtp+starttls://user:password@host:587"
    )


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"{value!r} không phải một địa chỉ thư như vanphong@sonoivu.example")
    return value


def hours_of(value: str) -> tuple[time, time]:
    """Hours such as '18:00-07:00'; ValueError says what is wrong with them."""
    found = _HOURS.fullmatch(value.strip())
    if found is None:
        raise ValueError(f"viết như '18:00-07:00', không phải {value!r}")
    hours = [int(part) for part in found.groups()]
    if hours[0] > 23 or hours[2] > 23 or hours[1] > 59 or hours[3] > 59:
        raise ValueError(f"{value!r} không phải giờ trong ngày")
    return time(hours[0], hours[1]), time(hours[2], hours[3])
