"""Full online service: who may offer it, who does, and why not (decree 224/2026/NĐ-CP, article 14).

Partial service is allowed only with a published reason: presence in person, a check on the spot, a technical
fault not yet put right, another technical matter. Free text of older lists is kept and counted as a reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from procedures.model import Procedure
from procedures.text import matching_key
from procedures.words import PARTIAL_REASONS
from reconciliation.rules import Service

_SIGNS: Mapping[str, tuple[str, ...]] = {
    "presence": ("hiện diện", "có mặt", "trực tiếp đến"),
    "field_check": ("hiện trường", "thực địa", "thực tế", "thẩm tra", "xác minh"),
    "fault": ("sự cố",),
    "technical": ("kỹ thuật", "hệ thống", "phần mềm"),
}
"""Words by which free text names one of `PARTIAL_REASONS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """The figures. `eligible` is the denominator of the rate of full service, `done` its numerator.

    `not_eligible` are those declared so; `undeclared` say neither. `without_reason` of the not eligible, by
    division; the empty text stands for rows without a division.
    """

    procedures: int
    eligible: int
    done: int
    not_eligible: int
    undeclared: int
    without_reason: Mapping[str, int]
    by_reason: Mapping[str, int]

    @property
    def blanks(self) -> int:
        """Not eligible, and nobody says why."""
        return sum(self.without_reason.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Where the list's word on one procedure and what the portals show do not go together."""

    code: str
    name: str
    division: str | None
    says: str


def lawful_reason(text: str | None) -> str | None:
    """Which of the four a text means; None for free text that names none of them."""
    key = matching_key(text or "")
    if not key:
        return None
    for reason, words in PARTIAL_REASONS.items():
        if key == matching_key(words):
            return reason
    for reason, signs in _SIGNS.items():
        if any(matching_key(sign) in key for sign in signs):
            return reason
    return None


def eligibility(rows: Iterable[Procedure]) -> Eligibility:
    """The figures of the catalogue's rows; a procedure at two levels counts once."""
    listed = list(rows)
    refused = [row for row in listed if row.eligible_full_online is False]
    reasons = Counter(lawful_reason(row.online_reason) or "other" for row in refused if row.online_reason)
    return Eligibility(
        procedures=len(listed),
        eligible=sum(row.eligible_full_online is True for row in listed),
        done=sum(row.eligible_full_online is True and row.online_level == "full" for row in listed),
        not_eligible=len(refused),
        undeclared=sum(row.eligible_full_online is None for row in listed),
        without_reason=dict(
            sorted(Counter(row.division or "" for row in refused if not row.online_reason).items())
        ),
        by_reason=dict(sorted(reasons.items())),
    )


def doubts(
    rows: Iterable[Procedure], national: Mapping[str, Procedure], services: Sequence[Service]
) -> tuple[Doubt, ...]:
    """Disagreements with the national record and with the services that our agencies offer there."""
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
            found.append(Doubt(code=row.code, name=row.name, division=row.division, says=says))
    return tuple(sorted(found, key=lambda doubt: (doubt.code, doubt.says)))


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
