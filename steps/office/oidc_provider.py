"""An OpenID provider as this program asks it: its discovery, its keys, its tokens."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from extractors.http.deadline_transport import DeadlineTransport, trust_context
from extractors.http.exchange import NETWORK, certificate_message, network_message
from extractors.http.response_body import DamagedAnswer, read_body
from procedures.errors import RasoatError
from procedures.proxies import find_route
from settings.oidc import OidcSettings

MAX_BYTES = 1 << 20
FRESH_FOR = 3600.0
"""Seconds for which a provider's discovery and keys are believed without asking again."""

_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")

_cache: dict[str, tuple[float, dict[str, Any]]] = {}
_lock = threading.Lock()


class ProviderError(RasoatError):
    """The provider cannot be used, or its answer is not to be believed."""


class Provider:
    """One provider."""

    def __init__(self, settings: OidcSettings, client_secret: str | None) -> None:
        """Set up without asking anything."""
        self._settings = settings
        self._secret = client_secret

    def metadata(self) -> dict[str, Any]:
        """Return what the provider says of itself, after checking that it is the one of the settings.

        Raises:
            ProviderError: it is away, is another, or lacks an endpoint.
        """
        issuer = self._settings.issuer
        found = self._get(f"{issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != issuer:
            raise ProviderError("nơi cấp tài khoản tự xưng bằng địa chỉ khác với issuer đã khai báo")
        for name in _ENDPOINTS:
            address = urlsplit(str(found.get(name, "")))
            if address.scheme not in {"https", urlsplit(issuer).scheme} or not address.hostname:
                raise ProviderError(f"nơi cấp tài khoản không cho biết {name} dùng được")
        return found

    def keys(self, *, again: bool = False) -> dict[str, Any]:
        """Return the keys with which the provider signs; with `again`, as they are this moment."""
        return self._get(self.metadata()["jwks_uri"], again=again)

    def redeem(self, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
        """Return the provider's answer to a code."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        form |= {"code_verifier": verifier, "client_id": self._settings.client_id}
        credentials = None
        if self._secret:
            credentials = (quote(self._settings.client_id, safe=""), quote(self._secret, safe=""))
        return self._exchange("POST", self.metadata()["token_endpoint"], form, credentials)

    def _get(self, address: str, *, again: bool = False) -> dict[str, Any]:
        with _lock:
            asked_at, answer = _cache.get(address, (0.0, {}))
        if again or not answer or time.monotonic() - asked_at > FRESH_FOR:
            answer = self._exchange("GET", address)
            with _lock:
                _cache[address] = (time.monotonic(), answer)
        return answer

    def _exchange(
        self,
        method: str,
        address: str,
        form: Mapping[str, str] | None = None,
        credentials: tuple[str, str] | None = None,
    ) -> dict[str, Any]:
        its = self._settings
        route = find_route(address, its.proxy, os.environ)
        transport = DeadlineTransport(trust_context(its.ca_file), total=its.timeout, proxy=route.proxy)
        try:
            with (
                httpx.Client(transport=transport, timeout=its.timeout, trust_env=False) as client,
                client.stream(method, address, data=form, auth=credentials) as response,
            ):
                body = read_body(response, MAX_BYTES, lambda _size: None)
                status = response.status_code
        except NETWORK as error:
            words = certificate_message(error) or network_message(error)
            raise ProviderError(f"nơi cấp tài khoản chưa trả lời: {words}") from error
        except DamagedAnswer as error:
            raise ProviderError("nơi cấp tài khoản trả lời hỏng giữa chừng") from error
        if status != 200:
            raise ProviderError(f"nơi cấp tài khoản từ chối (mã {status})")
        try:
            answer = json.loads(body)
        except ValueError as error:
            raise ProviderError("nơi cấp tài khoản trả lời không phải JSON") from error
        if not isinstance(answer, dict):
            raise ProviderError("nơi cấp tài khoản trả lời không đúng dạng")
        return answer
