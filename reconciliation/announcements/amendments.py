"""Amendments: what a ministry's decision changed of a procedure, and whether a list has followed it.

The national portal does not say which change belongs to which decision: what changed while a record named
the decision counts as the decision's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from procedures.attributes import ATTRIBUTES
from procedures.changes import RecordedChange
from procedures.model import attribute_value
from reconciliation.announcements.deadlines import decision_key
from reconciliation.findings.times import TimeVerdict, compare_times
from reconciliation.findings.value_comparison import DISAGREE

ABOUT_THE_DECISION = frozenset({"decision_number", "decision_date", "state"})
"""Attributes that every announcement changes: no part of the procedure."""


LIST_SHOWS = frozenset({each.name for each in ATTRIBUTES if each.mismatch} | {"province_decision_number"})
"""Attributes of a department's list that may show that it follows a decision."""


def changes_made_by(
    number: str, signed_on: date | None, changes: Sequence[RecordedChange]
) -> list[RecordedChange]:
    """Return of a procedure's changes, the oldest first, those made by the decision of this number.

    From the night on which the record took the number until it took another one; where it never took
    it, all that changed since the decision was signed.
    """
    key = decision_key(number)
    adopted = [row.run_id for row in changes if row.attribute == "decision_number" and _is(row.new, key)]
    since = [
        row
        for row in changes
        if (row.run_id >= max(adopted) if adopted else signed_on is None or row.day >= signed_on)
    ]
    later = [
        row.run_id
        for row in since
        if row.attribute == "decision_number"
        and not _is(row.new, key)
        and row.run_id > max(adopted, default=0)
    ]
    return [row for row in since if not later or row.run_id < min(later)]


def has_followed(made: Sequence[RecordedChange], of_the_list: Sequence[RecordedChange], since: date) -> bool:
    """Return whether a value of the list changed, on that day or later, to one that the decision `made`."""
    new = {row.attribute: attribute_value(row.attribute, row.new) for row in made}
    return any(
        row.day >= since and row.attribute in new and _became(row.attribute, row, new[row.attribute])
        for row in of_the_list
    )


def _became(attribute: str, change: RecordedChange, new: Any) -> bool:
    """Return whether the list had another value before, and has the new one now."""
    before, after = attribute_value(attribute, change.old), attribute_value(attribute, change.new)
    return agree(attribute, after, new) is True and agree(attribute, before, new) is False


def agree(attribute: str, ours: Any, theirs: Any) -> bool | None:
    """Return whether two sides agree on an attribute; None where one of them does not state it."""
    if ours in _UNSTATED or theirs in _UNSTATED:
        return None
    if attribute == "processing_time":
        verdict = compare_times(ours, theirs)
        return None if verdict is TimeVerdict.UNKNOWN else verdict is TimeVerdict.EQUAL
    disagree = DISAGREE.get(attribute)
    return bool(ours == theirs if disagree is None else not disagree(ours, theirs))


_UNSTATED: tuple[Any, ...] = (None, "", (), frozenset())


def _is(number: str | None, key: str) -> bool:
    return decision_key(number) == key
