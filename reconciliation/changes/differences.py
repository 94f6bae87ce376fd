"""What differs between two records of one procedure on one source, attribute by attribute.

Each attribute has one normal form; equal forms are no difference. Names, fields and agencies of equal form
whose text as received changed are cosmetic differences; in long texts such a difference is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from procedures.attributes import ATTRIBUTE_NAMES, ATTRIBUTES_BY_NAME, RAW_ATTRIBUTES, Compare
from procedures.model import PUBLISHED_STATES, Paper, Procedure, value_text
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from reconciliation.findings.names import identity_of, key_of

SILENT_ATTRIBUTES = ("local_code", "url", "kind", "promulgating_agency_code", "online_level_text")
"""Attributes that open a version without a change: they tell where to find a procedure, not what it is."""

NUMBERED = re.compile(r"\s*(?:[-+*•]\s*)?bước\s*(\d+)", re.IGNORECASE)
"""A step that carries its own number, so that its position in the list adds nothing."""

BLANKS = re.compile(r"\s+")
LEADING_ZEROS = re.compile(r"(?<![\d.,/:-])0+(?=\d)")


class AttributeDifference(NamedTuple):
    """One attribute that differs: values as the views write them; of cosmetic ones the texts as received."""

    attribute: str
    old: str | None
    new: str | None
    cosmetic: bool


def differences(old: Procedure, new: Procedure) -> list[AttributeDifference]:
    """Return the attributes whose value differs in `new`, in the order people read them.

    A value that `new` lacks is no difference; nor is an empty one where `old` had none.
    """
    differing = []
    for attribute in ATTRIBUTE_NAMES:
        before, after = getattr(old, attribute), getattr(new, attribute)
        if after is None or (before is None and not after and after is not False):
            continue
        if attribute in RAW_ATTRIBUTES:
            difference = _text_difference(attribute, old, new)
            if difference is not None:
                differing.append(difference)
        elif before != after and (
            before is None or normal_form(attribute, before) != normal_form(attribute, after)
        ):
            differing.append(AttributeDifference(attribute, value_text(before), value_text(after), False))
    return differing


def removed_values(old: Procedure, new: Procedure) -> list[AttributeDifference]:
    """Return the attributes that `old` has and `new`, a record known to be whole, lacks."""
    return [
        AttributeDifference(attribute, value_text(before), None, False)
        for attribute in ATTRIBUTE_NAMES
        if (before := getattr(old, attribute)) is not None and getattr(new, attribute) is None
    ]


def has_silent_change(old: Procedure, new: Procedure) -> bool:
    """Return whether an attribute of `SILENT_ATTRIBUTES` has another value now."""
    return any(getattr(new, name) not in (None, getattr(old, name)) for name in SILENT_ATTRIBUTES)


def normal_form(attribute: str, value: Any) -> object:
    """Return the form in which two values of `attribute` are equal when they mean the same."""
    return _FORMS[ATTRIBUTES_BY_NAME[attribute].compare](value)


def _text_difference(attribute: str, old: Procedure, new: Procedure) -> AttributeDifference | None:
    before, after = getattr(old, attribute), getattr(new, attribute)
    raw_before, raw_after = old.raw_text(attribute), new.raw_text(attribute)
    if before == after and raw_before == raw_after:
        return None
    if before is None or _differs(attribute, before, after):
        return AttributeDifference(attribute, before, after, False)
    if raw_before == raw_after or _is_reordered(raw_before, raw_after):
        return None
    return AttributeDifference(attribute, raw_before, raw_after, True)


def _differs(attribute: str, before: str, after: str) -> bool:
    if ATTRIBUTES_BY_NAME[attribute].compare is not Compare.NAME:
        return normal_form(attribute, before) != normal_form(attribute, after)
    one, other = identity_of(before), identity_of(after)
    return one.key != other.key or bool(one.levels and other.levels and one.levels != other.levels)


def _is_reordered(before: str | None, after: str | None) -> bool:
    """Return whether the parts as received are the same in another order ("A; B" and "B; A")."""
    one, other = ([part.strip() for part in re.split(r"[;\n]", text or "")] for text in (before, after))
    return one != other and sorted(one) == sorted(other)


def _identity(value: Any) -> object:
    return value


def _text_key(text: str) -> str:
    return key_of(text)


def _part_keys(text: str) -> frozenset[str]:
    return frozenset(filter(None, (key_of(part) for part in re.split(r"[;\n]", text))))


def _published_state(text: str) -> str:
    """Return one form for all published states: an amendment shows in what it amended."""
    return "published" if text in PUBLISHED_STATES else text


def _number_form(text: str) -> str:
    return BLANKS.sub("", text).casefold()


def _text_keys(items: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(key_of, items)))


def _paper_forms(papers: Iterable[Paper]) -> frozenset[tuple[str, int, int]]:
    """Return the papers in any order, those of several cases once; -1: the number is unknown."""
    return frozenset((key_of(paper.name), _count(paper.originals), _count(paper.copies)) for paper in papers)


def _count(number: int | None) -> int:
    return -1 if number is None else number


def _time_forms(times: Iterable[ProcessingTime]) -> frozenset[tuple[object, ...]]:
    return frozenset((time.way, time.amount, time.unit, _wording_key(time.text)) for time in times)


def _fee_forms(fees: Iterable[Fee]) -> frozenset[tuple[object, ...]]:
    return frozenset((fee.way, fee.type, fee.amount, _wording_key(fee.text)) for fee in fees)


def _wording_key(text: str | None) -> str:
    """Return the key of a published text, in which 07 is 7."""
    return LEADING_ZEROS.sub("", key_of(text or ""))


def _step_keys(steps: tuple[str, ...]) -> tuple[str, ...]:
    keys = tuple(key_of(step) for step in steps)
    return tuple(sorted(keys)) if steps and all(map(NUMBERED.match, steps)) else keys


_FORMS: Mapping[Compare, Callable[[Any], object]] = {
    Compare.VALUE: _identity,
    Compare.NAME: _identity,
    Compare.FIELD: _part_keys,
    Compare.AGENCY: _part_keys,
    Compare.STATE: _published_state,
    Compare.NUMBER: _number_form,
    Compare.TEXT: _text_key,
    Compare.TEXTS: _text_keys,
    Compare.LEGAL_BASES: _text_keys,
    Compare.STEPS: _step_keys,
    Compare.TIMES: _time_forms,
    Compare.FEES: _fee_forms,
    Compare.WAYS: _identity,
    Compare.PAPERS: _paper_forms,
}
