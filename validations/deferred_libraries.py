"""What Great Expectations imports and nobody here uses: loaded when it is asked for, or not at all.

It is more than a third of what the first gate of a process waits for, and over 100 MiB.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final

DEFERRED: Final = ("scipy.stats", "altair", "mistune")
"""Statistics of distributions and the drawings of them, and Markdown; nothing else here needs these."""

HIDDEN: Final = (
    "boto3",
    "botocore",
    "docstring_parser",
    "psycopg2",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.orm",
)
"""Ways to data other than a table in memory, and the layout of its documentation: it does without where they
are not installed."""


class _Deferred(ModuleType):
    """Stands where the module will: the first look for anything in it loads it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # the import system looks at any module, this is no use of it
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


class _Hiding(MetaPathFinder):
    """Answers the thread that made it that nothing of `HIDDEN` is installed; others find it."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> None:
        if fullname in HIDDEN and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"{fullname} is hidden", name=fullname)


@contextmanager
def lean_imports() -> Iterator[None]:
    """Let imports of this thread load nothing of `DEFERRED` yet, and find nothing of `HIDDEN`.

    What is loaded already stays, and may be loaded by whoever needs it, at the same time or later.
    """
    _defer_libraries()
    hiding = _Hiding()
    sys.meta_path.insert(0, hiding)
    try:
        yield
    finally:
        # Another list: of one that becomes shorter, a thread that is looking through it misses a finder.
        sys.meta_path = [finder for finder in sys.meta_path if finder is not hiding]


def _defer_libraries() -> None:
    for name in DEFERRED:
        spec = None if name in sys.modules else find_spec(name)
        if spec is None:
            continue
        module = _Deferred(name)
        module.__spec__ = spec
        module.__path__ = spec.submodule_search_locations or []
        sys.modules[name] = module
