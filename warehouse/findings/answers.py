"""Answers that are kept: each is found once, whoever asks for it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")

_UNKNOWN = object()


class Answers:
    """What was found under a key; when they become too many all are forgotten."""

    def __init__(self, most: int) -> None:
        """Keep at most so many."""
        self._most = most
        self._known: dict[Hashable, Any] = {}
        self._locks: dict[Hashable, Lock] = {}

    def get(self, key: Hashable, find: Callable[[], T]) -> T:
        """Return what is known under a key, or find it; it must not be changed.

        Who asks for the same meanwhile waits: several at once would take longer, each of them.
        """
        value = self._known.get(key, _UNKNOWN)
        if value is _UNKNOWN:
            with self._locks.setdefault(key, Lock()):
                value = self._known.get(key, _UNKNOWN)
                if value is _UNKNOWN:
                    value = find()
                    if len(self._known) >= self._most:
                        self._known.clear()
                    self._known[key] = value
            self._locks.pop(key, None)
        return cast(T, value)
