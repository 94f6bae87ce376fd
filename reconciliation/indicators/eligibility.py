"""Full online service: which procedures may have it, which do, why not (decree 224/2026/NĐ-CP, article 14).

Partial service is allowed only with a published reason: presence in person, a check on the spot, a technical
fault not yet put right, another technical matter. Free text of older lists is kept and counted as a reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from procedures.indicators import TOTAL, is_below_full, lacks_reason
from procedures.model import Procedure
from procedures.services import Service
from procedures.values.levels import LEVELS
from procedures.values.text import matching_key
from procedures.wording.words import PARTIAL_REASONS

_REASON_WORDS: Mapping[str, tuple[str, ...]] = {
    "presence": ("hiện diện", "có mặt", "trực tiếp đến"),
    "field_check": ("hiện trường", "thực địa", "thực tế", "thẩm tra", "xác minh"),
    "fault": ("sự cố",),
    "technical": ("kỹ thuật", "hệ thống", "phần mềm"),
}
"""Words by which free text names one of `PARTIAL_REASONS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineCounts:
    """The figures of one executing level, or of all (`total`); None: no row states what is counted.

    `eligible` over `procedures` is the share of what may be offered in full, `done` over `eligible` the rate
    of full service. `not_eligible` are declared so, `undeclared` neither. `below_full` state a level of
    online service under full, and `without_reason` of them, as in `v_kpi`, give no reason.
    `refused_without_reason`: declared not eligible without a reason. `by_reason` counts the reasons of the
    not eligible.
    """

    level: str
    procedures: int
    eligible: int | None
    done: int | None
    not_eligible: int | None
    undeclared: int
    below_full: int | None
    without_reason: int | None
    online_unstated: int
    refused_without_reason: int | None
    by_reason: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility(OnlineCounts):
    """The figures of the whole list, where a procedure at two levels counts once, and of each level.

    What may be offered in full is a share of one level's procedures, never of all. `levelless` name no level.
    `by_division` splits `without_reason`; the empty text is for rows without a division.
    """

    levels: tuple[OnlineCounts, ...]
    levelless: int
    by_division: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A contradiction between the list and the portals about one procedure."""

    code: str
    name: str
    division: str | None
    statement: str


def lawful_reason(text: str | None) -> str | None:
    """Return which of the four a text means; None for free text that names none of them."""
    key = matching_key(text or "")
    if not key:
        return None
    for reason, words in PARTIAL_REASONS.items():
        if key == matching_key(words):
            return reason
    for reason, phrases in _REASON_WORDS.items():
        if any(matching_key(phrase) in key for phrase in phrases):
            return reason
    return None


def eligibility(rows: Iterable[Procedure]) -> Eligibility:
    """Return the figures of the catalogue's rows, by each level that occurs and in total."""
    listed = list(rows)
    levels = [(level, [row for row in listed if level in (row.executing_levels or ())]) for level in LEVELS]
    missing_reasons = Counter(row.division or "" for row in listed if lacks_reason(row))
    return Eligibility(
        **_counts(TOTAL, listed),
        levels=tuple(OnlineCounts(**_counts(level, of_level)) for level, of_level in levels if of_level),
        levelless=sum(not row.executing_levels for row in listed),
        by_division=dict(sorted(missing_reasons.items())),
    )


def _counts(level: str, rows: Sequence[Procedure]) -> dict[str, Any]:
    """Return the fields of `OnlineCounts`."""
    eligible = [row for row in rows if row.eligible_full_online is True]
    refused = [row for row in rows if row.eligible_full_online is False]
    reasons = Counter(lawful_reason(row.online_reason) or "other" for row in refused if row.online_reason)
    declared = bool(eligible or refused)
    done = _count_stated(eligible, lambda row: row.online_level == "full") if eligible else 0
    return {
        "level": level,
        "procedures": len(rows),
        "eligible": len(eligible) if declared else None,
        "done": done if declared else None,
        "not_eligible": len(refused) if declared else None,
        "undeclared": len(rows) - len(eligible) - len(refused),
        "below_full": _count_stated(rows, is_below_full),
        "without_reason": _count_stated(rows, lacks_reason),
        "online_unstated": sum(row.online_level is None for row in rows),
        "refused_without_reason": sum(not row.online_reason for row in refused) if declared else None,
        "by_reason": dict(sorted(reasons.items())),
    }


def _count_stated(rows: Sequence[Procedure], counts: Callable[[Procedure], bool]) -> int | None:
    """Return how many rows count; None where none of them states its level of online service."""
    return sum(map(counts, rows)) if any(row.online_level is not None for row in rows) else None


def find_contradictions(
    rows: Iterable[Procedure], national: Mapping[str, Procedure], services: Sequence[Service]
) -> tuple[Contradiction, ...]:
    """Return contradictions with the national record and with our agencies' services there."""
    offered: dict[str, set[str]] = {}
    for service in services:
        offered.setdefault(service.code, set()).add(service.level)
    found = []
    for row in rows:
        if row.code is None:
            continue
        record = national.get(row.code)
        levels = offered.get(row.code, set())
        for says in _doubts(row, record, levels):
            found.append(Contradiction(code=row.code, name=row.name, division=row.division, statement=says))
    return tuple(sorted(found, key=lambda doubt: (doubt.code, doubt.statement)))


def _doubts(row: Procedure, record: Procedure | None, offered: set[str]) -> Iterable[str]:
    if row.eligible_full_online is False:
        if record is not None and record.online_level == "full":
            yield "Danh mục: chưa đủ điều kiện; Cổng DVC quốc gia: toàn trình"
        if "full" in offered:
            yield "Danh mục: chưa đủ điều kiện; đơn vị đã có dịch vụ toàn trình trên Cổng DVC quốc gia"
    if row.eligible_full_online is True:
        if row.online_level == "full" and offered and "full" not in offered:
            yield "Danh mục: đã toàn trình; dịch vụ của đơn vị trên Cổng DVC quốc gia ở mức thấp hơn"
        if record is not None and record.online_level == "partial":
            yield "Danh mục: đủ điều kiện toàn trình; Cổng DVC quốc gia: một phần"
