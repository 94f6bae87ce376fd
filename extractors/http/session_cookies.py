"""The cookies of a portal's session, and the header that each request sends of them."""

from __future__ import annotations

import math
import threading
import time

import httpx

MOST_REMEMBERED = 100
"""Addresses whose header is remembered; a portal that is asked for a page a record has no use of it."""


class SessionCookies:
    """A jar of cookies that works out the header of an address once, and not for each request.

    Threads may share it: a header is never remembered beyond the answer that changes the jar.
    """

    def __init__(self) -> None:
        self._jar = httpx.Cookies()
        self._lock = threading.Lock()
        self._headers: dict[httpx.URL, tuple[str | None, float]] = {}

    def header(self, request: httpx.Request) -> str | None:
        """Return the header `Cookie` of a request; `None` where no cookie goes there."""
        with self._lock:
            header, until = self._headers.get(request.url, (None, -math.inf))
            if until <= time.time():
                self._jar.set_cookie_header(request)
                header = request.headers.get("cookie")
                expiries = (cookie.expires for cookie in self._jar.jar if cookie.expires is not None)
                if len(self._headers) >= MOST_REMEMBERED:
                    self._headers.clear()
                self._headers[request.url] = header, min(expiries, default=math.inf)
            return header

    def store(self, response: httpx.Response) -> None:
        """Keep the cookies that an answer sets; it has its request."""
        if "set-cookie" in response.headers:
            with self._lock:
                self._jar.extract_cookies(response)
                self._headers.clear()

    def clear(self) -> None:
        """Forget all cookies."""
        with self._lock:
            self._jar.clear()
            self._headers.clear()
