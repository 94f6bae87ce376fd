"""Values that change and change back within days: one volatile value, not a stream of changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

FLAP_WINDOW = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """One `changed` row of `v_change`, with the time of its night."""

    at: datetime
    key: str
    attribute: str
    old_value: str | None
    new_value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flap:
    """An attribute that left a value and came back to it.

    `values` are in the order in which they appeared; `shown` are those up to the last return.
    """

    key: str
    attribute: str
    since: datetime
    until: datetime
    times: int
    values: tuple[str | None, ...]
    values_until_return: frozenset[str | None]


def find_flaps(history: Iterable[Flip], *, within: timedelta = FLAP_WINDOW) -> tuple[Flap, ...]:
    """Return the attributes that went A→B→A with both steps no more than `within` apart, one row each."""
    by_attribute: defaultdict[tuple[str, str], list[Flip]] = defaultdict(list)
    for flip in history:
        by_attribute[flip.key, flip.attribute].append(flip)
    flaps = []
    for (key, attribute), flips in sorted(by_attribute.items()):
        flips.sort(key=lambda flip: flip.at)
        returns = [
            position
            for position, (away, back) in enumerate(pairwise(flips))
            if back.new_value == away.old_value and back.at - away.at <= within
        ]
        if returns:
            last = returns[-1] + 1
            flaps.append(
                Flap(
                    key=key,
                    attribute=attribute,
                    since=flips[returns[0]].at,
                    until=flips[last].at,
                    times=len(returns),
                    values=_values(flips),
                    values_until_return=frozenset(_values(flips[: last + 1])),
                )
            )
    return tuple(flaps)


def _values(flips: Iterable[Flip]) -> tuple[str | None, ...]:
    return tuple(dict.fromkeys(value for flip in flips for value in (flip.old_value, flip.new_value)))
