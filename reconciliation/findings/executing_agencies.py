"""Executing agencies (cơ quan thực hiện) of two sides, compared by kind and level, never by wording."""

from __future__ import annotations

import re
from collections.abc import Mapping

from procedures.values.agencies import AgencyKind, agency_kind
from procedures.values.text import canonical
from reconciliation.findings.names import key_of

SEPARATOR = re.compile(r"[\n;]+|,\s+(?=[^\W\d_a-zà-ỹđ])")
"""Lines, semicolons, and commas before a capital: "tỉnh, thành phố" is one agency, "Sở …, Cục …" are two."""

NAMED_PLACE = re.compile(r"(?:\b[Tt]ỉnh|\b[Tt]hành phố|\bTP\.?)\s*(?=[A-ZĐ])")
"""An agency of one province by name ("Sở Xây dựng - TP.HCM", "Sở Nội vụ Thành phố Đồng Nai")."""


CENTRAL_WORDS = re.compile(r"^(?:bộ|thủ tướng|chính phủ|cục|vụ|tổng cục)\b|\btrung ương\b|\bban chỉ đạo\b")
LOCAL_WORDS = re.compile(r"\b(?:tỉnh|thành phố|xã|phường|ủy ban nhân dân|sở)\b")


def is_central(text: str | None) -> bool:
    """Return whether only ministries and central bodies are named; False where no agency is."""
    keys = [key_of(part) for part in SEPARATOR.split(text or "") if canonical(part)]
    return bool(keys) and all(CENTRAL_WORDS.search(key) and not LOCAL_WORDS.search(key) for key in keys)


def agencies_disagree(one: str, other: str) -> bool:
    """Return whether kinds differ, or one kind's levels; a level that is not named may be any."""
    left, right = _kinds(one), _kinds(other)
    if not left or not right or left == right:
        return False
    if {each.kind for each in left} != {each.kind for each in right}:
        return True
    return not (_all_matched(left, right) and _all_matched(right, left))


def comparable_agencies(texts: Mapping[str, str]) -> dict[str, str]:
    """Return each role's agencies, without another province's on the national row.

    The national portal shows the agency of whichever province filled a row in; it counts only where it is
    of a kind that another side names.
    """
    national = texts.get("national")
    if national is None or not NAMED_PLACE.search(canonical(national)):
        return dict(texts)
    other_kinds = {kind.kind for role, text in texts.items() if role != "national" for kind in _kinds(text)}
    parts = [
        part
        for part in SEPARATOR.split(national)
        if not NAMED_PLACE.search(canonical(part)) or kind_of(part).kind in other_kinds
    ]
    rest = "; ".join(part for part in parts if canonical(part))
    return {
        role: rest if role == "national" else text
        for role, text in texts.items()
        if role != "national" or rest
    }


def _all_matched(kinds: frozenset[AgencyKind], others: frozenset[AgencyKind]) -> bool:
    return all(
        any(
            one.kind == other.kind and (None in (one.level, other.level) or one.level == other.level)
            for other in others
        )
        for one in kinds
    )


def _kinds(text: str) -> frozenset[AgencyKind]:
    return frozenset(kind_of(part) for part in SEPARATOR.split(text) if canonical(part))


def kind_of(part: str) -> AgencyKind:
    """Return the kind of one agency; "Bảo hiểm xã hội cấp tỉnh" and "Bảo hiểm xã hội tỉnh" are one."""
    found = agency_kind(part)
    return AgencyKind(found.kind.removesuffix(" cấp"), found.level)
