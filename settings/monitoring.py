"""`[monitoring]`: how the installation is watched from outside."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from procedures.proxies import DIRECT, parse_proxy
from settings.base import BesideFile, Settings, check_web_address


def _network(value: Any) -> str:
    try:
        return str(ip_network(value, strict=False))
    except ValueError as error:
        raise PydanticCustomError("ip_any_address", "no IP address or network") from error


class MonitoringSettings(Settings):
    """Where the site's figures are read from, the file for node_exporter, and the address called each night.

    `metrics_from`: addresses or networks that read `/metrics` without signing in. `heartbeat_timeout` is in
    seconds. `proxy`: the proxy to the heartbeat's address, or "direct"; None: as in the environment.
    """

    metrics_from: tuple[Annotated[str, BeforeValidator(_network)], ...] = ()
    textfile: BesideFile | None = None
    heartbeat_url: str | None = Field(default=None, repr=False)
    heartbeat_timeout: Annotated[float, Field(gt=0, le=60)] = 10.0
    proxy: str | None = Field(default=None, repr=False)
    ca_file: BesideFile | None = None

    @field_validator("heartbeat_url")
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        return None if value is None else check_web_address(value, "https://hc.example/ping/1234")

    @field_validator("proxy")
    @classmethod
    def _is_a_proxy(cls, value: str | None) -> str | None:
        if value is not None and value != DIRECT:
            parse_proxy(value)
        return value

    def allows_metrics_to(self, address: str) -> bool:
        """Return whether whoever asks from this address may read the figures without signing in."""
        try:
            asker = ip_address(address)
        except ValueError:
            return False
        asker = getattr(asker, "ipv4_mapped", None) or asker
        return any(asker in ip_network(each) for each in self.metrics_from)
