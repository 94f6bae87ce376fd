"""`[site]`: whom the review site trusts to say who signs in, and what it asks of administrators."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from settings.base import Settings
from settings.oidc import OidcSettings


def _address(value: Any) -> str:
    try:
        return str(ip_address(value))
    except ValueError as error:
        raise PydanticCustomError("ip_any_address", "no IP address") from error


class SiteSettings(Settings):
    """Proxies: without `user_header` none signs anybody in; without `trusted_proxies` none is trusted.

    `second_factor_for_admins`: an administrator with a password has to turn the second factor on first.
    `all_offices`: administrators see the last night of every office of the server.
    """

    trusted_proxies: tuple[Annotated[str, BeforeValidator(_address)], ...] = ()
    user_header: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")] | None = None
    second_factor_for_admins: bool = False
    all_offices: bool = False
    oidc: OidcSettings | None = None

    @model_validator(mode="after")
    def _proxies_are_named(self) -> Self:
        if self.user_header and not self.trusted_proxies:
            raise ValueError("user_header cần trusted_proxies cho biết tin địa chỉ nào")
        return self
