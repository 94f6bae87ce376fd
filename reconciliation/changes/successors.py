"""Which newly published procedure takes the place of one that is gone.

Identity is the name's matching key within the same promulgating agency and field, never likeness: an
agency ("do Bộ Nội vụ quản lý"), a verb ("cấp lại") or a number makes another procedure. The same
name at two levels is lawful, so levels decide between several.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from procedures.findings import Gone
from procedures.model import Procedure
from reconciliation.findings.names import (
    identity_of,
    levels_of,
    related_fields,
    same_promulgator,
    spelling_key,
)
from reconciliation.findings.similar_names import NearNames, likeness, what_differs

NEXT_LEVEL: Mapping[str, tuple[str, ...]] = {
    "district": ("commune", "province"),
    "ministry": ("province",),
    "province": ("commune",),
    "commune": ("province",),
}
"""Where a level's procedures go: the district's to the commune first (decree 129/2025/NĐ-CP)."""


@dataclass(frozen=True, slots=True)
class Succession:
    """`key` is None when nothing takes its place for certain; `candidates` are for people."""

    key: str | None = None
    procedure: Procedure | None = None
    transfer: bool = False
    candidates: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Stay:
    """How long an arrival was there: since the day it `came`; `absent` by now, perhaps `ended` tonight."""

    came: date
    absent: bool = False
    ended: bool = False


class Successors:
    """Arrivals, ready to be searched."""

    def __init__(self, arrivals: Mapping[str, Procedure], stays: Mapping[str, Stay] | None = None) -> None:
        """`arrivals`: procedures by key that appeared since those that are looked up are absent.

        Without their `stays` all of them are there, and none came before another one.
        """
        self._arrivals = arrivals
        self._stays = stays or dict.fromkeys(arrivals, Stay(date.min))
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        for key, procedure in sorted(arrivals.items()):
            self._by_name[spelling_key(procedure.name)].append(key)
        self._near: NearNames | None = None

    def of(self, gone: Procedure, gone_key: str, since: date | None = None) -> Succession:
        """The successor of `gone`, absent since the day `since`, or the names that merely resemble it."""
        equals = [
            key
            for key in self._by_name.get(spelling_key(gone.name), ())
            if key != gone_key and _takes_over(gone, self._arrivals[key])
        ]
        last = self._standing(gone, equals, since)
        if last is None:
            return Succession(candidates=self._candidates(gone, gone_key))
        key = self._link_before(last, equals)
        successor = self._arrivals[key]
        return Succession(key, successor, transfer=is_transfer(gone, successor))

    def _standing(self, gone: Procedure, equals: list[str], since: date | None) -> str | None:
        """The one that is there now; of several the one at its levels, else the one that came as it went."""
        there = [key for key in equals if not self._stays[key].absent]
        there = there or [key for key in equals if not self._stays[key].ended]
        key = _by_level(gone, {key: self._arrivals[key] for key in there})
        at_once = [key for key in there if self._stays[key].came == since]
        return at_once[0] if key is None and len(at_once) == 1 else key

    def _link_before(self, last: str, equals: list[str]) -> str:
        """What came first and was itself replaced by `last`, as a code that is given anew twice in an outage.

        Two of one day are no chain: then `last`, to which both lead.
        """
        stays = self._stays
        links = [key for key in equals if stays[key].absent and stays[key].came < stays[last].came]
        first = min((stays[key].came for key in links), default=None)
        earliest = [key for key in links if stays[key].came == first]
        return earliest[0] if len(earliest) == 1 else last

    def _candidates(self, gone: Procedure, gone_key: str) -> tuple[Mapping[str, Any], ...]:
        there = {key: each for key, each in self._arrivals.items() if not self._stays[key].ended}
        if not there:
            return ()
        if self._near is None:
            self._near = NearNames({key: identity_of(p.name).key for key, p in sorted(there.items())})
        name = identity_of(gone.name).key
        near = [(key, score) for key, score in self._near.near(name) if key != gone_key]
        return tuple(_candidate(name, key, self._arrivals[key]) for key, _ in near)


def links(gone: Mapping[str, Gone], code: str) -> list[str]:
    """The codes that took the place of `code` one after the other, up to one that nothing replaced."""
    found: list[str] = []
    while code in gone:
        successor = gone[code].successor_code
        if successor is None or successor in found:
            break
        found.append(successor)
        code = successor
    return found


def in_force(gone: Mapping[str, Gone], successors: Mapping[str, str]) -> dict[str, str]:
    """What is published in place of each code, though its successor was replaced in turn."""
    last = {code: (links(gone, successor) or [successor])[-1] for code, successor in successors.items()}
    return {code: successor for code, successor in last.items() if successor not in gone}


def is_transfer(gone: Procedure, successor: Procedure) -> bool:
    """Gone at its executing levels, published at others alone (thay đổi cấp thực hiện)."""
    before, after = levels_of(gone), levels_of(successor)
    return bool(before and after) and before.isdisjoint(after)


def _takes_over(gone: Procedure, arrival: Procedure) -> bool:
    return same_promulgator(gone, arrival) and related_fields(gone.field, arrival.field)


def _by_level(gone: Procedure, equals: Mapping[str, Procedure]) -> str | None:
    """Of several arrivals with the same name: the one at the same levels, else at the level it moves to."""
    if len(equals) <= 1:
        return next(iter(equals), None)
    levels = levels_of(gone)
    same = [key for key, procedure in equals.items() if levels_of(procedure) == levels]
    if len(same) == 1:
        return same[0]
    for level in sorted(levels) if not same else ():
        for target in NEXT_LEVEL.get(level, ()):
            there = [key for key, procedure in equals.items() if target in levels_of(procedure)]
            if len(there) == 1:
                return there[0]
    return None


def _candidate(name: str, key: str, procedure: Procedure) -> Mapping[str, Any]:
    other = identity_of(procedure.name).key
    return {
        "code": procedure.code or key,
        "name": procedure.name,
        "likeness": round(likeness(name, other), 4),
        "reason": what_differs(name, other),
    }
