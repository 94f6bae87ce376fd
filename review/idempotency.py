"""Idempotent forms: one that is sent twice is carried out once, and answered alike."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict

from starlette.datastructures import FormData

from procedures.errors import RasoatError

MAX_REMEMBERED = 2000
"""How many of the latest forms are recognised when they are sent again."""


class SentAlreadyError(RasoatError):
    """The same form was carried out before; `location` is where its answer redirected to."""

    def __init__(self, location: str) -> None:
        super().__init__("Biểu mẫu này đã được gửi")
        self.location = location


class SentForms:
    """The forms being carried out and those that were, by their digests; used by one event loop."""

    def __init__(self) -> None:
        """Start with no forms."""
        self._locations: OrderedDict[str, str] = OrderedDict()
        self._running: dict[str, asyncio.Event] = {}

    async def claim(self, digest: str) -> None:
        """Begin to carry out a form, after waiting for whoever is carrying it out; end it with `settle`.

        Raises:
            SentAlreadyError: it was carried out before.
        """
        while (waiting := self._running.get(digest)) is not None:
            await waiting.wait()
        if digest in self._locations:
            raise SentAlreadyError(self._locations[digest])
        self._running[digest] = asyncio.Event()

    def settle(self, digest: str, location: str | None) -> None:
        """Record that a form redirected to `location`; None: it failed, and may be sent again."""
        self._running.pop(digest).set()
        if location is not None:
            self._locations[digest] = location
            if len(self._locations) > MAX_REMEMBERED:
                self._locations.popitem(last=False)


def form_digest(form: FormData, address: str, session: str) -> str | None:
    """Return a digest of a form: its page's own number, all that was typed, address and session.

    None where its page gave it no number.
    """
    if not form.get("once"):
        return None
    values = sorted(
        (name, value if isinstance(value, str) else f"{value.filename} {value.size}")
        for name, value in form.multi_items()
    )
    return hashlib.sha256(repr((address, session, values)).encode()).hexdigest()
