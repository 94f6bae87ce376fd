"""Values of the ledger's history in words: stages, days, states, and what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from procedures.office.stages import STAGE_WORDS
from procedures.wording.readable_values import value_in_words
from procedures.wording.words import DECISION_ROLES, DOCUMENT_STATES, PART_KINDS, day_text

_WORDS: Mapping[str, Mapping[str, str]] = {
    "stage": STAGE_WORDS,
    "role": DECISION_ROLES,
    "state": DOCUMENT_STATES,
    "kind": PART_KINDS,
}
"""By attribute of an event: its values in words."""


def event_value(text: str | None, attribute: str) -> str:
    """Return what an attribute was, or became, by an event: "(trống)" where there is nothing."""
    if not text:
        return "(trống)"
    if text in _WORDS.get(attribute, {}):
        return _WORDS[attribute][text]
    try:
        return day_text(date.fromisoformat(text))
    except ValueError:
        return value_in_words(attribute, text)
