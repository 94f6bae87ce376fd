"""Codes for rows that carry none: by name, level and field, never by likeness.

Equal keys of one row on either side are certain; a name that merely resembles is a candidate with the
reason why it was not matched, until a person confirms one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from procedures.model import Procedure
from reconciliation.findings.names import levels_of, related_fields, same_field, spelling_key, unspaced_key
from reconciliation.findings.similar_names import SimilarNames, describe_difference

SHOWN_FROM = 0.85
"""Likeness from which a name is offered to the person who decides."""


@dataclass(frozen=True, slots=True)
class MatchCandidate:
    """A code that a row may have, how alike the names are (0 to 1), and why it was not matched."""

    code: str
    name: str
    likeness: float
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Return the candidate as evidence."""
        return {"code": self.code, "name": self.name, "likeness": self.likeness, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Matching:
    """Codes by key of the row: certain by name, confirmed by a person; and what is left to decide."""

    certain: Mapping[str, str] = field(default_factory=dict)
    by_person: Mapping[str, str] = field(default_factory=dict)
    candidates: Mapping[str, tuple[MatchCandidate, ...]] = field(default_factory=dict)

    def code(self, key: str) -> str | None:
        """Return the code of the row, if it is settled."""
        return self.by_person.get(key) or self.certain.get(key)


def match(
    rows: Mapping[str, Procedure],
    targets: Mapping[str, Procedure],
    *,
    confirmed: Mapping[str, str] | None = None,
    used_codes: Set[str] = frozenset(),
) -> Matching:
    """Match `rows` (by key, without codes) to `targets` (by code).

    `taken` are codes that other rows of the same list carry themselves: never given twice by name.
    What a person confirmed holds, whatever the names are. Every row that stays open is in
    `candidates`, if only with an empty tuple.
    """
    by_person = {key: code for key, code in (confirmed or {}).items() if key in rows}
    used = used_codes | set(by_person.values())
    open_rows = {key: row for key, row in sorted(rows.items()) if key not in by_person}
    free = {code: target for code, target in sorted(targets.items()) if code not in used}
    certain: dict[str, str] = {}
    for key_of_name in (spelling_key, unspaced_key):
        open_now = {key: row for key, row in open_rows.items() if key not in certain}
        given = set(certain.values())
        free_now = {code: target for code, target in free.items() if code not in given}
        certain |= _unique_both_ways(open_now, free_now, key_of_name)
    undecided = {key: row for key, row in open_rows.items() if key not in certain}
    unavailable = dict.fromkeys(used | set(certain.values()), "mã đã có ở dòng khác")
    return Matching(certain, by_person, _candidates(undecided, targets, unavailable))


def _unique_both_ways(
    rows: Mapping[str, Procedure], targets: Mapping[str, Procedure], key_of_name: Callable[[str], str]
) -> dict[str, str]:
    """Return pairs of equal name, common level and one field where neither has another such partner.

    Levels decide between several of one name; where they do not, nothing is matched.
    """
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for code, target in targets.items():
        by_name[key_of_name(target.name)].append(code)
    partners: dict[str, list[str]] = {}
    claims: defaultdict[str, list[str]] = defaultdict(list)
    for key, row in rows.items():
        fitting = [code for code in by_name.get(key_of_name(row.name), ()) if _fits(row, targets[code])]
        partners[key] = _best(row, fitting, targets)
        for code in partners[key]:
            claims[code].append(key)
    return {
        key: codes[0] for key, codes in partners.items() if len(codes) == 1 and len(claims[codes[0]]) == 1
    }


def _fits(row: Procedure, target: Procedure) -> bool:
    ours, theirs = levels_of(row), levels_of(target)
    meet = not ours or not theirs or not ours.isdisjoint(theirs)
    return meet and related_fields(row.field, target.field)


def _best(row: Procedure, codes: list[str], targets: Mapping[str, Procedure]) -> list[str]:
    """Return of several that fit those that fit exactly in level, then in field."""
    tests: tuple[Callable[[Procedure], bool], ...] = (
        lambda target: levels_of(target) == levels_of(row),
        lambda target: same_field(row.field, target.field),
    )
    for test in tests:
        exact = [code for code in codes if test(targets[code])]
        if len(codes) > 1 and exact:
            codes = exact
    return codes


def _candidates(
    rows: Mapping[str, Procedure], targets: Mapping[str, Procedure], unavailable: Mapping[str, str]
) -> dict[str, tuple[MatchCandidate, ...]]:
    if not rows:
        return {}
    similar = SimilarNames({code: spelling_key(target.name) for code, target in sorted(targets.items())})
    by_squeezed: defaultdict[str, list[str]] = defaultdict(list)
    for code, target in targets.items():
        by_squeezed[unspaced_key(target.name)].append(code)
    candidates = {}
    for key, row in rows.items():
        name = spelling_key(row.name)
        scores = dict(similar.similar(name, at_least=SHOWN_FROM))
        scores |= dict.fromkeys(by_squeezed.get(unspaced_key(row.name), ()), 1.0)
        order = sorted(scores, key=lambda code: (-scores[code], code))[:5]
        candidates[key] = tuple(
            MatchCandidate(
                code,
                targets[code].name,
                round(scores[code], 4),
                _why(row, targets[code], unavailable.get(code)),
            )
            for code in order
        )
    return candidates


def _why(row: Procedure, target: Procedure, taken: str | None) -> str:
    """Return why a resembling name is not a match, for people."""
    row_key, target_key = spelling_key(row.name), spelling_key(target.name)
    reasons: list[str] = []
    if unspaced_key(row.name) != unspaced_key(target.name):
        reasons.append(describe_difference(row_key, target_key))
    ours, theirs = levels_of(row), levels_of(target)
    if ours and theirs and ours.isdisjoint(theirs):
        reasons.append("khác cấp thực hiện")
    if not related_fields(row.field, target.field):
        reasons.append("khác lĩnh vực")
    if taken:
        reasons.append(taken)
    return "; ".join(reasons) or "trùng tên với nhiều mã hoặc nhiều dòng"
