"""Sessions of a portal that answers only who holds its cookies, and how the faults end them."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie

from portals.faults import Faults
from portals.server import Asked


class Sessions:
    """The sessions that one portal gave out; the first of `cookies` tells them apart."""

    def __init__(self, cookies: Sequence[str], faults: Faults) -> None:
        self._cookies = cookies
        self._faults = faults
        self._used: dict[str, int] = {}
        self._guard = threading.Lock()

    def begin(self) -> tuple[tuple[str, str], ...]:
        """The headers that give a new session."""
        token = secrets.token_hex(16)
        with self._guard:
            self._used[token] = 0
        return tuple(("Set-Cookie", f"{name}={token}; Path=/; HttpOnly") for name in self._cookies)

    def holds(self, asked: Asked) -> bool:
        """Whether a request belongs to a session that is still good; counts it."""
        try:
            cookies = SimpleCookie(asked.headers.get("cookie", ""))
        except CookieError:
            return False
        token = cookies[self._cookies[0]].value if self._cookies[0] in cookies else ""
        with self._guard:
            if token not in self._used or self._faults.standing("session_dead") is not None:
                return False
            self._used[token] += 1
            expiring = self._faults.standing("session_expired")
            if expiring is None or self._used[token] <= int(expiring.options["after"]):
                return True
            if not expiring.due():
                return True
            del self._used[token]
            return False
