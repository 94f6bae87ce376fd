"""Sign-in by OpenID Connect: authorisation code with PKCE; roles stay those of the accounts here.

Authlib and joserfc are imported where they are used: a site without a provider never loads them.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from procedures.office.sign_in_events import SignInEventKind
from settings.configuration import Configuration
from settings.oidc import OidcSettings
from steps.database import engine_of
from steps.office.accounts import now, open_session
from steps.office.oidc_provider import Provider, ProviderError
from steps.office.sign_in_log import record_event, stored_name
from warehouse.db.engine import writing
from warehouse.office import accounts

ALGORITHMS = ["RS256", "PS256", "ES256"]
"""Signatures that are believed: those with a key of the provider's own."""

LEEWAY = 60
"""Seconds by which the provider's clock may be wrong."""

SCOPES = "openid profile email"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a browser brings back with the provider's answer: secrets of this one attempt."""

    state: str
    nonce: str
    verifier: str


def begin(configuration: Configuration, redirect_uri: str) -> tuple[str, Attempt]:
    """Return the provider's address to which the browser is sent, and the attempt.

    Raises:
        ProviderError: the provider cannot be used.
    """
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    settings = _settings(configuration)
    attempt = Attempt(*(secrets.token_urlsafe(48) for _ in range(3)))
    address: str = prepare_grant_uri(
        _provider(configuration).metadata()["authorization_endpoint"],
        settings.client_id,
        "code",
        redirect_uri=redirect_uri,
        scope=SCOPES,
        state=attempt.state,
        nonce=attempt.nonce,
        code_challenge=create_s256_code_challenge(attempt.verifier),
        code_challenge_method="S256",
    )
    return address, attempt


def finish(
    configuration: Configuration, attempt: Attempt, redirect_uri: str, answer: Mapping[str, str], address: str
) -> str:
    """Open a session for the account that the provider's answer names, and return its secret.

    Raises:
        ProviderError: the answer is not to be believed, or names no account here; the log says so too.
    """
    typed = ""
    try:
        if not secrets.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise ProviderError("câu trả lời không thuộc lần đăng nhập này; hãy thử lại")
        if "code" not in answer:
            raise ProviderError("nơi cấp tài khoản không cho đăng nhập")
        provider = _provider(configuration)
        token = provider.redeem(answer["code"], attempt.verifier, redirect_uri).get("id_token")
        claims = _checked_claims(configuration, provider, str(token or ""), attempt.nonce)
        typed = _account_name(_settings(configuration), claims)
        with writing(engine_of(configuration)) as connection:
            account = accounts.find_account(connection, stored_name(typed))
            if account is None or not accounts.lock_account(connection, account, account.password):
                raise ProviderError(f"chưa có tài khoản {stored_name(typed)} ở đây; nhờ người quản trị tạo")
            return open_session(
                connection, typed, address, method=accounts.PROVIDER, detail="qua nơi cấp tài khoản"
            )
    except ProviderError as error:
        with writing(engine_of(configuration)) as connection:
            record_event(connection, SignInEventKind.PROVIDER_REFUSED, typed, address, now(), str(error))
        raise


def log_out_address(configuration: Configuration) -> str | None:
    """Return the provider's page for logging out there; None where it has none, or is away."""
    try:
        address = _provider(configuration).metadata().get("end_session_endpoint")
    except ProviderError:
        return None
    return address if isinstance(address, str) and address.startswith(("https://", "http://")) else None


def _checked_claims(
    configuration: Configuration, provider: Provider, token: str, nonce: str
) -> dict[str, Any]:
    """Return an ID token's claims after checking signature, issuer, audience, time and nonce."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError
    from joserfc.jwk import KeySet

    settings = _settings(configuration)
    decoded = None
    for again in (False, True):  # the second time with the keys of this moment: they may have been changed
        try:
            keys = KeySet.import_key_set(provider.keys(again=again))  # type: ignore[arg-type] # as it came
            decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            break
        except (JoseError, ValueError, KeyError, TypeError):
            continue
    if decoded is None:
        raise ProviderError("chữ ký của nơi cấp tài khoản không đúng")
    options = {
        "iss": {"essential": True, "value": provider.metadata()["issuer"]},
        "aud": {"essential": True, "value": settings.client_id},
        "exp": {"essential": True},
    }
    claims = CodeIDToken(
        decoded.claims, decoded.header, options, {"nonce": nonce, "client_id": settings.client_id}
    )
    try:
        claims.validate(now=int(now().timestamp()), leeway=LEEWAY)
    except ExpiredTokenError as error:
        raise ProviderError("giấy xác nhận của nơi cấp tài khoản đã hết hạn; xem lại đồng hồ") from error
    except InvalidClaimError as error:
        raise ProviderError(f"giấy xác nhận không dành cho lần đăng nhập này ({error.claim})") from error
    except (JoseError, ValueError, TypeError) as error:
        raise ProviderError("giấy xác nhận của nơi cấp tài khoản thiếu hoặc sai nội dung") from error
    return dict(claims)


def _account_name(settings: OidcSettings, claims: Mapping[str, Any]) -> str:
    name = claims.get(settings.claim)
    if not isinstance(name, str) or not name:
        raise ProviderError(f"giấy xác nhận không có {settings.claim}; xem lại thiết lập claim")
    if settings.claim == "email" and claims.get("email_verified") is not True:
        raise ProviderError("nơi cấp tài khoản chưa xác minh thư điện tử này")
    return name


def _settings(configuration: Configuration) -> OidcSettings:
    if configuration.site.oidc is None:
        raise ProviderError("chưa khai báo nơi cấp tài khoản")
    return configuration.site.oidc


def _provider(configuration: Configuration) -> Provider:
    return Provider(_settings(configuration), configuration.oidc_client_secret)
