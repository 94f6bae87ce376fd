"""Successors: which newly published procedure takes the place of one that is gone.

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

from procedures.findings import RetiredProcedure
from procedures.model import Procedure
from reconciliation.findings.names import (
    identity_of,
    levels_of,
    related_fields,
    same_promulgator,
    spelling_key,
)
from reconciliation.findings.similar_names import SimilarNames, describe_difference, likeness

NEXT_LEVEL: Mapping[str, tuple[str, ...]] = {
    "district": ("commune", "province"),
    "ministry": ("province",),
    "province": ("commune",),
    "commune": ("province",),
}
"""Where a level's procedures go: the district's to the commune first (decree 129/2025/NĐ-CP)."""


@dataclass(frozen=True, slots=True)
class Succession:
    """The replacement of a procedure: `key` is None when none is certain; `candidates` are for people."""

    key: str | None = None
    procedure: Procedure | None = None
    transfer: bool = False
    candidates: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class ArrivalSpan:
    """How long an arrival was published: from the day it `came`; `absent` by now, perhaps `ended` tonight."""

    came: date
    absent: bool = False
    ended: bool = False


class Successors:
    """An index of arrivals by name, to be searched for successors."""

    def __init__(
        self, arrivals: Mapping[str, Procedure], spans: Mapping[str, ArrivalSpan] | None = None
    ) -> None:
        """Index `arrivals`: procedures by key that appeared since those that are looked up became absent.

        Without their `spans` all of them are present, and none came before another one.
        """
        self._arrivals = arrivals
        self._spans = spans or dict.fromkeys(arrivals, ArrivalSpan(date.min))
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        for key, procedure in sorted(arrivals.items()):
            self._by_name[spelling_key(procedure.name)].append(key)
        self._similar: SimilarNames | None = None

    def of(self, gone: Procedure, gone_key: str, since: date | None = None) -> Succession:
        """Return the successor of `gone`, absent since `since`, or the names that merely resemble it."""
        same_name = [
            key
            for key in self._by_name.get(spelling_key(gone.name), ())
            if key != gone_key and _may_replace(gone, self._arrivals[key])
        ]
        last = self._present_match(gone, same_name, since)
        if last is None:
            return Succession(candidates=self._candidates(gone, gone_key))
        key = self._first_link(last, same_name)
        successor = self._arrivals[key]
        return Succession(key, successor, transfer=is_transfer(gone, successor))

    def _present_match(self, gone: Procedure, same_name: list[str], since: date | None) -> str | None:
        """Return the one present now; of several the one at its levels, else the one that came as it left."""
        present = [key for key in same_name if not self._spans[key].absent]
        present = present or [key for key in same_name if not self._spans[key].ended]
        key = _by_level(gone, {key: self._arrivals[key] for key in present})
        at_once = [key for key in present if self._spans[key].came == since]
        return at_once[0] if key is None and len(at_once) == 1 else key

    def _first_link(self, last: str, same_name: list[str]) -> str:
        """Return the first arrival, itself replaced by `last`: a code issued anew twice during an outage.

        Two of one day are no chain: then `last`, to which both lead.
        """
        spans = self._spans
        links = [key for key in same_name if spans[key].absent and spans[key].came < spans[last].came]
        first = min((spans[key].came for key in links), default=None)
        earliest = [key for key in links if spans[key].came == first]
        return earliest[0] if len(earliest) == 1 else last

    def _candidates(self, gone: Procedure, gone_key: str) -> tuple[Mapping[str, Any], ...]:
        remaining = {key: row for key, row in self._arrivals.items() if not self._spans[key].ended}
        if not remaining:
            return ()
        if self._similar is None:
            self._similar = SimilarNames(
                {key: identity_of(p.name).key for key, p in sorted(remaining.items())}
            )
        name = identity_of(gone.name).key
        resembling = [(key, score) for key, score in self._similar.similar(name) if key != gone_key]
        return tuple(_candidate(name, key, self._arrivals[key]) for key, _ in resembling)


def successor_chain(gone: Mapping[str, RetiredProcedure], code: str) -> list[str]:
    """Return the codes that replaced `code` one after the other, up to one that nothing replaced."""
    chain: list[str] = []
    while code in gone:
        successor = gone[code].successor_code
        if successor is None or successor in chain:
            break
        chain.append(successor)
        code = successor
    return chain


def successors_in_force(
    gone: Mapping[str, RetiredProcedure], successors: Mapping[str, str]
) -> dict[str, str]:
    """Return what is published in place of each code, though its successor was replaced in turn."""
    last = {
        code: (successor_chain(gone, successor) or [successor])[-1] for code, successor in successors.items()
    }
    return {code: successor for code, successor in last.items() if successor not in gone}


def is_transfer(gone: Procedure, successor: Procedure) -> bool:
    """Return whether the successor is at other levels alone (thay đổi cấp thực hiện)."""
    before, after = levels_of(gone), levels_of(successor)
    return bool(before and after) and before.isdisjoint(after)


def _may_replace(gone: Procedure, arrival: Procedure) -> bool:
    return same_promulgator(gone, arrival) and related_fields(gone.field, arrival.field)


def _by_level(gone: Procedure, same_name: Mapping[str, Procedure]) -> str | None:
    """Return of arrivals with the same name the one at the same levels, else at the level it moves to."""
    if len(same_name) <= 1:
        return next(iter(same_name), None)
    levels = levels_of(gone)
    same = [key for key, procedure in same_name.items() if levels_of(procedure) == levels]
    if len(same) == 1:
        return same[0]
    for level in sorted(levels) if not same else ():
        for target in NEXT_LEVEL.get(level, ()):
            at_target = [key for key, procedure in same_name.items() if target in levels_of(procedure)]
            if len(at_target) == 1:
                return at_target[0]
    return None


def _candidate(name: str, key: str, procedure: Procedure) -> Mapping[str, Any]:
    other = identity_of(procedure.name).key
    return {
        "code": procedure.code or key,
        "name": procedure.name,
        "likeness": round(likeness(name, other), 4),
        "reason": describe_difference(name, other),
    }
