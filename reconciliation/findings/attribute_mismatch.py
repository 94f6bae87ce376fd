"""Where sides that both speak of an attribute disagree on it: one finding an attribute.

Decree 63/2010/NĐ-CP, article 8, names the attributes; article 26 asks that the national database and the
province's posting be the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from procedures.attributes import RAW_TEXTS
from procedures.findings import Finding, FindingKind
from procedures.model import value_text
from reconciliation.findings.departures import Departure
from reconciliation.findings.executing_agencies import spoken_of
from reconciliation.findings.sides import Entry, Sides
from reconciliation.findings.times import Verdict, judge
from reconciliation.findings.values import DISAGREE


def attribute_mismatch(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """The sides disagree on an attribute that has no kind of its own."""
    for code, entries in sides.shared():
        if code in departed:
            continue
        for attribute, disagree in DISAGREE.items():
            said = _said(entries, attribute)
            if _any_pair(said, disagree):
                yield _mismatch(sides, code, entries, attribute, said)
        yield from _decision_date(sides, code, entries)


def processing_time(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """`slower_than_national` when the catalogue's time is longer; else a mismatch of times.

    A local time shorter than the national one is a cut. Units that differ (days and working days), a
    provincial time longer than the national one, and a provincial time that is not the catalogue's are
    mismatches of `processing_time`.
    """
    for code, entries in sides.shared():
        said = _said(entries, "processing_time")
        if code in departed or len(said) < 2:
            continue
        verdicts = {
            (local, reference): judge(said[local], said[reference])
            for local, reference in (
                ("catalogue", "national"),
                ("provincial", "national"),
                ("provincial", "catalogue"),
            )
            if local in said and reference in said
        }
        if verdicts.get(("catalogue", "national")) is Verdict.LONGER:
            there = {role: entries[role] for role in said}
            yield sides.finding(
                FindingKind.SLOWER_THAN_NATIONAL,
                code,
                there,
                sources={entry.source for entry in there.values()},
                attribute="processing_time",
                values=_shown(there, "processing_time"),
            )
        elif _times_clash(verdicts):
            yield _mismatch(sides, code, entries, "processing_time", said)


def _times_clash(verdicts: Mapping[tuple[str, str], Verdict]) -> bool:
    for (_, reference), verdict in verdicts.items():
        if verdict in (Verdict.LONGER, Verdict.OTHER_UNIT):
            return True
        if reference == "catalogue" and verdict is Verdict.SHORTER:
            return True
    return False


def _decision_date(sides: Sides, code: str, entries: Mapping[str, Entry]) -> Iterator[Finding]:
    """A date of its own only where the numbers do not already disagree: one difference, one finding."""
    said = _said(entries, "decision_date")
    numbers = {
        role: said_number for role, said_number in _said(entries, "decision_number").items() if role in said
    }
    if _any_pair(numbers, DISAGREE["decision_number"]):
        return
    if _any_pair(said, lambda one, other: one != other):
        yield _mismatch(sides, code, entries, "decision_date", said)


def _said(entries: Mapping[str, Entry], attribute: str) -> dict[str, Any]:
    values = {role: getattr(entry.procedure, attribute) for role, entry in entries.items()}
    said = {role: value for role, value in values.items() if value not in (None, "", (), frozenset())}
    return spoken_of(said) if attribute == "agency" else said


def _any_pair(said: Mapping[str, Any], disagree: Any) -> bool:
    if len(said) < 2:
        return False
    return any(one is not other and disagree(one, other) for one, other in combinations(said.values(), 2))


def _shown(entries: Mapping[str, Entry], attribute: str) -> dict[str, str | None]:
    return {role: value_text(getattr(entry.procedure, attribute)) for role, entry in entries.items()}


def _mismatch(
    sides: Sides, code: str, entries: Mapping[str, Entry], attribute: str, said: Mapping[str, Any]
) -> Finding:
    there = {role: entries[role] for role in said}
    raw = {}
    if attribute in RAW_TEXTS:
        raw = {role: entry.procedure.raw_text(attribute) for role, entry in there.items()}
    return sides.finding(
        FindingKind.ATTRIBUTE_MISMATCH,
        code,
        there,
        sources={entry.source for entry in there.values()},
        attribute=attribute,
        values=_shown(there, attribute),
        evidence={"raw": raw} if raw else None,
    )
