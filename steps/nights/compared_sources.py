"""The sources whose records are compared."""

from __future__ import annotations

from dataclasses import dataclass

from procedures.findings import Side


@dataclass(frozen=True, slots=True)
class ComparedSources:
    """Everything that is compared: the department's list against each source, by role."""

    catalogue: Side | None
    national: tuple[Side, ...]
    provincial: tuple[Side, ...]

    @property
    def all(self) -> tuple[Side, ...]:
        """Every side there is."""
        return (*((self.catalogue,) if self.catalogue else ()), *self.national, *self.provincial)
