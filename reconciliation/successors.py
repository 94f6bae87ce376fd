"""Which newly published procedure takes the place of one that is gone.

Identity is the name's matching key within the same promulgating agency and field, never likeness: an
agency ("do Bộ Nội vụ quản lý"), a verb ("cấp lại") or a number makes another procedure. The same
name at two levels is lawful, so levels decide between several.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from procedures.model import Procedure
from reconciliation.likeness import NearNames, likeness, what_differs
from reconciliation.names import identity_of, levels_of, related_fields, same_promulgator, spelling_key

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


class Successors:
    """Arrivals, ready to be searched."""

    def __init__(self, arrivals: Mapping[str, Procedure]) -> None:
        """`arrivals`: procedures by key that appeared since those that are looked up are absent."""
        self._arrivals = arrivals
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        for key, procedure in sorted(arrivals.items()):
            self._by_name[spelling_key(procedure.name)].append(key)
        self._near: NearNames | None = None

    def of(self, gone: Procedure, gone_key: str) -> Succession:
        """The successor of `gone`, or the names that merely resemble it."""
        equals = [
            key
            for key in self._by_name.get(spelling_key(gone.name), ())
            if key != gone_key and _takes_over(gone, self._arrivals[key])
        ]
        key = _by_level(gone, {key: self._arrivals[key] for key in equals})
        if key is None:
            return Succession(candidates=self._candidates(gone, gone_key))
        successor = self._arrivals[key]
        return Succession(key, successor, transfer=is_transfer(gone, successor))

    def _candidates(self, gone: Procedure, gone_key: str) -> tuple[Mapping[str, Any], ...]:
        if not self._arrivals:
            return ()
        if self._near is None:
            self._near = NearNames(
                {key: identity_of(p.name).key for key, p in sorted(self._arrivals.items())}
            )
        name = identity_of(gone.name).key
        near = [(key, score) for key, score in self._near.near(name) if key != gone_key]
        return tuple(_candidate(name, key, self._arrivals[key]) for key, _ in near)


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
