"""Proxies: the route to a portal by its source's settings, else by the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Final
from urllib.parse import unquote, urlsplit

from procedures.errors import SettingsError

DIRECT: Final = "direct"
"""In place of a proxy in a source's settings: none, whatever the environment has."""

PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy that speaks HTTP; the connection to it is encrypted where `scheme` is https."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def display_address(self) -> str:
        """Return its address for people, without credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Route:
    """The route to a portal, and what sets it (`HTTPS_PROXY`, `NO_PROXY`, `proxy`; empty: nothing)."""

    proxy: Proxy | None = None
    setting: str = ""

    @property
    def words(self) -> str:
        """Return the route in words for people."""
        way = "đi thẳng, không qua proxy" if self.proxy is None else f"qua proxy {self.proxy.display_address}"
        return f"{way} (theo {self.setting})" if self.setting else way


def parse_proxy(text: str) -> Proxy:
    """Return the proxy of an address; without a scheme it is http.

    Raises:
        ValueError: it is not one; the message repeats nothing of it, as it may contain a password.
    """
    address = text.strip()
    if "://" not in address:
        address = f"http://{address}"
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
        user, password = parts.username, parts.password
    except ValueError:
        raise ValueError("địa chỉ proxy không đọc được; viết như http://proxy.example:3128") from None
    if parts.scheme.startswith("socks"):
        raise ValueError("proxy kiểu SOCKS chưa dùng được; hãy dùng proxy HTTP như http://proxy.example:3128")
    if (
        parts.scheme not in PORTS
        or not re.fullmatch(r"\S+", host)
        or parts.path not in ("", "/")
        or parts.query
        or port == 0
    ):
        raise ValueError(
            "phải là địa chỉ như http://proxy.example:3128 (ký tự @ : / # ? trong mật khẩu viết là "
            "%40 %3A %2F %23 %3F)"
        )
    return Proxy(
        scheme=parts.scheme,
        host=host,
        port=port or PORTS[parts.scheme],
        user=unquote(user) if user else None,
        password=unquote(password) if password is not None and user else None,
    )


def find_route(url: str, own: str | None, environment: Mapping[str, str]) -> Route:
    """Return the route to the portal at `url`; `own` is the proxy in its source's settings.

    The environment's `http_proxy` or `https_proxy`, by the portal's scheme, then `all_proxy`, and `no_proxy`
    count; in lower case they take precedence over upper case.

    Raises:
        SettingsError: the environment's value is not a proxy; names the variable.
    """
    if own is not None:
        return Route(None if own == DIRECT else parse_proxy(own), "proxy")
    parts = urlsplit(url)
    for name in (f"{parts.scheme}_proxy", "all_proxy"):
        said_by, value = _variable(name, environment)
        if not value:
            continue
        exempt_by, exempt = _variable("no_proxy", environment)
        if _is_exempt(parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0), exempt):
            return Route(None, exempt_by)
        try:
            return Route(parse_proxy(value), said_by)
        except ValueError as error:
            raise SettingsError(f"Biến môi trường {said_by}: {error}") from error
    return Route()


def _variable(name: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """Return the name under which a variable is set, even if empty, and its value."""
    for each in (name, name.upper()):
        if each in environment:
            return each, environment[each].strip()
    return name, ""


def _is_exempt(host: str, port: int, exempt: str) -> bool:
    return any(_matches_host(each, host.rstrip("."), port) for each in re.split(r"[\s,]+", exempt) if each)


def _matches_host(entry: str, host: str, port: int) -> bool:
    """Return whether an entry of `no_proxy` matches a host: itself, its domain, its network, or all."""
    if entry == "*":
        return True
    if "/" in entry:
        try:
            return ip_address(host) in ip_network(entry, strict=False)
        except ValueError:
            return False
    found = re.fullmatch(r"\[?(.*?)\]?(?::(\d+))?", entry) if entry.count(":") <= 1 or "]" in entry else None
    name, only = (entry, None) if found is None else (found[1], found[2])
    if only is not None and int(only) != port:
        return False
    domain = name.lower().removeprefix("*").strip(".")
    return host.lower() == domain or host.lower().endswith(f".{domain}")
