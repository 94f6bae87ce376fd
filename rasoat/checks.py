"""One line of an examination."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """`good` is False for what has to be mended; `details` are further lines below it."""

    name: str
    good: bool
    text: str
    details: tuple[str, ...] = ()
