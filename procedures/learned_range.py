"""The usual range of a source, learnt from its own nights, where the settings have none.

A limit is the median of the last complete nights and a few spreads to either side, with a margin below
which nothing is unusual: a source that never changes must not raise an alarm at its first change. What the
settings state is never learnt, nor is `max_drop`: people decide how much may be retired in one night.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from procedures.snapshot import Certificate

MAX_NIGHTS: Final = 30
"""Complete nights that are considered."""

MIN_NIGHTS: Final = 7
"""Fewer nights than a week teach nothing."""

USUAL_SPREADS: Final = 5.0
"""Spreads to either side of the median that are usual."""

MIN_MARGIN_SHARE: Final = 0.20
"""Share of the median that is usual at least: a decision may add so much in one night."""

MIN_MARGIN: Final = 10.0
"""Procedures more or less that are usual at least."""

SIGMA_FACTOR: Final = 1.4826
"""Makes a median of deviations comparable with a standard deviation."""


@dataclass(frozen=True, slots=True)
class UsualValues:
    """Median and spread (median deviation, scaled to a standard deviation) of some nights; the newest one."""

    median: float
    spread: float
    last: float

    def width(self, share: float, least: float) -> float:
        """Return the usual distance from the median."""
        return max(USUAL_SPREADS * self.spread, share * self.median, least)


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedLimits:
    """Learnt limits of a listing; None where too few nights are known. All are shares.

    `details_failed`: at most so many of the details due; `quarantined`: at most so many of what was
    present; `known_fields`: at least so many of the different fields met.
    """

    details_failed: float | None = None
    quarantined: float | None = None
    known_fields: float | None = None


def usual_values(values: Sequence[float]) -> UsualValues | None:
    """Return the usual median and spread of `values`, the oldest first; None of too few."""
    values = values[-MAX_NIGHTS:]
    if len(values) < MIN_NIGHTS:
        return None
    middle = median(values)
    return UsualValues(middle, SIGMA_FACTOR * median(abs(value - middle) for value in values), values[-1])


def usual_range(nights: Sequence[Certificate]) -> tuple[int, int] | None:
    """Return the least and the most procedures that are usual; None where too few nights are known.

    The newest night widens it: a person who let a larger listing through is not asked again.
    """
    recent = usual_values([float(night.present) for night in nights])
    if recent is None:
        return None
    width = recent.width(MIN_MARGIN_SHARE, MIN_MARGIN)
    least = max(1, round(min(recent.median, recent.last) - width))
    return least, round(max(recent.median, recent.last) + width)


def learned_limits(nights: Sequence[Certificate]) -> LearnedLimits:
    """Return the limits of what is only flagged."""
    failed = usual_values([_share(night.details_failed, night.details_due) for night in nights])
    quarantined = usual_values([_share(night.quarantined, night.present) for night in nights])
    known = usual_values([share for night in nights if (share := known_share(night)) is not None])
    return LearnedLimits(
        details_failed=None if failed is None else min(1.0, failed.median + failed.width(0.0, 0.01)),
        quarantined=None
        if quarantined is None
        else min(1.0, quarantined.median + quarantined.width(0.0, 0.02)),
        known_fields=None if known is None else max(0.0, known.median - known.width(0.0, 0.05)),
    )


def known_share(certificate: Certificate) -> float | None:
    """Return the share of the different fields (labels) that a reader knows; None where none are counted."""
    if not certificate.known_fields:
        return None
    return certificate.known_fields / (certificate.known_fields + len(certificate.leftovers))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
