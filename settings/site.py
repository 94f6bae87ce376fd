"""`[site]`: whose word about addresses and names the review site trusts."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, IPvAnyAddress, model_validator

from settings.base import Settings


def _address(value: Any) -> str:
    return str(IPvAnyAddress(value))


class SiteSettings(Settings):
    """Without `user_header` no reverse proxy signs anybody in; without `trusted_proxies` none is believed."""

    trusted_proxies: tuple[Annotated[str, BeforeValidator(_address)], ...] = ()
    user_header: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")] | None = None

    @model_validator(mode="after")
    def _whom_to_trust(self) -> Self:
        if self.user_header and not self.trusted_proxies:
            raise ValueError("user_header cần trusted_proxies cho biết tin địa chỉ nào")
        return self
