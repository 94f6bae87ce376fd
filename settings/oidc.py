"""`[site.oidc]`: the OpenID provider that may sign people in to the review site."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from procedures.proxies import DIRECT, parse_proxy
from settings.base import BesideFile, Settings, check_web_address


def _provider(value: str) -> str:
    address = check_web_address(value, "https://dangnhap.example.vn")
    if urlsplit(address).scheme != "https" and urlsplit(address).hostname not in ("127.0.0.1", "localhost"):
        raise ValueError("phải là địa chỉ https://, chỉ trên chính máy này mới được dùng http://")
    return address


def _proxy(value: str) -> str:
    if value != DIRECT:
        parse_proxy(value)
    return value


class OidcSettings(Settings):
    """An OpenID provider; `claim` of its tokens is the account's name here, `timeout` is in seconds.

    `redirect_uri`: the site's address that the provider knows; None: by the address that the browser asked.
    """

    issuer: Annotated[str, AfterValidator(_provider)]
    client_id: str
    claim: str = "preferred_username"
    title: str = "tài khoản cơ quan"
    redirect_uri: Annotated[str, AfterValidator(_provider)] | None = None
    ca_file: BesideFile | None = None
    proxy: Annotated[str, AfterValidator(_proxy)] | None = Field(default=None, repr=False)
    timeout: Annotated[float, Field(gt=0, le=60)] = 10.0
