"""Procedures that a ministry's decision repealed, with or without a national code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RepealedRow:
    """A repealed code, or a row of the catalogue that has none, with its name and executing level.

    `key` is the code, else the row's own key. Of a row at several levels, `level` names them all.
    """

    key: str
    name: str | None = None
    level: str | None = None

    @property
    def code(self) -> str | None:
        """Return the code; None of a row without one."""
        return None if is_codeless_key(self.key) else self.key

    @property
    def display_text(self) -> str:
        """Return the text in `v_decision.repealed` and for people: the code, else the name."""
        return self.code or self.name or ""

    def record(self) -> Mapping[str, str | None]:
        """Return an item of `v_decision.repealed_rows`."""
        return {"code": self.code, "name": self.name, "level": self.level}


def is_codeless_key(key: str) -> bool:
    """Return whether it is the key of a row without a code instead of a code."""
    return key.startswith("~")
