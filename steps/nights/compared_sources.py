"""The sources whose records are compared."""

from __future__ import annotations

from dataclasses import dataclass

from procedures.findings import Side


@dataclass(frozen=True, slots=True)
class ComparedSources:
    """The sides of a comparison by role: the department's catalogue and each portal."""

    catalogue: Side | None
    national: tuple[Side, ...]
    provincial: tuple[Side, ...]

    @property
    def all(self) -> tuple[Side, ...]:
        """All sides, the catalogue first."""
        return (*((self.catalogue,) if self.catalogue else ()), *self.national, *self.provincial)
