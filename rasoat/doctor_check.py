"""A check of `rasoat doctor`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DoctorCheck:
    """A check; `good` is False if something has to be repaired; `details` are lines below it."""

    name: str
    passed: bool
    text: str
    details: tuple[str, ...] = ()
