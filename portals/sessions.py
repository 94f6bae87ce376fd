"""Sessions of a portal that answers only clients with its cookies, and the faults that end them."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie

from portals.faults import Faults
from portals.server import Request


class Sessions:
    """The sessions that one portal opened; the first of `cookies` identifies them."""

    def __init__(self, cookies: Sequence[str], faults: Faults) -> None:
        self._cookies = cookies
        self._faults = faults
        self._request_counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def begin(self) -> tuple[tuple[str, str], ...]:
        """Open a session and return the headers that set its cookies."""
        token = secrets.token_hex(16)
        with self._lock:
            self._request_counts[token] = 0
        return tuple(("Set-Cookie", f"{name}={token}; Path=/; HttpOnly") for name in self._cookies)

    def holds(self, request: Request) -> bool:
        """Whether a request belongs to a valid session; counts the request."""
        try:
            cookies = SimpleCookie(request.headers.get("cookie", ""))
        except CookieError:
            return False
        token = cookies[self._cookies[0]].value if self._cookies[0] in cookies else ""
        with self._lock:
            if token not in self._request_counts or self._faults.standing("session_dead") is not None:
                return False
            self._request_counts[token] += 1
            expiring = self._faults.standing("session_expired")
            if expiring is None or self._request_counts[token] <= int(expiring.options["after"]):
                return True
            if not expiring.due():
                return True
            del self._request_counts[token]
            return False
