"""Values that go and come back within days: one volatile value, not a stream of changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """One `changed` row of `v_change` with its night."""

    at: datetime
    key: str
    attribute: str
    old_value: str | None
    new_value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flap:
    """An attribute that left a value and came back to it.

    `values` in the order in which they came; `shown` are those of them up to the last time it came back.
    """

    key: str
    attribute: str
    since: datetime
    until: datetime
    times: int
    values: tuple[str | None, ...]
    shown: frozenset[str | None]


def flapping(history: Iterable[Flip], *, within: timedelta = WEEK) -> tuple[Flap, ...]:
    """The attributes that went A→B→A with both steps no more than `within` apart, one row each."""
    by_attribute: defaultdict[tuple[str, str], list[Flip]] = defaultdict(list)
    for flip in history:
        by_attribute[flip.key, flip.attribute].append(flip)
    found = []
    for (key, attribute), flips in sorted(by_attribute.items()):
        flips.sort(key=lambda flip: flip.at)
        returns = [
            place
            for place, (away, back) in enumerate(pairwise(flips))
            if back.new_value == away.old_value and back.at - away.at <= within
        ]
        if returns:
            last = returns[-1] + 1
            found.append(
                Flap(
                    key=key,
                    attribute=attribute,
                    since=flips[returns[0]].at,
                    until=flips[last].at,
                    times=len(returns),
                    values=_values(flips),
                    shown=frozenset(_values(flips[: last + 1])),
                )
            )
    return tuple(found)


def _values(flips: Iterable[Flip]) -> tuple[str | None, ...]:
    return tuple(dict.fromkeys(value for flip in flips for value in (flip.old_value, flip.new_value)))
