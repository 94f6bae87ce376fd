"""Attributes on which sides that both state them disagree: one finding for each.

Decree 63/2010/NĐ-CP, article 8, names the attributes; article 26 asks that the national database and the
province's posting be the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from procedures.attributes import RAW_ATTRIBUTES
from procedures.findings import Finding, FindingKind
from procedures.model import value_text
from reconciliation.findings.departures import Departure
from reconciliation.findings.executing_agencies import comparable_agencies
from reconciliation.findings.sides import SideEntry, Sides
from reconciliation.findings.times import TimeVerdict, compare_times
from reconciliation.findings.value_comparison import DISAGREE


def attribute_mismatch(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield a finding where sides disagree on an attribute that has no kind of its own."""
    for code, differing in sides.differing.items():
        if code in departed:
            continue
        entries = sides.shared[code]
        for attribute in differing:
            if attribute in DISAGREE:
                values = _stated(entries, attribute)
                if _any_pair(values, DISAGREE[attribute]):
                    yield _mismatch(sides, code, entries, attribute, values)
            elif attribute == "decision_date":
                yield from _decision_date(sides, code, entries)


def processing_time(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield `slower_than_national` when the catalogue's time is longer, else a mismatch of times.

    A local time shorter than the national one is a cut. Units that differ (days and working days), a
    provincial time longer than the national one, and a provincial time that is not the catalogue's are
    mismatches of `processing_time`.
    """
    for code, differing in sides.differing.items():
        if code in departed or "processing_time" not in differing:
            continue
        entries = sides.shared[code]
        times = _stated(entries, "processing_time")
        verdicts = {
            (local, reference): compare_times(times[local], times[reference])
            for local, reference in (
                ("catalogue", "national"),
                ("provincial", "national"),
                ("provincial", "catalogue"),
            )
            if local in times and reference in times
        }
        if verdicts.get(("catalogue", "national")) is TimeVerdict.LONGER:
            stating = {role: entries[role] for role in times}
            yield sides.finding(
                FindingKind.SLOWER_THAN_NATIONAL,
                code,
                stating,
                sources={entry.source for entry in stating.values()},
                attribute="processing_time",
                values=_value_texts(stating, "processing_time"),
            )
        elif _times_disagree(verdicts):
            yield _mismatch(sides, code, entries, "processing_time", times)


def _times_disagree(verdicts: Mapping[tuple[str, str], TimeVerdict]) -> bool:
    for (_, reference), verdict in verdicts.items():
        if verdict in (TimeVerdict.LONGER, TimeVerdict.OTHER_UNIT):
            return True
        if reference == "catalogue" and verdict is TimeVerdict.SHORTER:
            return True
    return False


def _decision_date(sides: Sides, code: str, entries: Mapping[str, SideEntry]) -> Iterator[Finding]:
    """Yield a mismatch of dates only where the numbers agree: one difference makes one finding."""
    dates = _stated(entries, "decision_date")
    numbers = {role: number for role, number in _stated(entries, "decision_number").items() if role in dates}
    if _any_pair(numbers, DISAGREE["decision_number"]):
        return
    if _any_pair(dates, lambda one, other: one != other):
        yield _mismatch(sides, code, entries, "decision_date", dates)


def _stated(entries: Mapping[str, SideEntry], attribute: str) -> dict[str, Any]:
    values = {role: getattr(entry.procedure, attribute) for role, entry in entries.items()}
    stated = {role: value for role, value in values.items() if value not in (None, "", (), frozenset())}
    return comparable_agencies(stated) if attribute == "agency" else stated


def _any_pair(values: Mapping[str, Any], disagree: Any) -> bool:
    return any(one != other and disagree(one, other) for one, other in combinations(values.values(), 2))


def _value_texts(entries: Mapping[str, SideEntry], attribute: str) -> dict[str, str | None]:
    return {role: value_text(getattr(entry.procedure, attribute)) for role, entry in entries.items()}


def _mismatch(
    sides: Sides, code: str, entries: Mapping[str, SideEntry], attribute: str, values: Mapping[str, Any]
) -> Finding:
    stating = {role: entries[role] for role in values}
    raw = {}
    if attribute in RAW_ATTRIBUTES:
        raw = {role: entry.procedure.raw_text(attribute) for role, entry in stating.items()}
    return sides.finding(
        FindingKind.ATTRIBUTE_MISMATCH,
        code,
        stating,
        sources={entry.source for entry in stating.values()},
        attribute=attribute,
        values=_value_texts(stating, attribute),
        evidence={"raw": raw} if raw else None,
    )
