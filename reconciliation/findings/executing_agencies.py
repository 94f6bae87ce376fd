"""Executing agencies (cơ quan thực hiện) of two sides: by kind and level, never by wording."""

from __future__ import annotations

import re
from collections.abc import Mapping

from procedures.agencies import AgencyKind, agency_kind
from procedures.text import canonical
from reconciliation.findings.names import key_of

SEPARATOR = re.compile(r"[\n;]+|,\s+(?=[^\W\d_a-zà-ỹđ])")
"""Lines, semicolons, and commas before a capital: "tỉnh, thành phố" is one agency, "Sở …, Cục …" are two."""

OF_A_PLACE = re.compile(r"(?:\b[Tt]ỉnh|\b[Tt]hành phố|\bTP\.?)\s*(?=[A-ZĐ])")
"""An agency of one province by name ("Sở Xây dựng - TP.HCM", "Sở Nội vụ Thành phố Đồng Nai")."""


CENTRAL = re.compile(r"^(?:bộ|thủ tướng|chính phủ|cục|vụ|tổng cục)\b|\btrung ương\b|\bban chỉ đạo\b")
LOCAL = re.compile(r"\b(?:tỉnh|thành phố|xã|phường|ủy ban nhân dân|sở)\b")


def of_the_centre(text: str | None) -> bool:
    """Whether only ministries and central bodies are named; of an agency that is not told, it is not."""
    keys = [key_of(part) for part in SEPARATOR.split(text or "") if canonical(part)]
    return bool(keys) and all(CENTRAL.search(key) and not LOCAL.search(key) for key in keys)


def agencies_disagree(one: str, other: str) -> bool:
    """Other kinds of agencies, or one kind at another level; a level that is not told may be any."""
    left, right = _kinds(one), _kinds(other)
    if not left or not right or left == right:
        return False
    if {each.kind for each in left} != {each.kind for each in right}:
        return True
    return not (_covered(left, right) and _covered(right, left))


def spoken_of(said: Mapping[str, str]) -> dict[str, str]:
    """What each role says, without another province's agencies on the national row.

    The national portal shows whichever province filled a row in; that says nothing of ours, unless it is
    the same kind of agency that another side names.
    """
    national = said.get("national")
    if national is None or not OF_A_PLACE.search(canonical(national)):
        return dict(said)
    ours = {kind.kind for role, text in said.items() if role != "national" for kind in _kinds(text)}
    kept = [
        part
        for part in SEPARATOR.split(national)
        if not OF_A_PLACE.search(canonical(part)) or kind_of(part).kind in ours
    ]
    rest = "; ".join(part for part in kept if canonical(part))
    return {
        role: rest if role == "national" else text
        for role, text in said.items()
        if role != "national" or rest
    }


def _covered(these: frozenset[AgencyKind], those: frozenset[AgencyKind]) -> bool:
    return all(
        any(
            one.kind == other.kind and (None in (one.level, other.level) or one.level == other.level)
            for other in those
        )
        for one in these
    )


def _kinds(text: str) -> frozenset[AgencyKind]:
    return frozenset(kind_of(part) for part in SEPARATOR.split(text) if canonical(part))


def kind_of(part: str) -> AgencyKind:
    """The kind of one agency; "Bảo hiểm xã hội cấp tỉnh" and "Bảo hiểm xã hội tỉnh" are one."""
    found = agency_kind(part)
    return AgencyKind(found.kind.removesuffix(" cấp"), found.level)
