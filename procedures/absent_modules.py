"""Imports of a library as where what it can do without is not installed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder


class _Hiding(MetaPathFinder):
    """Answers the thread that made it that none of these modules is installed; others find them."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._thread = threading.get_ident()

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> None:
        if fullname in self._names and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"{fullname} is hidden", name=fullname)


@contextmanager
def without_modules(*names: str) -> Iterator[None]:
    """Let what this thread imports within do without these modules.

    What is loaded already stays, and may be loaded by whoever needs it, at the same time or later.
    """
    hiding = _Hiding(frozenset(names))
    sys.meta_path.insert(0, hiding)
    try:
        yield
    finally:
        # Another list: of one that becomes shorter, a thread that is looking through it misses a finder.
        sys.meta_path = [finder for finder in sys.meta_path if finder is not hiding]
