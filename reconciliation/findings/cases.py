"""Cases: findings of one cause, which people give out, decide and close as one.

A case is a key that its findings share; it has no state of its own. The key says what the cause is and never
depends on an id, a time, a wording that is retyped, or on which other findings share it, so that it stays
while members come and go; only what many findings show together (a column misread, a name changed everywhere)
is told by their number.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from procedures.finding_kinds import VALUE_KINDS
from procedures.findings import NOT_BINDING, Finding, FindingKind
from procedures.office.decision_lines import DecisionLine
from reconciliation.findings.level_mismatch import RANK
from reconciliation.findings.names import key_of
from reconciliation.findings.sides import ROLES, Sides
from reconciliation.findings.times import TimeVerdict, compare_times
from reconciliation.findings.value_comparison import DISAGREE

MANY, SHARE = 10, 0.2
"""So many findings, and such a share of what was compared, show that one side's column was misread."""

RETYPED_NAMES = frozenset({"field", "agency"})
"""Attributes whose value many procedures share: the same difference found twice is one correction."""

LONGEST_PART = 60
"""Characters of a part of a key; a longer one is told by its digest."""

_ONLINE = frozenset(
    {FindingKind.ONLINE_LEVEL_MISMATCH, FindingKind.ONLINE_OPPORTUNITY, FindingKind.SERVICE_NOT_POSTED}
)
_CODES = frozenset({FindingKind.INVALID_CODE, FindingKind.MISSING_CODE, FindingKind.DUPLICATE_CODE})
_STILL_LISTED = frozenset({FindingKind.REPEALED_STILL_LISTED, FindingKind.REPLACED_STILL_LISTED})

Cause = Callable[[Finding], str | None]


def with_cases(findings: Sequence[Finding], sides: Sides, lines: Iterable[DecisionLine]) -> list[Finding]:
    """Return the findings, each with the case of the first cause that fits; `lines`: the ledger's.

    A finding that no cause fits has no case: it is a job by itself.
    """
    suspects = {id(finding): differing_roles(finding, sides) for finding in findings}

    def deviating(finding: Finding) -> frozenset[str]:
        return suspects[id(finding)]

    causes: tuple[Cause, ...] = (
        _by_decision(lines, deviating),
        _by_lacking_parts(sides),
        _by_baseline(sides),
        _by_division,
        _by_renaming(findings),
        _by_column(findings, sides, deviating),
        _by_absence(findings, sides),
        _by_online_level,
        _by_codes(sides),
        _by_portal(sides, deviating),
    )
    return [
        replace(finding, case=next((case for cause in causes if (case := cause(finding))), None))
        for finding in findings
    ]


def differing_roles(finding: Finding, sides: Sides) -> frozenset[str]:
    """Return the side that alone differs from the others, which agree; both where only two state a value.

    Empty where all three differ, and for a finding that compares no values.
    """
    if finding.kind not in VALUE_KINDS or finding.attribute is None or finding.code is None:
        return frozenset()
    entries = {role: sides.entry(role, finding.code) for role in ROLES if _value(finding, role) is not None}
    values = {role: getattr(entry.procedure, finding.attribute) for role, entry in entries.items() if entry}
    if len(values) < 3:
        return frozenset(values) if len(values) == 2 else frozenset()
    for role in ROLES:
        one, other = (values[each] for each in ROLES if each != role)
        if not _disagree(sides, finding.attribute, one, other):
            return frozenset({role})
    return frozenset()


def _disagree(sides: Sides, attribute: str, one: Any, other: Any) -> bool:
    if attribute in DISAGREE:
        return DISAGREE[attribute](one, other)
    if attribute == "processing_time":
        return compare_times(one, other) not in (TimeVerdict.EQUAL, TimeVerdict.UNKNOWN)
    if attribute == "executing_levels":
        return sides.rules.restricted(one) != sides.rules.restricted(other)
    if attribute == "online_level":
        return RANK.get(one) != RANK.get(other)
    return bool(one != other)


def _by_decision(lines: Iterable[DecisionLine], deviating: Callable[[Finding], frozenset[str]]) -> Cause:
    """One ministry decision: what it made new or ended, its deadline, values that do not follow it yet."""
    waiting = {
        code: line.decision_number
        for line in lines
        if line.counts and line.state != "announced"
        for code in line.waiting
    }

    def cause(finding: Finding) -> str | None:
        if finding.kind is FindingKind.ANNOUNCEMENT_OVERDUE:
            number: str | None = finding.subject
        elif finding.kind is FindingKind.NEW_FROM_MINISTRY or finding.kind in _STILL_LISTED:
            number = finding.evidence.get("decision_number")
        elif {"catalogue", "national"} <= _stating(finding) and deviating(finding) != {"provincial"}:
            number = waiting.get(finding.code or "") if finding.kind in VALUE_KINDS else None
        else:
            number = None
        return f"decision:{_decision(number)}" if number else None

    return cause


def _by_lacking_parts(sides: Sides) -> Cause:
    """The same parts lacking in several records of one agency: one letter to it."""

    def cause(finding: Finding) -> str | None:
        if finding.kind is not FindingKind.INCOMPLETE_RECORD:
            return None
        parts = "+".join(re.findall(r"\w+", finding.national_value or ""))
        return f"incomplete:{_publisher(finding, sides)}:{_bounded(parts)}"

    return cause


def _by_baseline(sides: Sides) -> Cause:
    """What an agency had published before the first night, without a decision that is known."""

    def cause(finding: Finding) -> str | None:
        if finding.kind is not FindingKind.NEW_FROM_MINISTRY or NOT_BINDING not in finding.evidence:
            return None
        return f"baseline:{_publisher(finding, sides)}"

    return cause


def _by_division(finding: Finding) -> str | None:
    """Reasons that one division has to give: one sheet to fill in."""
    if finding.kind is not FindingKind.PARTIAL_WITHOUT_REASON:
        return None
    return f"reasons:{_bounded(key_of(finding.division or ''))}"


def _by_absence(findings: Iterable[Finding], sides: Sides) -> Cause:
    """A row that no portal has; else one request to the province's portal for all that it lacks."""
    unknown = {each.code for each in findings if each.kind is FindingKind.NOT_ON_NATIONAL_PORTAL}

    def cause(finding: Finding) -> str | None:
        if finding.kind is FindingKind.NOT_ON_NATIONAL_PORTAL:
            return f"absent:{_bounded(finding.code or '')}"
        if finding.kind is not FindingKind.NOT_ON_PROVINCIAL_PORTAL:
            return None
        if finding.code in unknown:
            return f"absent:{_bounded(finding.code or '')}"
        return f"unpublished:{_bounded('+'.join(sorted(sides.sources('provincial'))))}"

    return cause


def _by_online_level(finding: Finding) -> str | None:
    """The online level of one procedure, whichever side says what."""
    return f"online:{_bounded(finding.code)}" if finding.kind in _ONLINE and finding.code else None


def _by_renaming(findings: Iterable[Finding]) -> Cause:
    """The very same difference of a name that many procedures share: one agency, or one field, renamed."""
    counts = Counter(_renaming(finding) for finding in findings)

    def cause(finding: Finding) -> str | None:
        renaming = _renaming(finding)
        return renaming if renaming and counts[renaming] > 1 else None

    return cause


def _renaming(finding: Finding) -> str | None:
    if finding.kind not in VALUE_KINDS or finding.attribute not in RETYPED_NAMES:
        return None
    return f"renamed:{finding.attribute}:{_digest(*(key_of(_value(finding, role) or '') for role in ROLES))}"


def _by_column(
    findings: Iterable[Finding], sides: Sides, deviating: Callable[[Finding], frozenset[str]]
) -> Cause:
    """One column of one side that differs in a large share of the procedures compared: read wrongly."""
    by_attribute: defaultdict[str, list[Finding]] = defaultdict(list)
    without_code = 0
    for finding in findings:
        if finding.kind in VALUE_KINDS and finding.attribute:
            by_attribute[finding.attribute].append(finding)
        without_code += _lacks_code(finding)
    misread = {
        attribute: role
        for attribute, concerned in by_attribute.items()
        if len(concerned) >= MANY and (role := _misread_side(attribute, concerned, sides, deviating))
    }
    rows = len(sides.catalogue.entries) + len(sides.catalogue.codeless) if sides.catalogue else 0
    codes_misread = without_code >= max(MANY, SHARE * rows)

    def cause(finding: Finding) -> str | None:
        if codes_misread and _lacks_code(finding):
            return "column:catalogue:code"
        role = misread.get(finding.attribute or "") if finding.kind in VALUE_KINDS else None
        return f"column:{role}:{finding.attribute}" if role in deviating(finding) else None

    return cause


def _misread_side(
    attribute: str,
    concerned: Sequence[Finding],
    sides: Sides,
    deviating: Callable[[Finding], frozenset[str]],
) -> str | None:
    """Return the side that differs most often, if it does so in a large share; the catalogue of two alike."""
    differs = Counter(role for finding in concerned for role in deviating(finding))
    compared: Counter[str] = Counter()
    for entries in sides.shared.values():
        stating = [
            role
            for role, entry in entries.items()
            if getattr(entry.procedure, attribute) not in (None, "", (), frozenset())
        ]
        if len(stating) > 1:
            compared.update(stating)
    role = max(ROLES, key=lambda each: differs[each])
    return role if differs[role] >= max(MANY, SHARE * compared[role]) else None


def _by_codes(sides: Sides) -> Cause:
    """Codes that one division has to correct in the list, or the province's portal in its rows."""

    def cause(finding: Finding) -> str | None:
        if finding.kind not in _CODES:
            return None
        if finding.evidence.get("side") == "provincial":
            return f"portal:{_bounded('+'.join(sorted(sides.sources('provincial'))))}:code"
        return f"codes:{_bounded(key_of(finding.division or ''))}"

    return cause


def _by_portal(sides: Sides, deviating: Callable[[Finding], frozenset[str]]) -> Cause:
    """What the province's portal alone states otherwise: one request to its keepers an attribute."""

    def cause(finding: Finding) -> str | None:
        entry = sides.entry("provincial", finding.code or "")
        if entry is None or deviating(finding) != {"provincial"}:
            return None
        return f"portal:{_bounded(entry.source)}:{finding.attribute}"

    return cause


def _lacks_code(finding: Finding) -> bool:
    if finding.kind is FindingKind.MISSING_CODE:
        return finding.evidence.get("side") != "provincial"
    return finding.kind is FindingKind.INVALID_CODE


def _publisher(finding: Finding, sides: Sides) -> str:
    """Return the promulgating agency by its code, else by its name."""
    entry = sides.entry("national", finding.code or finding.subject)
    if entry is None:
        return ""
    row = entry.procedure
    return _bounded(row.promulgating_agency_code or key_of(row.promulgating_agency or ""))


def _decision(number: str) -> str:
    """Return a decision's number however it is spaced and written in capitals."""
    return _bounded(re.sub(r"\s+", "", number).upper())


def _stating(finding: Finding) -> set[str]:
    return {role for role in ROLES if _value(finding, role) is not None}


def _value(finding: Finding, role: str) -> str | None:
    value: str | None = getattr(finding, f"{role}_value")
    return value


def _bounded(text: str) -> str:
    """Return a part of a key: itself, or its digest where it is too long to be read."""
    return text if len(text) <= LONGEST_PART else _digest(text)


def _digest(*texts: str) -> str:
    return hashlib.blake2b("\x1f".join(texts).encode(), digest_size=6).hexdigest()
