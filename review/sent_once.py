"""A form that is sent twice by one press too many is carried out once, and answered alike."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict

from starlette.datastructures import FormData

from procedures.errors import RasoatError

REMEMBERED = 2000
"""So many forms that were carried out lately are known again."""


class SentAlreadyError(RasoatError):
    """The very same form was carried out before; `location` is where its answer led."""

    def __init__(self, location: str) -> None:
        super().__init__("Biểu mẫu này đã được gửi")
        self.location = location


class Once:
    """The forms that are being carried out and those that were, by their marks. Of one event loop."""

    def __init__(self) -> None:
        """Knows none yet."""
        self._done: OrderedDict[str, str] = OrderedDict()
        self._under_way: dict[str, asyncio.Event] = {}

    async def claim(self, mark: str) -> None:
        """Begin to carry out a form, once nobody else does; end it by `settle`.

        Raises:
            SentAlreadyError: it was carried out.
        """
        while (waiting := self._under_way.get(mark)) is not None:
            await waiting.wait()
        if mark in self._done:
            raise SentAlreadyError(self._done[mark])
        self._under_way[mark] = asyncio.Event()

    def settle(self, mark: str, location: str | None) -> None:
        """A form was carried out and led to `location`; with None it was not, and may be sent again."""
        self._under_way.pop(mark).set()
        if location is not None:
            self._done[mark] = location
            if len(self._done) > REMEMBERED:
                self._done.popitem(last=False)


def mark_of(form: FormData, address: str, session: str) -> str | None:
    """What tells a form from every other: its page's own number, all that was typed, and whose it is.

    None where its page gave it no number.
    """
    if not form.get("once"):
        return None
    said = sorted(
        (name, value if isinstance(value, str) else f"{value.filename} {value.size}")
        for name, value in form.multi_items()
    )
    return hashlib.sha256(repr((address, session, said)).encode()).hexdigest()
