"""Answers that are kept: each is found once, whoever asks for it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

T = TypeVar("T")

_MOST = 1_000
"""Answers that are kept of one database."""


class Answers:
    """What was found under a key, and as of which stamp; when they become too many all are forgotten."""

    def __init__(self, most: int) -> None:
        """Keep at most so many."""
        self._most = most
        self._known: dict[Hashable, tuple[Hashable, object]] = {}
        self._locks: dict[Hashable, Lock] = {}

    def get(self, key: Hashable, find: Callable[[], T], stamp: Hashable = None) -> T:
        """Return what is known under a key as of that stamp, or find it; it must not be changed.

        Who asks for the same meanwhile waits: several at once would take longer, each of them.
        """
        return self.renew(key, lambda _: find(), stamp)

    def renew(self, key: Hashable, find: Callable[[T | None], T], stamp: Hashable) -> T:
        """Return what `get` does; `find` is given what was known as of another stamp, None if nothing was."""
        known = self._known.get(key)
        if known is None or known[0] != stamp:
            with self._locks.setdefault(key, Lock()):
                known = self._known.get(key)
                if known is None or known[0] != stamp:
                    known = stamp, find(None if known is None else known[1])  # type: ignore[arg-type]
                    if len(self._known) >= self._most:
                        self._known.clear()
                    self._known[key] = known
            self._locks.pop(key, None)
        return known[1]  # type: ignore[return-value]


_OF_DATABASES: WeakKeyDictionary[Engine, Answers] = WeakKeyDictionary()
_LOCK = Lock()


def answers_of(connection: Connection) -> Answers:
    """Return the answers that are kept of a database.

    In a transaction that writes they are new ones: what it reads may be rolled back.
    """
    if connection.get_execution_options().get("rasoat_writes", False):
        return Answers(_MOST)
    with _LOCK:
        return _OF_DATABASES.setdefault(connection.engine, Answers(_MOST))
