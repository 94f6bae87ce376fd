"""Libraries that Great Expectations imports for rules that nobody here uses: loaded when they are asked for.

They are nearly a third of what the first gate of a process waits for, and some 80 MiB.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final

DEFERRED: Final = ("scipy.stats", "altair")
"""Statistics of distributions, and the drawings of them."""


class _Deferred(ModuleType):
    """Stands where the module will: the first look for anything in it loads it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # the import system looks at any module, this is no use of it
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def defer_libraries() -> None:
    """Let the next imports of `DEFERRED` load nothing yet; what is loaded already stays."""
    for name in DEFERRED:
        spec = None if name in sys.modules else find_spec(name)
        if spec is None:
            continue
        module = _Deferred(name)
        module.__spec__ = spec
        module.__path__ = spec.submodule_search_locations or []
        sys.modules[name] = module
