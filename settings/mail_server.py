"""The reader of `RASOAT_SMTP_URL` and `RASOAT_NOTIFY_URLS`; no error message repeats a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import Field

from procedures.errors import SettingsError
from settings.base import Settings

Security = Literal["plain", "starttls", "tls"]

_SCHEMES: Mapping[str, tuple[Security, int]] = {
    "smtp": ("plain", 25),
    "smtps": ("tls", 465),
    "smtp+starttls": ("starttls", 587),
}


class MailServer(Settings):
    """The server that sends mail; `timeout` is in seconds."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = Field(default=None, repr=False)
    timeout: float = 20.0


def mail_server(url: str) -> MailServer | None:
    """Return the server of `smtp://[user:password@]host:port` (also `smtps://`, `smtp+starttls://`).

    Raises:
        SettingsError: one line that says what is wrong, without repeating the address.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port, user, password, host = parts.port, parts.username, parts.password, parts.hostname
    except ValueError:  # its words may hold a part of the password
        raise _smtp_error("cổng hoặc tên máy chủ không đọc được") from None
    if parts.scheme not in _SCHEMES:
        raise _smtp_error("phải bắt đầu bằng smtp://, smtp+starttls:// hoặc smtps://")
    if not host or re.search(r"\s", host):
        raise _smtp_error("thiếu tên máy chủ (ký tự @ : / trong mật khẩu viết là %40 %3A %2F)")
    if parts.path not in ("", "/") or parts.fragment:
        raise _smtp_error(
            "sau tên máy chủ chỉ được có :cổng (ký tự / # ? trong mật khẩu viết là %2F %23 %3F)"
        )
    if password and not user:
        raise _smtp_error("có mật khẩu nhưng thiếu tên đăng nhập")
    if port == 0:
        raise _smtp_error("cổng phải từ 1 đến 65535")
    security, default_port = _SCHEMES[parts.scheme]
    return MailServer(
        host=host,
        port=port or default_port,
        security=security,
        user=unquote(user) if user else None,
        password=unquote(password) if password is not None and user else None,
        timeout=_timeout(parts.query),
    )


def notify_addresses(text: str) -> tuple[str, ...]:
    """Return the Apprise URLs, which are separated by spaces.

    Raises:
        SettingsError: one of them is not a URL; it is named by its position only.
    """
    urls = tuple(dict.fromkeys(text.split()))
    for position, url in enumerate(urls, 1):
        if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://.+", url):
            raise SettingsError(
                f"Biến môi trường RASOAT_NOTIFY_URLS: mục thứ {position} không phải địa chỉ dạng kênh://… "
                "(các địa chỉ cách nhau bằng dấu cách)"
            )
    return urls


def _timeout(query: str) -> float:
    values = parse_qs(query, keep_blank_values=True)
    if set(values) - {"timeout"}:
        raise _smtp_error("sau dấu ? chỉ được có timeout=giây")
    try:
        seconds = float(values.get("timeout", ["20"])[0])
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 120:
        raise _smtp_error("timeout phải là số giây từ trên 0 đến 120")
    return seconds


def _smtp_error(what: str) -> SettingsError:
    return SettingsError(
        f"Biến môi trường RASOAT_SMTP_URL: {what}; mẫu: smtp+starttls://user:password@host:587"
    )
