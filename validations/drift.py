"""Drift of a source's answers since its last complete night, field by field.

Two certificates are compared, so it needs no library and no batch. Drift never closes a gate: a missing field
that the reader needs ends the source in the reader; the others are flags that name the field on the first
night, with an example.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from procedures.findings import Severity
from procedures.snapshot import Certificate
from validations.gate import ExpectationOutcome
from validations.runner import EXAMPLES, json_value

SUITE: Final = "drift"

Kind = Literal["field_renamed", "field_missing", "field_new", "field_retyped"]

SEVERITIES: Final[Mapping[Kind, Severity]] = {
    "field_renamed": Severity.MEDIUM,
    "field_missing": Severity.MEDIUM,
    "field_retyped": Severity.MEDIUM,
    "field_new": Severity.LOW,
}

LEAST_RECORDS: Final = 4
"""Fewer records than this are not enough to call a field missing."""

COMMON: Final = 0.5
"""Share of last time's records that must have had a field before it is reported as gone."""

BY_CHANCE: Final = 1e-6
"""A field is called gone when the probability that all these records lack it by chance is below this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One field that moved. `example` is its value now, of a missing field its earlier value."""

    kind: Kind
    path: str
    example: str

    @property
    def as_example(self) -> Mapping[str, str]:
        """The field as an example of an outcome."""
        return {"key": self.path, "value": str(json_value(self.example))}


def check_drift(now: Certificate, before: Certificate | None) -> tuple[ExpectationOutcome, ...]:
    """Return the outcomes of the suite; none before there is a complete night to compare with."""
    if before is None or not before.fields or not now.fields:
        return ()
    drifts = drift(now, before)
    return tuple(
        ExpectationOutcome(
            suite=SUITE,
            expectation=kind,
            severity=severity,
            success=not (moved := [each for each in drifts if each.kind == kind]),
            observed={
                "rows": len(now.fields),
                "unexpected": len(moved),
                "examples": [each.as_example for each in moved[:EXAMPLES]],
            },
            failing_keys=tuple(each.path for each in moved),
        )
        for kind, severity in SEVERITIES.items()
    )


def drift(now: Certificate, before: Certificate) -> tuple[Drift, ...]:
    """Return every field that is renamed, missing, retyped or new, by path."""
    gone = list(_outermost(path for path in before.fields if _is_gone(path, now, before)))
    new_paths = [path for path in now.fields if path not in before.fields and _is_new(path, now, before)]
    renamed = {old: new for old in gone if (new := _new_name(old, new_paths, now, before)) is not None}
    drifts = [
        Drift(kind="field_renamed", path=f"{old} → {new}", example=_example(new, now))
        for old, new in renamed.items()
    ]
    drifts += [
        Drift(kind="field_missing", path=path, example=_example(path, before))
        for path in gone
        if path not in renamed
    ]
    drifts += [
        Drift(kind="field_new", path=path, example=_example(path, now))
        for path in _outermost(new_paths)
        if not any(path == new or path.startswith((f"{new}.", f"{new}[")) for new in renamed.values())
    ]
    drifts += [
        Drift(
            kind="field_retyped",
            path=f"{path} ({', '.join(sorted(before.fields[path]))} → {', '.join(new_types)})",
            example=now.examples.get(f"{path}:{new_types[0]}", ""),
        )
        for path, kinds in now.fields.items()
        if path in before.fields and (new_types := sorted(set(kinds) - set(before.fields[path])))
    ]
    return tuple(sorted(drifts, key=lambda each: each.path))


def _is_gone(path: str, now: Certificate, before: Certificate) -> bool:
    """Whether too many records lack the field for chance, given the share that had it before."""
    root = _root(path)
    records, last = _count(root, now), _count(root, before)
    if path == root or path in now.fields or records < LEAST_RECORDS or not last:
        return False
    share = min(_count(path, before) / last, 1.0)
    if share < COMMON:
        return False
    return share == 1.0 or records * math.log(1 - share) < math.log(BY_CHANCE)


def _is_new(path: str, now: Certificate, before: Certificate) -> bool:
    """Whether no parser knows the field, or it is a list's, where parsers only pick what they need."""
    name = path.partition(".")[2]
    if _was_only_empty(path, before):
        return False
    if _root(path) == "list":
        return True
    return (path in now.leftovers and path not in before.leftovers) or (
        name in now.leftovers and name not in before.leftovers
    )


def _was_only_empty(path: str, before: Certificate) -> bool:
    """Whether the path lies in a list that was empty in every record before, which is not drift."""
    brackets = [at for at in range(len(path)) if path.startswith("[]", at)]
    return any(path[:at] in before.fields and path[: at + 2] not in before.fields for at in brackets)


def _new_name(old: str, new_paths: Sequence[str], now: Certificate, before: Certificate) -> str | None:
    """Return the new sibling of `old`, of one of its types, with the most similar path."""
    siblings = [
        path
        for path in new_paths
        if _parent(path) == _parent(old) and set(now.fields[path]) & set(before.fields[old])
    ]
    return max(siblings, key=lambda path: (_likeness(path, old), path), default=None)


def _likeness(path: str, old: str) -> float:
    return difflib.SequenceMatcher(None, path.casefold(), old.casefold()).ratio()


def _outermost(paths: Iterable[str]) -> Iterable[str]:
    """Return the paths without those inside another of them."""
    outermost: list[str] = []
    for path in sorted(paths):
        if not any(path.startswith((f"{each}.", f"{each}[")) for each in outermost):
            outermost.append(path)
    return outermost


def _count(path: str, certificate: Certificate) -> int:
    return max(certificate.fields.get(path, {}).values(), default=0)


def _root(path: str) -> str:
    return path.partition(".")[0]


def _parent(path: str) -> str:
    """Return a path's parent; a page's label may contain dots and belongs to the page itself."""
    return "trang" if path.startswith("trang.") else path.rpartition(".")[0]


def _example(path: str, certificate: Certificate) -> str:
    for kind in certificate.fields.get(path, {}):
        if example := certificate.examples.get(f"{path}:{kind}"):
            return example
    within = (
        value for key, value in certificate.examples.items() if key.startswith((f"{path}.", f"{path}["))
    )
    return next(within, "")
