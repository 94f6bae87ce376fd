"""Tickets: what the site gives a browser to bring back soon, signed, in a cookie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from fastapi import Request
from starlette.responses import Response

from review.security import cookie_name, set_cookie


def set_ticket(
    response: Response, request: Request, kind: str, values: Mapping[str, str], lifetime: timedelta
) -> None:
    """Give the browser a ticket of that kind, good for `lifetime`."""
    until = str(int((datetime.now(UTC) + lifetime).timestamp()))
    payload = base64.urlsafe_b64encode(json.dumps({**values, "until": until}).encode()).decode()
    set_cookie(response, request, kind, f"{payload}.{_signature(request, kind, payload)}", lifetime)


def read_ticket(request: Request, kind: str) -> dict[str, str] | None:
    """Return the values of the ticket that the browser brought; None where there is none that counts."""
    payload, _, signature = request.cookies.get(cookie_name(request, kind), "").rpartition(".")
    if not payload or not hmac.compare_digest(
        signature.encode(), _signature(request, kind, payload).encode()
    ):
        return None
    values: dict[str, str] = json.loads(base64.urlsafe_b64decode(payload))
    return values if int(values["until"]) > datetime.now(UTC).timestamp() else None


def drop_ticket(response: Response, request: Request, kind: str) -> None:
    """Take a ticket away from the browser."""
    response.delete_cookie(cookie_name(request, kind), path="/", secure=request.state.secure)


def _signature(request: Request, kind: str, payload: str) -> str:
    signed = f"ticket\x00{kind}\x00{payload}".encode()
    return hmac.new(request.app.state.key, signed, hashlib.sha256).hexdigest()
