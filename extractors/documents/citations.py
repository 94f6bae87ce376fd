"""Decisions cited in a text, each with its date."""

from __future__ import annotations

import re

from extractors.workbooks.cell_values import dates_in
from procedures.office.documents import AnnexRow, CitedDecision
from procedures.values.decision_numbers import DECISION_NUMBER, decision_numbers
from procedures.values.text import canonical

_DATE_NEAR = 60
"""Characters after a number within which its date begins: "ngày 20 tháng 6 năm 2025"."""
_BEGINS_DATE = re.compile(r"^[\s,]*(?:được )?(?:ký |ban hành )?ngày", re.I)
_ANNEX_ROW = re.compile(
    r"(?:số(?: thứ tự)?|thứ tự|stt|mục số|thủ tục(?: số)?)\s*:?\s*(?P<number>\d{1,4})\b"
    r"(?P<where>.*?(?:phụ lục|danh mục).*)",
    re.I,
)


def decisions_in(text: str) -> tuple[CitedDecision, ...]:
    """Return the decisions (số …/QĐ-…) of a text, each once, in its order."""
    clean = canonical(text)
    matches = list(DECISION_NUMBER.finditer(clean))
    decisions: dict[str, CitedDecision] = {}
    for index, match in enumerate(matches):
        number, end = _number(match, clean)
        following = matches[index + 1].start() if index + 1 < len(matches) else len(clean)
        after = clean[end : min(following, end + _DATE_NEAR)]
        dates = dates_in(after) if _BEGINS_DATE.match(after) else []
        decision = CitedDecision(number, dates[0] if dates else None)
        if number not in decisions or decisions[number].date is None:
            decisions[number] = decision
    return tuple(decisions.values())


def _number(match: re.Match[str], text: str) -> tuple[str, int]:
    """Return the number found and its end, without a word that ran into it ("QĐ-BYTngày")."""
    end = match.end()
    if text[end - 1].islower() and text[end : end + 1].isalpha():
        end -= 1
    return re.sub(r"\s+", "", text[match.start() : end]), end


def is_of_a_ministry(number: str) -> bool:
    """Whether a decision's number is a ministry's (QĐ-BNV), not the province's (QĐ-UBND)."""
    return bool(decision_numbers(number)[0])


def annex_row(text: str) -> AnnexRow | None:
    """Return the row of another annex that a text points to: "Số 12 tại Phụ lục kèm theo Quyết định …"."""
    clean = canonical(text)
    match = _ANNEX_ROW.search(clean)
    if match is None:
        return None
    decisions = decisions_in(match["where"])
    return AnnexRow(match["number"], decisions[0] if len(decisions) == 1 else None, clean)
