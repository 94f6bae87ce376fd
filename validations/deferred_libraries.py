"""What Great Expectations imports and nobody here uses: loaded when it is asked for, or not at all.

It is more than a third of what the first gate of a process waits for, and over 100 MiB.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final

from procedures.absent_modules import without_modules

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


@contextmanager
def lean_imports() -> Iterator[None]:
    """Let imports of this thread load nothing of `DEFERRED` yet, and find nothing of `HIDDEN`."""
    _defer_libraries()
    with without_modules(*HIDDEN):
        yield


def _defer_libraries() -> None:
    for name in DEFERRED:
        spec = None if name in sys.modules else find_spec(name)
        if spec is None:
            continue
        module = _Deferred(name)
        module.__spec__ = spec
        module.__path__ = spec.submodule_search_locations or []
        sys.modules[name] = module
